"""The traced reading: the same formulas, run on arrays that remember what they were made from.

A ``Symbol`` holds a value, as NumPy would compute it, and the operation that gave it.
Running the law on symbols gives the exact amounts and, with them, the tree of every
operation down to the answers and the figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from openfisca_core.indexed_enums import Enum, EnumArray

from dept_rules.execution import Execution, Key, RecordingNode
from dept_rules.people import Array, extreme


class Symbol(NDArrayOperatorsMixin):
    """A value and how it was made.

    Attributes:
        value: what the exact reading computes: an array (one element a person or group) or a figure.
        op: "input", "variable", "figure", "total" (of a variable over months), "gather", "group_sum",
            "group_extreme", "where", or the name of a NumPy ufunc.
        args: what it was made from: symbols, arrays, numbers, members of an enumeration.
        name: of the variable or figure; empty elsewhere.
        at: the period of the variable, or the date of the figure.
        possible_values: the enumeration, where the value holds ranks of its members.
    """

    __slots__ = ("args", "at", "name", "op", "possible_values", "value")

    def __init__(
        self,
        value: Any,
        op: str,
        args: tuple[Any, ...] = (),
        name: str = "",
        at: Any = None,
        enum: Any = None,
    ) -> None:
        if isinstance(value, EnumArray):
            enum, value = value.possible_values, value.view(np.ndarray)
        self.value = value
        self.op = op
        self.args = args
        self.name = name
        self.at = at
        self.possible_values = enum

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        return Symbol(ufunc(*map(raw, inputs)), ufunc.__name__, inputs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.where:
            return Symbol(np.where(*map(raw, args)), "where", args)
        if func is np.bincount:
            (member_of,) = args
            weights = kwargs.pop("weights")
            total = np.bincount(member_of, weights=raw(weights), **kwargs)
            return Symbol(total, "group_sum", (weights, member_of))
        return NotImplemented

    def __getitem__(self, places: Array) -> Symbol:
        return Symbol(self.value[places], "gather", (self, places), enum=self.possible_values)

    def extreme(self, keep: np.ufunc, member_of: Array, count: int) -> Symbol:
        """Return what `keep` (``np.minimum`` or ``np.maximum``) keeps of each group."""
        value = extreme(keep, self.value * 1.0, member_of, count)
        return Symbol(value, "group_extreme", (self, member_of))

    def astype(self, dtype: Any, copy: bool = True) -> Symbol:
        """Return the same values in another type."""
        return Symbol(self.value.astype(dtype, copy=copy), "astype", (self,))

    def increasing(self, function: Callable[[Array], Array]) -> Symbol:
        """Return what a function of dates gives, as one operation: how dates are counted is no rule."""
        return Symbol(function(self.value), "astype", (self,))

    decreasing = increasing

    def as_members_of(self, enum: type[Enum]) -> Symbol:
        """Return the same ranks, known to be those of members of `enum`."""
        return Symbol(self.value, self.op, self.args, self.name, self.at, enum)

    @property
    def dtype(self) -> Any:
        """Return the type of the elements."""
        return np.asarray(self.value).dtype

    def __int__(self) -> int:
        return int(self._figure())

    def __float__(self) -> float:
        return float(self._figure())

    def __bool__(self) -> bool:
        raise TypeError("a symbol has no truth value: a formula must not branch on data")

    __hash__ = None  # type: ignore[assignment]  # == gives a symbol

    def _figure(self) -> Any:
        if self.op != "figure":
            raise TypeError("only a figure of the law can be taken for a plain number")
        return self.value


def raw(value: Any) -> Any:
    """Return what NumPy computes with: the value of a symbol, the rank of a member of an enumeration."""
    if isinstance(value, Symbol):
        return value.value
    return value.index if isinstance(value, Enum) else value


class TracedExecution(Execution):
    """Runs the law on symbols. Values are those of the exact reading."""

    def symbol(self, key: Key) -> Symbol:
        """Return what a variable is at a period, and how it was made."""
        return self.value(*key)  # type: ignore[return-value]

    def total(self, name: str, period: Any) -> Any:
        """Return the sum of a variable over a longer period, known to be one."""
        total: Any = super().total(name, period)
        return Symbol(total.value, "total", (total,), name, period)

    def _compute(self, variable: Any, key: Key, period: Any) -> Any:
        made = super()._compute(variable, key, period)
        if isinstance(made, Symbol) and made.op == "variable":
            made.at = key[1]
            return made
        op = "variable" if variable.formulas else "input"
        return Symbol(made, op, name=variable.name, at=key[1])

    def _cast(self, variable: Any, result: Any, size: int) -> Any:
        enum = getattr(result, "possible_values", None)
        value = raw(result)
        if enum is not None and isinstance(result, Symbol):
            value = EnumArray(np.asarray(value, dtype=np.int16), enum)
        return Symbol(super()._cast(variable, value, size), "variable", (result,), variable.name)

    def _parameters(self, at: Any) -> Any:
        figures = self.figures[self._stack[-1]]
        return FigureNode(self.system.get_parameters_at_instant(at), "", at, figures)


class FigureNode(RecordingNode):
    """Figures at an instant, each a symbol that knows its name."""

    def _told(self, found: Any, name: str) -> Any:
        if hasattr(found, "thresholds"):
            return FigureScale(found, name, self._at)
        return Symbol(found, "figure", name=name, at=self._at)


class FigureScale:
    """A scale whose thresholds and amounts are symbols."""

    def __init__(self, scale: Any, name: str, at: Any) -> None:
        self.thresholds = [Symbol(value, "figure", name=name, at=at) for value in scale.thresholds]
        self.amounts = [Symbol(value, "figure", name=name, at=at) for value in scale.amounts]
