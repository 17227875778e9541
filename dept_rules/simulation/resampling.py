"""How sure an estimate is: the same statistic under the weights of replications of the sample."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from dept_rules.people import Array

#: What an interval is meant to hold, of the replications.
CONFIDENCE = 0.95

Statistic = Callable[[Array], Array]


class Estimate(NamedTuple):
    """A statistic, and the bounds between which 95 % of the replications fall."""

    value: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Resampling:
    """The weights of a sample, and those of its replications.

    Replications are those of the sample where it has some, each being such weights as the sample might
    have had; else households are drawn again with replacement (bootstrap), the same for the same seed.

    Attributes:
        weights: one a household.
        replicates: weights of replications, a row each; None for the bootstrap.
        count: how many bootstrap draws; none gives no interval.
        seed: of the bootstrap.
    """

    weights: Array
    replicates: Array | None = None
    count: int = 200
    seed: int = 0

    def of(self, statistic: Statistic) -> Estimate:
        """Return a statistic (a function from weights to an array) and its interval."""
        value = np.asarray(statistic(self.weights), dtype=np.float64)
        draws = range(self.count) if self.replicates is None else range(len(self.replicates))
        if not len(draws):
            unknown = np.full(value.shape, np.nan)
            return Estimate(value, unknown, unknown)
        again = np.array([statistic(self._replicate(draw)) for draw in draws])
        tail = (1 - CONFIDENCE) / 2
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "All-NaN")  # a group may be in no replication
            low, high = np.nanquantile(again, [tail, 1 - tail], axis=0)
        return Estimate(value, low, high)

    def totals(self, columns: Array) -> Estimate:
        """Return the weighted sums of columns (a row a household) and their intervals."""
        return self.of(lambda weights: weights @ columns)

    def _replicate(self, draw: int) -> Array:
        if self.replicates is not None:
            return np.asarray(self.replicates[draw])
        return np.asarray(self.weights * self._counts[draw])

    @cached_property
    def _counts(self) -> Array:
        """How many times each household is drawn, a row a draw."""
        size = len(self.weights)
        counts = np.empty((self.count, size), dtype=np.uint8)
        for draw in range(self.count):
            chosen = np.random.default_rng([self.seed, draw]).integers(0, size, size)
            counts[draw] = np.minimum(np.bincount(chosen, minlength=size), np.iinfo(np.uint8).max)
        return counts
