"""Studies of a synthetic département, from drawing to tables."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import dept_rules as dr


@pytest.fixture(scope="module")
def sample():
    return dr.population.synthetic(departement="54", households=2_000, seed=1)


@pytest.fixture(scope="module")
def study(sample) -> dr.Study:
    return dr.compare(sample, ["plateforme", "ipp_2018_scenario_2"], "2026", replications=40)


def test_a_sample_is_studied_with_its_weights_and_its_notes(sample, study):
    assert study.household_changes["weight"].sum() == pytest.approx(2 * sample.weights.sum())
    assert set(sample.notes) <= set(study.notes)
    assert study.margins is sample.margins
    assert (study.totals["change"] > 0).all()
    assert (study.budget["change"] >= -1e-9).all()


def test_its_replications_are_calibrated_as_it_is(sample, study):
    reached = study.resampling.totals(sample.calibrated.to_numpy(dtype=float))
    homes = list(sample.calibrated).index("margins.menages.ensemble")
    ordinary = sample.weights[sample.stratum == "menage_ordinaire"].sum()
    assert reached.value[homes] == pytest.approx(ordinary)
    assert (reached.low[homes], reached.high[homes]) == pytest.approx((ordinary, ordinary), rel=1e-3)
    plain = dr.compare(replace(sample, calibrated=None), "plateforme", "2026", replications=40)
    one, other = (some.poverty_by(None).iloc[0] for some in (study, plain))
    # the poverty rate of the draw is a margin, but for the age of who is poor
    assert one.rate_high - one.rate_low < (other.rate_high - other.rate_low) / 3
    assert "chacun recalé sur les mêmes marges" in " ".join(study.notes)
    assert "ce calage n'est pas refait" in " ".join(plain.notes)


def test_what_has_an_interval_is_within_it(study):
    tables = [study.budget, study.totals, study.payers, study.beneficiaries, study.inequality, study.poverty]
    tables += [study.beneficiaries_by("revenu_de_base"), study.left_with_nothing()]
    tables += [study.missed_because("revenu_de_base"), study.stock_and_flow, study.yearly_flow]
    tables += [study.marginal_rates, study.winners_losers("age"), study.poverty_cost]
    for one in tables:
        names = [name.removesuffix("_low") for name in one if name.endswith("_low")]
        assert names
        for name in names:
            some = one[one[f"{name}_low"].notna() & one[name].notna()]
            assert (some[f"{name}_low"] <= some[f"{name}_high"]).all()
            within = (some[f"{name}_low"] <= some[name]) & (some[name] <= some[f"{name}_high"])
            assert within.mean() > 0.9, name
    assert study.stock_and_flow["entries_high"].max() > 0
    assert study.marginal_rates["share_above_low"].notna().any()


def test_its_own_columns_make_groups(study):
    assert set(study.winners_losers("sexe")["group"]) == {"femme", "homme"}
    strata = study.winners_losers("strate")
    whole = study.winners_losers(None)
    assert strata.groupby("law")["persons"].sum().tolist() == pytest.approx(whole["persons"].tolist())
    with pytest.raises(dr.UnknownNameError, match="did you mean 'sexe'"):
        study.winners_losers("sexes")


def test_what_replaces_rsa_is_net_of_it(study):
    one = study.totals.set_index("law").loc["ipp_2018_scenario_2"]
    assert one["offset"] > 0
    assert one["net"] == pytest.approx(one["change"] - one["offset"])
    assert (study.payers.query("payer == 'etat' and law == 'ipp_2018_scenario_2'")["offset"] > 0).all()


def test_a_file_is_studied_as_the_sample_it_holds(sample, study, tmp_path):
    sample.write(tmp_path / "pop.csv")
    again = dr.compare(
        str(tmp_path / "pop.csv"), ["plateforme", "ipp_2018_scenario_2"], "2026", replications=40
    )
    pd.testing.assert_frame_equal(again.totals, study.totals)
    pd.testing.assert_frame_equal(again.poverty, study.poverty)


def test_another_year_is_studied_and_said(sample):
    found = dr.compare(sample, "plateforme", "2027", replications=0)
    assert "La population est celle de 2026 : seuls les âges avancent." in found.notes
