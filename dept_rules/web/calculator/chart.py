"""A chart of an aid as an answer grows: a drawing of its exact course, for a page.

Drawn by hand: a few lines that follow the colours of the page and weigh a kilobyte, where the
charts of `dept_rules.explanation.charts` take a third of a second and fifty kilobytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup, escape

from dept_rules.entitlements import cents
from dept_rules.explanation.courses import Course
from dept_rules.texts import UNITS, amount_text, number_text
from dept_rules.variable import Variable
from dept_rules.web.calculator.fields import amount_of

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 26, 46
#: How many marks an axis has at most.
MARKS = 5


@dataclass(frozen=True)
class Chart:
    """A drawing and what it shows in words.

    Attributes:
        label: of the answer that varies.
        svg: the drawing.
        rows: places of the course, and the amount there, in words.
    """

    label: str
    svg: Markup
    rows: tuple[tuple[str, str], ...]


def draw(course: Course, varied: Variable, now: float, identifier: str) -> Chart:
    """Draw one aid as the amount of an answer grows.

    Args:
        course: as `what_if` gives it.
        varied: the answer that varies.
        now: what it is.
        identifier: of the drawing in the page.
    """
    start = max(course.segments[0].low, 0.0)
    limit = max([*(point.at for point in course.breakpoints), now, start + 1.0]) * 1.15
    lines, places = [], []
    for segment in course.segments:
        low, high = max(segment.low, start), min(segment.high, limit)
        if high > low:
            first, last = (segment.first + segment.slope * (x - segment.low) for x in (low, high))
            lines.append(((low, first), (high, last)))
            places += [(low, first), (high, last)]
    top = max(amount for _, amount in places) or 1.0
    frame = _Frame(start, limit, top)
    path = " ".join(f"M{frame.at(*first)}L{frame.at(*last)}" for first, last in lines)
    here = next(
        (one.first + one.slope * (now - one.low) for one in reversed(course.segments) if one.low <= now), 0.0
    )
    title = f"{course.label} selon « {varied.label} »"
    svg = Markup(
        '<svg class="courbe" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}-t {id}-d">'
        '<title id="{id}-t">{title}</title><desc id="{id}-d">{desc}</desc>{axes}'
        '<path class="trait" d="{path}"/>{dot}</svg>'
    ).format(
        w=WIDTH,
        h=HEIGHT,
        id=identifier,
        title=title,
        desc="Les mêmes nombres sont dans le tableau qui suit.",
        axes=_axes(frame, _titled(varied)),
        path=path,
        dot=_dot(frame, now, here),
    )
    rows = tuple((amount_of(varied, x), amount_text(cents(y + 0.0), None)) for x, y in _corners(places))
    return Chart(varied.label, svg, rows)


def _titled(varied: Variable) -> str:
    unit = UNITS.get(varied.unit or "", "").split(" ")[0]
    return f"{varied.label} ({unit})" if unit else varied.label


@dataclass(frozen=True)
class _Frame:
    start: float
    limit: float
    top: float

    def at(self, x: float, y: float) -> str:
        """Return where a place of the course is in the drawing."""
        across = LEFT + (x - self.start) / (self.limit - self.start) * (WIDTH - LEFT - RIGHT)
        down = HEIGHT - BOTTOM - y / (self.top * 1.08) * (HEIGHT - TOP - BOTTOM)
        return f"{across:.1f} {down:.1f}"


def _axes(frame: _Frame, label: str) -> Markup:
    found = [Markup('<g class="axe" aria-hidden="true">')]
    for mark in _marks(0.0, frame.top):
        place = frame.at(frame.start, mark)
        x, y = place.split()
        found.append(
            Markup(
                '<path class="grille" d="M{x} {y}H{end}"/>'
                '<text x="{tx}" y="{ty}" text-anchor="end">{n}</text>'
            ).format(x=x, y=y, end=WIDTH - RIGHT, tx=LEFT - 8, ty=float(y) + 4, n=number_text(mark))
        )
    for mark in _marks(frame.start, frame.limit):
        x, _ = frame.at(mark, 0).split()
        found.append(
            Markup('<text x="{x}" y="{y}" text-anchor="middle">{n}</text>').format(
                x=x, y=HEIGHT - BOTTOM + 18, n=number_text(mark)
            )
        )
    found.append(Markup('<text x="{x}" y="14">Aide (€)</text>').format(x=4))
    found.append(
        Markup('<text x="{x}" y="{y}" text-anchor="end">{label}</text></g>').format(
            x=WIDTH - RIGHT, y=HEIGHT - 8, label=escape(label)
        )
    )
    return Markup("").join(found)


def _dot(frame: _Frame, now: float, here: float) -> Markup:
    x, y = frame.at(now, here).split()
    anchor, shift = ("end", -10) if float(x) > WIDTH / 2 else ("start", 10)
    return Markup(
        '<circle class="point" cx="{x}" cy="{y}" r="6"/>'
        '<text class="ici" x="{tx}" y="{ty}" text-anchor="{a}">votre réponse</text>'
    ).format(x=x, y=y, tx=float(x) + shift, ty=max(float(y) - 10, TOP), a=anchor)


def _marks(low: float, high: float) -> list[float]:
    """Return round numbers from `low` to `high`."""
    rough = (high - low) / MARKS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * one for one in (1, 2, 5, 10) if unit * one >= rough)
    count = int((high - low) / step + 1e-9)
    first = math.ceil(low / step - 1e-9) * step
    return [float(round(first + rank * step, 6)) for rank in range(count + 1) if first + rank * step <= high]


def _corners(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return places without those that say the same."""
    kept: list[tuple[float, float]] = []
    for x, y in places:
        if not kept or abs(kept[-1][0] - x) > 1e-6 or abs(kept[-1][1] - y) > 5e-3:
            kept.append((x, y))
    return kept
