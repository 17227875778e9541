"""The broken-down reading: the same formulas, run on functions of one answer.

Rules are piecewise linear in amounts. A ``Piecewise`` array holds, for each person or
group, a function of one unknown x: lines between knots, and the value at each knot, so
that thresholds, ends of tapers and cliffs come out exact and on the right side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin
from openfisca_core.indexed_enums import Enum, EnumArray

from dept_rules.errors import LawError
from dept_rules.execution import Execution, Key
from dept_rules.people import Population

Floats = npt.NDArray[np.float64]

#: Below it a difference of two amounts is binary noise.
NOISE = 1e-9
#: Beyond it an amount is no amount.
LARGEST = 1e15
COMPARISONS = {np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal}
LOGIC = {np.logical_and, np.logical_or, np.bitwise_and, np.bitwise_or}


class Piecewise(NDArrayOperatorsMixin):
    """Functions of x, one a row: ``level + slope * x`` between knots, and a value at each knot.

    Attributes:
        knots: the m places where something may change, increasing; the same for all rows.
        level, slope: n rows, m + 1 columns: the lines before, between and after the knots.
        at: n rows, m columns: the values at the knots.
        boolean: whether the values are truth values (0 or 1).
        possible_values: the enumeration, where the values are ranks of its members.
    """

    def __init__(
        self, knots: Floats, level: Floats, slope: Floats, at: Floats, *, boolean: bool = False
    ) -> None:
        self.knots = knots
        self.level = level
        self.slope = slope
        self.at = at
        self.boolean = boolean
        self.possible_values: Any = None

    def as_members_of(self, enum: type[Enum]) -> Piecewise:
        """Return the same ranks, known to be those of members of `enum`."""
        members = Piecewise(self.knots, self.level, self.slope, self.at)
        members.possible_values = enum
        return members

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the type of the values."""
        return np.dtype(bool if self.boolean else np.float64)

    def __len__(self) -> int:
        return len(self.level)

    def __bool__(self) -> bool:
        raise TypeError("a function has no truth value: a formula must not branch on data")

    __hash__ = None  # type: ignore[assignment]  # == gives a function

    # --- shape -------------------------------------------------------------------------------

    def refined(self, knots: Floats) -> Piecewise:
        """Return the same functions with more knots (`knots` holds those it has)."""
        if len(knots) == len(self.knots):
            return self
        segment = np.searchsorted(self.knots, middles(knots))
        here = np.searchsorted(self.knots, knots)
        known = np.isin(knots, self.knots)
        at = self.level[:, here] + self.slope[:, here] * knots
        at[:, known] = self.at
        return Piecewise(knots, self.level[:, segment], self.slope[:, segment], at, boolean=self.boolean)

    def __getitem__(self, places: Any) -> Piecewise:
        return Piecewise(
            self.knots, self.level[places], self.slope[places], self.at[places], boolean=self.boolean
        )

    def astype(self, dtype: Any, copy: bool = True) -> Piecewise:
        """Return the same functions; whole numbers stay whole."""
        boolean = np.dtype(dtype) == bool
        if boolean and not self.boolean:
            return self != 0  # type: ignore[no-any-return]
        return Piecewise(self.knots, self.level, self.slope, self.at, boolean=boolean)

    def extreme(self, keep: np.ufunc, member_of: Any, count: int) -> Piecewise:
        """Return what `keep` (``np.minimum`` or ``np.maximum``) keeps of each group."""
        order = np.argsort(member_of, kind="stable")
        groups = member_of[order]
        position = np.arange(len(groups)) - np.searchsorted(groups, groups)
        kept: Any = np.full(count, np.inf if keep is np.minimum else -np.inf)
        for place in range(int(position.max()) + 1):
            there = position == place
            member = np.zeros(count, dtype=np.int64)
            member[groups[there]] = order[there]
            has = np.zeros(count, dtype=bool)
            has[groups[there]] = True
            kept = np.where(has, keep(kept, self[member]), kept)
        return kept  # type: ignore[no-any-return]

    def values(self, x: Floats) -> Floats:
        """Return the functions at places `x`: n rows, a column a place."""
        return self.refined(np.union1d(self.knots, x)).at[:, np.searchsorted(np.union1d(self.knots, x), x)]

    # --- operations --------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        if ufunc in COMPARISONS:
            return _compared(ufunc, *inputs)
        if ufunc in LOGIC:
            left, right = _aligned(*inputs)
            return _by_part(ufunc, left, right)
        if ufunc in (np.logical_not, np.invert):
            return Piecewise(self.knots, 1 - self.level, -self.slope, 1 - self.at, boolean=True)
        if ufunc is np.negative:
            return Piecewise(self.knots, -self.level, -self.slope, -self.at)
        if ufunc in (np.add, np.subtract):
            left, right = _aligned(*inputs)
            parts = (ufunc(one, other) for one, other in zip(_parts(left), _parts(right), strict=True))
            return Piecewise(left.knots, *parts)
        if ufunc is np.multiply:
            return _product(*_aligned(*inputs))
        if ufunc is np.true_divide:
            left, right = _aligned(*inputs)
            return _product(left, _inverse(right))
        if ufunc in (np.minimum, np.maximum):
            keep = np.less_equal if ufunc is np.minimum else np.greater_equal
            return _chosen(_compared(keep, *inputs), *inputs)
        if ufunc in (np.floor, np.floor_divide):
            step = inputs[1] if ufunc is np.floor_divide else 1.0
            return _floored(self / step)
        raise LawError(f"{ufunc.__name__} is not piecewise linear: it has no exact breakpoints")

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where:
            return _chosen(*args)
        if func is np.bincount:
            (member_of,) = args
            weights, count = kwargs["weights"], kwargs["minlength"]
            summed = [np.zeros((count, part.shape[1])) for part in _parts(weights)]
            for total, part in zip(summed, _parts(weights), strict=True):
                np.add.at(total, member_of, part)
            return Piecewise(weights.knots, *summed)
        raise LawError(f"{func.__name__} has no broken-down reading")


