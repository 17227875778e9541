"""The engine gives what a plain run of the formulas gives, to the bit, and records what it records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engines import ANSWERED, MONTHS, TRIALS, YEARS, all_reforms, computed, same, simulation_of
from households import only, populations, random_population
from hypothesis import given, settings
from hypothesis import strategies as st
from openfisca_core.periods import DateUnit, period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine
from dept_rules.base import MONTH, Famille, Variable, date_en_mois, mois_revolus
from dept_rules.calculation import open_case
from dept_rules.engine import replay
from dept_rules.engine.graph import Graph
from dept_rules.engine.layout import Layout, _together
from dept_rules.engine.program import Program
from dept_rules.engine.replay import KEPT, OFTEN
from dept_rules.entities import GROUPS
from dept_rules.errors import LawError, UnknownNameError
from dept_rules.execution import Execution, Key
from dept_rules.people import Group, Population
from dept_rules.system import CountryTaxBenefitSystem, baseline, benefits

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))


def differences(
    laws: dict[str, TaxBenefitSystem], population: Population, keys: list[Key] | None = None, **options: Any
) -> list[str]:
    """Return what the engine computes otherwise than a plain run of each law."""
    asked = keys or list(computed(next(iter(laws.values()))))
    found = engine.columns(population, laws, asked, **options)
    plain = {label: Execution(system, population) for label, system in laws.items()}
    return [
        f"{label}: {name}@{at}"
        for label in laws
        for name, at in asked
        if not same(found[label][name, at], plain[label].value(name, at))
    ]


# --- populations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [1, 50, 100_000])
def test_every_variable_of_the_law(block: int) -> None:
    assert differences({"law": baseline()}, random_population(3, 200, years=ANSWERED), block=block) == []


def test_every_variable_where_answers_hold_for_every_period() -> None:
    assert differences({"law": baseline()}, random_population(4, 200), block=64) == []


def test_the_core_agrees() -> None:
    population = random_population(5, 100, years=ANSWERED)
    theirs = simulation_of(baseline(), population)
    ours = engine.columns(population, {"law": baseline()}, computed(baseline()))["law"]
    assert [key for key, values in ours.items() if not same(values, theirs.calculate(*key))] == []


def partly_answered(seed: int, menages: int, month: Any = MONTHS[-1]) -> Population:
    """Return people of whom some left questions without an answer: for every period, for a month, or both."""
    population = random_population(seed, menages)
    rng = np.random.default_rng(seed)
    for name, known in population.answers.items():
        if name != "date_naissance":
            known.answered = rng.random(len(known.answered)) < 0.5
            values, given = known.plain[::-1].copy(), rng.random(len(known.answered)) < 0.5
            known.by_period = {month: (values, given)} if rng.random() < 0.5 else {}
    for name in list(population.answers)[::3]:
        if name != "date_naissance":
            del population.answers[name]
    return population


def test_answers_that_some_did_not_give() -> None:
    assert differences({"law": baseline()}, partly_answered(6, 60), block=40) == []


def test_laws_drawn_together_are_computed_as_if_apart() -> None:
    laws = {reform: baseline().apply_reform(reform) for reform in all_reforms()}
    laws = {"platform": baseline(), **laws}
    assert differences(laws, random_population(7, 60, years=ANSWERED), block=100) == []


def test_the_order_of_laws_changes_nothing() -> None:
    figures = {"revenu_de_base.degressivite.revenus_activite": {"2018-01-01": 0.5}}
    reformed = baseline().apply_reform("rsj_lyon"), baseline().apply_reform("revenu_de_base_pente_cej")
    from dept_rules import reforms_loader

    laws = {
        "pente": reformed[1],
        "figures": reforms_loader.apply(figures, baseline()),
        "platform": baseline(),
        "lyon": reformed[0],
    }
    assert differences(laws, random_population(8, 80)) == []


@settings(max_examples=25)  # each draws the law anew
@given(populations(), st.integers(1, 20))
def test_any_small_population(population: Population, block: int) -> None:
    keys = [key for key in computed(baseline()) if key[1] in (MONTHS[-1], YEARS[-1])]
    assert differences({"law": baseline()}, population, keys, block=block) == []


def test_every_construct_of_the_vocabulary() -> None:
    system = CountryTaxBenefitSystem()
    for trial in TRIALS:
        system.add_variable(trial)
    assert differences({"law": system}, random_population(11, 200, years=ANSWERED), block=70) == []


def test_a_neutralized_variable() -> None:
    system = CountryTaxBenefitSystem()
    system.neutralize_variable("revenus_activite")
    assert differences({"law": baseline(), "other": system}, random_population(12, 50, years=ANSWERED)) == []


def test_a_year_of_a_monthly_variable_is_the_sum_of_its_months() -> None:
    population, year = random_population(9, 50, years=ANSWERED), period("2026")
    found = engine.columns(population, {"law": baseline()}, [("revenu_de_base", year)])["law"]
    run = Execution(baseline(), population)
    months = [run.value("revenu_de_base", month) for month in year.get_subperiods(DateUnit.MONTH)]
    assert np.array_equal(found["revenu_de_base", year], sum(months))


def test_totals_are_sums_of_columns() -> None:
    population, year = random_population(10, 150), period("2026")
    laws = {"platform": baseline(), "in force": baseline().apply_reform("droit_en_vigueur")}
    keys = [(name, year) for name in benefits(baseline())] + [("age", MONTHS[-1]), ("majeur", MONTHS[-1])]
    weights = np.random.default_rng(10).random(150)
    people = weights[population.groups["menage"].member_of]
    by_entity = {"menage": weights, "individu": people}
    found = engine.columns(population, laws, keys)
    for counting, of in ((None, None), (weights, by_entity)):
        sums = engine.totals(population, laws, keys, counting, block=60)
        for label, key in ((label, key) for label in laws for key in keys):
            values = found[label][key] * 1.0
            entity = baseline().variables[key[0]].entity.key
            expected = float((values if of is None else values * of[entity]).sum())
            assert sums[label][key] == pytest.approx(expected, rel=1e-12, abs=1e-9), key
    assert sums["platform"] != sums["in force"]


def test_totals_of_groups_count_as_the_household_of_their_first_member() -> None:
    population, key = random_population(10, 40), ("rsa", MONTHS[-1])
    homes = population.groups["menage"]
    apart = Group(homes.entity, homes.ids, np.roll(homes.member_of, 1), homes.roles)  # families live apart
    population = Population(population.ids, {**population.groups, "menage": apart}, population.answers)
    values = engine.columns(population, {"": baseline()}, [key])[""][key]
    famille, menage = population.groups["famille"].member_of, apart.member_of
    weights = np.arange(1.0, 41.0)
    of_families = [weights[menage[np.flatnonzero(famille == rank)[0]]] for rank in range(len(values))]
    total = engine.totals(population, {"": baseline()}, [key], weights)[""][key]
    assert total == pytest.approx(float(values @ of_families))


def test_totals_of_what_everybody_has() -> None:
    class essai_forfait(Variable):
        value_type = float
        entity = Famille
        definition_period = MONTH
        label = "Un chiffre de la loi, le même pour chaque famille"

        def formula(famille, period, parameters):
            return parameters(period).rsa.montant_forfaitaire

    system, population, key = (
        CountryTaxBenefitSystem(),
        random_population(10, 40),
        ("essai_forfait", MONTHS[-1]),
    )
    system.add_variable(essai_forfait)
    values = engine.columns(population, {"": system}, [key])[""][key]
    assert values.all()
    for weights in (None, np.full(40, 2.5)):
        total = engine.totals(population, {"": system}, [key], weights)[""][key]
        assert total == pytest.approx(float(values.sum()) * (1 if weights is None else 2.5))


def test_what_is_wrong_is_said_by_name() -> None:
    population = random_population(1, 1)
    with pytest.raises(UnknownNameError, match="revenu_de_basse"):
        engine.columns(population, {"law": baseline()}, [("revenu_de_basse", MONTHS[0])])
    with pytest.raises(LawError, match="cheque_energie is defined by year"):
        engine.columns(population, {"law": baseline()}, [("cheque_energie", MONTHS[0])])


def test_results_cannot_be_changed_in_place() -> None:
    found = engine.columns(random_population(1, 5), {"law": baseline()}, [("age", MONTHS[0])])["law"]
    with pytest.raises(ValueError, match="read-only"):
        found["age", MONTHS[0]][0] = 3


# --- blocks ----------------------------------------------------------------------------------------------


@given(populations(max_menages=12), st.integers(1, 40))
def test_blocks_share_out_people_and_whole_groups(population: Population, block: int) -> None:
    layout = Layout(population, block)
    for entity in ("individu", *population.groups):
        ranks = layout.laid(entity, np.arange(population.size(entity)))
        shared = np.concatenate([ranks[one.rows[entity]] for one in layout])
        assert sorted(shared) == list(range(population.size(entity)))
        assert np.array_equal(layout.back(entity, ranks), np.arange(population.size(entity)))
    people = layout.laid("individu", np.arange(population.count))
    tied = np.bincount(_together(population)).max()  # who cannot be parted
    for one in layout:
        assert one.persons < block + max(block, tied)
        here = people[one.rows["individu"]]
        for key, group in population.groups.items():
            groups = layout.laid(key, np.arange(group.count))[one.rows[key]]
            assert np.array_equal(groups[one.groups[key].member_of], group.member_of[here])
            assert np.array_equal(one.groups[key].roles, group.roles[here])


def test_people_tied_by_a_chain_of_groups_stand_together() -> None:
    """The second lives with the first, and is of the family of the third."""
    chains, order = 20, np.random.default_rng(0).permutation(60)
    links = {"menage": [0, 0, 1], "famille": [0, 1, 1], "foyer_fiscal": [0, 1, 2]}
    groups = {}
    for entity in GROUPS:
        link = np.array(links[entity.key])
        member_of = (np.arange(chains)[:, np.newaxis] * (link.max() + 1) + link).ravel()
        groups[entity.key] = Group(
            entity, range(member_of.max() + 1), member_of[order], np.zeros(60, dtype=np.intp)
        )
    assert [one.persons for one in Layout(Population(range(60), groups, {}), 3)] == [3] * chains


def test_people_in_order_are_not_moved() -> None:
    population = random_population(2, 30)
    ordered = Layout(population, 10)
    rows = ordered.orders["individu"]
    assert len(ordered) > 1
    groups = {
        key: type(group)(group.entity, group.ids, group.member_of[rows], group.roles[rows])
        for key, group in population.groups.items()
    }
    again = Layout(Population(range(population.count), groups, {}), 10)
    assert "individu" not in again.orders
    assert len(again) == len(ordered)


@pytest.mark.parametrize("dtype", [np.int32, np.uint16])
def test_ranks_of_any_whole_type(dtype: Any) -> None:
    population = random_population(2, 20)
    groups = {
        key: type(group)(group.entity, group.ids, group.member_of.astype(dtype), group.roles.astype(np.uint8))
        for key, group in population.groups.items()
    }
    keys = [key for key in computed(baseline()) if key[1] == MONTHS[-1]]
    assert (
        differences({"law": baseline()}, Population(population.ids, groups, population.answers), keys) == []
    )


def test_a_group_of_nobody() -> None:
    population = random_population(2, 20)
    foyer = population.groups["foyer_fiscal"]
    more = type(foyer)(foyer.entity, [*foyer.ids, "personne"], foyer.member_of, foyer.roles)
    answers = {
        name: known
        for name, known in population.answers.items()
        if baseline().variables[name].entity.key != "foyer_fiscal"
    }
    wider = Population(population.ids, {**population.groups, "foyer_fiscal": more}, answers)
    assert differences({"law": baseline()}, wider, block=15) == []


# --- one household ---------------------------------------------------------------------------------------


def keys_at(month: Any) -> list[Key]:
    return [
        (name, month if one.definition_period == DateUnit.MONTH else month.this_year)
        for name, one in benefits(baseline()).items()
    ]


def recorded(run: Execution, keys: list[Key]) -> dict[str, Any]:
    """Return all that a run tells, with its order."""
    values = {key: run.value(*key) for key in keys}
    return {
        "calls": run.calls,
        "order": list(run.calls),
        "figures": run.figures,
        "unanswered": {key: mask.tolist() for key, mask in run.unanswered.items()},
        "asked": list(run.unanswered),
        "inputs": run.inputs_read(),
        "values": {key: (found.dtype, type(found), found.tolist()) for key, found in values.items()},
    }


#: Whether a drawing is made for the inputs that are answered, or for any.
NARROW = pytest.mark.parametrize("often", [1, 2**30], ids=["narrow", "broad"])


@NARROW
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_replayed_example_tells_what_a_plain_run_tells(
    path: Path, often: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "OFTEN", often)
    case = open_case(path, "2026-11")
    keys = keys_at(case.month)
    plain = Execution(case.system, case.situation.population, record=True)
    replayed = engine.Replay(case.system, case.situation.population, keys)
    told = recorded(plain, keys)
    assert recorded(replayed, keys) == told
    everything = list(plain.calls)
    assert recorded(replayed, everything)["values"] == recorded(plain, everything)["values"]


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from(MONTHS), st.sampled_from([1, 2**30]))
def test_any_replayed_household(seed: int, month: Any, often: int) -> None:
    population = only(random_population(seed, 2), 1)
    keys = keys_at(month)
    plain = Execution(baseline(), population, record=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "OFTEN", often)
        assert recorded(engine.Replay(baseline(), population, keys), keys) == recorded(plain, keys)


@NARROW
def test_who_did_not_answer_is_told_as_by_a_plain_run(often: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "OFTEN", often)
    system, keys = CountryTaxBenefitSystem(), keys_at(MONTHS[-1])
    for month in (MONTHS[0], MONTHS[-1]):  # the same questions, dated otherwise
        population = partly_answered(6, 30, month)
        told = recorded(Execution(system, population, record=True), keys)
        assert recorded(engine.Replay(system, population, keys), keys) == told
        assert recorded(engine.run(system, population, keys), keys) == told


def test_what_was_not_drawn_can_still_be_asked() -> None:
    population = random_population(1, 1)
    replayed = engine.Replay(baseline(), population, [("age", MONTHS[0])])
    other = ("revenu_de_base", MONTHS[1])
    assert same(replayed.value(*other), Execution(baseline(), population).value(*other))


def test_a_changed_figure_is_drawn_anew() -> None:
    system, population = CountryTaxBenefitSystem(), random_population(0, 30)
    key = ("revenu_de_base", period("2026-11"))
    before = engine.Replay(system, population, [key]).value(*key)
    system.parameters.revenu_de_base.applique.update(start=key[1].start, value=False)
    system.forget_instants()
    after = engine.Replay(system, population, [key]).value(*key)
    assert before.any()
    assert not after.any()


def test_few_drawings_are_kept() -> None:
    """Those asked last."""
    system, population = CountryTaxBenefitSystem(), random_population(0, 1)
    usual = [("age", MONTHS[0])]
    kept = engine.Replay(system, population, usual).kept
    for month in period("month:2023-01:40").get_subperiods(DateUnit.MONTH):
        engine.Replay(system, population, [("age", month)])
        assert engine.Replay(system, population, usual).kept is kept
    assert len(system.__dict__["_drawings"]) == KEPT


def test_what_is_often_answered_is_drawn_for_itself() -> None:
    """Half the operations; who answers something else is not concerned."""
    system, keys = CountryTaxBenefitSystem(), keys_at(MONTHS[-1])
    household = open_case(EXAMPLES[0], "2026-11").situation.population
    fewer = {name: known for name, known in household.answers.items() if name != "salaire_net"}
    populations = [household, replace(household, answers=fewer)]
    told = [recorded(Execution(system, one, record=True), keys) for one in populations]
    for _ in range(OFTEN):
        assert recorded(engine.Replay(system, populations[0], keys), keys) == told[0]
    assert recorded(engine.Replay(system, populations[1], keys), keys) == told[1]
    broad, narrow = sorted(system.__dict__["_drawings"].values(), key=lambda one: -len(one.program.inputs))
    assert narrow.kept is broad.kept
    assert {node.of[0] for node in narrow.program.inputs} <= populations[0].answers.keys()
    assert 2 * len(narrow.program.steps) < len(broad.program.steps)
    assert dict(broad.counts) != {}  # the second answers, once


# --- the graph -------------------------------------------------------------------------------------------


def test_what_says_the_same_is_one_node() -> None:
    graph = Graph()
    one, other = (graph.input(name, None, "individu", np.dtype(float)) for name in ("a", "b"))
    assert graph.ufunc(np.add, one, other) is graph.ufunc(np.add, other, one)
    assert graph.ufunc(np.subtract, one, other) is not graph.ufunc(np.subtract, other, one)
    assert graph.ufunc(np.add, one, graph.const(0)) is one
    assert graph.ufunc(np.multiply, graph.const(True), one) is one
    assert graph.ufunc(np.logical_and, one, one).dtype == bool
    least, greatest = (graph.extreme("menage", keep, one) for keep in (np.minimum, np.maximum))
    assert least is not greatest
    whole = graph.input("c", None, "individu", np.dtype(bool))
    assert graph.ufunc(np.add, whole, graph.const(0)).dtype == np.int64
    assert graph.ufunc(np.add, whole, graph.const(0.0)).dtype == np.float64
    assert graph.ufunc(np.subtract, graph.const(0.0), one) is not one
    assert graph.where(whole, graph.const(1), graph.const(2)).dtype == np.int64
    assert graph.where(whole, graph.const(1.5), graph.const(2)).dtype == np.float64


def test_nothing_times_what_may_be_infinite_is_not_simplified() -> None:
    graph = Graph()
    one, other = (graph.input(name, None, "individu", np.dtype(float)) for name in ("a", "b"))
    assert graph.ufunc(np.multiply, graph.const(0.0), one).op == "const"
    quotient = graph.ufunc(np.true_divide, one, other)
    for unbounded in (
        graph.ufunc(np.log, one),
        graph.sum("menage", quotient),
        graph.astype(quotient, np.float32),
        graph.take((0.0, np.inf), graph.input("rank", None, "individu", np.dtype(np.int16))),
    ):
        assert graph.ufunc(np.multiply, graph.const(0.0), unbounded).op == "ufunc"
    by_a_figure = graph.ufunc(np.true_divide, one, graph.const(3.0))
    assert graph.ufunc(np.multiply, graph.const(0.0), by_a_figure).op == "const"
    by_nothing = graph.ufunc(np.true_divide, one, graph.const(0.0))
    assert graph.ufunc(np.multiply, graph.const(0.0), by_nothing).op == "ufunc"
    assert graph.ufunc(np.multiply, graph.const(0.0), quotient).op == "ufunc"
    assert graph.ufunc(np.multiply, graph.const(0.0), graph.const(np.inf)).op == "const"
    assert np.isnan(graph.ufunc(np.multiply, graph.const(0.0), graph.const(np.inf)).of)


def test_what_may_be_infinite_has_no_lower_bound_as_a_whole_number() -> None:
    graph = Graph()
    one, other = (graph.astype(graph.input(name, None, "individu", np.dtype(bool)), float) for name in "ab")
    whole = graph.astype(graph.ufunc(np.true_divide, one, other), np.int32)  # of 1 / 0: less than 0
    capped = graph.ufunc(np.minimum, whole, graph.const(5))
    assert graph.ufunc(np.greater_equal, capped, graph.const(0)).op == "ufunc"


def test_what_nothing_needs_any_more_is_let_go() -> None:
    graph, ones = Graph(), np.ones(3)
    one = graph.input("a", None, "individu", ones.dtype)
    between = graph.ufunc(np.log, one)
    wanted = graph.ufunc(np.add, between, graph.ufunc(np.sqrt, between))
    for keep in (False, True):
        program = Program([wanted], keep=keep)
        registers = program.run({("a", None): ones}, {}, 3)
        held = [registers[program.register[node.rank]] is not None for node in (one, between, wanted)]
        assert held == [keep, keep, True]


def test_a_formula_cannot_branch_on_a_promise() -> None:
    from dept_rules.engine.lazy import Promise

    graph = Graph()
    promise = Promise(graph, graph.input("a", None, "individu", np.dtype(bool)))
    with pytest.raises(TypeError, match="branch on data"):
        bool(promise)
    with pytest.raises(LawError, match="no graph reading"):
        np.cumsum(promise)
    with pytest.raises(LawError, match="no graph reading"):
        np.add.reduce(promise)
    with pytest.raises(LawError, match="no graph reading"):
        divmod(promise, 12)


# --- time ------------------------------------------------------------------------------------------------


def test_months_of_dates_are_those_of_the_calendar() -> None:
    days = np.arange(np.datetime64("0001-01-01"), np.datetime64("9999-12-31"))
    months = days.astype("datetime64[M]")
    assert np.array_equal(date_en_mois(days), months.astype(np.int64))
    late = days > months.astype("datetime64[D]")
    now = (2018 - 1970) * 12 + 2
    assert np.array_equal(mois_revolus(days, period("2018-03")), now - months.astype(np.int64) - late)
