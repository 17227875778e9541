"""The graph reading: the same formulas, run on arrays that are only promised.

Running a formula on them computes nothing: each operation becomes a node of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from openfisca_core.entities import GroupEntity, Role
from openfisca_core.indexed_enums import Enum

from dept_rules.engine.graph import Graph, Node
from dept_rules.errors import LawError


class Promise(NDArrayOperatorsMixin):
    """An array that is not computed yet.

    Attributes:
        graph: where its operation stands.
        node: its operation.
        possible_values: the enumeration, where the values are ranks of its members.
    """

    __slots__ = ("graph", "node", "possible_values")

    def __init__(self, graph: Graph, node: Node, enum: Any = None) -> None:
        self.graph = graph
        self.node = node
        self.possible_values = enum

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs or ufunc.nout != 1:
            raise LawError(f"{ufunc.__name__} ({method}) has no graph reading")
        enums = sorted({enum.__name__ for one in inputs if (enum := _enumeration(one)) is not None})
        if len(enums) > 1:
            raise LawError(f"members of {' and '.join(enums)} stand in one operation")
        return Promise(self.graph, self.graph.ufunc(ufunc, *map(self._node, inputs)))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is not np.where or len(args) != 3 or kwargs:
            raise LawError(f"{func.__name__} has no graph reading")
        enum = next((enum for one in args[1:] if (enum := _enumeration(one)) is not None), None)
        return Promise(self.graph, self.graph.where(*map(self._node, args)), enum)

    def _node(self, value: Any) -> Node:
        return node_of(self.graph, value)

    def astype(self, dtype: Any, copy: bool = True) -> Promise:
        """Return the same values in another type."""
        return Promise(self.graph, self.graph.astype(self.node, dtype))

    def as_members_of(self, enum: type[Enum]) -> Promise:
        """Return the same ranks, known to be those of members of `enum`."""
        return Promise(self.graph, self.graph.astype(self.node, np.int16), enum)

    def figures(self, of_member: Mapping[int, float], default: float) -> Promise:
        """Return the figure of the member (given by rank), `default` where it has none."""
        ranks = range(len(list(self.possible_values)))
        table = tuple(float(of_member.get(rank, default)) for rank in ranks)
        return Promise(self.graph, self.graph.take(table, self.node))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the type of the elements."""
        return self.node.dtype

    def __bool__(self) -> bool:
        raise TypeError("a promise has no truth value: a formula must not branch on data")

    __hash__ = None  # type: ignore[assignment]  # == gives a promise


def _enumeration(value: Any) -> Any:
    return type(value) if isinstance(value, Enum) else getattr(value, "possible_values", None)


def node_of(graph: Graph, value: Any) -> Node:
    """Return the node of a promise, or that of a constant."""
    if isinstance(value, Promise):
        return value.node
    if isinstance(value, Enum):
        return graph.const(value.index)
    if isinstance(value, np.ndarray):
        if value.size != 1:
            raise LawError("a formula made an array of its own")
        return graph.const(value.view(np.ndarray).reshape(-1)[0])
    return graph.const(value)


class PromisedGroup:
    """Groups of one kind of people who are not known yet: what `dept_rules.people.Group` does, promised."""

    count = 1  # of the arrays of constants

    def __init__(self, graph: Graph, entity: GroupEntity) -> None:
        self.graph = graph
        self.entity = entity

    def _made(self, node: Node, enum: Any = None) -> Promise:
        return Promise(self.graph, node, enum)

    def has_role(self, role: Role) -> Promise:
        """Return, for each person, whether they hold `role`."""
        return self._made(self.graph.role(self.entity.key, role))

    def project(self, array: Any) -> Promise:
        """Return, for each person, what their group has."""
        enum = getattr(array, "possible_values", None)
        return self._made(self.graph.project(self.entity.key, node_of(self.graph, array)), enum)

    def sum(self, values: Any) -> Promise:
        """Return the sum of the values of the members of each group."""
        return self._made(self.graph.sum(self.entity.key, node_of(self.graph, values)))

    def extreme(self, keep: np.ufunc, values: Any) -> Promise:
        """Return the least or greatest value of the members of each group."""
        return self._made(self.graph.extreme(self.entity.key, keep, node_of(self.graph, values)))

    def nb_persons(self, role: Role | None = None) -> Promise:
        """Return the number of members of each group (those with `role`, if given)."""
        if role is None:
            return self._made(self.graph.size(self.entity.key))
        return self.sum(self.has_role(role)).astype(np.int64)

    def of_role(self, array: Any, role: Role) -> Promise:
        """Return what the one person with `role` has in each group."""
        enum = getattr(array, "possible_values", None)
        return self._made(self.graph.of_role(self.entity.key, role, node_of(self.graph, array)), enum)