def identity(count: int, rank: int, constant: Floats) -> Piecewise:
    """Return the functions of an input: x for the `rank`-th, constants for the others."""
    level = np.array(constant, dtype=np.float64).reshape(-1, 1)
    slope = np.zeros((count, 1))
    level[rank], slope[rank] = 0.0, 1.0
    return Piecewise(np.empty(0), level, slope, np.empty((count, 0)))


def middles(knots: Floats) -> Floats:
    """Return a place inside each of the m + 1 segments that m knots make."""
    if not len(knots):
        return np.zeros(1)
    return np.concatenate([[knots[0] - 1.0], (knots[1:] + knots[:-1]) / 2, [knots[-1] + 1.0]])


def _parts(one: Piecewise) -> tuple[Floats, Floats, Floats]:
    return one.level, one.slope, one.at


def _aligned(*operands: Any) -> list[Piecewise]:
    """Return operands as functions with the same knots and as many rows."""
    functions = [one for one in operands if isinstance(one, Piecewise)]
    knots = functions[0].knots
    for one in functions[1:]:
        if one.knots is not knots:
            knots = np.union1d(knots, one.knots)
    count = max(len(one) for one in functions)
    return [
        one.refined(knots) if isinstance(one, Piecewise) else _constant(one, count, knots) for one in operands
    ]


def _constant(value: Any, count: int, knots: Floats) -> Piecewise:
    value = value.index if isinstance(value, Enum) else value
    column = np.broadcast_to(np.asarray(value, dtype=np.float64), count).reshape(-1, 1)
    level = np.repeat(column, len(knots) + 1, axis=1)
    boolean = np.asarray(value).dtype == bool
    return Piecewise(
        knots, level, np.zeros_like(level), np.repeat(column, len(knots), axis=1), boolean=boolean
    )


def _product(left: Piecewise, right: Piecewise) -> Piecewise:
    if (left.slope * right.slope).any():
        raise LawError("a product of two amounts that both change is not piecewise linear")
    with np.errstate(invalid="ignore"):
        level = np.nan_to_num(left.level * right.level, nan=0.0, posinf=np.inf, neginf=-np.inf)
        at = np.nan_to_num(left.at * right.at, nan=0.0, posinf=np.inf, neginf=-np.inf)
        slope = np.nan_to_num(left.slope * right.level + left.level * right.slope, nan=0.0)
    return Piecewise(left.knots, level, slope, at)


def _inverse(one: Piecewise) -> Piecewise:
    if one.slope.any():
        raise LawError("dividing by an amount that changes is not piecewise linear")
    with np.errstate(divide="ignore"):
        return Piecewise(one.knots, 1.0 / one.level, one.slope, 1.0 / one.at)


