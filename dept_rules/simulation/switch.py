"""What it changes that national benefits count the revenu de base as income, or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openfisca_core.periods import Period

from dept_rules import reforms_loader
from dept_rules.provenance import figure
from dept_rules.simulation.amounts import payments
from dept_rules.simulation.laws import Law
from dept_rules.simulation.ledger import Ledger

if TYPE_CHECKING:
    import pandas as pd

#: Whether RSA and prime d'activité leave the revenu de base out of the resources they look at.
SWITCH = "revenu_de_base.neutralise_prestations_nationales"


def table(ledger: Ledger, laws: Sequence[Law], year: Period) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.national_resources`."""
    import pandas as pd

    rows = []
    for law in laws:
        kept = bool(figure(law.system, SWITCH, year.start).value)
        other = {SWITCH: {str(year.start): not kept}}
        label = f"{law.label} ({SWITCH})"
        systems = {label: reforms_loader.apply(other, law.system)}
        turned = Ledger(
            ledger.subjects,
            systems,
            payments(ledger.subjects.people, systems, year),
            {label: ledger.rates[law.label]},
            ledger.cases,
        )
        for left_out, held, name in ((kept, ledger, law.label), (not kept, turned, label)):
            gross, offset = held.totals(name)
            rows.append((law.label, left_out, left_out == kept, gross, offset, gross - offset))
    names = ["law", "left_out", "as_studied", "gross", "offset", "net"]
    return pd.DataFrame(rows, columns=names)
