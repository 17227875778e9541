"""Who receives: in a year, month by month, while a benefit grows; and who receives nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.people import Array
from dept_rules.simulation.amounts import by_month, money
from dept_rules.simulation.groups import Groups
from dept_rules.simulation.ledger import Ledger
from dept_rules.simulation.resampling import Resampling

if TYPE_CHECKING:
    import pandas as pd


def table(ledger: Ledger, baseline: str, laws: Sequence[str], resampling: Resampling) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.beneficiaries`."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    columns = []
    for law in laws:
        for name, one in money(ledger.systems[law]).items():
            rows.append({"law": law, "benefit": name, "label": one.label, "entity": one.entity.key})
            counts = [_receiving(ledger, each, name) for each in (baseline, law)]
            amount = ledger.due(law, name) * ledger.expected_take_up(law, name)
            columns.append(np.column_stack([*counts, amount]))
    found = resampling.totals(np.column_stack(columns), _means)
    names = ("baseline", "beneficiaries", "change", "mean_amount")
    return pd.DataFrame(rows).join(found.table(names, ["beneficiaries"]))


def _means(sums: Array) -> Array:
    before, after, amount = sums.reshape(-1, 3).T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.column_stack([before, after, after - before, amount / after])


def by_group(ledger: Ledger, laws: Sequence[str], benefit: str, groups: Groups) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.beneficiaries_by`."""
    import pandas as pd

    subjects = ledger.subjects
    weights = subjects.by_person(subjects.weights, "menage")
    persons = np.bincount(groups.codes, weights=weights, minlength=len(groups.names))
    tables = []
    for law in laws:
        paid = ledger.payments[law][benefit]
        likely = subjects.by_person(ledger.expected_take_up(law, benefit), "menage")
        receiving = weights * likely * (subjects.by_person(paid.total, paid.entity) > 0)
        counted = np.bincount(groups.codes, weights=receiving, minlength=len(groups.names))
        one = pd.DataFrame({"persons": persons, "beneficiaries": counted, "share": counted / persons})
        tables.append(groups.told(one, law).assign(benefit=benefit))
    return pd.concat(tables, ignore_index=True)


def _receiving(ledger: Ledger, law: str, benefit: str) -> Array:
    """Return how many persons or groups receive a benefit in each household."""
    paid = ledger.payments[law].get(benefit)
    if paid is None:
        return np.zeros(ledger.subjects.households)
    there = ledger.subjects.by_household((paid.total > 0).astype(np.float64), paid.entity)
    return there * ledger.expected_take_up(law, benefit)


# --- months ------------------------------------------------------------------------------------


def flows(ledger: Ledger, laws: Sequence[str], year: Period) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.stock_and_flow`."""
    import pandas as pd

    systems = {law: ledger.systems[law] for law in laws}
    counters = {(law, one): _Counter(ledger, law, one) for law in laws for one in _monthly(ledger, laws)}
    before: dict[tuple[str, str], Array] = {}
    rows = []
    for month, values in by_month(ledger.subjects.people, systems, _monthly(ledger, laws), _months(year)):
        for (law, benefit), count in counters.items():
            paid, was = values[law][benefit] > 0, before.get((law, benefit))
            entered = np.nan if was is None else count(paid & ~was)
            left = np.nan if was is None else count(was & ~paid)
            rows.append((law, benefit, str(month), count(paid), entered, left))
            before[law, benefit] = paid
    columns = ["law", "benefit", "month", "beneficiaries", "entries", "exits"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["law", "benefit", "month"], kind="stable", ignore_index=True)


def growth(
    ledger: Ledger, laws: Sequence[str], benefit: str, months: Sequence[Period], take_up: tuple[float, float]
) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.ramp_up`."""
    import pandas as pd

    subjects = ledger.subjects
    systems = {law: ledger.systems[law] for law in laws}
    entity = next(iter(systems.values())).variables[benefit].entity.key
    shares = np.linspace(*take_up, len(months))
    rows = []
    for share, (month, values) in zip(
        shares, by_month(subjects.people, systems, [benefit], months), strict=True
    ):
        for law, found in values.items():
            amounts = found[benefit]
            entitled = subjects.weights @ subjects.by_household((amounts > 0).astype(np.float64), entity)
            cost = subjects.weights @ subjects.by_household(amounts, entity)
            rows.append((law, benefit, str(month), entitled, share, share * entitled, share * cost))
    columns = ["law", "benefit", "month", "entitled", "take_up", "beneficiaries", "cost"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["law", "month"], kind="stable", ignore_index=True)


class _Counter:
    """Counts, weighted, the persons or groups of whom something is true."""

    def __init__(self, ledger: Ledger, law: str, benefit: str) -> None:
        self.subjects = ledger.subjects
        self.entity = ledger.systems[law].variables[benefit].entity.key
        self.weights = ledger.subjects.weights * ledger.expected_take_up(law, benefit)

    def __call__(self, mask: Array) -> float:
        return float((self.weights * self.subjects.by_household(mask.astype(np.float64), self.entity)).sum())


def _monthly(ledger: Ledger, laws: Sequence[str]) -> list[str]:
    """Return the monthly benefits that some law pays to somebody."""
    systems: Mapping[str, TaxBenefitSystem] = {law: ledger.systems[law] for law in laws}
    return [
        name
        for name, one in money(systems[laws[0]]).items()
        if one.definition_period == DateUnit.MONTH and any(ledger.due(law, name).any() for law in laws)
    ]


def _months(year: Period) -> list[Period]:
    return list(year.get_subperiods(DateUnit.MONTH))
