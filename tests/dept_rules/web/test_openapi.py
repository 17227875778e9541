"""``/openapi.json`` says what is served, and what is served is what it says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from service import EXAMPLES, MONTH, client, example

from dept_rules.web.app import create_app
from dept_rules.web.operations import OPERATIONS
from dept_rules.web.settings import Settings

#: Pages for people, described elsewhere.
PAGES = re.compile(r"calculateur|calculator|embed")
DOCUMENT = client().get("/openapi.json").json


def test_every_path_served_is_documented_and_every_path_documented_is_served() -> None:
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in create_app(Settings()).url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not PAGES.search(rule.endpoint)
    }
    documented = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert served == documented


def test_it_is_an_openapi_3_1_document() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    for one in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(one)
    names = [one["operationId"] for path in DOCUMENT["paths"].values() for one in path.values()]
    assert len(names) == len(set(names)) == len(OPERATIONS)
    references = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert references <= set(DOCUMENT["components"]["schemas"])


def validator(path: str, method: str, status: int | str = 200, media: str = "application/json") -> Any:
    told = DOCUMENT["paths"][path][method]["responses"][str(status)]["content"][media]["schema"]
    return Draft202012Validator({**told, "components": DOCUMENT["components"]})


def check(validate: Any, data: Any) -> None:
    """Hold an answer to its schema; models name every field, so that none comes unannounced."""
    faults = [
        f"{'/'.join(map(str, one.absolute_path))}: {one.message[:300]}" for one in validate.iter_errors(data)
    ]
    assert faults == []


@pytest.mark.parametrize("mode", ["assume", "partial"])
@pytest.mark.parametrize("path", EXAMPLES[:4], ids=lambda path: path.stem)
def test_entitlements_are_as_described(path: Any, mode: str) -> None:
    body = {"situation": example(path.stem), "period": MONTH, "mode": mode, "explanations": True}
    answer = client().post("/v1/entitlements", json=body)
    check(validator("/v1/entitlements", "post"), answer.json)


@pytest.mark.parametrize("variable", ["salaire_net", "period", "date_naissance"])
def test_questions_and_what_if_are_as_described(variable: str) -> None:
    situation = example("jeune_salarie_seul")
    body = {"situation": situation, "period": MONTH}
    check(validator("/v1/next-questions", "post"), client().post("/v1/next-questions", json=body).json)
    answer = client().post("/v1/what-if", json={**body, "variable": variable})
    assert answer.json["outcomes"]
    check(validator("/v1/what-if", "post"), answer.json)


@pytest.mark.parametrize(
    "path", ["/v1/benefits", "/v1/parameters", "/v1/reforms", "/health", "/variables", "/entities", "/spec"]
)
def test_the_catalogue_is_as_described(path: str) -> None:
    check(validator(path, "get"), client().get(path).json)


def test_problems_and_lines_of_a_batch_are_as_described() -> None:
    media = "application/x-ndjson"
    text = json.dumps({"situation": example("jeune_salarie_seul"), "period": MONTH}) + "\n{"
    answer = client().post("/v1/batch", data=text.encode(), content_type=media)
    for line in answer.data.splitlines():
        check(validator("/v1/batch", "post", media=media), json.loads(line))
    for status, body in ((422, {}), (400, None)):
        refused = client().post(
            "/v1/entitlements",
            data=json.dumps(body) if status == 422 else "{",
            content_type="application/json",
        )
        assert refused.status_code == status
        check(validator("/v1/entitlements", "post", status, "application/problem+json"), refused.json)


def test_examples_of_the_project_are_situations_of_the_document() -> None:
    validate = Draft202012Validator(DOCUMENT["components"]["schemas"]["Situation"])
    for path in EXAMPLES:
        check(validate, example(path.stem))


# --- any request that follows the document, and many that do not ---------------------------------

SCHEMA = schemathesis.openapi.from_wsgi(
    "/openapi.json",
    create_app(Settings.model_validate({"limits": {"people": 3, "months": 3, "seconds": 60.0}})),
)


@schemathesis.serializer("application/x-ndjson")
def _two_lines(_: Any, value: Any) -> bytes:
    """Write one value on each of two lines."""
    line = value if isinstance(value, bytes) else json.dumps(value).encode()
    return line + b"\n" + line


@pytest.mark.long
@SCHEMA.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_is_answered_otherwise_than_described(case: schemathesis.Case) -> None:
    case.call_and_validate(
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ]
    )
