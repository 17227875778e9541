"""Who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dept_rules.people import Array
from dept_rules.simulation.groups import Groups
from dept_rules.simulation.ledger import Ledger
from dept_rules.simulation.resampling import Resampling

if TYPE_CHECKING:
    import pandas as pd

#: A change under half a cent is none: amounts are shown to the cent.
THRESHOLD = 0.005
COUNTS = ("persons", "winners", "losers", "unchanged", "gained", "lost", "change")
#: What is made of them.
RATIOS = ("share_winners", "share_losers", "mean_change")


def table(
    ledger: Ledger,
    baseline: str,
    laws: Sequence[str],
    groups: Groups,
    resampling: Resampling,
    threshold: float = THRESHOLD,
) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.winners_losers`."""
    import pandas as pd

    people = groups.count(ledger.subjects)
    tables = []
    for law in laws:
        columns = _columns(ledger, baseline, law, people, threshold)
        found = resampling.totals(columns.reshape(len(columns), -1), _counts_and_ratios)
        tables.append(groups.told(found.table((*COUNTS, *RATIOS), ("change", *RATIOS)), law))
    return pd.concat(tables, ignore_index=True)


def changes(ledger: Ledger, baseline: str, laws: Sequence[str]) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.household_changes`."""
    import pandas as pd

    before = ledger.by_household(ledger.received(baseline))
    ids, weights = ledger.subjects.people.ids_of("menage"), ledger.subjects.weights
    tables = [
        pd.DataFrame(
            {
                "law": law,
                "menage_id": list(ids),
                "weight": weights,
                "change": ledger.by_household(ledger.received(law)) - before,
            }
        )
        for law in laws
    ]
    return pd.concat(tables, ignore_index=True)


def _columns(ledger: Ledger, baseline: str, law: str, people: Array, threshold: float) -> Array:
    """Return ``COUNTS``: households, groups, columns."""
    change = ledger.received(law) - ledger.received(baseline)
    change = np.where(np.abs(change) < threshold, 0.0, change)
    ones = np.ones(len(change))
    each = change / ledger.subjects.sizes[ledger.cases.household]
    parts = (ones, change > 0, change < 0, change == 0, np.maximum(each, 0), np.maximum(-each, 0), each)
    by_household = np.column_stack([ledger.by_household(np.asarray(one, dtype=np.float64)) for one in parts])
    return np.asarray(people[:, :, None] * by_household[:, None, :])


def _counts_and_ratios(sums: Array) -> Array:
    """Return ``COUNTS`` and ``RATIOS``, a row a group."""
    counts = sums.reshape(-1, len(COUNTS))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = counts[:, [1, 2, len(COUNTS) - 1]] / counts[:, :1]
    return np.hstack([counts, ratios])
