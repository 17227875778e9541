"""OpenFisca's own web API, unchanged in form, behind our validation.

What OpenFisca says of the law (``/variables``, ``/parameters``, ``/entities``, ``/spec``) is made by
its own loader. What it computes (``/calculate``, ``/trace``) is checked and computed by ours, and
answered in its form. Three things differ: groups that are not given are made by rule instead of
leaving each person alone; a value that a rule computes cannot be given; faults are told all together.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, redirect, request
from openfisca_web_api.loader import build_data
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from dept_rules.errors import DeptRulesError, Fault, FaultyInputError
from dept_rules.web import problems
from dept_rules.web.answers import PlacedProblem
from dept_rules.web.bodies import check_situation, read_json
from dept_rules.web.computing import computing
from dept_rules.web.laws import Laws, current_laws
from dept_rules.web.nulls import Computation, read_nulls, trace_of, values_of
from dept_rules.web.operations import BODY_REFUSALS, operation

blueprint = Blueprint("openfisca", __name__)
OBJECT = {"type": "object"}
REFUSALS = {400: "The body has faults, all of them listed, also at their places."} | {
    status: why for status, why in BODY_REFUSALS.items() if status not in (400, 422)
}
SITUATION: dict[str, Any] = {
    "type": "object",
    "description": "OpenFisca's JSON: answers by period, and null where a value is asked for.",
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "object"}},
}
WELCOME = (
    "OpenFisca's Web API, and the API of dept-rules: {0}spec describes the first, {0}openapi.json both. "
    "Estimates, not decisions."
)


@functools.lru_cache(4)
def data_of(laws: Laws) -> dict[str, Any]:
    """Return what OpenFisca says of the law of a service."""
    return build_data(laws.configured)  # type: ignore[no-any-return]


# --- the law -------------------------------------------------------------------------------------


@operation(blueprint, "GET", "/", "Where to begin.", answer=OBJECT, status=300, tag="openfisca")
def root() -> AnyResponse:
    """Welcome a program; a browser is sent to the calculators."""
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return redirect("/calculateur", 303)
    return _json({"welcome": WELCOME.format(request.host_url)}, 300)


@operation(blueprint, "GET", "/variables", "The variables of the law.", answer=OBJECT, tag="openfisca")
def variables() -> Response:
    """Answer each variable with its label and address."""
    found = data_of(current_laws())["variables"]
    return _json({name: _entry(one, f"variable/{name}") for name, one in found.items()})


@operation(
    blueprint,
    "GET",
    "/variable/<name>",
    "One variable, with its formulas.",
    answer=OBJECT,
    refusals={404: "There is no such variable."},
    tag="openfisca",
)
def variable(name: str) -> Response:
    """Answer all that OpenFisca says of a variable."""
    return _one(data_of(current_laws())["variables"].get(name))


@operation(blueprint, "GET", "/parameters", "The parameters of the law.", answer=OBJECT, tag="openfisca")
def parameters() -> Response:
    """Answer each figure with its description and address."""
    found = data_of(current_laws())["parameters"].items()
    return _json(
        {one["id"]: _entry(one, f"parameter/{name}") for name, one in found if one.get("subparams") is None}
    )


@operation(
    blueprint,
    "GET",
    "/parameter/<path:name>",
    "One parameter, with its values at all dates.",
    answer=OBJECT,
    refusals={404: "There is no such parameter."},
    tag="openfisca",
)
def parameter(name: str) -> Response:
    """Answer all that OpenFisca says of a parameter, named with slashes or with dots."""
    found = data_of(current_laws())["parameters"]
    return _one(found.get(name, found.get(name.replace(".", "/"))))


@operation(blueprint, "GET", "/entities", "Persons, groups and roles.", answer=OBJECT, tag="openfisca")
def entities() -> Response:
    """Answer the entities of the law."""
    return _json(data_of(current_laws())["entities"])


@operation(blueprint, "GET", "/spec", "OpenFisca's description of its API.", answer=OBJECT, tag="openfisca")
def spec() -> Response:
    """Answer OpenFisca's own specification."""
    url = request.host_url.rstrip("/")
    return _json({**data_of(current_laws())["openAPI_spec"], "servers": [{"url": url}]})


# --- computing -----------------------------------------------------------------------------------


@operation(
    blueprint,
    "POST",
    "/calculate",
    "The situation, with each null replaced by what it asks for.",
    body=SITUATION,
    answer=OBJECT,
    refusals=REFUSALS,
    problem=PlacedProblem,
    tag="openfisca",
)
def calculate() -> Response:
    """Answer the body, with its nulls computed."""
    body = read_json()
    with computing():
        return _json(values_of(_computation(body)))


@operation(
    blueprint,
    "POST",
    "/trace",
    "How the values asked for were computed.",
    body=SITUATION,
    answer=OBJECT,
    refusals=REFUSALS,
    problem=PlacedProblem,
    tag="openfisca",
)
def trace() -> Response:
    """Answer every value behind those asked for, with what it was computed from."""
    body = read_json()
    with computing():
        return _json(trace_of(_computation(body)))


def _computation(body: Any) -> Computation:
    check_situation(body)
    return read_nulls(body, current_laws().configured)


# --- answers -------------------------------------------------------------------------------------


@blueprint.after_request
def _package(response: Response) -> Response:
    metadata = current_laws().configured.get_package_metadata()
    response.headers["Country-Package"] = metadata["name"]
    response.headers["Country-Package-Version"] = metadata["version"]
    return response


@blueprint.errorhandler(DeptRulesError)
def _refused(error: DeptRulesError) -> Response:
    """Answer a problem document that also has, at its place, what OpenFisca says of each fault."""
    faults = error.faults if isinstance(error, FaultyInputError) else ()
    document = problems.document(400, "the body has faults" if faults else str(error), faults)
    said = dict(document)
    for fault in faults[: problems.TOLD]:
        _put(said, fault)
    return Response(orjson.dumps(said), 400, content_type=problems.MEDIA_TYPE)


def _put(said: dict[str, Any], fault: Fault) -> None:
    *steps, last = [one.replace("~1", "/").replace("~0", "~") for one in fault.path.split("/")]
    here: Any = said
    for one in steps:
        here = here.setdefault(one, {})
        if not isinstance(here, dict):
            return
    text = fault.problem + (f"; expected {fault.expected}" if fault.expected else "")
    here.setdefault(last or "error", text)


def _entry(one: Mapping[str, Any], path: str) -> dict[str, Any]:
    return {"description": one["description"], "href": f"{request.host_url}{path}"}


def _one(found: Any) -> Response:
    if found is None:
        raise NotFound("there is no such name")
    return _json(found)


def _json(data: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS), status, mimetype="application/json")
