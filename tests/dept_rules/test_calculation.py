"""What an evaluation says: verdicts, amounts to the cent, standing, threads."""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from households import random_population
from hypothesis import given
from hypothesis import strategies as st

import dept_rules as dr
from dept_rules import calculation, reforms_loader, situations
from dept_rules.entitlements import Verdict, cents
from dept_rules.legislation import Reform
from dept_rules.system import baseline

EXAMPLES = Path(__file__).parents[2] / "examples"
ALONE = EXAMPLES / "jeune_salarie_seul.json"


def alone(**answers: object) -> dict:
    return {
        "individus": {"camille": {"date_naissance": "2003-05-14", **answers}},
        "menages": {"menage": {"personne_de_reference": "camille"}},
    }


class SameLaw(Reform):
    """A law of its own, to be changed."""

    label = "Essai"

    def apply(self) -> None:
        pass


def basic_income(period: str = "2026-11", reform: object = None, **answers: object) -> dr.Entitlement:
    return dr.evaluate(alone(**answers), period, reform)["revenu_de_base"]["camille"]


def test_the_example_of_the_readme():
    assert dr.evaluate(ALONE, "2026-11")["revenu_de_base"]["camille"].amount == Decimal("531.69")


def test_a_judged_condition_makes_the_verdict_subject_to():
    one = basic_income()
    assert one.verdict is Verdict.CONDITIONAL
    assert [condition.variable for condition in one.subject_to] == ["revenu_de_base_condition_sejour"]
    assert one.subject_to[0].judged_by


def test_a_condition_judged_favourably_is_no_longer_a_reservation():
    assert basic_income(regularite_sejour="oui").verdict is Verdict.ELIGIBLE


def test_a_condition_judged_unfavourably_fails():
    one = basic_income(regularite_sejour="non")
    assert one.verdict is Verdict.NOT_ELIGIBLE
    assert [condition.variable for condition in one.unmet] == ["revenu_de_base_condition_sejour"]


def test_conditions_come_in_the_order_of_the_text():
    names = [
        condition.variable.removeprefix("revenu_de_base_condition_")
        for condition in basic_income().conditions
    ]
    assert names == ["age", "statut", "sejour"]


def test_before_its_date_of_effect_a_benefit_is_not_in_force_which_is_not_zero():
    one = basic_income("2021-06", date_naissance="1999-01-15")
    assert one.verdict is Verdict.NOT_IN_FORCE
    assert one.amount is None


def test_an_amount_of_zero_is_not_eligible_though_all_conditions_hold():
    one = basic_income(salaire_net=5000)
    assert (one.verdict, one.amount, one.unmet) == (Verdict.NOT_ELIGIBLE, Decimal("0.00"), ())


def test_a_proposal_says_that_it_is_one():
    one = basic_income()
    assert not one.in_force
    assert one.notice == "Proposition de juin 2021, non en vigueur : simulation"
    assert one.standing == "hypothese"


def test_a_law_in_force_has_no_such_notice():
    one = dr.evaluate(ALONE, "2026-11")["cheque_energie"]["menage"]
    assert one.in_force
    assert one.notice == ""


def test_a_figure_carried_forward_is_told():
    assert "rsa.montant_forfaitaire" in {figure.name for figure in basic_income("2027-04").carried_forward}
    assert "rsa.montant_forfaitaire" not in {
        figure.name for figure in basic_income("2027-03").carried_forward
    }


def test_the_law_in_force_has_the_platform_off():
    result = dr.evaluate(ALONE, "2026-11", "droit_en_vigueur")
    assert result["revenu_de_base"]["camille"].verdict is Verdict.NOT_IN_FORCE
    assert all(one.in_force for one in result if one.verdict is not Verdict.NOT_IN_FORCE)


