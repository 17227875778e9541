"""The partial reading: the same formulas, where some answers are not known.

A missing answer may be anything its input allows. The composition of the households is
known. What somebody must judge counts as met as long as nobody has: the verdict says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.errors import LawError
from dept_rules.execution import Execution, Key
from dept_rules.explanation.domains import Domain, domain
from dept_rules.explanation.uncertain import Abstract, Possible, Uncertain
from dept_rules.people import Answers, Array, Population, repeated
from dept_rules.system import inputs
from dept_rules.system import variable as find_variable


class Unknown(NamedTuple):
    """An answer that is missing.

    Attributes:
        name: the input.
        rank: whose answer it is: rank of the person or group.
        period: for which period; None for all those it is missing for.
    """

    name: str
    rank: int
    period: Period | None = None


#: A box: what is assumed of some missing answers; nothing is assumed of the others.
Box = Mapping[Unknown, Domain]


class PartialExecution(Execution):
    """Runs the law on what is known and on all that the rest may be.

    Args:
        system: the law, or a reform of it.
        population: people and what is known of them; with boxes, as many copies of the same
            people (see `dept_rules.people.repeated`) as there are boxes.
        month: the month asked; nobody is born after it.
        boxes: what to assume, copy by copy, of missing answers.
        track: keep which missing answers each value hangs on (for a few copies only).

    Attributes:
        bits: rank of the bit that stands for each missing answer in `hangs_on`, all periods together.
    """

    def __init__(
        self,
        system: TaxBenefitSystem,
        population: Population,
        month: Period,
        boxes: Iterable[Box] = ({},),
        *,
        track: bool = False,
    ) -> None:
        super().__init__(system, population, record=track)
        self.month = month
        self.track = track
        self.bits: dict[tuple[str, int], int] = {}
        self._copies = 0
        self._assumed: dict[tuple[str, Period | None], list[tuple[int, int, Domain]]] = defaultdict(list)
        for copy, box in enumerate(boxes):
            self._copies += 1
            for (name, rank, period), assumed in box.items():
                self._assumed[name, period].append((copy, rank, assumed))

    def bounds(self, key: Key) -> tuple[Array, Array]:
        """Return the least and greatest value of a number or boolean; twice the same where it is known."""
        found: Any = self.value(*key)
        return (found.low, found.high) if isinstance(found, Uncertain) else (found, found)

    def hanging(self, key: Key) -> Array:
        """Return, for each person or group, the bits of the missing answers that a variable hangs on."""
        found: Any = self.value(*key)
        hangs_on = found.hangs_on if isinstance(found, Abstract) else None
        return np.zeros(len(found), dtype=object) if hangs_on is None else hangs_on

    def missing(self) -> list[Unknown]:
        """Return the answers that were read and are missing, period by period (of the first copy)."""
        found = []
        for (name, period), mask in self.unanswered.items():
            size = len(mask) // self._copies
            found += [Unknown(name, int(rank), period) for rank in np.flatnonzero(mask[:size])]
        return found

    def not_judged(self, key: Key) -> Array:
        """Return, for each person or group, whether an answer that holds a judgement is not given."""
        found: Any = self.value(*key)
        return np.asarray(found.may_be[:, 0])

    def value(self, name: str, period: Period) -> Any:
        """Return a variable at a period; see `Execution.value`."""
        found = super().value(name, period)
        if self._stack and isinstance(found, Possible):
            judgement = find_variable(self.system, self._stack[-1][0]).judgement
            if judgement is not None and judgement.answer == name:
                return self._not_judged(found)
        return found

    @staticmethod
    def _not_judged(found: Possible) -> Possible:
        """Return answers of which those that are missing are not given: nobody has judged."""
        not_given = np.arange(found.may_be.shape[1]) == 0
        whole = np.asarray(found.may_be.all(axis=1))
        hangs_on = None if found.hangs_on is None else np.where(whole, 0, found.hangs_on)
        may_be = np.where(whole[:, None], not_given, found.may_be)
        return Possible(may_be, found.possible_values, hangs_on)

    def _compute(self, variable: Any, key: Key, period: Period) -> Any:
        found = super()._compute(variable, key, period)
        return _members_of(found) if isinstance(found, EnumArray) else found

    def _read(self, variable: Any, key: Key, period: Period) -> Any:
        values = super()._read(variable, key, period)
        missing = self.unanswered.get(key)
        if missing is None:
            return values
        assumed = self._assumed.get((variable.name, None), []) + self._assumed.get(key, [])
        size = len(missing) // self._copies
        whole = domain(variable, self.month)
        rows = [copy * size + rank for copy, rank, _ in assumed]
        if whole.members is not None:
            may_be = _members_of(values).may_be | missing[:, None]
            for row, (_, _, one) in zip(rows, assumed, strict=True):
                if missing[row]:
                    may_be[row] = False
                    may_be[row, one.members] = True
            return Possible(may_be, variable.possible_values, self._bits(variable.name, missing))
        dtype = np.int64 if variable.value_type is int else values.dtype
        low, high = (
            np.where(missing, np.asarray(bound, dtype=dtype), values.astype(dtype))
            for bound in (whole.low, whole.high)
        )
        if rows:
            kept = missing[rows]
            places = np.array(rows)[kept]
            low[places] = np.array([one.low for _, _, one in assumed], dtype=dtype)[kept]
            high[places] = np.array([one.high for _, _, one in assumed], dtype=dtype)[kept]
        return Uncertain(low, high, self._bits(variable.name, missing))

    def _bits(self, name: str, missing: Array) -> Array | None:
        """Return a bit for each missing answer, the same in all copies and at all periods."""
        if not self.track:
            return None
        size = len(missing) // self._copies
        bits = np.zeros(len(missing), dtype=object)
        for row in np.flatnonzero(missing):
            bits[row] = 1 << self.bits.setdefault((name, int(row % size)), len(self.bits))
        return bits

    def _cast(self, variable: Any, result: Any, size: int) -> Any:
        if isinstance(result, Possible) and variable.value_type is Enum:
            return result
        if not isinstance(result, Abstract):
            return super()._cast(variable, result, size)
        if not isinstance(result, Uncertain) or variable.value_type is Enum:
            raise LawError(f"the formula of {variable.name} gives something else than its type")
        result = as_declared(variable, result)
        return result.low if result.settled.all() else result


def answered(system: TaxBenefitSystem, population: Population, boxes: Sequence[Box]) -> Population:
    """Return as many copies of the same people as there are boxes, who answer what each box says.

    Args:
        system: the law, or a reform of it.
        population: people and what is known of them.
        boxes: for some missing answers (all periods together), the one value each.
    """
    people = repeated(population, len(boxes))
    rows: dict[str, list[int]] = defaultdict(list)
    values: dict[str, list[Any]] = defaultdict(list)
    sizes = {name: population.size(one.entity.key) for name, one in inputs(system).items()}
    for copy, box in enumerate(boxes):
        for (name, rank, _), one in box.items():
            rows[name].append(copy * sizes[name] + rank)
            values[name].append(one.low if one.members is None else one.members[0])
    answers = dict(people.answers)
    for name, places in rows.items():
        nothing = find_variable(system, name).default_array(sizes[name] * len(boxes))
        known = answers.get(name) or Answers(nothing, np.zeros(len(nothing), dtype=bool))
        plain, said = known.plain.copy(), known.answered.copy()
        plain[places] = np.array(values[name], dtype=plain.dtype)
        said[places] = True
        answers[name] = Answers(plain, said, known.by_period)
    return replace(people, answers=answers)


def _members_of(values: EnumArray) -> Possible:
    enum: Any = values.possible_values
    return Possible(values.view(np.ndarray)[:, None] == np.arange(len(list(enum))), enum)


def as_declared(variable: Any, result: Uncertain) -> Uncertain:
    """Return what a formula gave in the type of its variable (whole numbers in 64 bits)."""
    if variable.value_type is not int:
        return result.astype(variable.dtype, copy=False)
    return result.astype(np.int64) if result.dtype.kind != "f" else _whole(result)


def _whole(result: Uncertain) -> Uncertain:
    """Return whole numbers, as a cast makes them; those too large for one stay as large as one can be."""
    limit = float(2**62)
    low, high = (np.clip(np.trunc(bound), -limit, limit) for bound in (result.low, result.high))
    return Uncertain(low.astype(np.int64), high.astype(np.int64), result.hangs_on)
