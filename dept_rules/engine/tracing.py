"""Runs the formulas once, on promises, to draw the graph of what is asked of a law."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import Instant, Period, instant
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.engine.graph import Graph, Node
from dept_rules.engine.lazy import Promise, PromisedGroup, node_of
from dept_rules.errors import LawError
from dept_rules.execution import Execution, Key
from dept_rules.people import Population

#: For each input that is answered, the periods it is answered for (beside or instead of all of them).
Answered = dict[str, Collection[Period]]

#: The name of a figure, or of what stands above some, and the instant for which it was looked at.
Look = tuple[str, Instant]


class Tracer(Execution):
    """A run of the law that draws its graph.

    Args:
        system: the law, or a reform of it.
        graph: where to draw; shared between laws, they share what they have in common.
        answered: the inputs that are answered, and for which periods. An answer is never looked at.
        everything: whether inputs that nobody answers are drawn as inputs too, not as their default.
        like: a tracer of another law whose drawing is kept wherever the two laws say the same. What is
            kept is not recorded anew: neither its calls, nor its figures, nor the inputs read.
    """

    def __init__(
        self,
        system: TaxBenefitSystem,
        graph: Graph,
        answered: Answered,
        *,
        everything: bool = False,
        like: Tracer | None = None,
    ) -> None:
        groups: Any = {one.key: PromisedGroup(graph, one) for one in system.entities if not one.is_person}
        super().__init__(system, Population((0,), groups, {}), record=True)
        self.graph = graph
        self.answered = answered
        self.everything = everything
        self.like = like
        self._figures_at: dict[Instant, FiguresAt] = {}
        self._looked: dict[Key, set[Look]] = {}
        self._changed = frozenset() if like is None else _changed(like, self)

    def node(self, key: Key) -> Node:
        """Return the node of a variable at a period; that of its sum, at a longer period than its own."""
        name, period = key
        whole = self.total(name, period) if self._is_total(name, period) else self.value(name, period)
        return node_of(self.graph, whole)

    def promises(self) -> Iterable[tuple[Key, Promise]]:
        """Return every variable that was drawn, inputs included, at its period."""
        return self._values.items()  # type: ignore[return-value]

    def _is_total(self, name: str, period: Period) -> bool:
        defined = self.system.variables[name].definition_period if name in self.system.variables else None
        return defined == "month" and period.unit == "year"

    def _compute(self, variable: Any, key: Key, period: Period) -> Any:
        like = self.like
        if like is not None and key in like._values and key not in self._changed:
            return like._values[key]
        found = super()._compute(variable, key, period)
        promise = found if isinstance(found, Promise) else self._constant(variable, found)
        if promise.node.entity not in (None, variable.entity.key):
            raise LawError(
                f"the formula of {variable.name} gives what {promise.node.entity} has,"
                f" not what {variable.entity.key} has"
            )
        return promise

    def _constant(self, variable: Any, values: Any) -> Promise:
        enum = variable.possible_values if variable.value_type is Enum else None
        return Promise(self.graph, node_of(self.graph, values), enum)

    def _read(self, variable: Any, key: Key, period: Period) -> Any:
        periods = self.answered.get(variable.name)
        if periods is None and not self.everything:
            return variable.default_array(1)
        default = variable.default_array(1)
        at = key[1] if periods and key[1] in periods else None
        node = self.graph.input(variable.name, at, variable.entity.key, np.asarray(default).dtype)
        return Promise(self.graph, node, getattr(default, "possible_values", None))

    def _cast(self, variable: Any, result: Any, size: int) -> Any:
        if not isinstance(result, Promise):
            return super()._cast(variable, result, 1)
        if variable.value_type is Enum:
            return result.as_members_of(variable.possible_values)
        if result.possible_values is not None:
            raise LawError(f"the formula of {variable.name} gives something else than its type")
        return result.astype(variable.dtype)

    def _parameters(self, at: Any) -> Any:
        key = self._stack[-1]
        return Reading(self.figures_at(at), "", at, self.figures[key], self._looked.setdefault(key, set()))

    def figures_at(self, at: Any) -> FiguresAt:
        """Return the figures of the law at an instant, or at the start of a period."""
        start = at if isinstance(at, Instant) else at.start if isinstance(at, Period) else instant(at)
        if start not in self._figures_at:
            self._figures_at[start] = FiguresAt(self.system.parameters, start)
        return self._figures_at[start]


class FiguresAt:
    """Figures at an instant, each looked up the first time it is read.

    Attributes:
        at: the instant.
    """

    def __init__(self, node: ParameterNode, at: Instant) -> None:
        self.at = at
        self._node = node
        self._known: dict[str, Any] = {}

    def child(self, key: str) -> Any:
        """Return a figure, a scale, or the figures under a name.

        Raises:
            LawError: there is nothing of this name.
        """
        if key not in self._known:
            found = self._node.children.get(key)
            if found is None:
                raise LawError(f"there is no figure {key!r} under {self._node.name!r}")
            nested = isinstance(found, ParameterNode)
            self._known[key] = FiguresAt(found, self.at) if nested else found.get_at_instant(self.at)
        return self._known[key]

    def names(self) -> Iterable[str]:
        """Return the names of the figures that have a value at the instant."""
        return (key for key in self._node.children if self.child(key) is not None)

    def find(self, name: str) -> Any:
        """Return a figure, a scale or figures by their whole name; None where there is none."""
        found: Any = self
        for part in filter(None, name.split(".")):
            if not isinstance(found, FiguresAt) or part not in found._node.children:
                return None
            found = found.child(part)
        return found


class Reading:
    """Figures that note which of them are read, by name (`read`), and all that was looked at (`looked`)."""

    def __init__(
        self, figures: FiguresAt, name: str, at: Any, read: dict[str, Any], looked: set[Look]
    ) -> None:
        self._figures = figures
        self._name = name
        self._at = at
        self._read = read
        self._looked = looked

    def __getattr__(self, key: str) -> Any:
        found = self._figures.child(key)
        name = f"{self._name}.{key}" if self._name else key
        if found is None:
            raise LawError(f"{name} has no value on {self._figures.at}")
        if isinstance(found, FiguresAt):
            return Reading(found, name, self._at, self._read, self._looked)
        self._read[name] = self._at
        self._looked.add((name, self._figures.at))
        return found

    @property
    def _children(self) -> dict[str, Any]:
        self._looked.add((self._name, self._figures.at))
        return {key: getattr(self, key) for key in self._figures.names()}


def _changed(like: Tracer, other: Tracer) -> frozenset[Key]:
    """Return what two laws say differently, among what one of them was asked."""
    suspects = set(_unshared(like.system.parameters, other.system.parameters, ""))
    start = [
        key
        for key, looked in like._looked.items()
        if any(name in suspects and _differ(like, other, name, at) for name, at in looked)
    ]
    mine, theirs = other.system.variables, like.system.variables
    start += [key for key in like._values if mine.get(key[0]) is not theirs[key[0]]]
    readers: dict[Key, list[Key]] = {}
    for reader, read in like.calls.items():
        for key in read:
            readers.setdefault(key, []).append(reader)
    changed: set[Key] = set()
    while start:
        key = start.pop()
        if key not in changed:
            changed.add(key)
            start += readers.get(key, [])
    return frozenset(changed)


def _unshared(one: Any, other: Any, name: str) -> Iterator[str]:
    """Yield the names of what two laws do not hold in common, as the same object."""
    if one is other:
        return
    yield name
    mine, theirs = (node.children if isinstance(node, ParameterNode) else {} for node in (one, other))
    for key in mine.keys() | theirs.keys():
        yield from _unshared(mine.get(key), theirs.get(key), f"{name}.{key}" if name else key)


def _differ(like: Tracer, other: Tracer, name: str, at: Instant) -> bool:
    """Return whether a figure, or which figures there are under a name, is not the same at an instant."""
    one, another = (_content(tracer.figures_at(at).find(name)) for tracer in (like, other))
    return bool(one != another)


def _content(found: Any) -> Any:
    if isinstance(found, FiguresAt):
        return list(found.names())
    return vars(found) if hasattr(found, "thresholds") else found
