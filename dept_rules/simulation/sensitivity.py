"""Hypotheses under test: how much of a budget hangs on which figure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dept_rules import provenance
from dept_rules.errors import Fault, ReformError, StudyError
from dept_rules.provenance import Leaf
from dept_rules.reforms_loader import PLATFORM
from dept_rules.simulation.comparison import compare
from dept_rules.simulation.laws import IN_FORCE
from dept_rules.simulation.solutions import KINDS
from dept_rules.simulation.solving import WHOLE
from dept_rules.simulation.sweeps import Progress, one_law, run
from dept_rules.simulation.variants import Variants, around, figure_or_scale
from dept_rules.system import benefits
from dept_rules.texts import sentence_list

if TYPE_CHECKING:
    import pandas as pd

#: By how much a figure nobody gave a range for goes down and up: a share of it, or that many whole ones.
SPREAD, WHOLE_STEP = 0.2, 1
#: A move smaller than that share of the budget is rounding.
SAME = 1e-9
#: Units of figures that are moved by one, not by a share: those that are counted, and ages, which the law
#: tells in whole years though a formula takes any.
BY_ONE = (*WHOLE, "years")


def sensitivity(
    population: Any,
    parameters: Mapping[str, Iterable[Any]] | None,
    period: str,
    reform: Any = PLATFORM,
    baseline: Any = IN_FORCE,
    *,
    kind: str = "net",
    spread: float = SPREAD,
    take_up: Mapping[str, float | str] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return how the budget of a reform moves with each figure, the others staying as they are.

    Args:
        population, period, baseline, take_up: as for `dept_rules.compare`.
        parameters: the values of each figure to try (its range); None for every figure behind the
            benefits that is a hypothesis, `spread` under and over what it is (one month, year or person
            under and over; yes and no; every choice).
        reform: the reform (one) whose figures vary.
        kind: "net" of what other public payments lose (see `Study.budget`), or "gross".
        spread: a share of each figure, where `parameters` is None.
        progress: called as laws are done.

    Returns:
        A row a figure, the one that moves the budget most first: ``parameter``, ``label``, ``aid`` (the
        label of the aid it is of, or of those that read it), ``standing``,
        ``unit``, ``value``, ``low`` and ``high`` (the least and the greatest value tried), ``at_low``,
        ``at_high`` (budgets there, EUR a year), ``least``, ``greatest`` (budgets over all values tried),
        ``swing`` (their difference). ``attrs``: ``budget``, as things stand; ``untested``, the hypotheses
        that no range was found for.

    Raises:
        UnknownNameError, ReformError: a figure does not exist or cannot take a value.
        StudyError: a figure has no values.
    """
    import pandas as pd

    if kind not in KINDS:
        raise StudyError([Fault("kind", f"{kind!r} is unknown", f"one of {', '.join(KINDS)}")])
    study = one_law(compare(population, reform, period, baseline, take_up=take_up, replications=0))
    variants = around(study)
    untested: list[str] = []
    if parameters is None:
        tried, untested = hypotheses(variants, spread)
    else:
        tried = {name: _listed(name, values) for name, values in parameters.items()}
    points = [{}, *({name: value} for name, values in tried.items() for value in values)]
    budgets = run(variants, points, ["budget"], progress)[kind].to_list()
    now, *others = budgets
    rows = []
    for name, values in tried.items():
        found, others = others[: len(values)], others[len(values) :]
        rows.append({**_figure(variants, name), **_moves(values, found, now)})
    table = pd.DataFrame(rows).sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    table.attrs.update(budget=now, kind=kind, untested=untested, reform=variants.law.label)
    return table


def hypotheses(variants: Variants, spread: float = SPREAD) -> tuple[dict[str, list[Any]], list[str]]:
    """Return the hypotheses behind the benefits with the values to try, and those without any.

    Switches of benefits are left out: they say which law is studied. So are the figures of benefits
    that are not in force.
    """
    study = variants.study
    system, day = study.compared[0].system, study.year.start
    switches = {name: one.benefit.applies for name, one in benefits(system).items() if one.benefit}
    off = {name for name, switch in switches.items() if not provenance.figure(system, switch, day).value}
    read = frozenset().union(*(figures for name, figures in variants.reads.items() if name not in off))
    tried: dict[str, list[Any]] = {}
    untested = []
    for leaf in provenance.leaves(system):
        figure = provenance.figure_or_none(system, leaf.name, day)
        if figure is None or figure.standing != "hypothese" or leaf.name in switches.values():
            continue
        if figure_or_scale(leaf.name) not in read:
            continue
        values = _around(leaf, figure.value, spread)
        try:
            variants.check([{leaf.name: value} for value in values])
        except ReformError:
            values = []
        if values:
            tried[leaf.name] = values
        else:
            untested.append(leaf.name)
    return tried, untested


def _around(leaf: Leaf, value: Any, spread: float) -> list[Any]:
    """Return the values to try around the one a figure has; none where there is no telling."""
    if isinstance(value, bool):
        return [False, True]
    if isinstance(value, str):
        return list(leaf.metadata.get("choices", ()))
    if not isinstance(value, int | float) or not math.isfinite(value) or value == 0:
        return []
    unit = leaf.metadata["unit"]
    if unit in BY_ONE:
        least = 1 if unit == "months" else 0
        return [max(value - WHOLE_STEP, least), value + WHOLE_STEP]
    low, high = value * (1 - spread), value * (1 + spread)
    return [low, min(high, 1.0) if unit == "rate" and value <= 1 else high]


def _listed(name: str, values: Any) -> list[Any]:
    listed = list(values) if isinstance(values, Iterable) and not isinstance(values, str | Mapping) else []
    if not listed:
        raise StudyError(
            [Fault(f"parameters/{name}", "has no values", "the values to try, such as (0.2, 0.5)")]
        )
    return sorted(listed)


def _figure(variants: Variants, name: str) -> dict[str, Any]:
    system = variants.law.system
    figure = provenance.figure(system, name, variants.study.year.start)
    return {
        "parameter": name,
        "label": figure.label,
        "aid": _aid(variants, name),
        "standing": figure.standing,
        "unit": figure.unit,
        "value": figure.value,
    }


def _aid(variants: Variants, name: str) -> str:
    """Return the label of the aid whose file holds a figure, else of the aids that read it."""
    known = benefits(variants.law.system)
    own = known.get(name.split(".")[0])
    if own is not None:
        return str(own.label)
    return sentence_list([str(known[one].label) for one in variants.touched([name]) if one in known])


def _moves(values: list[Any], budgets: list[float], now: float) -> dict[str, Any]:
    least, greatest = min(*budgets, now), max(*budgets, now)
    swing = greatest - least
    return {
        "low": values[0],
        "high": values[-1],
        "at_low": budgets[0],
        "at_high": budgets[-1],
        "least": least,
        "greatest": greatest,
        "swing": swing if swing > SAME * max(1.0, abs(now)) else 0.0,
    }
