"""Where a total that is not made of lines crosses another: values tried one by one, then between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dept_rules.people import Array
from dept_rules.simulation.curves import Jump, Stretch
from dept_rules.simulation.functions import Range

#: In how many parts a range is cut, then a crossing; and how narrow a crossing is made, of the range.
PARTS, AGAIN, NARROW = 64, 8, 1e-6
#: A total that still moves that much of its range within a crossing leaps.
LEAP = 1e-6


class Found(NamedTuple):
    """What `Curve.reach` tells, the least and the greatest total, and whether nothing can be missing."""

    values: tuple[Stretch, ...]
    jumps: tuple[Jump, ...]
    reachable: Range
    exact: bool


def search(totals: Callable[[Array], Array], over: Range, target: float, same: float, whole: bool) -> Found:
    """Return where totals are a target, or leap over it.

    Args:
        totals: gives those of several values.
        over: the range of the values.
        target: the total looked for.
        same: a share of the greatest total under which a difference is none.
        whole: whether values are whole numbers: all of them are then tried.
    """
    low, high = over
    places = np.arange(np.ceil(low), np.floor(high) + 1) if whole else np.linspace(low, high, PARTS + 1)
    found = totals(places)
    reachable = float(found.min()), float(found.max())
    tolerance = same * max(1.0, *map(abs, reachable))
    values = [Stretch(float(x), float(x)) for x in places[np.abs(found - target) <= tolerance]]
    jumps = []
    for rank in _straddling(found, target, tolerance):
        pair = places[rank : rank + 2], found[rank : rank + 2]
        if not whole:
            pair = _narrowed(totals, target, tolerance, NARROW * (high - low), *pair)
        (_, after), (before, here) = pair[0].tolist(), pair[1].tolist()
        if whole or abs(here - before) > max(LEAP * (reachable[1] - reachable[0]), tolerance):
            jumps.append(Jump(after, before, here, here))
        else:
            values.append(Stretch(after, after))
    return Found(tuple(sorted(values)), tuple(jumps), reachable, whole)


def _straddling(found: Array, target: float, tolerance: float) -> list[int]:
    """Return the ranks of the values after which the total crosses the target, without being it."""
    more = found - target
    near = np.abs(more) <= tolerance
    crossing = (more[:-1] * more[1:] < 0) & ~near[:-1] & ~near[1:]
    return [int(rank) for rank in np.flatnonzero(crossing)]


def _narrowed(
    totals: Callable[[Array], Array],
    target: float,
    tolerance: float,
    width: float,
    places: Array,
    found: Array,
) -> tuple[Array, Array]:
    """Return two values near each other that have the target between them, and their totals."""
    while places[1] - places[0] > width:
        places = np.linspace(float(places[0]), float(places[1]), AGAIN + 1)
        found = totals(places)
        crossing = _straddling(found, target, tolerance)
        if not crossing:  # one of them is the target
            rank = int(np.abs(found - target).argmin())
            return places[[rank, rank]], found[[rank, rank]]
        places, found = places[crossing[0] : crossing[0] + 2], found[crossing[0] : crossing[0] + 2]
    return places, found
