"""The value of a figure that meets a budget: all of them, exactly where the rules are lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dept_rules import provenance
from dept_rules.errors import Fault, LawError, StudyError
from dept_rules.provenance import Leaf
from dept_rules.simulation import curves
from dept_rules.simulation.amounts import money, offsets
from dept_rules.simulation.comparison import compare
from dept_rules.simulation.curves import Curve, Jump, Stretch
from dept_rules.simulation.functions import Functions, ParameterExecution, Range
from dept_rules.simulation.laws import IN_FORCE, PLATFORM
from dept_rules.simulation.study import Study
from dept_rules.simulation.sweeps import one_law, run
from dept_rules.simulation.variants import Variants, around, keys
from dept_rules.texts import number_text, sentence_list

#: Budgets nearer than this are the same, in EUR a year, for each euro of the greatest one.
SAME = 1e-9
#: Units of figures that are counted, not measured.
WHOLE = ("months", "persons", "classes")
#: In how many parts a range is cut where the rules are not lines, and how narrow a crossing is made.
PARTS, NARROW = 64, 1e-6


class OutOfReachError(StudyError):
    """A budget that no value of the figure meets."""


@dataclass(frozen=True)
class Solution:
    """Where a budget is met.

    Attributes:
        parameter, label, unit: the figure.
        between: the range it was looked for in.
        target: the budget, in EUR a year beside the baseline.
        kind: "net" (of what is replaced) or "gross".
        values: the values that give it, from `low` to `high` where a whole stretch does.
        jumps: values at which the budget leaps over the target without meeting it.
        reachable: the least and the greatest budget over the range.
        exact: whether all the values are there, each exact; else crossings were looked for between
            ``PARTS`` values, and two crossings between neighbours are missed.
        curve: the budget as a function of the figure; None where it is not made of lines.
    """

    parameter: str
    label: str
    unit: str
    between: Range
    target: float
    kind: str
    values: tuple[Stretch, ...]
    jumps: tuple[Jump, ...]
    reachable: Range
    exact: bool
    curve: Curve | None = None

    @property
    def value(self) -> float:
        """Return the one value that gives the budget.

        Raises:
            StudyError: several do, or the budget leaps over the target.
        """
        if len(self.values) == 1 and self.values[0].low == self.values[0].high:
            return self.values[0].low
        if not self.values:
            problem = f"the budget leaps over {self.target:.0f} at {_plain([one.at for one in self.jumps])}"
            raise StudyError([Fault(self.parameter, problem, "another budget, or `jumps`")])
        several = _plain([end for one in self.values for end in dict.fromkeys(one)])
        raise StudyError([Fault(self.parameter, f"several values give this budget ({several})", "`values`")])

    def to_text(self) -> str:
        """Return the answer in a few sentences, in French."""
        target = _money(self.target)
        lines = [
            f"{self.label} ({self.parameter}), de {_number(self.between[0])} à {_number(self.between[1])}."
        ]
        if self.values:
            found = [
                _number(one.low) if one.low == one.high else f"de {_number(one.low)} à {_number(one.high)}"
                for one in self.values
            ]
            lines.append(
                f"Un budget {KINDS[self.kind]} de {target} par an est atteint pour : {sentence_list(found)}."
            )
        for one in self.jumps:
            lines.append(
                f"À {_number(one.at)}, le budget passe de {_money(one.below)} à {_money(one.above)} sans "
                f"prendre la valeur demandée ({_money(one.here)} à cette valeur exactement)."
            )
        low, high = self.reachable
        lines.append(f"Sur cet intervalle, le budget va de {_money(low)} à {_money(high)} par an.")
        if not self.exact:
            lines.append(
                f"Cherché entre {PARTS + 1} valeurs : deux solutions très proches l'une de l'autre peuvent manquer."
            )
        return "\n".join(lines)


KINDS = {"net": "net", "gross": "brut"}


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
        OutOfReachError: no value of the range gives this budget.
        UnknownNameError: no figure has this name.
        StudyError: the figure is no number, does not move the budget, or the range is none.
    """
    study = one_law(compare(population, reform, period, baseline, take_up=take_up, replications=0))
    variants = around(study)
    leaf = provenance.find(study.compared[0].system, parameter)
    over = _range(study, parameter, leaf, between)
    _check(variants, parameter, target_budget, kind, over)
    unit = leaf.metadata["unit"]
    said = {"parameter": parameter, "label": leaf.label, "unit": unit, "between": over}
    try:
        curve = None if unit in WHOLE else budget_curve(variants, parameter, over, kind)
    except LawError:
        curve = None
    if curve is None:
        found = _sampled(variants, parameter, over, kind, float(target_budget), whole=unit in WHOLE)
    else:
        reachable = curve.extremes
        tolerance = SAME * max(1.0, *map(abs, reachable))
        values, jumps = curve.reach(target_budget, tolerance)
        found = tuple(values), tuple(jumps), reachable, True
    values, jumps, (low, high), exact = found
    if not values and not jumps:
        problem = f"a {kind} budget of {target_budget:.0f} EUR a year is out of reach"
        went = f"{low:.0f} to {high:.0f}, what values from {over[0]:g} to {over[1]:g} give"
        raise OutOfReachError([Fault(parameter, problem, went)])
    return Solution(
        **said, target=float(target_budget), kind=kind, values=values, jumps=jumps,
        reachable=(low, high), exact=exact, curve=curve,
    )  # fmt: skip


