"""What each law pays: over a year, and month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine
from dept_rules.engine.columns import Columns
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
    everywhere = [name for name in asked[next(iter(asked))] if all(name in some for some in asked.values())]
    values = columns(people, systems, [(name, year) for name in everywhere])
    for label, some in asked.items():  # what a reform of formulas adds is known to no other law
        own = [(name, year) for name in some if name not in everywhere]
        values[label] = {**values[label], **columns(people, {label: systems[label]}, own)[label]}
    return {
        label: {name: Paid(one.entity.key, values[label][name, year]) for name, one in some.items()}
        for label, some in asked.items()
    }


def by_month(
    people: Population,
    systems: Mapping[str, TaxBenefitSystem],
    benefits: Sequence[str],
    months: Iterable[Period],
) -> Iterator[tuple[Period, dict[str, dict[str, Array]]]]:
    """Yield, month by month, what each law pays of monthly benefits, by label and name."""
    for month in months:
        values = engine.columns(people, systems, [(name, month) for name in benefits])
        yield (
            month,
            {label: {name: found[name, month] for name in benefits} for label, found in values.items()},
        )
