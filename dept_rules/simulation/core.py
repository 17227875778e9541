"""What a study holds, what it says of itself, and the groups its tables are broken down by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import Period

from dept_rules.errors import UnknownNameError
from dept_rules.people import Array
from dept_rules.provenance import Figure
from dept_rules.simulation import told
from dept_rules.simulation.groups import Groups, by_age, by_column, by_decile, by_series, everybody
from dept_rules.simulation.laws import Law
from dept_rules.simulation.ledger import Ledger
from dept_rules.simulation.living import Living
from dept_rules.simulation.resampling import Resampling
from dept_rules.simulation.subjects import Subjects
from dept_rules.system import rules_version
from dept_rules.variable import Variable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class StudyCore:
    """Laws compared over a population and a year, before any table.

    Attributes:
        year: the year studied.
        subjects: the people and their weights.
        compared: the laws compared.
        baseline: the law they are compared with.
        ledger: what each law pays to each household.
        living: the standards of living.
        resampling: how intervals are made.
        ages: of the people, in the first month.
        line: the poverty line, EUR a year by unit of consumption.
        lacking: for each input that was read, how many gave no answer.
        read: the figures that each law read, by label.
        drawn: whether those who take benefits up were drawn.
    """

    year: Period
    subjects: Subjects
    compared: tuple[Law, ...]
    baseline: Law
    ledger: Ledger
    living: Living
    resampling: Resampling
    ages: Array
    line: float
    lacking: Mapping[str, int]
    read: Mapping[str, tuple[Figure, ...]]
    drawn: bool

    # --- what it says of itself ------------------------------------------------------------------

    @cached_property
    def laws(self) -> pd.DataFrame:
        """The laws compared, the baseline first.

        Columns: ``law``, ``role`` ("baseline" or "reform"), ``label``, ``description``, ``standing``,
        ``standing_label``, ``stands_on`` (the reforms below, the platform first), ``take_up``,
        ``source``, ``href``, ``notes``, ``not_read`` (what the source does not say).
        """
        return told.laws(self.compared, self.baseline, self._paid_rates)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every figure that the benefits applied under each law used, with its standing and source."""
        return told.figures(self.read)

    @property
    def margins(self) -> pd.DataFrame | None:
        """What the population was compared with, as its sample tells it; None where there is no sample."""
        return None if self.subjects.sample is None else self.subjects.sample.margins

    @cached_property
    def defaults(self) -> pd.DataFrame:
        """The answers that lacked and took their default, mostly nothing.

        Columns: ``input``, ``label``, ``entity``, ``missing`` (how many), ``of`` (how many there are),
        ``decisive`` (whether the default would open a right).
        """
        return told.defaults(self.subjects.people, self.baseline.system, self.lacking)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What must be said with every table, in French sentences."""
        every = (self.baseline, *self.compared)
        return told.notes(
            self.subjects,
            every,
            self._paid_rates,
            self.titles,
            self.figures,
            drawn=self.drawn,
            resampling=self.resampling,
        )

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each law is called in French, the baseline first, by label."""
        return told.titles((self.baseline, *self.compared), self._paid_rates)

    @property
    def benefits(self) -> dict[str, Variable]:
        """The benefits that are amounts under some law of the study, by name."""
        return self.ledger.benefits

    @property
    def has_incomes(self) -> bool:
        """Whether the income of some household is known."""
        return bool(self.living.known.any())

    @property
    def rules(self) -> dict[str, str]:
        """The version and the hash of the rules."""
        return rules_version()

    # --- within ----------------------------------------------------------------------------------

    def groups(self, by: Any) -> Groups:
        """Return the groups of people that `by` makes; see `Study.winners_losers`."""
        import pandas as pd

        if by is None:
            return everybody(self.subjects)
        if isinstance(by, pd.Series):
            return by_series(self.subjects, by)
        if by == "age":
            return by_age(self.ages)
        if by == "decile":
            return by_decile(self.subjects.by_person(self.living.tenths, "menage"))
        return by_column(self.subjects, self.baseline.system, by, self.year)

    def __repr__(self) -> str:
        households = self.subjects.households
        compared = ", ".join(law.label for law in self.compared)
        return f"<Study {self.year}: {compared} beside {self.baseline.label}, {households} menages>"

    @property
    def _paid_rates(self) -> dict[str, dict[str, float]]:
        """The shares of take-up of what each law pays to somebody."""
        return {
            law: {name: share for name, share in some.items() if self.ledger.due(law, name).any()}
            for law, some in self.ledger.rates.items()
        }

    def _check(self, benefit: str) -> None:
        if benefit not in self.benefits:
            raise UnknownNameError("benefit", benefit, self.benefits)

    @property
    def _adults(self) -> Array:
        start = self.year.first_month.start
        return np.asarray(self.ages >= self.baseline.system.get_parameters_at_instant(start).majorite)

    @property
    def _labels(self) -> list[str]:
        return [law.label for law in self.compared]

    @property
    def _systems(self) -> dict[str, Any]:
        return {law.label: law.system for law in (self.baseline, *self.compared)}
