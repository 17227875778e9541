"""The graph of what is computed: one node for each distinct operation, whichever law or month asked for it.

Two formulas, two months or two laws that do the same thing to the same things meet in the
same node. What hangs on no answer is computed while the graph is built.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.entities import Role

from dept_rules.errors import LawError
from dept_rules.people import nothing

#: Operations of two arguments whose order does not matter.
COMMUTATIVE = {np.add, np.multiply, np.equal, np.not_equal, np.minimum, np.maximum}
COMMUTATIVE |= {np.logical_and, np.logical_or, np.bitwise_and, np.bitwise_or}
AND = {np.logical_and, np.bitwise_and}
OR = {np.logical_or, np.bitwise_or}
IDEMPOTENT = {np.minimum, np.maximum, np.bitwise_and, np.bitwise_or}
#: What leaves the first of two arguments as it is, as the second one.
NEUTRAL: dict[Any, int] = {np.add: 0, np.subtract: 0, np.multiply: 1, np.true_divide: 1}
#: Operations that give finite numbers from finite numbers (but for amounts beyond all measure).
STAY_FINITE = {np.add, np.subtract, np.multiply, np.negative, np.absolute, np.floor, np.minimum, np.maximum}


#: Comparisons with a constant that are decided where no value is below it: how it must stand, the answer.
DECIDED: dict[Any, tuple[Any, bool]] = {
    np.greater_equal: (operator.ge, True),
    np.greater: (operator.gt, True),
    np.less: (operator.ge, False),
    np.less_equal: (operator.gt, False),
}
#: The bound of what has none.
UNBOUNDED = -math.inf


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """An operation and what it is done to.

    Attributes:
        rank: its place in the graph: after those of its arguments.
        op: "const", "input", "ufunc", "where", "astype", "take", "project", "sum", "extreme",
            "role", "of_role", "size" or "total".
        of: what completes the operation: the value, the input and its period, the ufunc, the dtype,
            the table of figures, the kind of group and the role…
        args: the nodes it is done to.
        entity: key of the entity whose members have each a value; None for a constant.
        dtype: type of the values.
        finite: whether all values are finite as soon as the answers are.
        low: a number that no value is below; minus infinity where none is known.
    """

    rank: int
    op: str
    of: Any
    args: tuple[Node, ...]
    entity: str | None
    dtype: np.dtype[Any]
    finite: bool
    low: float


class Graph:
    """Every node once. The methods make them, and simplify what they can without changing a value."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[Hashable, Node] = {}
        self._outcomes: dict[Hashable, np.dtype[Any]] = {}

    # --- leaves ------------------------------------------------------------------------------

    def const(self, value: Any) -> Node:
        """Return a constant: a number, a boolean or a date, typed (NumPy's) or not (Python's)."""
        key = ("const", type(value), getattr(value, "dtype", None), repr(value))
        dtype = np.dtype(object) if isinstance(value, str) else np.asarray(value).dtype
        finite = dtype.kind != "f" or bool(np.isfinite(value))
        low = float(value) if dtype.kind in "bif" else UNBOUNDED
        return self._node(key, "const", value, (), None, dtype, finite, low)

    def input(self, name: str, at: Any, entity: str, dtype: np.dtype[Any]) -> Node:
        """Return the answers to an input, for a period or (None) those that hold for every period."""
        low = 0.0 if dtype.kind == "b" else UNBOUNDED
        return self._node(("input", name, at), "input", (name, at), (), entity, dtype, True, low)

    def role(self, group: str, role: Role) -> Node:
        """Return, for each person, whether they hold a role."""
        return self._node(
            ("role", group, role.key), "role", (group, role), (), "individu", np.dtype(bool), True, 0.0
        )

    def size(self, group: str) -> Node:
        """Return the number of members of each group."""
        return self._node(("size", group), "size", group, (), group, np.dtype(np.int64), True, 0.0)

    # --- element by element ------------------------------------------------------------------

    def ufunc(self, ufunc: np.ufunc, *args: Node) -> Node:
        """Return an operation of NumPy, element by element."""
        simple = self._simplified(ufunc, args)
        if simple is not None:
            return simple
        if all(one.op == "const" for one in args):
            with np.errstate(all="ignore"):
                return self.const(ufunc(*(one.of for one in args)))
        args = self._alike(ufunc, args)
        if ufunc in COMMUTATIVE:
            args = tuple(sorted(args, key=lambda one: one.rank))
        dtype = self._outcome(ufunc, args)
        finite = dtype.kind != "f" or (ufunc in STAY_FINITE and all(one.finite for one in args))
        if ufunc is np.true_divide:
            finite = args[0].finite and args[1].finite and _never_nil(args[1])
        key = (ufunc, *(one.rank for one in args))
        return self._node(key, "ufunc", ufunc, args, _entity(args), dtype, finite, _low(ufunc, dtype, args))

    def where(self, condition: Node, then: Node, otherwise: Node) -> Node:
        """Return `then` where the condition holds, else `otherwise`."""
        dtype = self._outcome(np.where, (condition, then, otherwise))
        if condition.op == "const":
            return self.astype(then if condition.of else otherwise, dtype)
        if then is otherwise:
            return self.astype(then, dtype)
        args = (self.astype(condition, bool), self.astype(then, dtype), self.astype(otherwise, dtype))
        finite, low = then.finite and otherwise.finite, min(then.low, otherwise.low)
        key = ("where", *(one.rank for one in args))
        return self._node(key, "where", None, args, _entity(args), dtype, finite, low)

    def astype(self, node: Node, dtype: Any) -> Node:
        """Return the same values in another type."""
        wanted = np.dtype(dtype)
        if node.op == "const":
            return self.const(np.asarray(node.of).astype(wanted)[()])
        if node.dtype == wanted:
            return node
        key = ("astype", wanted, node.rank)
        return self._node(
            key, "astype", wanted, (node,), node.entity, wanted, node.finite, _low_as(wanted, node)
        )

    def take(self, table: tuple[float, ...], ranks: Node) -> Node:
        """Return the figures of a table at some ranks."""
        if ranks.op == "const":
            return self.const(np.float64(table[int(ranks.of)]))
        key, finite = ("take", table, ranks.rank), bool(np.isfinite(table).all())
        dtype = np.dtype(float)
        return self._node(key, "take", table, (ranks,), ranks.entity, dtype, finite, min(table))

    # --- from an entity to another -----------------------------------------------------------

    def project(self, group: str, node: Node) -> Node:
        """Return, for each person, what their group has."""
        if node.op == "const":
            return node
        _check(node, group)
        key = ("project", group, node.rank)
        return self._node(key, "project", group, (node,), "individu", node.dtype, node.finite, node.low)

    def sum(self, group: str, node: Node) -> Node:
        """Return the sum of the values of the members of each group, as float64."""
        if node.op == "const" and node.of == 0:
            return self.const(np.float64(0.0))
        _check(node, "individu")
        args = (self.astype(node, float) if node.op == "const" else node,)
        key, low = ("sum", group, args[0].rank), 0.0 if node.low >= 0 else UNBOUNDED
        return self._node(key, "sum", group, args, group, np.dtype(float), node.finite, low)

    def extreme(self, group: str, keep: np.ufunc, node: Node) -> Node:
        """Return the least or greatest value of the members of each group; ∓infinity of nobody."""
        _check(node, "individu")
        args = (self.astype(node, float),)
        return self._node(
            ("extreme", group, keep, args[0].rank),
            "extreme",
            (group, keep),
            args,
            group,
            np.dtype(float),
            False,
            UNBOUNDED,
        )

    def of_role(self, group: str, role: Role, node: Node) -> Node:
        """Return what the one person with a role has in each group; 0 (or no date) where nobody does."""
        if node.op == "const" and node.of == nothing(node.dtype):
            return node
        _check(node, "individu")
        return self._node(
            ("of_role", group, role.key, node.rank),
            "of_role",
            (group, role),
            (node,),
            group,
            node.dtype,
            node.finite,
            min(node.low, 0.0),
        )

    def total(self, node: Node, weights: Node | None) -> Node:
        """Return the (weighted) sum of the values of everybody: one number, and of no entity."""
        args = (node,) if weights is None else (node, weights)
        _entity(args)
        key = ("total", *(one.rank for one in args))
        return self._node(key, "total", None, args, None, np.dtype(float), False, UNBOUNDED)

    # --- how -----------------------------------------------------------------------------------

    def _node(self, key: Hashable, *told: Any) -> Node:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Node(len(self.nodes), *told)
            self.nodes.append(known)
        return known

    def _simplified(self, ufunc: np.ufunc, args: tuple[Node, ...]) -> Node | None:
        """Return what an operation comes to where that is known without doing it (-0 and 0 are the same)."""
        if len(args) != 2:
            return None
        left, right = args
        if right.op != "const" and left.op == "const" and ufunc in COMMUTATIVE:
            left, right = right, left
        if left is right and ufunc in IDEMPOTENT:
            return left
        if ufunc is np.multiply and (merged := self._one_mask(left, right) or self._one_mask(right, left)):
            return merged
        if right.op != "const" or left.op == "const":
            return None
        if ufunc in AND | OR and left.dtype == right.dtype == bool:
            absorbing = ufunc in OR
            return right if bool(right.of) is absorbing else left
        if ufunc is np.multiply and not right.of and left.finite:
            return self.const(self._outcome(ufunc, args).type(0))
        bounded = left.finite and left.low > UNBOUNDED  # a number: dates and texts have no bound
        if bounded and ufunc in DECIDED and args[1] is right and DECIDED[ufunc][0](left.low, right.of):
            return self.const(np.bool_(DECIDED[ufunc][1]))
        if bounded and ufunc is np.maximum and left.low >= right.of:
            return left if self._outcome(ufunc, args) == left.dtype else None
        neutral = NEUTRAL.get(ufunc)
        if neutral is not None and right.of == neutral and self._outcome(ufunc, args) == left.dtype:
            return left
        return None

    def _one_mask(self, amount: Node, mask: Node) -> Node | None:
        """Return an amount given under two conditions, one after the other, as given under both."""
        if mask.op == "const" or mask.dtype != bool or amount.op != "ufunc" or amount.of is not np.multiply:
            return None
        for given, other in (amount.args, amount.args[::-1]):
            if other.op == "astype" and other.args[0].dtype == bool and given.dtype == amount.dtype:
                return self.ufunc(np.multiply, given, self.ufunc(np.bitwise_and, other.args[0], mask))
        return None

    def _alike(self, ufunc: np.ufunc, args: tuple[Node, ...]) -> tuple[Node, ...]:
        """Return the arguments in the types that the operation works in: cast once, shared ever after."""
        wanted = [type(one.of) if _untyped(one) else one.dtype for one in args]
        if any(np.dtype(one).kind in "MmUS" for one in wanted):
            return args
        kinds = (np.dtype(bool) if kind is bool else kind for kind in wanted)
        loop = ufunc.resolve_dtypes((*kinds, None))
        if any(_untyped(one) and not _holds(dtype, one.of) for one, dtype in zip(args, loop, strict=False)):
            return args
        return tuple(self.astype(one, dtype) for one, dtype in zip(args, loop, strict=False))

    def _outcome(self, function: Any, args: tuple[Node, ...]) -> np.dtype[Any]:
        """Return the type of the results of an operation, by doing it once."""
        key = (function, *((type(a.of), repr(a.of)) if a.op == "const" else a.dtype for a in args))
        if key not in self._outcomes:
            samples = [a.of if a.op == "const" else np.ones(1, dtype=a.dtype) for a in args]
            with np.errstate(all="ignore"):
                self._outcomes[key] = np.asarray(function(*samples)).dtype
        return self._outcomes[key]