def test_an_unknown_benefit_or_mode_or_reform_is_met_with_the_nearest():
    with pytest.raises(dr.UnknownNameError, match="revenu_de_base"):
        dr.evaluate(ALONE, "2026-11", benefits=["revenu_base"])
    with pytest.raises(dr.UnknownNameError, match="revenu_de_base"):
        dr.evaluate(ALONE, "2026-11")["revenu_base"]
    with pytest.raises(dr.UnknownNameError, match="assume"):
        dr.evaluate(ALONE, "2026-11", mode="asume")
    with pytest.raises(dr.UnknownNameError, match="rsj_lyon"):
        dr.evaluate(ALONE, "2026-11", "rjs_lyon")


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        (2.675, "2.68"),
        (1.005, "1.01"),
        (0.1 + 0.2, "0.30"),
        (445.33999999999997, "445.34"),
        (0.0049999999, "0.01"),
        (0.004999, "0.00"),
        (1e12 + 0.005, "1000000000000.01"),
    ],
)
def test_cents_are_rounded_half_up_once_binary_noise_is_gone(amount, rounded):
    assert cents(amount) == Decimal(rounded)


@given(st.integers(0, 10**9))
def test_a_whole_number_of_cents_stays_itself(count):
    assert cents(count / 100) == Decimal(count) / 100


