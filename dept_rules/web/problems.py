"""Problem documents (RFC 9457): what a program is told when its request cannot be answered.

A problem names the place and the reason of each fault, and never the value that was given.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from dept_rules.errors import DeptRulesError, Fault, FaultyInputError

MEDIA_TYPE = "application/problem+json"
#: No more faults are told than this.
TOLD = 100
FAULT_OF_OURS = "a fault of the service, not of the request"
#: Shorter than what werkzeug says, and without what was asked.
DETAILS = {404: "there is nothing at this address", 405: "not with this method"}
log = logging.getLogger(__name__)


def document(status: int, detail: str = "", faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """Return a problem document; ``errors`` lists the faults, by JSON pointer."""
    data: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        data["detail"] = detail
    told = [
        {"pointer": pointer(one.path), "problem": one.problem, "expected": one.expected}
        for one in itertools.islice(faults, TOLD)
    ]
    if told:
        data["errors"] = told
    return data


def pointer(path: str) -> str:
    """Return a JSON pointer (RFC 6901), as a fragment, from the path of a fault."""
    return f"#/{path}" if path else "#"


def of(error: DeptRulesError | HTTPException) -> dict[str, Any]:
    """Return the problem document of an error that the caller can mend, or that HTTP knows."""
    if isinstance(error, HTTPException):
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        ours = status == HTTPStatus.INTERNAL_SERVER_ERROR
        return document(status, FAULT_OF_OURS if ours else DETAILS.get(status, error.description or ""))
    if isinstance(error, FaultyInputError):
        status = getattr(error, "status", HTTPStatus.UNPROCESSABLE_ENTITY)
        return document(status, f"the {error.what} has faults", error.faults)
    return document(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))


def of_fault(error: Exception) -> dict[str, Any]:
    """Return the problem document of a fault of ours: the log says where it is, never what it says."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
    log.error("%s at %s", type(error).__name__, place)
    return document(HTTPStatus.INTERNAL_SERVER_ERROR, FAULT_OF_OURS)


def answer(said: dict[str, Any]) -> Response:
    """Return a problem document as an answer."""
    return Response(orjson.dumps(said), said["status"], content_type=MEDIA_TYPE)


def register(app: Flask) -> None:
    """Make every error of an application a problem document."""
    app.register_error_handler(DeptRulesError, lambda error: answer(of(error)))
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, lambda error: answer(of_fault(error)))


def _of_http(error: HTTPException) -> Response:
    made = answer(of(error))
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            made.headers[name] = value
    return made
