"""Typical cases: what each law pays to a few households told in a file, and along their wages."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import situations
from dept_rules.entitlements import cents
from dept_rules.execution import Execution
from dept_rules.explanation.piecewise import Piecewise, PiecewiseExecution
from dept_rules.explanation.what_if import stretches
from dept_rules.simulation.amounts import amounts, every, money
from dept_rules.situations import Situation

if TYPE_CHECKING:
    import pandas as pd

FILE = Path(__file__).with_name("cas_types.yaml")
#: What the rate curves change.
WAGE = "salaire_net"


@dataclass(frozen=True)
class TypicalCase:
    """A household told in words and answers.

    Attributes:
        name, label: what it is called, and in French what it is.
        varies: the person whose wage the rate curves change.
        situation: as `dept_rules.evaluate` takes it.
    """

    name: str
    label: str
    varies: str
    situation: Mapping[str, Any]


def cases(year: Period, path: Path = FILE) -> list[TypicalCase]:
    """Return the typical cases of a file, as old in the first month of the year as it says."""
    return [_dated(one, year) for one in _cases_of(path)]


@cache
def _cases_of(path: Path) -> list[Mapping[str, Any]]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _dated(told: Mapping[str, Any], year: Period) -> TypicalCase:
    situation = copy.deepcopy(told["situation"])
    for name, age in told["ages"].items():
        situation["individus"][name]["date_naissance"] = f"{year.start.year - 1 - age}-07-01"
    return TypicalCase(told["name"], told["label"], told["varies"], situation)


def table(systems: Mapping[str, TaxBenefitSystem], year: Period) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.cas_types`."""
    import pandas as pd

    month, rows, known = year.first_month, [], every(systems.values())
    for case in cases(year):
        for law, system in systems.items():
            run = Execution(system, _read(case, system, month).population)
            for name, one in known.items():
                period = month if one.definition_period == DateUnit.MONTH else year
                paid = float(run.value(name, period).sum()) if name in system.variables else 0.0
                amount = float(cents(paid))
                rows.append((case.name, case.label, law, name, one.label, amount, one.unit))
    names = ["case", "case_label", "law", "benefit", "label", "amount", "unit"]
    return pd.DataFrame(rows, columns=names)


def curves(systems: Mapping[str, TaxBenefitSystem], year: Period, highest: float) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.rate_curves`."""
    import pandas as pd

    rows = []
    for case, law, function in _functions(systems, year):
        segments, _ = stretches(function, 0, 0.0, highest)
        for one in segments:
            last = one.first + one.slope * (one.high - one.low)
            rows.append((case.name, case.label, law, one.low, one.high, one.first, last, -one.slope + 0.0))
    names = ["case", "case_label", "law", "low", "high", "aids_low", "aids_high", "rate"]
    return pd.DataFrame(rows, columns=names)


def cliffs(systems: Mapping[str, TaxBenefitSystem], year: Period, highest: float) -> pd.DataFrame:
    """See `dept_rules.simulation.study.Study.cliffs`."""
    import pandas as pd

    rows = [
        (case.name, case.label, law, one.at, one.before, one.here, one.after, one.height)
        for case, law, function in _functions(systems, year)
        for one in stretches(function, 0, 0.0, highest)[1]
        if one.kind == "cliff"
    ]
    names = ["case", "case_label", "law", "wage", "before", "here", "after", "height"]
    return pd.DataFrame(rows, columns=names)


def _functions(
    systems: Mapping[str, TaxBenefitSystem], year: Period
) -> Iterator[tuple[TypicalCase, str, Piecewise]]:
    """Yield the monthly aids of each case under each law, as a function of a wage."""
    month = year.first_month
    for case in cases(year):
        for law, system in systems.items():
            people = _read(case, system, month).population
            run = PiecewiseExecution(system, people, WAGE, list(people.ids).index(case.varies))
            paid, total = money(system), None
            for name, one in amounts(system).items():
                if one.definition_period != DateUnit.MONTH:
                    continue
                function = run.function((name, month))
                for rank in range(len(function)):
                    part = function[rank : rank + 1] * (1.0 if name in paid else -1.0)
                    total = part if total is None else total + part
            if total is not None:
                yield case, law, total


def _read(case: TypicalCase, system: TaxBenefitSystem, month: Period) -> Situation:
    return situations.read(case.situation, system, month)
