"""Who pays, and who spends less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dept_rules.people import Array
from dept_rules.simulation.amounts import money
from dept_rules.simulation.ledger import Ledger
from dept_rules.simulation.resampling import Resampling

if TYPE_CHECKING:
    import pandas as pd

PAYERS = {
    "departement": "Départements",
    "etat": "État",
    "caf": "Caisses d'allocations familiales, pour le compte de qui les finance",
}


def table(ledger: Ledger, baseline: str, laws: Sequence[str], resampling: Resampling) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.payers`."""
    import pandas as pd

    rows, columns = [], []
    for law in laws:
        gross, offset = _by_payer(ledger, law)
        gross_before, offset_before = _by_payer(ledger, baseline)
        for payer, label in PAYERS.items():
            change, less = gross[payer] - gross_before[payer], offset[payer] - offset_before[payer]
            rows.append({"law": law, "payer": payer, "label": label})
            columns.append(np.column_stack([change, less, change - less]))
    found = resampling.totals(np.column_stack(columns))
    return pd.DataFrame(rows).join(found.table(("change", "offset", "net"), ["net"]))


def _by_payer(ledger: Ledger, law: str) -> tuple[dict[str, Array], dict[str, Array]]:
    households = ledger.subjects.households
    gross, offset = ({payer: np.zeros(households) for payer in PAYERS} for _ in range(2))
    for name, one in money(ledger.systems[law]).items():
        assert one.benefit is not None
        share = ledger.expected_take_up(law, name)
        gross[one.benefit.payer] += ledger.due(law, name) * share
        for each in one.benefit.offsets:
            offset[each.payer] += ledger.due(law, each.variable) * share
    return gross, offset
