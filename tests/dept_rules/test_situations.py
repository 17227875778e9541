"""Bad input never reaches a formula and never passes silently."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

import dept_rules as dr
from dept_rules import situations

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))


def couple() -> dict:
    return {
        "individus": {
            "ines": {"date_naissance": "2002-03-08", "salaire_net": 300},
            "noe": {"date_naissance": "2002-01-25"},
            "bebe": {"date_naissance": "2026-02-17"},
        },
        "menages": {"menage": {"personne_de_reference": "ines", "conjoint": "noe", "enfants": ["bebe"]}},
    }


def faults(situation: object, period: str = "2026-11") -> list[dr.Fault]:
    with pytest.raises(dr.FaultyInputError) as caught:
        dr.evaluate(situation, period)
    return list(caught.value.faults)


def changed(path: str, value: object) -> dict:
    situation = couple()
    *parents, last = path.split("/")
    target = situation
    for key in parents:
        target = target.setdefault(key, {})
    target[last] = value
    return situation


@pytest.mark.parametrize(
    ("path", "value", "where", "says"),
    [
        ("individus/ines/salaire_nette", 10, "individus/ines/salaire_nette", "did you mean 'salaire_net'"),
        ("individus/ines/departement", "54", "individus/ines/departement", "not asked of individus"),
        ("individus/ines/age", 24, "individus/ines/age", "computed"),
        ("individus/ines/salaire_net", "400", "individus/ines/salaire_net", "number"),
        ("individus/ines/salaire_net", "9**9**9", "individus/ines/salaire_net", "number"),
        ("individus/ines/salaire_net", True, "individus/ines/salaire_net", "number"),
        ("individus/ines/salaire_net", float("nan"), "individus/ines/salaire_net", "number"),
        ("individus/ines/salaire_net", float("inf"), "individus/ines/salaire_net", "finite"),
        ("individus/ines/salaire_net", -1, "individus/ines/salaire_net", "0"),
        ("individus/ines/salaire_net", [400], "individus/ines/salaire_net", "number"),
        ("individus/ines/salaire_net", {"novembre": 400}, "individus/ines/salaire_net/novembre", "period"),
        ("individus/ines/salaire_net", {"2026-13": 400}, "individus/ines/salaire_net/2026-13", "period"),
        ("individus/ines/emancipe", 1, "individus/ines/emancipe", "boolean"),
        (
            "individus/ines/mois_residence_departement",
            1.5,
            "individus/ines/mois_residence_departement",
            "integer",
        ),
        ("individus/ines/date_naissance", "2027-01-01", "individus/ines/date_naissance", "date"),
        ("individus/ines/date_naissance", "1899-12-31", "individus/ines/date_naissance", "date"),
        ("individus/ines/date_naissance", "2001-02-29", "individus/ines/date_naissance", "date"),
        ("individus/ines/date_naissance", "29/02/2000", "individus/ines/date_naissance", "date"),
        ("individus/ines/date_naissance", 2000, "individus/ines/date_naissance", "date"),
        ("individus/ines/date_naissance", None, "individus/ines/date_naissance", "missing"),
        ("individus/bebe/date_naissance", None, "individus/bebe/date_naissance", "missing"),
        ("individus/ines/statut_activite", "etudiante", "individus/ines/statut_activite", "etudiant"),
        ("individus/ines", [], "individus/ines", "object"),
        ("individus", {}, "individus", "no one"),
        ("menages", {}, "menages", "missing"),
        ("menage", {}, "menage", "did you mean 'menages'"),
        ("menages/menage/enfants", ["bebe", "leo"], "menages/menage/enfants", "somebody who is not there"),
        ("menages/menage/enfants", ["bebe", "noe"], "menages/menage/enfants", "twice"),
        ("menages/menage/enfants", ["bebe", "bebe"], "menages/menage/enfants", "twice"),
        ("menages/menage/enfants", [], "individus/bebe", "none of menages"),
        (
            "menages/menage/personne_de_reference",
            ["ines", "noe"],
            "menages/menage/personne_de_reference",
            "at most 1",
        ),
        ("menages/menage/personne_de_reference", None, "menages/menage", "personne_de_reference"),
        ("menages/menage/parents", ["ines"], "menages/menage/parents", "unknown variable or role"),
        ("menages/autre", {}, "menages/autre", "no members"),
        ("familles/f", {"parents": ["ines", "noe", "bebe"]}, "familles/f/parents", "at most 2"),
        ("familles/f", {"parents": ["ines"]}, "individus/noe", "none of familles"),
    ],
)
def test_a_fault_says_where_what_and_what_would_be_right(path, value, where, says):
    found = faults(changed(path, value))
    assert where in {fault.path for fault in found}
    assert any(says in str(fault) for fault in found if fault.path == where), [str(one) for one in found]


@pytest.mark.parametrize("situation", [None, [], 3, "", {}])
def test_an_empty_or_shapeless_situation_is_refused(situation, tmp_path):
    if situation == "":
        situation = str(tmp_path / "missing.json")
    assert faults(situation)


def test_all_faults_are_told_at_once():
    situation = couple()
    situation["individus"]["ines"]["salaire_net"] = "a lot"
    situation["individus"]["noe"]["chomage_net"] = -3
    situation["menages"]["menage"]["departement"] = "99"
    assert {fault.path for fault in faults(situation)} == {
        "individus/ines/salaire_net",
        "individus/noe/chomage_net",
        "menages/menage/departement",
    }


def test_no_fault_repeats_an_answer():
    situation = couple()
    situation["individus"]["ines"]["salaire_net"] = "quatre-cents"
    situation["individus"]["noe"]["statut_activite"] = "secret"
    assert not any(word in str(fault) for fault in faults(situation) for word in ("quatre-cents", "secret"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"individus": {"a": {}, "a": {}}}', "twice"),
        ('{"individus": {"a": {"salaire_net": NaN}}}', "NaN"),
        ('{"individus": ', "line 1"),
        ("[" * 100_000, "deep"),
    ],
)
def test_json_that_is_not_plain_is_refused(text, says):
    with pytest.raises(dr.SituationError, match=says):
        situations.loads(text)


def test_a_situation_too_deep_is_refused():
    deep: dict = {}
    for _ in range(50):
        deep = {"a": deep}
    assert any("deep" in str(fault) for fault in faults({"individus": deep}))


@pytest.mark.parametrize("period", ["2017-12", "1850-01", "2080-01", "2026", "2026-11-03", "novembre", ""])
def test_a_period_outside_what_is_modelled_is_refused(period):
    with pytest.raises(dr.PeriodError):
        dr.evaluate(couple(), period)


def test_a_plain_answer_holds_for_every_period_and_that_is_told():
    situation = couple()
    situation["familles"] = {"f": {"parents": ["ines", "noe"], "enfants": ["bebe"]}}
    situation["foyers_fiscaux"] = {
        "foyer": {"declarants": ["ines", "noe"], "personnes_a_charge": ["bebe"], "rfr": 9000}
    }
    result = dr.evaluate(situation, "2026-11")
    held = {one.variable: one.periods for one in result.assumptions if one.kind == "held"}
    assert "2024" in held["rfr"]


def test_an_answer_by_year_is_shared_between_its_months():
    by_year = changed("individus/ines/salaire_net", {"2026": 4800})
    by_month = changed("individus/ines/salaire_net", {"2026-11": 400})
    yearly, monthly = (dr.evaluate(one, "2026-11")["revenu_de_base"]["ines"] for one in (by_year, by_month))
    assert yearly.amount == monthly.amount


def test_a_period_answered_twice_is_refused():
    situation = changed("individus/ines/salaire_net", {"2026": 4800, "2026-11": 500})
    assert any("given twice for 2026-11" in str(fault) for fault in faults(situation))


def test_a_requested_output_of_openfisca_is_accepted():
    result = dr.evaluate(changed("individus/ines/revenu_de_base", {"2026-11": None}), "2026-11")
    assert result["revenu_de_base"]["ines"].eligible


def test_groups_that_are_not_given_are_derived_and_told():
    result = dr.evaluate(couple(), "2026-11")
    derived = {one.variable: one.value for one in result.assumptions if one.kind == "derived"}
    assert derived["familles"] == {"parents": ["ines", "noe"], "enfants": ["bebe"]}
    assert "foyers_fiscaux" in derived


def test_a_minor_among_others_asks_for_familles():
    situation = couple()
    situation["menages"]["menage"]["enfants"] = []
    situation["menages"]["menage"]["autres"] = ["bebe"]
    assert any("familles" in fault.expected for fault in faults(situation))


def test_a_tax_household_may_have_its_declarants_elsewhere():
    situation = {
        "individus": {"lina": {"date_naissance": "2006-04-22"}},
        "menages": {"studio": {"personne_de_reference": "lina"}},
        "foyers_fiscaux": {"parents": {"personnes_a_charge": ["lina"], "rfr": {"2024": 21000}}},
    }
    assert dr.evaluate(situation, "2026-11")["revenu_de_base"]["lina"].eligible


def test_strict_mode_lists_every_answer_that_is_missing():
    with pytest.raises(dr.MissingInputError) as caught:
        dr.evaluate(couple(), "2026-11", mode="strict")
    missing = {fault.path for fault in caught.value.faults}
    assert "individus/noe/salaire_net" in missing
    assert "individus/ines/salaire_net" not in missing


def test_a_situation_is_not_changed_by_its_evaluation():
    situation = couple()
    before = copy.deepcopy(situation)
    dr.evaluate(situation, "2026-11")
    assert situation == before


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_accepted_by_the_schema_and_evaluated(path):
    import jsonschema

    from dept_rules.schema import situation_schema
    from dept_rules.system import baseline

    jsonschema.validate(json.loads(path.read_text()), situation_schema(baseline()))
    assert dr.evaluate(path, "2026-11").entitlements
