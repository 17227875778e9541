"""OpenFisca's routes answer what OpenFisca's own web API answers, and refuse what it should refuse."""

from __future__ import annotations

import copy
import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from households import random_population
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import DateUnit
from openfisca_web_api.app import create_app as openfisca_app
from service import client

from dept_rules.people import Population
from dept_rules.system import CountryTaxBenefitSystem, baseline

SECRET = "Zézette-1948"
ALONE: dict[str, Any] = {
    "individus": {
        "camille": {
            "date_naissance": {"ETERNITY": "2003-05-14"},
            "salaire_net": {"2026-08": 400, "2026-09": 400, "2026-10": 400, "2026-11": 400},
            "revenu_de_base": {"2026-11": None},
            "statut_activite": {"2026-11": None},
            "age_en_mois": {"2026-11": None},
            "capa": {"2026-11": None},
            "bonus_solidaire": {"2026": None},
        }
    },
    "menages": {"m": {"personne_de_reference": ["camille"], "cheque_energie": {"2026": None}}},
    "familles": {"f": {"parents": ["camille"]}},
    "foyers_fiscaux": {"ff": {"declarants": ["camille"]}},
}


@cache
def theirs() -> FlaskClient:
    return openfisca_app(CountryTaxBenefitSystem()).test_client()


