"""Marginal rates: what aids take back of one more euro of wage, on both sides of where people are.

Rules are piecewise linear. Two places on one side of a wage give the line there, which passes through
what is received now unless the rules bend between; places are then taken nearer. What still does not
meet is a cliff at that very wage. Everything is in float64 and far from the noise of its digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.people import Answers, Array, Population, linked, of_households
from dept_rules.simulation import weighted
from dept_rules.simulation.amounts import amounts, computed, every, money
from dept_rules.simulation.resampling import Resampling
from dept_rules.simulation.subjects import Subjects
from dept_rules.system import inputs
from dept_rules.system import variable as find_variable
from dept_rules.variable import Variable

if TYPE_CHECKING:
    import pandas as pd

#: The first distance to a wage (EUR a month), and what it is multiplied by where the rules bend within.
STEP, NEARER, TRIES = 1.0, 1 / 16, 4
#: Two amounts nearer than this are equal, in EUR a month.
SAME = 1e-7
BELOW, ABOVE = -1.0, 1.0
#: The columns of the distribution, in order.
SUMMARY = [
    *("law", "among", "side", "persons", "mean", "mean_low", "mean_high", "q25", "median", "q75", "q90"),
    *("share_above", "share_above_low", "share_above_high", "at_cliff", "at_cliff_low", "at_cliff_high"),
]
COLUMNS = ("aids", "rate_below", "rate_above", "cliff_below", "cliff_above")


def by_person(
    subjects: Subjects,
    systems: Mapping[str, TaxBenefitSystem],
    month: Period,
    variable: str,
    adults: Array,
) -> pd.DataFrame:
    """Return the marginal rates of adults under each law; see `Study.rates_by_person`."""
    import pandas as pd

    tables = []
    for persons in one_a_household(subjects, adults):
        for law, found in _rates(subjects, systems, month, variable, persons).items():
            ids = [subjects.people.ids[rank] for rank in persons.tolist()]
            tables.append(pd.DataFrame({"law": law, "individu_id": ids, "rank": persons, **found}))
    order = {law: rank for rank, law in enumerate(systems)}
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(
        ["law", "rank"], key=lambda one: one.map(order) if one.name == "law" else one, ignore_index=True
    )


def summary(rates: pd.DataFrame, subjects: Subjects, above: float, resampling: Resampling) -> pd.DataFrame:
    """Return the distribution of marginal rates; see `Study.marginal_rates`."""
    import pandas as pd

    weights = subjects.by_person(subjects.weights, "menage")
    rows, columns = [], []
    for law in rates["law"].unique():
        of_law = rates[rates["law"] == law]
        persons = of_law["rank"].to_numpy()
        homes = subjects.homes("individu")[persons]
        for among, kept in (("all", np.ones(len(of_law), dtype=bool)), ("aided", of_law["aids"] > 0)):
            for side in ("below", "above"):
                rate, cliff = of_law[f"rate_{side}"].to_numpy(), of_law[f"cliff_{side}"].to_numpy()
                there = np.asarray(kept) & np.isfinite(rate)
                spread = weighted.quantile(rate, weights[persons] * there, [0.25, 0.5, 0.75, 0.9])
                rows.append((law, among, side, *spread))
                parts = (np.ones(len(rate)), np.nan_to_num(rate), rate > above, np.nan_to_num(cliff) != 0)
                columns += [np.bincount(homes, part * there, subjects.households) for part in parts]
    found = resampling.totals(np.column_stack(columns), _means)
    told = pd.DataFrame(rows, columns=["law", "among", "side", "q25", "median", "q75", "q90"])
    names = ("persons", "mean", "share_above", "at_cliff")
    return told.join(found.table(names, names[1:]))[SUMMARY]


def _means(sums: Array) -> Array:
    persons, rate, high, at_cliff = sums.reshape(-1, 4).T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.column_stack([persons, rate / persons, high / persons, at_cliff])


def one_a_household(subjects: Subjects, chosen: Array) -> Iterator[Array]:
    """Yield the first person chosen of each household, then the second…, in the order of households."""
    homes = subjects.people.groups["menage"].member_of
    ranks = np.flatnonzero(chosen)
    ranks = ranks[np.argsort(homes[ranks], kind="stable")]
    place = np.arange(len(ranks)) - np.searchsorted(homes[ranks], homes[ranks])
    for turn in range(int(place.max(initial=-1)) + 1):
        yield ranks[place == turn]


def _rates(
    subjects: Subjects,
    systems: Mapping[str, TaxBenefitSystem],
    month: Period,
    variable: str,
    persons: Array,
) -> dict[str, dict[str, Array]]:
    """Return ``COLUMNS`` by law, for persons each of another household."""
    count = len(persons)
    found = {law: {name: np.full(count, np.nan) for name in COLUMNS} for law in systems}
    start = Neighbourhood.of(subjects.people, systems, month, variable, persons)
    now = start.aids()
    for law in systems:
        found[law]["aids"] = now[law]
    for side, name in ((BELOW, "below"), (ABOVE, "above")):
        pending = np.arange(count) if side == ABOVE else np.flatnonzero(start.wages >= STEP)
        around, step = start.among(pending), STEP
        for _ in range(TRIES):
            if not len(pending):
                break
            near, far = around.aids(side * step / 2), around.aids(side * step)
            bent = np.zeros(len(pending), dtype=bool)
            for law, columns in found.items():
                # what is lost of each further euro is gained of each euro less
                columns[f"rate_{name}"][pending] = _clean(side * (near[law] - far[law]) / (step / 2))
                jump = 2 * near[law] - far[law] - now[law][pending]
                columns[f"cliff_{name}"][pending] = np.where(np.abs(jump) > SAME, jump, 0.0)
                bent |= np.abs(jump) > SAME
            pending = pending[bent]
            around, step = start.among(pending), step * NEARER
    return found


def _clean(rates: Array) -> Array:
    """Return rates without the noise of differences."""
    return np.asarray(np.round(rates, 6) + 0.0)


@dataclass(frozen=True)
class Neighbourhood:
    """Households, with those they are linked to, and in each the person whose answer changes."""

    people: Population
    systems: Mapping[str, TaxBenefitSystem]
    month: Period
    variable: str
    persons: Array

    @classmethod
    def of(
        cls,
        people: Population,
        systems: Mapping[str, TaxBenefitSystem],
        month: Period,
        variable: str,
        persons: Array,
    ) -> Neighbourhood:
        """Return the households of some persons, one each, in the order of the households."""
        system = next(iter(systems.values()))
        entities = {name: one.entity.key for name, one in inputs(system).items()}
        homes = people.groups["menage"].member_of
        together = linked(people, homes[persons])
        rows = np.flatnonzero(np.isin(homes, together))
        kept = of_households(people, together, entities)
        return cls(kept, systems, month, variable, np.searchsorted(rows, persons))

    def among(self, places: Array) -> Neighbourhood:
        """Return some of these households."""
        if len(places) == len(self.persons):
            return self
        return self.of(self.people, self.systems, self.month, self.variable, self.persons[places])

    @property
    def wages(self) -> Array:
        """Return the wage of each person."""
        known = self.people.answers.get(self.variable)
        return np.zeros(len(self.persons)) if known is None else known.at(self.month)[0][self.persons]

    def aids(self, change: float | np.datetime64 | None = None) -> dict[str, Array]:
        """Return the monthly aids of each household, less what they replace, another answer given.

        Args:
            change: for an amount, what is added to the answer of each person; for a date, their answer;
                None for the answers that people gave.
        """
        people = self.people if change is None else self._with(change)
        at = people.groups["menage"].member_of[self.persons]
        found = {law: np.zeros(len(self.persons)) for law in self.systems}
        known = every(self.systems.values(), _monthly)
        values = computed(people, self.systems, [(name, self.month) for name in known])
        homes = Subjects(people, np.ones(people.size("menage")), False)
        for law, system in self.systems.items():
            paid = money(system)
            for name, one in _monthly(system).items():
                amount = homes.by_household(np.asarray(values[law][name, self.month]), one.entity.key)
                found[law] += (1.0 if name in paid else -1.0) * amount[at]
        return found

    def _with(self, change: float | np.datetime64) -> Population:
        one = find_variable(next(iter(self.systems.values())), self.variable)
        known = self.people.answers.get(self.variable)
        if known is None:
            count = self.people.count
            known = Answers(one.default_array(count), np.zeros(count, dtype=bool))
        varied = Answers(
            self._changed(known.plain, change),
            self._changed(known.answered, np.True_),
            {
                period: (self._changed(values, change), given)
                for period, (values, given) in known.by_period.items()
            },
        )
        return replace(self.people, answers={**self.people.answers, self.variable: varied})

    def _changed(self, values: Array, change: Any) -> Array:
        changed = values.copy()
        changed[self.persons] = changed[self.persons] + change if isinstance(change, float) else change
        return changed


def _monthly(system: TaxBenefitSystem) -> dict[str, Variable]:
    """Return the monthly benefits and what they offset, by name."""
    return {name: one for name, one in amounts(system).items() if one.definition_period == DateUnit.MONTH}
