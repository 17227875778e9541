"""Sums of functions of a figure over a population: exact curves, from one sort."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dept_rules.people import Array
from dept_rules.simulation.functions import Functions, Range

Floats = npt.NDArray[np.float64]


class Stretch(NamedTuple):
    """Values of a figure that give the same total: from `low` to `high` (equal: one value)."""

    low: float
    high: float


class Jump(NamedTuple):
    """A value of a figure at which a total leaps over another one.

    Attributes:
        at: the value.
        below, here, above: the total just before it, at it and just after it.
    """

    at: float
    below: float
    here: float
    above: float


@dataclass(frozen=True)
class Curve:
    """A total as a function of a figure: lines between knots, and its value at each knot.

    Attributes:
        over: the range of the figure, ends included.
        knots: the m places where something changes for somebody, increasing.
        level, slope: m + 1 lines, ``level + slope * x``.
        at: the m totals at the knots.
    """

    over: Range
    knots: Floats
    level: Floats
    slope: Floats
    at: Floats

    def __call__(self, x: Any) -> Floats:
        """Return the totals at values of the figure, exact.

        Raises:
            ValueError: a value is out of the range.
        """
        x = np.asarray(x, dtype=np.float64)
        low, high = self.over
        if ((x < low) | (x > high)).any():
            raise ValueError(f"the curve is known from {low} to {high}")
        place = np.searchsorted(self.knots, x)
        line = self.level[place] + self.slope[place] * x
        if not len(self.knots):
            return np.asarray(line)
        rank = np.minimum(place, len(self.knots) - 1)
        return np.asarray(np.where(self.knots[rank] == x, self.at[rank], line))

    @property
    def extremes(self) -> Range:
        """Return the least and the greatest total over the range."""
        ends = np.concatenate([*self._sides(), self.at, self(np.array(self.over))])
        return float(ends.min()), float(ends.max())

    def reach(self, total: float, tolerance: float) -> tuple[list[Stretch], list[Jump]]:
        """Return where the curve is a total (but for `tolerance`), and where it leaps over it."""
        first, last = self._sides()
        lowest, highest = np.minimum(first, last) - tolerance, np.maximum(first, last) + tolerance
        met = np.flatnonzero((lowest <= total) & (total <= highest)).tolist()
        found = [self._crossing(rank, first[rank], last[rank], total, tolerance) for rank in met]
        found += [Stretch(float(x), float(x)) for x in self.knots[np.abs(self.at - total) <= tolerance]]
        sides = np.array([last[:-1], self.at, first[1:]]) - total
        leaps = (sides.min(axis=0) < 0) & (sides.max(axis=0) > 0) & (np.abs(sides) > tolerance).all(axis=0)
        jumps = [
            Jump(*(float(one[rank]) for one in (self.knots, last[:-1], self.at, first[1:])))
            for rank in np.flatnonzero(leaps)
        ]
        return _joined([one for one in found if one]), jumps

    def _crossing(
        self, rank: int, first: float, last: float, total: float, tolerance: float
    ) -> Stretch | None:
        """Return where, inside a segment, its line is a total."""
        low, high = (float(one) for one in self._edges[rank : rank + 2])
        if low == high:
            return None
        if abs(first - total) <= tolerance and abs(last - total) <= tolerance:
            return Stretch(self._taken(low, high, total, tolerance), self._taken(high, low, total, tolerance))
        share = min(max((total - first) / (last - first), 0.0), 1.0)
        x = low + share * (high - low)
        x = self._taken(x, low if x == high else high, total, tolerance)
        return Stretch(x, x)

    def _taken(self, x: float, towards: float, total: float, tolerance: float) -> float:
        """Return `x`, or the next number: a segment may come near a total that its end does not take."""
        return x if abs(float(self(x)) - total) <= tolerance else float(np.nextafter(x, towards))

    @property
    def _edges(self) -> Floats:
        return np.concatenate([[self.over[0]], self.knots, [self.over[1]]])

    def _sides(self) -> tuple[Floats, Floats]:
        """Return the totals at both ends of each segment, from inside."""
        edges = self._edges
        return self.level + self.slope * edges[:-1], self.level + self.slope * edges[1:]


def total(parts: Iterable[tuple[Functions, Array]], over: Range, fixed: float = 0.0) -> Curve:
    """Return the sum of `fixed` and of the functions of all parts (functions, and a weight a row)."""
    level, slope = float(fixed), 0.0
    events: list[Array] = []
    for functions, weights in parts:
        level += float(weights @ functions.level[:, 0])
        slope += float(weights @ functions.slope[:, 0])
        rows, columns = np.nonzero(np.isfinite(functions.knots))
        knots, weight = functions.knots[rows, columns], weights[rows]
        before = functions.level[rows, columns], functions.slope[rows, columns]
        after = functions.level[rows, columns + 1], functions.slope[rows, columns + 1]
        here = functions.at[rows, columns] - (before[0] + before[1] * knots)
        steps = (after[0] - before[0], after[1] - before[1], here)
        events.append(np.array([knots, *(weight * step for step in steps)]))
    merged = np.hstack(events) if events else np.empty((4, 0))
    knots, place = np.unique(merged[0], return_inverse=True)
    place = place.reshape(-1)
    sums = [np.bincount(place, weights=step, minlength=len(knots)) for step in merged[1:]]
    levels = level + np.concatenate([[0.0], np.cumsum(sums[0])])
    slopes = slope + np.concatenate([[0.0], np.cumsum(sums[1])])
    return Curve(over, knots, levels, slopes, levels[:-1] + slopes[:-1] * knots + sums[2])


def _joined(found: list[Stretch]) -> list[Stretch]:
    """Return stretches in order, those that touch made one."""
    joined: list[Stretch] = []
    for one in sorted(found):
        if joined and one.low <= joined[-1].high * (1 + 1e-12) + 1e-12:
            joined[-1] = Stretch(joined[-1].low, max(joined[-1].high, one.high))
        else:
            joined.append(one)
    return joined
