"""What a study says of itself: its laws, its figures, what it leaves aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openfisca_core.periods import DateUnit, Period

from dept_rules.execution import Key
from dept_rules.people import Population
from dept_rules.provenance import LABELS, Figure, figure
from dept_rules.reforms_loader import PLATFORM
from dept_rules.simulation.amounts import money, offsets
from dept_rules.simulation.laws import IN_FORCE, Law
from dept_rules.simulation.resampling import BOOTSTRAP, BRR, JACKKNIFE, Resampling
from dept_rules.simulation.subjects import Subjects
from dept_rules.simulation.take_up import Rates
from dept_rules.system import variable
from dept_rules.texts import number_text, sentence_list

if TYPE_CHECKING:
    import pandas as pd

#: What methods of replication are called.
METHODS: Mapping[str | float, str] = {
    BOOTSTRAP: "bootstrap",
    JACKKNIFE: "jackknife",
    BRR: "demi-échantillons équilibrés",
}
ALWAYS = (
    "Ces résultats sont des estimations, pas des décisions ni des conseils juridiques.",
    "Aucune réaction des personnes n'est modélisée : ni emploi, ni études, ni logement, ni prix.",
    "À prestations nationales constantes : le RSA, la prime d'activité, les aides au logement et les bourses "
    "sont ceux de la population étudiée ; seul change ce que les règles disent remplacer ou reprendre.",
    "Une condition que quelqu'un doit apprécier sur pièce compte comme remplie quand rien n'est répondu.",
    "Le revenu disponible de la population est celui du droit en vigueur ; les aides versées en une fois "
    "contre une dépense n'ajoutent rien aux niveaux de vie.",
)


def laws(compared: Sequence[Law], baseline: Law, rates: Mapping[str, Rates]) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.laws`."""
    import pandas as pd

    rows = []
    for law in (baseline, *compared):
        source = law.info.reference or {}
        names = [info.name for info in law.infos]
        if names[:2] == [PLATFORM, IN_FORCE]:  # which takes the whole platform away
            names = names[1:]
        rows.append(
            {
                "law": law.label,
                "role": "baseline" if law is baseline else "reform",
                "label": law.title,
                "description": law.info.description,
                "standing": law.info.status,
                "standing_label": LABELS.get(law.info.status, law.info.status),
                "stands_on": " + ".join(names[:-1]),
                "take_up": _take_up(law, rates[law.label]),
                "source": source.get("title"),
                "href": source.get("href"),
                "notes": law.info.notes,
                "not_read": " ; ".join(law.info.non_lu),
            }
        )
    return pd.DataFrame(rows)


def _take_up(law: Law, rates: Rates) -> str:
    """Return the shares of take-up of a law, in French."""
    partial = [
        f"{variable(law.system, name).label} : {number_text(round(100 * share, 1))} %"
        for name, share in rates.items()
        if share < 1
    ]
    return " ; ".join(partial) or "toutes les personnes qui y ont droit"


def applied(law: Law, year: Period) -> list[Key]:
    """Return what to compute to know everything that the aids which a law pays in a year hang on."""
    months = list(year.get_subperiods(DateUnit.MONTH))
    found = []
    for name, one in money(law.system).items():
        assert one.benefit is not None
        for period in months if one.definition_period == DateUnit.MONTH else [year]:
            if figure(law.system, one.benefit.applies, period.start).value:
                found.append((name, period))
                found += [(offset, period) for offset in offsets(one)]
    return found


def figures(found: Mapping[str, Iterable[Figure]]) -> pd.DataFrame:
    """Return figures by law as a table; see `dept_rules.simulation.study.Study.figures`."""
    import pandas as pd

    rows = [
        {
            "law": law,
            "name": one.name,
            "label": one.label,
            "unit": one.unit,
            "value": one.value,
            "since": one.since,
            "standing": one.standing,
            "standing_label": LABELS[one.standing],
            "source": one.reference_title,
            "href": one.reference_href,
            "notes": one.notes,
            "carried_forward": one.carried_forward,
        }
        for law, some in found.items()
        for one in some
    ]
    columns = ["law", "name", "label", "unit", "value", "since", "standing", "standing_label"]
    return pd.DataFrame(rows, columns=[*columns, "source", "href", "notes", "carried_forward"])


