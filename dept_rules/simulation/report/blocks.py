"""What a page of a report is made of: sections of paragraphs, lists, tables and charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dept_rules.provenance import LABELS
from dept_rules.simulation.charts import Chart
from dept_rules.simulation.french import interval

#: An interval that reaches further than that share of an estimate makes it frail.
FRAIL = 0.5
DAGGER = "\u00a0†"


@dataclass(frozen=True)
class Cell:
    """A cell of a table: a text, the standing of what it holds, the address of its source."""

    text: str
    standing: str = ""
    href: str = ""

    @property
    def mark(self) -> str:
        """Return what its standing is called."""
        return LABELS.get(self.standing, "")


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, what it says of a row, and whether these are numbers."""

    head: str
    said: Callable[[Any], str | Cell]
    number: bool = True


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table: a caption, heads, groups of rows whose first cell is their head, and notes below.

    Attributes:
        name: its anchor, unique in the page.
        groups: rows under a title ("" for rows under none).
        small: whether it is a long annex, set small.
    """

    name: str
    caption: str
    heads: tuple[tuple[str, bool], ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    notes: tuple[str, ...] = ()
    small: bool = False
    kind: str = field(default="table", init=False)

    @property
    def frail(self) -> bool:
        """Return whether an estimate of it is frail."""
        return any(cell.text.endswith(DAGGER) for _, rows in self.groups for row in rows for cell in row)


@dataclass(frozen=True)
class Text:
    """A paragraph; `strong` for what must not be missed."""

    text: str
    strong: bool = False
    kind: str = field(default="text", init=False)


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]
    kind: str = field(default="items", init=False)


@dataclass(frozen=True)
class Drawing:
    """A chart, its caption and what it shows in words."""

    chart: Chart
    kind: str = field(default="drawing", init=False)

    @property
    def svg(self) -> str:
        """Return it as an element of the page."""
        return self.chart.svg()


Block = Table | Text | Items | Drawing


@dataclass(frozen=True)
class Section:
    """A part of the page, with its anchor and its title."""

    name: str
    title: str
    blocks: tuple[Block, ...]


def table(
    name: str,
    caption: str,
    rows: Iterable[Any],
    columns: Sequence[Column],
    notes: Sequence[str] = (),
    *,
    under: Callable[[Any], str] | None = None,
    small: bool = False,
) -> Table:
    """Return a table of rows (named tuples of a data frame, or anything that columns read).

    Args:
        name, caption, notes, small: of the table.
        rows: what is told.
        columns: the first gives the head of a row.
        under: the title that a row stands under; those under the same one are brought together.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        cells = tuple(_cell(one.said(row)) for one in columns)
        groups.setdefault(under(row) if under else "", []).append(cells)
    heads = tuple((one.head, one.number) for one in columns)
    return Table(
        name,
        caption,
        heads,
        tuple((title, tuple(some)) for title, some in groups.items()),
        tuple(notes),
        small,
    )


def estimate(value: float, low: float, high: float, said: Callable[[float], str]) -> str:
    """Return an estimate, with a dagger where its interval is too wide for it to be relied upon."""
    wide = math.isfinite(value) and (high - low) / 2 > FRAIL * abs(value)
    return f"{said(value)}{DAGGER if wide and value else ''}"


def estimated(name: str, said: Callable[[float], str]) -> Callable[[Any], str]:
    """Return what tells the estimate of a row, its interval being beside it; see `estimate`."""
    return lambda row: estimate(*_bounded(row, name), said)


def between(name: str, said: Callable[[float], str]) -> Callable[[Any], str]:
    """Return what tells the interval of an estimate of a row."""
    return lambda row: interval(*_bounded(row, name)[1:], said)


def _bounded(row: Any, name: str) -> tuple[float, float, float]:
    value, low, high = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
    return value, low, high


def _cell(said: str | Cell) -> Cell:
    return said if isinstance(said, Cell) else Cell(said)
