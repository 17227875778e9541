"""What the partial reading says of benefits: verdicts and amounts, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance
from dept_rules.engine import Replay
from dept_rules.entitlements import Verdict
from dept_rules.execution import Key
from dept_rules.explanation.partial import Box, PartialExecution, Unknown, answered
from dept_rules.explanation.uncertain import THRESHOLDS, Bools
from dept_rules.people import Array, Population, place_of, repeated
from dept_rules.system import variable as find_variable
from dept_rules.variable import Judgement, Variable


@dataclass(frozen=True)
class Target:
    """A benefit in force, and what decides it.

    Attributes:
        benefit: its variable.
        period: the month, or the year, it is computed for.
        conditions: those its eligibility reads, in the order of the text.
        judged: for each condition that somebody judges, the rank of the condition, the answer that
            holds the decision, and the variable that says whether there is something to judge.
    """

    benefit: Variable
    period: Period
    conditions: tuple[Key, ...] = ()
    judged: tuple[tuple[int, Key, Key | None], ...] = ()

    @property
    def key(self) -> Key:
        """Return the variable and its period."""
        return self.benefit.name, self.period


@dataclass(frozen=True)
class Outlook:
    """What is known of one benefit: arrays of one row a copy of the people, one column a beneficiary.

    Attributes:
        low, high: bounds of the amount (0 and 1 for what is not money).
        met_surely, met_maybe: whether each condition holds; conditions come first.
        waits_surely, waits_maybe: whether somebody must still judge.
    """

    low: Array
    high: Array
    met_surely: Bools
    met_maybe: Bools
    waits_surely: Bools
    waits_maybe: Bools

    @property
    def fails_surely(self) -> Bools:
        """Return where a condition fails or there is nothing to receive, whatever the missing answers."""
        return np.asarray((hundredths(self.high) <= 0) | (~self.met_maybe).any(axis=0))

    @property
    def fails_maybe(self) -> Bools:
        """Return where it may come out so."""
        return np.asarray((hundredths(self.low) <= 0) | (~self.met_surely).any(axis=0))

    @property
    def final(self) -> Bools:
        """Return where no missing answer can change the verdict nor the amount."""
        said = self.fails_surely | (~self.fails_maybe & (self.waits_surely == self.waits_maybe))
        return np.asarray(said & (hundredths(self.low) == hundredths(self.high)))

    @property
    def unsure(self) -> Array:
        """Return how much is not known: 1 for an undecided verdict, plus the width of the amount."""
        undecided = self.fails_maybe & ~self.fails_surely
        waiting = ~self.fails_surely & (self.waits_surely != self.waits_maybe)
        return np.asarray(undecided + 0.5 * waiting + (self.high - self.low))

    def verdict(self, copy: int, rank: int) -> Verdict:
        """Return the verdict for one beneficiary."""
        if self.fails_surely[copy, rank]:
            return Verdict.NOT_ELIGIBLE
        if self.fails_maybe[copy, rank]:
            return Verdict.UNDETERMINED
        return Verdict.CONDITIONAL if self.waits_maybe[copy, rank] else Verdict.ELIGIBLE

    def hull(self) -> Outlook:
        """Return, as one copy, what holds in every copy."""
        return Outlook(
            self.low.min(axis=0, keepdims=True),
            self.high.max(axis=0, keepdims=True),
            np.asarray(self.met_surely.all(axis=1, keepdims=True)),
            np.asarray(self.met_maybe.any(axis=1, keepdims=True)),
            np.asarray(self.waits_surely.all(axis=0, keepdims=True)),
            np.asarray(self.waits_maybe.any(axis=0, keepdims=True)),
        )


def hundredths(amount: Array) -> Array:
    """Return whole cents, rounded as `dept_rules.entitlements.cents` does.

    >>> hundredths(np.array([2.675]))
    array([268.])
    """
    return np.floor(np.round(amount * 100.0, 4) + 0.5)


class Study:
    """The partial reading of benefits for a few people, run as often as needed on what their answers may be.

    Args:
        system: the law, or a reform of it.
        population: the people and what is known of them.
        month: the month asked.
        benefits: what is asked, by name.

    Attributes:
        off: the benefits that are not in force.
        targets: the others.
        plain: what is known of each target without assuming anything.
        missing: the answers that were read and are missing, period by period.
        thresholds: numbers that what hangs on missing answers (bits) is compared with.
    """

    def __init__(
        self,
        system: TaxBenefitSystem,
        population: Population,
        month: Period,
        benefits: Mapping[str, Variable],
    ) -> None:
        self.system = system
        self.population = population
        self.month = month
        self.off = []
        found = []
        for benefit in benefits.values():
            period = month if benefit.definition_period == DateUnit.MONTH else month.this_year
            if in_force(system, benefit, period):
                found.append(Target(benefit, period))
            else:
                self.off.append(benefit)
        self._root = PartialExecution(system, population, month, track=True)
        self.thresholds: set[tuple[int, float]] = set()
        token = THRESHOLDS.set(self.thresholds)
        try:
            for one in found:
                self._root.value(*one.key)
        finally:
            THRESHOLDS.reset(token)
        self.targets = [self._with_conditions(one) for one in found]
        self.plain = [self._outlook(self._root, one, 1) for one in self.targets]
        self.missing = self._root.missing()
        self.unknown = {bit: Unknown(*one) for one, bit in self._root.bits.items()}

    def look(self, boxes: Sequence[Box], targets: Iterable[Target] | None = None) -> list[Outlook]:
        """Return what is known of each target where each of `boxes` is assumed, one copy a box."""
        people = repeated(self.population, len(boxes))
        run = PartialExecution(self.system, people, self.month, boxes)
        return [self._outlook(run, one, len(boxes)) for one in (self.targets if targets is None else targets)]

    def reach(self, boxes: Sequence[Box], targets: Iterable[Target]) -> list[Outlook]:
        """Return what comes of each target where boxes of single values are answered, and nothing else is.

        As `look` would say of completions, without the care that what is not known asks for.
        """
        people = answered(self.system, self.population, boxes)
        with np.errstate(invalid="ignore", over="ignore"):  # completions may be as large as an answer can be
            run = _Exact(self.system, people, self._keys)
        return [self._outlook(run, one, len(boxes)) for one in targets]

    @cached_property
    def _keys(self) -> tuple[Key, ...]:
        """Whatever is read of the targets, in any run."""
        found: dict[Key, None] = {}
        for target in self.targets:
            judged = (key for _, *keys in target.judged for key in keys if key)
            found |= dict.fromkeys((target.key, *target.conditions, *judged))
        return tuple(found)

    def hanging(self, target: Target, rank: int) -> list[Unknown]:
        """Return the missing answers that the outcome of one beneficiary may depend on."""
        outlook = self.plain[self.targets.index(target)]
        if outlook.final[0, rank]:
            return []
        bits = int(self._hanging(target, target.key)[rank])
        for key in (*target.conditions, *(when for _, _, when in target.judged if when)):
            bits |= int(self._hanging(target, key)[rank])
        return [one for bit, one in self.unknown.items() if bits >> bit & 1]

    def fed(self, target: Target, rank: int, unknown: Unknown) -> list[Key]:
        """Return the conditions of a target that may depend on a missing answer, for one beneficiary."""
        bit = next(bit for bit, one in self.unknown.items() if one == unknown)
        return [key for key in target.conditions if int(self._hanging(target, key)[rank]) >> bit & 1]

    def to_judge(self, target: Target, rank: int) -> tuple[str, ...]:
        """Return the conditions that somebody must, or may have to, judge for one beneficiary."""
        found = []
        for place, answer, when in target.judged:
            waits = self._root.not_judged(answer)[self._places(target, answer[0], 1)][rank]
            if waits and (when is None or self._root.bounds(when)[1][self._places(target, when[0], 1)][rank]):
                found.append(target.conditions[place][0])
        return tuple(found)

    def awaited(self, unknown: Unknown) -> Judgement | None:
        """Return the judgement that a missing answer would hold, where an outcome still waits for it."""
        for target, plain in zip(self.targets, self.plain, strict=True):
            for place, answer, _ in target.judged:
                if answer[0] != unknown.name:
                    continue
                concerned = self._places(target, answer[0], 1) == unknown.rank
                if (concerned & ~plain.fails_surely[0] & plain.waits_maybe[0]).any():
                    return find_variable(self.system, target.conditions[place][0]).judgement
        return None

    def _hanging(self, target: Target, key: Key) -> Array:
        return self._root.hanging(key)[self._places(target, key[0], 1)]

    def _with_conditions(self, target: Target) -> Target:
        calls = self._root.calls
        read = dict.fromkeys(calls.get((f"{target.benefit.name}_eligibilite", target.period), []))
        conditions = tuple(key for key in read if "_condition_" in key[0])
        judged = []
        for rank, key in enumerate(conditions):
            judgement = find_variable(self.system, key[0]).judgement
            if judgement is not None:
                at = next((period for name, period in calls[key] if name == judgement.answer), key[1])
                judged.append(
                    (rank, (judgement.answer, at), (judgement.when, key[1]) if judgement.when else None)
                )
        return Target(target.benefit, target.period, conditions, tuple(judged))

    def _outlook(self, run: PartialExecution | _Exact, target: Target, copies: int) -> Outlook:
        def of_beneficiary(key: Key, bounds: tuple[Array, Array]) -> tuple[Array, Array]:
            places = self._places(target, key[0], copies)
            low, high = (bound[places].reshape(copies, -1) for bound in bounds)
            return low, high

        low, high = of_beneficiary(target.key, run.bounds(target.key))
        met = [of_beneficiary(key, run.bounds(key)) for key in target.conditions]
        waits_surely = np.zeros(low.shape, dtype=bool)
        waits_maybe = waits_surely.copy()
        for _, answer, when in target.judged:
            waiting = run.not_judged(answer)
            surely, maybe = of_beneficiary(answer, (waiting, waiting))
            if when is not None:
                here, perhaps = of_beneficiary(when, run.bounds(when))
                surely, maybe = surely & here, maybe & perhaps
            waits_surely, waits_maybe = waits_surely | surely, waits_maybe | maybe
        shape = (0, *low.shape)
        return Outlook(
            low.astype(np.float64),
            high.astype(np.float64),
            np.array([one for one, _ in met], dtype=bool).reshape(-1, *shape[1:]),
            np.array([one for _, one in met], dtype=bool).reshape(-1, *shape[1:]),
            waits_surely,
            waits_maybe,
        )

    def _places(self, target: Target, name: str, copies: int) -> Array:
        """Return where to find, for each beneficiary of each copy, what a variable says of them."""
        of, to = target.benefit.entity.key, find_variable(self.system, name).entity.key
        count = self.population.size(of)
        places = np.array([place_of(self.population, of, to, rank) for rank in range(count)])
        steps = np.arange(copies)[:, None] * self.population.size(to)
        return (places + steps).reshape(-1)


class _Exact(Replay):
    """A run where every answer is known, read as a partial one is."""

    def bounds(self, key: Key) -> tuple[Array, Array]:
        """Return the value of a number or boolean, twice."""
        found = self.value(*key)
        return found, found

    def not_judged(self, key: Key) -> Array:
        """Return, for each person or group, whether an answer that holds a judgement is not given."""
        return np.asarray(self.value(*key).view(np.ndarray) == 0)


def in_force(system: TaxBenefitSystem, benefit: Variable, period: Period) -> bool:
    """Return whether a benefit exists and is on at a period."""
    assert benefit.benefit is not None
    switch = provenance.figure(system, benefit.benefit.applies, period.start)
    return bool(switch.value) and not benefit.is_neutralized and benefit.get_formula(period) is not None
