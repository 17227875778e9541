"""Arrays of what is not known: intervals, three-valued booleans, sets of members of an enumeration.

They go through the formulas of the law as NumPy arrays do. Whatever the unknown answers
are, the exact result lies between the bounds: each operation is done, in floating point
too, on bounds that it keeps in order. An operation that has no such reading is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin
from openfisca_core.indexed_enums import Enum, EnumArray

from dept_rules.errors import LawError
from dept_rules.people import Array, extreme

Bools = npt.NDArray[np.bool_]

#: Where set, gathers the numbers that what is unknown was compared with: bits of missing answers, number.
THRESHOLDS: ContextVar[set[tuple[int, float]] | None] = ContextVar("thresholds", default=None)


class Abstract(NDArrayOperatorsMixin):
    """What both kinds of arrays share: how they meet NumPy, and what they hang on.

    Attributes:
        hangs_on: for each element, the unknown answers that its value may depend on, as the bits
            of an integer: an answer whose bit is not set cannot change it. None where not tracked.
    """

    __slots__ = ("hangs_on",)

    hangs_on: Array | None

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        rule = RULES.get(ufunc)
        if rule is None or method != "__call__" or kwargs:
            raise LawError(f"{ufunc.__name__} ({method}) has no partial reading")
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            return rule(ufunc, *inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where and len(args) == 3 and not kwargs:
            return _where(*args)
        if func is np.bincount and len(args) == 1:
            return _sums(*args, **kwargs)
        raise LawError(f"{func.__name__} has no partial reading")

    def __bool__(self) -> bool:
        raise TypeError("what is not known has no truth value: a formula must not branch on data")

    __hash__ = None  # type: ignore[assignment]  # == gives an array


class Uncertain(Abstract):
    """Numbers, booleans or dates of which only bounds are known.

    Attributes:
        low, high: the bounds, included, one element a person or group. Of a boolean: whether it
            certainly holds, and whether it possibly does.
        choices: (of whole numbers) the condition and the two values they are chosen between.
    """

    __slots__ = ("choices", "high", "low")

    def __init__(self, low: Any, high: Any, hangs_on: Array | None = None) -> None:
        self.low = low
        self.high = high
        self.hangs_on = None if hangs_on is None else np.where(low == high, 0, hangs_on)
        self.choices: tuple[Any, Any, Any] | None = None

    @property
    def dtype(self) -> Any:
        """Return the type of the bounds."""
        return self.low.dtype

    @property
    def settled(self) -> Bools:
        """Return where the bounds meet."""
        return np.asarray(self.low == self.high)

    def __getitem__(self, places: Array) -> Uncertain:
        return Uncertain(self.low[places], self.high[places], _taken(self.hangs_on, places))

    def astype(self, dtype: Any, copy: bool = True) -> Uncertain:
        """Return the same in another type."""
        if np.dtype(dtype) == bool and self.dtype != bool:
            return _not_equal(np.not_equal, self, 0)
        low, high = (bound.astype(dtype, copy=copy) for bound in (self.low, self.high))
        return Uncertain(low, high, self.hangs_on)

    def increasing(self, function: Callable[[Array], Array]) -> Uncertain:
        """Return what an increasing function of plain arrays gives."""
        return Uncertain(function(self.low), function(self.high), self.hangs_on)

    def decreasing(self, function: Callable[[Array], Array]) -> Uncertain:
        """Return what a decreasing function of plain arrays gives."""
        return Uncertain(function(self.high), function(self.low), self.hangs_on)

    def extreme(self, keep: np.ufunc, member_of: Array, count: int) -> Uncertain:
        """Return what `keep` (``np.minimum`` or ``np.maximum``) keeps of each group."""
        low = extreme(keep, self.low, member_of, count)
        high = extreme(keep, self.high, member_of, count)
        return Uncertain(low, high, _gathered(self.hangs_on, member_of, count))

    def as_members_of(self, enum: Any) -> Possible:
        """Return the members of `enum` whose ranks these are."""
        if self.choices is not None:
            return _chosen_members(enum, *self.choices)
        ranks = np.arange(len(list(enum)))
        may_be = (self.low[:, None] <= ranks) & (ranks <= self.high[:, None])
        return Possible(may_be, enum, self.hangs_on)


class Possible(Abstract):
    """For each person or group, which members of an enumeration are possible.

    Attributes:
        may_be: one row a person or group, one column a member.
        possible_values: the enumeration.
    """

    __slots__ = ("may_be", "possible_values")

    def __init__(self, may_be: Bools, enum: Any, hangs_on: Array | None = None) -> None:
        self.may_be = may_be
        self.possible_values = enum
        self.hangs_on = None if hangs_on is None else np.where(self.settled, 0, hangs_on)

    @property
    def dtype(self) -> Any:
        """Return the type of the ranks of members."""
        return np.dtype(np.int16)

    @property
    def settled(self) -> Bools:
        """Return where one member only is possible."""
        return np.asarray(self.may_be.sum(axis=1) == 1)

    def __getitem__(self, places: Array) -> Possible:
        return Possible(self.may_be[places], self.possible_values, _taken(self.hangs_on, places))

    def as_members_of(self, enum: Any) -> Possible:
        """Return the same."""
        return self

    def figures(self, of_member: Mapping[int, float], default: float) -> Uncertain:
        """Return the figure of the member (given by rank), `default` where it has none."""
        figures = np.full(self.may_be.shape[1], float(default))
        for rank, figure in of_member.items():
            figures[rank] = figure
        low = np.where(self.may_be, figures, np.inf).min(axis=1)
        high = np.where(self.may_be, figures, -np.inf).max(axis=1)
        return Uncertain(low, high, self.hangs_on)


# --- what the operands are ---------------------------------------------------------------


def bounds(value: Any) -> tuple[Any, Any]:
    """Return the least and greatest value that `value` may have: twice itself where it is known.

    Raises:
        LawError: it is a member of an enumeration: those are in no order.
    """
    if isinstance(value, Uncertain):
        return value.low, value.high
    if isinstance(value, Possible | Enum | EnumArray):
        raise LawError("members of an enumeration can only be compared, chosen, or looked up in a table")
    return value, value


def _hangs_on(*values: Any) -> Any:
    """Return what several operands hang on; None where that is not tracked."""
    found = [one.hangs_on for one in values if isinstance(one, Abstract) and one.hangs_on is not None]
    return reduce(np.bitwise_or, found) if found else None


def _of(value: Any) -> Any:
    found = value.hangs_on if isinstance(value, Abstract) else None
    return 0 if found is None else found


def _taken(hangs_on: Array | None, places: Array) -> Array | None:
    return None if hangs_on is None else hangs_on[places]


def _gathered(hangs_on: Array | None, member_of: Array, count: int) -> Array | None:
    if hangs_on is None:
        return None
    gathered = np.zeros(count, dtype=object)
    np.bitwise_or.at(gathered, member_of, hangs_on)
    return gathered


def _between(low: Any, high: Any, hangs_on: Any) -> Uncertain:
    """Return an interval; what infinities make indefinite may be anything."""
    if low.dtype.kind == "f":
        low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    return Uncertain(low, high, hangs_on)


# --- arithmetic --------------------------------------------------------------------------


def _increasing(ufunc: Any, *operands: Any) -> Uncertain:
    lows, highs = zip(*map(bounds, operands), strict=True)
    return _between(ufunc(*lows), ufunc(*highs), _hangs_on(*operands))


def _subtract(ufunc: Any, left: Any, right: Any) -> Uncertain:
    (low, high), (least, most) = bounds(left), bounds(right)
    return _between(ufunc(low, most), ufunc(high, least), _hangs_on(left, right))


def _negative(ufunc: Any, value: Any) -> Uncertain:
    low, high = bounds(value)
    return _between(ufunc(high), ufunc(low), _hangs_on(value))


def _absolute(ufunc: Any, value: Any) -> Uncertain:
    low, high = bounds(value)
    beyond = np.maximum(np.maximum(low, -high), 0)
    return _between(beyond, np.maximum(ufunc(low), ufunc(high)), _hangs_on(value))


def _multiply(ufunc: Any, left: Any, right: Any) -> Uncertain:
    return _corners(ufunc, left, right, indefinite=0)


def _divide(ufunc: Any, left: Any, right: Any) -> Uncertain:
    (low, _), (least, most) = bounds(left), bounds(right)
    around = np.asarray((least <= 0) & (most >= 0))
    apart = Uncertain(np.where(around, 1, least), np.where(around, 1, most))
    quotient = _corners(ufunc, left, apart)
    hangs_on = _hangs_on(left, right)
    if not around.any():
        return _between(quotient.low, quotient.high, hangs_on)
    if quotient.dtype.kind != "f":
        raise LawError(f"{ufunc.__name__} of whole numbers by what may be nil has no partial reading")
    floor = np.where(np.asarray(least >= 0) & np.asarray(low >= 0), 0.0, -np.inf)
    return _between(np.where(around, floor, quotient.low), np.where(around, np.inf, quotient.high), hangs_on)


def _corners(ufunc: Any, left: Any, right: Any, indefinite: Any = np.nan) -> Uncertain:
    corners = [ufunc(one, other) for one in bounds(left) for other in bounds(right)]
    if corners[0].dtype.kind == "f":
        corners = [np.where(np.isnan(corner), indefinite, corner) for corner in corners]
    return _between(reduce(np.minimum, corners), reduce(np.maximum, corners), _hangs_on(left, right))


def _minimum(ufunc: Any, left: Any, right: Any) -> Uncertain:
    result = _increasing(ufunc, left, right)
    if result.hangs_on is not None:
        (low, high), (least, most) = bounds(left), bounds(right)
        first, second = (high <= least, most <= low) if ufunc is np.minimum else (low >= most, least >= high)
        which = np.where(first, _of(left), np.where(second, _of(right), result.hangs_on))
        result.hangs_on = np.where(result.settled, 0, which)
    return _compared(result, left, right)


# --- comparing and joining ---------------------------------------------------------------


def _greater(ufunc: Any, left: Any, right: Any) -> Uncertain:
    """Compare by > or >=."""
    (low, high), (least, most) = bounds(left), bounds(right)
    return _compared(Uncertain(ufunc(low, most), ufunc(high, least), _hangs_on(left, right)), left, right)


def _less(ufunc: Any, left: Any, right: Any) -> Uncertain:
    (low, high), (least, most) = bounds(left), bounds(right)
    return _compared(Uncertain(ufunc(high, least), ufunc(low, most), _hangs_on(left, right)), left, right)


def _compared(result: Uncertain, left: Any, right: Any) -> Uncertain:
    """Note the known numbers that something unknown may be above or below."""
    noted = THRESHOLDS.get()
    if noted is None or result.hangs_on is None:
        return result
    known = right if isinstance(left, Uncertain) else left
    if not isinstance(known, Abstract) and np.asarray(known).dtype.kind in "iuf":
        numbers = np.broadcast_to(known, result.low.shape)
        noted.update((bits, float(one)) for bits, one in zip(result.hangs_on, numbers, strict=True) if bits)
    return result


def _equal(ufunc: Any, left: Any, right: Any) -> Uncertain:
    if isinstance(left, Possible) or isinstance(right, Possible):
        enum = next(one.possible_values for one in (left, right) if isinstance(one, Possible))
        one, other = _members(left, enum), _members(right, enum)
        possible = (one & other).any(axis=1)
        certain = possible & (one.sum(axis=1) == 1) & (other.sum(axis=1) == 1)
    else:
        (low, high), (least, most) = bounds(left), bounds(right)
        possible = (low <= most) & (least <= high)
        certain = possible & (low == high) & (least == most)
    return Uncertain(certain, possible, _hangs_on(left, right))


def _not_equal(ufunc: Any, left: Any, right: Any) -> Uncertain:
    return _not(np.logical_not, _equal(ufunc, left, right))


def _not(ufunc: Any, value: Any) -> Uncertain:
    low, high = _booleans(ufunc, value)
    return Uncertain(~high, ~low, _hangs_on(value))


def _join(ufunc: Any, left: Any, right: Any) -> Uncertain:
    """Join two conditions by "and" or "or"."""
    (low, high), (least, most) = _booleans(ufunc, left), _booleans(ufunc, right)
    return Uncertain(ufunc(low, least), ufunc(high, most), _hangs_on(left, right))


def _booleans(ufunc: Any, value: Any) -> tuple[Any, Any]:
    low, high = bounds(value)
    if np.asarray(low).dtype != bool:
        raise LawError(f"{ufunc.__name__} joins conditions, not numbers")
    return low, high


RULES: dict[Any, Callable[..., Any]] = {
    np.add: _increasing,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.true_divide: _divide,
    np.floor_divide: _divide,
    np.negative: _negative,
    np.absolute: _absolute,
    np.floor: _increasing,
    np.ceil: _increasing,
    np.minimum: _minimum,
    np.maximum: _minimum,
    np.greater: _greater,
    np.greater_equal: _greater,
    np.less: _less,
    np.less_equal: _less,
    np.equal: _equal,
    np.not_equal: _not_equal,
    np.logical_not: _not,
    np.invert: _not,
    np.bitwise_and: _join,
    np.bitwise_or: _join,
    np.logical_and: _join,
    np.logical_or: _join,
}


# --- choosing and adding up --------------------------------------------------------------


def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    for one in (then, otherwise):
        if isinstance(one, Possible | EnumArray):
            return _chosen_members(one.possible_values, condition, then, otherwise)
    surely, maybe = _booleans(np.where, condition)
    (low, high), (least, most) = bounds(then), bounds(otherwise)
    result = Uncertain(
        np.where(surely, low, np.where(maybe, np.minimum(low, least), least)),
        np.where(surely, high, np.where(maybe, np.maximum(high, most), most)),
        _hangs_on_choice(condition, then, otherwise),
    )
    if isinstance(then, int) and isinstance(otherwise, int):
        result.choices = (condition, then, otherwise)
    return result


def _chosen_members(enum: Any, condition: Any, then: Any, otherwise: Any) -> Possible:
    surely, maybe = _booleans(np.where, condition)
    one, other = _members(then, enum), _members(otherwise, enum)
    may_be = (one & np.asarray(maybe)[:, None]) | (other & ~np.asarray(surely)[:, None])
    return Possible(may_be, enum, _hangs_on_choice(condition, then, otherwise))


def _hangs_on_choice(condition: Any, then: Any, otherwise: Any) -> Any:
    everything = _hangs_on(condition, then, otherwise)
    if everything is None:
        return None
    surely, maybe = bounds(condition)
    return np.where(surely, _of(then), np.where(maybe, everything, _of(otherwise)))


def _members(value: Any, enum: Any) -> Bools:
    """Return the rows of possible members of a set, of a member, or of ranks of members."""
    if isinstance(value, Possible):
        return value.may_be
    if isinstance(value, Abstract):
        raise LawError("a number is not a member of an enumeration")
    ranks = np.asarray(value.index if isinstance(value, Enum) else value)
    return np.asarray(ranks.reshape(-1, 1) == np.arange(len(list(enum))))


def _sums(member_of: Array, *, weights: Uncertain, minlength: int) -> Uncertain:
    low, high = (np.bincount(member_of, weights=bound, minlength=minlength) for bound in bounds(weights))
    return _between(low, high, _gathered(weights.hangs_on, member_of, minlength))
