"""The law as functions of one of its figures: what plain runs give, at knots and between them."""

from __future__ import annotations

import numpy as np
import pytest
from households import random_population
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.periods import period

from dept_rules import engine, provenance, reforms_loader
from dept_rules.errors import LawError
from dept_rules.simulation.functions import Functions, constant, identity
from dept_rules.simulation.moving import moved
from dept_rules.simulation.parameter_reading import ParameterExecution
from dept_rules.system import baseline, variable

MONTH = period("2026-11")
DAY = MONTH.this_year.start
#: Figures of every kind: a rate, an amount, an age, hours, thresholds and amounts of scales, a table by size.
FIGURES = {
    "revenu_de_base.degressivite.revenus_activite": ((0, 1), "revenu_de_base"),
    "revenu_de_base.degressivite.abattement_revenus_activite": ((0, 2_000), "revenu_de_base"),
    "revenu_de_base.montant.part_rsa": ((0, 1), "revenu_de_base"),
    "revenu_de_base.montant.minimum_verse": ((0, 700), "revenu_de_base"),
    "revenu_de_base.age.minimum": ((16, 25), "revenu_de_base"),
    "revenu_de_base.age.maximum_exclu": ((18, 30), "revenu_de_base"),
    "bonus_solidaire.forfait[1].threshold": ((41, 200), "bonus_solidaire"),
    "bonus_solidaire.forfait[0].amount": ((0, 700), "bonus_solidaire"),
    "contrat_jeune_majeur.allocation.bareme[2].threshold": ((1, 900), "contrat_jeune_majeur_allocation"),
    "aide_impayes_energie.plafond_annuel.personnes_2": ((0, 2_000), "aide_impayes_energie"),
}


@pytest.fixture(scope="module")
def people():
    return random_population(3, 150)


