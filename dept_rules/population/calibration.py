"""Weights that reach margins while they stay as near as can be to those of the draw (raking).

Raking minimises the Kullback-Leibler divergence from the first weights: they stay positive. Its dual
has one unknown a margin, and Newton's method solves it in a few steps. Libraries were tried, and
measured by ``bench/calibration.py`` on one thread: for margins of households alone, weightipy is as
fast, svy takes twice as long and ipfn eight times; but their raking takes categories of one table,
where margins of people and of households must hold together here. What takes any matrix is svy's
calibration, eight times slower and linear: a hundredth of its weights were negative. Hence these lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dept_rules.people import Array

#: Steps of Newton's method after which margins are held to be out of reach.
STEPS = 60
#: Gap under which a margin is reached, relative to the total of weights.
TOLERANCE = 1e-7
#: What weights are multiplied by at most, in logarithm, in one step.
LONGEST = 4.0


@dataclass(frozen=True)
class Calibration:
    """Weights, and how near the margins they come.

    Attributes:
        weights: one a row, positive.
        gaps: how far past each margin they come, below nil where they fall short (what is reached
            less what was wanted), relative to the total of weights.
        steps: how many it took.
        converged: whether every gap is under the tolerance.
    """

    weights: Array
    gaps: Array
    steps: int
    converged: bool


def rake(columns: Array, targets: Array, weights: Array, tolerance: float = TOLERANCE) -> Calibration:
    """Return the weights nearest to `weights` whose weighted sums of `columns` are `targets`.

    Args:
        columns: rows of the sample by margins.
        targets: what each column must sum to. Redundant margins are no harm.
        weights: first weights, positive.
        tolerance: gap under which a margin is reached, relative to the total of `weights`.
    """
    total = weights.sum()
    scale = np.maximum(np.abs(columns).max(axis=0), 1e-12)
    x, aim = columns / scale, targets / scale
    unknown = np.zeros(x.shape[1])
    now, value = _dual(x, aim, weights, unknown)
    steps = 0
    while steps < STEPS:
        gap = x.T @ now - aim
        if np.abs(gap).max(initial=0.0) <= tolerance * total:
            break
        steps += 1
        direction = np.linalg.lstsq(x.T @ (x * now[:, None]), -gap, rcond=1e-12)[0]
        far = np.abs(x @ direction).max()
        length = min(1.0, LONGEST / far) if far > 0 else 0.0
        slope = gap @ direction
        while True:
            tried, reached = _dual(x, aim, weights, unknown + length * direction)
            if reached <= value + 1e-4 * length * slope or length < 1e-8:
                break
            length /= 2
        if length < 1e-8:
            break
        unknown, now, value = unknown + length * direction, tried, reached
    gaps = (x.T @ now - aim) / total
    return Calibration(now, gaps, steps, bool(np.abs(gaps).max(initial=0.0) <= tolerance))


def _dual(x: Array, aim: Array, weights: Array, unknown: Array) -> tuple[Array, float]:
    """Return the weights that the unknowns of the dual make, and the function to minimise."""
    with np.errstate(over="ignore"):
        made = weights * np.exp(x @ unknown)
    total = made.sum()
    return made, float(total - aim @ unknown) if np.isfinite(total) else np.inf
