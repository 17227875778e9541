"""Exact curves of a total: what is summed, where a total is met, where it is leapt over."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dept_rules.simulation import curves
from dept_rules.simulation.curves import Jump, Stretch
from dept_rules.simulation.functions import identity

OVER = (0.0, 10.0)


def stairs(thresholds, weights):
    """Return the weight of those whose threshold is reached."""
    x = identity(OVER)
    return curves.total([(np.where(x >= np.array(thresholds), 1.0, 0.0), np.array(weights))], OVER)


def ramps(ends, weights, fixed=0.0):
    """Return what is left, to each, of an amount that x eats up."""
    x = identity(OVER)
    return curves.total([(np.maximum(np.array(ends) - x, 0.0), np.array(weights))], OVER, fixed)


def test_a_total_is_the_weighted_sum_of_its_rows():
    curve = ramps([2.0, 6.0], [10.0, 1.0], fixed=5.0)
    assert curve.knots.tolist() == [2, 6]
    assert curve([0, 1, 2, 4, 6, 10]).tolist() == [31, 20, 9, 7, 5, 5]
    assert curve.extremes == (5, 31)


def test_where_a_total_is_met_exactly():
    values, jumps = ramps([2.0, 6.0], [10.0, 1.0]).reach(15.0, 1e-9)
    assert values == [Stretch(1.0, 1.0)]
    assert jumps == []
    assert ramps([2.0, 6.0], [10.0, 1.0]).reach(0.0, 1e-9)[0] == [Stretch(6.0, 10.0)]


def test_several_values_may_meet_a_total():
    x = identity(OVER)
    curve = curves.total([(np.maximum(x - 5.0, 5.0 - x), np.array([1.0]))], OVER)
    values, _ = curve.reach(2.0, 1e-9)
    assert [one.low for one in values] == pytest.approx([3, 7])


def test_a_leap_is_told_with_both_its_sides():
    values, jumps = stairs([4.0, 7.0], [10.0, 1.0]).reach(5.0, 1e-9)
    assert values == []
    assert jumps == [Jump(4.0, 0.0, 10.0, 10.0)]


def test_a_stretch_ends_before_the_leap_that_leaves_it():
    values, _ = stairs([4.0, 7.0], [10.0, 1.0]).reach(10.0, 1e-9)
    assert values == [Stretch(4.0, float(np.nextafter(7.0, 4.0)))]
    curve = stairs([4.0, 7.0], [10.0, 1.0])
    assert curve(values[0].high) == 10
    assert curve(7.0) == 11


def test_out_of_its_range_a_curve_says_nothing():
    with pytest.raises(ValueError, match=r"from 0\.0 to 10\.0"):
        ramps([2.0], [1.0])(11)


def test_a_total_of_nothing_is_what_is_fixed():
    curve = curves.total([], OVER, 3.0)
    assert curve(4.0) == 3
    assert curve.reach(3.0, 1e-9)[0] == [Stretch(0.0, 10.0)]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 5)), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_a_value_found_gives_the_total_asked(rows, share):
    curve = ramps(*map(list, zip(*rows, strict=True)))
    low, high = curve.extremes
    target = low + share * (high - low)
    values, jumps = curve.reach(target, 1e-9)
    assert jumps == []
    assert values
    for one in values:
        assert curve(one.low) == pytest.approx(target, abs=1e-6)
        assert curve(one.high) == pytest.approx(target, abs=1e-6)
