"""Functions of one unknown figure, one a person or group, as arrays that formulas can be run on.

Rules are piecewise linear in most of their figures. A ``Functions`` array holds, for each
person or group, a function of one unknown figure x: lines between knots, each row with
knots of its own (the salary at which *this* person leaves the benefit), and the value at
each knot, so that thresholds come out exact and on the right side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin
from openfisca_core.indexed_enums import Enum

from dept_rules.errors import LawError
from dept_rules.explanation.piecewise import COMPARISONS, LOGIC, NOISE

Floats = npt.NDArray[np.float64]
Range = tuple[float, float]


class Functions(NDArrayOperatorsMixin):
    """Functions of x over a range, one a row: ``level + slope * x`` between knots, a value at each knot.

    Attributes:
        over: the range of x, ends included.
        knots: n rows, k columns: the places where something may change, increasing, then infinities.
        level, slope: n rows, k + 1 columns: the lines before, between and after the knots.
        at: n rows, k columns: the values at the knots.
        boolean: whether the values are truth values (0 or 1).
        possible_values: the enumeration, where the values are ranks of its members.
    """

    def __init__(
        self, over: Range, knots: Floats, level: Floats, slope: Floats, at: Floats, *, boolean: bool = False
    ) -> None:
        self.over = over
        self.knots = knots
        self.level = level
        self.slope = slope
        self.at = at
        self.boolean = boolean
        self.possible_values: Any = None

    def as_members_of(self, enum: type[Enum]) -> Functions:
        """Return the same ranks, known to be those of members of `enum`."""
        members = Functions(self.over, self.knots, self.level, self.slope, self.at)
        members.possible_values = enum
        return members

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the type of the values."""
        return np.dtype(bool if self.boolean else np.float64)

    @property
    def edges(self) -> Floats:
        """Return where the segments begin and end: n rows, k + 2 columns."""
        low, high = self.over
        ends = np.empty((len(self.knots), 1))
        return np.hstack([np.full_like(ends, low), np.minimum(self.knots, high), np.full_like(ends, high)])

    def __len__(self) -> int:
        return len(self.level)

    def __bool__(self) -> bool:
        raise TypeError("a function has no truth value: a formula must not branch on data")

    def __int__(self) -> int:
        raise LawError("a number of months that varies cannot be read as a function")

    __hash__ = None  # type: ignore[assignment]  # == gives a function

    def __getitem__(self, places: Any) -> Functions:
        parts = (part[places] for part in (self.knots, self.level, self.slope, self.at))
        return Functions(self.over, *parts, boolean=self.boolean)

    def astype(self, dtype: Any, copy: bool = True) -> Functions:
        """Return the same functions; whole numbers stay whole."""
        boolean = np.dtype(dtype) == bool
        if boolean and not self.boolean:
            return self != 0  # type: ignore[no-any-return]
        return Functions(self.over, self.knots, self.level, self.slope, self.at, boolean=boolean)

    def values(self, x: float) -> Floats:
        """Return the functions at one place `x` of the range."""
        place = (self.knots < x).sum(axis=1, keepdims=True)
        line = _taken(self.level, place) + _taken(self.slope, place) * x
        if not self.knots.shape[1]:
            return line[:, 0]
        rank = np.minimum(place, self.knots.shape[1] - 1)
        return np.where(_taken(self.knots, rank) == x, _taken(self.at, rank), line)[:, 0]

    # --- members of groups ---------------------------------------------------------------------

    def _by_member(self, combine: Any, start: float, member_of: Any, count: int) -> Any:
        """Combine the members of each group, one after the other."""
        order = np.argsort(member_of, kind="stable")
        groups = member_of[order]
        position = np.arange(len(groups)) - np.searchsorted(groups, groups)
        kept: Any = np.full(count, start)
        for place in range(int(position.max(initial=-1)) + 1):
            there = position == place
            member = np.zeros(count, dtype=np.int64)
            has = np.zeros(count, dtype=bool)
            member[groups[there]], has[groups[there]] = order[there], True
            kept = np.where(has, combine(kept, self[member]), kept)
        return kept

    def extreme(self, keep: np.ufunc, member_of: Any, count: int) -> Any:
        """Return what `keep` (``np.minimum`` or ``np.maximum``) keeps of each group."""
        return self._by_member(keep, np.inf if keep is np.minimum else -np.inf, member_of, count)

    # --- operations ----------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        if ufunc in COMPARISONS:
            return _compared(ufunc, *inputs)
        if ufunc in (np.minimum, np.maximum):
            keep = np.less_equal if ufunc is np.minimum else np.greater_equal
            return _chosen(_compared(keep, *inputs), *inputs)
        if ufunc in (np.logical_not, np.invert):
            return self._with(1 - self.level, -self.slope, 1 - self.at, boolean=True)
        if ufunc is np.negative:
            return self._with(-self.level, -self.slope, -self.at)
        if ufunc in LOGIC:
            left, right = _aligned(*inputs)
            level = ufunc(left.level != 0, right.level != 0) * 1.0
            at = ufunc(left.at != 0, right.at != 0) * 1.0
            return _simpler(left._with(level, np.zeros(level.shape), at, boolean=True))
        if ufunc in (np.add, np.subtract):
            left, right = _aligned(*inputs)
            return left._with(*(ufunc(*pair) for pair in zip(left._parts(), right._parts(), strict=True)))
        if ufunc is np.multiply:
            return _product(*_aligned(*inputs))
        if ufunc is np.true_divide:
            left, right = _aligned(*inputs)
            return _product(left, _inverse(right))
        if ufunc in (np.floor, np.floor_divide):
            step = inputs[1] if ufunc is np.floor_divide else 1.0
            return _floored(self / step)
        raise LawError(f"{ufunc.__name__} is not piecewise linear in a figure")

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where:
            return _chosen(*args)
        if func is np.bincount:
            return kwargs["weights"]._by_member(np.add, 0.0, args[0], kwargs["minlength"])
        raise LawError(f"{func.__name__} has no reading as a function of a figure")

    def _with(self, level: Floats, slope: Floats, at: Floats, *, boolean: bool = False) -> Functions:
        return Functions(self.over, self.knots, level, slope, at, boolean=boolean)

    def _parts(self) -> tuple[Floats, Floats, Floats]:
        return self.level, self.slope, self.at


