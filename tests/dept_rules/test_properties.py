"""What holds for every household, whatever its answers."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from households import populations, random_population
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import DateUnit, Period, period

import dept_rules as dr
from dept_rules import reforms_loader
from dept_rules.entitlements import cents
from dept_rules.execution import Execution
from dept_rules.explanation.piecewise import PiecewiseExecution, middles
from dept_rules.people import Answers, Group, Population, repeated
from dept_rules.system import baseline, benefits, inputs

MONTHS = [
    period(text) for text in ("2018-01", "2021-07", "2022-03", "2024-02", "2025-09", "2026-11", "2027-08")
]
EARNINGS = (
    "salaire_net",
    "remuneration_apprenti",
    "indemnites_stage",
    "revenus_stage_formation_pro",
    "revenus_non_salaries",
)
REFORMS = [None, *reforms_loader.names()]
months = st.sampled_from(MONTHS)
many = settings(max_examples=80, deadline=None)


def keys(month: Period, system: Any = None) -> list[tuple[str, Period]]:
    return [
        (name, month if one.definition_period == DateUnit.MONTH else month.this_year)
        for name, one in benefits(system or baseline()).items()
    ]


@many
@given(populations(), months, st.sampled_from(REFORMS))
def test_no_amount_is_negative_or_absurd(population, month, reform):
    system = reforms_loader.apply(reform, baseline())
    run = Execution(system, population)
    for name, at in keys(month, system):
        values = np.asarray(run.value(name, at), dtype=float)
        assert (values >= 0).all(), name
        assert np.isfinite(values).all(), name


@many
@given(populations(), months)
def test_revenu_de_base_is_never_above_its_base(population, month):
    run = Execution(baseline(), population)
    assert (run.value("revenu_de_base", month) <= run.value("revenu_de_base_socle", month) + 1e-9).all()


@many
@given(
    populations(3),
    st.sampled_from([month for month in MONTHS if month.start.year >= 2021]),
    st.sampled_from(EARNINGS),
)
def test_revenu_de_base_never_rises_with_own_earnings(population, month, name):
    function = PiecewiseExecution(baseline(), population, name, 0).function(("revenu_de_base", month))
    inside = middles(function.knots) > 0
    assert (function.slope[0, inside] <= 1e-12).all()
    assert not list(jumps(function, 0))


@pytest.mark.parametrize("name", EARNINGS)
@settings(max_examples=25, deadline=None)
@given(population=populations(2), reform=st.sampled_from(REFORMS))
def test_a_rise_or_a_cliff_along_earnings_is_declared_by_the_benefit(name, population, reform):
    system = reforms_loader.apply(reform, baseline())
    run = PiecewiseExecution(system, population, name, 0)
    for benefit, at in keys(period("2026-11"), system):
        one = benefits(system)[benefit]
        if one.value_type is not float or one.benefit.cliffs:
            continue
        function = run.function((benefit, at))
        inside = middles(function.knots) > 0
        assert (function.slope[:, inside] <= 1e-12).all(), (
            f"{benefit} rises with {name} and does not declare it"
        )
        for rank in range(len(function)):
            assert not list(jumps(function, rank)), (
                f"{benefit} has a cliff along {name} and does not declare it"
            )


def jumps(function: Any, rank: int) -> Any:
    """Yield the knots above zero at which a function is not continuous."""
    for column, knot in enumerate(function.knots):
        if knot <= 0:
            continue
        before = function.level[rank, column] + function.slope[rank, column] * knot
        after = function.level[rank, column + 1] + function.slope[rank, column + 1] * knot
        if abs(before - after) > 1e-6:
            yield knot


def reordered(population: Population, order: Any) -> Population:
    """Return the same people, told in another order."""

    def taken(values: Any) -> Any:
        moved = np.asarray(values)[order]
        return EnumArray(moved, values.possible_values) if isinstance(values, EnumArray) else moved

    individual = {name for name, one in inputs(baseline()).items() if one.entity.key == "individu"}
    groups = {
        key: Group(group.entity, group.ids, group.member_of[order], group.roles[order])
        for key, group in population.groups.items()
    }
    answers = {
        name: Answers(taken(known.plain), known.answered[order]) if name in individual else known
        for name, known in population.answers.items()
    }
    return Population([population.ids[one] for one in order], groups, answers)


@many
@given(populations(4), months, st.randoms(use_true_random=False))
def test_the_order_of_people_is_irrelevant(population, month, random):
    order = list(range(population.count))
    random.shuffle(order)
    here, there = (
        Execution(baseline(), population),
        Execution(baseline(), reordered(population, np.array(order))),
    )
    for name, at in keys(month):
        expected = np.asarray(here.value(name, at))
        found = np.asarray(there.value(name, at))
        individual = benefits(baseline())[name].entity.key == "individu"
        assert np.allclose(found, expected[order] if individual else expected), name


@pytest.mark.parametrize(
    "copies", [40, pytest.param(150_000, marks=pytest.mark.long)], ids=["hundreds", "a million"]
)
def test_a_household_alone_is_the_same_among_many(copies):
    alone = random_population(5, 3)
    one, crowd = Execution(baseline(), alone), Execution(baseline(), repeated(alone, copies))
    for name, at in keys(period("2026-11")):
        expected = np.asarray(one.value(name, at))
        found = np.asarray(crowd.value(name, at)).reshape(copies, -1)
        assert (found == expected).all(), name


@settings(max_examples=20, deadline=None)
@given(populations(3))
def test_a_month_alone_is_that_month_of_the_year(population):
    year = Execution(baseline(), population)
    every = list(period("2026").get_subperiods(DateUnit.MONTH))
    together = {month: {name: year.value(name, at) for name, at in keys(month)} for month in every}
    for month in (every[0], every[6], every[11]):
        alone = Execution(baseline(), population)
        for name, at in keys(month):
            assert np.array_equal(np.asarray(alone.value(name, at)), np.asarray(together[month][name])), name


def test_calculate_over_a_year_gives_each_month_and_yearly_aids_once():
    population = random_population(11, 10)
    year = dr.calculate(population, "2026", ["revenu_de_base", "bonus_solidaire"])["individus"]
    assert [column for column in year if column.startswith("bonus")] == ["bonus_solidaire"]
    assert len([column for column in year if column.startswith("revenu_de_base@")]) == 12
    march = dr.calculate(population, "2026-03", ["revenu_de_base"])["individus"]["revenu_de_base"]
    assert (year["revenu_de_base@2026-03"] == march).all()


def situation_of(population: Population) -> dict[str, Any]:
    """Return a population as OpenFisca's JSON, with all its answers plain."""
    plurals = {entity.key: entity.plural for entity in baseline().entities}
    data: dict[str, Any] = {plurals["individu"]: {one: {} for one in population.ids}}
    for key, group in population.groups.items():
        table = data.setdefault(plurals[key], {one: {} for one in group.ids})
        for rank in np.lexsort((group.roles, group.member_of)):
            role = group.entity.flattened_roles[group.roles[rank]]
            role = next((one for one in group.entity.roles if role in (one.subroles or [])), role)
            members = table[group.ids[group.member_of[rank]]].setdefault(role.plural or role.key, [])
            members.append(population.ids[rank])
    for name, known in population.answers.items():
        variable = inputs(baseline())[name]
        values = known.plain
        shown = values.decode_to_str() if isinstance(values, EnumArray) else values
        for rank, identifier in enumerate(population.ids_of(variable.entity.key)):
            value = shown[rank]
            plain = str(value) if isinstance(value, np.datetime64 | np.str_) else value.item()
            data[plurals[variable.entity.key]][identifier][name] = plain
    return data


@settings(max_examples=25, deadline=None)
@given(populations(2), st.sampled_from(REFORMS))
def test_evaluate_and_calculate_agree(population, reform):
    births = population.answers["date_naissance"].plain
    if births.max() > np.datetime64("2026-11-30"):
        births = np.minimum(births, np.datetime64("2026-11-01"))
        answers = {**population.answers, "date_naissance": Answers(births, np.ones(len(births), dtype=bool))}
        population = dataclasses.replace(population, answers=answers)
    result = dr.evaluate(situation_of(population), "2026-11", reform)
    names = [one.benefit for one in result if one.amount is not None]
    tables = dr.calculate(population, "2026-11", list(dict.fromkeys(names)), reform)
    plurals = {entity.key: entity.plural for entity in baseline().entities}
    for one in result:
        if one.amount is not None:
            value = tables[plurals[one.entity]][one.benefit].loc[one.beneficiary]
            assert cents(float(value)) == one.amount, one.benefit