def _by_part(ufunc: Any, left: Piecewise, right: Piecewise) -> Piecewise:
    level = ufunc(left.level != 0, right.level != 0).astype(np.float64)
    at = ufunc(left.at != 0, right.at != 0).astype(np.float64)
    return Piecewise(left.knots, level, np.zeros_like(level), at, boolean=True)


def _compared(ufunc: Any, left: Any, right: Any) -> Piecewise:
    """Compare two functions; where they cross becomes a knot, at which they are equal."""
    left, right = _aligned(left, right)
    knots = left.knots
    with np.errstate(invalid="ignore"):
        difference = [one - other for one, other in zip(_parts(left), _parts(right), strict=True)]
    level, slope, _ = (np.nan_to_num(part, nan=0.0, posinf=np.inf, neginf=-np.inf) for part in difference)
    roots = _roots(knots, level, slope)
    if len(roots):
        merged = np.union1d(knots, roots)
        left, right, knots = left.refined(merged), right.refined(merged), merged
    x = middles(knots)
    inside = ufunc(
        _clean(left.level + left.slope * x, right.level + right.slope * x), right.level + right.slope * x
    )
    at = ufunc(_clean(left.at, right.at), right.at)
    level = inside.astype(np.float64)
    return Piecewise(knots, level, np.zeros_like(level), at.astype(np.float64), boolean=True)


def _clean(left: Floats, right: Floats) -> Floats:
    """Return `left`, equal to `right` where only noise separates them."""
    with np.errstate(invalid="ignore"):
        near = np.isfinite(right) & (np.abs(left - right) <= NOISE * np.maximum(1.0, np.abs(right)))
    return np.where(near, right, left)


def _roots(knots: Floats, level: Floats, slope: Floats) -> Floats:
    """Return the places strictly inside a segment where ``level + slope * x`` is nil."""
    rows, columns = np.nonzero((slope != 0) & np.isfinite(level))
    if not len(rows):
        return np.empty(0)
    with np.errstate(over="ignore"):
        x = -level[rows, columns] / slope[rows, columns]
    kept = np.abs(x) < LARGEST
    columns, x = columns[kept], x[kept]
    low = np.concatenate([[-np.inf], knots])[columns]
    high = np.concatenate([knots, [np.inf]])[columns]
    margin = NOISE * np.maximum(1.0, np.abs(x))
    return np.unique(x[(x > low + margin) & (x < high - margin)]) + 0.0


def _chosen(condition: Any, then: Any, otherwise: Any) -> Piecewise:
    condition, then, otherwise = _aligned(condition, then, otherwise)
    inside, at = condition.level != 0, condition.at != 0
    return Piecewise(
        condition.knots,
        np.where(inside, then.level, otherwise.level),
        np.where(inside, then.slope, otherwise.slope),
        np.where(at, then.at, otherwise.at),
        boolean=then.boolean and otherwise.boolean,
    )


def _floored(one: Piecewise) -> Piecewise:
    if one.slope.any():
        raise LawError("rounding an amount that changes has too many steps to be broken down")
    return Piecewise(one.knots, np.floor(one.level + NOISE), one.slope, np.floor(one.at + NOISE))


class PiecewiseExecution(Execution):
    """Runs the law as functions of one answer.

    Args:
        system: the law.
        population: people and what is known of them.
        name: the input that varies (a number), at every period.
        rank: the person or group whose answer it is.
    """

    def __init__(self, system: Any, population: Population, name: str, rank: int) -> None:
        super().__init__(system, population)
        self.name = name
        self.rank = rank

    def function(self, key: Key) -> Piecewise:
        """Return a variable at a period as functions of the answer, one a person or group."""
        found: Any = self.value(*key)
        return found if isinstance(found, Piecewise) else _constant(found, len(found), np.empty(0))

    def _read(self, variable: Any, key: Key, period: Any) -> Any:
        values = super()._read(variable, key, period)
        if variable.name != self.name:
            return values
        return identity(len(values), self.rank, values)

    def _cast(self, variable: Any, result: Any, size: int) -> Any:
        if isinstance(result, Piecewise):
            return result
        if variable.value_type is Enum and not isinstance(result, EnumArray):
            raise LawError(f"{variable.name} is an enumeration that depends on an amount")
        return super()._cast(variable, result, size)
