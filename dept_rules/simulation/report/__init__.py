"""The report of a study: one page, which holds all that it shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dept_rules.errors import DeptRulesError
from dept_rules.simulation.report import annexes, incentives, opening, results
from dept_rules.simulation.report.blocks import Section
from dept_rules.simulation.sweeps import Progress
from dept_rules.texts import day_text, sentence_list

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.simulation.study import Study

__all__ = ["ReportError", "render", "sections", "write"]


class ReportError(DeptRulesError):
    """A report that cannot be made."""


def write(
    study: Study,
    path: str | Path,
    *,
    sensitivity: pd.DataFrame | None = None,
    day: date | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the report of a study as one HTML page; see `render`.

    Raises:
        ReportError: jinja2 is not installed, or the file cannot be written.
        StudyChartError: matplotlib is not installed.
    """
    page = render(study, sensitivity=sensitivity, day=day, progress=progress)
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{path} cannot be written ({type(error).__name__})") from None
    return Path(path)


def render(
    study: Study,
    *,
    sensitivity: pd.DataFrame | None = None,
    day: date | None = None,
    progress: Progress | None = None,
) -> str:
    """Return the report of a study as one HTML page, in French, that refers to nothing outside itself.

    Args:
        study: made by `dept_rules.compare`.
        sensitivity: what `dept_rules.sensitivity` gives, for a section on it.
        day: when it was made; today by default.
        progress: called as sections are made, with how many are and how many there are.

    Raises:
        ReportError: jinja2 is not installed.
        StudyChartError: matplotlib is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise ReportError("reports need jinja2: install dept-rules[report]") from None
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = resources.files(__name__).joinpath("page.html.j2").read_text(encoding="utf-8")
    called = study.titles
    return environment.from_string(template).render(
        laws=sentence_list([f"« {called[law.label]} »" for law in study.compared]),
        baseline=called[study.baseline.label],
        place=annexes.place(study),
        year=str(study.year),
        sections=sections(study, sensitivity, progress),
        rules=study.rules,
        made=day_text((day or date.today()).isoformat()),
    )


def sections(
    study: Study, sensitivity: pd.DataFrame | None = None, progress: Progress | None = None
) -> list[Section]:
    """Return the sections of the report, in order."""
    makers: list[Callable[[Study], Section]] = [
        opening.summary,
        opening.compared,
        results.cost,
        results.reach,
        results.gains,
        results.poverty,
        incentives.missed,
        incentives.rates,
        incentives.take_up,
        incentives.cases,
        annexes.limits,
        annexes.population,
        annexes.figures,
    ]
    if sensitivity is not None:
        tested = sensitivity
        makers.insert(makers.index(annexes.limits), lambda _: incentives.hypotheses(tested))
    found = []
    for done, make in enumerate(makers):
        if progress is not None:
            progress(done, len(makers))
        found.append(make(study))
    return found
