"""Replications of a calibrated sample, weighted again to what its own weights were made to reach.

A sample drawn again would have been calibrated again: without it, an interval holds the luck of totals
that calibration takes away. All replications are raked together. Each step is that of Newton's method
with the second derivatives of the sample itself, which are those of a replication but for chance: a step
costs two products of matrices, where `dept_rules.population.calibration` would sum squares anew for each
replication, and what is left of the gaps after a few steps is far under what chance moves.
"""

from __future__ import annotations

import numpy as np

from dept_rules.people import Array

#: Gap under which a replication reaches a sum, relative to the total of weights, and the most steps.
NEAR, STEPS = 1e-4, 8
#: What a weight is multiplied or divided by at most, in logarithm: a category that nobody drawn is in
#: cannot be reached.
MOST = 3.0
#: How many households are taken at a time.
BLOCK = 8192


def again(columns: Array, weights: Array, counts: Array) -> Array:
    """Return by what weights are multiplied in each replication for its sums to be those of the sample.

    Args:
        columns: a row a household, a column a sum that the weights of the sample were made to reach.
        weights: of the sample, one a household.
        counts: how many times each household is drawn, a row a replication.

    Returns:
        As many as `counts`, not negative: the counts themselves, times what raking multiplies weights by.
    """
    scale = np.maximum(np.abs(columns).max(axis=0, initial=0.0), 1e-12)
    x = np.ascontiguousarray(columns / scale, dtype=np.float32)
    base = weights.astype(np.float32)
    exact = x.astype(np.float64)
    aims, total = weights @ exact, weights.sum()
    # not by BLAS, whose threads took two seconds on two busy cores where this takes a twentieth of one
    squares = np.einsum("ij,ik->jk", exact, exact * weights[:, None])
    back = np.linalg.pinv(squares, rcond=1e-10, hermitian=True)
    unknown = np.zeros((len(counts), x.shape[1]))
    made = counts.astype(np.float32)
    for step in range(STEPS + 1):
        sums = np.zeros(unknown.shape)
        for rows in _blocks(len(weights)):
            if step:
                made[:, rows] = counts[:, rows] * _factors(unknown, x[rows])
            sums += (made[:, rows] * base[rows]) @ x[rows]
        gaps = sums - aims
        if step == STEPS or np.abs(gaps).max(initial=0.0) <= NEAR * total:
            return made
        unknown -= gaps @ back
    return made


def _factors(unknown: Array, x: Array) -> Array:
    return np.asarray(np.exp(np.clip(unknown.astype(np.float32) @ x.T, -MOST, MOST)))


def _blocks(size: int) -> list[slice]:
    return [slice(first, first + BLOCK) for first in range(0, size, BLOCK)]
