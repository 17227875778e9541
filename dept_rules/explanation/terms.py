"""From the tree of operations to the few that mattered for one person.

A ``Term`` is the tree for one element (a person, a household), simplified: what is added
as zero, multiplied by one, or not chosen by a condition is gone; the rest keeps the names
and the values it had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.explanation.symbols import Symbol, raw
from dept_rules.system import variable as find_variable

ARITHMETIC = {"add", "subtract", "multiply", "divide", "true_divide", "floor_divide"}
COMPARISONS = {"greater_equal", "greater", "less_equal", "less", "equal", "not_equal"}
LOGIC = {"bitwise_and": "and", "logical_and": "and", "bitwise_or": "or", "logical_or": "or"}


@dataclass(frozen=True)
class Term:
    """One operation, one answer, one figure or one number, with its value for one person.

    Attributes:
        op: "input", "variable", "figure", "total" (of a variable over months), "number", "member"
            (of an enumeration), "and", "or", "not", "about" (a test of what `args` told), "capped" and
            "floored" (an amount, then the bound that replaced it), a comparison or an arithmetic
            operation (names of NumPy's ufuncs).
        value: number, boolean, date or name of a member.
        args: what it was made from.
        name: of the variable or figure.
        at: its period or date.
    """

    op: str
    value: Any
    args: tuple[Term, ...] = ()
    name: str = ""
    at: Any = None

    @property
    def named(self) -> bool:
        """Return whether it is an answer, a variable or a figure."""
        return bool(self.name)

    def walk(self) -> Iterator[Term]:
        """Yield this term and all it was made from."""
        yield self
        for term in self.args:
            yield from term.walk()


class Reducer:
    """Makes terms of symbols, for one element.

    Args:
        system: the law the symbols come from.
        opaque: names of variables to keep as they are, without what they were made from.
    """

    def __init__(self, system: TaxBenefitSystem, opaque: Iterable[str] = ()) -> None:
        self.system = system
        self.opaque = frozenset(opaque)

    def term(self, symbol: Any, rank: int) -> Term:
        """Return the term of `symbol` for its `rank`-th element."""
        if not isinstance(symbol, Symbol):
            return self._constant(symbol, rank)
        if symbol.op == "gather":
            return self.term(symbol.args[0], int(symbol.args[1][rank]))
        if symbol.op == "group_sum":
            weights, member_of = symbol.args
            return _sum([self.term(weights, int(one)) for one in np.flatnonzero(member_of == rank)])
        value = _element(symbol, rank)
        if symbol.op == "group_extreme":
            members = [self.term(symbol.args[0], int(one)) for one in np.flatnonzero(symbol.args[1] == rank)]
            return next((one for one in members if _is(one, value)), Term("number", value))
        if symbol.op in ("input", "figure", "total"):
            return Term(symbol.op, value, name=symbol.name, at=symbol.at)
        if symbol.op == "variable":
            inside = (
                () if self._is_opaque(symbol.name) else tuple(self.term(one, rank) for one in symbol.args)
            )
            return Term("variable", value, inside, symbol.name, symbol.at)
        if symbol.op == "astype":
            return self.term(symbol.args[0], rank)
        if symbol.op == "where":
            condition, then, otherwise = symbol.args
            return self.term(then if _element(condition, rank) else otherwise, rank)
        return self._operation(symbol, rank, value)

    def _answers(self, symbol: Any, rank: int) -> Iterator[Term]:
        """Yield the answers and variables that an operation comes from, the nearest ones."""
        if not isinstance(symbol, Symbol) or symbol.op == "figure":
            return
        if symbol.op in ("input", "variable", "total"):
            yield Term(symbol.op, _element(symbol, rank), (), symbol.name, symbol.at)
        elif symbol.op == "gather":
            yield from self._answers(symbol.args[0], int(symbol.args[1][rank]))
        elif symbol.op in ("group_sum", "group_extreme"):
            for one in np.flatnonzero(symbol.args[1] == rank):
                yield from self._answers(symbol.args[0], int(one))
        else:
            for one in symbol.args:
                yield from self._answers(one, rank)

    def _is_opaque(self, name: str) -> bool:
        """Plain derivations of answers (age, total wages) are told as they are, unless they add money."""
        if name in self.opaque:
            return True
        variable = find_variable(self.system, name)
        origin = (variable.introspection_data or ("",))[0]
        return "situation" in origin.replace("\\", "/").split("/") and variable.value_type is not float

    def _constant(self, value: Any, rank: int) -> Term:
        if isinstance(value, Enum):
            return Term("member", value.name)
        return Term("number", _element(value, rank))

    def _operation(self, symbol: Symbol, rank: int, value: Any) -> Term:
        op, args = symbol.op, [self.term(one, rank) for one in symbol.args]
        if op in COMPARISONS and not any(one.named for one in args):
            about = dict.fromkeys(self._answers(symbol, rank))
            return Term("about", value, tuple(about))
        if op in COMPARISONS:
            enum = next(
                (one.possible_values for one in symbol.args if getattr(one, "possible_values", None)), None
            )
            return Term(op, value, tuple(_as_member(one, enum) for one in args))
        if op in LOGIC:
            return _flat(LOGIC[op], value, args)
        if op in ("logical_not", "invert"):
            return Term("not", value, tuple(args))
        if op in ("minimum", "maximum"):
            return _bounded(op, value, args)
        if op == "multiply":
            return _product(value, args)
        if op == "add":
            return _sum(args)
        if op == "subtract":
            return args[0] if _is(args[1], 0) else Term(op, value, tuple(args))
        if op in ("divide", "true_divide") and _is(args[1], 1):
            return args[0]
        return Term(op, value, tuple(args))


def _element(value: Any, rank: int) -> Any:
    enum = getattr(value, "possible_values", None)
    plain = raw(value)
    if isinstance(plain, np.ndarray) and plain.ndim:
        plain = plain[rank if plain.size > 1 else 0]
    if enum is not None:
        return list(enum)[int(plain)].name
    return plain.item() if isinstance(plain, np.generic) else plain


def _as_member(term: Term, enum: Any) -> Term:
    if enum is None or term.op != "number" or not isinstance(term.value, int):
        return term
    return Term("member", list(enum)[term.value].name)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, bool | int | float) else float("nan")


def _is(term: Term, number: float) -> bool:
    return _number(term.value) == number


def _sum(terms: list[Term]) -> Term:
    kept = [term for term in terms if not _is(term, 0)]
    if not kept:
        return Term("number", 0.0)
    if len(kept) == 1:
        return kept[0]
    flat: list[Term] = []
    for term in kept:
        flat.extend(term.args if term.op == "add" else [term])
    return Term("add", sum(_number(term.value) for term in flat), tuple(flat))


def _bounded(op: str, value: Any, args: list[Term]) -> Term:
    """Return what a bound leaves: the amount where it does not bind, else both, as "capped" or "floored"."""
    amount, bound = (
        args if args[1].op in ("figure", "number") or args[0].op not in ("figure", "number") else args[::-1]
    )
    if _is(amount, _number(value)):
        return amount
    return Term("capped" if op == "minimum" else "floored", value, (amount, bound))


def _product(value: Any, args: list[Term]) -> Term:
    nil = [term for term in args if _is(term, 0)]
    if nil:
        return next((term for term in nil if term.op == "floored"), Term("number", 0.0))
    kept = [term for term in args if not _is(term, 1)]
    if len(kept) < 2:
        return (kept or args)[0]
    return Term("multiply", value, tuple(kept))


def _flat(op: str, value: Any, args: list[Term]) -> Term:
    flat: list[Term] = []
    for term in args:
        flat.extend(term.args if term.op == op else [term])
    return Term(op, value, tuple(flat))
