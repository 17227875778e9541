"""Take-up: expectations, draws, and automatic payment as a reform."""

from __future__ import annotations

import numpy as np
import pytest
from five_households import ONLY, TOTAL, table
from test_study import row

import dept_rules as dr
from dept_rules.simulation.take_up import drawn, expected, uniform


def automatic(**options) -> dr.Study:
    """Two in three take the revenu de base up where they must ask; all have it where it comes by itself."""
    asked = dr.Scenario(ONLY, take_up={"revenu_de_base": 0.66}, label="sur demande")
    paid = dr.Scenario(ONLY, label="automatique")
    return dr.compare(table(), paid, "2026", baseline=asked, replications=0, **options)


def test_automatic_payment_is_a_reform():
    found = automatic()
    money = row(found.budget, benefit="revenu_de_base")
    assert (money.baseline, money.reform, money.change) == pytest.approx((0.66 * TOTAL, TOTAL, 0.34 * TOTAL))
    people = row(found.winners_losers(None))
    assert (people.winners, people.losers, people.unchanged) == pytest.approx(
        (0.34 * 220, 0, 420 - 0.34 * 220)
    )
    reached = row(found.beneficiaries, benefit="revenu_de_base")
    assert (reached.baseline, reached.beneficiaries) == pytest.approx((0.66 * 200, 200))
    # 120 people would leave poverty: two in three did already
    cost = row(found.poverty_cost)
    assert (cost.leaving, cost.cost_per_person) == pytest.approx((0.34 * 120, 0.34 * TOTAL / (0.34 * 120)))
    assert found.laws["take_up"].tolist() == ["Revenu de base : 66 %", "toutes les personnes qui y ont droit"]
    assert "comptés en espérance" in " ".join(found.notes)


def test_a_general_take_up_holds_for_every_law_and_a_scenario_wins():
    laws = [ONLY, dr.Scenario(ONLY, take_up={"revenu_de_base": 0.25}, label="quart")]
    found = dr.compare(table(), laws, "2026", take_up={"revenu_de_base": 0.5}, replications=0)
    assert found.totals["net"].tolist() == pytest.approx([0.5 * TOTAL, 0.25 * TOTAL])


def test_a_figure_of_non_take_up_is_told_with_its_source():
    found = dr.compare(table(), [ONLY], "2026", take_up={"revenu_de_base": "non_recours.rsa"}, replications=0)
    assert row(found.totals).net == pytest.approx(0.66 * TOTAL)
    used = found.figures[found.figures["name"] == "non_recours.rsa"]
    assert used["standing"].unique().tolist() == ["statistique"]
    assert "DREES" in used["source"].iloc[0]


@pytest.mark.parametrize("name", ["revenu_de_base.degressivite.revenus_activite", "majorite"])
def test_a_figure_of_another_thing_is_no_share(name):
    with pytest.raises(dr.StudyError, match="is no share"):
        dr.compare(table(), [ONLY], "2026", take_up={"revenu_de_base": name}, replications=0)


def test_draws_are_held_fixed_between_laws_and_follow_the_seed():
    found = automatic(draw=True, seed=1)
    assert row(found.winners_losers(None)).losers == 0  # who received still does
    changes = found.household_changes["change"].round(2)
    assert set(changes) <= {0.0, 7804.77, 6364.77, 4204.77, 2026.32}
    again, other = automatic(draw=True, seed=1), automatic(draw=True, seed=2)
    assert (again.household_changes["change"] == found.household_changes["change"]).all()
    assert (other.household_changes["change"] != found.household_changes["change"]).any()
    assert "tirés au sort" in " ".join(found.notes)


def test_luck_hangs_on_the_identifier_the_benefit_and_the_seed_only():
    ids = [f"m{rank}" for rank in range(2_000)]
    luck = uniform(ids, "revenu_de_base", 7)
    assert (uniform(ids[::-1], "revenu_de_base", 7)[::-1] == luck).all()
    assert (uniform(ids[:10], "revenu_de_base", 7) == luck[:10]).all()
    assert abs(np.corrcoef(luck, uniform(ids, "bonus_solidaire", 7))[0, 1]) < 0.1
    assert abs(np.corrcoef(luck, uniform(ids, "revenu_de_base", 8))[0, 1]) < 0.1
    assert ((luck >= 0) & (luck < 1)).all()
    assert luck.mean() == pytest.approx(0.5, abs=0.03)
    assert uniform([3, 4], "x", 0).tolist() == uniform(["3", "4"], "x", 0).tolist()


def test_expectations_tell_every_case_apart_with_its_likelihood():
    concerned = {"a": np.array([True, False, True]), "b": np.array([True, True, False])}
    cases = expected(3, [{"a": 0.6, "b": 1.0}, {"a": 0.9, "b": 0.5}], concerned)
    assert np.bincount(cases.household, weights=cases.share).tolist() == pytest.approx([1, 1, 1])
    assert np.bincount(cases.household).tolist() == [6, 2, 3]
    under = [cases.received("a", {"a": rate}) for rate in (0.6, 0.9)]
    assert (under[1] >= under[0]).all()
    first = cases.household == 0
    assert (under[0] * cases.share)[first].sum() == pytest.approx(0.6)
    assert (under[1] * cases.share)[first].sum() == pytest.approx(0.9)
    both = under[0] * cases.received("b", {"b": 0.5})
    assert (both * cases.share)[first].sum() == pytest.approx(0.3)


def test_draws_come_near_to_expectations():
    ids = list(range(20_000))
    concerned = {"a": np.ones(20_000, dtype=bool)}
    cases = drawn(ids, [{"a": 0.66}, {"a": 1.0}], concerned, seed=0)
    assert cases.received("a", {"a": 0.66}).mean() == pytest.approx(0.66, abs=0.01)
    assert cases.received("a", {"a": 1.0}).all()
    assert cases.received("b", {}).all()


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), True, None])
def test_a_share_is_from_0_to_1(share):
    with pytest.raises(dr.StudyError, match="take_up/revenu_de_base: is no share"):
        dr.compare(table(), ONLY, "2026", take_up={"revenu_de_base": share})


def test_take_up_of_something_else_is_refused():
    with pytest.raises(dr.UnknownNameError, match="did you mean 'revenu_de_base'"):
        dr.compare(table(), ONLY, "2026", take_up={"revenu_de_bas": 0.5})
    with pytest.raises(dr.UnknownNameError, match="unknown parameter"):
        dr.compare(table(), ONLY, "2026", take_up={"revenu_de_base": "non_recours.rso"})
    with pytest.raises(dr.StudyError, match="is no share"):
        dr.compare(table(), ONLY, "2026", take_up={"revenu_de_base": "majorite"})
