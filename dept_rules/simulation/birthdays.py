"""Cliffs of age: what a household receives the month before somebody's birthday, and the month after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.people import Array
from dept_rules.provenance import figure
from dept_rules.simulation.margins import SAME, Neighbourhood, one_a_household
from dept_rules.simulation.subjects import Subjects

if TYPE_CHECKING:
    import pandas as pd

BIRTH = "date_naissance"
#: The ages at which the law opens or closes rights of the young: the figures that hold them.
AGES = ("majorite", "contrat_jeune_majeur.age_maximum_exclu", "revenu_de_base.age.maximum_exclu")


def table(
    subjects: Subjects, systems: Mapping[str, TaxBenefitSystem], month: Period, ages: Array
) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.age_cliffs`."""
    import pandas as pd

    weights = subjects.by_person(subjects.weights, "menage")
    rows = []
    for limit in _limits(systems, month):
        near = (ages == limit) | (ages == limit - 1)
        born = np.datetime64(str(month.start), "M") - np.timedelta64(12 * limit, "M")
        before: dict[str, list[Array]] = {law: [] for law in systems}
        after: dict[str, list[Array]] = {law: [] for law in systems}
        weight = []
        for persons in one_a_household(subjects, near):
            homes = Neighbourhood.of(subjects.people, systems, month, BIRTH, persons)
            weight.append(weights[persons])
            younger = homes.aids(_day(born + np.timedelta64(1, "M")))
            older = homes.aids(_day(born))
            for law in systems:
                before[law].append(younger[law])
                after[law].append(older[law])
        told = np.concatenate(weight) if weight else np.zeros(0)
        for law in systems:
            rows.append((law, limit, *_changes(before[law], after[law], told)))
    names = ["law", "age", "persons", "before", "after", "change", "losing", "gaining", "mean_loss"]
    return pd.DataFrame(rows, columns=names)


def _limits(systems: Mapping[str, TaxBenefitSystem], month: Period) -> list[int]:
    found = {figure(system, name, month).value for system in systems.values() for name in AGES}
    return sorted(int(age) for age in found if np.isfinite(age))


def _day(month: Any) -> np.datetime64:
    return np.datetime64(str(month), "D")


def _changes(before: list[Array], after: list[Array], weights: Array) -> tuple[float, ...]:
    """Return weight, mean aids before and after, their change, shares that lose and gain, mean loss."""
    total = float(weights.sum())
    if not total:
        return (0.0, *[np.nan] * 6)
    was, now = np.concatenate(before), np.concatenate(after)
    change = now - was
    losing, gaining = weights @ (change < -SAME), weights @ (change > SAME)
    lost = weights @ np.minimum(change, 0.0)
    return (
        total,
        float(weights @ was / total),
        float(weights @ now / total),
        float(weights @ change / total),
        float(losing / total),
        float(gaining / total),
        float(lost / losing) if losing else 0.0,
    )
