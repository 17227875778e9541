"""The results of a study, section by section: what is computed in its tables is only told here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from dept_rules.simulation import drawings, french
from dept_rules.simulation.drawings import main_benefit
from dept_rules.simulation.report.blocks import (
    Block,
    Column,
    Section,
    Text,
    between,
    estimated,
    table,
)
from dept_rules.simulation.report.telling import INTERVAL, WITHOUT_INCOMES, drawn, of_law, rows_of, under
from dept_rules.texts import month_text, number_text

if TYPE_CHECKING:
    from dept_rules.simulation.study import Study

MILLIONS = "en millions d'euros par an"
#: What is counted, by key of the entity.
COUNTED = {
    "individu": "personnes",
    "menage": "ménages",
    "famille": "familles",
    "foyer_fiscal": "foyers fiscaux",
}
#: The last year of the engagements of 2021, to which a benefit is followed.
LAST_YEAR = 2027


def cost(study: Study) -> Section:
    """Return what laws cost, and whom."""
    moving = [row for row in rows_of(study, study.budget) if row.change or row.offset or row.net_high]
    net = [
        Column("Coût net", estimated("net", french.millions)),
        Column(INTERVAL, between("net", french.millions)),
    ]
    totals = table(
        "couts-totaux",
        f"Coût total, en plus de la référence, {MILLIONS}",
        rows_of(study, study.totals),
        [
            of_law(study),
            Column("Coût brut", lambda row: french.millions(row.change)),
            Column("Dépenses évitées ailleurs", lambda row: french.millions(row.offset)),
            *net,
        ],
        ["Coût net : ce que les aides coûtent, moins ce que d'autres prestations ne coûtent plus."],
    )  # fmt: skip
    by_benefit = table(
        "couts-par-aide",
        f"Coût de chaque aide qui change, {MILLIONS}",
        moving,
        [
            Column("Aide", lambda row: row.label, number=False),
            Column("Référence", lambda row: french.millions(row.baseline)),
            Column("Sous la loi", lambda row: french.millions(row.reform)),
            *net,
        ],
        under=under(study),
    )
    payers = table(
        "payeurs",
        f"Qui paie, et qui dépense moins, {MILLIONS}",
        [row for row in rows_of(study, study.payers) if row.change or row.offset],
        [
            Column("Payeur", lambda row: row.label, number=False),
            Column("Aides en plus", lambda row: french.millions(row.change)),
            Column("Dépenses évitées", lambda row: french.millions(row.offset)),
            *net,
        ],
        under=under(study),
    )
    national = table(
        "ressources-nationales",
        f"Si le RSA et la prime d'activité comptaient le revenu de base comme une ressource, {MILLIONS}",
        rows_of(study, study.national_resources),
        [
            Column("Règle", lambda row: "Ne pas le compter" if row.left_out else "Le compter", number=False),
            Column("Celle de l'étude", lambda row: "oui" if row.as_studied else "non", number=False),
            Column("Versé", lambda row: french.millions(row.gross)),
            Column("Repris ailleurs", lambda row: french.millions(row.offset)),
            Column("Net", lambda row: french.millions(row.net)),
        ],
        [
            "Toutes les aides versées sous la loi, sans déduire la référence. "
            "Ne pas compter le revenu de base demanderait un décret."
        ],
        under=under(study),
    )
    blocks = (totals, *drawn(drawings.budget, study), by_benefit, payers, national)
    return Section("couts", "Ce que cela coûte", blocks)


def reach(study: Study) -> Section:
    """Return whom laws reach, and when."""
    moved = [row for row in rows_of(study, study.beneficiaries) if row.change]
    blocks: list[Block] = [
        table(
            "beneficiaires",
            "Bénéficiaires d'au moins un versement dans l'année",
            moved,
            [
                Column("Aide", lambda row: row.label, number=False),
                Column("Compte", lambda row: COUNTED[row.entity], number=False),
                Column("Référence", lambda row: french.count(row.baseline)),
                Column("Sous la loi", estimated("beneficiaries", french.count)),
                Column(INTERVAL, between("beneficiaries", french.count)),
                Column("Montant moyen par an", lambda row: french.euros(row.mean_amount)),
            ],
            under=under(study),
        )
    ]
    benefit = main_benefit(study)
    if benefit is not None:
        blocks += drawn(drawings.beneficiaries, study, benefit)
        blocks += _by_month(study, benefit)
    return Section("beneficiaires-section", "Qui reçoit, et quand", tuple(blocks))


def _by_month(study: Study, benefit: str) -> Iterator[Block]:
    label = study.benefits[benefit].label
    flows = study.stock_and_flow
    rows = rows_of(study, flows[flows["benefit"] == benefit])
    yield table(
        "flux",
        f"{label} : bénéficiaires, entrées et sorties de chaque mois",
        [row for row in rows if row.beneficiaries],
        [
            Column("Mois", lambda row: month_text(row.month), number=False),
            Column("Bénéficiaires", estimated("beneficiaries", french.count)),
            Column(INTERVAL, between("beneficiaries", french.count)),
            Column("Entrées", estimated("entries", french.count)),
            Column("Sorties", estimated("exits", french.count)),
        ],
        [
            *_over_the_year(study, benefit),
            "Les personnes avancent en âge, rien d'autre ne change pour elles. "
            "Les entrées et sorties du premier mois ne sont pas connues."
        ],
        under=under(study),
    )  # fmt: skip
    rates = {study.ledger.rates[law.label].get(benefit, 1.0) for law in study.compared}
    share = rates.pop() if len(rates) == 1 else 1.0
    until = f"{max(study.year.start.year, LAST_YEAR)}-12"
    yield from drawn(drawings.months, study, benefit, until, (share, share))
    yield Text(
        f"Suivi jusqu'en {month_text(until)}, si {french.percent(share, 0)} des personnes qui y ont droit "
        "la reçoivent dès le premier mois ; seul leur âge avance."
    )


def _over_the_year(study: Study, benefit: str) -> Iterator[str]:
    """Yield what is told of a benefit over the year, each person counted once, in a sentence a law."""
    table = study.yearly_flow
    for row in rows_of(study, table[table["benefit"] == benefit]):
        if row.beneficiaries:
            counted = (french.count(one) for one in (row.beneficiaries, row.entries, row.exits))
            total, began, ceased = counted
            law = f"{study.titles[row.law]}, dans l'année" if len(study.compared) > 1 else "Dans l'année"
            yield (
                f"{law}, chacun compté une fois : {total} reçoivent au moins un mois ; {began} commencent "
                f"après le premier mois, {ceased} cessent."
            )


def gains(study: Study) -> Section:
    """Return who gains and who loses."""
    kinds = ["age", "activity", "living situation"]
    blocks: list[Block] = [
        Text(
            "Une personne gagne ou perd avec son ménage, dont le changement est partagé également entre ses "
            "membres. Les dixièmes rangent les personnes selon leur niveau de vie sous la référence."
        )
    ]
    if study.has_incomes:
        kinds.insert(0, "decile")
    else:
        blocks.append(Text(WITHOUT_INCOMES, strong=True))
    for by in kinds:
        if by in ("decile", "age"):
            blocks += drawn(drawings.winners_losers, study, by)
        blocks.append(
            table(
                f"gagnants-perdants-{drawings.slug(by)}",
                f"Gagnants et perdants selon {drawings.BY[by]}",
                rows_of(study, study.winners_losers(by)),
                [
                    Column("Groupe", lambda row: row.label, number=False),
                    Column("Personnes", lambda row: french.count(row.persons)),
                    Column("Gagnent", estimated("share_winners", french.percent)),
                    Column(INTERVAL, between("share_winners", french.percent)),
                    Column("Perdent", estimated("share_losers", french.percent)),
                    Column("Changement moyen par personne et par an", estimated("mean_change", french.euros)),
                ],
                under=under(study),
            )
        )
    return Section("gagnants", "Qui gagne, qui perd", tuple(blocks))


def poverty(study: Study) -> Section:
    """Return what becomes of poverty and inequality."""
    title = "Pauvreté et inégalités"
    if not study.has_incomes:
        return Section("pauvrete-section", title, (Text(WITHOUT_INCOMES, strong=True),))
    called, base = study.titles, study.baseline.label

    def beside(said: Callable[[Any], str]) -> Callable[[Any], str]:
        return lambda row: french.NOTHING if row.law == base else said(row)

    rates = table(
        "pauvrete-age",
        f"Pauvreté selon {drawings.BY['age']}",
        study.poverty.itertuples(),
        [
            Column("Groupe", lambda row: row.label, number=False),
            Column("Personnes pauvres", lambda row: french.count(row.poor)),
            Column("Taux", estimated("rate", french.percent)),
            Column(INTERVAL, between("rate", french.percent)),
            Column("Changement", beside(estimated("change", french.points))),
            Column(INTERVAL, beside(between("change", french.points))),
            Column("Intensité", estimated("gap", french.percent)),
        ],
        [
            "Changement : en points, par rapport à la référence. "
            "Intensité : à quelle distance sous le seuil se trouve la personne pauvre médiane."
        ],
        under=lambda row: called[row.law],
    )  # fmt: skip
    leaving = table(
        "cout-sortie",
        "Ce que coûte une personne pauvre de moins",
        rows_of(study, study.poverty_cost),
        [
            of_law(study),
            Column("Sortent de la pauvreté", lambda row: french.count(row.leaving)),
            Column("Y entrent", lambda row: french.count(row.entering)),
            Column("Coût net par personne et par an", estimated("cost_per_person", french.euros)),
            Column(INTERVAL, between("cost_per_person", french.euros)),
        ],
        [
            "Tout le coût est rapporté aux seules personnes qui passent le seuil ; la dépense sert aussi à "
            "celles qui s'en rapprochent et à celles qui étaient au-dessus."
        ],
    )  # fmt: skip
    inequality = table(
        "inegalites",
        "Inégalités de niveau de vie",
        study.inequality.itertuples(),
        [
            of_law(study),
            Column("Indice de Gini", estimated("gini", _gini)),
            Column(INTERVAL, between("gini", _gini)),
            Column("Niveau de vie médian, par an", estimated("median", french.euros)),
            Column("Rapport du 9e décile au 1er", estimated("d9_d1", french.rounded)),
        ],
    )
    line = f"Seuil de pauvreté retenu : {french.euros(study.line)} par an et par unité de consommation."
    blocks = (Text(line), *drawn(drawings.poverty, study), rates, leaving, inequality)
    return Section("pauvrete-section", title, blocks)


def _gini(value: float) -> str:
    return number_text(round(value, 4))
