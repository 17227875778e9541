"""Reforms: dates, isolation, composition, what is refused, and the reforms that are shipped."""

from __future__ import annotations

import gc
import json
import time
import weakref
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawing
from hypothesis import strategies as st
from openfisca_core import reforms as core
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import MONTH
from openfisca_core.simulations import SimulationBuilder
from small_law import SmallLaw

import dept_rules as dr
from dept_rules import provenance, reforms_loader
from dept_rules.base import Individu, Reform, Variable
from dept_rules.errors import ReformError, UnknownNameError
from dept_rules.reforms_loader import apply
from dept_rules.simulation.laws import laws
from dept_rules.system import baseline, law_folder

AMOUNT = "aide.montant"  # 100 from 2018-04-01, 110 from 2020-04-01, 120.5 from 2021-04-15, revised yearly
DAY = timedelta(days=1)


@pytest.fixture
def law() -> SmallLaw:
    return SmallLaw()


def value(system: Any, name: str, at: str) -> Any:
    found = provenance.figure_or_none(system, name, at)
    return found and found.value


def faults(reform: Any, system: Any) -> dict[str, str]:
    with pytest.raises(ReformError) as refused:
        apply(reform, system)
    return {fault.path: str(fault) for fault in refused.value.faults}


def test_a_neutralized_variable_keeps_its_name():
    class Without(core.Reform):
        def apply(self) -> None:
            self.neutralize_variable("revenu_de_base")

    assert apply(Without, baseline()).variables["revenu_de_base"].label == "Revenu de base"


# --- dates ----------------------------------------------------------------------------------------


def test_a_value_holds_from_its_day_on_and_replaces_later_ones(law: SmallLaw) -> None:
    reformed = apply({AMOUNT: {"2019-01-01": 7}}, law)
    days = ("2018-12-31", "2019-01-01", "2020-04-01", "2025-01-01")
    assert [value(reformed, AMOUNT, day) for day in days] == [100, 7, 7, 7]


def test_a_value_with_two_days_holds_only_between(law: SmallLaw) -> None:
    reformed = apply({AMOUNT: {"2019-01-01.2020-06-30": 7}}, law)
    days = ("2018-12-31", "2019-01-01", "2020-06-30", "2020-07-01", "2021-04-15")
    assert [value(reformed, AMOUNT, day) for day in days] == [100, 7, 7, 110, 120.5]


def test_what_comes_back_after_an_interval_keeps_its_date_and_source(law: SmallLaw) -> None:
    reformed = apply({AMOUNT: {"2021-06-01.2021-12-31": 7}}, law)
    assert provenance.figure(reformed, AMOUNT, "2022-02-01") == provenance.figure(law, AMOUNT, "2022-02-01")
    assert provenance.figure(reformed, AMOUNT, "2022-05-01").carried_forward
    again = apply({AMOUNT: {"2022-01-15.2022-01-31": 8}}, reformed)
    assert provenance.figure(again, AMOUNT, "2022-02-01").since == "2021-04-15"


def test_several_days_each_hold_until_the_next(law: SmallLaw) -> None:
    dated = {"2022-01-01": 3, "2019-01-01": 1, "2020-01-01": 2, "2021-03-01.2021-03-31": 9}
    reformed = apply({AMOUNT: dated}, law)
    days = ("2019-12-31", "2020-01-01", "2021-02-28", "2021-03-31", "2021-04-20", "2022-01-01")
    assert [value(reformed, AMOUNT, day) for day in days] == [1, 2, 2, 9, 2, 3]


def test_an_interval_before_the_first_value_leaves_none_around_it(law: SmallLaw) -> None:
    reformed = apply({AMOUNT: {"2017-01-01.2017-01-31": 7}}, law)
    days = ("2016-12-31", "2017-01-31", "2017-02-01", "2018-04-01")
    assert [value(reformed, AMOUNT, day) for day in days] == [None, 7, None, 100]


def test_an_interval_may_have_no_end_in_practice(law: SmallLaw) -> None:
    reformed = apply({AMOUNT: {"2019-01-01.9999-12-31": 7}}, law)
    assert value(reformed, AMOUNT, "2030-01-01") == 7


DATES = st.dates(date(2018, 1, 1), date(2018, 3, 31))


@st.composite
def spans(draw: Any) -> dict[str, int]:
    """Draw a reform of a figure whose days do not overlap."""
    edges = sorted(draw(st.sets(DATES, min_size=1, max_size=8)))
    found = {}
    for rank, start in enumerate(edges):
        last = edges[rank + 1] - DAY if rank + 1 < len(edges) else date(2018, 4, 10)
        stop = draw(st.none() | st.dates(start, last))
        found[str(start) if stop is None else f"{start}.{stop}"] = draw(st.integers(0, 9))
    keys = draw(st.permutations(list(found)))
    return {key: found[key] for key in keys}


