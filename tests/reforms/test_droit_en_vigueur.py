"""The law in force is what remains of the system without the platform's own benefits."""

from __future__ import annotations

import pytest

from dept_rules import provenance, reforms_loader
from dept_rules.system import baseline, benefits

SWITCHES = sorted({one.benefit.applies for one in benefits(baseline()).values()})
DATES = ("2018-01-01", "2021-07-01", "2026-01-01")


@pytest.mark.parametrize("switch", SWITCHES)
def test_only_what_is_in_force_applies(switch: str) -> None:
    system = reforms_loader.apply("droit_en_vigueur", baseline())
    for day in DATES:
        before = provenance.figure(baseline(), switch, day)
        after = provenance.figure(system, switch, day)
        assert after.value == (before.value and before.standing in provenance.IN_FORCE)
        assert (after.standing in provenance.IN_FORCE) == (before.standing in provenance.IN_FORCE)
