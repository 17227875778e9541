"""Standards of living: what each household has under each law, by unit of consumption."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dept_rules.errors import Fault, StudyError
from dept_rules.people import Array
from dept_rules.simulation import weighted
from dept_rules.simulation.ledger import Ledger

INCOME = "revenu_disponible"


@dataclass(frozen=True)
class Living:
    """The incomes of the households of a study.

    An income that was answered holds what the law in force paid: under another law, the household has
    that much, less what the law in force gives, plus what the other one does. Aids paid once, against
    an expense, add nothing.

    Attributes:
        ledger: what each law pays.
        observed: the label of the law that the answered incomes hold.
        baseline: the label of the law that orders households.
        income: EUR a year, one a household.
        known: for which households it was answered.
        units: units of consumption.
    """

    ledger: Ledger
    observed: str
    baseline: str
    income: Array
    known: Array
    units: Array

    def check(self) -> None:
        """Refuse to tell standards of living where no income is known.

        Raises:
            StudyError: no household told its income.
        """
        if not self.known.any():
            problem = "no household has an answer, and standards of living hang on it"
            raise StudyError([Fault(INCOME, problem, "a column with the disposable income of the year")])

    def standard(self, law: str) -> Array:
        """Return the standard of living by case, in EUR a year by unit of consumption."""
        cases = self.ledger.cases.household
        held, paid = (self.ledger.received(one, to_live_on=True) for one in (self.observed, law))
        return np.asarray((self.income[cases] - held + paid) / self.units[cases])

    @cached_property
    def tenths(self) -> Array:
        """Return the tenth of each household among people, from 0 to 9; -1 where its income is not known."""
        self.check()
        subjects = self.ledger.subjects
        mean = self.ledger.by_household(self.standard(self.baseline))
        weights = subjects.weights * subjects.sizes * self.known
        return np.where(self.known, weighted.tenths(mean, weights), -1)