def naive(before: Callable[[date], Any], dated: dict[str, int]) -> Callable[[date], Any]:
    """Return the value of each day: that of the last to begin among those that hold."""

    def at(day: date) -> Any:
        holding = []
        for key, given in dated.items():
            start, _, stop = key.partition(".")
            if start <= str(day) <= (stop or "9999"):
                holding.append((start, given))
        return max(holding)[1] if holding else before(day)

    return at


@drawing(st.dictionaries(DATES, st.integers(10, 19), min_size=1, max_size=5), spans(), spans())
def test_on_any_day_the_value_is_what_a_naive_reading_gives(
    law_values: dict[date, int], first: dict[str, int], second: dict[str, int]
) -> None:
    law = SmallLaw()
    data = {
        "metadata": law.parameters.aide.plafond.metadata,
        "values": {str(day): {"value": given} for day, given in law_values.items()},
    }
    law.parameters.aide.add_child("essai", ParameterNode("aide", data={"essai": data}).essai)
    law_naive = naive(lambda day: None, {str(day): given for day, given in law_values.items()})
    once = apply({"aide.essai": first}, law)
    twice = apply({"aide.essai": second}, once)
    once_naive = naive(law_naive, first)
    twice_naive = naive(once_naive, second)
    for rank in range(120):
        day = date(2017, 12, 25) + rank * DAY
        got = [system.parameters.aide.essai.get_at_instant(str(day)) for system in (law, once, twice)]
        assert got == [law_naive(day), once_naive(day), twice_naive(day)], day


# --- what a new value says of itself --------------------------------------------------------------


def test_a_bare_value_is_a_hypothesis_without_source_that_nothing_revises(law: SmallLaw) -> None:
    found = provenance.figure(apply({AMOUNT: {"2021-05-01": 7}}, law), AMOUNT, "2031-01-01")
    assert (found.standing, found.reference_title, found.notes) == ("hypothese", None, "")
    assert (found.since, found.carried_forward) == ("2021-05-01", False)
    assert (found.label, found.unit) == ("Montant de l'aide", "EUR/month")


def test_a_value_may_say_where_it_comes_from(law: SmallLaw) -> None:
    reference = {"title": "Délibération", "href": "https://lyon.fr/rsj"}
    given = {"value": True, "status": "dispositif_existant", "reference": reference, "notes": "Vérifié."}
    found = provenance.figure(
        apply({"aide.applique": {"2021-06-01": given}}, law), "aide.applique", "2021-06-01"
    )
    assert (found.value, found.standing, found.notes) == (True, "dispositif_existant", "Vérifié.")
    assert (found.reference_title, found.reference_href) == ("Délibération", "https://lyon.fr/rsj")
    assert provenance.notice(found) == ""


def test_a_reform_does_not_borrow_the_name_of_the_proposal_it_replaces(law: SmallLaw) -> None:
    reformed = apply({"aide.applique": {"2021-06-01": True}}, law)
    switch = provenance.figure(reformed, "aide.applique", "2021-06-01")
    assert provenance.notice(switch) == "Hypothèse, non en vigueur : simulation"


def test_the_figures_of_a_scale_have_addresses(law: SmallLaw) -> None:
    changes = {
        "aide.bareme[1].amount": {"2019-01-01": 60},
        "aide.bareme[1].threshold": {"2019-01-01": 6000},
        "aide.bareme[0].amount": {"2019-01-01": 200},
    }
    reformed = apply(changes, law)
    assert value(reformed, "aide.bareme", "2018-12-31") == ((0, 76), (5600, 50))
    assert value(reformed, "aide.bareme", "2019-01-01") == ((0, 200), (6000, 60))
    assert value(law, "aide.bareme", "2019-01-01") == ((0, 194), (5600, 50))
    assert provenance.figure(reformed, "aide.bareme", "2019-01-01").standing == "hypothese"
    scale = reformed.get_parameters_at_instant("2019-01-01").aide.bareme
    assert (list(scale.thresholds), list(scale.amounts)) == ([0, 6000], [200, 60])


# --- isolation ------------------------------------------------------------------------------------


def _all_values(system: Any) -> list[Any]:
    return [
        (leaf.name, dated.instant_str, dated.value, repr(dated.metadata))
        for leaf in provenance.leaves(system)
        for dated in leaf.parameter.values_list
    ]


def test_a_reform_changes_neither_the_law_nor_its_siblings(law: SmallLaw) -> None:
    before = _all_values(law)
    law.get_parameters_at_instant("2022-01-01")
    one = apply({AMOUNT: {"2022-01-01": 1}, "aide.bareme[0].amount": {"2022-01-01": 1}}, law)
    first = _all_values(one)
    two = apply({AMOUNT: {"2022-01-01": 2}}, law)
    three = apply({AMOUNT: {"2022-01-01.2022-12-31": 3}}, one)
    assert [value(system, AMOUNT, "2022-06-01") for system in (law, one, two, three)] == [120.5, 1, 2, 3]
    at = [system.get_parameters_at_instant("2022-01-01").aide.montant for system in (law, one, two, three)]
    assert at == [120.5, 1, 2, 3]
    assert _all_values(law) == before
    assert _all_values(one) == first


