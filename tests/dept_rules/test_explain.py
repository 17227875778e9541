"""Explanations come from the trace of what ran, and say what a person can check."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from households import only, random_population
from openfisca_core.periods import DateUnit, period

import dept_rules as dr
from dept_rules import provenance, reforms_loader
from dept_rules.calculation import Case, open_case
from dept_rules.execution import Execution
from dept_rules.explanation.explain import explain_case
from dept_rules.explanation.symbols import Symbol, TracedExecution, raw
from dept_rules.people import place_of
from dept_rules.situations import Situation
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


#: Laws under which each condition can fail: some look at nobody with the figures of the platform.
LAWS = [
    (None, None),
    ("revenu_de_base", {"revenu_de_base.statuts_exclus.etudiant": {"2018-01-01": True}}),
    ("revenu_jeunes_departemental", "rsj_lyon"),
    ("revenu_jeunes_departemental", "revenu_jeunes_loire_atlantique"),
    ("revenu_jeunes_departemental", "revenu_emancipation_jeunes_meurthe_et_moselle"),
    ("revenu_jeunes_departemental", "capj_crise_gironde"),
]
#: Conditions that hardly anybody drawn at random fails alone; their YAML tests make them fail alone.
RARE = {
    "aide_autoconsommation_condition_categorie",
    "aide_foyers_en_difficulte_condition_ressources",
    "aide_renovation_energetique_condition_demande",
    "aide_renovation_energetique_condition_projet",
    "cheque_energie_condition_declarant",
    "cheque_energie_exceptionnel_condition_declarant",
}


def failing_alone(system, population, benefit, month):
    """Yield each condition of a benefit with the rank of somebody for whom it alone fails, or None."""
    at = month if benefit.definition_period == DateUnit.MONTH else month.this_year
    if not provenance.figure(system, benefit.benefit.applies, at).value:
        return
    run = Execution(system, population, record=True)
    run.value(benefit.name, at)
    read = dict.fromkeys(run.calls.get((f"{benefit.name}_eligibilite", at), []))
    conditions = [key for key in read if "_condition_" in key[0]]
    columns = []
    for key in conditions:
        values = np.asarray(run.value(*key))
        entity = system.variables[key[0]].entity.key
        columns.append(
            values if entity == benefit.entity.key else values[population.groups[entity].member_of]
        )
    failures = (~np.array(columns)).sum(axis=0) if columns else None
    for key, column in zip(conditions, columns, strict=True):
        alone = np.flatnonzero((failures == 1) & ~column)
        yield key[0], int(alone[0]) if len(alone) else None


@pytest.mark.long
@pytest.mark.parametrize("seed", [0])
def test_each_condition_that_fails_alone_is_told_with_what_it_compared(seed):
    """For each condition of each benefit, somebody for whom it alone fails: the why-not names it."""
    told, untold = set(), set()
    for step in range(8):
        population = random_population(seed + step, 5000)
        for name, reform in LAWS:
            system = reforms_loader.apply(reform, baseline())
            chosen = benefits(system) if name is None else {name: benefits(system)[name]}
            for benefit in chosen.values():
                for at in ("2026-11", "2022-06", "2025-05"):
                    for failing, rank in failing_alone(system, population, benefit, period(at)):
                        untold.add(failing)
                        if rank is not None and failing not in told:
                            check_told(system, population, benefit, period(at), failing, rank)
                            told.add(failing)
    assert untold - told <= RARE


def check_told(system, population, benefit, month, name, rank):
    entity = benefit.entity.key
    beneficiary = population.ids_of(entity)[rank]
    household = only(population, place_of(population, entity, "menage", rank))
    case = Case(system, None, month, Situation(household), {benefit.name: benefit})
    explanation = next(one for one in explain_case(case) if one.entitlement.beneficiary == str(beneficiary))
    assert [one.variable for one in explanation.entitlement.unmet] == [name]
    each = next(one for one in explanation.conditions if one.condition.variable == name)
    assert each.status == "not_met"
    assert each.comparisons, name
    assert each.condition.label in explanation.to_text()


def test_how_dates_are_counted_is_one_operation() -> None:
    """Each step of the arithmetic of the calendar, told as a rule is, doubled the work of an explanation."""
    case = open_case(EXAMPLES[0], "2026-11")
    run = TracedExecution(case.system, case.situation.population, record=True)
    counted = run.symbol(("age_en_mois", case.month)).args[0]
    while counted.op == "astype":
        (counted,) = counted.args
    assert (counted.op, counted.name) == ("input", "date_naissance")
