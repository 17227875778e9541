"""The values that a missing answer may have, cut where the rules change side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import Period

from dept_rules.answers import BIRTH, EARLIEST, LARGEST, LARGEST_INTEGER
from dept_rules.base import NO_DATE
from dept_rules.errors import LawError

LATEST = np.datetime64("9999-12-31", "D")

#: Orders of magnitude at which to look at a number, beside those the rules compare it with.
MAGNITUDES = (10.0, 100.0, 300.0, 600.0, 1_000.0, 1_500.0, 2_000.0, 3_000.0, 10_000.0)
#: No aid is that large: a bound above it is none.
BOUNDLESS = 1e9
#: A range that no magnitude cuts is cut in so many equal parts.
PARTS = 16


class Domain(NamedTuple):
    """Values that an answer may have: numbers, booleans or dates from `low` to `high`, or members.

    Attributes:
        low, high: bounds, included; None for members of an enumeration.
        members: their ranks; None for what has bounds.
    """

    low: Any = None
    high: Any = None
    members: tuple[int, ...] | None = None

    @property
    def single(self) -> bool:
        """Return whether one value only is left."""
        return len(self.members) == 1 if self.members is not None else bool(self.low == self.high)


def domain(variable: Any, month: Period) -> Domain:
    """Return all the values that an answer may have.

    Args:
        variable: the input.
        month: the month asked; nobody is born after it.

    Raises:
        LawError: the input is text.
    """
    kind = variable.value_type
    if kind is bool:
        return Domain(False, True)
    if kind is Enum:
        return Domain(members=tuple(range(len(list(variable.possible_values)))))
    if kind is date:
        last = np.datetime64(month.stop.date, "D")
        return Domain(EARLIEST, last if variable.name == BIRTH else LATEST)
    if kind in (float, int):
        limit = LARGEST if kind is float else int(LARGEST_INTEGER)
        low = -limit if variable.minimum is None else variable.minimum
        high = limit if variable.maximum is None else variable.maximum
        return Domain(kind(low), kind(high))
    raise LawError(f"{variable.name} is text: a rule that reads it has no partial reading")


def default(variable: Any) -> Domain:
    """Return the one value that silence stands for."""
    value = variable.default_array(1)[0]
    if variable.value_type is Enum:
        return Domain(members=(int(value),))
    value = value if variable.value_type is date else variable.value_type(value)
    return Domain(value, value)


def holds(one: Domain, other: Domain) -> bool:
    """Return whether `one` holds the value that `other` is."""
    if one.members is not None:
        return other.members is not None and other.members[0] in one.members
    return bool(one.low <= other.low <= one.high)


def pieces(whole: Domain, thresholds: Iterable[float], month: Period) -> list[Domain]:
    """Cut a domain in pieces that make it up, where the rules change side or could.

    Args:
        whole: the domain.
        thresholds: what the rules compare the answer, or what is made from it, with: amounts, or
            for a date years or months of age.
        month: the month asked.
    """
    if whole.members is not None:
        return [Domain(members=(one,)) for one in whole.members]
    if whole.single:
        return [whole]
    kind = type(whole.low)
    if kind is bool:
        return [Domain(False, False), Domain(True, True)]
    cuts = _days(thresholds, month) if kind is np.datetime64 else _numbers(kind, whole, thresholds)
    inside = {cut for cut in cuts if whole.low < cut <= whole.high} or _even(whole)
    starts = sorted({whole.low, *inside})
    ends = [_before(start) for start in starts[1:]] + [whole.high]
    return [Domain(start, end) for start, end in zip(starts, ends, strict=True)]


def point(within: Domain, rng: np.random.Generator) -> Domain:
    """Return one value of a domain: mostly one of its ends."""
    if within.members is not None:
        return Domain(members=(int(rng.choice(within.members)),))
    if within.single:
        return within
    low, high = within.low, within.high
    if isinstance(low, bool | np.datetime64):
        value = (low, high)[rng.integers(2)]
    elif high > BOUNDLESS:
        value = (low, high, type(low)(2 * abs(low) + 1_000))[rng.integers(3)]
    else:
        value = (low, high, type(low)((low + high) / 2))[rng.integers(3)]
    return Domain(value, value)


def _numbers(kind: Any, whole: Domain, thresholds: Iterable[float]) -> set[Any]:
    """Return where pieces of a range of numbers begin: least value alone, thresholds, magnitudes."""
    found = {one for one in (*thresholds, *MAGNITUDES) if whole.low < one <= min(whole.high, BOUNDLESS)}
    cuts = {kind(np.ceil(one)) if kind is int else float(one) for one in found}
    return cuts | {_after(whole.low)} if cuts else cuts


def _days(thresholds: Iterable[float], month: Period) -> set[np.datetime64]:
    """Return where pieces of a range of dates begin: whole months or years before the month asked."""
    first = np.datetime64(month.start.date, "M")
    ages = {int(one) for one in thresholds if abs(one) < 1_500}
    months = {0, -1} | ages | {12 * one for one in ages if one < 150}
    begun = {(first - one).astype("datetime64[D]") for one in months for one in (one, one - 1)}
    return begun | {day + 1 for day in begun} | {NO_DATE, NO_DATE + 1}


def _even(whole: Domain) -> set[Any]:
    """Return where parts of equal length of a range begin."""
    low, length = whole.low, whole.high - whole.low
    if isinstance(low, float):
        starts = {low + part * length / PARTS for part in range(1, PARTS)}
    else:
        starts = {low + part * length // PARTS for part in range(1, PARTS)}  # whole numbers, or days
    return {start for start in starts if start > low} | {whole.high}


def _after(value: Any) -> Any:
    return float(np.nextafter(value, np.inf)) if isinstance(value, float) else value + 1


def _before(value: Any) -> Any:
    return float(np.nextafter(value, -np.inf)) if isinstance(value, float) else value - 1