def test_only_the_way_to_what_changes_is_copied(law: SmallLaw) -> None:
    reformed = apply({AMOUNT: {"2022-01-01": 1}, "aide.bareme[0].amount": {"2022-01-01": 1}}, law)
    old, new = law.parameters, reformed.parameters
    assert new.couverture is old.couverture
    assert new.aide.taux is old.aide.taux
    assert new.aide.bareme.brackets[1] is old.aide.bareme.brackets[1]
    assert new.aide is not old.aide
    assert new.aide.montant is new.aide.children["montant"] is not old.aide.montant
    assert new.aide.bareme.brackets[0].amount is new.aide.bareme.brackets[0].children["amount"]
    assert new.aide.montant.values_history is new.aide.montant


def test_a_reform_does_not_change_the_months_that_are_modelled(law: SmallLaw) -> None:
    reformed = apply({AMOUNT: {"2035-01-01": 1}, "couverture.report_maximal": {"2018-01-01": 50}}, law)
    assert provenance.coverage(reformed) == provenance.coverage(law)


@pytest.mark.parametrize(
    "reform",
    [
        {"revenu_de_base.montant.part_rsa": {"2026-01-01": 0.5}},
        [{"revenu_de_base.montant.part_rsa": {"2026-01-01": 0.5}}, "revenu_de_base_pente_cej"],
    ],
)
def test_a_reform_is_freed_when_nobody_holds_it(reform: Any) -> None:
    reformed = apply(reform, baseline())
    reformed.get_parameters_at_instant("2026-01-01")
    held = weakref.ref(reformed)
    del reformed
    gc.collect()
    assert held() is None


def test_applying_figures_takes_milliseconds() -> None:
    reform = {
        "revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5},
        "rsa.montant_forfaitaire": {"2026-01-01.2026-12-31": 700},
    }
    taken = []
    for _ in range(10):
        start = time.perf_counter()
        apply(reform, baseline())
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.005


# --- composition ----------------------------------------------------------------------------------


def test_reforms_are_applied_in_order_and_add_up(law: SmallLaw) -> None:
    one: Any = {AMOUNT: {"2022-01-01": 1}, "aide.age": {"2022-01-01": 16}}
    two: Any = {AMOUNT: {"2022-01-01": 2}}
    for reformed in (apply([one, two], law), apply((one, None, [two]), law), apply(two, apply(one, law))):
        assert [value(reformed, name, "2022-01-01") for name in (AMOUNT, "aide.age")] == [2, 16]
    assert value(apply([two, one], law), AMOUNT, "2022-01-01") == 1


def test_nothing_to_apply_is_the_law_itself(law: SmallLaw) -> None:
    assert apply(None, law) is law
    assert apply([], law) is law
    assert apply([None, None], law) is law


def test_a_system_already_built_only_stands_on_what_it_was_built_on(law: SmallLaw) -> None:
    one = apply({AMOUNT: {"2022-01-01": 1}}, law)
    two = apply({AMOUNT: {"2022-01-01": 2}}, one)
    assert apply(two, law) is two
    assert apply(two, one) is two
    assert apply([one, two], law) is two
    reformed = apply([one, {"aide.age": {"2022-01-01": 16}}], law)
    assert [value(reformed, name, "2022-01-01") for name in (AMOUNT, "aide.age")] == [1, 16]
    for other in (apply({AMOUNT: {"2022-01-01": 3}}, law), SmallLaw()):
        with pytest.raises(ReformError, match="stands on another law"):
            apply(two, other)


def test_a_system_tells_what_was_applied_to_it(law: SmallLaw) -> None:
    assert (law.info, reforms_loader.applied(law)) == (None, [])
    reformed = apply([{AMOUNT: {"2022-01-01": 1}}, Doubled], law)
    figures, formulas = reforms_loader.applied(reformed)
    assert figures.parameters == {AMOUNT: {"2022-01-01": 1}}
    assert (formulas.name, formulas.label, reformed.info) == ("Doubled", "Aide doublée", formulas)


def test_what_to_call_a_reform(law: SmallLaw, tmp_path: Path) -> None:
    named = reforms_loader.name_of
    figures: Any = {AMOUNT: {"2022-01-01": 1}}
    assert named(None) is named([]) is named(law) is None
    assert named("rsj_lyon") == "rsj_lyon"
    assert named(str(tmp_path / "ma_reforme.yaml")) == named(tmp_path / "ma_reforme.yaml") == "ma_reforme"
    assert named(figures) == "sur_mesure"
    assert named(Doubled) == "Doubled"
    assert named(["rsj_lyon", None, figures]) == "rsj_lyon + sur_mesure"
    assert named(apply([figures, Doubled], law)) == "sur_mesure + Doubled"


# --- what is refused ------------------------------------------------------------------------------

INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("figures", "path", "told"),
    [
        ({"aide.montnat": {"2022-01-01": 1}}, "aide.montnat", "did you mean 'aide.montant'"),
        ({"aide": {"2022-01-01": 1}}, "aide", "unknown parameter; did you mean 'aide.age'"),
        ({"aide.bareme": {"2022-01-01": 1}}, "aide.bareme", "is a scale; expected one of its figures"),
        ({"aide.bareme[2].amount": {"2022-01-01": 1}}, "aide.bareme[2].amount", "'aide.bareme[0].amount'"),
        ({"aide.bareme[-1].amount": {"2022-01-01": 1}}, "aide.bareme[-1].amount", "unknown parameter"),
        ({7: {"2022-01-01": 1}}, "7", "unknown parameter"),
        ({AMOUNT: 7}, AMOUNT, "has no dates"),
        ({AMOUNT: {}}, AMOUNT, "has no dates"),
        ({AMOUNT: {"2022": 1}}, f"{AMOUNT}/2022", "is a bare year; expected a day, 2026-01-01"),
        ({AMOUNT: {2022: 1}}, f"{AMOUNT}/2022", "is a bare year"),
        ({AMOUNT: {"2022-01": 1}}, f"{AMOUNT}/2022-01", "is not a date"),
        ({AMOUNT: {"2022-01-01 ": 1}}, f"{AMOUNT}/2022-01-01 ", "is not a date"),
        ({AMOUNT: {"２０２２-01-01": 1}}, f"{AMOUNT}/２０２２-01-01", "is not a date"),
        ({AMOUNT: {"2022-02-30": 1}}, f"{AMOUNT}/2022-02-30", "there is no such day"),
        ({AMOUNT: {"0000-01-01": 1}}, f"{AMOUNT}/0000-01-01", "there is no such day"),
        ({AMOUNT: {"2022-01-01.2022-02-30": 1}}, f"{AMOUNT}/2022-01-01.2022-02-30", "there is no such day"),
        ({AMOUNT: {"2022-01-02.2022-01-01": 1}}, f"{AMOUNT}/2022-01-02.2022-01-01", "ends before it begins"),
        ({AMOUNT: {"2022-01-01.": 1}}, f"{AMOUNT}/2022-01-01.", "is not a date"),
        ({AMOUNT: {"2022-01-01.2022-12-31": 1, "2022-06-01": 2}}, f"{AMOUNT}/2022-06-01", "overlaps 2022-01"),
        (
            {AMOUNT: {"2022-06-30.2022-07-31": 1, "2022-01-01.2022-06-30": 2}},
            f"{AMOUNT}/2022-06-30.2022-07-31",
            "overlaps 2022-01-01.2022-06-30",
        ),
        (
            {AMOUNT: {"2022-01-01": 1, "2022-01-01.2022-12-31": 2}},
            f"{AMOUNT}/2022-01-01.2022-12-31",
            "overlaps",
        ),
        ({AMOUNT: {"2022-01-01.9999-12-31": 1, "2023-01-01": 2}}, f"{AMOUNT}/2023-01-01", "overlaps"),
        ({AMOUNT: {"2022-01-01": {"value": 1, "amount": 1}}}, f"{AMOUNT}/2022-01-01/amount", "unknown key"),
        ({AMOUNT: {"2022-01-01": {"notes": "x"}}}, f"{AMOUNT}/2022-01-01", "has no value"),
        (
            {AMOUNT: {"2022-01-01": {"value": 1, "status": "loi"}}},
            f"{AMOUNT}/2022-01-01/status",
            "unknown status; expected one of droit_positif",
        ),
        (
            {AMOUNT: {"2022-01-01": {"value": 1, "reference": "loi"}}},
            f"{AMOUNT}/2022-01-01/reference",
            "is not a reference",
        ),
        (
            {AMOUNT: {"2022-01-01": {"value": 1, "reference": {"title": "x", "href": "javascript:x"}}}},
            f"{AMOUNT}/2022-01-01/reference",
            "is not a reference",
        ),
        (
            {AMOUNT: {"2022-01-01": {"value": 1, "reference": {"href": "https://loi.fr"}}}},
            f"{AMOUNT}/2022-01-01/reference",
            "is not a reference",
        ),
        ({"aide.bareme[1].threshold": {"2022-01-01": 0}}, "aide.bareme", "do not rise on 2022-01-01"),
    ],
)
def test_a_reform_is_refused_with_key_reason_and_nearest(
    law: SmallLaw, figures: Any, path: str, told: str
) -> None:
    found = faults(figures, law)
    assert list(found) == [path]
    assert told in found[path]


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        (AMOUNT, None, "has no value"),
        (AMOUNT, True, "is not a number"),
        (AMOUNT, "12", "is not a number; expected a number (EUR/month)"),
        (AMOUNT, [1], "is not a number"),
        (AMOUNT, -0.01, "from 0 to"),
        (AMOUNT, NAN, "is out of range"),
        (AMOUNT, INF, "is out of range"),
        (AMOUNT, -INF, "out of range"),
        (AMOUNT, 10**400, "out of range"),
        ("aide.plafond", -INF, "out of range"),
        ("aide.taux", 1.001, "is out of range; expected a number (rate) from 0 to 1"),
        ("aide.taux", INF, "out of range"),
        ("aide.majoration", INF, "out of range"),
        ("aide.age", 131, "is out of range; expected a number (years) from 0 to 130"),
        ("aide.age", -1, "out of range"),
        ("aide.applique", 1, "is not a boolean; expected true or false"),
        ("aide.applique", "true", "is not a boolean"),
        ("aide.unite", "menage", "is not accepted; expected one of individu, famille"),
        ("aide.unite", 1, "is not accepted"),
        ("aide.bareme[0].threshold", -1, "a number (EUR/year)"),
        ("aide.bareme[0].amount", "x" * 100, "is not a number"),
    ],
)
def test_a_value_of_the_wrong_kind_or_size_is_refused(
    law: SmallLaw, name: str, given: Any, told: str
) -> None:
    found = faults({name: {"2022-01-01": given}}, law)
    assert list(found) == [f"{name}/2022-01-01"]
    assert told in found[f"{name}/2022-01-01"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (AMOUNT, 0),
        (AMOUNT, np.float64(12.5)),
        (AMOUNT, np.int64(12)),
        ("aide.taux", 0),
        ("aide.taux", 1),
        ("aide.majoration", 1.5),  # the law's own is above 1
        ("aide.age", 130),
        ("aide.age", INF),
        ("aide.plafond", INF),
        ("aide.applique", np.bool_(True)),
        ("aide.unite", "famille"),
        ("aide.bareme[0].amount", 1e5),
    ],
)
def test_a_value_that_makes_sense_is_accepted(law: SmallLaw, name: str, given: Any) -> None:
    assert value(apply({name: {"2022-01-01": given}}, law), name, "2022-01-01") == given


