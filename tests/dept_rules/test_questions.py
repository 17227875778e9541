"""The questionnaire ends, asks nothing irrelevant, and gives the answer of the full situation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from households import random_population
from hypothesis import example, given, settings
from hypothesis import strategies as st
from interviews import interview, unanswered
from openfisca_core.periods import period
from partial_situations import judged, without

import dept_rules as dr
from dept_rules import situations
from dept_rules.base import MONTH, Benefit, Individu, Variable
from dept_rules.entitlements import cents
from dept_rules.explanation.bounds import partial_entitlements
from dept_rules.explanation.outcomes import Study
from dept_rules.explanation.questions import Questions, next_questions, unsettled
from dept_rules.people import Population
from dept_rules.system import CountryTaxBenefitSystem, baseline, benefits
from dept_rules.system import inputs as all_inputs

NOVEMBER = period("2026-11")
NAMES = sorted(benefits(baseline()))


def household(seed: int, most: int = 3) -> Population:
    """Return a random household of few people, none born after the month, nothing judged."""
    full = next(people for step in range(100) if (people := random_population(seed + step, 1)).count <= most)
    births = full.answers["date_naissance"].plain
    births[:] = np.minimum(births, np.datetime64(NOVEMBER.stop.date, "D"))
    everybody = {name: np.ones(len(full.answers[name].plain), dtype=bool) for name in judged(baseline())}
    answers = {
        name: without(baseline(), name, known, everybody[name]) if name in everybody else known
        for name, known in full.answers.items()
    }
    return Population(full.ids, full.groups, answers)


def _young(people: Population) -> bool:
    births = people.answers["date_naissance"].plain
    return bool(((births > np.datetime64("2000-11-01")) & (births < np.datetime64("2009-11-01"))).any())


def check_interview(seed: int, names: Iterable[str]) -> None:
    system, full = baseline(), household(seed)
    chosen = {name: benefits(system)[name] for name in names}
    *steps, (_, known) = interview(system, unanswered(system, full), full, NOVEMBER, chosen)
    asked = [(one.variable, one.id) for one, _ in steps]
    assert len(asked) == len(set(asked)) <= sum(len(each.plain) for each in full.answers.values())
    exact = Study(system, full, NOVEMBER, chosen)
    by_name = {target.benefit.name: plain for target, plain in zip(exact.targets, exact.plain, strict=True)}
    for found in partial_entitlements(system, known, NOVEMBER, chosen):
        if found.benefit in by_name:
            plain = by_name[found.benefit]
            assert plain.final[0, found.rank]
            assert found.verdict is plain.verdict(0, found.rank), (found, asked)
            if found.low is not None:
                assert found.low == found.high == cents(float(plain.low[0, found.rank])), (found, asked)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from(NAMES))
def test_an_interview_about_one_benefit(seed: int, name: str) -> None:
    check_interview(seed, [name])


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.sets(st.sampled_from(NAMES), min_size=1, max_size=4))
def test_interviews_about_several_benefits(seed: int, names: set[str]) -> None:
    check_interview(seed, sorted(names))


@settings(max_examples=12, deadline=None, derandomize=True)  # what is not shown may still be asked
@example(77, "precarite_energetique")
@given(st.integers(0, 2**31), st.sampled_from(NAMES))
def test_every_question_asked_can_change_an_outcome(seed: int, name: str) -> None:
    """Two of its answers are shown to lead to different outcomes, or narrow what is possible differently."""
    system, full = baseline(), household(seed)
    chosen = {name: benefits(system)[name]}
    for one, _ in interview(system, unanswered(system, full), full, NOVEMBER, chosen):
        assert one is None or one.shown or one.power > 0


@pytest.mark.parametrize(
    "name", ["revenu_de_base", "bonus_solidaire", "capa", "contrat_jeune_majeur_allocation"]
)
def test_every_question_asked_is_shown_to_matter(name: str) -> None:
    system, full = baseline(), household(1)
    chosen = {name: benefits(system)[name]}
    for one, _ in interview(system, unanswered(system, full), full, NOVEMBER, chosen):
        assert one is None or one.shown


# --- examples --------------------------------------------------------------------------------


def ask(*names: str, **answers: Any) -> Questions:
    data = {"individus": {"camille": answers}, "menages": {"menage": {"personne_de_reference": "camille"}}}
    return next_questions(data, "2026-11", benefits=names)


def test_the_age_comes_before_incomes() -> None:
    found = ask("revenu_de_base")
    assert found.next.variable == "date_naissance"
    assert found.next.question
    assert [purpose.benefit for purpose in found.next.why] == ["revenu_de_base"]
    assert found.next.why[0].conditions == (
        "Avoir au moins l'âge minimal et pas encore l'âge maximal, au premier jour du mois",
    )


def test_nothing_is_asked_once_nothing_can_change() -> None:
    for known in ({"date_naissance": "1990-01-01"}, {"date_naissance": "2003-05-14", "salaire_net": 5000}):
        found = ask("revenu_de_base", **known)
        assert found.next is None
        reasons = {(one.variable, one.reason) for one in found.needless}
        assert ("bourse_enseignement_sup", "settled") in reasons
        assert ("heures_aupres_de_personnes_agees", "unread") in reasons


def test_a_judgement_is_not_asked_of_the_person() -> None:
    found = ask("revenu_de_base", date_naissance="2003-05-14")
    assert "regularite_sejour" not in {one.variable for one in found.questions}
    (one,) = [one for one in found.needless if one.variable == "regularite_sejour"]
    assert one.reason == "judged"
    assert "département" in one.text


def test_who_does_not_study_is_not_asked_for_hours() -> None:
    found = ask("bonus_solidaire", date_naissance="2003-05-14", statut_activite="actif")
    assert found.questions == ()
    students = ask("bonus_solidaire", date_naissance="2003-05-14", statut_activite="etudiant")
    assert [one.variable for one in students.questions] == ["heures_aupres_de_personnes_agees"]


def test_every_missing_answer_is_asked_or_told_needless_once() -> None:
    found = ask(*NAMES)
    told = [(one.variable, one.id) for one in (*found.questions, *found.needless)]
    assert len(told) == len(set(told)) == len(all_inputs(baseline()))


def test_allowed_answers_are_told() -> None:
    found = {one.variable: one for one in ask("bonus_solidaire").questions}
    names = [name for name, _ in found["statut_activite"].allowed]
    assert "etudiant" in names
    assert "non_renseigne" not in names
    assert found["heures_aupres_de_personnes_agees"].allowed is None
    assert found["heures_aupres_de_personnes_agees"].minimum == 0


def test_the_result_is_plain_data() -> None:
    data = ask("revenu_de_base").to_dict()
    assert data["period"] == "2026-11"
    assert {"variable", "id", "question", "why", "sensitive"} <= data["questions"][0].keys()


def test_an_unknown_benefit_is_met_with_the_nearest() -> None:
    with pytest.raises(dr.UnknownNameError, match="revenu_de_base"):
        ask("revenu_base")


# --- what trying at random would miss ----------------------------------------------------------


class essai_fenetre(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Un montant pour un intervalle étroit d'une somme"
    benefit = Benefit(applies="revenu_de_base.applique")

    def formula(individu, period):
        somme = 0.37 * individu("salaire_net", period) + 0.11 * individu("chomage_net", period)
        return 100.0 * ((somme >= 313.13) & (somme < 313.23))


def test_what_no_try_has_shown_to_vary_is_still_asked() -> None:
    system = CountryTaxBenefitSystem()
    system.add_variable(essai_fenetre)
    chosen = {"essai_fenetre": system.variables["essai_fenetre"]}
    data = {
        "individus": {"camille": {"salaire_net": 800, "chomage_net": 156}},
        "menages": {"menage": {"personne_de_reference": "camille"}},
    }
    full = situations.read(data, system, NOVEMBER).population
    *steps, (_, known) = interview(system, unanswered(system, full), full, NOVEMBER, chosen)
    assert {one.variable for one, _ in steps} == {"salaire_net", "chomage_net"}
    (found,) = partial_entitlements(system, known, NOVEMBER, chosen)
    assert found.low == found.high == 100


# --- whose outcomes matter ---------------------------------------------------------------------


def test_only_the_outcomes_of_the_people_asked_about_raise_questions() -> None:
    data = {
        "individus": {"parent": {}, "lina": {"date_naissance": "2006-04-22"}},
        "menages": {"menage": {"personne_de_reference": "parent", "enfants": ["lina"]}},
    }
    everybody = next_questions(data, "2026-11", benefits=["revenu_de_base"])
    hers = next_questions(data, "2026-11", benefits=["revenu_de_base"], people=["lina"])
    assert {one.id for one in everybody.questions} >= {"parent", "lina"}
    assert "parent" not in {one.id for one in hers.questions}
    assert {purpose.beneficiary for one in hers.questions for purpose in one.why} == {"lina"}


def test_outcomes_of_the_household_matter_to_its_people() -> None:
    data = {
        "individus": {"a": {}, "b": {}},
        "menages": {
            "chez_a": {"personne_de_reference": "a"},
            "chez_b": {"personne_de_reference": "b"},
        },
    }
    found = next_questions(data, "2026-11", benefits=["aide_impayes_energie"], people=["b"])
    assert {purpose.beneficiary for one in found.questions for purpose in one.why} == {"chez_b"}


def test_people_who_are_not_there_are_met_with_the_nearest() -> None:
    data = {"individus": {"camille": {}}, "menages": {"menage": {"personne_de_reference": "camille"}}}
    with pytest.raises(dr.UnknownNameError, match="camille"):
        next_questions(data, "2026-11", benefits=["revenu_de_base"], people=["camile"])


def test_a_question_may_be_put_to_the_person() -> None:
    found = {one.variable: one for one in ask("revenu_de_base").questions}
    assert "votre" in found["date_naissance"].question_vous
    assert not found["salaire_net"].decisive
    assert found["date_naissance"].decisive


def test_what_is_settled_is_told_in_one_run() -> None:
    def left(**answers: Any) -> dict[str, int]:
        data = {
            "individus": {"camille": answers},
            "menages": {"menage": {"personne_de_reference": "camille"}},
        }
        return unsettled(data, "2026-11", benefits=["revenu_de_base", "bonus_solidaire"], people=["camille"])

    assert left().keys() == {"revenu_de_base", "bonus_solidaire"}
    assert left(date_naissance="2003-05-14", statut_activite="actif").keys() == {"revenu_de_base"}
    assert left(date_naissance="1990-01-01") == {}
    assert left()["revenu_de_base"] > left()["bonus_solidaire"] > 0