@pytest.mark.parametrize("name", FIGURES)
def test_functions_are_what_plain_runs_give(people, name):
    over, benefit = FIGURES[name]
    one = variable(baseline(), benefit)
    key = (benefit, MONTH if one.definition_period == "month" else MONTH.this_year)
    functions = ParameterExecution(baseline(), people, name, over, DAY).function(key)
    knots = np.unique(functions.knots[np.isfinite(functions.knots)])
    assert ((over[0] <= knots) & (knots <= over[1])).all()
    places = [*over, *np.random.default_rng(0).uniform(*over, 4), *knots[:: max(1, len(knots) // 5)]]
    laws = {str(x): reforms_loader.apply({name: {str(DAY): float(x)}}, baseline()) for x in places}
    plain = engine.columns(people, laws, [key])
    for x in places:
        np.testing.assert_allclose(functions.values(x), plain[str(x)][key], atol=1e-6)
    values = [functions.values(x).sum() for x in places]
    assert max(values) > min(values)  # the figure does move the benefit


@pytest.mark.parametrize("name", FIGURES)
def test_those_whom_a_figure_moves_are_told_apart(people, name):
    over, benefit = FIGURES[name]
    one = variable(baseline(), benefit)
    key = (benefit, MONTH if one.definition_period == "month" else MONTH.this_year)
    everybody = ParameterExecution(baseline(), people, name, over, DAY).function(key)
    found = moved(baseline(), people, [key], name, over, DAY)
    moving = found.moving[one.entity.key]
    assert 0 < moving.sum() < len(moving)
    for x in [*over, *np.random.default_rng(0).uniform(*over, 4)]:
        values = found.settled[key].copy()
        values[moving] = found.functions[key].values(x)
        np.testing.assert_array_equal(values, everybody.values(x))


def test_nobody_is_moved_by_a_figure_that_changes_nothing(people):
    name = "revenu_de_base.degressivite.revenus_activite"
    key = ("bonus_solidaire", MONTH.this_year)
    found = moved(baseline(), people, [key], name, (0, 1), DAY)
    assert not found.moving["individu"].any()
    plain = engine.columns(people, {"": baseline()}, [key])[""][key]
    np.testing.assert_array_equal(found.settled[key], plain)


def test_a_figure_is_what_it_is_before_the_day_it_varies_from(people):
    name, benefit = "revenu_de_base.degressivite.revenus_activite", "revenu_de_base"
    before = period("2025-12")
    functions = ParameterExecution(baseline(), people, name, (0, 1), DAY).function((benefit, before))
    assert not functions.knots.size
    assert not functions.slope.any()


@pytest.mark.parametrize("name", ["revenu_de_base.ressources.nombre", "rsa.montant_forfaitaire"])
def test_what_is_not_made_of_lines_is_refused(people, name):
    run = ParameterExecution(baseline(), people, name, (1, 12), DAY)
    with pytest.raises(LawError):
        run.function(("capa_aide_mensuelle", MONTH))


def test_every_figure_of_the_revenu_de_base_can_vary_or_is_refused(people):
    system = baseline()
    tried = 0
    for leaf in provenance.leaves(system):
        value = provenance.figure_or_none(system, leaf.name, DAY)
        if not leaf.name.startswith("revenu_de_base.") or value is None or leaf.metadata["unit"] != "rate":
            continue
        functions = ParameterExecution(system, people, leaf.name, (0, 1), DAY).function(
            ("revenu_de_base", MONTH)
        )
        now = engine.columns(people, {"": system}, [("revenu_de_base", MONTH)])[""]["revenu_de_base", MONTH]
        np.testing.assert_allclose(functions.values(float(value.value)), now, atol=1e-6)
        tried += 1
    assert tried >= 8


# --- the algebra -------------------------------------------------------------------------------

numbers = st.integers(-20, 20).map(float)
columns = st.lists(numbers, min_size=4, max_size=4).map(np.array)


@st.composite
def expressions(draw, depth: int = 3):
    """Return a function of an array and x, in the operations of the vocabulary, by rows."""
    if depth == 0:
        column, slope = draw(columns), draw(columns)
        return lambda x: column + slope * x
    left, right = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    kind = draw(st.sampled_from(["add", "min", "max", "where", "and", "group"]))
    if kind == "add":
        return lambda x: left(x) - right(x)
    if kind == "min":
        return lambda x: np.minimum(left(x), right(x))
    if kind == "max":
        return lambda x: np.maximum(left(x), right(x))
    if kind == "where":
        return lambda x: np.where(left(x) >= right(x), left(x), -right(x))
    if kind == "and":
        return lambda x: ((left(x) > 0) & np.logical_not(right(x) < 1)) * left(x)
    members = np.array([0, 0, 1, 1])
    return lambda x: np.bincount(members, weights=left(x), minlength=2)[members]


@settings(max_examples=150, deadline=None)
@given(expressions(), st.lists(st.floats(0, 10), min_size=1, max_size=5))
def test_the_algebra_agrees_with_numpy(expression, places):
    over = (0.0, 10.0)
    made = expression(identity(over) + np.zeros(4))
    knots = np.unique(made.knots[np.isfinite(made.knots)])
    for x in [*over, *places, *knots]:
        plain = np.asarray(expression(np.full(4, x)))
        got = made.values(x)
        # at a knot, and within rounding of one, numpy itself may fall on either side
        sharp = np.abs(knots - x).min(initial=1) > 1e-6
        if sharp:
            np.testing.assert_allclose(got, plain, atol=1e-6)


def test_values_at_a_knot_are_those_of_the_comparison():
    x = identity((0.0, 10.0))
    closed = np.where(x >= np.array([4.0, 11.0]), 1.0, 0.0)
    opened = np.where(x > np.array([4.0, -1.0]), 1.0, 0.0)
    assert closed.values(4).tolist() == [1, 0]
    assert opened.values(4).tolist() == [0, 1]
    assert closed.values(4 - 1e-9).tolist() == [0, 0]
    assert closed.knots.tolist() == [[4.0], [np.inf]]


def test_knots_at_which_nothing_changes_are_dropped():
    x = identity((0.0, 10.0))
    same = np.where(x >= np.array([4.0]), x + 1.0, x + 1.0)
    assert same.knots.shape == (1, 0)
    assert same.values(4).tolist() == [5]


def test_a_function_has_no_truth_value_and_no_product():
    x = identity((0.0, 1.0))
    with pytest.raises(TypeError):
        bool(x > 0.5)
    with pytest.raises(LawError, match="product"):
        x * x
    with pytest.raises(LawError, match="dividing"):
        1.0 / (x + 1.0)
    with pytest.raises(LawError, match="sqrt"):
        np.sqrt(x)


def test_constants_are_functions_too():
    made = constant(np.array([1.0, 2.0]), 2, (0.0, 1.0))
    assert isinstance(made, Functions)
    assert made.values(0.5).tolist() == [1, 2]
