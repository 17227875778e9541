"""Who lives with whom: households, their reference person, spouse, children and flatmates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dept_rules.enums import StatutMarital
from dept_rules.people import Array
from dept_rules.population import calibration
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
    whole,
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
TRIES = 40


def compose(rng: np.random.Generator, book: Book, households: int, year: int) -> Draft:
    """Draw the people of `households` households, of which some are persons outside ordinary dwellings."""
    outside = book["hors_menages"]
    share = outside["personnes"] / (outside["personnes"] + outside["menages"])
    stratum = np.zeros(households, dtype=np.intp)
    last = max(1, round(households * share))
    stratum[-last:] = 1 + pick(rng, book["composition_hors_menages"], last)
    kind, others = np.full(households, OUTSIDE), np.zeros(households, dtype=int)
    kind[stratum == 0], others[stratum == 0] = _kinds(rng, book, int((stratum == 0).sum()))
    reference = _reference_ages(rng, book, kind, stratum)
    parts = [
        (np.arange(households), np.full(households, REFERENCE), reference),
        _spouses(rng, book, kind, reference),
        _children(rng, book, np.where(kind == FLATMATES, 0, others), reference),
        _flatmates(rng, book, np.where(kind == FLATMATES, others, 0), reference),
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


class _Composition(NamedTuple):
    """A composition of households, and its share.

    Attributes:
        kind: rank in `KINDS`.
        others: children or flatmates.
        share: of ordinary households.
    """

    kind: int
    others: int
    share: float

    @property
    def size(self) -> int:
        """Return the number of people."""
        return self.others + (2 if self.kind in (COUPLE, PARENTS) else 1)


def _kinds(rng: np.random.Generator, book: Book, size: int) -> tuple[Array, Array]:
    """Draw kinds of households, and how many children or flatmates each has."""
    known = _compositions(book)
    shares = _inflected(book, known)
    drawn = pick(rng, {str(rank): float(share) for rank, share in enumerate(shares)}, size)
    return np.array([one.kind for one in known])[drawn], np.array([one.others for one in known])[drawn]


def _compositions(book: Book) -> list[_Composition]:
    """Return the compositions that the structures tell."""
    several = {FLATMATES: book["colocataires"]}
    several |= {rank: book["enfants_du_menage"][KINDS[rank]] for rank in (PARENTS, LONE_PARENT)}
    found = []
    for rank, name in enumerate(KINDS[:OUTSIDE]):
        numbers = several.get(rank, {"0": 1})
        each = float(book["types_de_menage"][name]) / whole(numbers)
        found += [_Composition(rank, int(number), each * part) for number, part in numbers.items()]
    return found


def _inflected(book: Book, known: list[_Composition]) -> Array:
    """Return the shares of compositions nearest to those told which have the margins that bear on them.

    Those are people alone, kinds of other households and the mean size: a draw that starts from them needs
    no uneven weights to reach them. Where no shares have them all, those told are returned.
    """
    told = np.array([one.share for one in known])
    told = told / told.sum()
    kind, size = np.array([one.kind for one in known]), np.array([one.size for one in known])
    alone, kinds = (book.margins.get(f"menages_{name}") for name in ("par_taille", "de_plusieurs_par_type"))
    wanted = [(np.ones(len(known)), 1.0)]  # a value of compositions, and the mean that it is to have
    if alone is not None and "1" in alone.values:
        wanted.append((kind == ALONE, alone.values["1"] / 100))
    for name, part in kinds.values.items() if kinds else ():
        wanted.append(((kind == KINDS.index(name)) - (kind != ALONE) * part / 100, 0.0))
    if book.mean_size is not None:
        wanted.append((size, book.mean_size))
    columns = np.stack([column for column, _ in wanted], axis=1).astype(float)
    near = calibration.rake(columns, np.array([mean for _, mean in wanted]), told)
    return near.weights if near.converged else told


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
    rng: np.random.Generator, book: Book, numbers: Array, reference: Array
) -> tuple[Array, Array, Array]:
    """Draw children, born when their parent was of an age to be one, and who still live at home."""
    homes = np.repeat(np.arange(len(numbers)), numbers)
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
    rng: np.random.Generator, book: Book, numbers: Array, reference: Array
) -> tuple[Array, Array, Array]:
    homes = np.repeat(np.arange(len(numbers)), numbers)
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