def test_all_faults_are_told_at_once(law: SmallLaw) -> None:
    found = faults(
        {"aide.montnat": {}, AMOUNT: {"2022": 1, "2022-01-01": -1}, "aide.taux": {"2022-01-01": 2}}, law
    )
    assert list(found) == ["aide.montnat", f"{AMOUNT}/2022", f"{AMOUNT}/2022-01-01", "aide.taux/2022-01-01"]


@pytest.mark.parametrize("reform", [7, object(), object, dict, b"rsj_lyon"])
def test_what_is_not_a_reform_is_refused(law: SmallLaw, reform: Any) -> None:
    with pytest.raises(ReformError, match="is not a reform"):
        apply(reform, law)


def test_an_unknown_name_is_refused_with_the_nearest(law: SmallLaw) -> None:
    for name in ("revenu_de_base_pente_cje", "reforms/revenu_de_base_pente_cej"):
        with pytest.raises(UnknownNameError, match="did you mean 'revenu_de_base_pente_cej'"):
            apply(name, law)
    with pytest.raises(UnknownNameError):
        reforms_loader.describe("__init__")


# --- files ----------------------------------------------------------------------------------------

GOOD = """\
label: Revenu des jeunes de la ville
description: Une aide plus haute.
status: dispositif_existant
reference: {title: Délibération du 15 mars, href: https://ville.fr/d}
non_lu: [Le plafond de ressources]
notes: Lu en 2026.
parameters:
  aide.montant:
    2022-01-01: 200
    2023-01-01: {value: 210.5, status: hypothese, reference: {title: Presse}, notes: À confirmer.}
  aide.applique: {2022-01-01.2022-12-31: true}
  aide.age: {2022-01-01: .inf}
"""


