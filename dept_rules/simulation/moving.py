"""Whom a figure moves: for most people an amount is the same whatever it is, and need not be followed.

What the figure has no part in is computed by the engine, once. The rest is read with bounds, the figure
being anywhere in its range: where they meet, the amount is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import Instant
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine
from dept_rules.errors import LawError
from dept_rules.execution import Key
from dept_rules.explanation.partial import as_declared
from dept_rules.explanation.uncertain import Uncertain
from dept_rules.people import Array, Population, linked, of_households
from dept_rules.simulation.functions import Functions, Range, constant
from dept_rules.simulation.parameter_reading import ParameterExecution
from dept_rules.simulation.subjects import one_household
from dept_rules.simulation.variants import figure_or_scale


@dataclass(frozen=True)
class Moved:
    """Amounts over a population, one figure of which varies.

    Attributes:
        moving: by entity, which people or groups stand with somebody whose amount the figure may change.
        settled: by variable and period, the amounts of the others; undefined for those of `moving`.
        functions: by variable and period, those of `moving` as functions of the figure, in their order.
    """

    moving: Mapping[str, Array]
    settled: Mapping[Key, Array]
    functions: Mapping[Key, Functions]


def moved(
    system: TaxBenefitSystem,
    people: Population,
    keys: Iterable[Key],
    name: str,
    over: Range,
    since: Instant,
) -> Moved:
    """Return amounts as functions of a figure, for those alone whose amounts it may change.

    Args:
        system: the law.
        people: people and what is known of them.
        keys: the amounts, and at which periods.
        name: the figure (a number).
        over: the range it varies over.
        since: the first day on which it varies.

    Raises:
        LawError: the rules are not piecewise linear in this figure.
    """
    asked = list(keys)
    entities = {one: found.entity.key for one, found in system.variables.items()}
    known = engine.columns(people, {"": system}, _beside(system, people, asked, name))[""]
    bounds = _Bounds(system, people, name, over, since)
    bounds.take(known)
    settled, homes = {}, np.zeros(people.size("menage"), dtype=bool)
    for key in asked:
        low, high = bounds.of(key)
        settled[key] = low
        homes |= _homes(people, entities[key[0]], low != high)
    ranks = linked(people, np.flatnonzero(homes))
    moving = _members(people, ranks)
    if not len(ranks):
        return Moved(moving, settled, {key: constant(0.0, 0, over) for key in asked})
    part = of_households(people, ranks, {one: entities[one] for one in people.answers})
    run = ParameterExecution(system, part, name, over, since)
    run.take({key: values[moving[entities[key[0]]]] for key, values in known.items()})
    return Moved(moving, settled, {key: run.function(key) for key in asked})


class _Bounds(ParameterExecution):
    """Runs the law on a figure of which only the range is known."""

    def of(self, key: Key) -> tuple[Array, Array]:
        """Return the least and the greatest value of a variable, one element a person or group."""
        found: Any = self.value(*key)
        return (found.low, found.high) if isinstance(found, Uncertain) else (found, found)

    def _standing(self) -> Any:
        low, high = (np.array([float(end)]) for end in self.over)
        return Uncertain(low, high)

    def _cast(self, variable: Any, result: Any, size: int) -> Any:
        if not isinstance(result, Uncertain):
            return super()._cast(variable, result, size)
        if variable.value_type is Enum:
            raise LawError(f"{variable.name} is an enumeration that depends on a figure")
        found = as_declared(variable, result)
        return found if len(found.low) == size else found[np.zeros(size, dtype=np.int64)]


def _beside(system: TaxBenefitSystem, people: Population, keys: Iterable[Key], name: str) -> list[Key]:
    """Return what formulas that hang on a figure read, and that does not hang on it."""
    run, figure = one_household(people, system), figure_or_scale(name)
    for key in keys:
        run.value(*key)
    readers: dict[Key, list[Key]] = {}
    for reader, read in run.calls.items():
        for key in read:
            readers.setdefault(key, []).append(reader)
    hanging: dict[Key, None] = {}
    pending = [key for key, figures in run.figures.items() if figure in figures]
    while pending:
        key = pending.pop()
        if key not in hanging:
            hanging[key] = None
            pending += readers.get(key, [])
    beside = (key for reader in hanging for key in run.calls[reader] if key not in hanging)
    asked = (key for key in keys if key not in hanging)
    return list(dict.fromkeys((*beside, *asked)))


def _homes(people: Population, entity: str, there: Array) -> Array:
    """Return in which households somebody, or somebody of a group, is among those of an entity."""
    if entity == "menage":
        return there
    of_people = there if entity == "individu" else there[people.groups[entity].member_of]
    found = np.zeros(people.size("menage"), dtype=bool)
    found[people.groups["menage"].member_of[of_people]] = True
    return found


def _members(people: Population, ranks: Array) -> dict[str, Array]:
    """Return, by entity, which people and groups are those of some households."""
    chosen = np.zeros(people.size("menage"), dtype=bool)
    chosen[ranks] = True
    persons = chosen[people.groups["menage"].member_of]
    found = {"individu": persons}
    for key, group in people.groups.items():
        found[key] = np.zeros(group.count, dtype=bool)
        found[key][group.member_of[persons]] = True
    return found
