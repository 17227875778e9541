"""Studies of a synthetic département, from drawing to tables."""

from __future__ import annotations

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