def written(folder: Path, text: str | bytes, name: str = "essai.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_says_what_it_is_and_sources_its_figures(law: SmallLaw, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    reformed = apply(path, law)
    found = provenance.figure(reformed, AMOUNT, "2022-06-01")
    assert (found.value, found.standing, found.notes) == (200, "dispositif_existant", "Lu en 2026.")
    assert (found.reference_title, found.reference_href) == ("Délibération du 15 mars", "https://ville.fr/d")
    found = provenance.figure(reformed, AMOUNT, "2023-06-01")
    assert (found.value, found.standing, found.notes) == (210.5, "hypothese", "À confirmer.")
    assert (found.reference_title, found.reference_href) == ("Presse", None)
    assert value(reformed, "aide.age", "2022-01-01") == INF
    info = reforms_loader.describe(str(path))
    assert reformed.info == info
    assert (info.name, info.label, info.non_lu) == (
        "essai",
        "Revenu des jeunes de la ville",
        ("Le plafond de ressources",),
    )
    assert info.parameters[AMOUNT] == {"2022-01-01": 200, "2023-01-01": 210.5}
    json.dumps(reforms_loader.to_dict(info), allow_nan=True)


@pytest.mark.parametrize(
    ("old", "new", "path", "told"),
    [
        ("label: Revenu des jeunes de la ville", "label: 12", "label", "is not a text"),
        ("description: Une aide plus haute.", "description:", "description", "is not a text"),
        ("notes: Lu en 2026.", "note: Lu en 2026.", "note", "unknown key; did you mean 'notes'"),
        ("notes: Lu en 2026.", "notes: [Lu]", "notes", "is not a text"),
        ("status: dispositif_existant", "status: officiel", "status", "unknown status"),
        ("https://ville.fr/d", "ville.fr/d", "reference", "is not a reference"),
        ("[Le plafond de ressources]", "{le: plafond}", "non_lu", "is not a list of texts"),
        ("2022-01-01: 200", "2022: 200", "parameters/aide.montant/2022", "is a bare year"),
        ("2022-01-01: 200", "2023-01-01: 1", "parameters/aide.montant/2023-01-01", "given twice (line 10)"),
        ("aide.age: {2022-01-01: .inf}", "label: {}", "parameters/label", "unknown parameter"),
        ("aide.age: {2022-01-01: .inf}", "aide.aeg: {}", "parameters/aide.aeg", "did you mean 'aide.age'"),
        ("aide.age: {2022-01-01: .inf}", "<<: {aide.age: 1}", "parameters/<<", "unknown parameter"),
        (
            "aide.age: {2022-01-01: .inf}",
            "aide.applique: {2022-01-01: true}",
            "parameters/aide.applique",
            "is given twice (line 12)",
        ),
    ],
)
def test_a_file_is_refused_with_place_and_reason(
    law: SmallLaw, tmp_path: Path, old: str, new: str, path: str, told: str
) -> None:
    assert old in GOOD
    found = faults(str(written(tmp_path, GOOD.replace(old, new, 1))), law)
    assert list(found) == [f"essai.yaml#{path}"]
    assert told in found[f"essai.yaml#{path}"]


@pytest.mark.parametrize(
    "text", ["0200", "1_000", "3:20", "0x10", "0o17", "'200'", "on", "2022-01-01", "1,5"]
)
def test_yaml_does_not_guess_a_number(law: SmallLaw, tmp_path: Path, text: str) -> None:
    found = faults(written(tmp_path, GOOD.replace("2022-01-01: 200", f"2022-01-01: {text}")), law)
    assert list(found) == ["essai.yaml#parameters/aide.montant/2022-01-01"]
    assert "is not a number" in str(found)


@pytest.mark.parametrize("text", ["on", "off", "yes", "no", "y", "1", "oui", "'true'"])
def test_yaml_does_not_guess_a_boolean(law: SmallLaw, tmp_path: Path, text: str) -> None:
    found = faults(written(tmp_path, GOOD.replace("12-31: true", f"12-31: {text}")), law)
    assert list(found) == ["essai.yaml#parameters/aide.applique/2022-01-01.2022-12-31"]
    assert "is not a boolean" in str(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (".nan", "is out of range"),
        ("-.inf", "is out of range"),
        ("1" * 5000, "out of range"),
        ("", "has no value"),
        ("~", "has no value"),
        ("!!int 200", "has a tag"),
        ("!!python/object/apply:os.getcwd []", "has a tag"),
    ],
)
def test_yaml_gives_nothing_else_than_plain_values(
    law: SmallLaw, tmp_path: Path, text: str, told: str
) -> None:
    found = faults(written(tmp_path, GOOD.replace("2022-01-01: 200", f"2022-01-01: {text}")), law)
    assert list(found) == ["essai.yaml#parameters/aide.montant/2022-01-01"]
    assert told in str(found)


@pytest.mark.parametrize(
    ("text", "given"), [("0", 0), ("+7", 7), ("1.50", 1.5), (".5", 0.5), ("1e2", 100), ("0.0", 0)]
)
def test_yaml_reads_numbers_as_anybody_would(law: SmallLaw, tmp_path: Path, text: str, given: float) -> None:
    path = written(tmp_path, GOOD.replace("2022-01-01: 200", f"2022-01-01: {text}"))
    assert value(apply(path, law), AMOUNT, "2022-01-01") == given


@pytest.mark.parametrize(
    ("text", "path", "told"),
    [
        ("status: hypothese\nparameters: {aide.age: {2022-01-01: 1}}", "label", "is missing"),
        ("label: x\nparameters: {aide.age: {2022-01-01: 1}}", "status", "is missing"),
        ("label: x\nstatus: hypothese", "parameters", "is missing"),
        ("label: x\nstatus: hypothese\nparameters:", "parameters", "is not a mapping"),
        ("label: x\nstatus: hypothese\nparameters: [1]", "parameters", "is not a mapping"),
        ("label: x\nstatus: hypothese\nbase: [1]", "base", "is not a list of texts"),
        ("label: x\nlabel: y\nstatus: hypothese\nparameters: {aide.age: {2022-01-01: 1}}", "label", "twice"),
        (
            "label: &a x\nnotes: *a\nstatus: hypothese\nparameters: {aide.age: {2022-01-01: 1}}",
            "notes",
            "alias",
        ),
        ("? [a]\n: b", "", "has a key that is not text (line 1)"),
        ("", "", "is not a mapping"),
        ("- a", "", "is not a mapping"),
        ("a: b: c", "line 1", "this is not YAML"),
        ("a: 1\n---\nb: 2", "line 2", "this is not YAML"),
        ("label: \x00", "", "this is not YAML"),
        pytest.param("[" * 2000, "", "too deep", id="deep"),
        (b"label: \xff", None, "cannot be read (UnicodeDecodeError)"),
    ],
)
def test_what_is_not_the_file_of_a_reform_is_refused(
    law: SmallLaw, tmp_path: Path, text: str | bytes, path: str | None, told: str
) -> None:
    file = written(tmp_path, text)
    found = faults(file, law)
    assert told in found[str(file) if path is None else f"essai.yaml#{path}"]
    with pytest.raises(ReformError):
        reforms_loader.describe(file)