def finite(data: Any) -> Any:
    """Return what JSON has no number for as null, as our answers have it."""
    if isinstance(data, dict):
        return {key: finite(one) for key, one in data.items()}
    if isinstance(data, list):
        return [finite(one) for one in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


# --- the law -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/variables", "/parameters", "/entities"])
def test_lists_are_openfisca_s(path: str) -> None:
    ours = client().get(path)
    assert ours.json == theirs().get(path).json
    assert ours.headers["Country-Package"] == theirs().get(path).headers["Country-Package"]


def test_the_specification_is_openfisca_s_but_for_times_and_the_writing_of_dates() -> None:
    ours, core = client().get("/spec").json, theirs().get("/spec").json
    for one in (ours, core):
        for traced in one["components"]["schemas"]["Trace"]["example"]["trace"].values():
            del traced["calculation_time"], traced["formula_time"]
    born = core["components"]["schemas"]["Trace"]["example"]["trace"]["date_naissance<2026-11>"]
    assert born["value"] == ["Wed, 14 May 2003 00:00:00 GMT"]  # which no OpenFisca reads back
    born["value"] = ["2003-05-14"]
    assert ours == core


def test_each_variable_and_parameter_is_openfisca_s() -> None:
    for kind in ("variable", "parameter"):
        for name in theirs().get(f"/{kind}s").json:
            address = f"/{kind}/{name}"
            assert client().get(address).json == finite(theirs().get(address).json), address
    assert client().get("/parameter/rsa/montant_forfaitaire").json["id"] == "rsa.montant_forfaitaire"
    assert client().get("/variable/rien").status_code == client().get("/parameter/rien").status_code == 404


def test_programs_are_welcomed_and_browsers_sent_to_the_calculators() -> None:
    assert client().get("/").status_code == theirs().get("/").status_code == 300
    assert list(client().get("/").json) == ["welcome"]
    browser = client().get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (browser.status_code, browser.headers["Location"]) == (303, "/calculateur")


# --- computing -----------------------------------------------------------------------------------


def test_values_are_openfisca_s() -> None:
    ours = client().post("/calculate", json=ALONE)
    assert ours.json == theirs().post("/calculate", json=ALONE).json
    assert ours.json["individus"]["camille"]["revenu_de_base"] == {"2026-11": 531.69}


def body_of(people: Population, variables: list[str]) -> dict[str, Any]:
    """Return a population as OpenFisca's JSON, asking for variables of all."""
    body: dict[str, Any] = {"individus": {one: {} for one in map(str, people.ids)}}
    for group in people.groups.values():
        table = body[group.entity.plural] = {str(one): {} for one in group.ids}
        for person, place, role in zip(people.ids, group.member_of, group.roles, strict=True):
            held = group.entity.flattened_roles[role]
            key = next(
                one.plural or one.key for one in group.entity.roles if held in (one, *(one.subroles or ()))
            )
            table[str(group.ids[place])].setdefault(key, []).append(str(person))
    for name, answers in people.answers.items():
        variable = baseline().variables[name]
        table = body[variable.entity.plural]
        dated = {"ETERNITY": answers.plain} if not answers.by_period else {}
        dated |= {str(period): values for period, (values, _) in answers.by_period.items()}
        for period, values in dated.items():
            told = values.decode_to_str() if isinstance(values, EnumArray) else values
            for item, value in zip(table.values(), told, strict=True):
                plain = str(value) if isinstance(value, np.datetime64 | np.str_) else value.item()
                item.setdefault(name, {})[period] = plain
    for name in variables:
        variable = baseline().variables[name]
        period = "2026" if variable.definition_period == DateUnit.YEAR else "2026-11"
        for item in body[variable.entity.plural].values():
            item[name] = {period: None}
    return body


@pytest.mark.parametrize("seed", range(3))
def test_values_of_random_households_are_openfisca_s(seed: int) -> None:
    computed = [name for name, one in baseline().variables.items() if one.formulas]
    body = body_of(random_population(seed, 6, years=range(2023, 2027)), computed)
    ours = client(limits={"people": 60, "periods": 200, "body_bytes": 5_000_000}).post(
        "/calculate", json=body
    )
    assert ours.status_code == 200, ours.text[:2000]
    assert ours.json == theirs().post("/calculate", json=copy.deepcopy(body)).json


def test_traces_have_the_values_and_dependencies_of_openfisca() -> None:
    ours, core = (one.post("/trace", json=ALONE).json for one in (client(), theirs()))
    assert ours["entitiesDescription"] == core["entitiesDescription"]
    assert sorted(ours["requestedCalculations"]) == sorted(core["requestedCalculations"])
    eternal = {
        name for name, one in baseline().variables.items() if one.definition_period == DateUnit.ETERNITY
    }

    def ours_is_called(key: str) -> str:
        name = key.partition("<")[0]
        return f"{name}<ETERNITY>" if name in eternal else key

    assert set(ours["trace"]) == {ours_is_called(key) for key in core["trace"]}
    for key, one in core["trace"].items():
        mine = ours["trace"][ours_is_called(key)]
        assert set(mine) == set(one)
        assert mine["dependencies"] == [ours_is_called(name) for name in one["dependencies"]]
        if key.partition("<")[0] not in eternal:
            assert mine["value"] == one["value"]
        known = {name.removeprefix("."): value for name, value in one["parameters"].items()}
        assert known.items() <= mine["parameters"].items()
        assert 0 <= mine["formula_time"] <= mine["calculation_time"]


def test_groups_that_are_not_given_are_made_by_rule() -> None:
    parents = {
        "individus": {
            "parent": {"date_naissance": {"ETERNITY": "1980-01-01"}},
            "enfant": {"date_naissance": {"ETERNITY": "2015-01-01"}, "age_en_mois": {"2026-11": None}},
        },
        "menages": {"m": {"personne_de_reference": ["parent"], "enfants": ["enfant"]}},
    }
    assert client().post("/calculate", json=parents).json["individus"]["enfant"]["age_en_mois"] == {
        "2026-11": 142
    }
    trace = client().post("/trace", json=parents).json
    assert trace["entitiesDescription"]["familles"] == ["famille_1"]  # OpenFisca would make two


@pytest.mark.parametrize(
    "asked",
    [
        {"age_en_mois": {"2026-01": None, "2026-02": None}},
        {"age_en_mois": {"2025-12": None, "2026-11": None}, "bonus_solidaire": {"2026": None}},
        {"bonus_solidaire": {"2026": None}},
    ],
)
def test_groups_are_made_by_rule_whatever_months_and_years_are_asked(asked: dict[str, Any]) -> None:
    body = {
        "individus": {"camille": {"date_naissance": {"ETERNITY": "2003-05-14"}, **asked}},
        "menages": {"m": {"personne_de_reference": ["camille"]}},
    }
    alone = {
        "familles": {"f": {"parents": ["camille"]}},
        "foyers_fiscaux": {"ff": {"declarants": ["camille"]}},
    }
    ours = client().post("/calculate", json=body)
    assert ours.json["individus"] == theirs().post("/calculate", json=body | alone).json["individus"]
    assert client().post("/trace", json=body).status_code == 200


def test_what_is_asked_of_another_period_than_its_own_is_a_fault() -> None:
    body = {
        "individus": {"camille": {"date_naissance": {"ETERNITY": "2003-05-14"}, "age": {"2026": None}}},
        "menages": {"m": {"personne_de_reference": ["camille"]}},
    }
    refused = client().post("/calculate", json=body)
    assert refused.status_code == 400
    assert refused.json["errors"][0]["pointer"] == "#/individus/camille/age/2026"


def test_a_body_without_nulls_comes_back_as_it_was() -> None:
    body = copy.deepcopy(ALONE)
    for item in (body["individus"]["camille"], body["menages"]["m"]):
        for name in [name for name, one in item.items() if isinstance(one, dict) and None in one.values()]:
            del item[name]
    assert client().post("/calculate", json=body).json == body


# --- faults --------------------------------------------------------------------------------------


def changed(variable: str, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(ALONE)
    body["individus"]["camille"][variable] = value
    return body


FAULTY = {
    "text that Python would evaluate": ("salaire_net", {"2026-11": "9**9**9"}, "2026-11"),
    "a secret": ("salaire_net", {"2026-11": SECRET}, "2026-11"),
    "negative wages": ("salaire_net", {"2026-11": -1}, "2026-11"),
    "more than a float can hold": ("salaire_net", {"2026-11": 10**400}, "2026-11"),
    "born after the last month": ("date_naissance", {"ETERNITY": "2027-01-01"}, "ETERNITY"),
    "a computed value": ("revenu_de_base", {"2026-11": 1000}, ""),
    "no such period": ("salaire_net", {SECRET: 1}, SECRET),
    "a day": ("salaire_net", {"2026-11-05": 1}, "2026-11-05"),
    "a million months": ("salaire_net", {"month:2026-01:1000000": 1}, "month:2026-01:1000000"),
    "the last month of time": ("salaire_net", {"9999-12": 1}, "9999-12"),
    "a month of a yearly aid": ("bonus_solidaire", {"2026-11": None}, "2026-11"),
    "a month before the law": ("revenu_de_base", {"2017-12": None}, "2017-12"),
    "a month after the law": ("revenu_de_base", {"9999-12": None}, "9999-12"),
    "no month at all": ("revenu_de_base", {"bientôt": None}, "bientôt"),
    "null for no period": ("revenu_de_base", None, ""),
    "no such variable": ("salaire_bet", {"2026-11": 1}, ""),
    "of another entity": ("cheque_energie", {"2026": None}, ""),
}


@pytest.mark.parametrize(("variable", "value", "period"), FAULTY.values(), ids=FAULTY)
@pytest.mark.parametrize("path", ["/calculate", "/trace"])
def test_faults_are_told_at_their_place_in_both_forms(
    path: str, variable: str, value: Any, period: str
) -> None:
    answer = client().post(path, json=changed(variable, value))
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    steps = ["individus", "camille", variable, *([period] if period else [])]
    assert f"#/{'/'.join(steps)}" in [one["pointer"] for one in answer.json["errors"]]
    here = answer.json
    for one in steps:
        here = here[one]
    assert isinstance(here, str)
    given = next(iter(value.values())) if isinstance(value, dict) else None
    assert not isinstance(given, str) or given not in answer.text


@pytest.mark.parametrize("table", ["menages", "familles"])
def test_nobody_is_left_out_of_a_group(table: str) -> None:
    body = copy.deepcopy(ALONE)
    del body[table]
    if table == "menages":
        assert client().post("/calculate", json=body).status_code == 400
    body = copy.deepcopy(ALONE)
    body["individus"]["seule"] = {"date_naissance": {"ETERNITY": "1990-01-01"}}
    answer = client().post("/calculate", json=body)
    assert "#/individus/seule" in [one["pointer"] for one in answer.json["errors"]]


@pytest.mark.parametrize("body", [None, [], 3, "x", {}, {"individus": []}, {"status": {"a": {}}}], ids=str)
def test_what_is_no_situation_is_refused(body: Any) -> None:
    for path in ("/calculate", "/trace"):
        answer = client().post(path, data=json.dumps(body), content_type="application/json")
        assert answer.status_code == 400
        assert answer.json["status"] == 400
