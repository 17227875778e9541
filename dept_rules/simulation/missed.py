"""Whom a reform leaves with nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import DateUnit, Period

from dept_rules import engine
from dept_rules.people import Array
from dept_rules.provenance import figure
from dept_rules.simulation.gains import THRESHOLD
from dept_rules.simulation.groups import Groups
from dept_rules.simulation.living import Living
from dept_rules.simulation.poverty import poor
from dept_rules.simulation.resampling import Resampling
from dept_rules.system import conditions
from dept_rules.variable import Variable

if TYPE_CHECKING:
    import pandas as pd

#: Those whom no condition excludes: their resources are too high, or they do not take up.
ALL_MET = "Toutes les conditions remplies : ressources trop élevées, ou non-recours"
#: Those whom no condition excludes either: the law does not have this benefit that year.
NOT_APPLIED = "Aide qui n'est pas versée sous cette loi"


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
        tables.append(groups.told(found.table(("poor", "left", "share"), ["share"]), law))
    return pd.concat(tables, ignore_index=True)


def because(
    living: Living,
    laws: Sequence[str],
    benefit: str,
    line: float,
    year: Period,
    adults: Array,
    resampling: Resampling,
) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.missed_because`."""
    import pandas as pd

    ledger = living.ledger
    subjects = ledger.subjects
    below = poor(living, living.baseline, line)
    homes = subjects.homes("individu")
    rows: list[tuple[str, str, str, str]] = []
    columns: list[Array] = []

    def told(law: str, condition: str, label: str, *people: Array) -> None:
        rows.append((law, benefit, condition, label))
        columns.extend(np.bincount(homes, one, subjects.households) for one in people)

    for law in laws:
        system = ledger.systems[law]
        more = ledger.received(law) - ledger.received(living.baseline) >= THRESHOLD
        left = adults * subjects.by_person(ledger.by_household((below & ~more).astype(np.float64)), "menage")
        nobody = np.full(len(left), np.nan)
        if not _applies(system, benefit, year):
            told(law, "", NOT_APPLIED, left, left, nobody)
            continue
        known = conditions(system, benefit)
        keys = [(name, _first(one, year)) for name, one in known.items()]
        values = engine.columns(subjects.people, {law: system}, keys)[law]
        failing = np.zeros((len(left), len(keys)), dtype=bool)
        for rank, key in enumerate(keys):
            failing[:, rank] = ~subjects.by_person(np.asarray(values[key]), known[key[0]].entity.key)
        alone = failing & (failing.sum(axis=1, keepdims=True) == 1)
        for rank, (name, one) in enumerate(known.items()):
            told(law, name, one.label, left, *(left * part[:, rank] for part in (failing, alone)))
        told(law, "", ALL_MET, left, left * ~failing.any(axis=1), nobody)
    found = resampling.totals(np.column_stack(columns))
    names = ("left", "failing", "alone")
    return pd.DataFrame(rows, columns=["law", "benefit", "condition", "label"]).join(
        found.table(names, names)
    )


def _applies(system: Any, benefit: str, year: Period) -> bool:
    if benefit not in system.variables:
        return False
    switch = system.variables[benefit].benefit.applies
    months = year.get_subperiods(DateUnit.MONTH)
    return any(figure(system, switch, month.start).value for month in months)


def _first(one: Variable, year: Period) -> Period:
    return year.first_month if one.definition_period == DateUnit.MONTH else year


def _shares(sums: Array) -> Array:
    counts = sums.reshape(-1, 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.column_stack([counts, counts[:, 1] / counts[:, 0]])
