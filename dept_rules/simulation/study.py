"""A study: what laws cost, and what they change for whom, over a population and a year."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openfisca_core.periods import DateUnit

from dept_rules import provenance
from dept_rules.calculation import read_month
from dept_rules.errors import Fault, PeriodError, StudyError
from dept_rules.simulation import (
    beneficiaries,
    birthdays,
    budget,
    gains,
    margins,
    missed,
    payers,
    poverty,
    switch,
    typical,
)
from dept_rules.simulation.breakdown import Breakdown, breakdown
from dept_rules.simulation.core import StudyCore
from dept_rules.simulation.plots import Plots

if TYPE_CHECKING:
    import pandas as pd


class Study(StudyCore):
    """Laws compared with a baseline over a population and a year; made by `dept_rules.compare`.

    Tables are tidy: a row a law and a group, amounts in EUR a year unless they say EUR a month, counts
    weighted. ``*_low`` and ``*_high`` are the ends of a 95 % interval: what chance does in drawing the
    sample, nothing else. They are infinite where there is no bound, not numbers where there is no interval.
    What the study holds and says of itself (``laws``, ``figures``, ``notes``…) is told in `StudyCore`.
    """

    # --- what it costs -------------------------------------------------------------------------

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

    @cached_property
    def payers(self) -> pd.DataFrame:
        """Who pays: ``law``, ``payer``, ``label``, ``change``, ``offset``, ``net`` with its interval.

        ``change`` is what a payer pays more in benefits, ``offset`` what it spends less elsewhere.
        """
        return payers.table(self.ledger, self.baseline.label, self._labels, self.resampling)

    @cached_property
    def national_resources(self) -> pd.DataFrame:
        """What it changes that RSA and prime d'activité count the revenu de base as income, or not.

        Columns: ``law``; ``left_out``, whether they leave it out; ``as_studied``, whether the study does
        the same; ``gross``, ``offset``, ``net``, EUR a year.
        """
        return switch.table(self.ledger, self.compared, self.year)

    # --- whom it reaches -----------------------------------------------------------------------

    @cached_property
    def beneficiaries(self) -> pd.DataFrame:
        """Who receives each benefit at least once in the year.

        Columns: ``law``, ``benefit``, ``label``, ``entity`` (what is counted); ``baseline``,
        ``beneficiaries`` with its interval, ``change``; ``mean_amount``, EUR a year by beneficiary.
        """
        return beneficiaries.table(self.ledger, self.baseline.label, self._labels, self.resampling)

    def beneficiaries_by(self, benefit: str, by: Any = "age") -> pd.DataFrame:
        """Return the persons who receive a benefit, themselves or through their group, by group.

        Args:
            benefit: its name.
            by: as for `winners_losers`.

        Returns:
            Columns: ``law``, ``benefit``, ``group``, ``label``, ``persons``; ``beneficiaries`` and ``share``,
            each with its interval.
        """
        self._check(benefit)
        return beneficiaries.by_group(self.ledger, self._labels, benefit, self.groups(by), self.resampling)

    @cached_property
    def stock_and_flow(self) -> pd.DataFrame:
        """Monthly benefits: how many receive in each month, how many begin and cease.

        Columns: ``law``, ``benefit``, ``month``; ``beneficiaries``, ``entries`` and ``exits`` since the
        month before (not known in the first month), each with its interval.
        """
        return self._flows[0]

    @cached_property
    def yearly_flow(self) -> pd.DataFrame:
        """Monthly benefits over the year, each person (or group) counted once.

        Columns: ``law``, ``benefit``; ``beneficiaries`` of some month; ``entries``, those paid in some month
        and not in the month before, and ``exits``, the other way round; each with its interval. Who begins in
        the first month is not told from who was paid already, and is left out of entries.
        """
        return self._flows[1]

    @cached_property
    def _flows(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        laws = [self.baseline.label, *self._labels]
        return beneficiaries.flows(self.ledger, laws, self.year, self.resampling)

    def ramp_up(
        self, benefit: str, *, until: str = "2027-12", take_up: tuple[float, float] = (1.0, 1.0)
    ) -> pd.DataFrame:
        """Return how a monthly benefit grows while take-up goes, in a line, from one share to another.

        People grow older, nothing else of them changes; those who come in are those who turn the age.

        Args:
            benefit: its name.
            until: the last month; the first is that of the year studied.
            take_up: the shares of the first and of the last month.

        Returns:
            Columns: ``law``, ``benefit``, ``month``, ``entitled``, ``take_up``, ``beneficiaries``, ``cost``
            (EUR of the month).

        Raises:
            UnknownNameError: no benefit has this name.
            PeriodError: the last month is before the first, or not modelled; the benefit is yearly.
        """
        self._check(benefit)
        if self.benefits[benefit].definition_period != DateUnit.MONTH:
            raise PeriodError(f"{benefit} is not paid by the month")
        first, last = self.year.first_month, read_month(until)
        count = (last.start.year - first.start.year) * 12 + last.start.month - first.start.month + 1
        if count < 1:
            raise PeriodError(f"{until} is before {first}")
        months = [first.offset(step) for step in range(count)]
        provenance.check_period(self.baseline.system, last)
        return beneficiaries.growth(self.ledger, self._labels, benefit, months, take_up)

    def left_with_nothing(self, by: Any = "age") -> pd.DataFrame:
        """Return who is poor under the baseline and whose household the reform gives nothing more.

        Columns: ``law``, ``group``, ``label``, ``poor`` and ``left`` (persons), ``share`` with its interval.
        """
        return missed.table(self.living, self._labels, self.groups(by), self.line, self.resampling)

    def missed_because(self, benefit: str) -> pd.DataFrame:
        """Return why a benefit leaves adults with nothing: see `left_with_nothing`.

        Columns: ``law``, ``benefit``; ``condition`` and its ``label`` (no condition where all are met, nor
        where the law does not pay it); ``left`` (adults), ``failing`` the condition, in the first month or
        over the year, ``alone`` (those whom nothing else excludes), each with its interval.

        Raises:
            UnknownNameError: no benefit has this name.
            StudyError: no income is known.
        """
        self._check(benefit)
        self.living.check()
        return missed.because(
            self.living, self._labels, benefit, self.line, self.year, self._adults, self.resampling
        )

    # --- who gains -----------------------------------------------------------------------------

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

    @cached_property
    def household_changes(self) -> pd.DataFrame:
        """What each household gains or loses: ``law``, ``menage_id``, ``weight``, ``change`` (expected)."""
        return gains.changes(self.ledger, self.baseline.label, self._labels)

    def breakdown(self, entity: str, identifier: Any, *, month: str | None = None) -> Breakdown:
        """Explain what the laws change for one household, line by line.

        Args:
            entity: "menage".
            identifier: its identifier.
            month: the month whose rules are explained; the first of the year by default.

        Raises:
            StudyError: the entity is another.
            UnknownNameError: no household has this identifier.
            PeriodError: the month is not of the year studied.
        """
        if entity != "menage":
            raise StudyError([Fault("entity", f"{entity!r} cannot be broken down", "menage")])
        asked = read_month(month) if month else self.year.first_month
        if asked.start.year != self.year.start.year:
            raise PeriodError(f"{asked} is not in {self.year}, the year studied")
        laws = (self.baseline, self.compared, self.titles)
        return breakdown(self.subjects, self.ledger.payments, *laws, identifier, self.year, asked)

    # --- poverty and inequality ------------------------------------------------------------------

    @cached_property
    def poverty(self) -> pd.DataFrame:
        """Poverty by age, everybody first; see `poverty_by`."""
        import pandas as pd

        return pd.concat([self.poverty_by(None), self.poverty_by("age")], ignore_index=True)

    @cached_property
    def _poverty_of_everybody(self) -> pd.DataFrame:
        return poverty.table(self.living, self._labels, self.groups(None), self.line, self.resampling)

    def poverty_by(self, by: Any) -> pd.DataFrame:
        """Return who lives under the poverty line, by group, the baseline included.

        Returns:
            Columns: ``law``, ``group``, ``label``, ``persons``, ``poor``, ``leaving`` and ``entering``
            (beside the baseline); ``rate``, ``change`` (of the rate) and ``gap``, each with its interval;
            ``gap`` is how far below the line the median poor person is, as a share of it.

        Raises:
            StudyError: no income is known.
        """
        if by is None:
            return self._poverty_of_everybody
        return poverty.table(self.living, self._labels, self.groups(by), self.line, self.resampling)

    @cached_property
    def poverty_cost(self) -> pd.DataFrame:
        """What a person fewer in poverty costs.

        Columns: ``law``, ``net`` (EUR a year), ``leaving`` and ``entering`` (persons), ``cost_per_person``
        with its interval; not a number where poverty does not fall. A replication in which it does not
        fall counts as a cost without bound.
        """
        return poverty.costs(self.living, self._labels, self.line, self.resampling)

    @cached_property
    def inequality(self) -> pd.DataFrame:
        """Inequality of standards of living among people, the baseline included.

        Columns: ``law``; ``gini`` and its ``change``; ``mean`` and ``median``, EUR a year by unit of
        consumption; ``d9_d1``, the ratio of the ninth decile to the first; each with its interval.
        """
        return poverty.inequality(self.living, self._labels, self.resampling)

    # --- incentives ------------------------------------------------------------------------------

    @cached_property
    def rates_by_person(self) -> pd.DataFrame:
        """What aids take back of one more euro of wage, and give for one less, in the first month, by adult.

        Columns: ``law``, ``individu_id``, ``rank`` (among people), ``aids`` (of the household, EUR a month),
        ``rate_below`` and ``rate_above`` (0.3: aids fall by 30 centimes a euro; not a number below a wage
        of 0), ``cliff_below`` and ``cliff_above`` (what moving by the least amount gains or loses in a
        lump). For who takes everything up, and with constant national benefits.
        """
        month = self.year.first_month
        return margins.by_person(self.subjects, self._systems, month, typical.WAGE, self._adults)

    @cached_property
    def marginal_rates(self) -> pd.DataFrame:
        """The distribution of marginal rates among adults; see `marginal_rates_above`."""
        return self.marginal_rates_above(0.8)

    def marginal_rates_above(self, rate: float) -> pd.DataFrame:
        """Return the distribution of marginal rates among adults.

        Args:
            rate: of which ``share_above`` tells how many are above.

        Returns:
            Columns: ``law``; ``among``, "all" or "aided" (the household receives something); ``side``,
            "below" or "above" the wage; ``persons``, ``mean``, ``q25``, ``median``, ``q75``, ``q90``,
            ``share_above``, ``at_cliff`` (persons for whom the least move gains or loses a lump);
            ``mean``, ``share_above`` and ``at_cliff`` with their intervals.
        """
        return margins.summary(self.rates_by_person, self.subjects, rate, self.resampling)

    @cached_property
    def age_cliffs(self) -> pd.DataFrame:
        """What turning 18, 21 and 25 does, all else equal, to the households of those near that age.

        The ages are figures of the laws. Columns: ``law``, ``age``, ``persons``; ``before`` and ``after``,
        mean monthly aids of the household the month before the birthday counts, and the month it does;
        ``change``; ``losing`` and ``gaining`` (shares); ``mean_loss`` of those who lose.
        """
        return birthdays.table(self.subjects, self._systems, self.year.first_month, self.ages)

    # --- to look at ----------------------------------------------------------------------------

    @property
    def plot(self) -> Plots:
        """The charts of the study, for a notebook: ``study.plot.budget()``… See `Plots`."""
        return Plots(self)

    def report(
        self,
        path: str | Path,
        *,
        sensitivity: pd.DataFrame | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Path:
        """Write the study as one HTML page in French, which holds all that it shows.

        Args:
            path: the file.
            sensitivity: what `dept_rules.sensitivity` gives of it, to be told too.
            progress: called as sections are made, with how many are and how many there are.

        Raises:
            ReportError: the extra ``report`` is not installed, or the file cannot be written.
        """
        from dept_rules.simulation import report

        return report.write(self, path, sensitivity=sensitivity, progress=progress)

    # --- typical cases ---------------------------------------------------------------------------

    @cached_property
    def cas_types(self) -> pd.DataFrame:
        """What each law pays to some invented households, in the first month or over the year.

        Columns: ``case``, ``case_label``, ``law``, ``benefit``, ``label``, ``amount``, ``unit``.
        """
        return typical.table(self._systems, self.year)

    def rate_curves(self, highest: float = 3_000) -> pd.DataFrame:
        """Return the monthly aids of typical cases along a wage, exact, stretch by stretch.

        Columns: ``case``, ``case_label``, ``law``, ``low`` and ``high`` (wages), ``aids_low`` and
        ``aids_high`` just inside them, ``rate`` (what aids take back of a euro).
        """
        return typical.curves(self._systems, self.year, highest)

    def cliffs(self, highest: float = 3_000) -> pd.DataFrame:
        """Return the wages at which the monthly aids of typical cases jump.

        Columns: ``case``, ``case_label``, ``law``, ``wage``; the aids ``before``, ``here`` and ``after``;
        ``height``.
        """
        return typical.cliffs(self._systems, self.year, highest)
