"""Some people of a population, or the same people many times over: what they have stays what it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engines import ANSWERED, MONTHS, YEARS, computed, same
from households import random_population

from dept_rules import engine
from dept_rules.entities import GROUPS, Menage
from dept_rules.execution import Key
from dept_rules.people import Answers, Array, Group, Population, linked, of_households, repeated
from dept_rules.system import baseline, inputs

KEYS = [key for key in computed(baseline()) if key[1] in (MONTHS[-1], YEARS[-1])]
ENTITIES = {name: one.entity.key for name, one in inputs(baseline()).items()}


def results(people: Population) -> dict[Key, Array]:
    return engine.columns(people, {"": baseline()}, KEYS)[""]


@pytest.mark.parametrize("years", [None, ANSWERED])
def test_some_households_and_all_that_they_are_tied_to(years: Any) -> None:
    everybody = random_population(3, 40, years=years)
    everybody = Population(everybody.ids, everybody.groups, everybody.answers, np.arange(40.0))
    ranks = linked(everybody, np.array([30, 2, 17]))
    some = of_households(everybody, ranks, ENTITIES)
    assert {30, 2, 17} <= set(ranks)
    assert some.weights is not None
    assert some.weights.tolist() == ranks.tolist()
    assert some.groups["menage"].ids == [everybody.groups["menage"].ids[rank] for rank in ranks]
    whole, part = results(everybody), results(some)
    for key in KEYS:
        entity = baseline().variables[key[0]].entity.key
        ids = list(everybody.ids_of(entity))
        assert same(part[key], whole[key][[ids.index(one) for one in some.ids_of(entity)]]), key


def test_households_tied_by_those_between_them() -> None:
    """The first shares a family with the second, which shares a tax household with the third."""
    ranks = {"menage": [0, 1, 1, 2, 3], "famille": [0, 0, 1, 2, 3], "foyer_fiscal": [0, 1, 2, 2, 3]}
    groups = {
        one.key: Group(one, range(4), np.array(ranks[one.key]), np.zeros(5, dtype=np.intp)) for one in GROUPS
    }
    people = Population(range(5), groups, {})
    for rank, tied in ((0, [0, 1, 2]), (1, [0, 1, 2]), (2, [0, 1, 2]), (3, [3])):
        assert linked(people, np.array([rank])).tolist() == tied


@pytest.mark.parametrize("years", [None, ANSWERED])
def test_the_same_people_many_times_over(years: Any) -> None:
    once = random_population(5, 4, years=years)
    whole, many = results(once), results(repeated(once, 3))
    for key in KEYS:
        assert np.array_equal(np.asarray(many[key]), np.tile(np.asarray(whole[key]), 3)), key


@pytest.mark.parametrize(("keep", "nobody"), [(np.minimum, np.inf), (np.maximum, -np.inf)])
def test_the_extremes_of_a_group(keep: np.ufunc, nobody: float) -> None:
    group = Group(Menage, range(4), np.array([1, 0, 1, 3]), np.zeros(4, dtype=np.intp))
    values = np.array([5.0, -2.0, 3.0, 0.0])
    assert group.extreme(keep, values).tolist() == [-2.0, keep(5.0, 3.0), nobody, 0.0]


def test_an_answer_for_a_period_goes_before_one_for_all_periods() -> None:
    plain, answered = np.array([1.0, 2.0, 0.0, 0.0]), np.array([True, True, False, False])
    dated = (np.array([9.0, 0.0, 9.0, 0.0]), np.array([True, False, True, False]))
    known = Answers(plain, answered, {MONTHS[0]: dated})
    for month, values, given in (
        (MONTHS[0], [9.0, 2.0, 9.0, 0.0], [True, True, True, False]),
        (MONTHS[1], [1.0, 2.0, 0.0, 0.0], [True, True, False, False]),
    ):
        assert [array.tolist() for array in known.at(month)] == [values, given]
        assert known.values(month).tolist() == values
