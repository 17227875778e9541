"""Weighted statistics, each by its definition.

Own code, and short: NumPy weighs quantiles from 2.0 on (1.26 is supported), and the packages that
compute a weighted Gini index bring SciPy with them or get unequal weights wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dept_rules.people import Array


def quantile(values: Array, weights: Array, shares: Array | Sequence[float] | float) -> Array:
    """Return the least value that at least a share of the weight does not exceed (inverted distribution).

    Args:
        values: one a person or household.
        weights: as many, not negative.
        shares: from 0 to 1.

    Returns:
        As many as `shares`; not a number where there is no weight.
    """
    order = np.argsort(values, kind="stable")
    return quantile_sorted(values[order], weights[order], shares)


def quantile_sorted(values: Array, weights: Array, shares: Array | Sequence[float] | float) -> Array:
    """Return quantiles of values in increasing order; see `quantile`."""
    shares = np.asarray(shares, dtype=np.float64)
    below = np.cumsum(weights)
    if not len(values) or not below[-1]:
        return np.full(shares.shape, np.nan)
    # a share reached but for rounding is reached; what weighs nothing reaches none
    reached = np.maximum(shares * below[-1] * (1 - 1e-12), np.finfo(np.float64).tiny)
    return np.asarray(values[np.searchsorted(below, reached)])


def gini(values: Array, weights: Array) -> float:
    """Return the Gini index: half the mean difference between two people drawn, over their mean.

    Values may be negative; not a number where their mean is nil or there is no weight.
    """
    order = np.argsort(values, kind="stable")
    return gini_sorted(values[order], weights[order])


def gini_sorted(values: Array, weights: Array) -> float:
    """Return the Gini index of values in increasing order; see `gini`."""
    held = weights * values
    everybody, total = weights.sum(), held.sum()
    if not everybody or not total:
        return float("nan")
    # each is above those before and below those after: their rank, at the middle of their weight
    rank = np.cumsum(weights) - weights / 2
    return float(2 * (held * rank).sum() / (everybody * total) - 1)


def tenths(values: Array, weights: Array) -> Array:
    """Return, for each value, its tenth of the weight, from 0 to 9; equal values are in the same one."""
    limits = quantile(values, weights, np.arange(1, 10) / 10)
    return np.searchsorted(limits, values, side="left")
