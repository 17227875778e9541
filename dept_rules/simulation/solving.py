"""The value of a figure that meets a budget: all of them, exactly where the rules are lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dept_rules import provenance
from dept_rules.errors import Fault, LawError, StudyError
from dept_rules.execution import Key
from dept_rules.people import Array
from dept_rules.provenance import Leaf
from dept_rules.reforms_loader import PLATFORM
from dept_rules.simulation import crossings, curves
from dept_rules.simulation.amounts import money, offsets
from dept_rules.simulation.comparison import compare
from dept_rules.simulation.crossings import Found
from dept_rules.simulation.curves import Curve
from dept_rules.simulation.functions import Functions, Range
from dept_rules.simulation.laws import IN_FORCE
from dept_rules.simulation.moving import moved
from dept_rules.simulation.solutions import KINDS, OutOfReachError, Solution
from dept_rules.simulation.study import Study
from dept_rules.simulation.sweeps import one_law, run
from dept_rules.simulation.variants import Variants, around, keys

#: Budgets whose difference is that share of the greatest one are the same.
SAME = 1e-9
#: Units of figures that are counted, not measured.
WHOLE = ("months", "persons", "classes")


def solve(
    population: Any,
    parameter: str,
    target_budget: float,
    period: str,
    reform: Any = PLATFORM,
    baseline: Any = IN_FORCE,
    *,
    between: Range | None = None,
    kind: str = "net",
    take_up: Mapping[str, float | str] | None = None,
) -> Solution:
    """Return the values of a figure for which a reform costs a budget.

    Args:
        population, period, baseline, take_up: as for `dept_rules.compare`.
        parameter: the figure (a number), which varies from the first day of the year on.
        target_budget: EUR a year beside the baseline.
        reform: the reform (one) whose figure varies.
        between: the range looked into; else a rate goes from 0 to 1, and another figure from 0 to twice
            what it is.
        kind: "net" of what other public payments lose (see `Study.budget`), or "gross".

    Raises:
        OutOfReachError: no value of the range gives this budget; the error says what they give.
        UnknownNameError: no figure has this name.
        ReformError: the figure cannot take the ends of the range.
        StudyError: the figure is no number, does not move the budget, or the range is none.
    """
    study = one_law(compare(population, reform, period, baseline, take_up=take_up, replications=0))
    variants = around(study)
    leaf = provenance.find(variants.law.system, parameter)
    over = _range(study, parameter, leaf, between)
    _check(variants, parameter, target_budget, kind, over)
    unit = leaf.metadata["unit"]
    curve = None if unit in WHOLE else curve_or_none(variants, parameter, over, kind)
    if curve is None:
        found = _tried(variants, parameter, over, kind, float(target_budget), whole=unit in WHOLE)
    else:
        reachable = curve.extremes
        values, jumps = curve.reach(target_budget, SAME * max(1.0, *map(abs, reachable)))
        found = Found(tuple(values), tuple(jumps), reachable, True)
    if not found.values and not found.jumps:
        problem = f"a {kind} budget of {target_budget:.0f} EUR a year is out of reach"
        low, high = found.reachable
        within = f"{low:.0f} to {high:.0f}, which values from {over[0]:g} to {over[1]:g} give"
        raise OutOfReachError([Fault(parameter, problem, within)])
    return Solution(parameter, leaf.label, unit, over, float(target_budget), kind, *found, curve=curve)


def curve_or_none(variants: Variants, parameter: str, over: Range, kind: str = "net") -> Curve | None:
    """Return the exact budget of a law as a function of a figure; None where it is not made of lines."""
    try:
        return budget_curve(variants, parameter, over, kind)
    except LawError:
        return None


def budget_curve(variants: Variants, parameter: str, over: Range, kind: str = "net") -> Curve:
    """Return the budget of a law beside its baseline as a function of one of its figures, exact.

    Raises:
        LawError: the rules are not piecewise linear in this figure.
    """
    study, law = variants.study, variants.law
    ledger, subjects = study.ledger, study.subjects
    touched = variants.touched([parameter])
    fixed = 0.0
    for name, sign in _signs(study, study.baseline.label, kind):
        fixed -= sign * float(subjects.weights @ ledger.due(study.baseline.label, name))
    weights: dict[Key, Array] = {}
    for name, sign in _signs(study, law.label, kind):
        if name not in touched:
            fixed += sign * float(subjects.weights @ ledger.due(law.label, name))
            continue
        variable = law.system.variables[name]
        each = sign * subjects.weights[subjects.homes(variable.entity.key)]
        weights |= {key: weights.get(key, 0.0) + each for key in keys(variable, study.year)}
    found = moved(law.system, subjects.people, weights, parameter, over, study.year.start)
    parts: list[tuple[Functions, Array]] = []
    for key, each in weights.items():
        moving = found.moving[law.system.variables[key[0]].entity.key]
        fixed += float(each[~moving] @ found.settled[key][~moving])
        parts.append((found.functions[key], each[moving]))
    return curves.total(parts, over, fixed)


def _signs(study: Study, law: str, kind: str) -> list[tuple[str, float]]:
    """Return the amounts that make the budget of a law, each with its share of take-up, or less it."""
    rates = study.ledger.rates[law]
    found = []
    for name, benefit in money(study.ledger.systems[law]).items():
        found.append((name, rates.get(name, 1.0)))
        if kind == "net":
            found += [(offset, -rates.get(name, 1.0)) for offset in offsets(benefit)]
    return found


def _tried(variants: Variants, name: str, over: Range, kind: str, target: float, *, whole: bool) -> Found:
    def budgets(values: Array) -> Array:
        points = [{name: int(x) if whole else float(x)} for x in values]
        return np.asarray(run(variants, points, ["budget"])[kind])

    return crossings.search(budgets, over, target, SAME, whole)


def _range(study: Study, name: str, leaf: Any, between: Range | None) -> Range:
    if not isinstance(leaf, Leaf):
        raise StudyError([Fault(name, "is a scale", f"one of its figures, such as {name}[0].amount")])
    value = provenance.figure(study.compared[0].system, name, study.year.start).value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StudyError([Fault(name, "is no number", "a figure that can vary")])
    if between is None and leaf.metadata["unit"] == "rate":
        between = (0.0, 1.0)
    if between is None:
        if not 0 < value < float("inf"):
            raise StudyError([Fault(name, f"is {value:g}, which gives no range", "between=(low, high)")])
        between = (0.0, 2.0 * value)
    low, high = (float(one) for one in between)
    if not low < high:
        raise StudyError([Fault("between", f"goes from {low:g} to {high:g}", "the lower one first")])
    return low, high


def _check(variants: Variants, name: str, target: Any, kind: str, over: Range) -> None:
    faults = []
    if isinstance(target, bool) or not isinstance(target, int | float) or not np.isfinite(target):
        faults.append(Fault("target_budget", "is no amount", "EUR a year"))
    if kind not in KINDS:
        faults.append(Fault("kind", f"{kind!r} is unknown", f"one of {', '.join(KINDS)}"))
    if not variants.touched([name]):
        faults.append(Fault(name, "moves no benefit of this reform", "a figure its benefits read"))
    if faults:
        raise StudyError(faults)
    variants.check([{name: end} for end in over])
