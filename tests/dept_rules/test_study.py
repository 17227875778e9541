"""Studies on five households computed by hand (see five_households), and on small ones made for a rule."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from five_households import ONLY, PAID, TOTAL, WEIGHTS, study, table

import dept_rules as dr

LINE = 12 * 1288
BASELINE, REFORM = "droit_en_vigueur", "droit_en_vigueur + sur_mesure"


@pytest.fixture(scope="module")
def five() -> dr.Study:
    return study()


def row(found: pd.DataFrame, **where) -> pd.Series:
    kept = found
    for name, value in where.items():
        kept = kept[kept[name] == value]
    assert len(kept) == 1, kept
    return kept.iloc[0]


# --- money -------------------------------------------------------------------------------------


def test_the_budget_is_the_weighted_sum_of_what_each_is_paid(five):
    one = row(five.budget, benefit="revenu_de_base")
    assert (one.law, one.payer) == (REFORM, "departement")
    assert (one.baseline, one.reform, one.change, one.offset, one.net) == pytest.approx(
        (0, TOTAL, TOTAL, 0, TOTAL)
    )
    assert row(five.totals).net == pytest.approx(TOTAL)
    assert (five.budget.loc[five.budget["benefit"] != "revenu_de_base", "reform"] == 0).all()


def test_each_household_changes_by_what_it_is_paid(five):
    changes = five.household_changes.set_index("menage_id")["change"]
    expected = {"A": PAID["ada"], "B": PAID["bilal"], "C": 0, "D": PAID["diane"], "E": PAID["elio"]}
    assert changes.to_dict() == pytest.approx(expected)


def test_beneficiaries_are_counted_and_their_mean_told(five):
    one = row(five.beneficiaries, benefit="revenu_de_base")
    assert (one.baseline, one.beneficiaries, one.entity) == (0, 200, "individu")
    assert one.mean_amount == pytest.approx(TOTAL / 200)
    by_age = five.beneficiaries_by("revenu_de_base", "age").set_index("group")
    assert by_age["beneficiaries"].to_dict() == {"18-20": 110, "21-24": 90, "30-39": 0, "40-49": 0}


def test_winners_losers_and_unchanged_are_persons_of_their_households(five):
    one = row(five.winners_losers(None))
    # 100 + 50 + 3 × 10 + 40 live in a household that gains, 200 in one that does not
    assert (one.persons, one.winners, one.losers, one.unchanged) == (420, 220, 0, 200)
    assert (one.gained, one.lost, one.change) == pytest.approx((TOTAL, 0, TOTAL))
    assert one.mean_change == pytest.approx(TOTAL / 420)


def test_a_child_born_in_the_year_is_of_the_youngest():
    born = table()
    born.loc[5, "date_naissance"] = "2026-05-01"
    found = dr.compare(born, [ONLY], "2026", replications=0).winners_losers("age").set_index("group")
    assert found["persons"].to_dict() == {"0-17": 10, "18-20": 100, "21-24": 90, "30-39": 200, "40-49": 20}


def test_deciles_order_people_by_their_standard_of_living_before_the_reform(five):
    # of 420 people: ada 1–100, bilal 101–150, elio 151–190, the three of D 191–220, carole 221–420; limits
    # are those of persons 42 (ada), 84 (ada), 126 (bilal), 168 (elio), 210 (D), 252 (carole)…
    found = five.winners_losers("decile").set_index("group")["persons"].to_dict()
    assert found == {1: 100, 3: 50, 4: 40, 5: 30, 6: 200}


def test_groups_may_be_an_input_an_activity_or_a_series(five):
    assert five.winners_losers("activity").set_index("group")["winners"].to_dict() == {
        "actif": 50 + 20 + 40,
        "chomeur": 100,
        "etudiant": 10,
    }
    north = pd.Series({"A": "nord", "B": "nord", "C": "sud", "D": "sud", "E": "sud"}).rename_axis("menage_id")
    found = five.winners_losers(north).set_index("group")["persons"].to_dict()
    assert found == {"nord": 150, "sud": 270}
    assert five.winners_losers("majeur")["group"].tolist() == [True]


# --- standards of living -----------------------------------------------------------------------


def test_poverty_falls_by_those_who_cross_the_line(five):
    before, after = (row(five.poverty, law=law, group="ensemble") for law in (BASELINE, REFORM))
    # under 15,456: ada 4,000, bilal 9,200, elio 14,000, D 30,000 / 2 = 15,000; after, ada only (11,804.77)
    assert (before.persons, before.poor, after.poor) == (420, 220, 100)
    assert (after.leaving, after.entering) == (120, 0)
    assert (before.rate, after.rate, after.change) == pytest.approx((220 / 420, 100 / 420, -120 / 420))
    # of 220 poor people the median is bilal (101st to 150th)
    assert before.gap == pytest.approx(1 - 9_200 / LINE)
    assert after.gap == pytest.approx(1 - (4_000 + PAID["ada"]) / LINE)


def test_a_person_fewer_in_poverty_costs_the_net_cost_over_those_who_leave(five):
    one = row(five.poverty_cost)
    assert (one.net, one.leaving, one.entering) == pytest.approx((TOTAL, 120, 0))
    assert one.cost_per_person == pytest.approx(TOTAL / 120)


def test_the_line_is_a_figure_of_the_law_or_an_amount():
    lower = study(poverty_line=500.0)
    assert row(lower.poverty, law=BASELINE, group="ensemble").poor == 100
    assert "seuil_pauvrete" in set(study().figures["name"])
    with pytest.raises(dr.StudyError, match="is no amount"):
        study(poverty_line="majorite")


def test_inequality_is_that_of_people(five):
    values = [4_000] * 100 + [9_200] * 50 + [14_000] * 40 + [15_000] * 30 + [18_000] * 200
    mean = sum(values) / 420
    pairs = sum(abs(one - other) for one in values for other in values)
    one = row(five.inequality, law=BASELINE)
    assert one.gini == pytest.approx(pairs / (2 * 420**2 * mean))
    assert (one["mean"], one["median"], one.d9_d1) == pytest.approx((mean, 15_000, 18_000 / 4_000))
    assert row(five.inequality, law=REFORM).change < 0


def test_observed_incomes_hold_the_law_in_force_whatever_the_baseline():
    other = dr.compare(table(), BASELINE, "2026", baseline=ONLY, replications=0)
    assert row(other.poverty, law=REFORM, group="ensemble").poor == 100
    assert row(other.poverty, law=BASELINE, group="ensemble").poor == 220
    assert row(other.totals).net == pytest.approx(-TOTAL)


def test_who_is_poor_and_gets_nothing_more_is_left():
    # carole earns less here: poor, and too old for the revenu de base
    people = table()
    people.loc[people["individu_id"] == "carole", "revenu_disponible"] = 10_000
    found = dr.compare(people, [ONLY], "2026", replications=0).left_with_nothing("age").set_index("group")
    assert found["left"].to_dict() == {"18-20": 0, "21-24": 0, "30-39": 200, "40-49": 0}
    assert found.loc["30-39", "share"] == 1


def test_the_condition_that_excludes_is_told():
    people = table()
    people.loc[people["individu_id"] == "carole", "revenu_disponible"] = 10_000
    found = dr.compare(people, [ONLY], "2026", take_up={"revenu_de_base": 0.5}, replications=0)
    told = found.missed_because("revenu_de_base").set_index("condition")
    # carole (200), and one in two of the others, who do not take up: ada 50, bilal 25, elio 20, and 5 each of
    # diane and her parents; the parents and carole are too old
    assert told.loc["revenu_de_base_condition_age", ["left", "failing", "alone"]].tolist() == [310, 210, 210]
    assert told.loc["revenu_de_base_condition_statut", ["failing", "alone"]].tolist() == [0, 0]
    assert told.loc["", "failing"] == 100
    with pytest.raises(dr.UnknownNameError, match="unknown benefit"):
        found.missed_because("revenu")


def test_a_benefit_that_a_law_does_not_pay_excludes_nobody_by_its_conditions():
    people = table()
    people.loc[people["individu_id"] == "ada", "salaire_net"] = 900  # too much for the scheme of Lyon
    found = dr.compare(people, [ONLY, "rsj_lyon"], "2026", replications=0)
    for benefit, law in (("revenu_de_base", "rsj_lyon"), ("revenu_jeunes_departemental", REFORM)):
        told = found.missed_because(benefit)
        (only,) = told[told["law"] == law].itertuples()
        assert (only.condition, only.failing) == ("", only.left)
        assert only.label == "Aide qui n'est pas versée sous cette loi"


def test_bare_figures_are_called_as_the_analyst_calls_them():
    slope = {"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5}}
    laws = [dr.Scenario(slope, label="Pente de 50 %"), dr.Scenario("plateforme", label="automatique")]
    told = dr.compare(table(), laws, "2026", replications=0).laws.set_index("law")["label"]
    assert told["Pente de 50 %"] == "Pente de 50 %"
    assert told["automatique"] == "Plateforme des départements de gauche (juin 2021)"


def test_without_incomes_money_is_told_and_poverty_refused():
    found = dr.compare(table().drop(columns="revenu_disponible"), [ONLY], "2026", replications=0)
    assert row(found.totals).net == pytest.approx(TOTAL)
    with pytest.raises(dr.StudyError, match="revenu_disponible"):
        _ = found.poverty
    with pytest.raises(dr.StudyError, match="revenu_disponible"):
        found.winners_losers("decile")


# --- months ------------------------------------------------------------------------------------


def test_stocks_and_flows_follow_birthdays(five):
    months = five.stock_and_flow[five.stock_and_flow["law"] == REFORM].set_index("month")
    assert months["beneficiaries"].tolist() == [200] * 7 + [160] * 5  # elio turns 25 in July
    assert months.loc["2026-08", "exits"] == 40
    assert months["exits"].sum() == 40
    assert months["entries"].sum() == 0
    assert math.isnan(months.loc["2026-01", "entries"])


def test_over_the_year_each_person_is_counted_once(five):
    year = row(five.yearly_flow, law=REFORM)
    assert (year.beneficiaries, year.entries, year.exits) == (200, 0, 40)
    younger = table()
    younger.loc[0, "date_naissance"] = "2008-03-10"  # ada turns 18 in March
    found = dr.compare(younger, [ONLY], "2026", replications=0)
    year = row(found.yearly_flow, law=REFORM)
    assert (year.beneficiaries, year.entries, year.exits) == (200, 100, 40)
    months = found.stock_and_flow.query("law == @REFORM").set_index("month")
    assert months.loc["2026-04", "entries"] == 100


def test_a_benefit_grows_with_take_up_and_age(five):
    found = five.ramp_up("revenu_de_base", until="2027-12", take_up=(0.3, 0.66))
    assert found["month"].tolist()[:: len(found) - 1] == ["2026-01", "2027-12"]
    assert found["take_up"].tolist()[:: len(found) - 1] == pytest.approx([0.3, 0.66])
    assert found["entitled"].tolist()[6:8] == [200, 160]
    assert (found["beneficiaries"] == found["entitled"] * found["take_up"]).all()
    assert found["cost"].iloc[0] == pytest.approx(
        0.3 * (100 * 646.52 + 50 * 526.52 + 10 * 346.52 + 40 * 286.52)
    )


def test_birthdays_are_cliffs(five):
    found = five.age_cliffs
    # elio is 24: the month before his birthday counts he has 646.52 − 360, the month it does nothing
    one = row(found, law=REFORM, age=25)
    assert (one.persons, one.before, one.after) == pytest.approx((40, 286.52, 0))
    assert (one.losing, one.gaining, one.mean_loss) == pytest.approx((1, 0, -286.52))
    assert sorted(set(found["age"])) == [18, 21, 25]


# --- what it replaces --------------------------------------------------------------------------

REPLACING = ["droit_en_vigueur", "ipp_2018_scenario_2"]


def replaced(**options) -> dr.Study:
    """Two singles of 30: one has 500 € of RSA a month, the other earns 800 € and has a prime of 150 €."""
    people = pd.DataFrame(
        {
            "individu_id": ["r", "p"],
            "menage_id": ["r", "p"],
            "menage_role": "personne_de_reference",
            "poids": [3.0, 5.0],
            "date_naissance": "1995-02-02",
            "salaire_net": [0, 800],
            "rsa": [500, 0],
            "ppa": [0, 150],
        }
    )
    return dr.compare(people, [REPLACING], "2026", replications=0, **options)


def test_net_cost_leaves_out_what_is_replaced_and_says_who_saves():
    found = replaced()
    one = row(found.budget, benefit="revenu_de_base")
    # r: 461 instead of 500; p: 461 − 240 = 221 instead of 150
    gross, rsa, prime = 12 * (3 * 461 + 5 * 221), 12 * 3 * 500, 12 * 5 * 150
    assert (one.change, one.offset, one.net) == pytest.approx((gross, rsa + prime, gross - rsa - prime))
    payers = found.payers.set_index("payer")
    assert payers["change"].to_dict() == pytest.approx({"departement": gross, "etat": 0, "caf": 0})
    assert payers["offset"].to_dict() == pytest.approx({"departement": rsa, "etat": prime, "caf": 0})
    people = row(found.winners_losers(None))
    assert (people.winners, people.losers) == (5, 3)
    assert (people.gained, people.lost) == pytest.approx((5 * 12 * 71, 3 * 12 * 39))


def test_those_who_do_not_take_up_keep_what_would_be_replaced():
    found = replaced(take_up={"revenu_de_base": 0.5})
    full = replaced()
    assert row(found.totals).net == pytest.approx(row(full.totals).net / 2)
    assert row(found.winners_losers(None)).losers == 1.5


def test_the_place_of_the_revenu_de_base_in_national_resources_is_shown():
    people = pd.DataFrame(
        {
            "individu_id": ["x"],
            "menage_id": ["x"],
            "menage_role": ["personne_de_reference"],
            "poids": [2.0],
            "date_naissance": ["2004-02-02"],
            "salaire_net": [1000.0],
            "ppa": [200.0],
        }
    )
    found = dr.compare(people, [ONLY], "2026", replications=0).national_resources.set_index("left_out")
    # a wage of 1,000 and a prime of 200, which comes first: the revenu de base is 646.52 − 300 − 200
    gross = 2 * (3 * 146.52 + 9 * 151.69)
    assert found["gross"].tolist() == pytest.approx([gross, gross])
    assert found.loc[True, "as_studied"]
    assert (found.loc[True, "offset"], found.loc[False, "offset"]) == pytest.approx((0, gross))


# --- explained ---------------------------------------------------------------------------------


def test_the_breakdown_of_a_household_adds_up_and_explains(five):
    found = five.breakdown("menage", "D")
    assert found.table["change"].sum() == pytest.approx(PAID["diane"])
    assert set(found.table.loc[found.table["change"] != 0, "beneficiary"]) == {"diane"}
    text = found.to_text()
    assert "Revenu de base, diane : 0,00\u00a0€ → 4\u202f204,77\u00a0€" in text
    assert "646,52 − 300,00 = 346,52" in text
    assert "dora" not in text
    assert text.startswith(
        "Ménage D, comparé à « Droit en vigueur ».\n\nRéforme sur mesure : +4\u202f204,77\u00a0€"
    )
    assert five.breakdown("menage", "C").to_text().endswith("rien ne change")


def test_a_month_of_the_year_may_be_explained(five):
    assert "651,69 − 300,00 = 351,69" in five.breakdown("menage", "D", month="2026-06").to_text()
    with pytest.raises(dr.PeriodError, match="the year studied"):
        five.breakdown("menage", "D", month="2027-01")


def test_what_was_compared_is_told(five):
    told = dr.compare(
        table(),
        ["plateforme", "rsj_lyon", {"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5}}],
        "2026",
        replications=0,
    )
    stands = told.laws.set_index("law")["stands_on"].to_dict()
    assert stands == {
        "droit_en_vigueur": "",
        "plateforme": "",
        "rsj_lyon": "droit_en_vigueur",
        "sur_mesure": "plateforme",
    }
    assert told.laws["role"].tolist() == ["baseline", "reform", "reform", "reform"]
    assert any("« Réforme sur mesure » sont posés sur la plateforme" in note for note in told.notes)
    assert any("« Droit en vigueur », « Plateforme des dé" in note for note in told.notes)
    assert not any("droit_en_vigueur" in note or "sur_mesure" in note for note in told.notes)
    slope = told.figures[told.figures["name"] == "revenu_de_base.degressivite.revenus_activite"]
    assert slope.set_index("law")["value"].to_dict() == {"plateforme": 0.3, "sur_mesure": 0.5}
    assert slope.set_index("law")["standing"].to_dict()["sur_mesure"] == "hypothese"


def test_a_study_says_what_it_leaves_aside(five):
    notes = " ".join(five.notes)
    for said in ("estimations", "Aucune réaction", "prestations nationales constantes", "Recours complet"):
        assert said in notes
    assert "n'a pas de poids" not in notes
    assert "n'a pas de poids" in " ".join(
        dr.compare(table().drop(columns="poids"), [ONLY], "2026", replications=0).notes
    )
    assert five.rules["hash"]
    defaults = five.defaults.set_index("input")
    assert (defaults.loc["chomage_net", "missing"], defaults.loc["chomage_net", "of"]) == (7, 7)


@pytest.mark.parametrize(
    "option",
    [{"seed": "x"}, {"seed": -1}, {"replications": -3}, {"replications": 1.5}, {"replications": True}],
)
def test_luck_is_drawn_a_whole_number_of_times_from_a_whole_seed(option):
    (name,) = option
    with pytest.raises(dr.StudyError, match=f"{name}: is no such number; expected an integer of at least 0"):
        study(**option)


def test_weights_are_those_of_the_table(five):
    assert five.household_changes.set_index("menage_id")["weight"].to_dict() == WEIGHTS


def test_what_the_state_takes_back_of_its_own_aid_is_no_gain():
    # works paid in full by MaPrimeRénov': a département aid that is not limited only spares the State as much
    people = pd.DataFrame(
        {
            "individu_id": ["rose"],
            "menage_id": ["m"],
            "menage_role": ["personne_de_reference"],
            "date_naissance": ["1950-03-12"],
            "rfr": [12_000],
            "departement": ["54"],
            "statut_occupation_logement": ["proprietaire"],
            "residence_principale": [True],
            "anciennete_logement": [60],
            "classe_dpe": ["g"],
            "classe_dpe_apres_travaux": ["c"],
            "travaux_renovation_ht": [30_000],
            "travaux_renovation_ttc": [31_650],
            "maprimerenov": [31_650],
        }
    )
    whole = {"aide_renovation_energetique.limitee_a_la_place": {"2018-01-01": False}}
    found = dr.compare(people, ["plateforme", whole], "2026", baseline="droit_en_vigueur", replications=0)
    paid = found.budget[found.budget["change"] > 0].set_index(["law", "benefit"])
    for benefit, amount in (("aide_renovation_energetique", 5_000), ("aide_foyers_en_difficulte", 1_000)):
        one = paid.loc[("sur_mesure", benefit)]
        assert (one.change, one.offset, one.net) == pytest.approx((amount, amount, 0))
        assert ("plateforme", benefit) not in paid.index
    payers = found.payers.set_index(["law", "payer"])
    assert payers.loc[("sur_mesure", "etat"), "offset"] == pytest.approx(6_000)
    assert row(found.winners_losers(None), law="sur_mesure").winners == 0


def test_an_income_holds_what_the_law_in_force_pays_already():
    people = pd.DataFrame(
        {
            "individu_id": ["x"],
            "menage_id": ["x"],
            "menage_role": ["personne_de_reference"],
            "date_naissance": ["1960-02-02"],
            "rfr": [3_000],
            "residence_principale": [True],
            "titulaire_contrat_electricite": [True],
            "revenu_disponible": [16_000],
        }
    )
    without = ["droit_en_vigueur", {"cheque_energie.applique": {"2018-01-01": False}}]
    found = dr.compare(people, [without], "2026", replications=0, poverty_line=15_999 / 12)
    lost = -row(found.totals).net
    assert lost > 100
    told = found.inequality.set_index("law")["mean"].to_dict()
    assert told == pytest.approx({"droit_en_vigueur": 16_000, REFORM: 16_000 - lost})
    assert found.poverty.set_index(["law", "group"]).loc[(REFORM, "ensemble"), "entering"] == 1
    assert row(found.winners_losers("decile")).losers == 1
