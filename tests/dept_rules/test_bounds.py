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

from dept_rules import situations
from dept_rules.entitlements import Verdict, cents
from dept_rules.explanation.bounds import Certified, partial_entitlements
from dept_rules.explanation.outcomes import Outlook, Study
from dept_rules.population import Population
from dept_rules.system import baseline, benefits

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
@settings(max_examples=300, deadline=None)
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
