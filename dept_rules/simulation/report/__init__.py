"""The report of a study: one page, which holds all that it shows."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dept_rules.errors import DeptRulesError
from dept_rules.simulation.drawings import names
from dept_rules.simulation.report import annexes, incentives, results
from dept_rules.simulation.report.blocks import Section
from dept_rules.texts import day_text, sentence_list

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.simulation.study import Study

__all__ = ["ReportError", "render", "sections", "write"]


class ReportError(DeptRulesError):
    """A report that cannot be made."""


def write(
    study: Study, path: str | Path, *, sensitivity: pd.DataFrame | None = None, day: date | None = None
) -> Path:
    """Write the report of a study as one HTML page; see `render`.

    Raises:
        ReportError: jinja2 is not installed, or the file cannot be written.
        StudyChartError: matplotlib is not installed.
    """
    page = render(study, sensitivity=sensitivity, day=day)
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{path} cannot be written ({type(error).__name__})") from None
    return Path(path)


def render(study: Study, *, sensitivity: pd.DataFrame | None = None, day: date | None = None) -> str:
    """Return the report of a study as one HTML page, in French, that refers to nothing outside itself.

    Args:
        study: made by `dept_rules.compare`.
        sensitivity: what `dept_rules.sensitivity` gives, for a section on it.
        day: when it was made; today by default.

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
    called = names(study)
    return environment.from_string(template).render(
        laws=sentence_list([f"« {called[law.label]} »" for law in study.compared]),
        baseline=called[study.baseline.label],
        place=annexes.place(study),
        year=str(study.year),
        sections=sections(study, sensitivity),
        rules=study.rules,
        made=day_text((day or date.today()).isoformat()),
    )


def sections(study: Study, sensitivity: pd.DataFrame | None = None) -> list[Section]:
    """Return the sections of the report, in order."""
    found = [
        annexes.summary(study),
        annexes.compared(study),
        results.cost(study),
        results.reach(study),
        results.gains(study),
        results.poverty(study),
        results.missed(study),
        incentives.rates(study),
        incentives.take_up(study),
        incentives.cases(study),
    ]
    if sensitivity is not None:
        found.append(incentives.hypotheses(sensitivity))
    return [*found, annexes.limits(study), annexes.population(study), annexes.figures(study)]
