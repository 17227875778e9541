"""What laws cost, by benefit, by payer and in all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dept_rules.people import Array
from dept_rules.simulation.ledger import Ledger
from dept_rules.simulation.resampling import Resampling

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = ("baseline", "reform", "change", "offset", "net")


def by_benefit(ledger: Ledger, baseline: str, laws: Sequence[str], resampling: Resampling) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.budget`."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    columns: list[Array] = []
    for law in laws:
        for name, one in ledger.benefits.items():
            amounts = _amounts(ledger, baseline, law, name)
            assert one.benefit is not None
            rows.append({"law": law, "benefit": name, "label": one.label, "payer": one.benefit.payer})
            columns.append(amounts)
    found = resampling.totals(np.column_stack(columns))
    return pd.DataFrame(rows).join(found.table(AMOUNTS, ["net"]))


def totals(ledger: Ledger, baseline: str, laws: Sequence[str], resampling: Resampling) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.totals`."""
    import pandas as pd

    columns = []
    for law in laws:
        amounts = [_amounts(ledger, baseline, law, name) for name in ledger.benefits]
        columns.append(np.sum(amounts, axis=0))
    found = resampling.totals(np.column_stack(columns))
    return pd.DataFrame({"law": list(laws)}).join(found.table(AMOUNTS, ["net"]))


def _amounts(ledger: Ledger, baseline: str, law: str, benefit: str) -> Array:
    """Return ``AMOUNTS`` of a benefit, a row a household."""
    before, after = (ledger.by_household(ledger.paid(one, benefit)) for one in (baseline, law))
    less_before, less_after = (ledger.by_household(ledger.offset(one, benefit)) for one in (baseline, law))
    change, offset = after - before, less_after - less_before
    return np.column_stack([before, after, change, offset, change - offset])
