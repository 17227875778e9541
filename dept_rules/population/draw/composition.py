"""Who lives with whom: households, their reference person, spouse, children and flatmates."""

from __future__ import annotations

import numpy as np

from dept_rules.enums import StatutMarital
from dept_rules.people import Array
from dept_rules.population.draw.draft import (
    ORDINARY,
    STRATA,
    Draft,
    along,
    between,
    draw_ages,
    index,
    indices,
    limits,
    pick,
)
from dept_rules.population.margins import Book

#: Kinds of households; the last is that of a person outside ordinary dwellings.
KINDS = (
    "personne_seule",
    "sans_famille",
    "couple_sans_enfant",
    "couple_avec_enfants",
    "monoparental",
    "hors_menage",
)
ALONE, FLATMATES, COUPLE, PARENTS, LONE_PARENT, OUTSIDE = range(len(KINDS))
REFERENCE, SPOUSE, CHILD, OTHER = range(4)
#: Times that a child who would have left is drawn anew.
TRIES = 6


def compose(rng: np.random.Generator, book: Book, households: int, year: int) -> Draft:
    """Draw the people of `households` households, of which some are persons outside ordinary dwellings."""
    outside = book["hors_menages"]
    share = outside["personnes"] / (outside["personnes"] + outside["menages"])
    stratum = np.zeros(households, dtype=np.intp)
    last = max(1, round(households * share))
    stratum[-last:] = 1 + pick(rng, book["composition_hors_menages"], last)
    kind = np.full(households, OUTSIDE)
    kind[stratum == 0] = _kinds(rng, book, int((stratum == 0).sum()))
    reference = _reference_ages(rng, book, kind, stratum)
    parts = [
        (np.arange(households), np.full(households, REFERENCE), reference),
        _spouses(rng, book, kind, reference),
        _children(rng, book, kind, reference),
        _flatmates(rng, book, kind, reference),
    ]
    menage, role, age = (np.concatenate([part[rank] for part in parts]) for rank in range(3))
    order = np.lexsort((-age, role, menage))
    draft = Draft(
        rng,
        book,
        year,
        menage[order],
        role[order],
        age[order],
        np.zeros(len(order), dtype=bool),
        stratum,
        kind,
    )
    draft.kind = _without_children(draft)
    draft.female = _females(draft)
    _births(draft)
    _couples(draft)
    return draft


def _kinds(rng: np.random.Generator, book: Book, size: int) -> Array:
    """Draw kinds of households, as many alone as the margin of sizes says where there is one."""
    shares = {name: float(part) for name, part in book["types_de_menage"].items()}
    sizes = book.margins.get("menages_par_taille")
    if sizes is not None and "1" in sizes.values:
        rest = sum(shares.values()) - shares["personne_seule"]
        several = 100 - sizes.values["1"]
        shares = {name: part * several / rest for name, part in shares.items()}
        shares["personne_seule"] = sizes.values["1"]
    names = list(shares)
    return np.array([KINDS.index(name) for name in names])[pick(rng, shares, size)]


def _reference_ages(rng: np.random.Generator, book: Book, kind: Array, stratum: Array) -> Array:
    ages = np.zeros(len(kind), dtype=int)
    for rank, name in enumerate(KINDS[:OUTSIDE]):
        rows = kind == rank
        ages[rows] = draw_ages(rng, book["age_du_referent"][name], int(rows.sum()))
    for rank, name in enumerate(STRATA):
        if name != ORDINARY:
            rows = stratum == rank
            ages[rows] = draw_ages(rng, book["age_hors_menages"][name], int(rows.sum()))
    return ages


def _spouses(
    rng: np.random.Generator, book: Book, kind: Array, reference: Array
) -> tuple[Array, Array, Array]:
    homes = np.flatnonzero((kind == COUPLE) | (kind == PARENTS))
    return homes, np.full(len(homes), SPOUSE), _near(rng, book, reference[homes], "conjoint_ecart_type")


