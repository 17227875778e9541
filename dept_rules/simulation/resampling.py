"""How sure an estimate is: the same statistic under the weights of replications of the sample."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dept_rules.people import Array

if TYPE_CHECKING:
    import pandas as pd

#: What an interval is meant to hold, of the replications.
CONFIDENCE = 0.95
#: How many households are summed at a time.
BLOCK = 8192


class Estimate(NamedTuple):
    """A statistic, and the bounds between which 95 % of the replications fall (not numbers without any)."""

    value: Array
    low: Array
    high: Array

    def table(self, names: Sequence[str], between: Collection[str]) -> pd.DataFrame:
        """Return a table with a column a name, and ``_low`` and ``_high`` beside those named in `between`."""
        import pandas as pd

        columns = {}
        value, low, high = (one.reshape(-1, len(names)) for one in self)
        for rank, name in enumerate(names):
            columns[name] = value[:, rank]
            if name in between:
                columns[f"{name}_low"], columns[f"{name}_high"] = low[:, rank], high[:, rank]
        return pd.DataFrame(columns)


@dataclass(frozen=True)
class Resampling:
    """The weights of a sample, and those of its replications.

    Replications are those of the sample where it has some, each being such weights as the sample might have
    had; else households are drawn again with replacement (bootstrap), within each stratum where there are
    some; the same for the same seed.

    Attributes:
        weights: one a household.
        replicates: weights of replications, a row each; None for the bootstrap.
        count: how many bootstrap draws; none gives no interval.
        seed: of the bootstrap.
        strata: the rank of the stratum of each household; None for one stratum.
    """

    weights: Array
    replicates: Array | None = None
    count: int = 200
    seed: int = 0
    strata: Array | None = None

    @property
    def draws(self) -> int:
        """Return how many replications there are."""
        return self.count if self.replicates is None else len(self.replicates)

    def of(self, statistic: Callable[[Array], Array]) -> Estimate:
        """Return a statistic (a function from weights to an array) and its interval."""
        rows = [statistic(self._drawn(slice(draw, draw + 1), slice(None))[0]) for draw in range(self.draws)]
        return _estimate(statistic(self.weights), rows)

    def totals(self, columns: Array, then: Callable[[Array], Array] | None = None) -> Estimate:
        """Return weighted sums of columns (a row a household), or what `then` makes of them."""
        sums = np.zeros((self.draws, columns.shape[1]))
        for first in range(0, len(columns), BLOCK):
            rows = slice(first, first + BLOCK)
            sums += self._drawn(slice(None), rows) @ columns[rows]
        value = self.weights @ columns
        if then is None:
            return _estimate(value, list(sums))
        return _estimate(then(value), [then(one) for one in sums])

    def _drawn(self, draws: slice, households: slice) -> Array:
        """Return weights of replications, a row each."""
        if self.replicates is not None:
            return np.asarray(self.replicates[draws, households])
        return np.asarray(self.weights[households] * self._counts[draws, households])

    @cached_property
    def _counts(self) -> Array:
        """How many times each household is drawn, a row a draw."""
        size = len(self.weights)
        counts = np.empty((self.count, size), dtype=np.uint8)
        strata = np.zeros(size, dtype=np.intp) if self.strata is None else self.strata
        members = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
        for draw in range(self.count):
            rng = np.random.default_rng([self.seed, draw])
            chosen = np.concatenate([some[rng.integers(0, len(some), len(some))] for some in members])
            counts[draw] = np.minimum(np.bincount(chosen, minlength=size), np.iinfo(np.uint8).max)
        return counts


def _estimate(value: Array, rows: list[Array]) -> Estimate:
    value = np.asarray(value, dtype=np.float64)
    if not rows:
        unknown = np.full(value.shape, np.nan)
        return Estimate(value, unknown, unknown)
    tail = (1 - CONFIDENCE) / 2
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN")  # a group may be in no replication
        low, high = np.nanquantile(np.array(rows), [tail, 1 - tail], axis=0)
    return Estimate(value, low, high)
