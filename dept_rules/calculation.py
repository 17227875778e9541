"""The exact reading at work: the entitlements of a situation, and the columns of a population."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from openfisca_core.periods import DateUnit, Period
from openfisca_core.periods import period as parse_period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine, provenance, reforms_loader, situations, tables
from dept_rules.assembling import Assembly, is_off, period_of, start, switch_of
from dept_rules.assumptions import assumptions
from dept_rules.engine import Replay
from dept_rules.entitlements import Result
from dept_rules.errors import Fault, MissingInputError, PeriodError, UnknownNameError
from dept_rules.execution import ETERNAL, Execution, Key
from dept_rules.people import Answers, Population
from dept_rules.situations import Situation
from dept_rules.system import baseline, benefits, inputs, rules_version, variable
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
    assembly = Assembly(run, case.month)
    entitlements = tuple(one for benefit in case.benefits.values() for one in assembly.entitlements(benefit))
    _refuse_missing(run, refuse)
    return Result(
        period=str(case.month),
        rules=rules_version(),
        reform=case.reform,
        entitlements=entitlements,
        assumptions=tuple(assumptions(run, case.situation, case.month)),
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
    people, opened = with_starts(system, people, asked)
    parts = [(one, columns_of(one, asked)) for one in wanted]
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


def with_starts(
    system: TaxBenefitSystem, people: Population, asked: Period
) -> tuple[Population, dict[str, str]]:
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
    read = {(name, str(start(at))) for figures in run.figures.values() for name, at in figures.items()}
    figures = [provenance.figure(run.system, name, at) for name, at in sorted(read)]
    carried = sorted({one.name for one in figures if one.carried_forward})
    return {"defaults": lacking, "carried_forward": carried}


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


def columns_of(one: Variable, asked: Period) -> list[tuple[str, Period]]:
    """Return the columns that a variable gives over a month or a year, and the period of each."""
    if one.definition_period == DateUnit.ETERNITY:
        return [(one.name, ETERNAL)]
    if one.definition_period == DateUnit.YEAR:
        return [(one.name, asked.this_year)]
    if asked.unit == DateUnit.MONTH:
        return [(one.name, asked)]
    return [(f"{one.name}@{month}", month) for month in asked.get_subperiods(DateUnit.MONTH)]


def _asked(case: Case, benefit: Variable) -> tuple[Key, ...]:
    """Return what will be read of a benefit, where it applies, and what is told beside it."""
    assert benefit.benefit is not None
    kept: dict[tuple[str, Period], tuple[Key, ...]] = case.system.__dict__.setdefault("_asked", {})
    place = benefit.name, case.month
    if place not in kept:
        period = period_of(benefit, case.month)
        off = is_off(benefit, switch_of(case.system, benefit, period), period)
        names = () if off else (benefit.name, *benefit.benefit.beside)
        kept[place] = tuple((name, period) for name in names)
    return kept[place]


# --- what was not answered -------------------------------------------------------------------


def _refuse_missing(run: Execution, refuse: Refusal) -> None:
    lacking: dict[str, dict[int, list[str]]] = {}
    needed = {name for name, _ in run.unanswered}
    if refuse != "all":
        needed = {name for name in needed if refuse == "required" and variable(run.system, name).required}
    for (name, period), missing in run.unanswered.items() if needed else ():
        if name in needed:
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
