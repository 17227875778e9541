"""What each household receives under each law, once take-up is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.people import Array
from dept_rules.simulation.amounts import Payments, every, money, offsets
from dept_rules.simulation.subjects import Subjects
from dept_rules.simulation.take_up import Cases, Rates
from dept_rules.variable import Variable

#: The unit of a benefit that is paid once, against an expense: it adds nothing to live on.
ONCE = "EUR"


@dataclass(frozen=True)
class Ledger:
    """Yearly amounts by household, and by case of take-up (`Cases`).

    Attributes:
        subjects: the people.
        systems: the laws, by label.
        payments: what each law pays of each benefit and offset, by label.
        rates: the shares of take-up, by label.
        cases: households told apart by what they take up.
    """

    subjects: Subjects
    systems: Mapping[str, TaxBenefitSystem]
    payments: Mapping[str, Payments]
    rates: Mapping[str, Rates]
    cases: Cases
    _kept: dict[Any, Array] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def benefits(self) -> dict[str, Variable]:
        """Return the benefits that are amounts under some law, by name; the others pay nothing of them."""
        return every(self.systems.values())

    def due(self, law: str, name: str) -> Array:
        """Return what a benefit or an offset comes to, in EUR a year by household, were all to take it up."""
        if (law, name) not in self._kept:
            paid = self.payments[law].get(name)
            households = self.subjects.households
            self._kept[law, name] = (
                np.zeros(households) if paid is None else self.subjects.by_household(paid.total, paid.entity)
            )
        return self._kept[law, name]

    def paid(self, law: str, benefit: str) -> Array:
        """Return a benefit by case, in EUR a year."""
        return self.due(law, benefit)[self.cases.household] * self.cases.received(benefit, self.rates[law])

    def offset(self, law: str, benefit: str) -> Array:
        """Return by case, in EUR a year, what other payments lose for a benefit."""
        return self._offset(law, benefit)[self.cases.household] * self.cases.received(
            benefit, self.rates[law]
        )

    def expected_take_up(self, law: str, benefit: str) -> Array:
        """Return, by household, how likely it is to receive what it is entitled to."""
        return self.by_household(self.cases.received(benefit, self.rates[law]))

    def totals(self, law: str) -> tuple[float, float]:
        """Return the weighted sums of all benefits and of all that they offset, in EUR a year."""
        weights, gross, offset = self.subjects.weights, 0.0, 0.0
        for name in money(self.systems[law]):
            taken = weights * self.expected_take_up(law, name)
            gross += float((taken * self.due(law, name)).sum())
            offset += float((taken * self._offset(law, name)).sum())
        return gross, offset

    def with_laws(
        self,
        systems: Mapping[str, TaxBenefitSystem],
        payments: Mapping[str, Payments],
        rates: Mapping[str, Rates],
        cases: Cases,
    ) -> Ledger:
        """Return the same people's ledger under other laws; what both hold of a payment is summed once."""
        other = Ledger(self.subjects, systems, payments, rates, cases)
        known = {
            id(paid): self.due(law, name)
            for law, some in self.payments.items()
            for name, paid in some.items()
        }
        for law, some in payments.items():
            for name, paid in some.items():
                if id(paid) in known:
                    other._kept[law, name] = known[id(paid)]
        return other

    def received(self, law: str, *, to_live_on: bool = False) -> Array:
        """Return by case what all benefits add in a year, once what they replace is taken off.

        Args:
            law: its label.
            to_live_on: leave out what is paid once, against an expense.
        """
        key = ("received", law, to_live_on)
        if key not in self._kept:
            total = np.zeros(len(self.cases.household))
            for name, benefit in money(self.systems[law]).items():
                if not (to_live_on and benefit.unit == ONCE):
                    net = self.due(law, name) - self._offset(law, name)
                    if net.any():
                        total += net[self.cases.household] * self.cases.received(name, self.rates[law])
            self._kept[key] = total
        return self._kept[key]

    def by_household(self, values: Array) -> Array:
        """Return, by household, the expectation of values by case."""
        if not self.cases.luck:
            return values  # one case a household
        return np.bincount(
            self.cases.household, weights=values * self.cases.share, minlength=self.subjects.households
        )

    def _offset(self, law: str, benefit: str) -> Array:
        variable = self.systems[law].variables.get(benefit)
        names = offsets(variable) if variable else ()
        return sum((self.due(law, name) for name in names), start=np.zeros(self.subjects.households))


def concerned(subjects: Subjects, payments: Iterable[Payments], benefits: Iterable[str]) -> dict[str, Array]:
    """Return, for each benefit, the households entitled to it under some law."""
    found = {name: np.zeros(subjects.households, dtype=bool) for name in benefits}
    for law in payments:
        for name, mask in found.items():
            if name in law:
                mask |= subjects.by_household(law[name].total, law[name].entity) > 0
    return found