def test_the_faults_of_a_file_and_of_its_figures_are_told_together(law: SmallLaw, tmp_path: Path) -> None:
    text = "status: oui\nparameters:\n  aide.age: {2022-01-01: on}\n  aide.age: {2022: 3}\n  aide.aeg: {}\n"
    assert list(faults(written(tmp_path, text), law)) == [
        "essai.yaml#parameters/aide.age",
        "essai.yaml#label",
        "essai.yaml#status",
        "essai.yaml#parameters/aide.age/2022",
        "essai.yaml#parameters/aide.aeg",
    ]


def test_a_path_that_leads_nowhere_is_refused(law: SmallLaw, tmp_path: Path) -> None:
    assert "there is no such file" in next(iter(faults(str(tmp_path / "rien.yaml"), law).values()))
    assert "is not the file of a reform" in next(
        iter(faults(written(tmp_path, "", "essai.py"), law).values())
    )


def test_json_holds_the_same_figures_as_python(law: SmallLaw, tmp_path: Path) -> None:
    figures = {AMOUNT: {"2022-01-01": 200, "2023-01-01": {"value": 210, "status": "proposition"}}}
    path = written(tmp_path, json.dumps(figures, indent="\t"), "essai.json")
    assert _all_values(apply(path, law)) == _all_values(apply(figures, law))
    assert reforms_loader.describe(path).parameters == {AMOUNT: {"2022-01-01": 200, "2023-01-01": 210}}
    twice = written(tmp_path, '{"aide.age": {"2022-01-01": 1, "2022-01-01": NaN}}', "essai.json")
    assert list(faults(twice, law)) == ["essai.json#aide.age/2022-01-01"]


def test_a_base_is_applied_first(law: SmallLaw, tmp_path: Path) -> None:
    head = "label: x\nstatus: proposition\n"
    written(
        tmp_path, head + "parameters: {aide.age: {2022-01-01: 16}, aide.montant: {2022-01-01: 1}}", "a.yaml"
    )
    written(tmp_path, head + "parameters: {aide.taux: {2022-01-01: 0.5}}", "b.yaml")
    path = written(tmp_path, head + "base: [a, b]\nparameters: {aide.montant: {2022-01-01: 2}}", "c.yaml")
    reformed = apply(path, law)
    names = ("aide.age", "aide.taux", AMOUNT)
    assert [value(reformed, name, "2022-01-01") for name in names] == [16, 0.5, 2]
    assert [info.name for info in reforms_loader.applied(reformed)] == ["a", "b", "c"]
    assert value(apply(written(tmp_path, head + "base: a", "d.yaml"), law), "aide.age", "2022-01-01") == 16
    with pytest.raises(UnknownNameError):
        apply(written(tmp_path, head + "base: inconnue", "e.yaml"), law)


def test_reforms_that_stand_on_each_other_are_refused(law: SmallLaw, tmp_path: Path) -> None:
    head = "label: x\nstatus: proposition\nbase: "
    written(tmp_path, head + "b", "a.yaml")
    path = written(tmp_path, head + "a", "b.yaml")
    assert faults(path, law) == {"a.yaml#base": "a.yaml#base: reforms stand on each other: b on a on b"}


# --- formulas -------------------------------------------------------------------------------------


