"""What a study rests on: its laws, its figures, its population, its limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dept_rules.enums import Departement
from dept_rules.provenance import LABELS, STANDINGS
from dept_rules.simulation import french
from dept_rules.simulation.report.blocks import (
    Block,
    Cell,
    Column,
    Items,
    Section,
    Table,
    Text,
    table,
)
from dept_rules.simulation.report.telling import synthetic, text_of
from dept_rules.texts import day_text, number_text, sentence_list

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.population.sample import Sample
    from dept_rules.simulation.study import Study

MEANINGS = {
    "droit_positif": "loi, décret ou arrêté en vigueur",
    "statistique": "statistique ou définition officielle",
    "dispositif_existant": "barème d'un département ou d'un autre organisme public",
    "proposition": "texte publié qui n'est pas en vigueur, la plateforme comprise",
    "hypothese": "choix de ce projet, faute de texte : à discuter",
}


def population(study: Study) -> Section:
    """Return who was studied, and how well the sample meets published figures."""
    sample = study.subjects.sample
    people, weights = study.subjects.people, study.subjects.weights
    drawn = [number_text(size) for size in (people.size("menage"), people.count)]
    stood_for = [french.count(float(size.sum())) for size in (weights, weights * study.subjects.sizes)]
    blocks: list[Block] = [
        Text(
            f"{_origin(sample)} {drawn[0]} ménages et {drawn[1]} personnes dans l'échantillon, pour "
            f"{stood_for[0]} ménages et {stood_for[1]} personnes une fois pondérés."
        )
    ]
    if sample is not None and len(sample.margins):
        blocks.append(_margins(sample))
    if study.subjects.notes:
        blocks.append(Items(study.subjects.notes))
    lacking = study.defaults
    if len(lacking):
        blocks.append(
            table(
                "sans-reponse",
                "Réponses que la population ne donne pas, comptées à leur valeur par défaut",
                lacking.itertuples(),
                [
                    Column("Réponse", lambda row: row.label, number=False),
                    Column("Manque pour", lambda row: number_text(int(row.missing))),
                    Column("Sur", lambda row: number_text(int(row.of))),
                ],
                small=True,
            )
        )
    return Section("population", "La population étudiée", tuple(blocks))


def _origin(sample: Sample | None) -> str:
    if sample is None or not synthetic(sample):
        return "Population fournie pour l'étude :"
    where = _departement(sample)
    return f"Population synthétique{f', {where}' if where else ''}, graine {sample.about.get('seed')} :"


def _departement(sample: Sample | None) -> str:
    code = "" if sample is None else str(sample.about.get("departement", ""))
    place = _territory(code)
    return "" if place == code else f"{place} ({code})"


def _territory(code: str) -> str:
    member = Departement.__members__.get(f"d{code}")
    return str(member.value) if member else code


def _dated(source: str, year: Any) -> str:
    return source if source.endswith(f"({year})") else f"{source} ({year})"


def _margins(sample: Sample) -> Table:
    used = {"calage": "calée", "controle": "contrôle"}
    return table(
        "marges",
        "La population et les chiffres publiés : visé et atteint",
        sample.margins.itertuples(),
        [
            Column(
                "Chiffre",
                lambda row: " : ".join(filter(None, (row.label, text_of(row.category_label)))),
                number=False,
            ),
            Column("Usage", lambda row: used.get(row.use, row.use), number=False),
            Column("Territoire", lambda row: _territory(str(row.territory)), number=False),
            Column("Visé", lambda row: _margin(row.target, row.unit)),
            Column("Atteint", lambda row: _margin(row.reached, row.unit)),
            Column("Statut", lambda row: Cell("", row.standing), number=False),
            Column(
                "Source",
                lambda row: Cell(_dated(text_of(row.source), row.year), href=text_of(row.href)),
                number=False,
            ),
        ],
        [
            "Calée : les poids sont faits pour l'atteindre. Contrôle : comparé seulement.",
            "Un chiffre national ou régional remplace celui du département quand il n'a pas été trouvé.",
        ],
        small=True,
    )


def _margin(value: float, unit: str) -> str:
    if unit == "percent":
        return french.percent(value / 100)
    text = number_text(round(value) if abs(value) >= 100 else round(value, 2))
    return f"{text}\u00a0€" if unit.startswith("EUR") else text


#: What makes two figures of two laws the same: a reform may take a value and give it another standing.
SAME = ["name", "shown", "standing"]


def figures(study: Study) -> Section:
    """Return every figure used, the least sure first, with its standing and its source."""
    found = study.figures.copy()
    pairs = zip(found["value"], found["unit"], strict=True)
    found["shown"] = [french.value_text(value, unit) for value, unit in pairs]
    once = found.drop_duplicates(SAME)
    blocks: list[Block] = [_standings(once)]
    for standing in reversed(STANDINGS):
        some = once[once["standing"] == standing]
        if len(some):
            blocks.append(_of_standing(standing, some, _where(study, found)))
    return Section("chiffres", "D'où vient chaque chiffre", tuple(blocks))


def _of_standing(standing: str, some: pd.DataFrame, where: Callable[[Any], str]) -> Table:
    return table(
        f"chiffres-{standing}",
        f"{LABELS[standing]} : {len(some)} chiffres",
        some.itertuples(),
        [
            Column("Chiffre", lambda row: Cell(row.label, row.standing), number=False),
            Column("Valeur", lambda row: row.shown),
            Column("Depuis", _since, number=False),
            Column("Sous", where, number=False),
            Column(
                "Source", lambda row: Cell(text_of(row.source) or "–", href=text_of(row.href)), number=False
            ),
            Column("Note", lambda row: text_of(row.notes), number=False),
            Column("Nom", lambda row: row.name, number=False),
        ],
        small=True,
    )


def _where(study: Study, found: pd.DataFrame) -> Callable[[Any], str]:
    """Return under which laws a figure has a value."""
    called = study.titles
    laws = found.groupby(SAME, sort=False)["law"].agg(list)

    def where(row: Any) -> str:
        some = laws[row.name, row.shown, row.standing]
        everywhere = len(some) == len(study.compared) + 1
        return "toutes les lois" if everywhere else sentence_list([called[law] for law in some])

    return where


def _since(row: Any) -> str:
    return f"{day_text(row.since)}{', reconduit' if row.carried_forward else ''}"


def _standings(once: Any) -> Table:
    counts = once.groupby("standing")["name"].nunique()
    return table(
        "statuts",
        "Ce que valent les chiffres utilisés",
        [standing for standing in reversed(STANDINGS) if standing in counts],
        [
            Column("Statut", lambda standing: Cell("", standing), number=False),
            Column("Chiffres", lambda standing: str(counts[standing])),
            Column("Ce que c'est", lambda standing: MEANINGS[standing], number=False),
        ],
    )


def limits(study: Study) -> Section:
    """Return what the study leaves aside."""
    told = [note for note in study.notes if note not in study.subjects.notes]
    caveats = [
        f"{one.label} : {caveat}"
        for name, one in study.benefits.items()
        if one.benefit is not None and _moves(study, name)
        for caveat in one.benefit.caveats
    ]
    blocks: list[Block] = [Items((*told, *caveats))]
    return Section("limites", "Ce que cette étude ne dit pas", tuple(blocks))


def _moves(study: Study, benefit: str) -> bool:
    rows = study.budget[study.budget["benefit"] == benefit]
    return bool((rows["change"] != 0).any())


def place(study: Study) -> str:
    """Return the département studied, where it is known; nothing else."""
    return _departement(study.subjects.sample)
