"""What laws do to whom they miss, who works more, turns an age, or does not ask: the rest of the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dept_rules.provenance import LABELS
from dept_rules.simulation import drawings, french, frontiers
from dept_rules.simulation.drawings import main_benefit
from dept_rules.simulation.report.blocks import (
    Block,
    Column,
    Drawing,
    Section,
    Text,
    between,
    estimated,
    table,
)
from dept_rules.simulation.report.telling import INTERVAL, WITHOUT_INCOMES, of_law, rows_of, under
from dept_rules.simulation.solutions import KINDS
from dept_rules.texts import EACH, number_text

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.simulation.study import Study

CONSTANT = (
    "À prestations nationales constantes : le RSA, la prime d'activité, les aides au logement et l'impôt ne "
    "réagissent pas ici au salaire ; leurs propres taux s'ajoutent à ceux-ci."
)
AT_25 = (
    "À prestations nationales constantes : le RSA, qui s'ouvre à 25\u00a0ans, n'est pas simulé. "
    "Qui y aura droit perd moins à 25\u00a0ans que ne le dit ce tableau."
)
#: How far wages are followed, EUR a month.
HIGHEST = 3_000
AMONG = {"all": "Tous les adultes", "aided": "Adultes d'un ménage aidé"}


def missed(study: Study) -> Section:
    """Return who is left with nothing."""
    title = "Celles et ceux que la réforme laisse sans rien"
    if not study.has_incomes:
        return Section("oublies", title, (Text(WITHOUT_INCOMES, strong=True),))
    block = table(
        "sans-rien",
        "Personnes pauvres sous la référence dont le ménage ne reçoit rien de plus",
        [row for row in rows_of(study, study.left_with_nothing()) if row.poor],
        [
            Column("Âge en janvier", lambda row: row.label, number=False),
            Column("Personnes pauvres", lambda row: french.count(row.poor)),
            Column("Laissées sans rien", lambda row: french.count(row.left)),
            Column("Part", estimated("share", french.percent)),
            Column(INTERVAL, between("share", french.percent)),
        ],
        under=under(study),
    )
    main = {law.label: benefit for law in study.compared if (benefit := main_benefit(study, law.label))}
    return Section("oublies", title, (block, *([_because(study, main)] if main else [])))


def _because(study: Study, main: Mapping[str, str]) -> Block:
    """Return why adults are left with nothing, by the conditions of the main benefit of each law."""
    called = study.titles
    told = {benefit: rows_of(study, study.missed_because(benefit)) for benefit in set(main.values())}
    return table(
        "pourquoi-sans-rien",
        "Pourquoi ces adultes n'ont pas l'aide principale",
        [row for law, benefit in main.items() for row in told[benefit] if row.law == law and row.failing],
        [
            Column("Condition qui manque", lambda row: row.label, number=False),
            Column("Adultes à qui elle manque", estimated("failing", french.count)),
            Column(INTERVAL, between("failing", french.count)),
            Column("Et à qui ne manque qu'elle", estimated("alone", french.count)),
        ],
        ["Plusieurs conditions peuvent manquer à la même personne."],
        under=lambda row: f"{called[row.law]} : {study.benefits[row.benefit].label}",
    )


def rates(study: Study) -> Section:
    """Return marginal rates, budget constraints and cliffs."""
    called = study.titles
    every = [row for row in study.marginal_rates.itertuples() if row.side == "above" and row.persons]
    cliffs = rows_of(study, study.cliffs(HIGHEST))
    blocks: list[Block] = [
        Text(CONSTANT, strong=True),
        table(
            "taux-marginaux",
            "Ce que les aides reprennent d'un euro de salaire de plus, en janvier",
            every,
            [
                Column("Parmi", lambda row: AMONG[row.among], number=False),
                Column("Personnes", lambda row: french.count(row.persons)),
                Column("Moyenne", estimated("mean", french.percent)),
                Column(INTERVAL, between("mean", french.percent)),
                Column("Médiane", lambda row: french.percent(row.median)),
                Column("9e décile", lambda row: french.percent(row.q90)),
                Column("Au-dessus de 80 %", estimated("share_above", french.percent)),
                Column("Devant un effet de seuil", estimated("at_cliff", french.count)),
            ],
            [
                "Taux exacts, de part et d'autre de chaque point où les règles changent. "
                "Effet de seuil : gagner un peu plus fait perdre ou gagner une somme."
            ],
            under=lambda row: called[row.law],
        ),
        Text("Quelques foyers inventés, quand le salaire de l'un d'eux augmente :"),
        *(Drawing(chart) for chart in drawings.budget_constraint(study, highest=HIGHEST)),
        table(
            "effets-de-seuil",
            "Effets de seuil des cas-types : où une somme est perdue ou gagnée d'un coup",
            cliffs,
            [
                Column("Cas", lambda row: row.case_label, number=False),
                Column("À un salaire de", lambda row: french.euros(row.wage)),
                Column("Aides juste avant", lambda row: french.euros(row.before)),
                Column("Juste après", lambda row: french.euros(row.after)),
                Column("Écart", lambda row: french.euros(row.height)),
            ],
            [f"Jusqu'à {french.euros(HIGHEST)} de salaire par mois."],
            under=under(study),
        ),
        table(
            "anniversaires",
            "Ce que change un anniversaire, tout le reste égal",
            [row for row in study.age_cliffs.itertuples() if row.law != study.baseline.label],
            [
                Column("Âge", lambda row: f"{row.age:g}\u00a0ans", number=False),
                Column("Personnes proches de cet âge", lambda row: french.count(row.persons)),
                Column("Aides du ménage avant, par mois", lambda row: french.euros(row.before)),
                Column("Après", lambda row: french.euros(row.after)),
                Column("Perdent", lambda row: french.percent(row.losing)),
                Column("Perte moyenne de qui perd", lambda row: french.euros(row.mean_loss)),
                Column("Gagnent", lambda row: french.percent(row.gaining)),
            ],
            [AT_25],
            under=under(study),
        ),
    ]  # fmt: skip
    return Section("incitations", "Travailler plus, changer d'âge", tuple(blocks))


def take_up(study: Study) -> Section:
    """Return the shares of take-up, and what paying automatically changes where the study tells."""
    blocks: list[Block] = [
        table(
            "recours",
            "Qui reçoit ce à quoi il a droit",
            study.laws.itertuples(),
            [
                of_law(study),
                Column("Part des ayants droit qui reçoivent", lambda row: row.take_up, number=False),
            ],
        )
    ]
    pairs = _pairs(study)
    if pairs:
        blocks.append(_automatic(study, pairs))
    else:
        blocks.append(
            Text(
                "Un recours complet est ce que donnerait un versement automatique. L'effet du seul versement "
                "automatique se lit en comparant la même loi avec et sans non-recours (take_up)."
            )
        )
    return Section("recours-section", "Le recours et le versement automatique", tuple(blocks))


def _pairs(study: Study) -> list[tuple[str, str]]:
    """Return the laws that differ by their take-up alone: with some who do not ask, and without."""

    def partial(label: str) -> bool:
        return any(share < 1 for share in study.ledger.rates[label].values())

    return [
        (one.label, other.label)
        for one in study.compared
        for other in study.compared
        if one.infos == other.infos and partial(one.label) and not partial(other.label)
    ]


def _automatic(study: Study, pairs: list[tuple[str, str]]) -> Any:
    called, benefit = study.titles, main_benefit(study)
    totals = study.totals.set_index("law")["net"]
    reached = study.beneficiaries.set_index(["law", "benefit"])["beneficiaries"]
    columns = [
        Column("Versement automatique au lieu de", lambda pair: called[pair[0]], number=False),
        Column("Coût net en plus, par an", lambda pair: french.money(totals[pair[1]] - totals[pair[0]])),
    ]
    if benefit is not None:
        label = study.benefits[benefit].label
        more = {pair: reached[pair[1], benefit] - reached[pair[0], benefit] for pair in pairs}
        columns.append(
            Column(f"{label} : personnes atteintes en plus", lambda pair: french.count(more[pair]))
        )
    if study.has_incomes:
        poor = study.poverty_by(None).set_index("law")["poor"]
        columns.append(
            Column("Personnes pauvres en moins", lambda pair: french.count(poor[pair[0]] - poor[pair[1]]))
        )
    return table("automaticite", "Ce que change le seul versement automatique", pairs, columns)


def cases(study: Study) -> Section:
    """Return what each law pays to invented households."""
    found = study.cas_types
    found = found[(found["amount"] > 0) & (found["law"] != study.baseline.label)]
    block = table(
        "cas-types",
        "Ce que reçoivent quelques foyers inventés",
        found.itertuples(),
        [
            Column("Foyer", lambda row: row.case_label, number=False),
            Column("Aide", lambda row: row.label, number=False),
            Column("Montant", _amount),
        ],
        ["Les foyers qui n'apparaissent pas ne reçoivent rien de ces aides."],
        under=under(study),
    )  # fmt: skip
    return Section("cas-types-section", "Cas-types", (block,))


def _amount(row: Any) -> str:
    return f"{number_text(round(row.amount, 2))}\u00a0€{EACH.get(row.unit, '')}"


def hypotheses(tested: pd.DataFrame) -> Section:
    """Return how the budget moves with each hypothesis; `tested` is what `dept_rules.sensitivity` gives."""
    moving = tested[tested["swing"] > 0]
    still = len(tested) - len(moving)
    untested, kind = tested.attrs["untested"], KINDS[tested.attrs["kind"]]
    blocks: list[Block] = []
    if len(moving):
        blocks.append(Drawing(frontiers.tornado(tested)))
    blocks.append(
        table(
            "sensibilite",
            f"Le budget {kind} quand un chiffre change, les autres restant ce qu'ils sont",
            moving.itertuples(),
            [
                Column("Chiffre", lambda row: row.label, number=False),
                Column("Aide", lambda row: row.aid, number=False),
                Column("Statut", lambda row: LABELS[row.standing], number=False),
                Column("Valeur", lambda row: french.value_text(row.value, row.unit)),
                Column("Essayé de", lambda row: french.value_text(row.low, row.unit)),
                Column("à", lambda row: french.value_text(row.high, row.unit)),
                Column("Budget le plus bas", lambda row: french.money(row.least)),
                Column("Budget le plus haut", lambda row: french.money(row.greatest)),
                Column("Écart", lambda row: french.money(row.swing)),
                Column("Nom", lambda row: row.parameter, number=False),
            ],
            [
                f"Budget de départ : {french.money(tested.attrs['budget'])} par an.",
                f"Essayés sans effet sur le budget : {still} chiffres. "
                f"Hypothèses sans valeur à essayer (nulles ou infinies) : {len(untested)}.",
            ],
        )
    )  # fmt: skip
    return Section("hypotheses", "Les hypothèses à l'épreuve", tuple(blocks))