def identity(over: Range) -> Functions:
    """Return the one function x, over a range."""
    nothing = np.empty((1, 0))
    return Functions(over, nothing, np.zeros((1, 1)), np.ones((1, 1)), nothing)


def constant(value: Any, count: int, over: Range) -> Functions:
    """Return constant functions, one a row."""
    value = value.index if isinstance(value, Enum) else value
    column = np.broadcast_to(np.asarray(value, dtype=np.float64), count).reshape(-1, 1)
    nothing = np.empty((count, 0))
    boolean = np.asarray(value).dtype == bool
    return Functions(over, nothing, column, np.zeros_like(column), nothing, boolean=boolean)


# --- within ------------------------------------------------------------------------------------


def _taken(table: Floats, columns: Any) -> Floats:
    return np.take_along_axis(np.broadcast_to(table, (len(columns), table.shape[1])), columns, axis=1)


def _aligned(*operands: Any) -> list[Functions]:
    """Return operands as functions with the same knots and as many rows."""
    functions = [one for one in operands if isinstance(one, Functions)]
    over = functions[0].over
    count = max(len(one) if isinstance(one, Functions) else np.size(one) for one in operands)
    made = [one if isinstance(one, Functions) else constant(one, count, over) for one in operands]
    knots = made[0].knots
    for one in made[1:]:
        if one.knots is not knots:
            knots = _merged(knots, one.knots)
    return [_refined(one, knots, count) for one in made]


def _merged(knots: Floats, others: Floats) -> Floats:
    """Return the knots of both, row by row, each once."""
    count = max(len(knots), len(others))
    both = [np.broadcast_to(one, (count, one.shape[1])) for one in (knots, others) if one.shape[1]]
    if not both:
        return np.empty((count, 0))
    if len(both) == 1:
        return both[0]
    merged = np.sort(np.hstack(both), axis=1)
    merged[:, 1:][merged[:, 1:] == merged[:, :-1]] = np.inf
    merged.sort(axis=1)
    return merged[:, : max(1, int(np.isfinite(merged).sum(axis=1).max(initial=0)))]


def _refined(one: Functions, knots: Floats, count: int) -> Functions:
    """Return the same functions with more knots, and as many rows as there are."""
    columns = knots.shape[1]
    knots = np.broadcast_to(knots, (count, columns))
    if one.knots is knots or (len(one) == count and one.knots.shape == knots.shape and not columns):
        return one
    if not one.knots.shape[1]:
        level, slope = (np.broadcast_to(part, (count, columns + 1)) for part in (one.level, one.slope))
        finite = np.isfinite(knots)
        at = np.where(finite, level[:, :columns] + slope[:, :columns] * np.where(finite, knots, 0), 0)
        return Functions(one.over, knots, level, slope, at, boolean=one.boolean)
    old = np.broadcast_to(one.knots, (count, one.knots.shape[1]))
    shaped = Functions(one.over, knots, knots, knots, knots)
    edges = shaped.edges
    segment = _below(old, (edges[:, :-1] + edges[:, 1:]) / 2)
    here = _below(old, knots)
    rank = np.minimum(here, old.shape[1] - 1)
    finite = np.isfinite(knots)
    line = _taken(one.level, here) + _taken(one.slope, here) * np.where(finite, knots, 0)
    at = np.where(np.take_along_axis(old, rank, axis=1) == knots, _taken(one.at, rank), line)
    return Functions(
        one.over, knots, _taken(one.level, segment), _taken(one.slope, segment), at, boolean=one.boolean
    )


def _below(knots: Floats, places: Floats) -> Any:
    """Return how many knots of its row lie below each place."""
    found = np.zeros(places.shape, dtype=np.int64)
    for column in range(knots.shape[1]):
        found += knots[:, column : column + 1] < places
    return found