class aide(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Aide"

    def formula(individu, period, parameters):
        return parameters(period).aide.montant


class aide_double(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    label = "Aide doublée"

    def formula(individu, period):
        return individu("aide", period) * 2


class Doubled(Reform):
    label = "Aide doublée"
    status = "proposition"

    def apply(self):
        self.add_variable(aide)
        self.add_variable(aide_double)


def compute(system: Any, name: str, period: str, **answers: Any) -> float:
    builder = SimulationBuilder()
    people = {"a": {key: {period: given} for key, given in answers.items()}}
    entities = {
        "individus": people,
        "menages": {"m": {"personne_de_reference": ["a"]}},
        "familles": {"f": {"parents": ["a"]}},
        "foyers_fiscaux": {"f": {"declarants": ["a"]}},
    }
    return float(builder.build_from_entities(system, entities).calculate(name, period)[0])


def test_a_class_changes_formulas_and_stands_with_figures_in_any_order(law: SmallLaw) -> None:
    figures: Any = {AMOUNT: {"2022-01-01": 7}}
    for reform in ([Doubled, figures], [figures, Doubled]):
        assert compute(apply(reform, law), "aide_double", "2022-01") == 14
    assert compute(apply(Doubled, law), "aide_double", "2022-01") == 241
    assert "aide_double" not in law.variables


def test_a_second_change_of_the_parameters_keeps_the_first(law: SmallLaw) -> None:
    def age(parameters: Any) -> Any:
        parameters.aide.age.update(start="2022-01-01", value=16)
        return parameters

    def rate(parameters: Any) -> Any:
        parameters.aide.taux.update(start="2022-01-01", value=0.5)
        return parameters

    class Twice(Reform):
        def apply(self) -> None:
            self.modify_parameters(age)
            assert self.get_parameters_at_instant("2022-01-01").aide.taux == 0.3
            self.modify_parameters(rate)

    at = apply(Twice, law).get_parameters_at_instant("2022-01-01").aide
    assert (at.age, at.taux) == (16, 0.5)
    assert law.get_parameters_at_instant("2022-01-01").aide.age == 18


def test_a_class_of_another_package_is_as_safe(law: SmallLaw) -> None:
    def age(parameters: Any) -> Any:
        parameters.aide.age.update(start="2022-01-01", value=16)
        return parameters

    class theirs(core.Reform):
        def apply(self) -> None:
            self.modify_parameters(age)

    reformed = apply([{AMOUNT: {"2022-01-01": 7}}, theirs], law)
    at = reformed.get_parameters_at_instant("2022-01-01").aide
    assert (at.age, at.montant) == (16, 7)
    assert (reformed.info.name, reformed.info.status) == ("theirs", "hypothese")
    held = weakref.ref(reformed)
    del reformed, at
    gc.collect()
    assert held() is None


def test_openfisca_finds_reforms_by_short_name_and_by_path() -> None:
    name = "revenu_de_base_pente_cej"
    for path in (name, f"dept_rules.reforms.{name}", f"dept_rules.reforms.{name}.{name}"):
        reformed = baseline().apply_reform(path)
        assert reformed.info.name == name
        assert reformed.apply_reform(path).baseline is reformed
        assert reformed.open_api_config == baseline().open_api_config
        assert reformed.get_package_metadata() == baseline().get_package_metadata()
    for path in ("dept_rules.base.Variable", "dept_rules.base.Rien", "paquet_inconnu.reforme"):
        with pytest.raises(ReformError, match=path):
            baseline().apply_reform(path)
    with pytest.raises(UnknownNameError):
        baseline().apply_reform("dept_rules.reforms.inconnue")


# --- the reforms that are shipped -----------------------------------------------------------------

NAMES = reforms_loader.names()


def test_every_file_of_the_folder_is_a_reform_and_no_name_is_used_twice() -> None:
    files = [path for path in law_folder("reforms").iterdir() if path.is_file() and path.stem != "__init__"]
    assert sorted(path.stem for path in files) == NAMES
    assert {path.suffix for path in files} <= {".yaml", ".py"}


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_reform_applies_and_says_where_its_figures_come_from(name: str) -> None:
    info = reforms_loader.describe(name)
    assert info.name == name
    assert info.label
    assert info.description
    assert info.status in provenance.STANDINGS
    reformed = apply(name, baseline())
    assert reformed.info == info
    for parameter, dated in info.parameters.items():
        for key in dated:
            found = provenance.figure(reformed, parameter, key[:10])
            assert found.reference_title, (parameter, key)
            assert found.standing != "hypothese" or found.notes, (parameter, key)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_reform_has_a_test(name: str) -> None:
    tests = Path(__file__).parents[1] / "reforms"
    assert name in "".join(path.read_text(encoding="utf-8") for path in tests.glob("*.yaml"))


def test_the_slope_of_the_structural_reform_is_shared_by_a_couple() -> None:
    famille: Any = {"revenu_de_base.unite": {"2021-01-01": "famille"}}
    reformed = apply([famille, "revenu_de_base_pente_cej"], baseline())
    born = {"date_naissance": {"ETERNITY": "1999-01-15"}}
    entities = {
        "individus": {"a": {**born, "salaire_net": {"2021-07": 5000}}, "b": born},
        "menages": {"m": {"personne_de_reference": ["a"], "conjoint": ["b"]}},
        "familles": {"f": {"parents": ["a", "b"]}},
        "foyers_fiscaux": {"f": {"declarants": ["a", "b"]}},
    }
    simulation = SimulationBuilder().build_from_entities(reformed, entities)
    # 565.34 × 1.5 for two; the half of the one who earns is gone, what is left is shared
    assert simulation.calculate("revenu_de_base", "2021-07") == pytest.approx([212.0025, 212.0025])


def test_the_platform_has_a_name_of_its_own() -> None:
    reformed = baseline().apply_reform("rsj_lyon")
    for system in (baseline(), reformed):
        assert reforms_loader.apply("plateforme", system) is baseline()
    assert reforms_loader.name_of("plateforme") is None
    assert reforms_loader.describe("plateforme") == laws("plateforme")[0].info


def test_an_aid_that_a_law_puts_out_is_no_changed_figure() -> None:
    result = dr.evaluate("examples/jeune_salarie_seul.json", "2026-11", "droit_en_vigueur")
    one = result["revenu_de_base"]["camille"]
    assert (one.verdict, one.in_force) == ("not_in_force", False)
    assert "Chiffres modifiés" not in one.notice
