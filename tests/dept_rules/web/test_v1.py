"""``/v1`` answers what the library gives, and tells faults by place, never by value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from service import EXAMPLES, MONTH, client, example

import dept_rules as dr
from dept_rules import provenance, reforms_loader, schema
from dept_rules.calculation import read_month
from dept_rules.cli import main
from dept_rules.system import baseline
from dept_rules.web.app import create_app
from dept_rules.web.settings import load

CONFIGURATIONS = sorted((Path(__file__).resolve().parents[3] / "examples").glob("**/service.toml"))
SECRET = "Zézette-1948"
ONE = {
    "individus": {"camille": {"date_naissance": "2003-05-14"}},
    "menages": {"m": {"personne_de_reference": "camille"}},
}


def post(path: str, body: Any, **tables: Any) -> Any:
    return client(**tables).post(path, json=body)


def errors(answer: Any) -> list[dict[str, str]]:
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    return answer.json["errors"]


def pointers(answer: Any) -> list[str]:
    return [one["pointer"] for one in errors(answer)]


def plain(data: Any) -> Any:
    return json.loads(json.dumps(data, default=str))


# --- the same answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("reform", [None, "droit_en_vigueur", "rsj_lyon"])
def test_entitlements_are_what_the_command_prints(path: Any, reform: str | None) -> None:
    arguments = ["calculate", str(path), "--period", MONTH, "--json"]
    printed = CliRunner().invoke(main, [*arguments, *(["--reform", reform] if reform else [])])
    answer = post("/v1/entitlements", {"situation": example(path.stem), "period": MONTH, "reform": reform})
    assert answer.status_code == 200
    assert answer.json == json.loads(printed.output)


@pytest.mark.parametrize("mode", ["assume", "partial"])
def test_explanations_are_those_of_the_library(mode: str) -> None:
    situation = example("jeune_salarie_seul")
    body = {"situation": situation, "period": MONTH, "mode": mode, "explanations": True}
    answer = post("/v1/entitlements", body).json
    explained = dr.explain(situation, MONTH, mode=mode).to_dict()
    for one in explained["entitlements"]:  # what has no upper bound is null in JSON
        for figure in one["figures"]:
            figure["value"] = None if figure["value"] == float("inf") else figure["value"]
    assert answer.pop("explanations") == plain(explained["entitlements"])
    assert answer == plain(dr.evaluate(situation, MONTH, mode=mode).to_dict())


def test_strict_refuses_what_lacks_an_answer_and_says_where() -> None:
    answer = post("/v1/entitlements", {"situation": ONE, "period": MONTH, "mode": "strict"})
    assert answer.status_code == 422
    assert "#/situation/individus/camille/salaire_net" in pointers(answer)


def test_questions_and_what_if_are_those_of_the_library() -> None:
    situation = example("couple_avec_bebe")
    asked = {"situation": situation, "period": MONTH, "benefits": ["revenu_de_base"]}
    questions = dr.next_questions(situation, MONTH, benefits=["revenu_de_base"])
    assert post("/v1/next-questions", asked).json == plain(questions.to_dict())
    person = next(iter(situation["individus"]))
    what_if = {**asked, "variable": "salaire_net", "entity": person}
    found = dr.what_if(situation, "salaire_net", MONTH, entity=person, benefits=["revenu_de_base"])
    assert found.outcomes
    assert post("/v1/what-if", what_if).json == plain(found.to_dict())
    months = dr.what_if(situation, "period", MONTH, benefits=["revenu_de_base"], months=6)
    assert post("/v1/what-if", {**asked, "variable": "period", "months": 6}).json == plain(months.to_dict())


def test_figures_of_the_request_are_a_reform() -> None:
    situation = example("jeune_salarie_seul")
    figures = {"revenu_de_base.degressivite.revenus_activite": {"2018-01-01": 0.5}}
    answer = post("/v1/entitlements", {"situation": situation, "period": MONTH, "reform": figures}).json
    assert answer == plain(dr.evaluate(situation, MONTH, figures).to_dict())
    assert answer["reform"] == "sur_mesure"
    assert answer != post("/v1/entitlements", {"situation": situation, "period": MONTH}).json


def test_a_configured_reform_is_the_law_of_the_service() -> None:
    situation = example("jeune_salarie_seul")
    body = {"situation": situation, "period": MONTH}
    served = post("/v1/entitlements", body, reform="droit_en_vigueur").json
    assert served == plain(dr.evaluate(situation, MONTH, "droit_en_vigueur").to_dict())
    on_top = post("/v1/entitlements", {**body, "reform": "rsj_lyon"}, reform="droit_en_vigueur").json
    assert on_top == plain(dr.evaluate(situation, MONTH, ["droit_en_vigueur", "rsj_lyon"]).to_dict())


def test_the_catalogue_is_the_library_s() -> None:
    month = read_month(MONTH)
    get = client().get
    assert get(f"/v1/benefits?period={MONTH}").json == plain(schema.list_benefits(baseline(), month))
    figures = [
        provenance.figure_or_none(baseline(), name, month) for name in provenance.names(baseline(), "rsa")
    ]
    assert get(f"/v1/parameters?period={MONTH}&name=rsa").json == plain(
        [provenance.to_dict(one) for one in figures if one]
    )
    assert [one["name"] for one in get("/v1/reforms").json] == reforms_loader.names()
    assert [one["name"] for one in client(api={"reforms": ["rsj_lyon"]}).get("/v1/reforms").json] == [
        "rsj_lyon"
    ]


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.parent.name)
def test_every_configuration_of_the_examples_lists_its_reforms(path: Path) -> None:
    answer = create_app(load(path, {})).test_client().get("/v1/reforms")
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json] == reforms_loader.names()


def test_figures_of_one_s_own_are_refused_where_the_service_takes_none() -> None:
    own = {"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5}}
    body = {"situation": ONE, "period": MONTH, "reform": own}
    for path in ("/v1/entitlements", "/v1/next-questions"):
        assert post(path, body).status_code == 200
        refused = post(path, body, api={"figures": False})
        assert (refused.status_code, pointers(refused)) == (422, ["#/reform"])
        assert errors(refused)[0]["expected"] == "a name of /v1/reforms"
    named = {"situation": ONE, "period": MONTH, "reform": "rsj_lyon"}
    assert post("/v1/entitlements", named, api={"figures": False}).status_code == 200


def test_what_calculators_compare_with_is_not_thereby_open_to_programs() -> None:
    opened = client(api={"reforms": ["rsj_lyon"]}, calculators={"preview": ["plateforme", "ailes_2021"]})
    assert [one["name"] for one in opened.get("/v1/reforms").json] == ["rsj_lyon"]
    for name in ("plateforme", "ailes_2021"):
        assert opened.get(f"/calculateur?projet={name}").status_code == 200
        refused = opened.get(f"/v1/benefits?reform={name}")
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/reform")
    platform = client(api={"reforms": ["plateforme"]}, reform="droit_en_vigueur")
    assert platform.get("/v1/reforms").json[0]["label"] == reforms_loader.describe("plateforme").label
    answers = platform.get(f"/v1/benefits?period={MONTH}&reform=plateforme").json
    assert answers == client().get(f"/v1/benefits?period={MONTH}").json


def test_the_catalogue_is_kept_by_those_who_asked() -> None:
    first = client().get(f"/v1/benefits?period={MONTH}")
    assert first.cache_control.public
    again = client().get(f"/v1/benefits?period={MONTH}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_result_says_that_it_is_an_estimate_and_its_standing() -> None:
    answer = post("/v1/entitlements", {"situation": example("jeune_salarie_seul"), "period": MONTH}).json
    assert "estimations, pas des décisions" in answer["notice"]
    base = next(one for one in answer["entitlements"] if one["benefit"] == "revenu_de_base")
    assert base["notice"] == "Proposition de juin 2021, non en vigueur : simulation"
    assert base["standing"] == "hypothese" or base["standing"] == "proposition"


# --- faults --------------------------------------------------------------------------------------


FAULTY_ANSWERS = {
    "text that Python would evaluate": ("salaire_net", "9**9**9"),
    "a secret": ("salaire_net", SECRET),
    "negative wages": ("salaire_net", -400),
    "more than a float can hold": ("salaire_net", 1e300),
    "a boolean": ("salaire_net", True),
    "a list": ("salaire_net", [400]),
    "born after the month": ("date_naissance", "2027-01-01"),
    "born never": ("date_naissance", "2003-02-31"),
    "no such status": ("statut_activite", SECRET),
    "a computed value": ("revenu_de_base", 1000),
}


@pytest.mark.parametrize(("variable", "value"), FAULTY_ANSWERS.values(), ids=FAULTY_ANSWERS)
@pytest.mark.parametrize("path", ["/v1/entitlements", "/v1/next-questions", "/v1/what-if"])
def test_no_faulty_answer_is_computed_nor_repeated(path: str, variable: str, value: Any) -> None:
    situation = {**ONE, "individus": {"camille": {**ONE["individus"]["camille"], variable: value}}}
    body = {"situation": situation, "period": MONTH}
    answer = post(path, body | ({"variable": "loyer"} if path == "/v1/what-if" else {}))
    assert answer.status_code == 422
    assert f"#/situation/individus/camille/{variable}" in pointers(answer)
    if isinstance(value, str):
        assert value not in answer.text


@pytest.mark.parametrize("value", [SECRET, 987654321.5, {"value": SECRET}])
def test_no_faulty_figure_of_a_reform_is_repeated(value: Any) -> None:
    figure = "revenu_de_base.degressivite.revenus_activite"
    answer = post("/v1/entitlements", {"situation": ONE, "reform": {figure: {"2026-01-01": value}}})
    assert answer.status_code == 422
    assert pointers(answer) == [f"#/reform/{figure}/2026-01-01"]
    assert SECRET not in answer.text
    assert "987654321" not in answer.text


def test_all_faults_are_told_together_with_pointers_that_lead_to_them() -> None:
    body = {
        "period": MONTH,
        "situation": {
            "individus": {"a/b": {"date_naissance": "2003-05-14", "salaire_net": -1}, "é~": {"loyer": 3}},
            "menages": {"m": {"personne_de_reference": ["a/b"], "conjoint": SECRET, "loyer": "cher"}},
        },
    }
    answer = post("/v1/entitlements", body)
    assert len(errors(answer)) >= 4
    for pointer in pointers(answer):
        here: Any = body
        steps = [one.replace("~1", "/").replace("~0", "~") for one in pointer.removeprefix("#/").split("/")]
        for one in steps:
            here = here[one]
    assert SECRET not in answer.text
    assert "cher" not in answer.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"period": "2026-13"}, "#/period"),
        ({"period": "2017-12"}, "#/period"),
        ({"period": "9999-12"}, "#/period"),
        ({"period": 2026}, "#/period"),
        ({"mode": SECRET}, "#/mode"),
        ({"reform": SECRET}, "#/reform"),
        ({"reform": "/etc/passwd"}, "#/reform"),
        ({"reform": "examples/../reforms/rsj_lyon.yaml"}, "#/reform"),
        ({"reform": {"nimporte.quoi": {"2026-01-01": 1}}}, "#/reform/nimporte.quoi"),
        ({"reform": {"revenu_de_base.age.minimum": {SECRET: 1}}}, None),
        ({"reform": 3}, "#/reform"),
        ({"benefits": ["revenu_de_base", SECRET]}, "#/benefits/1"),
        ({"benefits": []}, "#/benefits"),
        ({"situation": []}, "#/situation"),
        ({"situation": None}, "#/situation"),
        ({"explanations": "oui"}, "#/explanations"),
        ({"quoi": SECRET}, "#/quoi"),
    ],
    ids=str,
)
def test_what_is_asked_around_a_situation_is_checked(change: dict[str, Any], pointer: str | None) -> None:
    answer = post("/v1/entitlements", {"situation": ONE, "period": MONTH} | change)
    assert answer.status_code == 422
    if pointer:
        assert pointers(answer) == [pointer]
        assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"variable": SECRET}, "#/variable"),
        ({"variable": "salaire_net", "entity": SECRET}, "#/entity"),
        ({"variable": "period", "months": 1000}, "#/months"),
        ({"variable": "period", "months": 61}, "#/months"),
        ({}, "#/variable"),
    ],
    ids=str,
)
def test_what_varies_is_checked(change: dict[str, Any], pointer: str) -> None:
    answer = post("/v1/what-if", {"situation": ONE, "period": MONTH} | change)
    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert SECRET not in answer.text


def test_the_catalogue_refuses_what_it_does_not_know() -> None:
    get = client().get
    assert pointers(get("/v1/parameters?name=rien")) == ["#/name"]
    assert pointers(get("/v1/benefits?period=1999-01")) == ["#/period"]
    assert pointers(get("/v1/benefits?reform=../x")) == ["#/reform"]
    assert pointers(get("/v1/benefits?mois=2026-11")) == ["#/mois"]


# --- batches -------------------------------------------------------------------------------------


def lines(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.data.splitlines()]


def batch(*rows: Any, **tables: Any) -> Any:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows)
    return client(**tables).post("/v1/batch", data=text.encode(), content_type="application/x-ndjson")


def test_a_batch_answers_each_line_in_order_and_ends_after_the_last() -> None:
    good = [{"situation": example(path.stem), "period": MONTH} for path in EXAMPLES[:3]]
    faulty = {"situation": {"individus": {}}, "period": MONTH}
    told = lines(batch(good[0], "{pas du JSON", good[1], "", faulty, good[2]))
    assert [one.get("line") for one in told] == [1, 2, 3, 4, 5, None]
    for place, asked in zip((0, 2, 4), good, strict=True):
        assert told[place]["result"] == post("/v1/entitlements", asked).json
    assert told[1]["problem"]["status"] == 400
    assert told[3]["problem"]["errors"][0]["pointer"].startswith("#/situation")
    assert told[-1] == {"end": {"lines": 5, "problems": 2}}


def test_a_batch_that_is_too_long_is_answered_up_to_there_and_has_no_end() -> None:
    good = {"situation": ONE, "period": MONTH, "benefits": ["revenu_de_base"]}
    told = lines(batch(*[good] * 5, limits={"batch_lines": 3}))
    assert "result" in told[0]
    assert told[-1]["problem"]["errors"][0]["problem"] == "has too many lines"
    assert all("end" not in one for one in told)
    long = json.dumps(good) + " " * 2000
    assert "problem" in lines(batch(good, long, limits={"body_bytes": 1000}))[1]
