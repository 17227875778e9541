"""The partial reading: whatever the missing answers are, the exact result lies inside its bounds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from openfisca_core.periods import DateUnit, Period, period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from partial_situations import completed, partial_population
from test_reference_engine import TRIALS

from dept_rules.base import (
    StatutActivite,
    bareme,
    clip,
    grille,
    min_,
    mois_depuis,
    mois_revolus,
    ratio,
    where,
)
from dept_rules.errors import LawError
from dept_rules.execution import Execution
from dept_rules.explanation.partial import PartialExecution
from dept_rules.explanation.uncertain import Possible, Uncertain
from dept_rules.people import Population
from dept_rules.system import CountryTaxBenefitSystem, baseline

MONTHS = [period(text) for text in ("2018-01", "2022-02", "2026-11")]


def outside(system: TaxBenefitSystem, hidden: Population, exact: Population, month: Period) -> list[str]:
    """Return the variables whose exact value lies outside its bounds, for somebody."""
    partial = PartialExecution(system, hidden, month)
    run = Execution(system, exact)
    wrong = []
    for name, variable in system.variables.items():
        if variable.formulas:
            at = month if variable.definition_period == DateUnit.MONTH else month.this_year
            if not inside(partial.value(name, at), partial, (name, at), run.value(name, at)):
                wrong.append(name)
    return wrong


def inside(found: Any, partial: PartialExecution, key: Any, exact: Any) -> bool:
    if isinstance(found, Possible):
        return bool(found.may_be[np.arange(len(exact)), np.asarray(exact)].all())
    low, high = partial.bounds(key)
    return bool(((low <= exact) & (exact <= high)).all())


@pytest.mark.parametrize("month", MONTHS, ids=str)
@pytest.mark.parametrize("hidden", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("years", [None, range(2016, 2027)], ids=["plain", "by period"])
def test_every_variable_of_many_households(month: Period, hidden: float, years: Any) -> None:
    full, partial, masks = partial_population(1, 250, baseline(), hidden, years)
    for seed in range(2):
        assert outside(baseline(), partial, completed(seed, full, masks, baseline(), month), month) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_every_variable_of_thousands_of_households(seed: int) -> None:
    hidden = (0.05, 0.3, 0.6, 0.95)[seed % 4]
    full, partial, masks = partial_population(seed, 400, baseline(), hidden)
    for other in range(3):
        completion = completed(other, full, masks, baseline(), MONTHS[-1])
        assert outside(baseline(), partial, completion, MONTHS[-1]) == []


@pytest.mark.parametrize("hidden", [0.2, 0.8])
def test_every_construct_of_the_vocabulary(hidden: float) -> None:
    system = CountryTaxBenefitSystem()
    for trial in TRIALS:
        system.add_variable(trial)
    month = MONTHS[1]
    full, partial, masks = partial_population(4, 250, system, hidden, range(2018, 2023))
    assert outside(system, partial, completed(0, full, masks, system, month), month) == []


# --- the arrays ------------------------------------------------------------------------------


def interval(*pairs: tuple[Any, Any]) -> Uncertain:
    low, high = (np.array(bound) for bound in zip(*pairs, strict=True))
    return Uncertain(low, high)


def pairs(one: Uncertain) -> list[tuple[Any, Any]]:
    return list(zip(one.low.tolist(), one.high.tolist(), strict=True))


INF = float("inf")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (interval((1, 3)) // 2, [(0, 1)]),
        (interval((1.0, INF)) * 0.0, [(0.0, 0.0)]),
        (interval((-2.0, 3.0)) * interval((-1.0, 4.0)), [(-8.0, 12.0)]),
        (interval((1.0, 2.0)) / interval((0.0, 4.0)), [(0.0, INF)]),
        (interval((1.0, 2.0)) / interval((-1.0, 4.0)), [(-INF, INF)]),
        (interval((0.0, INF)) - interval((0.0, INF)), [(-INF, INF)]),
        (interval((1.0, 2.0)) >= 2.0, [(False, True)]),
        (interval((1.0, 1.5)) < 2.0, [(True, True)]),
        (~interval((False, True)), [(False, True)]),
        (True & interval((False, True)), [(False, True)]),
        (False & interval((False, True)), [(False, False)]),
        (ratio(interval((0.0, 6.0)), interval((2.0, 3.0))), [(0.0, 3.0)]),
        (ratio(interval((1.0, 6.0)), np.array([0.0])), [(INF, INF)]),
        (where(interval((False, True)), 1.0, interval((4.0, 5.0))), [(1.0, 5.0)]),
        (where(np.array([True]), interval((1.0, 2.0)), 7.0), [(1.0, 2.0)]),
        (clip(interval((-5.0, 5.0)), 0, 3), [(0.0, 3.0)]),
    ],
)
def test_operations(result: Any, expected: Any) -> None:
    assert pairs(result) == expected


def members(*names: str) -> Possible:
    may_be = np.array([[one.name in names for one in StatutActivite]])
    return Possible(may_be, StatutActivite)


def test_sets_of_members_are_compared_from_both_sides() -> None:
    some = members("etudiant", "eleve")
    for result in (some == StatutActivite.etudiant, StatutActivite.etudiant == some):
        assert pairs(result) == [(False, True)]
    assert pairs(some == StatutActivite.actif) == [(False, False)]
    assert pairs(members("actif") == StatutActivite.actif) == [(True, True)]
    assert pairs(some != StatutActivite.actif) == [(True, True)]
    assert pairs(some == members("actif", "retraite")) == [(False, False)]


def test_choosing_between_members_gives_all_of_them() -> None:
    unsure = interval((False, True))
    chosen = where(
        unsure, StatutActivite.retraite, where(unsure, StatutActivite.actif, StatutActivite.chomeur)
    )
    assert np.array_equal(chosen.may_be, members("retraite", "actif", "chomeur").may_be)
    assert np.array_equal(
        where(unsure, members("eleve"), StatutActivite.actif).may_be, members("eleve", "actif").may_be
    )


def test_a_table_gives_the_figures_of_possible_members_only() -> None:
    node = SimpleNamespace(_children={"etudiant": 10.0, "eleve": 20.0, "actif": 99.0})
    assert pairs(grille(node, members("etudiant", "eleve"))) == [(10.0, 20.0)]
    assert pairs(grille(node, members("etudiant", "retraite"))) == [(0.0, 10.0)]


def test_a_scale_gives_the_amounts_of_possible_brackets_only() -> None:
    scale = SimpleNamespace(thresholds=[10.0, 20.0, 30.0], amounts=[1.0, 2.0, 3.0])
    assert pairs(bareme(scale, interval((12.0, 25.0), (0.0, 9.0), (5.0, 10.0)))) == [
        (1.0, 2.0),
        (0.0, 0.0),
        (0.0, 1.0),
    ]


def test_months_gone_since_a_date_between_two() -> None:
    dates = interval((np.datetime64("2000-03-02"), np.datetime64("2000-04-01")))
    assert pairs(mois_revolus(dates, period("2018-04"))) == [(216, 216)]
    assert pairs(mois_depuis(dates, period("2000-05"))) == [(1, 2)]


@pytest.mark.parametrize(
    "branching",
    [lambda one: bool(one), lambda one: one and True, lambda one: not one, lambda one: 1 if one else 0],
)
def test_what_is_not_known_has_no_truth_value(branching: Any) -> None:
    for one in (interval((False, True)), members("actif")):
        with pytest.raises(TypeError, match="truth value"):
            branching(one)


@pytest.mark.parametrize(
    "unsupported",
    [
        lambda: np.sqrt(interval((1.0, 2.0))),
        lambda: np.cumsum(interval((1.0, 2.0))),
        lambda: np.add.reduce(interval((1.0, 2.0))),
        lambda: members("actif") + 1,
        lambda: interval((1.0, 2.0)) & True,
        lambda: interval((1, 2)) // interval((0, 2)),
    ],
)
def test_what_has_no_partial_reading_is_refused(unsupported: Any) -> None:
    with pytest.raises(LawError):
        unsupported()


def test_what_a_value_cannot_depend_on_is_known() -> None:
    wage = Uncertain(np.array([0.0]), np.array([9.0]), np.array([1], dtype=object))
    grant = Uncertain(np.array([0.0]), np.array([5.0]), np.array([2], dtype=object))
    assert (wage + grant).hangs_on.tolist() == [3]
    assert min_(wage, grant + 10.0).hangs_on.tolist() == [1]
    assert where(wage >= 0.0, grant, wage).hangs_on.tolist() == [2]
    assert (wage * 0.0 + grant).hangs_on.tolist() == [2]
    assert ((wage > 10.0) & (grant > 1.0)).hangs_on.tolist() == [0]
