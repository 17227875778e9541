"""Values that meet a budget: exact, all of them, or a clear refusal."""

from __future__ import annotations

import pytest
from five_households import ONLY, table

import dept_rules as dr
from dept_rules.simulation.solving import budget_curve, curve_or_none
from dept_rules.simulation.variants import around
from dept_rules.texts import number_text

RATE = "revenu_de_base.degressivite.revenus_activite"
AGE = "revenu_de_base.age.minimum"
CAPA = "capa.plafond_ressources.part_rsa_personne_seule"


@pytest.fixture(scope="module")
def sample():
    return dr.population.synthetic(departement="54", households=2_000, seed=1)


def net(population, figures, reform="plateforme", **options) -> float:
    stack = [[reform, {name: {"2026-01-01": x} for name, x in figures.items()}] if figures else [reform]]
    return float(dr.compare(population, stack, "2026", replications=0, **options).totals["net"].iloc[0])


def test_a_hand_computed_solution():
    # Bilal's 50 households lose 50 × 12 × 400 € from a rate of 0 to 1; elio's 40, 40 × 7 × 1,200 € at most.
    both = 100 * 7804.77 + 10 * 4204.77 + 50 * (7804.77 - 12 * 0.1 * 400)
    elio = 40 * (3 * (646.52 - 120) + 4 * (651.69 - 120))
    found = dr.solve(table(), RATE, both + elio, "2026", [ONLY])
    assert found.value == pytest.approx(0.1)
    assert found.exact
    assert found.reachable == pytest.approx(
        (100 * 7804.77 + 10 * 4204.77 + 50 * 3004.77, both + elio + 24_000 + 33_600)
    )


@pytest.mark.parametrize("take_up", [None, {"revenu_de_base": 0.66}])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.93])
def test_the_budget_asked_is_met(share, take_up):
    low, high = (net(table(), {RATE: end}, ONLY, take_up=take_up) for end in (1, 0))
    target = low + share * (high - low)
    found = dr.solve(table(), RATE, target, "2026", [ONLY], take_up=take_up)
    assert net(table(), {RATE: found.value}, ONLY, take_up=take_up) == pytest.approx(target, rel=1e-9)
    assert number_text(float(f"{found.value:.6g}")) in found.to_text()


def test_net_and_gross_budgets_where_benefits_are_replaced(sample):
    study = dr.compare(sample, "ipp_2018_scenario_2", "2026", replications=0).totals.iloc[0]
    assert study["offset"] > 0
    for kind, name in (("net", "net"), ("gross", "change")):
        found = dr.solve(sample, RATE, float(study[name]), "2026", "ipp_2018_scenario_2", kind=kind)
        assert found.value == pytest.approx(0.3, abs=1e-6)


def test_a_curve_is_what_comparisons_give_at_any_value(sample):
    curve = budget_curve(around(dr.compare(sample, "plateforme", "2026", replications=0)), RATE, (0.0, 1.0))
    sweep = dr.sweep(sample, {RATE: [0, 0.07, 0.3, 0.31, 1]}, "2026", measures=["budget"])
    assert curve(sweep[RATE]).tolist() == pytest.approx(sweep["net"].tolist(), rel=1e-9)


def test_a_budget_that_is_leapt_over_is_told(sample):
    # from 18 on, each age opens the benefit to as many more people
    target = (net(sample, {AGE: 18}) + net(sample, {AGE: 19})) / 2
    found = dr.solve(sample, AGE, target, "2026", between=(17, 20))
    # within a year of age, people turn it month by month: the budget leaps twelve times, at whole ages only
    assert found.values == ()
    (jump,) = found.jumps
    assert jump.below > target > jump.above
    assert net(sample, {AGE: jump.at}) == pytest.approx(jump.here)
    assert "saute" in found.to_text()
    with pytest.raises(dr.StudyError, match="leaps over"):
        _ = found.value


def test_a_stretch_of_values_is_told_as_one():
    # ages are whole: what holds at 25 holds just after 24, and elio is 24 until July
    name, target = "revenu_de_base.age.maximum_exclu", net(table(), {}, ONLY)
    found = dr.solve(table(), name, target, "2026", [ONLY], between=(20, 28))
    assert [(round(one.low, 9), one.high) for one in found.values] == [(24, 25)]
    assert net(table(), {name: found.values[0].low}, ONLY) == pytest.approx(target)
    with pytest.raises(dr.StudyError, match="several values"):
        _ = found.value


def test_rules_that_round_are_searched():
    sample = dr.population.synthetic(departement="54", households=4_000, seed=0)
    variants = around(dr.compare(sample, "plateforme", "2026", replications=0))
    assert curve_or_none(variants, CAPA, (0.0, 1.0)) is None
    low, high = net(sample, {CAPA: 0.2}), net(sample, {CAPA: 1})
    assert low < high
    found = dr.solve(sample, CAPA, (low + high) / 2, "2026", between=(0.2, 1.0))
    assert not found.exact
    for one in found.values:
        assert net(sample, {CAPA: one.low}) == pytest.approx(found.target, rel=1e-6)
    for one in found.jumps:
        assert min(one.below, one.above) < found.target < max(one.below, one.above)
        assert net(sample, {CAPA: one.at}) == pytest.approx(one.here)
    assert found.values or found.jumps


def test_whole_numbers_are_tried_one_by_one(sample):
    name = "capa.duree_maximale"
    target = net(sample, {name: 3})
    found = dr.solve(sample, name, target, "2026", between=(1, 12))
    assert found.exact
    assert 3 in [one.low for one in found.values]
    assert all(one.low == int(one.low) for one in found.values)


@pytest.mark.parametrize(
    ("parameter", "target", "options", "error", "said"),
    [
        (RATE, 1e12, {}, dr.OutOfReachError, "out of reach; expected"),
        (RATE, "1000", {}, dr.StudyError, "is no amount"),
        (RATE, float("nan"), {}, dr.StudyError, "is no amount"),
        (RATE, 1e6, {"kind": "total"}, dr.StudyError, "is unknown"),
        (RATE, 1e6, {"between": (1, 0)}, dr.StudyError, "lower one first"),
        (RATE, 1e6, {"between": (0, 2)}, dr.ReformError, "out of range"),
        ("revenu_de_base.degresivite", 1e6, {}, dr.UnknownNameError, "did you mean"),
        ("revenu_de_base.unite", 1e6, {}, dr.StudyError, "no number"),
        ("bonus_solidaire.forfait", 1e6, {}, dr.StudyError, "is a scale"),
        ("couverture.report_maximal", 1e6, {}, dr.StudyError, "moves no benefit"),
        ("revenu_de_base.montant.socle_propre", 1e6, {}, dr.StudyError, "gives no range"),
        (RATE, 1e6, {"reform": ["plateforme", "rsj_lyon"]}, dr.StudyError, "2 reforms"),
    ],
)
def test_what_has_no_answer_is_refused(parameter, target, options, error, said):
    with pytest.raises(error, match=said):
        dr.solve(table(), parameter, target, "2026", **options)
