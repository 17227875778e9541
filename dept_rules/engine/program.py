"""A graph made ready to run: which operation, on what, in which order, and what is then no longer needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dept_rules.engine.graph import Node
from dept_rules.people import Array, Group, extreme, nothing

#: What a program must be given beside answers: the structure of the groups.
#: ("member_of" | "count" | "size", group), ("role" | "holder" | "held", group, role), ("persons",).
Structure = tuple[Any, ...]


class Step(NamedTuple):
    """One operation: registers of its arguments, register of its result, registers free afterwards."""

    function: Callable[..., Any]
    args: tuple[int, ...]
    result: int
    spent: tuple[int, ...]


class Program:
    """The operations that give some nodes of a graph, in an order that computes each once.

    Args:
        nodes: what is wanted.
        keep: whether every register keeps its value (for few people), or only those wanted.

    Attributes:
        register: for each wanted node and each node it hangs on (by rank), where its value is.
        inputs: the nodes of the answers to fill them with.
        structure: registers to fill, by what they say of the groups.
    """

    def __init__(self, nodes: Iterable[Node], *, keep: bool = False) -> None:
        wanted = list(nodes)
        self.register: dict[int, int] = {}
        self.inputs: list[Node] = []
        self.structure: dict[Structure, int] = {}
        self._initial: list[Any] = []
        steps: list[tuple[Callable[..., Any], tuple[int, ...], int]] = []
        for node in _needed(wanted):
            self.register[node.rank] = self._lay(node, steps)
        kept = {self.register[node.rank] for node in wanted}
        self.steps = [Step(*step, ()) for step in steps] if keep else _freeing(steps, kept)

    def run(
        self, answers: Mapping[tuple[str, Any], Array], groups: Mapping[str, Group], persons: int
    ) -> list[Any]:
        """Return the registers, filled.

        Args:
            answers: the values of each of `self.inputs`, by its input and period; may hold more.
            groups: by key of the entity, whose members are the `persons` people.
            persons: how many people there are.
        """
        registers = self._initial.copy()
        for node in self.inputs:
            registers[self.register[node.rank]] = answers[node.of].astype(node.dtype, copy=False)
        for what, place in self.structure.items():
            registers[place] = _structure(what, groups, persons)
        for function, args, result, spent in self.steps:
            if len(args) == 2:  # most have two: for one household, a list for each costs as much as the work
                left, right = args
                registers[result] = function(registers[left], registers[right])
            else:
                registers[result] = function(*[registers[arg] for arg in args])
            for place in spent:
                registers[place] = None
        return registers

    # --- laying out ----------------------------------------------------------------------------

    def _new(self, value: Any = None) -> int:
        self._initial.append(value)
        return len(self._initial) - 1

    def _told(self, *what: Any) -> int:
        if what not in self.structure:
            self.structure[what] = self._new()
        return self.structure[what]

    def _lay(self, node: Node, steps: list[Any]) -> int:
        """Return the register where a node will be, adding the steps that put it there."""
        args = tuple(self.register[arg.rank] for arg in node.args)
        if node.op == "const":
            return self._new(node.of)
        if node.op == "input":
            self.inputs.append(node)
            return self._new()
        if node.op == "role":
            return self._told("role", *node.of)
        if node.op == "size":
            return self._told("size", node.of)
        if node.op == "ufunc":
            return self._add(steps, node.of, *args)
        if node.op == "where":
            return self._add(steps, np.where, *args)
        if node.op == "astype":
            return self._add(steps, np.ndarray.astype, *args, self._new(node.of))
        if node.op == "take":
            return self._add(steps, np.ndarray.take, self._new(np.array(node.of)), *args)
        if node.op == "total":
            return self._add(steps, _total, *args)
        if node.op == "project":
            return self._add(steps, np.ndarray.take, *args, self._told("member_of", node.of))
        if node.op == "sum":
            if node.args[0].op == "const":
                args = (self._add(steps, np.full, self._told("persons"), args[0]),)
            member_of, count = self._told("member_of", node.of), self._told("count", node.of)
            return self._add(steps, np.bincount, member_of, *args, count)
        if node.op == "extreme":
            group, keep = node.of
            member_of, count = self._told("member_of", group), self._told("count", group)
            return self._add(steps, extreme, self._new(keep), *args, member_of, count)
        return self._of_role(node, args, steps)

    def _of_role(self, node: Node, args: tuple[int, ...], steps: list[Any]) -> int:
        group, role = node.of
        if node.args[0].op == "const":
            held = args[0]
        else:
            held = self._add(steps, np.ndarray.take, *args, self._told("holder", group, role))
        return self._add(
            steps, np.where, self._told("held", group, role), held, self._new(nothing(node.dtype))
        )

    def _add(self, steps: list[Any], function: Callable[..., Any], *args: int) -> int:
        result = self._new()
        steps.append((function, args, result))
        return result


def _needed(wanted: Sequence[Node]) -> list[Node]:
    """Return some nodes and all they hang on, each after its arguments."""
    found: dict[int, Node] = {}
    pending = list(wanted)
    while pending:
        node = pending.pop()
        if node.rank not in found:
            found[node.rank] = node
            pending += node.args
    return [found[rank] for rank in sorted(found)]


def _freeing(steps: Iterable[tuple[Any, tuple[int, ...], int]], kept: set[int]) -> list[Step]:
    """Return the steps, each with the registers that nothing reads after it."""
    laid: list[Step] = []
    read = set(kept)
    for function, args, result in reversed(list(steps)):
        spent = tuple(one for one in dict.fromkeys((*args, result)) if one not in read)
        read.update(args)
        laid.append(Step(function, args, result, spent))
    return laid[::-1]


def _total(values: Array, weights: Array | None = None) -> Any:
    # No dot product: BLAS may share it out between threads, and its sums then hang on how many.
    return np.add.reduce(values if weights is None else values * weights, dtype=np.float64)


def _structure(what: Structure, groups: Mapping[str, Group], persons: int) -> Any:
    if what[0] == "persons":
        return persons
    group = groups[what[1]]
    if what[0] == "member_of":
        return group.member_of
    if what[0] == "count":
        return group.count
    if what[0] == "size":
        return group.nb_persons()
    if what[0] == "role":
        return group.has_role(what[2])
    there, rank = group.holders(what[2])
    return there if what[0] == "held" else rank
