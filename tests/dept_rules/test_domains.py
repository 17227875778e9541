"""The parts that a missing answer is cut in make up all that it may be, and no more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openfisca_core.periods import period

from dept_rules.explanation.domains import Domain, default, domain, holds, pieces, point
from dept_rules.system import baseline, inputs

NOVEMBER = period("2026-11")
INPUTS = inputs(baseline())


def successor(value: Any) -> Any:
    return float(np.nextafter(value, np.inf)) if isinstance(value, float) else value + 1


def check(whole: Domain, parts: list[Domain]) -> None:
    if whole.members is not None:
        assert tuple(one for part in parts for one in part.members) == whole.members
        return
    assert parts[0].low == whole.low
    assert parts[-1].high == whole.high
    assert all(part.low <= part.high for part in parts)
    if not isinstance(whole.low, bool):
        starts = [successor(part.high) for part in parts[:-1]]
        assert starts == [part.low for part in parts[1:]]


@pytest.mark.parametrize("name", INPUTS)
def test_the_parts_of_every_input(name: str) -> None:
    whole = domain(INPUTS[name], NOVEMBER)
    check(whole, pieces(whole, [18.0, 25.0, 651.69, 1e12, -3.0, np.inf], NOVEMBER))
    if name != "date_naissance":
        assert holds(whole, default(INPUTS[name]))


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.sets(st.floats(-1e3, 1e5), max_size=4))
def test_the_parts_of_a_part(low: int, length: int, thresholds: set[float]) -> None:
    for whole in (
        Domain(low, low + length),
        Domain(float(low), float(low) + length / 7),
        Domain(np.datetime64("1990-01-01"), np.datetime64("1990-01-01") + length),
    ):
        parts = pieces(whole, thresholds, NOVEMBER)
        check(whole, parts)
        assert len(parts) > 1


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(INPUTS)))
def test_a_point_lies_in_its_part(seed: int, name: str) -> None:
    rng = np.random.default_rng(seed)
    for part in pieces(domain(INPUTS[name], NOVEMBER), [18.0, 40.0], NOVEMBER):
        one = point(part, rng)
        assert one.single
        assert holds(part, one)