def test_many_evaluations_at_once_give_what_each_gives_alone():
    wages = list(range(0, 2000, 20))
    reforms = [None, {"revenu_de_base.degressivite.revenus_activite": {"2018-01-01": 0.5}}]

    def amount(wage: int) -> Decimal | None:
        return basic_income(reform=reforms[wage // 20 % 2], salaire_net=wage).amount

    expected = [amount(wage) for wage in wages]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(amount, wages)) == expected


def test_the_result_as_data_is_the_documented_one():
    data = dr.evaluate(ALONE, "2026-11").to_dict()
    assert data["period"] == "2026-11"
    assert data["rules"]["version"]
    assert len(data["rules"]["hash"]) == 64
    one = next(entry for entry in data["entitlements"] if entry["benefit"] == "revenu_de_base")
    assert one["amount"] == "531.69"
    assert one["verdict"] == "conditional"
    assert one["subject_to"][0]["condition"] == "revenu_de_base_condition_sejour"
    assert {"variable", "entity", "value"} <= data["assumptions"][0].keys()


def test_the_housing_deduction_is_that_of_as_many_people():
    reform = {"revenu_de_base.forfait_logement_deduit": {"2018-01-01": True}}
    assert basic_income(reform=reform).amount == Decimal("573.49")  # 0,88 × 651,69
    couple = {
        "individus": {"ines": {"date_naissance": "2002-03-08"}, "noe": {"date_naissance": "2002-01-25"}},
        "menages": {"menage": {"personne_de_reference": "ines", "conjoint": "noe"}},
    }
    reform["revenu_de_base.unite"] = {"2018-01-01": "famille"}
    result = dr.evaluate(couple, "2026-11", reform)["revenu_de_base"]
    assert result["ines"].amount == Decimal("410.56")  # 1,5 × 651,69 × 0,84 / 2


def test_a_law_that_changes_asks_no_more_than_it_reads():
    law = reforms_loader.apply(SameLaw, baseline())

    def assumed() -> set[str]:
        found = dr.evaluate(alone(), "2026-11", law, benefits=["revenu_de_base"])
        return {one.variable for one in found.assumptions}

    assert "salaire_net" in assumed()
    law.parameters = law.parameters.clone()
    law.parameters.revenu_de_base.applique.update(start="2018-01-01", value=False)
    law.forget_instants()
    assert "salaire_net" not in assumed()


def test_an_answer_that_a_reform_takes_away_is_not_told_missing():
    law = reforms_loader.apply(SameLaw, baseline())
    assert "salaire_net" in basic_income(reform=law).missing
    law.neutralize_variable("salaire_net")
    one = basic_income(reform=law)
    assert "salaire_net" not in one.missing
    assert "salaire_net" not in {name for each in one.conditions for name in each.missing}


def test_a_law_whose_figures_a_reform_changes_is_no_longer_told_in_force():
    household = json.loads((EXAMPLES / "famille_en_impayes.json").read_text())
    cheque = dr.evaluate(household, "2026-11")["cheque_energie"]["menage"]
    assert (cheque.in_force, cheque.notice) == (True, "")
    reform = {"cheque_energie.seuils.plafond": {"2026-01-01": 15000}}
    changed = dr.evaluate(household, "2026-11", reform)["cheque_energie"]["menage"]
    assert not changed.in_force
    assert changed.notice == "Chiffres modifiés par une réforme, non en vigueur : simulation"
    assert dr.evaluate(household, "2026-11", reform)["revenu_de_base"]["mere"].notice.startswith(
        "Proposition"
    )


def test_the_scheme_of_a_territory_is_in_force_there_only():
    reform = "revenu_emancipation_jeunes_meurthe_et_moselle"
    one = dr.evaluate(alone(), "2026-11", reform)["revenu_jeunes_departemental"]["camille"]
    assert one.in_force
    assert "sur le seul territoire" in one.notice


def test_without_an_income_that_decides_a_right_is_at_best_conditional():
    household = json.loads((EXAMPLES / "famille_en_impayes.json").read_text())
    assert dr.evaluate(household, "2026-11")["cheque_energie"]["menage"].verdict is Verdict.ELIGIBLE
    del household["foyers_fiscaux"]["foyer"]["rfr"]
    cheque = dr.evaluate(household, "2026-11")["cheque_energie"]["menage"]
    assert cheque.verdict is Verdict.CONDITIONAL
    assert cheque.missing[0] == "rfr"


def test_what_a_positive_answer_rests_on_is_said_with_it():
    assert any("décret" in caveat for caveat in basic_income().caveats)
    assert basic_income(salaire_net=9000).caveats == ()


def test_calculate_tells_what_its_columns_rest_on():
    population = random_population(3, 5)
    table = dr.calculate(population, "2027-04", ["revenu_de_base"])["individus"]
    assert "rsa.montant_forfaitaire" in table.attrs["carried_forward"]
    answers = {name: known for name, known in population.answers.items() if name != "salaire_net"}
    lacking = dataclasses.replace(population, answers=answers)
    table = dr.calculate(lacking, "2026-11", ["revenu_de_base"])["individus"]
    assert table.attrs["defaults"] == {"salaire_net": population.count}
    with pytest.raises(dr.PeriodError):
        dr.calculate(population, "2031-06", ["revenu_de_base"])


def test_over_a_year_what_has_no_start_begins_with_its_first_month():
    population = random_population(3, 5)
    answers = {name: known for name, known in population.answers.items() if name != "capa_date_debut"}
    reform = {"revenu_de_base.applique": {"2018-01-01": False}}
    lacking = dataclasses.replace(population, answers=answers)
    table = dr.calculate(lacking, "2026", ["capa_aide_mensuelle"], reform)["individus"]
    assert table.attrs["opened"] == {"capa_date_debut": "2026-01-01"}
    assert table.sum(axis=1).max() <= 2000


def test_a_checked_situation_is_accepted():
    month = calculation.read_month("2026-11")
    checked = situations.read(alone(), baseline(), month)
    assert dr.evaluate(checked, "2026-11")["revenu_de_base"]["camille"].amount == Decimal("651.69")
    assert dr.evaluate(alone(), "2026-11", benefits="revenu_de_base")["revenu_de_base"]


@pytest.mark.parametrize("months", [0, 13, 1000])
def test_a_reference_period_has_bounds(months):
    with pytest.raises(dr.ReformError, match="from 1 to 12"):
        basic_income(reform={"revenu_de_base.ressources.nombre": {"2018-01-01": months}})


def test_the_competent_departement_is_told_beside_the_contract():
    result = dr.evaluate(EXAMPLES / "jeune_sorti_de_l_ase.json", "2026-11")
    extension = result["contrat_jeune_majeur_extension"]["sami"]
    assert ("Département auquel demander la prise en charge", "Seine-Saint-Denis") in extension.beside


def test_what_a_right_rests_on_is_still_to_be_judged():
    """The project aid is granted, but the contract it belongs to still waits for its signature."""
    answers = {"capa_cout_projet": 300, "capa_aide_projet_accordee": "oui", "hebergement": "autonome"}
    one = dr.evaluate(alone(**answers), "2026-11")["capa_aide_projet"]["camille"]
    assert one.verdict is Verdict.CONDITIONAL
    assert "capa_condition_projet" in {condition.variable for condition in one.subject_to}
    settled = dr.evaluate(alone(**answers, capa_projet_signe="oui"), "2026-11")["capa_aide_projet"]["camille"]
    assert settled.subject_to == ()