def budget_curve(variants: Variants, parameter: str, over: Range, kind: str = "net") -> Curve:
    """Return the budget of a law beside its baseline as a function of one of its figures, exact.

    Raises:
        LawError: the rules are not piecewise linear in this figure.
    """
    study, law = variants.study, variants.law
    ledger, subjects = study.ledger, study.subjects
    day = study.year.start
    execution = ParameterExecution(law.system, subjects.people, parameter, over, day)
    touched = set(variants.touched([parameter]))
    parts: list[tuple[Functions, Any]] = []
    fixed = 0.0
    for name, sign in _signs(study, study.baseline.label, kind):
        fixed -= sign * float(subjects.weights @ ledger.due(study.baseline.label, name))
    for name, sign in _signs(study, law.label, kind):
        if name not in touched:
            fixed += sign * float(subjects.weights @ ledger.due(law.label, name))
            continue
        variable = law.system.variables[name]
        weights = sign * subjects.weights[subjects.homes(variable.entity.key)]
        parts += [(execution.function(key), weights) for key in keys(variable, study.year)]
    return curves.total(parts, over, fixed)


def _signs(study: Study, law: str, kind: str) -> list[tuple[str, float]]:
    """Return the amounts that make the budget of a law, each with its share of take-up, or less it."""
    ledger = study.ledger
    found = []
    for name, benefit in money(ledger.systems[law]).items():
        rate = ledger.rates[law].get(name, 1.0)
        found.append((name, rate))
        if kind == "net":
            found += [(offset, -rate) for offset in offsets(benefit)]
    return found


def _range(study: Study, name: str, leaf: Any, between: Range | None) -> Range:
    if not isinstance(leaf, Leaf):
        raise StudyError([Fault(name, "is a scale", f"one of its figures, such as {name}[0].amount")])
    value = provenance.figure(study.compared[0].system, name, study.year.start).value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StudyError([Fault(name, "is no number", "a figure that can vary")])
    if between is None:
        if leaf.metadata["unit"] == "rate":
            between = (0.0, 1.0)
        elif 0 < value < float("inf"):
            between = (0.0, 2.0 * value)
        else:
            raise StudyError([Fault(name, f"is {value:g}, which gives no range", "between=(low, high)")])
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


# --- where rules are not lines -----------------------------------------------------------------


def _sampled(
    variants: Variants, name: str, over: Range, kind: str, target: float, *, whole: bool
) -> tuple[tuple[Stretch, ...], tuple[Jump, ...], Range, bool]:
    """Return what `Curve.reach` would, from values tried one by one."""
    low, high = over
    places = np.arange(np.ceil(low), np.floor(high) + 1) if whole else np.linspace(low, high, PARTS + 1)
    budgets = _budgets(variants, name, places, kind, whole)
    tolerance = SAME * max(1.0, float(np.abs(budgets).max()))
    reachable = float(budgets.min()), float(budgets.max())
    values = [Stretch(float(x), float(x)) for x in places[np.abs(budgets - target) <= tolerance]]
    jumps: list[Jump] = []
    for rank in np.flatnonzero((budgets[:-1] - target) * (budgets[1:] - target) < 0):
        ends = places[rank : rank + 2], budgets[rank : rank + 2]
        if np.abs(ends[1] - target).min() <= tolerance:
            continue
        found = _jump(*ends) if whole else _narrowed(variants, name, kind, target, *ends, tolerance)
        (jumps if isinstance(found, Jump) else values).append(found)
    return tuple(sorted(values)), tuple(jumps), reachable, whole


def _narrowed(
    variants: Variants, name: str, kind: str, target: float, places: Any, budgets: Any, tolerance: float
) -> Any:
    """Return where the budget is the target between two values that have it between them."""
    span = places[1] - places[0]
    while places[1] - places[0] > NARROW * span:
        places = np.linspace(*places, PARTS // 4)
        budgets = _budgets(variants, name, places, kind, False)
        if (near := np.abs(budgets - target) <= tolerance).any():
            return Stretch(*(float(places[near.argmax()]),) * 2)
        rank = int(np.flatnonzero((budgets[:-1] - target) * (budgets[1:] - target) < 0)[0])
        places, budgets = places[rank : rank + 2], budgets[rank : rank + 2]
    gap = abs(budgets[1] - budgets[0])
    if gap > 1e-3 * max(1.0, abs(target)):
        return _jump(places, budgets)
    return Stretch(*(float(places.mean()),) * 2)


def _jump(places: Any, budgets: Any) -> Jump:
    return Jump(float(places[1]), float(budgets[0]), float(budgets[1]), float(budgets[1]))


def _budgets(variants: Variants, name: str, places: Any, kind: str, whole: bool) -> Any:
    points = [{name: int(x) if whole else float(x)} for x in places]
    return run(variants, points, ["budget"])[kind].to_numpy()


def _money(value: float) -> str:
    return f"{number_text(round(value))}\u00a0€"


def _number(value: float) -> str:
    return number_text(float(f"{value:.6g}"))


def _plain(values: list[float]) -> str:
    return ", ".join(f"{one:g}" for one in values)