def _children(
    rng: np.random.Generator, book: Book, kind: Array, reference: Array
) -> tuple[Array, Array, Array]:
    """Draw children, born when their parent was of an age to be one, and who still live at home."""
    numbers = np.zeros(len(kind), dtype=int)
    for rank in (PARENTS, LONE_PARENT):
        rows = kind == rank
        shares = book["enfants_du_menage"][KINDS[rank]]
        drawn = pick(rng, shares, int(rows.sum()))
        numbers[rows] = np.array([int(number) for number in shares])[drawn]
    homes = np.repeat(np.arange(len(kind)), numbers)
    gaps = book["ecart_d_age"]
    ages = np.full(len(homes), -1)
    open_ones = np.arange(len(homes))
    for _ in range(TRIES):
        parent = reference[homes[open_ones]]
        born = gaps["parent_moyenne"] + gaps["parent_ecart_type"] * rng.standard_normal(len(open_ones))
        oldest = np.minimum(gaps["parent_maximum"], parent)
        age = parent - np.rint(np.clip(born, np.minimum(gaps["parent_minimum"], oldest), oldest)).astype(int)
        leaves = (age >= gaps["adulte_minimum"]) & (
            rng.random(len(open_ones)) * 100 >= along(age, book["chez_les_parents_par_age"])
        )
        keep = (age >= 0) & ~leaves
        ages[open_ones[keep]] = age[keep]
        open_ones = open_ones[~keep]
    kept = ages >= 0
    return homes[kept], np.full(int(kept.sum()), CHILD), ages[kept]


def _flatmates(
    rng: np.random.Generator, book: Book, kind: Array, reference: Array
) -> tuple[Array, Array, Array]:
    homes = np.flatnonzero(kind == FLATMATES)
    shares = book["colocataires"]
    numbers = np.array([int(number) for number in shares])[pick(rng, shares, len(homes))]
    homes = np.repeat(homes, numbers)
    return homes, np.full(len(homes), OTHER), _near(rng, book, reference[homes], "colocataire_ecart_type")


def _near(rng: np.random.Generator, book: Book, age: Array, spread: str) -> Array:
    """Draw the ages of adults about that of another."""
    gaps = book["ecart_d_age"]
    drawn = age + np.rint(gaps[spread] * rng.standard_normal(len(age)))
    return np.asarray(np.clip(drawn, gaps["adulte_minimum"], gaps["maximum"]), dtype=int)


def _without_children(draft: Draft) -> Array:
    """Return the kinds of households once known which have no child left at home."""
    childless = draft.sum_by_home(draft.role == CHILD) == 0
    kind = np.where((draft.kind == PARENTS) & childless, COUPLE, draft.kind)
    return np.where((kind == LONE_PARENT) & childless, ALONE, kind)


def _females(draft: Draft) -> Array:
    shares = draft.book["femmes"]
    chance = np.full(draft.households, float(shares["reference"]))
    chance[draft.kind == ALONE] = shares["personne_seule"]
    chance[draft.kind == LONE_PARENT] = shares["monoparental"]
    female = np.where(
        draft.role == REFERENCE, draft.chance(chance[draft.menage]), draft.chance(shares["reference"])
    ).astype(bool)
    spouse = draft.role == SPOUSE
    female[spouse] = ~female[draft.reference[draft.menage[spouse]]]
    return female


def _births(draft: Draft) -> None:
    first = (np.datetime64("1970", "Y") + (draft.year - draft.age - 1970)).astype("datetime64[D]")
    draft.people["date_naissance"] = first - draft.rng.integers(0, 365, draft.count)


def _couples(draft: Draft) -> None:
    """Draw how couples are bound, and what others are before the law."""
    partners = (draft.role <= SPOUSE) & np.isin(draft.kind, (COUPLE, PARENTS))[draft.menage]
    status = np.zeros(draft.count, dtype=np.int16)
    for figures, who in (("statut_marital_en_couple", partners), ("statut_marital_seul", ~partners)):
        for span, shares in draft.book[figures].items():
            rows = who & between(draft.age, *limits(span))
            members = indices(StatutMarital, shares)
            status[rows] = members[pick(draft.rng, shares, int(rows.sum()))]
    spouse = draft.role == SPOUSE
    status[spouse] = status[draft.reference[draft.menage[spouse]]]
    status[~draft.adult] = index(StatutMarital, "celibataire")
    draft.people["statut_marital"] = status
    draft.enums["statut_marital"] = StatutMarital
