"""Compares reforms over a population."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from openfisca_core.periods import DateUnit, Period

from dept_rules import cluster, engine, provenance
from dept_rules.calculation import read_period
from dept_rules.errors import Fault, PeriodError, StudyError
from dept_rules.people import Array
from dept_rules.provenance import Figure
from dept_rules.simulation import laws as named
from dept_rules.simulation import subjects, take_up, told
from dept_rules.simulation.amounts import Payments, every, payments
from dept_rules.simulation.laws import IN_FORCE, Law
from dept_rules.simulation.ledger import Ledger, concerned
from dept_rules.simulation.living import INCOME, Living
from dept_rules.simulation.resampling import BOOTSTRAP, Resampling
from dept_rules.simulation.study import Study
from dept_rules.simulation.subjects import Subjects

#: The units of consumption of a household.
UNITS = "unites_consommation"
#: The poverty line of the law, EUR a month by unit of consumption.
LINE = "seuil_pauvrete"


def compare(
    population: Any,
    reform: Any,
    period: str,
    baseline: Any = IN_FORCE,
    *,
    take_up: Mapping[str, float | str] | None = None,
    draw: bool = False,
    seed: int = 0,
    replications: int = 200,
    replication: str | float = BOOTSTRAP,
    poverty_line: str | float = LINE,
    client: Any = None,
) -> Study:
    """Compare one or several reforms with a baseline, over a population and a year.

    Args:
        population: a sample of `dept_rules.population`, what `dept_rules.population.load` reads, or a
            `dept_rules.people.Population`. Without weights (``poids``) every household counts for one,
            and the study says so. Columns ``poids_replique…`` that a sample keeps beside its households
            are weights of replications.
        reform: one as `dept_rules.evaluate` takes it, "plateforme" or a `Scenario`; or a list of those, each
            compared on its own. A list within the list is a stack, applied in order. A dictionary is one
            reform, whose figures stand on the platform, as those of a file that names no ``base`` do;
            ``study.laws`` says on what each stands.
        period: a year, "2026".
        baseline: what they are compared with, one reform (a list is a stack); the law in force without
            the platform by default.
        take_up: for each benefit, the share of the households entitled to it that receive it, under
            every law whose `Scenario` says nothing else: from 0 to 1, or the name of a figure of
            non-take-up ("non_recours.rsa"). Everybody, for benefits not named.
        draw: draw the households that take up, instead of counting expectations. Luck hangs on the
            identifier of the household, the benefit and the seed only, so it is the same under all laws.
        seed: of what is drawn: take-up, bootstrap.
        replications: how many bootstrap samples make the intervals; 0 for none. Not used where the
            population has weights of replications.
        replication: how weights of replications of the population were made: "bootstrap" (an interval is then
            what 95 % of them hold), "jackknife" (delete one group of as many), "brr" (balanced halves), or
            the factor by which squared gaps to the estimate are multiplied, such as 4 / R for R of Fay's
            with a half (it is then the estimate, more or less 1.96 deviations).
        poverty_line: the name of a figure, or EUR a month by unit of consumption.
        client: a Dask ``Client`` whose workers compute what each law pays, households in parts; the
            results are the same bits. A law must then be given by a name, a file, figures or a class.

    Raises:
        PeriodError: the period is not a year, or not modelled.
        UnknownNameError: a reform, a benefit or a figure has no such name.
        ReformError: a reform has faults; the baseline is several.
        TableError, MissingInputError: as for `dept_rules.calculate`.
        StudyError: take-up, weights, the seed, too few replications (40 of a bootstrap) or an unknown method
            of theirs, or answers that the year does not read.
    """
    year = read_year(period)
    _check_counts(seed=seed, replications=replications)
    first = named.laws([baseline] if isinstance(baseline, list | tuple) else baseline)[0]
    base, *compared = named.told_apart([first, *named.laws(reform)])
    provenance.check_period(base.system, year)
    people = subjects.read(population, base.system, year)
    resampling = Resampling(
        people.weights, people.replicates, replications, seed, people.strata, replication, people.reached
    )
    resampling.check()
    return _Maker(people, base, compared, year, dict(take_up or {}), client).study(
        draw=draw, seed=seed, resampling=resampling, poverty_line=poverty_line
    )


def _check_counts(**given: Any) -> None:
    faults = [
        Fault(name, "is no such number", "an integer of at least 0")
        for name, value in given.items()
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0
    ]
    if faults:
        raise StudyError(faults)


def read_year(period: str) -> Period:
    """Return the year of a text such as "2026".

    Raises:
        PeriodError: it is something else.
    """
    if not isinstance(period, str):
        raise PeriodError('a study is of one year, such as "2026"')
    year = read_period(period)
    if year.unit != DateUnit.YEAR:
        raise PeriodError(f'{period!r} is not a year; a study is of a whole one, such as "{year.start.year}"')
    return year


class _Maker:
    """Makes a study of what was checked."""

    def __init__(
        self,
        people: Subjects,
        base: Law,
        compared: Sequence[Law],
        year: Period,
        given: Mapping[str, float | str],
        client: Any = None,
    ) -> None:
        self.people = people
        self.base = base
        self.compared = compared
        self.year = year
        self.client = client
        self.every = [base, *compared]
        self.observed = next((law for law in self.every if named.is_in_force(law)), None) or named.in_force()
        if self.observed not in self.every:
            self.every = named.told_apart([*self.every, self.observed])
            self.observed = self.every[-1]
        self.read = {
            law.label: subjects.reads(people.people, law.system, [*told.applied(law, year), (UNITS, year)])
            for law in (base, *compared)
        }
        self.lacking = self._lacking()
        known = list(every(law.system for law in self.every))
        shares = {law.label: take_up.rates(law, given, known, year) for law in self.every}
        self.rates = {label: found for label, (found, _) in shares.items()}
        self.figures = {label: (*self.read[label].figures, *shares[label][1]) for label in self.read}

    def study(self, *, draw: bool, seed: int, resampling: Resampling, poverty_line: str | float) -> Study:
        """Return the study."""
        systems = {law.label: law.system for law in self.every}
        sources = {law.label: law.source for law in self.every}
        columns = functools.partial(cluster.columns, sources=sources, client=self.client)
        paid = payments(self.people.people, systems, self.year, columns)
        ledger = Ledger(self.people, systems, paid, self.rates, self._cases(paid, draw, seed))
        line, figure = self._line(poverty_line)
        keys = [("age", self.year.first_month), (UNITS, self.year)]
        values = engine.columns(self.people.people, {"": self.base.system}, keys)[""]
        return Study(
            year=self.year,
            subjects=self.people,
            compared=tuple(self.compared),
            baseline=self.base,
            ledger=ledger,
            living=Living(ledger, self.observed.label, self.base.label, *self._incomes(), values[keys[1]]),
            resampling=resampling,
            ages=values[keys[0]],
            line=line,
            lacking=self.lacking,
            read={label: (*some, *figure) for label, some in self.figures.items()},
            drawn=draw,
        )

    def _lacking(self) -> dict[str, int]:
        asked: dict[str, frozenset[Period]] = {}
        for found in self.read.values():
            for name, periods in found.inputs.items():
                asked[name] = asked.get(name, frozenset()) | periods
        return subjects.check_answers(self.people.people, self.base.system, asked)

    def _cases(self, paid: Mapping[str, Payments], draw: bool, seed: int) -> take_up.Cases:
        rates = list(self.rates.values())
        named = {name for some in rates for name in some}
        entitled = concerned(self.people, paid.values(), sorted(named))
        if draw:
            return take_up.drawn(self.people.people.ids_of("menage"), rates, entitled, seed)
        return take_up.expected(self.people.households, rates, entitled)

    def _line(self, given: str | float) -> tuple[float, list[Figure]]:
        """Return the poverty line of the year, and the figure it comes from."""
        months = len(self.year.get_subperiods(DateUnit.MONTH))
        if isinstance(given, str):
            figure = provenance.figure(self.base.system, given, self.year.start)
            if figure.unit != "EUR/month":
                raise StudyError([Fault(f"poverty_line/{given}", "is no amount", "a figure in EUR/month")])
            return float(figure.value) * months, [figure]
        if not given > 0:
            raise StudyError([Fault("poverty_line", "is not above 0", "EUR a month by unit of consumption")])
        return float(given) * months, []

    def _incomes(self) -> tuple[Array, Array]:
        known = self.people.people.answers.get(INCOME)
        if known is None:
            nothing = np.zeros(self.people.households)
            return nothing, nothing.astype(bool)
        return known.at(self.year)
