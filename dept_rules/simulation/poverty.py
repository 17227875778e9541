"""Poverty and inequality of standards of living, among people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dept_rules.people import Array
from dept_rules.simulation import weighted
from dept_rules.simulation.groups import Groups
from dept_rules.simulation.living import Living
from dept_rules.simulation.resampling import Estimate, Resampling

if TYPE_CHECKING:
    import pandas as pd

INEQUALITY = ("gini", "change", "mean", "median", "d9_d1")
COLUMNS = ("persons", "poor", "leaving", "entering", "rate", "change")


def table(
    living: Living, laws: Sequence[str], groups: Groups, line: float, resampling: Resampling
) -> pd.DataFrame:
    """Return poverty by group: see `dept_rules.simulation.study.Study.poverty`.

    Args:
        living: the standards of living; the baseline is its own.
        laws: the laws compared, without the baseline.
        groups: of people.
        line: EUR a year by unit of consumption.
        resampling: how intervals are made.
    """
    import pandas as pd

    living.check()
    subjects = living.ledger.subjects
    people = groups.count(subjects, subjects.by_person(living.known, "menage"))
    every = (living.baseline, *laws)
    below = [_Below(living, law, people, line) for law in every]
    gaps = resampling.of(lambda weights: np.concatenate([one.gaps(weights) for one in below]))
    tables = [
        groups.told(_rates(living, law, people, line, resampling).table(COLUMNS, ("rate", "change")), law)
        for law in every
    ]
    return pd.concat(tables, ignore_index=True).join(gaps.table(("gap",), ("gap",)))


def costs(living: Living, laws: Sequence[str], line: float, resampling: Resampling) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.poverty_cost`."""
    import pandas as pd

    living.check()
    ledger, sizes = living.ledger, living.ledger.subjects.sizes
    rows = []
    for law in laws:
        net = ledger.by_household(ledger.received(law) - ledger.received(living.baseline))
        out, into = (ledger.by_household(part) * sizes for part in _moves(living, law, line))
        found = resampling.totals(np.column_stack([net, out, into]), _cost)
        falls = np.isfinite(found.value[3])
        cost = (found.value[3], found.low[3], found.high[3]) if falls else (np.nan,) * 3
        rows.append((law, *found.value[:3], *cost))
    names = ["net", "leaving", "entering", "cost_per_person", "cost_per_person_low", "cost_per_person_high"]
    return pd.DataFrame(rows, columns=["law", *names])


def _cost(sums: Array) -> Array:
    spent, left, entered = sums
    fewer = left - entered
    return np.array([spent, left, entered, spent / fewer if fewer > 0 else np.inf])


def inequality(living: Living, laws: Sequence[str], resampling: Resampling) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.inequality`."""
    import pandas as pd

    living.check()
    every = (living.baseline, *laws)
    people = [_Sorted(living, law) for law in every]

    def statistic(weights: Array) -> Array:
        rows = np.array([one.measures(weights) for one in people])
        return np.insert(rows, 1, rows[:, 0] - rows[0, 0], axis=1)

    found = resampling.of(statistic)
    return pd.DataFrame({"law": list(every)}).join(found.table(INEQUALITY, INEQUALITY))


class _Sorted:
    """The standards of living of a law in order, so that each replication only weighs them anew."""

    def __init__(self, living: Living, law: str) -> None:
        cases, subjects = living.ledger.cases, living.ledger.subjects
        values = living.standard(law)
        kept = np.flatnonzero(living.known[cases.household])
        order = kept[np.argsort(values[kept], kind="stable")]
        self.values = values[order]
        self.household = cases.household[order]
        self.people = (cases.share * subjects.sizes[cases.household])[order]

    def measures(self, weights: Array) -> tuple[float, ...]:
        """Return ``INEQUALITY``, the change left out."""
        some = weights[self.household] * self.people
        first, median, ninth = weighted.quantile_sorted(self.values, some, [0.1, 0.5, 0.9])
        everybody = some.sum()
        # no product of matrices: BLAS would wake its threads for each replication
        mean = (some * self.values).sum() / everybody if everybody else np.nan
        ratio = ninth / first if first > 0 else np.nan
        return weighted.gini_sorted(self.values, some), float(mean), float(median), float(ratio)


def poor(living: Living, law: str, line: float) -> Array:
    """Return, by case, whether the standard of living is known and below the line."""
    return np.asarray((living.standard(law) < line) & living.known[living.ledger.cases.household])


def _moves(living: Living, law: str, line: float) -> tuple[Array, Array]:
    """Return, by case, 1 where a household leaves poverty, and where it falls into it."""
    before, after = poor(living, living.baseline, line), poor(living, law, line)
    return (before & ~after).astype(np.float64), (after & ~before).astype(np.float64)


def _rates(living: Living, law: str, people: Array, line: float, resampling: Resampling) -> Estimate:
    ledger = living.ledger
    parts = (poor(living, law, line).astype(np.float64), *_moves(living, law, line))
    shares = np.column_stack([living.known.astype(np.float64), *map(ledger.by_household, parts)])
    columns = people[:, :, None] * shares[:, None, :]
    return resampling.totals(columns.reshape(len(columns), -1), _counts_and_rates)


def _counts_and_rates(sums: Array) -> Array:
    persons, poor, leaving, entering = sums.reshape(-1, 4).T
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = poor / persons, (entering - leaving) / persons
    return np.column_stack([persons, poor, leaving, entering, *ratios])


class _Below:
    """Those below the line under a law, by group."""

    def __init__(self, living: Living, law: str, people: Array, line: float) -> None:
        cases, values = living.ledger.cases, living.standard(law)
        below = np.flatnonzero(poor(living, law, line))
        order = below[np.argsort(values[below], kind="stable")]
        self.line, self.values, self.household = line, values[order], cases.household[order]
        self.people = np.ascontiguousarray((cases.share[order][:, None] * people[self.household]).T)

    def gaps(self, weights: Array) -> Array:
        """Return how far below the line the median poor person is, as a share of the line, by group."""
        there = self.people * weights[self.household]
        return np.array([1 - weighted.quantile_sorted(self.values, one, 0.5) / self.line for one in there])
