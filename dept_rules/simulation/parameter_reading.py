"""The reading of a figure that varies: the same formulas, run on functions of one parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Instant, Period, instant
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.errors import LawError
from dept_rules.execution import Execution, Figures, Key
from dept_rules.people import Population
from dept_rules.provenance import BRACKET
from dept_rules.simulation.functions import Functions, Range, constant, identity


class ParameterExecution(Execution):
    """Runs the law as functions of one of its figures.

    Args:
        system: the law.
        population: people and what is known of them.
        name: the figure that varies (a number).
        over: the range it varies over.
        since: the first day on which it varies; before, it is what it is.
    """

    def __init__(
        self, system: TaxBenefitSystem, population: Population, name: str, over: Range, since: Instant
    ) -> None:
        super().__init__(system, population)
        self.over = over
        self.since = since
        self._varied = _Varied(name, self._standing())

    def function(self, key: Key) -> Functions:
        """Return a variable at a period as functions of the figure, one a person or group.

        Raises:
            LawError: it is not piecewise linear in this figure.
        """
        found: Any = self.value(*key)
        return found if isinstance(found, Functions) else constant(found, len(found), self.over)

    def _standing(self) -> Any:
        """Return what stands for the figure."""
        return identity(self.over)

    def _parameters(self, at: Any) -> Any:
        node = self.system.get_parameters_at_instant(at)
        day = at.start if isinstance(at, Period) else instant(at)
        return node if day < self.since else _Node(node, self._varied, ())

    def _cast(self, variable: Any, result: Any, size: int) -> Any:
        if isinstance(result, Functions):
            if len(result) == size:
                return result
            return result[np.zeros(size, dtype=np.int64)]
        if variable.value_type is Enum and not isinstance(result, EnumArray):
            raise LawError(f"{variable.name} is an enumeration that depends on a figure")
        return super()._cast(variable, result, size)


class _Varied:
    """Which figure varies, and what stands for it."""

    def __init__(self, name: str, function: Any) -> None:
        bracket = BRACKET.fullmatch(name)
        self.path = tuple((bracket["scale"] if bracket else name).split("."))
        self.part = (int(bracket["rank"]), bracket["part"]) if bracket else None
        self.function = function


class _Node(Figures):
    """Figures at an instant, one of which is a function."""

    def __init__(self, node: Any, varied: _Varied, path: tuple[str, ...]) -> None:
        super().__init__(node)
        self._varied = varied
        self._path = path

    def _child(self, key: str, child: Any) -> Any:
        path = (*self._path, key)
        if path == self._varied.path:
            return _Scale(child, self._varied) if self._varied.part else self._varied.function
        return _Node(child, self._varied, path) if path == self._varied.path[: len(path)] else child


class _Scale:
    """A scale at an instant, one figure of which is a function."""

    def __init__(self, scale: Any, varied: _Varied) -> None:
        self.thresholds: list[Any] = list(scale.thresholds)
        self.amounts: list[Any] = list(scale.amounts)
        rank, part = varied.part or (0, "")
        {"threshold": self.thresholds, "amount": self.amounts}[part][rank] = varied.function
