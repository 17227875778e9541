"""What a draw writes on: people and their homes, as arrays, before they become tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from openfisca_core.indexed_enums import Enum

from dept_rules.errors import Fault, MarginsError
from dept_rules.people import Array, Group
from dept_rules.population.margins import Book, Values
from dept_rules.system import baseline

Mask = npt.NDArray[np.bool_]

#: The strata of a sample: who lives in a dwelling of their own, and who does not.
ORDINARY = "menage_ordinaire"
STRATA = (ORDINARY, "etablissement", "foyer", "ase", "detention", "sans_domicile")


@dataclass
class Draft:
    """A population being drawn.

    Attributes:
        rng: where chance comes from; the same seed gives the same draw.
        book: the figures of the département.
        year: the year the sample is of; ages are those of its first day.
        menage: for each person, the rank of the household; people of a household stand together.
        role: for each person, the rank of their role in the household.
        age: for each person, whole years on 1 January.
        female: for each person.
        stratum: for each household, the rank in `STRATA`.
        kind: for each household, the rank in `dept_rules.population.draw.composition.KINDS`.
        people, homes, families, declarations: columns of inputs, by name. Members of
            enumerations are their indices, of 16-bit integers, and told in `enums`.
        groups: families and tax households, by key of the entity.
        enums: the enumeration of a column that holds one.
        outputs: what the law gives households, by name, where a check needs it.
    """

    rng: np.random.Generator
    book: Book
    year: int
    menage: Array
    role: Array
    age: Array
    female: Array
    stratum: Array
    kind: Array
    people: dict[str, Array] = field(default_factory=dict)
    homes: dict[str, Array] = field(default_factory=dict)
    families: dict[str, Array] = field(default_factory=dict)
    declarations: dict[str, Array] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    enums: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Array] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return the number of people."""
        return len(self.menage)

    @property
    def households(self) -> int:
        """Return the number of households, those outside ordinary dwellings included."""
        return len(self.stratum)

    @property
    def figures(self) -> Any:
        """Return the figures of the law on the first day of the year."""
        return baseline().get_parameters_at_instant(f"{self.year}-01-01")

    @property
    def poverty_line(self) -> float:
        """Return the poverty line of the law in the year of the sample, EUR a year by consumption unit."""
        return 12 * float(self.figures.seuil_pauvrete)

    @property
    def income_growth(self) -> float:
        """Return what the standards of living of the margins are multiplied by for the year of the sample.

        The poverty line is a share of the median: that of the law in the year, over that which the law
        has for the incomes of the margins. A study of that year then counts the poor of the margins.
        """
        told = baseline().get_parameters_at_instant(
            f"{self.book['annee_du_seuil_des_revenus']['ensemble']}-01-01"
        )
        return float(self.figures.seuil_pauvrete / told.seuil_pauvrete)

    @property
    def adult(self) -> Mask:
        """Return, for each person, whether they are of age."""
        return np.asarray(self.age >= self.figures.majorite)

    @property
    def young(self) -> Mask:
        """Return, for each person, whether they are a young adult."""
        return np.asarray(self.adult & (self.age <= self.book["ages"]["jeune_maximum"]))

    @property
    def ordinary(self) -> Mask:
        """Return, for each household, whether it lives in an ordinary dwelling."""
        return np.asarray(self.stratum == STRATA.index(ORDINARY))

    @property
    def reference(self) -> Array:
        """Return, for each household, the rank of its reference person."""
        return np.flatnonzero(self.role == 0)

    def chance(self, percent: Any, size: int | None = None) -> Mask:
        """Return, for each person (or of `size`), whether an event of this chance in a hundred happens."""
        return np.asarray(self.rng.random(self.count if size is None else size) * 100 < percent)

    def lognormal(self, median: Any, spread: Any, size: int) -> Array:
        """Return positive amounts around a median; `spread` is the deviation of their logarithm."""
        return np.asarray(median * np.exp(spread * self.rng.standard_normal(size)))

    def sum_by_home(self, values: Array) -> Array:
        """Return, for each household, the sum over its people."""
        return np.bincount(self.menage, weights=values, minlength=self.households)

    def choose(self, name: str, conditions: Sequence[tuple[Any, Enum]], default: Enum, size: int) -> Array:
        """Return the indices of members, that of the first condition that holds; note the enumeration."""
        self.enums[name] = type(default)
        masks = [np.broadcast_to(mask, size) for mask, _ in conditions]
        chosen = np.select(masks, [member.index for _, member in conditions], default.index)
        return np.asarray(chosen, dtype=np.int16)


def index(enum: Any, name: str) -> int:
    """Return the index of a member of an enumeration."""
    return int(enum[name].index)


def indices(enum: Any, names: Iterable[str]) -> Array:
    """Return the indices of members of an enumeration."""
    return np.array([enum[name].index for name in names], dtype=np.int16)


def pick(rng: np.random.Generator, shares: Mapping[str, float], size: int) -> Array:
    """Draw categories by their ranks, in proportion to their shares.

    Raises:
        MarginsError: shares are all nil.
    """
    parts = np.cumsum(list(shares.values()), dtype=float)
    return np.searchsorted(parts / whole(shares), rng.random(size), side="right")


def whole(shares: Mapping[str, float]) -> float:
    """Return what shares sum to.

    Raises:
        MarginsError: shares are all nil.
    """
    total = float(sum(shares.values()))
    if not total > 0:
        raise MarginsError([Fault(", ".join(shares), "shares are all nil", "some above nil")])
    return total


def band(values: Array, names: Sequence[str]) -> Array:
    """Return the rank of the band ("18-24", "75+", "21") each value lies in; -1 in none."""
    ranks = np.full(len(values), -1)
    for rank, name in enumerate(names):
        low, high = limits(name)
        ranks[(values >= low) & (values <= high)] = rank
    return ranks


def limits(name: str) -> tuple[int, int]:
    """Return the first and the last value of a band.

    Raises:
        ValueError: this is not a band.
    """
    if name.endswith("+"):
        return int(name[:-1]), np.iinfo(np.int64).max
    first, _, last = name.partition("-")
    return int(first), int(last or first)


def between(values: Array, low: float, high: float) -> Mask:
    """Return where values lie between two bounds, both included."""
    return np.asarray((values >= low) & (values <= high))


def by_band(values: Array, figures: Values, otherwise: float = 0.0) -> Array:
    """Return the figure of the band each value lies in."""
    told = {name: number for name, number in figures.items() if name[0].isdigit()}  # others are no bands
    numbers = np.array([*told.values(), otherwise], dtype=float)
    return np.asarray(numbers[band(values, list(told))])


def along(values: Array, points: Values) -> Array:
    """Return the figures of ages, in straight lines between those told."""
    ages = [int(age) for age in points]
    return np.interp(values, ages, [float(number) for number in points.values()])


def draw_ages(rng: np.random.Generator, shares: Mapping[str, float], size: int) -> Array:
    """Draw ages: a band by its share, then any age of the band."""
    bounds = np.array([limits(name) for name in shares])
    chosen = pick(rng, shares, size)
    return np.asarray(rng.integers(bounds[chosen, 0], bounds[chosen, 1], endpoint=True))
