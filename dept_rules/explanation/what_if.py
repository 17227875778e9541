"""What if: where an outcome changes as one answer changes, exactly, and how fast in between.

Amounts go through the broken-down reading (no sampling). Dates of birth, yes/no answers and
choices are tried one by one, in one vectorised run; months follow each other in another.
National benefits are answers here: everything is told "à prestations nationales constantes".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Period

from dept_rules import provenance
from dept_rules.assembling import period_of
from dept_rules.calculation import Case, open_case
from dept_rules.entitlements import cents
from dept_rules.errors import Fault, PeriodError, SituationError, UnknownNameError
from dept_rules.execution import Execution, Key
from dept_rules.explanation.courses import Breakpoint, Course, Segment, Stage, Stages, WhatIf
from dept_rules.explanation.piecewise import Piecewise, PiecewiseExecution
from dept_rules.people import Answers, Population, repeated
from dept_rules.system import inputs
from dept_rules.variable import Variable

#: What marginal rates leave aside.
CAVEAT = "à prestations nationales constantes"
#: Differences below a tenth of a cent are none.
SAME = 1e-3


def what_if(
    situation: Mapping[str, Any] | str | Path,
    variable: str,
    period: str,
    reform: Any = None,
    *,
    entity: str | None = None,
    benefits: Iterable[str] | None = None,
    months: int = 60,
) -> WhatIf:
    """Return where the outcomes of a situation change as one answer changes.

    Args:
        situation, period, reform, benefits: as for `dept_rules.evaluate`.
        variable: the input that varies; or "period", for the months that follow.
        entity: whose answer (identifier of a person or group); may be left out where there is only one.
        months: how many months to look ahead, for "period".

    Raises:
        UnknownNameError: no such input; the nearest ones are given.
        SituationError: `entity` is missing or is nobody, or the input is text.
        PeriodError, ReformError: as for `dept_rules.evaluate`.
    """
    case = open_case(situation, period, reform, benefits)
    if variable == "period":
        return _over_months(case, months)
    known = inputs(case.system)
    if variable not in known:
        raise UnknownNameError("input", variable, known)
    varied = known[variable]
    rank = _rank(case, varied, entity)
    if varied.value_type in (float, int):
        return _over_amounts(case, varied, rank)
    if varied.value_type is str:
        raise SituationError(
            [Fault(variable, "is text, it cannot be varied", "a number, a choice or a date")]
        )
    return _over_choices(case, varied, rank)


# --- amounts ---------------------------------------------------------------------------------


def _over_amounts(case: Case, varied: Variable, rank: int) -> WhatIf:
    run = PiecewiseExecution(case.system, case.situation.population, varied.name, rank)
    low = float("-inf") if varied.minimum is None else float(varied.minimum)
    high = float("inf") if varied.maximum is None else float(varied.maximum)
    found: list[Course] = []
    unchanged = []
    for benefit, key in _asked(case):
        function = run.function(key)
        courses = [_course(case, benefit, one, function, low, high) for one in range(len(function))]
        moving = [
            course for course in courses if course.breakpoints or any(one.slope for one in course.segments)
        ]
        found += moving
        if not moving:
            unchanged.append(benefit.name)
    return _told(case, varied.name, varied.label, _name(case, varied, rank), found, unchanged)


def _course(case: Case, benefit: Variable, rank: int, function: Piecewise, low: float, high: float) -> Course:
    segments, breakpoints = stretches(function, rank, low, high)
    beneficiary = str(case.situation.population.ids_of(benefit.entity.key)[rank])
    return Course(benefit.name, benefit.label, beneficiary, benefit.unit, segments, breakpoints)


def stretches(
    function: Piecewise, rank: int, low: float, high: float
) -> tuple[tuple[Segment, ...], tuple[Breakpoint, ...]]:
    """Return the lines of the `rank`-th of some functions from `low` to `high`, and where they change."""
    inside = (function.knots >= low) & (function.knots <= high)
    segments: list[Segment] = []
    breakpoints: list[Breakpoint] = []
    edges = [low, *function.knots[inside & (function.knots > low) & (function.knots < high)], high]
    for start, stop in itertools.pairwise(edges):
        place = start + 1.0 if stop == float("inf") else (start + stop) / 2
        column = int(np.searchsorted(function.knots, place))
        level, slope = function.level[rank, column], function.slope[rank, column]
        first = level + slope * start if np.isfinite(start) else level
        here = function.at[rank, np.searchsorted(function.knots, start)] if start in function.knots else first
        if segments:
            last = segments[-1]
            before = last.first + last.slope * (start - last.low) if np.isfinite(last.low) else last.first
            if _same(before, first) and _same(before, here) and abs(last.slope - slope) < SAME / 100:
                segments[-1] = replace(last, high=stop)
                continue
            breakpoints.append(_breakpoint(float(start), before, here, first, last.slope, slope))
        segments.append(Segment(float(start), float(stop), _round(first), _round(slope)))
    return tuple(segments), tuple(breakpoints)


def _breakpoint(
    at: float, before: float, here: float, after: float, was: float, becomes: float
) -> Breakpoint:
    if not _same(before, after) or not _same(before, here):
        kind = "cliff"
    elif _same(here, 0) and becomes > 0:
        kind = "start"
    elif _same(here, 0) and was < 0:
        kind = "end"
    else:
        kind = "bend"
    height = after - before if kind == "cliff" else 0.0
    return Breakpoint(_round(at), kind, *(_round(one) for one in (before, here, after, height, was, becomes)))


def _same(one: float, other: float) -> bool:
    return abs(one - other) < SAME


def _round(value: float) -> float:
    """Return a value without its binary noise."""
    return round(float(value), 6) + 0.0


# --- choices, dates, months --------------------------------------------------------------------


def _over_choices(case: Case, varied: Variable, rank: int) -> WhatIf:
    names, values = _choices(varied, case.month)
    people = case.situation.population
    many = repeated(people, len(names))
    run = Execution(case.system, _with_answer(many, varied, rank, people.size(varied.entity.key), values))
    outcomes = []
    unchanged = []
    for benefit, key in _asked(case):
        table = np.asarray(run.value(*key)).reshape(len(names), -1)
        moving = [one for one in range(table.shape[1]) if (table[:, one] != table[0, one]).any()]
        outcomes += [_stages(case, benefit, one, names, table[:, one]) for one in moving]
        if not moving:
            unchanged.append(benefit.name)
    return _told(case, varied.name, varied.label, _name(case, varied, rank), outcomes, unchanged)


def _choices(varied: Variable, month: Period) -> tuple[list[tuple[str, str]], Any]:
    """Return each answer that may differ from the others (its first and last name), and as an array."""
    if varied.value_type is bool:
        return [("non", "non"), ("oui", "oui")], np.array([False, True])
    if varied.value_type is Enum:
        members = list(varied.possible_values)
        ranks = np.array([member.index for member in members], dtype=np.int16)
        return [(member.name, member.name) for member in members], EnumArray(ranks, varied.possible_values)
    # Born from the 2nd of a month to the 1st of the next, people are as old on every first of the month.
    last = np.datetime64(month.start.date, "M")
    day, one_month = np.timedelta64(1, "D"), np.timedelta64(1, "M")
    births = np.arange(np.datetime64("1900-01", "M"), last + one_month).astype("datetime64[D]") + day
    ends = (births.astype("datetime64[M]") + one_month).astype("datetime64[D]")
    return [(str(birth), str(end)) for birth, end in zip(births, ends, strict=True)], births


def _with_answer(many: Population, varied: Variable, rank: int, size: int, values: Any) -> Population:
    known = many.answers.get(varied.name)
    total = many.size(varied.entity.key)
    plain = (varied.default_array(total) if known is None else known.plain).copy()
    answered = np.zeros(total, dtype=bool) if known is None else known.answered.copy()
    plain[rank::size] = values
    answered[rank::size] = True
    dated = {
        period: (kept, given & (np.arange(total) % size != rank))
        for period, (kept, given) in (known.by_period.items() if known else ())
    }
    return replace(many, answers={**many.answers, varied.name: Answers(plain, answered, dated)})


def _over_months(case: Case, months: int) -> WhatIf:
    if months < 1:
        raise PeriodError(f"months is {months}; expected at least 1")
    asked = [case.month.offset(step) for step in range(months)]
    last = provenance.coverage(case.system).last
    asked = [month for month in asked if month.start <= last.start]
    run = Execution(case.system, case.situation.population)
    outcomes = []
    unchanged = []
    for benefit, _ in _asked(case, everything=True):
        known = [run.value(benefit.name, period_of(benefit, month)) for month in asked]
        table = np.array([np.asarray(one) for one in known])
        names = [(str(month), str(month)) for month in asked]
        moving = [one for one in range(table.shape[1]) if (table[:, one] != table[0, one]).any()]
        outcomes += [_stages(case, benefit, one, names, table[:, one]) for one in moving]
        if not moving:
            unchanged.append(benefit.name)
    return _told(case, "period", "Mois", "", outcomes, unchanged)


def _stages(case: Case, benefit: Variable, rank: int, names: list[tuple[str, str]], column: Any) -> Stages:
    money = benefit.value_type is float
    amounts = [str(cents(float(value))) if money else str(int(value)) for value in column]
    stages: list[Stage] = []
    for (first, last), amount in zip(names, amounts, strict=True):
        if stages and stages[-1].amount == amount:
            stages[-1] = replace(stages[-1], last=last)
        else:
            stages.append(Stage(first, last, amount))
    beneficiary = str(case.situation.population.ids_of(benefit.entity.key)[rank])
    return Stages(benefit.name, benefit.label, beneficiary, benefit.unit, tuple(stages))


# --- within ------------------------------------------------------------------------------------


def _asked(case: Case, *, everything: bool = False) -> Iterator[tuple[Variable, Key]]:
    """Yield the benefits asked that exist at the month asked, with what to compute."""
    for benefit in case.benefits.values():
        period = period_of(benefit, case.month)
        if everything or benefit.get_formula(period) is not None:
            yield benefit, (benefit.name, period)


def _rank(case: Case, varied: Variable, entity: str | None) -> int:
    ids = list(case.situation.population.ids_of(varied.entity.key))
    if entity is None and len(ids) == 1:
        return 0
    if entity not in ids:
        problem = "is not told" if entity is None else "is told to be somebody who is not there"
        expected = f"entity (on the command line, --entity) among {', '.join(map(str, ids))}"
        raise SituationError([Fault(varied.name, f"whose answer varies {problem}", expected)])
    return ids.index(entity)


def _name(case: Case, varied: Variable, rank: int) -> str:
    return str(case.situation.population.ids_of(varied.entity.key)[rank])


def _told(
    case: Case,
    variable: str,
    label: str,
    entity: str,
    outcomes: Iterable[Course | Stages],
    unchanged: list[str],
) -> WhatIf:
    return WhatIf(variable, label, entity, str(case.month), CAVEAT, tuple(outcomes), tuple(unchanged))