def _compared(ufunc: Any, left: Any, right: Any) -> Functions:
    """Compare functions; where they cross becomes a knot, at which they are equal."""
    left, right = _aligned(left, right)
    with np.errstate(invalid="ignore"):
        level, slope = left.level - right.level, left.slope - right.slope
    roots = _roots(left, level, slope)
    if roots.shape[1]:
        knots = _merged(left.knots, roots)
        left, right = (_refined(one, knots, len(knots)) for one in (left, right))
    edges = left.edges
    middle = (edges[:, :-1] + edges[:, 1:]) / 2
    other = right.level + right.slope * middle
    inside = ufunc(_clean(left.level + left.slope * middle, other), other).astype(np.float64)
    at = ufunc(_clean(left.at, right.at), right.at).astype(np.float64)
    return _simpler(left._with(inside, np.zeros(inside.shape), at, boolean=True))


def _clean(left: Floats, right: Floats) -> Floats:
    """Return `left`, equal to `right` where only noise separates them."""
    with np.errstate(invalid="ignore"):
        near = np.isfinite(right) & (np.abs(left - right) <= NOISE * np.maximum(1.0, np.abs(right)))
    return np.where(near, right, left)


def _roots(shape: Functions, level: Floats, slope: Floats) -> Floats:
    """Return, row by row, the places of a segment (not its knots) where ``level + slope * x`` is nil."""
    edges = shape.edges
    moving = (slope != 0) & np.isfinite(level)
    x = np.where(moving, -level / np.where(moving, slope, 1.0), np.inf)
    margin = NOISE * np.maximum(1.0, np.abs(np.where(np.isfinite(x), x, 0)))
    x[(x < edges[:, :-1]) | (x > edges[:, 1:])] = np.inf
    for column in range(shape.knots.shape[1]):
        with np.errstate(invalid="ignore"):
            x[np.abs(x - shape.knots[:, column : column + 1]) <= margin] = np.inf
    x.sort(axis=1)
    return x[:, : int(np.isfinite(x).sum(axis=1).max(initial=0))]


def _chosen(condition: Any, then: Any, otherwise: Any) -> Functions:
    condition, then, otherwise = _aligned(condition, then, otherwise)
    inside, at = condition.level != 0, condition.at != 0
    boolean = then.boolean and otherwise.boolean
    return _simpler(
        condition._with(
            np.where(inside, then.level, otherwise.level),
            np.where(inside, then.slope, otherwise.slope),
            np.where(at, then.at, otherwise.at),
            boolean=boolean,
        )
    )


def _product(left: Functions, right: Functions) -> Functions:
    if np.any((left.slope != 0) & (right.slope != 0)):
        raise LawError("a product of two amounts that both follow the figure is not piecewise linear")
    with np.errstate(invalid="ignore"):
        level, at = left.level * right.level, left.at * right.at
        slope = left.slope * right.level + left.level * right.slope
    for part in (level, at, slope):
        np.nan_to_num(part, copy=False, nan=0.0, posinf=np.inf, neginf=-np.inf)
    return _simpler(left._with(level, slope, at))


def _inverse(one: Functions) -> Functions:
    if one.slope.any():
        raise LawError("dividing by an amount that follows the figure is not piecewise linear")
    with np.errstate(divide="ignore"):
        return one._with(1.0 / one.level, one.slope, 1.0 / one.at)


def _floored(one: Functions) -> Functions:
    if one.slope.any():
        raise LawError("rounding an amount that follows the figure is not piecewise linear")
    return one._with(np.floor(one.level + NOISE), one.slope, np.floor(one.at + NOISE))


def _simpler(one: Functions) -> Functions:
    """Return the same functions without the knots at which nothing changes."""
    columns = one.knots.shape[1]
    if not columns:
        return one
    line = one.level[:, 1:] + one.slope[:, 1:] * np.where(np.isfinite(one.knots), one.knots, 0)
    with np.errstate(invalid="ignore"):
        straight = (one.level[:, 1:] == one.level[:, :-1]) & (one.slope[:, 1:] == one.slope[:, :-1])
        kept = np.isfinite(one.knots) & ~(straight & (_clean(one.at, line) == line))
    count = kept.sum(axis=1)
    width = int(count.max(initial=0))
    if width == columns and kept.all():
        return one
    order = np.argsort(~kept, axis=1, kind="stable")[:, :width]
    unused = np.arange(width) >= count[:, None]
    knots = np.where(unused, np.inf, np.take_along_axis(one.knots, order, axis=1))
    at = np.where(unused, 0.0, np.take_along_axis(one.at, order, axis=1))
    after = np.hstack([np.zeros((len(kept), 1), dtype=np.int64), order + 1])
    last = np.minimum(np.arange(width + 1), count[:, None])  # past the last knot, the last line again
    segment = np.take_along_axis(after, last, axis=1)
    return Functions(
        one.over, knots, _taken(one.level, segment), _taken(one.slope, segment), at, boolean=one.boolean
    )
