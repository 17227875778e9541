"""Charts of what an answer changes, for people who would rather look."""

from __future__ import annotations

from pathlib import Path

from dept_rules.errors import DeptRulesError
from dept_rules.explanation.courses import Course, WhatIf
from dept_rules.texts import month_text


class ChartError(DeptRulesError):
    """A chart that cannot be drawn."""


def draw(found: WhatIf, path: str | Path) -> None:
    """Draw the aids as the amount of an answer grows, into a PNG or SVG file.

    Args:
        found: what `what_if` gave for an amount.
        path: the file, whose ending says its kind.

    Raises:
        ChartError: the answer is not an amount, nothing changes, the ending is not known, or
            the extra ``charts`` is not installed.
    """
    courses = [one for one in found.outcomes if isinstance(one, Course) and one.unit]
    if not courses:
        raise ChartError(f"{found.variable} changes no amount that could be drawn")
    if Path(path).suffix not in (".png", ".svg"):
        raise ChartError(f"{Path(path).name}: a chart is a .png or a .svg")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ChartError("charts need matplotlib: install dept-rules[charts]") from None
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    ends = [point.at for one in courses for point in one.breakpoints]
    limit = max([*ends, 1.0]) * 1.15
    for one in courses:
        x: list[float] = []
        y: list[float] = []
        for segment in one.segments:
            high = min(segment.high, limit)
            x += [segment.low, high, float("nan")]
            y += [segment.first, segment.first + segment.slope * (high - segment.low), float("nan")]
        axes.plot(x, y, linewidth=2, label=f"{one.label}, {one.beneficiary}")
    axes.set_xlim(0, limit)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"{found.label} (€)")
    axes.set_ylabel("Aide (€)")
    axes.set_title(f"{month_text(found.period).capitalize()}, {found.caveat} ; estimation", fontsize=10)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path)
