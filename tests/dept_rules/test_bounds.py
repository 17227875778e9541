"""Certified verdicts and amounts: never wrong, and as tight as the examples say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.periods import Period, period
from partial_situations import completed, partial_population

import dept_rules as dr
from dept_rules import situations
from dept_rules.base import MONTH, Benefit, Individu, StatutActivite, Variable, max_, min_, not_
from dept_rules.entitlements import Verdict, cents
from dept_rules.explanation.bounds import Certified, partial_entitlements
from dept_rules.explanation.outcomes import Outlook, Study
from dept_rules.people import Population
from dept_rules.system import CountryTaxBenefitSystem, baseline, benefits

NOVEMBER = period("2026-11")
FINAL = {Verdict.NOT_ELIGIBLE, Verdict.CONDITIONAL, Verdict.ELIGIBLE}


def exact(population: Population, month: Period) -> dict[str, Outlook]:
    """Return the outcomes of a situation in which nothing is missing but judgements."""
    study = Study(baseline(), population, month, benefits(baseline()))
    found = dict(zip([target.benefit.name for target in study.targets], study.plain, strict=True))
    assert all(one.final.all() for one in found.values())
    return found


def wrong(found: list[Certified], outcomes: dict[str, Outlook]) -> list[Any]:
    """Return what was said to be certain and is not so."""
    return [
        (one, outcomes[one.benefit].low[0, one.rank])
        for one in found
        if one.verdict is not Verdict.NOT_IN_FORCE and not _agrees(one, outcomes[one.benefit])
    ]


def _agrees(one: Certified, outlook: Outlook) -> bool:
    amount = cents(float(outlook.low[0, one.rank]))
    if one.low is not None and not (one.low <= amount and (one.high is None or amount <= one.high)):
        return False
    for place, (_, holds) in enumerate(one.conditions):
        if holds is not None and holds != outlook.met_surely[place, 0, one.rank]:
            return False
    verdict = outlook.verdict(0, one.rank)
    if one.verdict is Verdict.CONDITIONAL:
        return verdict in (Verdict.CONDITIONAL, Verdict.ELIGIBLE)
    return one.verdict in (verdict, Verdict.UNDETERMINED)


def check(seed: int, hidden: float) -> None:
    full, partial, masks = partial_population(seed, 1, baseline(), hidden)
    found = partial_entitlements(baseline(), partial, NOVEMBER, benefits(baseline()))
    for other in range(5):
        completion = completed(other, full, masks, baseline(), NOVEMBER)
        assert wrong(found, exact(completion, NOVEMBER)) == []


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.03, 0.1, 0.4, 1.0]))
def test_what_is_certified_holds_for_any_completion(seed: int, hidden: float) -> None:
    check(seed, hidden)


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.03, 0.1, 0.4, 1.0]))
def test_what_is_certified_holds_for_any_completion_of_many_households(seed: int, hidden: float) -> None:
    check(seed, hidden)


# --- examples --------------------------------------------------------------------------------


def alone(**answers: Any) -> Population:
    data = {"individus": {"camille": answers}, "menages": {"menage": {"personne_de_reference": "camille"}}}
    return situations.read(data, baseline(), NOVEMBER).population


def certified(benefit: str, **answers: Any) -> Certified:
    chosen = {benefit: benefits(baseline())[benefit]}
    return partial_entitlements(baseline(), alone(**answers), NOVEMBER, chosen)[0]


def euros(low: str, high: str) -> tuple[Decimal, Decimal]:
    return Decimal(low), Decimal(high)


def amount(one: Certified) -> tuple[Any, Any]:
    return one.low, one.high


#: All incomes but the wage.
NOTHING_ELSE = dict.fromkeys(
    (
        "remuneration_apprenti",
        "indemnites_stage",
        "revenus_stage_formation_pro",
        "revenus_non_salaries",
        "chomage_net",
        "indemnites_journalieres",
        "retraite_nette",
        "pensions_invalidite",
        "pensions_alimentaires_percues",
        "revenus_patrimoine",
        "autres_revenus_percus",
        "bourse_enseignement_sup",
        "aah",
        "contrat_engagement_jeune",
        "allocation_contrat_jeune_majeur_recue",
    ),
    0,
)


def test_an_unknown_wage_leaves_the_whole_amount_open():
    one = certified("revenu_de_base", date_naissance="2003-05-14", **NOTHING_ELSE)
    assert amount(one) == euros("0.00", "651.69")
    assert one.verdict is Verdict.UNDETERMINED


def test_a_known_wage_caps_the_amount():
    assert amount(certified("revenu_de_base", date_naissance="2003-05-14", salaire_net=400)) == euros(
        "0.00", "531.69"
    )


def test_a_high_wage_does_not_wait_for_the_grant():
    one = certified("revenu_de_base", date_naissance="2003-05-14", salaire_net=5000)
    assert amount(one) == euros("0.00", "0.00")
    assert one.verdict is Verdict.NOT_ELIGIBLE


def test_a_failing_age_does_not_wait_for_anything():
    one = certified("revenu_de_base", date_naissance="1990-01-01")
    assert one.verdict is Verdict.NOT_ELIGIBLE
    assert dict(one.conditions)["revenu_de_base_condition_age"] is False


def test_an_unknown_age_leaves_everything_open():
    one = certified("revenu_de_base", salaire_net=400)
    assert amount(one) == euros("0.00", "531.69")
    assert dict(one.conditions)["revenu_de_base_condition_age"] is None


def test_who_does_not_study_waits_for_no_hours():
    one = certified("bonus_solidaire", date_naissance="2003-05-14", statut_activite="actif")
    assert one.verdict is Verdict.NOT_ELIGIBLE


def test_unknown_hours_leave_the_lump_sums():
    known = {"date_naissance": "2003-05-14", "statut_activite": "etudiant"}
    one = certified("bonus_solidaire", **known)
    assert one.low == 0
    assert one.high == certified("bonus_solidaire", **known, heures_aupres_de_personnes_agees=5000).low > 0


def test_what_nobody_has_judged_counts_as_met_and_is_told():
    hours = {"statut_activite": "etudiant", "heures_aupres_de_personnes_agees": 500}
    one = certified("bonus_solidaire", date_naissance="2003-05-14", **hours)
    assert one.verdict is Verdict.CONDITIONAL
    assert one.low == one.high > 0
    judged = certified(
        "bonus_solidaire", date_naissance="2003-05-14", attestation_heures_personnes_agees="non", **hours
    )
    assert judged.verdict is Verdict.NOT_ELIGIBLE


def test_nothing_missing_gives_the_exact_result():
    full, _, _ = partial_population(3, 1, baseline(), 0.0)
    found = partial_entitlements(baseline(), full, NOVEMBER, benefits(baseline()))
    assert all(one.low == one.high for one in found)
    assert {one.verdict for one in found} <= FINAL | {Verdict.NOT_IN_FORCE}
    assert np.array_equal(wrong(found, exact(full, NOVEMBER)), [])


# --- what intervals alone would lose -----------------------------------------------------------


class essai_bosse(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Croît puis décroît avec une même réponse"
    benefit = Benefit(applies="revenu_de_base.applique")

    def formula(individu, period):
        salaire = individu("salaire_net", period)
        return max_(min_(salaire, 1000) - 0.5 * salaire, 0)


class essai_falaise(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Croît jusqu'à un seuil, puis tombe"
    benefit = Benefit(applies="revenu_de_base.applique")

    def formula(individu, period):
        salaire = individu("salaire_net", period)
        return 0.1 * salaire * (salaire < 1234.56)


class essai_statut(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Deux termes qui s'excluent"
    benefit = Benefit(applies="revenu_de_base.applique")

    def formula(individu, period):
        statut = individu("statut_activite", period)
        return 100.0 * (statut == StatutActivite.etudiant) + 200.0 * (statut == StatutActivite.eleve)


class essai_age(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Un montant à tout âge"
    benefit = Benefit(applies="revenu_de_base.applique")

    def formula(individu, period):
        age = individu("age", period)
        return 100.0 * (age < 18) + 50.0 * (age >= 18)


class essai_emancipe(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "La même réponse deux fois, et une autre"
    benefit = Benefit(applies="revenu_de_base.applique")

    def formula(individu, period):
        emancipe = individu("emancipe", period)
        return min_(individu("salaire_net", period), 80) * emancipe + 30.0 * not_(emancipe)


@pytest.mark.parametrize(
    ("trial", "low", "high"),
    [
        (essai_bosse, "0.00", "500.00"),
        (essai_falaise, "0.00", "123.46"),
        (essai_statut, "0.00", "200.00"),
        (essai_age, "50.00", "100.00"),
        (essai_emancipe, "0.00", "80.00"),
    ],
)
def test_what_two_places_share_of_one_answer_is_not_lost(trial: Any, low: str, high: str) -> None:
    system = CountryTaxBenefitSystem()
    system.add_variable(trial)
    data = {"individus": {"camille": {}}, "menages": {"menage": {"personne_de_reference": "camille"}}}
    people = situations.read(data, system, NOVEMBER).population
    (found,) = partial_entitlements(
        system, people, NOVEMBER, {trial.__name__: system.variables[trial.__name__]}
    )
    assert amount(found) == euros(low, high)


def test_the_bounds_are_those_of_what_is_said_in_any_mode() -> None:
    data = {"individus": {"camille": {"date_naissance": "2003-05-14", "salaire_net": 400}}}
    data["menages"] = {"menage": {"personne_de_reference": "camille"}}
    found = dr.evaluate(data, "2026-11", benefits=["revenu_de_base"], mode="partial")
    entry = found.to_dict()["entitlements"][0]
    assert (entry["amount"], entry["verdict"]) == (["0.00", "531.69"], "undetermined")


def test_a_judgement_that_may_be_needed_is_told() -> None:
    data = {"individus": {"camille": {"date_naissance": "2003-05-14", "salaire_net": 400}}}
    data["menages"] = {"menage": {"personne_de_reference": "camille"}}
    found = dr.evaluate(data, "2026-11", benefits=["revenu_de_base"], mode="partial")["revenu_de_base"][
        "camille"
    ]
    assert [one.variable for one in found.conditions if one.to_judge] == ["revenu_de_base_condition_sejour"]
    data["individus"]["camille"]["regularite_sejour"] = "oui"
    found = dr.evaluate(data, "2026-11", benefits=["revenu_de_base"], mode="partial")["revenu_de_base"][
        "camille"
    ]
    assert not any(one.to_judge for one in found.conditions)
