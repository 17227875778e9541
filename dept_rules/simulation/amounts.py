"""What each law pays: over a year, and month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine
from dept_rules.engine.columns import Columns
from dept_rules.execution import Key
from dept_rules.people import Array, Population
from dept_rules.system import benefits
from dept_rules.variable import Variable


@dataclass(frozen=True)
class Paid:
    """What a law pays of one amount over a year.

    Attributes:
        entity: key of the entity that is paid.
        total: EUR over the year, one element a person or group. Not to be changed in place.
    """

    entity: str
    total: Array


#: What a law pays, by name of the benefit or of what it offsets.
Payments = Mapping[str, Paid]


def money(system: TaxBenefitSystem) -> dict[str, Variable]:
    """Return the benefits that are amounts, by name."""
    return {name: one for name, one in benefits(system).items() if one.value_type is float}


def offsets(benefit: Variable) -> tuple[str, ...]:
    """Return the names of the amounts that other public payments lose when a benefit is paid."""
    assert benefit.benefit is not None
    return tuple(one.variable for one in benefit.benefit.offsets)


def amounts(system: TaxBenefitSystem) -> dict[str, Variable]:
    """Return the benefits that are amounts, and what they offset, by name."""
    found = money(system)
    return found | {name: system.variables[name] for one in found.values() for name in offsets(one)}


def every(
    systems: Iterable[TaxBenefitSystem],
    of: Callable[[TaxBenefitSystem], Mapping[str, Variable]] = money,
) -> dict[str, Variable]:
    """Return the benefits that some law knows, by name: a law that lacks one pays nothing of it.

    Args:
        systems: the laws; a benefit that several know is told as the first one tells it.
        of: what is told of each law, `money` or `amounts`.
    """
    found: dict[str, Variable] = {}
    for system in systems:
        for name, one in of(system).items():
            found.setdefault(name, one)
    return found


def computed(
    people: Population,
    systems: Mapping[str, TaxBenefitSystem],
    keys: Sequence[Key],
    columns: Callable[..., Columns] = engine.columns,
) -> Columns:
    """Return variables at periods under each law, by label; what a law does not know is left out.

    Args:
        people: whom they are computed for.
        systems: the laws, by label.
        keys: names and periods.
        columns: what computes them, as `dept_rules.engine.columns` does.
    """
    known = {label: [key for key in keys if key[0] in system.variables] for label, system in systems.items()}
    everywhere = [key for key in keys if all(key in some for some in known.values())]
    values = columns(people, systems, everywhere)
    for label, some in known.items():
        own = [key for key in some if key not in everywhere]
        if own:
            values[label] = {**values[label], **columns(people, {label: systems[label]}, own)[label]}
    return values


def payments(
    people: Population,
    systems: Mapping[str, TaxBenefitSystem],
    year: Period,
    columns: Callable[..., Columns] = engine.columns,
) -> dict[str, dict[str, Paid]]:
    """Return, by label of the law, what each benefit and each offset comes to over a year.

    Args:
        people: whom the laws pay.
        systems: the laws, by label.
        year: when.
        columns: what computes them, as `dept_rules.engine.columns` does.
    """
    asked = {label: amounts(system) for label, system in systems.items()}
    names = dict.fromkeys(name for some in asked.values() for name in some)
    values = computed(people, systems, [(name, year) for name in names], columns)
    return {
        label: {name: Paid(one.entity.key, values[label][name, year]) for name, one in some.items()}
        for label, some in asked.items()
    }


def by_month(
    people: Population,
    systems: Mapping[str, TaxBenefitSystem],
    benefits: Mapping[str, Variable],
    months: Iterable[Period],
) -> Iterator[tuple[Period, dict[str, dict[str, Array]]]]:
    """Yield, month by month, what each law pays of monthly benefits, by label and name."""
    nothing = {name: np.zeros(people.size(one.entity.key)) for name, one in benefits.items()}
    for month in months:
        values = computed(people, systems, [(name, month) for name in benefits])
        yield (
            month,
            {
                label: {name: found.get((name, month), nothing[name]) for name in benefits}
                for label, found in values.items()
            },
        )
