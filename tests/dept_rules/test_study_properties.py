"""What holds for any reform of any population, and what a study refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from dept_rules.reforms.revenu_de_base_pente_cej import revenu_de_base_pente_cej
from five_households import ONLY, study, table
from households import random_population
from hypothesis import given, settings
from hypothesis import strategies as st
from one_more_aid import une_aide_de_plus

import dept_rules as dr
from dept_rules.people import Population
from dept_rules.simulation.gains import THRESHOLD

FIGURES = {
    "revenu_de_base.degressivite.revenus_activite": st.floats(0, 1),
    "revenu_de_base.degressivite.autres_revenus": st.floats(0, 1),
    "revenu_de_base.montant.part_rsa": st.floats(0, 1),
    "revenu_de_base.age.minimum": st.integers(16, 24),
    "revenu_de_base.age.maximum_exclu": st.integers(25, 70),
    "revenu_de_base.prestations_remplacees.rsa": st.booleans(),
    "revenu_de_base.prestations_remplacees.prime_activite": st.booleans(),
    "revenu_de_base.neutralise_prestations_nationales": st.booleans(),
    "revenu_de_base.garantie_de_non_perte": st.booleans(),
    "aide_impayes_energie.part_prise_en_charge": st.floats(0, 1),
    "cheque_energie.applique": st.booleans(),
}
reforms = (
    st.fixed_dictionaries({}, optional=FIGURES)
    .filter(bool)
    .map(lambda some: {name: {"2018-01-01": value} for name, value in some.items()})
)
shares = st.fixed_dictionaries(
    {}, optional={"revenu_de_base": st.floats(0, 1), "cheque_energie": st.floats(0, 1)}
)


def people(seed: int) -> Population:
    made = random_population(seed, 12)
    weights = np.random.default_rng(seed).uniform(0, 100, made.size("menage"))
    return replace(made, weights=weights)


@pytest.mark.long
@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 1_000),
    reforms,
    shares,
    st.booleans(),
    st.sampled_from(["droit_en_vigueur", [une_aide_de_plus]]),
)
def test_accounts_balance_to_the_cent(seed, reform, take_up, draw, baseline):
    population = people(seed)
    laws = ["plateforme", reform, [reform, une_aide_de_plus]]  # an aid that other laws lack
    found = dr.compare(population, laws, "2026", baseline, take_up=take_up, draw=draw, replications=0)
    changes = found.household_changes
    by_household = (changes["weight"] * changes["change"]).groupby(changes["law"]).sum()
    totals = found.totals.set_index("law")
    by_payer = found.payers.groupby("law")[["change", "offset", "net"]].sum()
    by_benefit = found.budget.groupby("law")[["change", "offset", "net"]].sum()
    for law, total in totals.iterrows():
        near = pytest.approx(total["net"], abs=1e-6)
        assert by_household[law] == near
        assert by_payer.loc[law, "net"] == near
        assert by_benefit.loc[law, "net"] == near
        assert by_payer.loc[law, "change"] == pytest.approx(total["change"], abs=1e-6)
        assert by_payer.loc[law, "offset"] == pytest.approx(total["offset"], abs=1e-6)
        assert total["change"] - total["offset"] == near
    for by in (None, "age", "statut_activite", "departement"):
        groups = found.winners_losers(by)
        parts = groups[["winners", "losers", "unchanged"]].sum(axis=1)
        assert parts.tolist() == pytest.approx(groups["persons"].tolist())
        assert (groups["gained"] - groups["lost"]).tolist() == pytest.approx(groups["change"].tolist())
        summed = groups.groupby("law")["change"].sum()
        slack = THRESHOLD * float(np.sum(population.weights))
        for law, total in totals["net"].items():
            assert summed[law] == pytest.approx(total, abs=slack)


@pytest.mark.long
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1_000), reforms, shares)
def test_a_reform_equal_to_the_baseline_changes_nothing(seed, reform, take_up):
    found = dr.compare(people(seed), reform, "2026", baseline=reform, take_up=take_up, replications=40)
    assert (found.totals[["change", "offset", "net", "net_low", "net_high"]] == 0).all(axis=None)
    one = found.winners_losers(None).iloc[0]
    assert (one.winners, one.losers, one.gained, one.lost) == (0, 0, 0, 0)
    assert (found.poverty[["leaving", "entering", "change"]] == 0).all(axis=None)
    assert (found.inequality["change"].dropna() == 0).all()


@pytest.mark.long
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1_000), reforms)
def test_twice_the_weights_are_twice_the_totals_and_the_same_rates(seed, reform):
    population = people(seed)
    twice = replace(population, weights=2 * population.weights)
    one, two = (dr.compare(some, reform, "2026", replications=40) for some in (population, twice))
    for name in ("baseline", "reform", "net", "net_low", "net_high"):
        assert two.totals[name].tolist() == pytest.approx((2 * one.totals[name]).tolist())
    counts, rates = ["persons", "poor", "leaving"], ["rate", "rate_low", "rate_high", "gap", "change"]
    assert two.poverty[counts].to_numpy() == pytest.approx(2 * one.poverty[counts].to_numpy())
    assert two.poverty[rates].to_numpy() == pytest.approx(one.poverty[rates].to_numpy(), nan_ok=True)
    # a population without any income has no index
    assert two.inequality["gini"].tolist() == pytest.approx(one.inequality["gini"].tolist(), nan_ok=True)
    assert two.poverty_cost["cost_per_person"].tolist() == pytest.approx(
        one.poverty_cost["cost_per_person"].tolist(), nan_ok=True
    )


@pytest.mark.long
@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1_000), reforms)
def test_the_breakdown_of_a_household_is_its_change(seed, reform):
    found = dr.compare(people(seed), reform, "2026", replications=0)
    changes = found.household_changes.set_index("menage_id")["change"]
    for menage in changes.index[:3]:
        told = found.breakdown("menage", menage).table["change"].sum()
        assert told == pytest.approx(changes[menage], abs=1e-6)  # amounts that cancel out leave a residue


def test_an_order_of_rows_is_no_matter():
    people = table()
    homes = people.groupby("menage_id", sort=False)
    other = pd.concat([group for _, group in reversed(list(homes))])
    one, two = (dr.compare(some, [ONLY], "2026", replications=0) for some in (people, other))
    pd.testing.assert_frame_equal(one.winners_losers("decile"), two.winners_losers("decile"))
    pd.testing.assert_frame_equal(one.poverty, two.poverty)


def test_a_reform_of_formulas_is_compared():
    found = dr.compare(table(), [revenu_de_base_pente_cej, "plateforme"], "2026", replications=0)
    assert found.totals["law"].tolist() == ["revenu_de_base_pente_cej", "plateforme"]
    assert found.totals["net"].nunique() == 2


def test_laws_of_one_name_are_numbered():
    slope = "revenu_de_base.degressivite.revenus_activite"
    laws = [{slope: {"2026-01-01": value}} for value in (0.2, 0.4)]
    found = dr.compare(table(), laws, "2026", replications=0)
    assert found.totals["law"].tolist() == ["sur_mesure (1)", "sur_mesure (2)"]
    assert found.totals["net"].is_monotonic_decreasing


# --- what is refused ---------------------------------------------------------------------------


def test_negative_weights_are_refused():
    with pytest.raises(dr.TableError, match="poids"):
        dr.compare(table().assign(poids=-1.0), ONLY, "2026")
    wrong = replace(people(1), weights=np.full(12, -1.0))
    with pytest.raises(dr.StudyError, match="12 are negative or no number"):
        dr.compare(wrong, ONLY, "2026")
    with pytest.raises(dr.StudyError, match="all of them are 0"):
        dr.compare(replace(wrong, weights=np.zeros(12)), ONLY, "2026")
    with pytest.raises(dr.StudyError, match="there are 3 for 12 menages"):
        dr.compare(replace(wrong, weights=np.ones(3)), ONLY, "2026")


def test_an_empty_population_is_refused():
    with pytest.raises(dr.TableError, match="empty"):
        dr.compare(table().iloc[:0], ONLY, "2026")


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(dr.UnknownNameError, match="did you mean 'salaire_net'"):
        study().winners_losers("salaire_ne")
    with pytest.raises(dr.UnknownNameError, match="did you mean 'activity'"):
        study().winners_losers("activty")
    with pytest.raises(dr.UnknownNameError, match="unknown reform"):
        dr.compare(table(), "rsj_lion", "2026")
    with pytest.raises(dr.ReformError, match="degressivité"):
        dr.compare(table(), {"revenu_de_base.degressivité": {"2026-01-01": 1}}, "2026")
    with pytest.raises(dr.UnknownNameError, match="unknown menage 'Z'"):
        study().breakdown("menage", "Z")
    with pytest.raises(dr.StudyError, match="expected menage"):
        study().breakdown("individu", "ada")
    with pytest.raises(dr.UnknownNameError, match="unknown benefit"):
        study().ramp_up("revenu_de_bas")


def test_too_many_values_are_no_groups():
    many = pd.Series(range(7), index=pd.Index(table()["individu_id"], name="individu_id"))
    assert len(study().winners_losers(many)) == 7
    big = pd.concat([table()] * 40, ignore_index=True)
    big["individu_id"] = [f"{name}{rank}" for rank, name in enumerate(big["individu_id"])]
    big["menage_id"] = [f"{name}{rank // 7}" for rank, name in enumerate(big["menage_id"])]
    big["salaire_net"] = range(len(big))
    with pytest.raises(dr.StudyError, match="has 280 values, too many for groups"):
        dr.compare(big, ONLY, "2026", replications=0).winners_losers("salaire_net")


def test_a_series_of_groups_tells_of_everybody_once():
    found = study()
    with pytest.raises(dr.StudyError, match="indexed by nobody known"):
        found.winners_losers(pd.Series([1], index=["A"]))
    with pytest.raises(dr.StudyError, match="says nothing of 4 menages"):
        found.winners_losers(pd.Series([1], index=pd.Index(["A"], name="menage_id")))
    with pytest.raises(dr.StudyError, match="1 identifiers are there twice"):
        found.winners_losers(pd.Series(range(6), index=pd.Index([*"ABCDEA"], name="menage_id")))


def test_a_study_is_of_one_modelled_year():
    for period in ("2026-11", ["2025", "2026"], 2026):
        with pytest.raises(dr.PeriodError, match="a study is of"):
            dr.compare(table(), ONLY, period)
    with pytest.raises(dr.PeriodError, match="not modelled"):
        dr.compare(table(), ONLY, "2015")


def test_answers_of_another_year_are_refused():
    dated = table().rename(columns={"salaire_net": "salaire_net@2024-05"})
    with pytest.raises(dr.StudyError, match="salaire_net: is given for 2024-05 only"):
        dr.compare(dated, ONLY, "2026")
    with pytest.raises(dr.PeriodError, match="before"):
        study().ramp_up("revenu_de_base", until="2025-01")


def test_what_nothing_can_stand_in_for_is_asked():
    people = table()
    people.loc[0, "date_naissance"] = None
    with pytest.raises(dr.DeptRulesError, match="date_naissance"):
        dr.compare(people, ONLY, "2026")


def test_a_stack_of_reforms_and_a_list_are_not_the_same():
    stack = dr.compare(table(), [["droit_en_vigueur", "rsj_lyon"]], "2026", replications=0)
    each = dr.compare(table(), ["droit_en_vigueur", "rsj_lyon"], "2026", replications=0)
    assert stack.totals["law"].tolist() == ["droit_en_vigueur + rsj_lyon"]
    assert each.totals["law"].tolist() == ["droit_en_vigueur (1)", "rsj_lyon"]
    with pytest.raises(dr.ReformError, match="no reform to compare"):
        dr.compare(table(), [], "2026")
