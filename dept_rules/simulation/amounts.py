"""What each law pays over a year: yearly sums, and in which months somebody was paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine
from dept_rules.people import Array, Population
from dept_rules.system import benefits
from dept_rules.variable import Variable


@dataclass(frozen=True)
class Paid:
    """What a law pays of one amount over a year.

    Attributes:
        entity: key of the entity that is paid.
        total: EUR over the year, one element a person or group.
        months: bits of the months in which it was paid, January first (all of them where it is yearly).
    """

    entity: str
    total: Array
    months: Array


#: What a law pays, by name of the benefit or of what it offsets.
Payments = Mapping[str, Paid]


def money(system: TaxBenefitSystem) -> dict[str, Variable]:
    """Return the benefits that are amounts, by name."""
    return {name: one for name, one in benefits(system).items() if one.value_type is float}


def offsets(benefit: Variable) -> tuple[str, ...]:
    """Return the names of the amounts that other public payments lose when a benefit is paid."""
    assert benefit.benefit is not None
    return tuple(one.variable for one in benefit.benefit.offsets)


def payments(
    people: Population, systems: Mapping[str, TaxBenefitSystem], year: Period
) -> dict[str, dict[str, Paid]]:
    """Return, by label of the law, what each benefit and each offset comes to over a year.

    Months are computed one after the other, so that only their sums are kept.
    """
    asked = {label: _asked(system) for label, system in systems.items()}
    found: dict[str, dict[str, Paid]] = {label: {} for label in systems}
    for part in (year, *year.get_subperiods(DateUnit.MONTH)):
        keys = {
            label: [(name, part) for name, one in names.items() if one.definition_period == part.unit]
            for label, names in asked.items()
        }
        everything = list(dict.fromkeys(key for some in keys.values() for key in some))
        values = engine.columns(people, systems, everything)
        for label, some in keys.items():
            for key in some:
                one = asked[label][key[0]]
                _add(found[label], one, part, np.asarray(values[label][key]))
    return found


def _asked(system: TaxBenefitSystem) -> dict[str, Variable]:
    return dict(_walk(system))


def _walk(system: TaxBenefitSystem) -> Iterator[tuple[str, Variable]]:
    for name, one in money(system).items():
        yield name, one
        for offset in offsets(one):
            yield offset, system.variables[offset]


def _add(found: dict[str, Paid], one: Variable, part: Period, values: Array) -> None:
    bit = 0xFFF if part.unit == DateUnit.YEAR else 1 << (part.start.month - 1)
    paid = np.where(values > 0, np.uint16(bit), np.uint16(0))
    known = found.get(one.name)
    if known is None:
        found[one.name] = Paid(one.entity.key, values.astype(np.float64), paid)
    else:
        known.total[:] += values
        known.months[:] |= paid
