"""A study: what laws cost, and what they change for whom, over a population and a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openfisca_core.periods import Period

from dept_rules.simulation import budget, gains
from dept_rules.simulation.groups import Groups, by_age, by_column, by_decile, by_series, everybody
from dept_rules.simulation.laws import Law
from dept_rules.simulation.ledger import Ledger
from dept_rules.simulation.living import Living
from dept_rules.simulation.resampling import Resampling
from dept_rules.simulation.subjects import Subjects

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Study:
    """Laws compared with a baseline over a population and a year; made by `dept_rules.compare`.

    Tables are tidy: a row a law and a group, amounts in EUR a year, counts weighted. ``*_low`` and
    ``*_high`` hold 95 % of the replications of the sample: what chance does in drawing it, nothing else.

    Attributes:
        year: the year studied.
        subjects: the people and their weights.
        compared: the laws compared.
        baseline: the law they are compared with.
        ledger: what each law pays to each household.
        living: the standards of living.
        resampling: how intervals are made.
        ages: of the people, in the first month.
    """

    year: Period
    subjects: Subjects
    compared: tuple[Law, ...]
    baseline: Law
    ledger: Ledger
    living: Living
    resampling: Resampling
    ages: Any

    @cached_property
    def budget(self) -> pd.DataFrame:
        """What each law pays of each benefit, beside the baseline.

        Columns: ``law``, ``benefit``, ``label``, ``payer``; ``baseline`` and ``reform``, what each pays;
        ``change``, the difference (gross cost); ``offset``, what other public payments lose for it (the
        RSA it replaces…), beside the baseline; ``net``, change less offset, with ``net_low`` and
        ``net_high``.
        """
        return budget.by_benefit(self.ledger, self.baseline.label, self._labels, self.resampling)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The sums of `budget` over benefits, a row a law, with the interval of the sum."""
        return budget.totals(self.ledger, self.baseline.label, self._labels, self.resampling)

    def winners_losers(self, by: Any = "decile", *, threshold: float = gains.THRESHOLD) -> pd.DataFrame:
        """Return who gains and who loses, beside the baseline, all benefits and offsets together.

        People gain with their household, whose change is shared equally among them.

        Args:
            by: "decile" (of standard of living under the baseline, among people), "age", "activity",
                "living situation", the name of an input or of a computed variable (in the first month),
                a Series by ``individu_id`` or ``menage_id``; None for everybody together.
            threshold: a household whose change is smaller, in EUR a year, is unchanged.

        Returns:
            Columns: ``law``, ``group``, ``label``, ``persons``, ``winners``, ``losers``, ``unchanged``
            (persons); ``share_winners`` and ``share_losers``, each with ``_low`` and ``_high``;
            ``gained`` and ``lost`` (EUR a year), ``change`` (their difference) with its interval,
            and ``mean_change``, by person.

        Raises:
            UnknownNameError: nothing is called `by`.
            StudyError: it makes no groups, or incomes are needed and not known.
        """
        return gains.table(
            self.ledger, self.baseline.label, self._labels, self.groups(by), self.resampling, threshold
        )

    def groups(self, by: Any) -> Groups:
        """Return the groups of people that `by` makes; see `winners_losers`."""
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

    @property
    def _labels(self) -> list[str]:
        return [law.label for law in self.compared]

    @property
    def _laws(self) -> Mapping[str, Law]:
        return {law.label: law for law in (self.baseline, *self.compared)}
