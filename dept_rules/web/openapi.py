"""``/openapi.json``: the description of the service (OpenAPI 3.1), made from what is served and checked."""

from __future__ import annotations

import functools
import re
from typing import Any

import orjson
from flask import Blueprint, Response
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from dept_rules import schema
from dept_rules.system import rules_version
from dept_rules.web.bodies import limits
from dept_rules.web.laws import Laws, current_laws
from dept_rules.web.operations import OPERATIONS, Operation, operation
from dept_rules.web.problems import MEDIA_TYPE
from dept_rules.web.v1 import kept

blueprint = Blueprint("openapi", __name__)
COMPONENTS = "#/components/schemas/{model}"
VARIABLE_PART = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
ABOUT = (
    "Estimates of the aids of French départements, from one text of the law. "
    "Ce sont des estimations, pas des décisions : seul l'organisme compétent décide. "
    "Nothing that is sent is kept or logged."
)


@operation(blueprint, "GET", "/openapi.json", "This document.", answer={"type": "object"}, tag="service")
def openapi() -> Response:
    """Answer the description of the service."""
    return kept(_document(current_laws(), limits().people))


def document(laws: Laws, people: int) -> dict[str, Any]:
    """Return the description of every operation.

    Args:
        laws: of the service.
        people: how many a situation may have.
    """
    schemas = _schemas()
    schemas["Situation"] = _situation(laws, people)
    for name, one in schemas.items():
        if name.endswith("Request"):
            one["properties"]["situation"] = {"$ref": COMPONENTS.format(model="Situation")}
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS.values():
        paths.setdefault(VARIABLE_PART.sub(r"{\1}", one.path), {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dept-rules",
            "version": rules_version()["version"],
            "description": ABOUT,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


@functools.lru_cache(8)
def _document(laws: Laws, people: int) -> bytes:
    return orjson.dumps(document(laws, people))


def _schemas() -> dict[str, Any]:
    known: dict[Any, None] = {}
    for one in OPERATIONS.values():
        for model in (one.body, one.answer, one.problem, *getattr(one.answer, "__args__", ())):
            if isinstance(model, type) and issubclass(model, BaseModel):
                known[model] = None
    _, made = models_json_schema([(model, "validation") for model in known], ref_template=COMPONENTS)
    return dict(made["$defs"])


def _situation(laws: Laws, people: int) -> dict[str, Any]:
    made = schema.situation_schema(laws.configured)
    made.pop("$schema")
    for table in made["properties"].values():
        table["maxProperties"] = people
        table["propertyNames"] = {"maxLength": 100}
    return made


def _operation(one: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": f"{one.tag}_{one.name}",
        "summary": one.summary,
        "tags": [one.tag],
        "responses": {
            str(one.status): {
                "description": "The answer.",
                "content": {one.media: {"schema": _ref(one.answer)}},
            },
            **{str(status): _refusal(one, why) for status, why in one.refusals.items()},
            "default": _refusal(one, "Another problem."),
        },
    }
    inside = [_parameter(name, {"type": "string"}, "path") for name in VARIABLE_PART.findall(one.path)]
    if parameters := [*inside, *_query(one)]:
        made["parameters"] = parameters
    if one.body is not None:
        content = {one.body_media: {"schema": _ref(one.body)}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    properties = one.query.model_json_schema()["properties"]
    found = []
    for name, given in properties.items():
        plain = next((each for each in given.get("anyOf", [given]) if each.get("type") != "null"), given)
        found.append(_parameter(name, plain, "query"))
    return found


def _parameter(name: str, given: dict[str, Any], place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": given}


def _refusal(one: Operation, why: str) -> dict[str, Any]:
    return {"description": why, "content": {MEDIA_TYPE: {"schema": _ref(one.problem)}}}


def _ref(model: Any) -> dict[str, Any]:
    if model is None:
        return {}
    if isinstance(model, dict):
        return model
    if isinstance(model, type) and issubclass(model, BaseModel):
        return {"$ref": COMPONENTS.format(model=model.__name__)}
    items = TypeAdapter(model).json_schema(ref_template=COMPONENTS)
    items.pop("$defs", None)
    return items
