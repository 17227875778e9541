"""Weighted statistics against their definitions, and intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from five_households import ONLY, study, table
from hypothesis import given
from hypothesis import strategies as st

import dept_rules as dr
from dept_rules.population.sample import Sample
from dept_rules.simulation import weighted
from dept_rules.simulation.resampling import Resampling

#: Values with how many times each is there.
counted = st.lists(st.tuples(st.integers(-50, 500), st.integers(0, 5)), min_size=1, max_size=12).filter(
    lambda some: any(count for _, count in some)
)


def arrays(some):
    values, weights = zip(*some, strict=True)
    return np.array(values, dtype=float), np.array(weights, dtype=float)


def test_gini_of_unequal_weights():
    # three people with nothing and one with everything
    assert weighted.gini(np.array([0.0, 1.0]), np.array([3.0, 1.0])) == pytest.approx(0.75)
    assert weighted.gini(np.array([1.0, 0.0]), np.array([1.0, 3.0])) == pytest.approx(0.75)
    assert weighted.gini(np.array([5.0, 5.0]), np.array([2.0, 7.0])) == pytest.approx(0)
    assert np.isnan(weighted.gini(np.array([0.0]), np.array([1.0])))


@given(counted)
def test_gini_is_half_the_mean_difference_over_the_mean(some):
    values, weights = arrays(some)
    people = np.repeat(values, weights.astype(int))
    if people.mean() == 0:
        assert np.isnan(weighted.gini(values, weights))
        return
    pairs = np.abs(people[:, None] - people[None, :]).mean()
    assert weighted.gini(values, weights) == pytest.approx(pairs / (2 * people.mean()))


@given(counted, st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_quantiles_of_weights_are_those_of_people_repeated(some, twentieths):
    values, weights = arrays(some)
    shares = np.array(twentieths) / 20
    people = np.repeat(values, weights.astype(int))
    expected = np.quantile(people, shares, method="inverted_cdf")
    assert weighted.quantile(values, weights, shares).tolist() == expected.tolist()


@given(counted, st.floats(0.01, 100))
def test_statistics_do_not_depend_on_the_scale_of_weights(some, scale):
    values, weights = arrays(some)
    assert weighted.tenths(values, weights).tolist() == weighted.tenths(values, scale * weights).tolist()
    one, other = (weighted.gini(values, each) for each in (weights, scale * weights))
    assert one == pytest.approx(other, nan_ok=True)


@given(counted)
def test_equal_values_are_in_the_same_tenth_and_tenths_in_order(some):
    values, weights = arrays(some)
    tenths = weighted.tenths(values, weights)
    order = np.argsort(values)
    assert (np.diff(tenths[order]) >= 0).all()
    assert all(len(set(tenths[values == value])) == 1 for value in values)


def test_a_limit_belongs_to_the_tenth_below():
    assert weighted.tenths(np.arange(1.0, 11.0), np.ones(10)).tolist() == list(range(10))
    assert weighted.tenths(np.array([1.0, 2.0]), np.array([1.0, 9.0])).tolist() == [0, 1]


def test_nobody_has_no_quantile():
    assert np.isnan(weighted.quantile(np.array([1.0]), np.array([0.0]), [0.5])).all()


# --- intervals ---------------------------------------------------------------------------------


def test_the_bootstrap_draws_households_and_finds_the_spread_of_a_mean():
    rng = np.random.default_rng(1)
    values, weights = rng.normal(100, 20, 400), np.full(400, 2.0)
    columns = np.column_stack([values, np.ones(400)])
    found = Resampling(weights, count=1_000).totals(columns, lambda sums: sums[:1] / sums[1])
    spread = (found.high - found.low)[0] / (2 * 1.96)
    assert found.value[0] == pytest.approx(values.mean())
    assert spread == pytest.approx(values.std() / 20, rel=0.1)  # the deviation over the root of 400


def test_sums_and_statistics_are_resampled_alike():
    weights, columns = np.arange(1.0, 9.0), np.arange(16.0).reshape(8, 2)
    resampling = Resampling(weights, count=50, seed=3)
    for one, other in zip(
        resampling.totals(columns), resampling.of(lambda some: some @ columns), strict=True
    ):
        assert one == pytest.approx(other)


def test_strata_are_drawn_apart():
    weights, strata = np.ones(20), np.repeat([0, 1], [5, 15])
    drawn = Resampling(weights, count=30, strata=strata)._counts
    assert (drawn[:, :5].sum(axis=1) == 5).all()
    assert (drawn[:, 5:].sum(axis=1) == 15).all()


def test_weights_of_replications_are_used_where_the_sample_has_them():
    homes = pd.DataFrame(
        {f"poids_replique_{one}": [90.0 + one] * 5 for one in range(21)}, index=list("ABCDE")
    )
    people = table().drop(columns=["poids", "revenu_disponible"])
    tables = {
        "individus": people,
        "menages": pd.DataFrame({"menage_id": list("ABCDE"), "poids": [100.0] * 5}),
    }
    sample = Sample(tables, {"menages": homes.rename_axis("menage_id")}, pd.DataFrame())
    found = dr.compare(sample, [ONLY], "2026")
    one = found.totals.iloc[0]
    # the weights are 90 to 110 for all: the 2.5 % quantile is 90.5, the 97.5 % one 109.5
    assert (one.net_low, one.net_high) == pytest.approx((one.net * 0.905, one.net * 1.095))
    assert "poids de réplication" in " ".join(found.notes)


def test_without_replications_there_is_no_interval():
    assert study().totals[["net_low", "net_high"]].isna().all(axis=None)


def test_intervals_hold_the_estimate_and_are_the_same_for_a_seed():
    one, other, else_ = (study(replications=60, seed=seed) for seed in (4, 4, 5))
    pd.testing.assert_frame_equal(one.totals, other.totals)
    pd.testing.assert_frame_equal(one.winners_losers("age"), other.winners_losers("age"))
    pd.testing.assert_frame_equal(one.inequality, other.inequality)
    assert (one.totals["net_low"] != else_.totals["net_low"]).all()
    assert (one.totals["net_low"] <= one.totals["net"]).all()
    assert (one.totals["net"] <= one.totals["net_high"]).all()
