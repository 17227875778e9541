"""How sure an estimate is: the same statistic under the weights of replications of the sample."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dept_rules.errors import Fault, StudyError
from dept_rules.people import Array
from dept_rules.population.sample import REPLICATE
from dept_rules.simulation import raking

if TYPE_CHECKING:
    import pandas as pd

#: What an interval is meant to hold, and how many deviations that is on each side of an estimate.
CONFIDENCE, DEVIATIONS = 0.95, 1.96
#: Draws under which the ends of what they hold are told by one or none of them.
FEWEST = 40
#: How many households are summed at a time.
BLOCK = 8192
#: How weights of replications may have been made, by name.
BOOTSTRAP, JACKKNIFE, BRR = "bootstrap", "jackknife", "brr"
METHODS = (BOOTSTRAP, JACKKNIFE, BRR)


class Estimate(NamedTuple):
    """A statistic, and the bounds of its interval (not numbers where there is none; infinite without bound).

    There is none either where more than one replication in forty does not tell the statistic.
    """

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

    Replications are those of the sample where it has some; else households are drawn again with
    replacement (bootstrap), within each stratum where there are some, the same for the same seed, and
    weighted again to what the weights of the sample were made to reach, where that is known.

    The interval of a bootstrap is what 95 % of its replications hold. That of another method is the
    estimate, more or less 1.96 times the root of a factor of the squared gaps of replications to it.

    Attributes:
        weights: one a household.
        replicates: weights of replications, a row each; None for the bootstrap.
        count: how many bootstrap draws; none gives no interval.
        seed: of the bootstrap.
        strata: the rank of the stratum of each household; None for one stratum.
        method: how `replicates` were made: "bootstrap" (each is such weights as the sample might have had),
            "jackknife" (each leaves out one of as many groups), "brr" (balanced halves), or the factor.
        reached: what the weights were made to reach, a row a household and a column a sum; None where it
            is not known, or nothing.
    """

    weights: Array
    replicates: Array | None = None
    count: int = 200
    seed: int = 0
    strata: Array | None = None
    method: str | float = BOOTSTRAP
    reached: Array | None = None

    def check(self) -> None:
        """Refuse too few replications, and methods that are not known.

        Raises:
            StudyError: what is wrong, and what would be right.
        """
        faults = []
        number = isinstance(self.method, int | float) and not isinstance(self.method, bool)
        if not (0 < float(self.method) < np.inf if number else self.method in METHODS):
            known = f"{', '.join(METHODS)}, or what squared gaps are multiplied by"
            faults.append(Fault("replication", f"{self.method!r} is unknown", known))
        few = f"{self.draws} cannot tell {CONFIDENCE:.0%} intervals"
        if self.replicates is None:
            if self.method != BOOTSTRAP:
                problem = "the population has no weights of replications"
                faults.append(Fault("replication", problem, f"columns {REPLICATE}…, or {BOOTSTRAP}"))
            if 0 < self.draws < FEWEST:
                faults.append(Fault("replications", few, f"0 for none, or at least {FEWEST}"))
        elif self.draws < (FEWEST if self.method == BOOTSTRAP else 2):
            enough = f"at least {FEWEST} bootstrap ones, or their method (replication=)"
            faults.append(Fault(REPLICATE, few, enough))
        if faults:
            raise StudyError(faults)

    @property
    def draws(self) -> int:
        """Return how many replications there are."""
        return self.count if self.replicates is None else len(self.replicates)

    def of(self, statistic: Callable[[Array], Array]) -> Estimate:
        """Return a statistic (a function from weights to an array) and its interval."""
        rows = [statistic(self._drawn(slice(draw, draw + 1), slice(None))[0]) for draw in range(self.draws)]
        return self._estimate(statistic(self.weights), rows)

    def totals(self, columns: Array, then: Callable[[Array], Array] | None = None) -> Estimate:
        """Return weighted sums of columns (a row a household), or what `then` makes of them."""
        sums = np.zeros((self.draws, columns.shape[1]))
        for first in range(0, len(columns), BLOCK):
            rows = slice(first, first + BLOCK)
            sums += self._drawn(slice(None), rows) @ columns[rows]
        value = self.weights @ columns
        if then is None:
            return self._estimate(value, list(sums))
        return self._estimate(then(value), [then(one) for one in sums])

    def _drawn(self, draws: slice, households: slice) -> Array:
        """Return weights of replications, a row each."""
        if self.replicates is not None:
            return np.asarray(self.replicates[draws, households])
        return np.asarray(self.weights[households] * self._multiples[draws, households])

    @cached_property
    def _multiples(self) -> Array:
        """What each weight is multiplied by, a row a draw."""
        if self.reached is None or not self.count:
            return self._counts
        return raking.again(self.reached, self.weights, self._counts)

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

    def _estimate(self, value: Array, rows: list[Array]) -> Estimate:
        value = np.asarray(value, dtype=np.float64)
        unknown = np.full(value.shape, np.nan)
        if not rows:
            return Estimate(value, unknown, unknown)
        found = np.array(rows, dtype=np.float64)
        if self.method != BOOTSTRAP:
            with np.errstate(invalid="ignore"):
                spread = DEVIATIONS * np.sqrt(self._factor * ((found - value) ** 2).sum(axis=0))
            spread = np.where(np.isfinite(spread), spread, np.nan)
            return Estimate(value, value - spread, value + spread)
        tail = (1 - CONFIDENCE) / 2
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "All-NaN")  # a group may be in no replication
            # a value of one of them, which may have no bound
            low, high = np.nanquantile(found, [tail, 1 - tail], axis=0, method="inverted_cdf")
        told = np.isnan(found).mean(axis=0) <= tail
        return Estimate(value, np.where(told, low, np.nan), np.where(told, high, np.nan))

    @property
    def _factor(self) -> float:
        """Return what squared gaps of replications are multiplied by to make a variance."""
        if self.method == JACKKNIFE:
            return (self.draws - 1) / self.draws
        return 1 / self.draws if self.method == BRR else float(self.method)
