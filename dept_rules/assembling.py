"""Entitlements from a run of the law: verdicts, conditions, figures, what was not answered.

What does not depend on people (which conditions a benefit has, which figures and inputs are behind
it) is worked out once for a drawing of the law, and kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance
from dept_rules.engine import Replay
from dept_rules.entitlements import Condition, Entitlement, Verdict, cents
from dept_rules.execution import Key, all_reads
from dept_rules.people import Array, place_of
from dept_rules.system import judged_answers, variable
from dept_rules.variable import Variable


@dataclass(frozen=True, eq=False)
class Read:
    """A variable that another one reads, as the law has it.

    Attributes:
        key: its name and the period it is read at.
        variable: the same, as declared.
        entity: key of its entity.
        period: the same period, as text.
        references: the articles it comes from.
        answer: (judged conditions) where the decision is read, and the entity that has it.
        told: conditions made of it where no answer lacks, by how they came out.
    """

    key: Key
    variable: Variable
    entity: str
    period: str
    references: tuple[str, ...]
    answer: tuple[Key, str] | None
    told: dict[tuple[bool, bool | None], Condition]


class Rights:
    """What a law says of a benefit in a month, whoever asks.

    Args:
        run: a run of that law that read the benefit, where it applies.
        benefit: the benefit.
        month: the month.

    Attributes:
        benefit, period: the benefit, and the month or year it is read at.
        switch: the figure that it applies by.
        off: whether it does not exist then.
        figures: the figures behind it, its switch apart.
        conditions: those that its eligibility reads, in the order of the text.
        standing, scope: see `Entitlement` and `provenance.scope`.
    """

    def __init__(self, run: Replay, benefit: Variable, month: Period) -> None:
        assert benefit.benefit is not None
        self.benefit = benefit
        self.period = period_of(benefit, month)
        self.period_text = str(self.period)
        self.switch = switch_of(run.system, benefit, self.period)
        self.off = is_off(benefit, self.switch, self.period)
        self.eligibility: Key = (f"{benefit.name}_eligibilite", self.period)
        read = [] if self.off else run.calls.get(self.eligibility, [])
        conditions = [key for key in dict.fromkeys(read) if "_condition_" in key[0]]
        self.conditions = [_read(run, key) for key in conditions]
        self.figures = () if self.off else _figures(run, (benefit.name, self.period), self.switch)
        self.standing = provenance.worst(figure.standing for figure in (*self.figures, self.switch))
        self.scope = provenance.scope(run.system, self.switch, self.figures, self.period)


def period_of(benefit: Variable, month: Period) -> Period:
    """Return what a benefit is read at for a month: the month, or its year."""
    return month if benefit.definition_period == DateUnit.MONTH else month.this_year


def switch_of(system: TaxBenefitSystem, benefit: Variable, period: Period) -> provenance.Figure:
    """Return the figure that says whether a benefit applies."""
    assert benefit.benefit is not None
    return provenance.figure(system, benefit.benefit.applies, period.start)


def is_off(benefit: Variable, switch: provenance.Figure, period: Period) -> bool:
    """Return whether a benefit does not exist at a period."""
    return bool(not switch.value or benefit.is_neutralized or benefit.get_formula(period) is None)


def start(at: Any) -> Any:
    """Return the first day of a period; an instant is one."""
    return at.start if isinstance(at, Period) else at


def _figures(run: Replay, key: Key, switch: provenance.Figure) -> tuple[provenance.Figure, ...]:
    read = {
        (name, start(at)): None
        for made in all_reads(run, key)
        for name, at in run.figures.get(made, {}).items()
    }
    found = [provenance.figure(run.system, name, at) for name, at in read]
    return tuple(dict.fromkeys(one for one in found if one.name != switch.name))


def _read(run: Replay, key: Key) -> Read:
    one = variable(run.system, key[0])
    answer = None
    if one.judgement is not None:
        asked = variable(run.system, one.judgement.answer)
        read = dict(reversed(run.calls[key]))  # where it is read first
        answer = (asked.name, read.get(asked.name, key[1])), asked.entity.key
    return Read(key, one, one.entity.key, str(key[1]), tuple(one.reference or ()), answer, {})


class Assembly:
    """The entitlements of a run.

    Args:
        run: a run of the law.
        month: the month asked.
    """

    def __init__(self, run: Replay, month: Period) -> None:
        self._run = run
        self._month = month
        self._people = run.population
        self._kept = run.kept
        self._places: dict[tuple[str, str], list[int]] = {}
        self._known: dict[Read, Array] = {}
        self._lacking = {name for name, _ in run.unanswered}

    def entitlements(self, benefit: Variable) -> Iterator[Entitlement]:
        """Yield one for each person or group of the benefit's entity."""
        rights = self._rights(benefit)
        values = None if rights.off else self._run.value(benefit.name, rights.period)
        for rank, identifier in enumerate(self._people.ids_of(benefit.entity.key)):
            value = None if values is None else values[rank]
            yield self._entitlement(rights, rank, str(identifier), value)

    def _rights(self, benefit: Variable) -> Rights:
        place = ("rights", benefit.name, self._month)
        if place not in self._kept:
            self._kept[place] = Rights(self._run, benefit, self._month)
        return self._kept[place]  # type: ignore[no-any-return]

    def _entitlement(self, rights: Rights, rank: int, identifier: str, value: Any) -> Entitlement:
        benefit = rights.benefit
        assert benefit.benefit is not None
        of = benefit.entity.key
        money = benefit.value_type is float
        told = tuple(self._condition(of, one, rank) for one in rights.conditions)
        if not rights.off:
            told += tuple(self._inherited(rights, rank, told))
        amount = cents(float(value)) if money and value is not None else None
        verdict = _verdict(value, amount, told)
        given = verdict in (Verdict.ELIGIBLE, Verdict.CONDITIONAL)
        missing = self._missing((benefit.name, rights.period), of, rank) if given else []
        missing.sort(key=lambda name: not variable(self._run.system, name).decisive)
        if missing and variable(self._run.system, missing[0]).decisive:
            verdict = Verdict.CONDITIONAL
        return Entitlement(
            benefit=benefit.name,
            label=benefit.label,
            beneficiary=identifier,
            entity=of,
            verdict=verdict,
            amount=amount,
            unit=benefit.unit if money else None,
            period=rights.period_text,
            standing=rights.standing,
            in_force=rights.scope.in_force and bool(rights.switch.value),
            notice=rights.scope.notice,
            conditions=told,
            figures=rights.figures,
            missing=tuple(missing),
            caveats=benefit.benefit.caveats if given else (),
            beside=() if rights.off else tuple(self._beside(rights, rank)),
        )

    def _beside(self, rights: Rights, rank: int) -> Iterator[tuple[str, Decimal | str]]:
        assert rights.benefit.benefit is not None
        for name in rights.benefit.benefit.beside:
            one = variable(self._run.system, name)
            place = self._place(rights.benefit.entity.key, one.entity.key, rank)
            values = self._run.value(name, rights.period)
            if isinstance(values, EnumArray):
                member = list(one.possible_values)[int(values[place])]
                if member.index:
                    yield one.label, str(member.value)
            elif (amount := cents(float(values[place]))) > 0:
                yield one.label, amount

    def _inherited(self, rights: Rights, rank: int, told: Iterable[Condition]) -> Iterator[Condition]:
        """Yield what is still to be judged in the rights that a benefit rests on, but its own conditions."""
        of = rights.benefit.entity.key
        known = {one.variable for one in told}
        pending, seen = [rights.eligibility], set()
        while pending:
            key = pending.pop()
            seen.add(key)
            for read in self._tests(key):
                if read.key in seen:
                    continue
                if not self._values(read)[self._place(of, read.entity, rank)]:
                    continue
                pending.append(read.key)
                if read.variable.judgement is not None and read.variable.name not in known:
                    known.add(read.variable.name)
                    if (condition := self._condition(of, read, rank)).to_judge:
                        yield condition

    def _tests(self, key: Key) -> list[Read]:
        """Return the booleans that a variable reads, in order, where one is judged or reads one that is."""
        place = ("tests", key)
        if place not in self._kept:
            read = [_read(self._run, one) for one in self._run.calls.get(key, [])]
            tests = [one for one in read if one.variable.value_type is bool]
            self._kept[place] = [one for one in tests if one.variable.judgement or self._tests(one.key)]
        return self._kept[place]  # type: ignore[no-any-return]

    def _condition(self, of: str, one: Read, rank: int) -> Condition:
        met = bool(self._values(one)[self._place(of, one.entity, rank)])
        judged = self._judged(of, one, rank)
        missing = () if met else tuple(self._missing(one.key, of, rank))
        if not missing and (met, judged) in one.told:
            return one.told[met, judged]
        judgement = None if judged is None else one.variable.judgement
        told = Condition(
            variable=one.variable.name,
            label=one.variable.label,
            met=met,
            judged_by=judgement.by if judgement else None,
            on=judgement.on if judgement else None,
            judged=judged is not False,
            references=one.references,
            period=one.period,
            missing=missing,
        )
        if not missing:
            one.told[met, judged] = told
        return told

    def _judged(self, of: str, one: Read, rank: int) -> bool | None:
        """Return whether a decision is known; None where there is nothing to judge."""
        judgement = one.variable.judgement
        if judgement is None or one.answer is None:
            return None
        if judgement.when:
            there = self._place(of, one.entity, rank)
            if not self._run.value(judgement.when, one.key[1])[there]:
                return None
        answer, entity = one.answer
        return bool(self._run.value(*answer)[self._place(of, entity, rank)] != 0)

    def _values(self, one: Read) -> Array:
        """Return the values of a variable that was read (a run looks up names and periods, more slowly)."""
        known = self._known.get(one)
        if known is None:
            known = self._known[one] = self._run.value(*one.key)
        return known

    def _missing(self, key: Key, of: str, rank: int) -> list[str]:
        """Return the inputs behind a variable that the beneficiary, or their groups, left without an answer.

        Decisions that somebody must still take are not among them.
        """
        answers, lacking = self._people.answers, self._lacking
        return [
            name
            for name, (to, reads) in self._inputs(key).items()
            if name in lacking
            and (name not in answers or any(self._lacks(read, of, to, rank) for read in reads))
        ]

    def _lacks(self, read: Key, of: str, to: str, rank: int) -> bool:
        missing = self._run.unanswered.get(read)
        if missing is None:
            return False
        if to == "individu" and of != to:
            return bool(missing[self._people.groups[of].member_of == rank].any())
        return bool(missing[self._place(of, to, rank)])

    def _inputs(self, key: Key) -> dict[str, tuple[str, list[Key]]]:
        """Return the inputs behind a variable, by name in the order they are read: entity and readings."""
        place = ("inputs", key)
        if place not in self._kept:
            decisions = judged_answers(self._run.system)
            found: dict[str, tuple[str, list[Key]]] = {}
            for read in all_reads(self._run, key):
                one = variable(self._run.system, read[0])
                if not one.formulas and read[0] not in decisions:
                    found.setdefault(read[0], (one.entity.key, []))[1].append(read)
            self._kept[place] = found
        return self._kept[place]  # type: ignore[no-any-return]

    def _place(self, of: str, to: str, rank: int) -> int:
        """Return the rank in entity `to` of the `rank`-th of entity `of`; see `place_of`."""
        if of == to:
            return rank
        if (of, to) not in self._places:
            count = self._people.size(of)
            self._places[of, to] = [place_of(self._people, of, to, one) for one in range(count)]
        return self._places[of, to][rank]


def _verdict(value: Any, amount: Decimal | None, conditions: Iterable[Condition]) -> Verdict:
    if value is None:
        return Verdict.NOT_IN_FORCE
    nothing = not value if amount is None else amount <= 0
    if nothing or any(not one.met for one in conditions):
        return Verdict.NOT_ELIGIBLE
    return Verdict.CONDITIONAL if any(one.to_judge for one in conditions) else Verdict.ELIGIBLE
