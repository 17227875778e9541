"""The partial reading: whatever the missing answers are, the exact result lies inside its bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from openfisca_core.periods import DateUnit, Period, period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from partial_situations import completed, partial_population

from dept_rules.execution import Execution
from dept_rules.explanation.partial import PartialExecution
from dept_rules.explanation.uncertain import Possible
from dept_rules.population import Population
from dept_rules.system import baseline

MONTHS = [period(text) for text in ("2018-01", "2022-02", "2026-11")]


def outside(system: TaxBenefitSystem, hidden: Population, exact: Population, month: Period) -> list[str]:
    """Return the variables whose exact value lies outside its bounds, for somebody."""
    partial = PartialExecution(system, hidden, month)
    run = Execution(system, exact)
    wrong = []
    for name, variable in system.variables.items():
        if variable.formulas:
            at = month if variable.definition_period == DateUnit.MONTH else month.this_year
            if not inside(partial.value(name, at), partial, (name, at), run.value(name, at)):
                wrong.append(name)
    return wrong


def inside(found: Any, partial: PartialExecution, key: Any, exact: Any) -> bool:
    if isinstance(found, Possible):
        return bool(found.may_be[np.arange(len(exact)), np.asarray(exact)].all())
    low, high = partial.bounds(key)
    return bool(((low <= exact) & (exact <= high)).all())


@pytest.mark.parametrize("month", MONTHS, ids=str)
@pytest.mark.parametrize("hidden", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("years", [None, range(2016, 2027)], ids=["plain", "by period"])
def test_every_variable_of_many_households(month: Period, hidden: float, years: Any) -> None:
    full, partial, masks = partial_population(1, 250, baseline(), hidden, years)
    for seed in range(2):
        assert outside(baseline(), partial, completed(seed, full, masks, baseline(), month), month) == []
