"""A whole frontier of reforms: every value of some figures, and what each one costs and does."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dept_rules.errors import Fault, StudyError
from dept_rules.reforms_loader import PLATFORM
from dept_rules.simulation.comparison import compare
from dept_rules.simulation.laws import IN_FORCE
from dept_rules.simulation.measures import Measure, measured
from dept_rules.simulation.variants import Point, Variants, around
from dept_rules.system import rules_version

if TYPE_CHECKING:
    import pandas as pd

#: Called with how many laws are done, and how many there are.
Progress = Callable[[int, int], None]


def sweep(
    population: Any,
    parameters: Mapping[str, Iterable[Any]],
    period: str,
    reform: Any = PLATFORM,
    baseline: Any = IN_FORCE,
    *,
    take_up: Mapping[str, float | str] | None = None,
    measures: Sequence[str | Measure] | None = None,
    together: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return what a reform costs and does for every value of some of its figures.

    Args:
        population, period, baseline, take_up: as for `dept_rules.compare`.
        parameters: the values of each figure, by name; each holds from the first day of the year on.
        reform: the reform (one) whose figures vary.
        measures: "budget", "poverty", "inequality", "gains", "marginal_rates" (see
            `dept_rules.simulation.measures`), or functions from a study to a table indexed by law. The
            budget by default, and poverty where incomes are known.
        together: take the first values of all figures together, then the second ones…; else every
            combination is tried, the last figure varying fastest.
        progress: called as laws are done.

    Returns:
        A row a law: the figures, then what was measured.

    Raises:
        ReformError: a figure is unknown or a value is out of its range.
        StudyError: a figure has no values, those taken together are not as many, or there are several
            reforms.
    """
    names = list(parameters)
    values = _values(parameters, together)
    points: list[Point] = [
        dict(zip(names, one, strict=True))
        for one in (zip(*values, strict=True) if together else itertools.product(*values))
    ]
    study = one_law(compare(population, reform, period, baseline, take_up=take_up, replications=0))
    if measures is None:
        measures = ("budget", "poverty") if study.has_incomes else ("budget",)
    return run(around(study), points, measures, progress)


def run(
    variants: Variants,
    points: Sequence[Point],
    measures: Sequence[str | Measure] = ("budget",),
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the figures of each variant and its measures, a row each; what is said of `sweep` holds."""
    import pandas as pd

    variants.check(points)

    def told(done: int) -> None:
        if progress is not None:
            progress(done, len(points))

    tables = [measured(study, measures) for study in variants.studies(points, told)]
    found = pd.concat(tables, ignore_index=True)
    table = pd.concat([pd.DataFrame(points), found], axis=1)
    table.attrs.update(reform=variants.law.label, baseline=variants.study.baseline.label, **rules_version())
    return table


def one_law(study: Any) -> Any:
    """Return a study, if it compares one law with its baseline.

    Raises:
        StudyError: it compares several.
    """
    if len(study.compared) != 1:
        problem = f"figures of {len(study.compared)} reforms cannot vary at once"
        raise StudyError([Fault("reform", problem, "one reform (a list within a list is a stack)")])
    return study


def _values(parameters: Mapping[str, Iterable[Any]], together: bool) -> list[list[Any]]:
    if not parameters:
        raise StudyError([Fault("parameters", "no figure varies", "{name of a figure: its values}")])
    faults = []
    values = []
    for name, given in parameters.items():
        listed = isinstance(given, Iterable) and not isinstance(given, str | Mapping)
        values.append(list(given) if listed else [])
        if not values[-1]:
            faults.append(Fault(f"parameters/{name}", "has no values", "a list of values"))
    if not faults and together and len({len(one) for one in values}) > 1:
        problem = "figures taken together have different numbers of values"
        faults.append(Fault("parameters", problem, "as many values of each"))
    if faults:
        raise StudyError(faults)
    return values
