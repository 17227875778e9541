"""Charts of a study, each with what it shows in words: the same in a report and in a notebook."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from dept_rules.errors import DeptRulesError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Dark enough on white for lines (WCAG: 3 to 1), told apart by those who see few colours.
COLOURS = ("#1b4f8a", "#b34700", "#2e6b34", "#7a3b87", "#5c5c5c")
GAIN, LOSS, SAME, INK, GRID = "#1b4f8a", "#b34700", "#d5d9de", "#1d2733", "#d9dde2"
DASHES: tuple[Any, ...] = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1, 1, 1)))
#: Characters that a legend of one line may have.
ONE_LINE = 70
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "svg.fonttype": "none",  # text stays text: it grows with the page and can be searched
    "axes.edgecolor": "#8b939c",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "axes.axisbelow": True,
}


class StudyChartError(DeptRulesError):
    """A chart that cannot be drawn.

    Attributes:
        nothing: whether there is nothing to draw.
    """

    def __init__(self, message: str, *, nothing: bool = False) -> None:
        super().__init__(message)
        self.nothing = nothing


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        name: short, for files and anchors.
        title: what it is about, in French.
        told: what it shows, in French sentences, for who does not see it.
        figure: as matplotlib draws it.
    """

    name: str
    title: str
    told: str
    figure: Figure

    def svg(self) -> str:
        """Return the drawing as an ``svg`` element to put in a page, the same each time."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        import matplotlib as mpl

        out = io.StringIO()
        with mpl.rc_context({**STYLE, "svg.hashsalt": self.name}):
            self.figure.savefig(out, format="svg", metadata={"Date": None})
        drawn = out.getvalue()[out.getvalue().index("<svg") :]
        drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
        drawn = re.sub(
            r'\b(id="|url\(#|href="#)', rf"\g<1>{self.name}-", drawn
        )  # ids of several charts differ
        size = re.search(r'viewBox="[^"]*"', drawn)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'{size[0] if size else ""} role="img" aria-labelledby="{self.name}-title {self.name}-desc">'
            f'<title id="{self.name}-title">{escape(self.title)}</title>'
            f'<desc id="{self.name}-desc">{escape(self.told)}</desc>'
        )
        return re.sub(r"<svg[^>]*>", lambda _: head, drawn, count=1).strip()

    def save(self, path: Any) -> None:
        """Write the drawing into a file, whose ending says its kind (.svg, .png, .pdf)."""
        import matplotlib as mpl

        with mpl.rc_context(STYLE):
            self.figure.savefig(path, dpi=160)

    def _repr_html_(self) -> str:
        caption = f"<figcaption>{escape(self.title)}</figcaption>"
        return f'<figure style="max-width:56rem">{caption}{self.svg()}</figure>'


def canvas(width: float, height: float, rows: int = 1, columns: int = 1, **shared: Any) -> tuple[Figure, Any]:
    """Return a figure in the style of the house, and its axes (always in two dimensions).

    Raises:
        StudyChartError: the extra ``charts`` is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise StudyChartError("charts need matplotlib: install dept-rules[charts]") from None
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False, **shared)
    for one in axes.flat:
        one.grid(axis="x", color=GRID, linewidth=0.8)
        one.tick_params(length=0)
    return figure, axes


def thousands(axis: Any, *, unit: str = "") -> None:
    """Write the ticks of an axis as French does."""
    from matplotlib.ticker import FuncFormatter

    from dept_rules.simulation.french import rounded

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{rounded(value)}{unit}"))


def grouped_bars(axes: Axes, labels: Sequence[str], series: Sequence[tuple[str, Any]]) -> None:
    """Draw horizontal bars, a group a label (the first on top), a colour a series."""
    places = np.arange(len(labels))[::-1]
    height = 0.8 / len(series)
    for rank, (name, values) in enumerate(series):
        at = places + 0.4 - height * (rank + 0.5)
        axes.barh(at, values, height=height * 0.92, color=COLOURS[rank % len(COLOURS)], label=name)
    axes.set_yticks(places, labels)
    axes.axvline(0, color="#8b939c", linewidth=0.8)
    if len(series) > 1:
        legend(axes.figure, axes)


def title(axes: Axes, text: str) -> None:
    """Write the title of one of several axes."""
    axes.set_title(text, loc="left", fontsize=9.5, fontweight="bold")


def legend(figure: Any, axes: Axes) -> None:
    """Put a legend above the whole figure."""
    handles, names = axes.get_legend_handles_labels()
    columns = len(names) if sum(map(len, names)) < ONE_LINE else 1
    figure.legend(handles, names, loc="outside upper left", frameon=False, ncols=columns)


def wrapped(text: str, width: int = 34) -> str:
    """Return a label on several short lines."""
    import textwrap

    return "\n".join(textwrap.wrap(text, width))
