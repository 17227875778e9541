"""The exact reading at work: the entitlements of a situation, and the columns of a population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import DateUnit, Period
from openfisca_core.periods import period as parse_period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine, provenance, reforms_loader, situations, tables
from dept_rules.engine import Replay
from dept_rules.entitlements import Assumption, Condition, Entitlement, Result, Verdict, cents
from dept_rules.errors import Fault, MissingInputError, PeriodError, UnknownNameError
from dept_rules.execution import ETERNAL, Execution, Key, all_reads
from dept_rules.people import Answers, Population, place_of
from dept_rules.situations import Situation
from dept_rules.system import baseline, benefits, inputs, judged_answers, rules_version, variable
from dept_rules.variable import Variable

if TYPE_CHECKING:
    import pandas as pd

#: Which missing answers are an error.
Refusal = Literal["required", "all", "none"]
#: Of one answer that many people lack, no more are named than this.
LISTED = 20


@dataclass(frozen=True)
class Case:
    """A situation, a month and a law, checked and ready to be read in any way.

    Attributes:
        system: the law, reformed or not.
        reform: the name of the reform; None for the platform.
        month: the month asked.
        situation: people, groups and answers.
        benefits: what is asked, by name.
    """

    system: TaxBenefitSystem
    reform: str | None
    month: Period
    situation: Situation
    benefits: Mapping[str, Variable]


def open_case(
    situation: Mapping[str, Any] | str | Path | Situation,
    period: str,
    reform: Any = None,
    benefits: Iterable[str] | None = None,
) -> Case:
    """Check what is asked and return it; arguments and errors are those of `dept_rules.evaluate`."""
    month = read_month(period)
    system = reforms_loader.apply(reform, baseline())
    provenance.check_period(system, month)
    chosen = _chosen(system, benefits)
    data = situations.load(situation) if isinstance(situation, str | Path) else situation
    read = data if isinstance(data, Situation) else situations.read(data, system, month)
    return Case(system, reforms_loader.name_of(reform), month, read, chosen)


def evaluate_case(case: Case, *, refuse: Refusal = "required") -> Result:
    """Return the entitlements of a checked case, with declared defaults for the answers that are missing.

    Args:
        case: see `open_case`.
        refuse: which missing answers are an error: those without a default ("required"), all, or none.

    Raises:
        MissingInputError: such an answer is missing.
    """
    asked = (key for benefit in case.benefits.values() for key in _asked(case, benefit))
    run = Replay(case.system, case.situation.population, asked)
    entitlements = tuple(
        one for benefit in case.benefits.values() for one in _entitlements(run, benefit, case.month)
    )
    _refuse_missing(run, refuse)
    return Result(
        period=str(case.month),
        rules=rules_version(),
        reform=case.reform,
        entitlements=entitlements,
        assumptions=tuple(_assumptions(run, case.situation, case.month)),
    )


def calculate(
    population: Any,
    period: str,
    variables: Iterable[str],
    reform: Any = None,
) -> dict[str, pd.DataFrame]:
    """Compute variables over a population, vectorised.

    Args:
        population: a flat DataFrame of people, a mapping of DataFrames, the path of a CSV or
            Parquet file or of a folder of them, or a `Population`; see `dept_rules.tables`.
        period: a month or a year. A yearly variable is computed for the year of a month;
            a monthly one gives, for a year, a column for each month, ``name@2026-01``.
        variables: names of variables.
        reform: as for `dept_rules.evaluate`.

    Returns:
        By plural of the entity, a table indexed by identifier with a column for each variable,
        float64 for money (not rounded). The ``attrs`` of a table say what it rests on: "defaults"
        (for each input, how many rows had no answer), "carried_forward" (figures), "opened" (over a
        year, what began with its first month for want of a date), the version and hash of the rules.

    Raises:
        PeriodError, TableError, UnknownNameError, ReformError: as for `dept_rules.evaluate`.
    """
    asked = read_period(period)
    system = reforms_loader.apply(reform, baseline())
    provenance.check_period(system, asked)
    wanted = [variable(system, name) for name in variables]
    people = population if isinstance(population, Population) else tables.read(population, system, asked)
    people, opened = _opened(system, people, asked)
    parts = [(one, _columns(one, asked)) for one in wanted]
    run = engine.run(system, people, [(one.name, part) for one, told in parts for _, part in told])
    columns: dict[str, dict[str, Any]] = {}
    for one, told in parts:
        found = columns.setdefault(one.entity.key, {})
        found |= {name: run.value(one.name, part) for name, part in told}
    _refuse_missing(run, "required")
    notes = {**_notes(run), "opened": opened}
    results = {}
    for entity in system.entities:
        if entity.key in columns:
            table = results[entity.plural] = tables.frame(people, entity.key, columns[entity.key])
            table.attrs.update(notes, reform=reforms_loader.name_of(reform), **rules_version())
    return results


def _opened(system: TaxBenefitSystem, people: Population, asked: Period) -> tuple[Population, dict[str, str]]:
    """Return the people with, over several months, the first month asked as the start of what has none.

    A total or a duration would otherwise begin anew each month.
    """
    if asked.unit == DateUnit.MONTH:
        return people, {}
    answers, opened = dict(people.answers), {}
    for name in (name for name in inputs(system) if name.endswith("_date_debut")):
        one = variable(system, name)
        known = answers.get(name)
        plain = one.default_array(people.size(one.entity.key)) if known is None else known.plain
        answered = np.zeros(len(plain), dtype=bool) if known is None else known.answered
        first = np.datetime64(str(asked.start), "D")
        answers[name] = Answers(np.where(answered, plain, first), np.ones(len(plain), dtype=bool))
        if not answered.all():
            opened[name] = str(asked.start)
    return replace(people, answers=answers), opened


def _notes(run: Execution) -> dict[str, Any]:
    """Return what must be known of the columns of a run: answers that lacked, figures carried forward."""
    lacking: dict[str, int] = {}
    for (name, _), missing in run.unanswered.items():
        lacking[name] = max(lacking.get(name, 0), int(missing.sum()))
    read = {(name, str(_start(at))) for figures in run.figures.values() for name, at in figures.items()}
    figures = [provenance.figure(run.system, name, at) for name, at in sorted(read)]
    carried = sorted({one.name for one in figures if one.carried_forward})
    return {"defaults": lacking, "carried_forward": carried}


def _start(at: Any) -> Any:
    return at.start if isinstance(at, Period) else at


def read_month(text: str) -> Period:
    """Return the month of a text such as "2026-11".

    Raises:
        PeriodError: it is something else.
    """
    month = read_period(text)
    if month.unit != DateUnit.MONTH or month.size != 1:
        raise PeriodError(f'{text!r} is not a month; expected one such as "2026-11"')
    return month


def read_period(text: str) -> Period:
    """Return the month or year of a text such as "2026-11" or "2026".

    Raises:
        PeriodError: it is something else.
    """
    expected = 'expected a month such as "2026-11" or a year such as "2026"'
    try:
        found = parse_period(text)
    except (ValueError, TypeError, AttributeError):
        raise PeriodError(f"{text!r} is not a period; {expected}") from None
    if found.unit not in (DateUnit.MONTH, DateUnit.YEAR) or found.size != 1:
        raise PeriodError(f"{text!r} is neither a month nor a year; {expected}")
    return found


def this_month() -> str:
    """Return the current month, "2026-11"."""
    return date.today().strftime("%Y-%m")


def _chosen(system: TaxBenefitSystem, names: Iterable[str] | None) -> dict[str, Variable]:
    known = benefits(system)
    if names is None:
        return known
    for name in (names := [names] if isinstance(names, str) else list(names)):
        if name not in known:
            raise UnknownNameError("benefit", name, known)
    return {name: known[name] for name in names}


def _columns(one: Variable, asked: Period) -> list[tuple[str, Period]]:
    if one.definition_period == DateUnit.ETERNITY:
        return [(one.name, ETERNAL)]
    if one.definition_period == DateUnit.YEAR:
        return [(one.name, asked.this_year)]
    if asked.unit == DateUnit.MONTH:
        return [(one.name, asked)]
    return [(f"{one.name}@{month}", month) for month in asked.get_subperiods(DateUnit.MONTH)]


# --- entitlements ----------------------------------------------------------------------------


def _asked(case: Case, benefit: Variable) -> Iterable[Key]:
    """Return what will be read of a benefit, where it applies."""
    period = _period_of(benefit, case.month)
    if not _is_off(benefit, _switch(case.system, benefit, period), period):
        yield benefit.name, period


def _period_of(benefit: Variable, month: Period) -> Period:
    return month if benefit.definition_period == DateUnit.MONTH else month.this_year


def _switch(system: TaxBenefitSystem, benefit: Variable, period: Period) -> provenance.Figure:
    assert benefit.benefit is not None
    return provenance.figure(system, benefit.benefit.applies, period.start)


def _is_off(benefit: Variable, switch: provenance.Figure, period: Period) -> bool:
    return bool(not switch.value or benefit.is_neutralized or benefit.get_formula(period) is None)


def _entitlements(run: Execution, benefit: Variable, month: Period) -> Iterable[Entitlement]:
    assert benefit.benefit is not None
    period = _period_of(benefit, month)
    switch = _switch(run.system, benefit, period)
    off = _is_off(benefit, switch, period)
    money = benefit.value_type is float
    values = None if off else run.value(benefit.name, period)
    figures = () if off else _figures(run, (benefit.name, period), switch)
    conditions = [] if off else _conditions(run, benefit, period)
    standing = provenance.worst(figure.standing for figure in (*figures, switch))
    scope = provenance.scope(run.system, switch, figures, period)
    for rank, identifier in enumerate(run.population.ids_of(benefit.entity.key)):
        told = tuple(_told(run, benefit, one, rank) for one in conditions)
        if not off:
            told += tuple(_inherited(run, benefit, period, rank, told))
        verdict = _verdict(None if values is None else values[rank], told)
        given = verdict in (Verdict.ELIGIBLE, Verdict.CONDITIONAL)
        missing = _missing(run, (benefit.name, period), benefit.entity.key, rank) if given else ()
        missing = sorted(missing, key=lambda name: not variable(run.system, name).decisive)
        if any(variable(run.system, name).decisive for name in missing):
            verdict = Verdict.CONDITIONAL
        yield Entitlement(
            benefit=benefit.name,
            label=benefit.label,
            beneficiary=str(identifier),
            entity=benefit.entity.key,
            verdict=verdict,
            amount=cents(float(values[rank])) if money and values is not None else None,
            unit=benefit.unit if money else None,
            period=str(period),
            standing=standing,
            in_force=scope.in_force and bool(switch.value),
            notice=scope.notice,
            conditions=told,
            figures=figures,
            missing=tuple(missing),
            caveats=benefit.benefit.caveats if given else (),
            beside=() if off else tuple(_beside(run, benefit, period, rank)),
        )


def _beside(
    run: Execution, benefit: Variable, period: Period, rank: int
) -> Iterable[tuple[str, Decimal | str]]:
    assert benefit.benefit is not None
    for name in benefit.benefit.beside:
        one = variable(run.system, name)
        place = place_of(run.population, benefit.entity.key, one.entity.key, rank)
        values = run.value(name, period)
        if isinstance(values, EnumArray):
            member = list(one.possible_values)[int(values[place])]
            if member.index:
                yield one.label, str(member.value)
        elif (amount := cents(float(values[place]))) > 0:
            yield one.label, amount


def _verdict(value: Any, conditions: Iterable[Condition]) -> Verdict:
    if value is None:
        return Verdict.NOT_IN_FORCE
    nothing = not value if isinstance(value, bool | np.bool_) else cents(float(value)) <= 0
    if nothing or any(not one.met for one in conditions):
        return Verdict.NOT_ELIGIBLE
    return Verdict.CONDITIONAL if any(one.to_judge for one in conditions) else Verdict.ELIGIBLE


def _figures(run: Execution, key: Key, switch: provenance.Figure) -> tuple[provenance.Figure, ...]:
    read = {
        (name, _start(at)): None
        for made in all_reads(run, key)
        for name, at in run.figures.get(made, {}).items()
    }
    found = [provenance.figure(run.system, name, at) for name, at in read]
    return tuple(dict.fromkeys(one for one in found if one.name != switch.name))


def _conditions(run: Execution, benefit: Variable, period: Period) -> list[Key]:
    """Return the conditions that the eligibility of a benefit read, in the order of the text."""
    read = run.calls.get((f"{benefit.name}_eligibilite", period), [])
    return [key for key in dict.fromkeys(read) if "_condition_" in key[0]]


def _inherited(
    run: Execution, benefit: Variable, period: Period, rank: int, told: Iterable[Condition]
) -> Iterable[Condition]:
    """Return what is still to be judged in the rights that a benefit rests on, beside its own conditions."""
    known = {one.variable for one in told}
    pending, seen = [(f"{benefit.name}_eligibilite", period)], set()
    while pending:
        key = pending.pop()
        seen.add(key)
        for read in run.calls.get(key, []):
            one = variable(run.system, read[0])
            place = place_of(run.population, benefit.entity.key, one.entity.key, rank)
            if one.value_type is not bool or read in seen or not run.value(*read)[place]:
                continue
            pending.append(read)
            if one.judgement is not None and one.name not in known:
                known.add(one.name)
                if (condition := _told(run, benefit, read, rank)).to_judge:
                    yield condition


def _told(run: Execution, benefit: Variable, key: Key, rank: int) -> Condition:
    condition = variable(run.system, key[0])
    judgement = condition.judgement
    place = place_of(run.population, benefit.entity.key, condition.entity.key, rank)
    if judgement is not None and judgement.when and not run.value(judgement.when, key[1])[place]:
        judgement = None
    judged = True
    if judgement is not None:
        asked = variable(run.system, judgement.answer)
        at = _answer_period(run, key, judgement.answer)
        there = place_of(run.population, benefit.entity.key, asked.entity.key, rank)
        judged = bool(run.value(judgement.answer, at)[there] != 0)
    met = bool(run.value(*key)[place])
    return Condition(
        variable=condition.name,
        label=condition.label,
        met=met,
        judged_by=judgement.by if judgement else None,
        on=judgement.on if judgement else None,
        judged=judged,
        references=tuple(condition.reference or ()),
        period=str(key[1]),
        missing=() if met else tuple(_missing(run, key, benefit.entity.key, rank)),
    )


def _missing(run: Execution, key: Key, of: str, rank: int) -> Iterable[str]:
    """Return the inputs behind a variable that the beneficiary, or their groups, left without an answer.

    Decisions that somebody must still take are not among them.
    """
    people = run.population
    decisions = judged_answers(run.system)
    found: dict[str, None] = {}
    for read in all_reads(run, key):
        missing = run.unanswered.get(read)
        if missing is None or read[0] in decisions:
            continue
        to = variable(run.system, read[0]).entity.key
        if to == "individu" and of != to:
            lacking = missing[people.groups[of].member_of == rank].any()
        else:
            lacking = missing[place_of(people, of, to, rank)]
        if lacking:
            found[read[0]] = None
    return found


def _answer_period(run: Execution, key: Key, answer: str) -> Period:
    return next((period for name, period in run.calls[key] if name == answer), key[1])


# --- what was not answered -------------------------------------------------------------------


def _refuse_missing(run: Execution, refuse: Refusal) -> None:
    lacking: dict[str, dict[int, list[str]]] = {}
    for (name, period), missing in run.unanswered.items():
        if refuse == "all" or (refuse == "required" and variable(run.system, name).required):
            for rank in np.flatnonzero(missing).tolist():
                at = lacking.setdefault(name, {}).setdefault(rank, [])
                at += [] if period == ETERNAL else [str(period)]
    faults = []
    for name, periods in lacking.items():
        asked = variable(run.system, name)
        ids = run.population.ids_of(asked.entity.key)
        for rank, at in list(periods.items())[:LISTED]:
            others = f" and {len(at) - 1} other periods" if at[1:] else ""
            problem = f"is missing for {at[0]}{others}" if at else "is missing"
            faults.append(
                Fault(f"{asked.entity.plural}/{situations.step(ids[rank])}/{name}", problem, asked.label)
            )
        if len(periods) > LISTED:
            rest = f"is missing for {len(periods) - LISTED} more of {asked.entity.plural}"
            faults.append(Fault(f"{asked.entity.plural}/…/{name}", rest, asked.label))
    if faults:
        raise MissingInputError(faults)


def _assumptions(run: Execution, situation: Situation, month: Period) -> Iterable[Assumption]:
    if situation.derived:
        yield from _asked_to_derive(run.population, month, run.system)
    for derived in situation.derived:
        members = {role: list(people) for role, people in derived.members.items()}
        yield Assumption("derived", derived.entity.plural, derived.id, members)
    asked = {ETERNAL, month, month.this_year}
    taken: dict[tuple[str, str, int], dict[Any, list[str]]] = {}
    for name, period in run.inputs_read():
        values = run.value(name, period)
        missing = run.unanswered.get((name, period))
        for rank in range(len(values)):
            if missing is not None and missing[rank]:
                kind = "default"
            elif period not in asked and _held(run.population, name, period, rank):
                kind = "held"
            else:
                continue
            periods = taken.setdefault((kind, name, rank), {}).setdefault(_plain(values, rank), [])
            periods += [] if period == ETERNAL else [str(period)]
    for (kind, name, rank), by_value in taken.items():
        identifier = run.population.ids_of(variable(run.system, name).entity.key)[rank]
        for value, periods in by_value.items():
            yield Assumption(kind, name, str(identifier), value, tuple(periods))


def _asked_to_derive(population: Population, month: Period, system: TaxBenefitSystem) -> Iterable[Assumption]:
    """Return the answers that decide who belongs to whom, and that were not given."""
    for name in ("statut_marital", "rattachement_fiscal"):
        known = population.answers.get(name)
        told = np.zeros(population.count, dtype=bool) if known is None else known.at(month)[1]
        default = variable(system, name).default_value.name
        for rank in np.flatnonzero(~told).tolist():
            yield Assumption("default", name, str(population.ids[rank]), default, (str(month),))


def _held(population: Population, name: str, period: Period, rank: int) -> bool:
    dated = population.answers[name].by_period.get(period)
    return dated is None or not dated[1][rank]


def _plain(values: Any, rank: int) -> Any:
    if isinstance(values, EnumArray):
        return values.decode_to_str()[rank]
    value = values[rank]
    return (
        str(value) if isinstance(value, np.datetime64) else value.item() if hasattr(value, "item") else value
    )
