"""What if: exact breakpoints, the right side of each, and nothing sampled."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from households import random_population
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.periods import DateUnit, period

import dept_rules as dr
from dept_rules import reforms_loader
from dept_rules.execution import Execution
from dept_rules.explanation.courses import Course
from dept_rules.explanation.piecewise import PiecewiseExecution
from dept_rules.people import Answers
from dept_rules.system import baseline, benefits, inputs

ALONE = {
    "individus": {"camille": {"date_naissance": "2003-05-14"}},
    "menages": {"menage": {"personne_de_reference": "camille"}},
}
AMOUNTS = sorted(name for name, one in inputs(baseline()).items() if one.value_type is float)


def course(
    variable: str, benefit: str = "revenu_de_base", reform: object = None, **answers: object
) -> Course:
    situation = {**ALONE, "individus": {"camille": {**ALONE["individus"]["camille"], **answers}}}
    found = dr.what_if(situation, variable, "2026-11", reform, entity="camille", benefits=[benefit])
    return found[benefit]["camille"]


def test_the_end_of_a_taper_is_exact():
    one = course("salaire_net")
    assert [(point.at, point.kind) for point in one.breakpoints] == [(2172.3, "end")]
    assert [(segment.first, segment.slope) for segment in one.segments] == [(651.69, -0.3), (0.0, 0.0)]


def test_a_cliff_comes_with_its_height_and_its_side():
    one = course(
        "salaire_net",
        "revenu_jeunes_departemental",
        "rsj_lyon",
        statut_activite="inactif",
        mois_residence_departement=12,
        hebergement="autonome",
    )
    cliffs = {point.at: point for point in one.breakpoints if point.kind == "cliff"}
    assert 400.0 in cliffs
    assert cliffs[400.0].here == cliffs[400.0].after == 0
    assert cliffs[400.0].height == -cliffs[400.0].before < 0


def test_dates_of_birth_and_months_give_the_month_an_entitlement_stops():
    found = dr.what_if(ALONE, "period", "2026-11", benefits=["revenu_de_base"], months=24)
    stages = found["revenu_de_base"]["camille"].stages
    assert [(stage.first, stage.last, stage.amount) for stage in stages] == [
        ("2026-11", "2028-05", "651.69"),
        ("2028-06", "2028-10", "0.00"),
    ]
    births = dr.what_if(ALONE, "date_naissance", "2026-11", entity="camille", benefits=["revenu_de_base"])
    assert [(stage.first, stage.last) for stage in births["revenu_de_base"]["camille"].stages][1] == (
        "2001-11-02",
        "2008-11-01",
    )


def test_choices_are_told_one_by_one():
    found = dr.what_if(ALONE, "regularite_sejour", "2026-11", entity="camille", benefits=["revenu_de_base"])
    amounts = {stage.first: stage.amount for stage in found["revenu_de_base"]["camille"].stages}
    assert amounts == {"non_renseigne": "651.69", "non": "0.00"}


def test_what_does_not_depend_on_the_answer_is_said_to():
    assert dr.what_if(
        ALONE, "retraite_nette", "2026-11", entity="camille", benefits=["bonus_solidaire"]
    ).unchanged == ("bonus_solidaire",)


def test_it_is_told_in_words_and_in_json():
    found = dr.what_if(ALONE, "salaire_net", "2026-11", benefits=["revenu_de_base"])
    assert "à prestations nationales constantes" in found.to_text()
    assert "puis 0,3\u00a0€ de moins pour chaque euro de plus" in found.to_text()
    assert json.loads(json.dumps(found.to_dict()))["outcomes"][0]["segments"][-1]["high"] is None


@pytest.mark.parametrize(
    ("variable", "entity", "error"),
    [
        ("salaire_nette", None, dr.UnknownNameError),
        ("revenu_de_base", None, dr.UnknownNameError),
        ("salaire_net", "robin", dr.SituationError),
    ],
)
def test_bad_input_is_a_clear_error(variable, entity, error):
    with pytest.raises(error):
        dr.what_if(ALONE, variable, "2026-11", entity=entity)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    name=st.sampled_from(AMOUNTS),
    reform=st.sampled_from([None, "rsj_lyon", "revenu_jeunes_loire_atlantique", "ailes_2021"]),
    places=st.lists(st.floats(0, 5000).map(lambda x: round(x, 2)), min_size=1, max_size=4),
)
def test_the_function_gives_at_every_place_what_the_exact_reading_gives(seed, name, reform, places):
    system, population = reforms_loader.apply(reform, baseline()), random_population(seed, 3)
    month = period("2026-11")
    broken_down = PiecewiseExecution(system, population, name, 0)
    for benefit, variable in benefits(system).items():
        key = (benefit, month if variable.definition_period == DateUnit.MONTH else month.this_year)
        function = broken_down.function(key)
        for x in [*places, *function.knots[(function.knots >= 0) & np.isfinite(function.knots)][:3]]:
            known = population.answers[name]
            plain = known.plain.copy()
            plain[0] = x
            answers = {**population.answers, name: Answers(plain, known.answered)}
            exact = Execution(system, dataclasses.replace(population, answers=answers)).value(*key)
            assert np.allclose(function.values(np.array([x]))[:, 0], exact, atol=1e-6), (benefit, x)
