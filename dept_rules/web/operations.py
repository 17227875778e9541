"""What the service serves to programs, each with what it takes and gives: served and documented at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint
from pydantic import BaseModel

from dept_rules.web.answers import Problem

View = TypeVar("View", bound=Callable[..., Any])
JSON = "application/json"

#: Why a request with a body may be refused, by status.
BODY_REFUSALS = {
    400: "The body is not JSON.",
    408: "The request did not come in whole, in time.",
    413: "The body is too large.",
    415: "The body has another type.",
    422: "The request has faults, all of them listed.",
    503: "It takes too long, or too much is being computed.",
}
QUERY_REFUSALS = {422: "The query has faults."}


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        method, path: "POST", "/v1/entitlements"; variable parts as Flask writes them.
        summary: what it is for.
        body, query: models that check what comes in; None where nothing does.
        answer: the model of a good answer, a JSON Schema, or None where it is not described.
        media: of a good answer.
        body_media: of a body.
        status: of a good answer.
        refusals: why it may be refused, by status.
        problem: the model of a refusal.
        tag: the part of the service it belongs to.
        name: of the view.
    """

    method: str
    path: str
    summary: str
    body: type[BaseModel] | Mapping[str, Any] | None = None
    query: type[BaseModel] | None = None
    answer: Any = None
    media: str = JSON
    body_media: str = JSON
    status: int = 200
    refusals: Mapping[int, str] = field(default_factory=dict)
    problem: type[BaseModel] = Problem
    tag: str = "v1"
    name: str = ""


#: Every operation, in the order they were declared.
OPERATIONS: dict[tuple[str, str], Operation] = {}


def operation(
    blueprint: Blueprint, method: str, path: str, summary: str, **details: Any
) -> Callable[[View], View]:
    """Return a decorator that serves a view, and documents it; see `Operation`."""

    def declare(view: View) -> View:
        OPERATIONS[method, path] = Operation(method, path, summary, name=view.__name__, **details)
        blueprint.add_url_rule(path, view.__name__, view, methods=[method])
        return view

    return declare
