"""Whom a reform leaves with nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dept_rules.people import Array
from dept_rules.simulation.gains import THRESHOLD
from dept_rules.simulation.groups import Groups
from dept_rules.simulation.living import Living
from dept_rules.simulation.poverty import poor
from dept_rules.simulation.resampling import Resampling

if TYPE_CHECKING:
    import pandas as pd


def table(
    living: Living, laws: Sequence[str], groups: Groups, line: float, resampling: Resampling
) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.left_with_nothing`."""
    import pandas as pd

    living.check()
    ledger = living.ledger
    below = poor(living, living.baseline, line)
    people = groups.count(ledger.subjects)
    tables = []
    for law in laws:
        more = ledger.received(law) - ledger.received(living.baseline) >= THRESHOLD
        parts = [ledger.by_household(one.astype(np.float64)) for one in (below, below & ~more)]
        columns = people[:, :, None] * np.column_stack(parts)[:, None, :]
        found = resampling.totals(columns.reshape(len(columns), -1), _shares)
        one = pd.DataFrame(found.value, columns=["poor", "left", "share"])
        one.insert(0, "law", law)
        one.insert(1, "group", list(groups.names))
        one.insert(2, "label", list(groups.labels))
        one["share_low"], one["share_high"] = found.low[:, 2], found.high[:, 2]
        tables.append(one)
    return pd.concat(tables, ignore_index=True)


def _shares(sums: Array) -> Array:
    counts = sums.reshape(-1, 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.column_stack([counts, counts[:, 1] / counts[:, 0]])