def defaults(people: Population, system: Any, lacking: Mapping[str, int]) -> pd.DataFrame:
    """Return the answers that lacked as a table; see `dept_rules.simulation.study.Study.defaults`."""
    import pandas as pd

    rows = []
    for name, count in lacking.items():
        one = variable(system, name)
        size = people.size(one.entity.key)
        rows.append((name, one.label, one.entity.key, count, size, one.decisive))
    columns = ["input", "label", "entity", "missing", "of", "decisive"]
    return pd.DataFrame(rows, columns=columns)


def notes(
    subjects: Subjects,
    compared: Sequence[Law],
    rates: Mapping[str, Rates],
    called: Mapping[str, str],
    figures: pd.DataFrame,
    *,
    drawn: bool,
    resampling: Resampling,
) -> tuple[str, ...]:
    """Return what must be said with every table of a study, in French sentences."""
    found = list(ALWAYS)
    full = [law for law in compared if not any(share < 1 for share in rates[law.label].values())]
    if full:
        found.append(
            f"Recours complet supposé sous {_quoted(full, called)} : qui a droit à une aide la reçoit."
        )
    if len(full) < len(compared):
        way = "tirés au sort, les mêmes sous chaque loi" if drawn else "comptés en espérance"
        found.append(f"Les ménages qui n'ont pas recours à une aide sont {way}.")
    if not subjects.weighted:
        found.append("La population n'a pas de poids : chaque ménage compte pour un, rien n'est extrapolé.")
    found += _intervals(resampling)
    guesses = figures[figures["standing"] == "hypothese"]["name"].nunique()
    every = figures["name"].nunique()
    found.append(f"{guesses} des {every} chiffres utilisés sont des hypothèses de ce projet.")
    on_platform = [law for law in compared if law.bare and law.infos[-2].name == PLATFORM]
    if on_platform:
        found.append(
            f"Les chiffres de {_quoted(on_platform, called)} sont posés sur la plateforme, qui s'applique."
        )
    return (*found, *subjects.notes)


def _intervals(resampling: Resampling) -> list[str]:
    """Return how intervals were made, in French sentences; none where there are none."""
    if resampling.replicates is not None:
        method = METHODS.get(resampling.method, "facteur donné")
        return [f"Intervalles à 95 % : poids de réplication de la population ({resampling.draws}, {method})."]
    if not resampling.draws:
        return []
    first = f"Intervalles à 95 % : {resampling.draws} rééchantillonnages des ménages"
    last = "ni les hypothèses ni la qualité de la population"
    if resampling.reached is not None:
        return [
            f"{first}, chacun recalé sur les mêmes marges. Ils ne mesurent que le hasard du tirage, {last}."
        ]
    return [
        f"{first}. Si les poids ont été calés sur des marges, ce calage n'est pas refait et les intervalles "
        f"sont trop larges ; ils ne mesurent {last}."
    ]


def titles(compared: Sequence[Law], rates: Mapping[str, Rates]) -> dict[str, str]:
    """Return what each law is called in French, by label.

    Those called the same are told apart by whether everybody takes up, else by their rank.
    """
    plain = [law.title for law in compared]
    partial = [any(share < 1 for share in rates[law.label].values()) for law in compared]
    by_take_up = [
        f"{title}, {'avec non-recours' if some else 'versement automatique'}"
        for title, some in zip(plain, partial, strict=True)
    ]
    by_rank = [f"{title} ({plain[:rank].count(title) + 1})" for rank, title in enumerate(plain)]
    told = plain
    for alike in (by_take_up, by_rank):
        pairs = zip(plain, alike, strict=True)
        told = [other if plain.count(title) > 1 else title for title, other in pairs]
        if len(set(told)) == len(told):
            break
    return {law.label: title for law, title in zip(compared, told, strict=True)}


def _quoted(some: Sequence[Law], called: Mapping[str, str]) -> str:
    return sentence_list([f"« {called[law.label]} »" for law in some])