def _untyped(node: Node) -> bool:
    return node.op == "const" and not isinstance(node.of, np.generic)


def _never_nil(node: Node) -> bool:
    return node.low > 0 or (node.op == "const" and bool(node.of != 0))


def _low_as(dtype: np.dtype[Any], node: Node) -> float:
    """Return a number that no value of a node is below, in another type."""
    if dtype.kind == "b":
        return 0.0
    if dtype.kind == "f":
        return node.low
    # what is infinite may be any whole number, and -0.5 is 0
    return float(np.floor(node.low)) if node.finite and node.low >= 0 else UNBOUNDED


def _low(ufunc: np.ufunc, dtype: np.dtype[Any], args: tuple[Node, ...]) -> float:
    """Return a number that no result of an operation is below."""
    if dtype.kind == "b":
        return 0.0
    lows = [one.low for one in args]
    if ufunc in (np.minimum, np.maximum):
        return min(lows) if ufunc is np.minimum else max(lows)
    if dtype.kind != "f":
        return UNBOUNDED  # whole numbers may be too large for their type
    if ufunc is np.add:
        return sum(lows)
    if ufunc in (np.multiply, np.true_divide, np.floor) and min(lows) >= 0:
        return 0.0
    return UNBOUNDED


def _holds(dtype: np.dtype[Any], number: Any) -> bool:
    """Return whether a type has room for a number."""
    return dtype.kind not in "iu" or np.iinfo(dtype).min <= number <= np.iinfo(dtype).max


def _entity(args: tuple[Node, ...]) -> str | None:
    """Return the entity whose members have what is made of some values."""
    found = dict.fromkeys(one.entity for one in args if one.entity is not None)
    if len(found) > 1:
        raise LawError(f"what {' and '.join(found)} have stands in one operation: project or add up first")
    return next(iter(found), None)


def _check(node: Node, entity: str) -> None:
    if node.entity not in (None, entity):
        raise LawError(f"what {node.entity} has is taken for what {entity} has: project or add up first")
