"""Explanations come from the trace of what ran, and say what a person can check."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from households import random_population
from openfisca_core.periods import DateUnit, period

import dept_rules as dr
from dept_rules import provenance
from dept_rules.execution import Execution
from dept_rules.explanation.symbols import Symbol, TracedExecution, raw
from dept_rules.system import baseline, benefits

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))


def explain(**answers: object) -> dr.Explanation:
    situation = {
        "individus": {"camille": {"date_naissance": "2003-05-14", **answers}},
        "menages": {"menage": {"personne_de_reference": "camille"}},
    }
    return dr.explain(situation, "2026-11", benefits=["revenu_de_base"])["revenu_de_base"]["camille"]


def condition(explanation: dr.Explanation, name: str):
    return next(
        one for one in explanation.conditions if one.condition.variable.endswith(f"_condition_{name}")
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_traced_reading_gives_the_exact_values(seed):
    system, population = baseline(), random_population(seed, 20)
    exact, traced = Execution(system, population), TracedExecution(system, population, record=True)
    for name, variable in system.variables.items():
        if variable.formulas and variable.definition_period != DateUnit.ETERNITY:
            at = period("2026-11" if variable.definition_period == DateUnit.MONTH else "2026")
            assert np.array_equal(np.asarray(exact.value(name, at)), raw(traced.value(name, at))), name


def test_a_symbol_has_no_truth_value():
    with pytest.raises(TypeError, match="branch"):
        bool(Symbol(np.array([1.0]), "input"))


def test_the_operation_in_words_and_numbers():
    operation = explain(salaire_net=400).operation
    assert operation.numbers == "651,69 − 30\u00a0% × 400,00 = 531,69\u00a0€"
    assert operation.words == "Montant forfaitaire du RSA − Dégressivité des revenus d'activité × Salaire net"


def test_what_is_added_as_zero_is_left_out_and_sums_keep_their_brackets():
    operation = explain(salaire_net=400, chomage_net=20.5).operation
    assert operation.numbers == "651,69 − (30\u00a0% × 400,00 + 20,50) = 511,19\u00a0€"


def test_an_amount_brought_back_to_nothing_says_from_where():
    explanation = explain(salaire_net=5000)
    assert explanation.entitlement.verdict == "not_eligible"
    assert any("ramené à" in bound and "848,31" in bound for bound in explanation.operation.bounds)


def test_both_bounds_of_an_age_are_told_together():
    age = condition(explain(), "age")
    assert age.status == "met"
    assert [f"{one.value} ; {one.expected}" for one in age.comparisons] == [
        "23\u00a0ans ; de 18 à 24 ans révolus"
    ]


def test_a_failing_condition_tells_the_distance():
    explanation = explain(date_naissance="2010-05-14")
    age = condition(explanation, "age")
    assert age.status == "not_met"
    assert age.comparisons[0].distance == "il manque 2\u00a0ans"
    assert age.comparisons[0].gap == -2
    assert condition(explanation, "sejour").status == "not_needed"


def test_a_condition_to_judge_tells_who_and_on_what():
    text = explain().to_text()
    assert "à apprécier par le département, sur pièce d'identité" in text


def test_figures_come_with_date_standing_and_source():
    figures = {figure.name: figure for figure in explain(salaire_net=400).figures}
    rsa = figures["rsa.montant_forfaitaire"]
    assert (rsa.value, rsa.since, rsa.standing) == (651.69, "2026-04-01", "droit_positif")
    assert rsa.reference_title
    assert "rsa.majoration.deuxieme_personne" not in figures


def test_html_is_escaped_and_balanced():
    situation = {
        "individus": {"<b>x": {"date_naissance": "2003-05-14"}},
        "menages": {"menage": {"personne_de_reference": "<b>x"}},
    }
    html = dr.explain(situation, "2026-11").to_html()
    assert "<b>" not in html
    assert html.count("<ul>") == html.count("</ul>")
    assert html.count("<section>") == html.count("</section>")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_explained_in_text_html_and_json(path):
    explanations = dr.explain(path, "2026-11")
    text = explanations.to_text()
    for one in explanations:
        for each in one.conditions:
            if each.status == "not_met":
                assert each.comparisons, (
                    f"{one.entitlement.benefit}: nothing said of {each.condition.variable}"
                )
    assert "None" not in text
    assert "_" not in text.replace("parent_1", "").replace("parent_2", "")
    assert explanations.to_html()
    json.dumps(explanations.to_dict(), default=str)


def applied_at(benefit: str) -> str | None:
    """Return a month at which a benefit applies; None where it only does under a reform."""
    switch = benefits(baseline())[benefit].benefit.applies
    found = (at for at in ("2026-11", "2022-12") if provenance.figure(baseline(), switch, f"{at}-01").value)
    return next(found, None)


@pytest.mark.parametrize("benefit", sorted(filter(applied_at, benefits(baseline()))))
def test_each_condition_that_fails_alone_is_told_with_what_it_compared(benefit):
    """Among random people, for each condition, somebody for whom it alone fails: the why-not names it."""
    from dept_rules.calculation import Case
    from dept_rules.explanation.explain import explain_case
    from dept_rules.situations import Situation

    system = baseline()
    variable = benefits(system)[benefit]
    month = period(applied_at(benefit))
    seen = 0
    for seed in range(12):
        population = random_population(seed, 12)
        case = Case(system, None, month, Situation(population), {benefit: variable})
        for explanation in explain_case(case):
            unmet = explanation.entitlement.unmet
            if len(unmet) != 1:
                continue
            told = next(one for one in explanation.conditions if one.condition == unmet[0])
            assert told.status == "not_met"
            assert told.comparisons
            assert not all(one.holds for one in told.comparisons) or len(told.comparisons) > 1
            assert unmet[0].label in explanation.to_text()
            seen += 1
    assert seen, "no random person fails one condition alone"
