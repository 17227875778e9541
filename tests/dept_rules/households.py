"""Random households for the tests: everybody in one menage, one famille and one foyer fiscal.

Families and tax households are consistent with the household they come from, yet not
equal to it: grown children found their own, married couples declare together, a child
may be attached to a tax household whose declarants live elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st
from openfisca_core.entities import GroupEntity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit, Period, period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entities import GROUPS
from dept_rules.people import Answers, Array, Group, Population
from dept_rules.system import baseline, inputs

#: Range of an input by unit, where the input declares no bounds of its own.
RANGES = {
    "EUR/month": (0, 3_000),
    "EUR/year": (0, 60_000),
    "EUR": (0, 20_000),
    "EUR/hour": (0, 30),
    "rate": (0, 1),
    "hours": (0, 200),
    "months": (0, 60),
    "years": (0, 30),
    "persons": (0, 8),
    "parts": (1, 5),
    "kWc": (0, 40),
}
DATES = (np.datetime64("2015-01-01"), np.datetime64("2028-01-01"))
ROLES = {group.key: [role.key for role in group.flattened_roles] for group in GROUPS}


@dataclass
class _Census:
    """Who is born when, and belongs to which group under which role."""

    born: list[np.datetime64] = field(default_factory=list)
    groups: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROLES, 0))
    members: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: {key: [] for key in ROLES})

    def new(self, group: str) -> int:
        self.groups[group] += 1
        return self.groups[group] - 1

    def add(self, born: np.datetime64, **memberships: tuple[int, str]) -> None:
        self.born.append(born)
        for group, membership in memberships.items():
            self.members[group].append(membership)


def random_population(
    seed: int, menages: int, *, years: Iterable[int] | None = None, system: TaxBenefitSystem | None = None
) -> Population:
    """Return a population of `menages` households, the same for the same `seed`.

    Every input is answered. Without `years`, an answer holds for every period; with them, it
    is drawn anew for each month (or year) of those years, and unknown at any other.
    """
    rng = np.random.default_rng(seed)
    census = _Census()
    for _ in range(menages):
        _household(rng, census)

    count = len(census.born)
    order = rng.permutation(count)  # the members of a group need not stand together
    groups = {entity.key: _group(entity, census, order) for entity in GROUPS}
    sizes = {"individu": count} | {key: group.count for key, group in groups.items()}
    # How likely an amount is not nil: some people and groups have hardly anything, some of everything.
    means = {key: rng.random(size) ** 2 for key, size in sizes.items()}
    answers = {
        name: _answers(rng, variable, means[variable.entity.key], years)
        for name, variable in inputs(system or baseline()).items()
    }
    everybody = np.ones(count, dtype=bool)
    answers["date_naissance"] = Answers(np.array(census.born, dtype="datetime64[D]")[order], everybody)
    return Population([f"individu_{rank}" for rank in range(count)], groups, answers)


def only(population: Population, menage: int) -> Population:
    """Return one household of a population, with the groups of its members."""
    rows = np.flatnonzero(population.groups["menage"].member_of == menage)
    groups, kept = {}, {"individu": rows}
    for key, group in population.groups.items():
        used, member_of = np.unique(group.member_of[rows], return_inverse=True)
        groups[key] = Group(group.entity, [group.ids[one] for one in used], member_of, group.roles[rows])
        kept[key] = used
    answers = {}
    for name, known in population.answers.items():
        part = kept[inputs(baseline())[name].entity.key]
        values = np.asarray(known.plain)[part]
        if isinstance(known.plain, EnumArray):
            values = EnumArray(values, known.plain.possible_values)
        answers[name] = Answers(values, known.answered[part])
    return Population([population.ids[row] for row in rows], groups, answers)


def populations(max_menages: int = 6) -> st.SearchStrategy[Population]:
    """Return a Hypothesis strategy of small random populations whose answers hold for every period."""
    return st.builds(random_population, seed=st.integers(0, 2**32 - 1), menages=st.integers(1, max_menages))


def _household(rng: np.random.Generator, census: _Census) -> None:
    menage, famille, foyer = census.new("menage"), census.new("famille"), census.new("foyer_fiscal")
    married = rng.random() < 0.5
    reference = _birth(rng, 1930, 2010)
    census.add(
        reference,
        menage=(menage, "personne_de_reference"),
        famille=(famille, "demandeur"),
        foyer_fiscal=(foyer, "declarant_principal"),
    )
    if rng.random() < 0.45:
        census.add(
            _birth(rng, 1930, 2010),
            menage=(menage, "conjoint"),
            famille=(famille, "conjoint"),
            foyer_fiscal=(foyer, "conjoint")
            if married
            else (census.new("foyer_fiscal"), "declarant_principal"),
        )
    for _ in range(min(rng.geometric(0.5) - 1, 5)):
        born = _birth(rng, 1998, 2027)
        grown = born < np.datetime64("2005-01-01")
        own_family, own_foyer, elsewhere = rng.random(3) < (0.5 * grown, 0.5 * grown, 0.1)
        if own_foyer:
            declares = (census.new("foyer_fiscal"), "declarant_principal")
        elif elsewhere:
            declares = (census.new("foyer_fiscal"), "personne_a_charge")
        else:
            declares = (foyer, "personne_a_charge")
        census.add(
            born,
            menage=(menage, "enfant"),
            famille=(census.new("famille"), "demandeur") if own_family else (famille, "enfant"),
            foyer_fiscal=declares,
        )
    if rng.random() < 0.15:
        census.add(
            _birth(rng, 1930, 2010),
            menage=(menage, "autre"),
            famille=(census.new("famille"), "demandeur"),
            foyer_fiscal=(census.new("foyer_fiscal"), "declarant_principal"),
        )


def _birth(rng: np.random.Generator, first: int, last: int) -> np.datetime64:
    """Draw a date of birth; half of them make a young adult of 16–26 at some time from 2018 to 2026."""
    if rng.random() < 0.5:
        first, last = max(first, 1992), min(last, 2011)
    start, end = np.datetime64(f"{first}-01-01"), np.datetime64(f"{last}-01-01")
    return start + rng.integers((end - start).astype(int))


def _group(entity: GroupEntity, census: _Census, order: Array) -> Group:
    members = [census.members[entity.key][person] for person in order]
    count = census.groups[entity.key]
    return Group(
        entity=entity,
        ids=[f"{entity.key}_{rank}" for rank in range(count)],
        member_of=np.array([rank for rank, _ in members], dtype=np.intp),
        roles=np.array([ROLES[entity.key].index(role) for _, role in members], dtype=np.intp),
    )


def _answers(rng: np.random.Generator, variable: Any, means: Array, years: Iterable[int] | None) -> Answers:
    everybody = np.ones(len(means), dtype=bool)
    if years is None or variable.definition_period == DateUnit.ETERNITY:
        return Answers(_draw(rng, variable, means), everybody)
    by_period = {at: (_draw(rng, variable, means), everybody) for at in _periods(variable, years)}
    return Answers(variable.default_array(len(means)), ~everybody, by_period)


def _periods(variable: Any, years: Iterable[int]) -> list[Period]:
    if variable.definition_period == DateUnit.YEAR:
        return [period(year) for year in years]
    return [period(f"{year}-{month:02}") for year in years for month in range(1, 13)]


def _draw(rng: np.random.Generator, variable: Any, means: Array) -> Array:
    """Draw values of an input: any member, any number or date that its bounds allow, often the default."""
    size = len(means)
    if variable.value_type is bool:
        return rng.random(size) < 0.5
    if variable.value_type is Enum:
        members = variable.possible_values
        return EnumArray(rng.integers(len(list(members)), size=size).astype(np.int16), members)
    if variable.value_type is date:
        first, last = DATES
        drawn = first + rng.integers((last - first).astype(int), size=size)
        return np.where(rng.random(size) < 0.5, drawn, variable.default_array(size))
    low, high = RANGES.get(variable.unit, (0, 1_000))
    low = low if variable.minimum is None else variable.minimum
    high = high if variable.maximum is None else variable.maximum
    if variable.value_type is int:
        drawn = rng.integers(int(low), int(high), size=size, endpoint=True)
    else:
        drawn = np.round(low + (high - low) * rng.random(size) ** 2, 2)
    return np.where(rng.random(size) < means, drawn, np.clip(variable.default_value, low, high)).astype(
        drawn.dtype
    )
