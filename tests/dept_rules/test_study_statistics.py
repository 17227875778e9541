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
from dept_rules.simulation import raking, weighted
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


def with_replicates(replicates: np.ndarray) -> Sample:
    homes = pd.DataFrame(replicates.T, index=list("ABCDE")).add_prefix("poids_replique_")
    people = table().drop(columns=["poids", "revenu_disponible"])
    weights = pd.DataFrame({"menage_id": list("ABCDE"), "poids": [100.0] * 5})
    tables = {"individus": people, "menages": weights}
    return Sample(tables, {"menages": homes.rename_axis("menage_id")}, pd.DataFrame())


def test_weights_of_replications_are_used_where_the_sample_has_them():
    weights = 80.0 + np.arange(41)
    found = dr.compare(with_replicates(np.tile(weights[:, None], 5)), [ONLY], "2026")
    one = found.totals.iloc[0]
    # the weights are 80 to 120 for all: those of the second and of the fortieth of 41
    assert (one.net_low, one.net_high) == pytest.approx((one.net * 0.81, one.net * 1.19))
    assert "poids de réplication de la population (41, bootstrap)" in " ".join(found.notes)


def test_a_jackknife_finds_the_spread_of_a_total():
    rng = np.random.default_rng(2)
    values, size = rng.normal(100, 20, 200), 200
    leaving = (1 - np.eye(size)) * size / (size - 1)
    for method in ("jackknife", (size - 1) / size):
        found = Resampling(np.ones(size), leaving, method=method).totals(values[:, None])
        half = (found.high - found.low)[0] / 2
        assert half == pytest.approx(1.96 * np.sqrt(size) * values.std(ddof=1), rel=1e-6)
        assert found.value[0] == pytest.approx((found.low + found.high)[0] / 2)


def test_balanced_halves_find_the_spread_of_a_total():
    # two households in each of two strata; four halves, balanced
    signs = np.array([[1, -1, 1, -1], [1, -1, -1, 1], [-1, 1, 1, -1], [-1, 1, -1, 1]])
    values = np.array([10.0, 14.0, 3.0, 9.0])
    found = Resampling(np.ones(4), 1.0 + signs, method="brr").totals(values[:, None])
    # the variance of a stratum of two is the square of their difference
    assert (found.high - found.low)[0] / 2 == pytest.approx(1.96 * np.sqrt(4**2 + 6**2))


def test_too_few_replications_and_unknown_methods_are_refused():
    few = with_replicates(np.full((2, 5), 100.0))
    with pytest.raises(dr.StudyError, match="poids_replique: 2 cannot tell 95% intervals; expected"):
        dr.compare(few, [ONLY], "2026")
    assert dr.compare(few, [ONLY], "2026", replication="jackknife").totals["net_low"].notna().all()
    with pytest.raises(dr.StudyError, match="replications: 5 cannot tell"):
        study(replications=5)
    for wrong in ("brrr", -1.0, True):
        with pytest.raises(dr.StudyError, match="is unknown; expected bootstrap, jackknife, brr, or"):
            dr.compare(few, [ONLY], "2026", replication=wrong)
    with pytest.raises(dr.StudyError, match="has no weights of replications"):
        study(replications=60, replication="brr")


def test_a_cost_without_bound_in_some_replications_has_no_upper_end():
    # in one replication of ten nobody leaves poverty; in the others one costs 100
    sums = np.where(np.arange(40) % 10 == 0, np.inf, 100.0)
    found = Resampling(np.ones(1), sums[:, None]).of(lambda weights: weights)
    assert (found.low[0], found.high[0]) == (100, np.inf)


def test_a_statistic_that_many_replications_do_not_tell_has_no_interval():
    sums = np.arange(80.0)
    sums[:3] = np.nan
    found = Resampling(np.ones(1), sums[:, None]).of(lambda weights: weights)
    assert np.isnan([found.low[0], found.high[0]]).all()
    sums[1:3] = 1.0
    found = Resampling(np.ones(1), sums[:, None]).of(lambda weights: weights)
    assert np.isfinite([found.low[0], found.high[0]]).all()


def test_replications_of_a_calibrated_sample_reach_what_it_reaches():
    rng = np.random.default_rng(3)
    size = 400
    known = np.column_stack([np.ones(size), rng.random(size) < 0.3, rng.normal(0, 1, size)])
    weights = rng.uniform(50, 150, size)
    told = known[:, 2] * 10 + rng.normal(0, 1, size)  # mostly what is calibrated
    plain, again = (Resampling(weights, count=200, reached=some) for some in (None, known))
    reached = again.totals(known)
    total = weights.sum()
    assert reached.low == pytest.approx(reached.value, abs=2e-4 * total * np.abs(known).max())
    assert reached.high == pytest.approx(reached.value, abs=2e-4 * total * np.abs(known).max())
    wide, narrow = (
        (one.high - one.low)[0] for one in (some.totals(told[:, None]) for some in (plain, again))
    )
    assert narrow == pytest.approx(wide / 10, rel=0.25)
    assert (again._multiples >= 0).all()


def test_a_category_that_a_replication_has_nobody_in_is_no_harm():
    rare = np.zeros(50)
    rare[0] = 5.0
    again = Resampling(np.ones(50), count=100, reached=np.column_stack([np.ones(50), rare]))
    assert again.totals(np.ones((50, 1))).low[0] == pytest.approx(50, rel=0.03)
    # nor are margins that few households cannot reach together
    others = np.random.default_rng(0).normal(0, 1, (50, 8)) ** 3
    again = Resampling(np.ones(50), count=100, reached=np.column_stack([np.ones(50), rare, others]))
    assert np.isfinite(again._multiples).all()
    assert (again._multiples <= again._counts * np.exp(raking.MOST) * 1.001).all()


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
