"""Compares reforms over a population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from openfisca_core.periods import DateUnit, Period

from dept_rules import engine, provenance
from dept_rules.calculation import read_period
from dept_rules.errors import PeriodError
from dept_rules.simulation import laws as named
from dept_rules.simulation import subjects, take_up
from dept_rules.simulation.amounts import money, payments
from dept_rules.simulation.laws import IN_FORCE, Law
from dept_rules.simulation.ledger import Ledger, concerned
from dept_rules.simulation.living import INCOME, Living
from dept_rules.simulation.resampling import Resampling
from dept_rules.simulation.study import Study
from dept_rules.simulation.subjects import Subjects


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
) -> Study:
    """Compare reforms with a baseline, over a population and a year."""
    year = read_year(period)
    compared = named.laws(reform)
    base = named.laws([baseline] if isinstance(baseline, list | tuple) else baseline)[0]
    base, *others = named.told_apart([base, *compared])
    provenance.check_period(base.system, year)
    people = subjects.read(population, base.system, year)
    return _study(people, base, others, year, take_up or {}, draw, seed, replications)


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


def _study(
    people: Subjects,
    base: Law,
    compared: list[Law],
    year: Period,
    given: Mapping[str, float | str],
    draw: bool,
    seed: int,
    replications: int,
) -> Study:
    every = [base, *compared]
    observed = base if named.is_in_force(base) else named.in_force()
    if observed is not base:
        every.append(named.told_apart([*every, observed])[-1])
    systems = {law.label: law.system for law in every}
    paid = payments(people.people, systems, year)
    shares = {}
    for law in every:
        shares[law.label], _ = take_up.rates(law, given, list(money(law.system)), year)
    entitled = concerned(people, paid.values(), {name for some in shares.values() for name in some})
    rates = list(shares.values())
    if draw:
        cases = take_up.drawn(people.people.ids_of("menage"), rates, entitled, seed)
    else:
        cases = take_up.expected(people.households, rates, entitled)
    ledger = Ledger(people, systems, paid, shares, cases)
    known = people.people.answers.get(INCOME)
    income, answered = (
        known.at(year) if known else (np.zeros(people.households), np.zeros(people.households, dtype=bool))
    )
    keys = [("age", year.first_month), ("unites_consommation", year)]
    values = engine.columns(people.people, {"": base.system}, keys)[""]
    living = Living(
        ledger,
        every[-1].label if observed is not base else base.label,
        base.label,
        income,
        answered,
        values[keys[1]],
    )
    resampling = Resampling(people.weights, people.replicates, replications, seed)
    return Study(year, people, tuple(compared), base, ledger, living, resampling, values[keys[0]])
