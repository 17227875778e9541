"""Who receives: in a year, month by month, while a benefit grows; and who receives nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import DateUnit, Period

from dept_rules.people import Array
from dept_rules.simulation.amounts import by_month
from dept_rules.simulation.groups import Groups
from dept_rules.simulation.ledger import Ledger
from dept_rules.simulation.resampling import Resampling
from dept_rules.variable import Variable

if TYPE_CHECKING:
    import pandas as pd


def table(ledger: Ledger, baseline: str, laws: Sequence[str], resampling: Resampling) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.beneficiaries`."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    columns = []
    for law in laws:
        for name, one in ledger.benefits.items():
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


def by_group(
    ledger: Ledger, laws: Sequence[str], benefit: str, groups: Groups, resampling: Resampling
) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.beneficiaries_by`."""
    import pandas as pd

    subjects = ledger.subjects
    persons = groups.count(subjects)
    tables = []
    for law in laws:
        paid = ledger.payments[law].get(benefit)
        receiving = np.zeros(persons.shape)
        if paid is not None:
            there = groups.count(subjects, subjects.by_person(paid.total, paid.entity) > 0)
            receiving = there * ledger.expected_take_up(law, benefit)[:, None]
        columns = np.stack([persons, receiving], axis=2)
        found = resampling.totals(columns.reshape(len(columns), -1), _shares)
        names = ("persons", "beneficiaries", "share")
        one = groups.told(found.table(names, ("beneficiaries", "share")), law)
        one.insert(1, "benefit", benefit)
        tables.append(one)
    return pd.concat(tables, ignore_index=True)


def _shares(sums: Array) -> Array:
    persons, receiving = sums.reshape(-1, 2).T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.column_stack([persons, receiving, receiving / persons])


def _receiving(ledger: Ledger, law: str, benefit: str) -> Array:
    """Return how many persons or groups receive a benefit in each household."""
    paid = ledger.payments[law].get(benefit)
    if paid is None:
        return np.zeros(ledger.subjects.households)
    there = ledger.subjects.by_household((paid.total > 0).astype(np.float64), paid.entity)
    return there * ledger.expected_take_up(law, benefit)


# --- months ------------------------------------------------------------------------------------


def flows(
    ledger: Ledger, laws: Sequence[str], year: Period, resampling: Resampling
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """See `dept_rules.simulation.study.Study.stock_and_flow` and `Study.yearly_flow`."""
    import pandas as pd

    systems = {law: ledger.systems[law] for law in laws}
    monthly = _monthly(ledger, laws)
    followed = {(law, name): _Followed(ledger, law, one) for law in laws for name, one in monthly.items()}
    pairs = pd.DataFrame(list(followed), columns=["law", "benefit"])
    tables = []
    for month, values in by_month(ledger.subjects.people, systems, monthly, _months(year)):
        columns = [one.next(values[law][name] > 0) for (law, name), one in followed.items()]
        tables.append(pairs.assign(month=str(month)).join(_counts(columns, resampling)))
    by_year = pairs.join(_counts([one.year() for one in followed.values()], resampling))
    by = ["law", "benefit", "month"]
    return pd.concat(tables).sort_values(by, kind="stable", ignore_index=True), by_year


FLOWS = ("beneficiaries", "entries", "exits")


def _counts(columns: Sequence[Array], resampling: Resampling) -> pd.DataFrame:
    found = resampling.totals(np.hstack(columns) if columns else np.zeros((len(resampling.weights), 0)))
    return found.table(FLOWS, FLOWS)


class _Followed:
    """Who receives a benefit under a law, month after month."""

    def __init__(self, ledger: Ledger, law: str, benefit: Variable) -> None:
        self.subjects = ledger.subjects
        self.entity = benefit.entity.key
        self.likely = ledger.expected_take_up(law, benefit.name)
        self.last: Array | None = None
        self.ever, self.began, self.ceased = (
            np.zeros(ledger.subjects.people.size(self.entity), dtype=bool) for _ in range(3)
        )

    def next(self, paid: Array) -> Array:
        """Return ``FLOWS`` of the next month, a row a household; nobody knows the flows of the first one."""
        unknown = np.full(self.subjects.households, np.nan)
        flows = unknown, unknown
        if self.last is not None:
            entered, left = paid & ~self.last, self.last & ~paid
            self.began |= entered
            self.ceased |= left
            flows = self._by_household(entered), self._by_household(left)
        self.ever |= paid
        self.last = paid
        return np.column_stack([self._by_household(paid), *flows])

    def year(self) -> Array:
        """Return ``FLOWS`` of the months there were, each person or group counted once."""
        return np.column_stack([self._by_household(one) for one in (self.ever, self.began, self.ceased)])

    def _by_household(self, mask: Array) -> Array:
        return self.likely * self.subjects.by_household(mask.astype(np.float64), self.entity)


def growth(
    ledger: Ledger, laws: Sequence[str], benefit: str, months: Sequence[Period], take_up: tuple[float, float]
) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.ramp_up`."""
    import pandas as pd

    subjects = ledger.subjects
    systems = {law: ledger.systems[law] for law in laws}
    known = {benefit: ledger.benefits[benefit]}
    entity = known[benefit].entity.key
    shares = np.linspace(*take_up, len(months))
    rows = []
    for share, (month, values) in zip(shares, by_month(subjects.people, systems, known, months), strict=True):
        for law, found in values.items():
            amounts = found[benefit]
            entitled = subjects.weights @ subjects.by_household((amounts > 0).astype(np.float64), entity)
            cost = subjects.weights @ subjects.by_household(amounts, entity)
            rows.append((law, benefit, str(month), entitled, share, share * entitled, share * cost))
    columns = ["law", "benefit", "month", "entitled", "take_up", "beneficiaries", "cost"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["law", "month"], kind="stable", ignore_index=True)


def _monthly(ledger: Ledger, laws: Sequence[str]) -> dict[str, Variable]:
    """Return the monthly benefits that some law pays to somebody, by name."""
    return {
        name: one
        for name, one in ledger.benefits.items()
        if one.definition_period == DateUnit.MONTH and any(ledger.due(law, name).any() for law in laws)
    }


def _months(year: Period) -> list[Period]:
    return list(year.get_subperiods(DateUnit.MONTH))
