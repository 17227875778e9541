"""Problem documents (RFC 9457): what a program is told when its request cannot be answered.

A problem names the place and the reason of each fault, and never the value that was given.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from dept_rules.errors import DeptRulesError, Fault, FaultyInputError, UnknownNameError
from dept_rules.web.faults import faults_of

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


def document(status: int, detail: str = "", faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """Return a problem document; ``errors`` lists the faults, by JSON pointer."""
    data: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        data["detail"] = detail
    told = [
        {"pointer": pointer(one.path), "problem": one.problem, "expected": one.expected} for one in faults
    ]
    if told:
        data["errors"] = told
    return data


def pointer(path: str) -> str:
    """Return a JSON pointer (RFC 6901), as a fragment, from the path of a fault."""
    return f"#/{path}" if path else "#"


def response(status: int, detail: str = "", faults: Iterable[Fault] = ()) -> Response:
    """Return a problem document as an answer."""
    body = json.dumps(document(status, detail, faults), ensure_ascii=False)
    return Response(body, status, content_type=MEDIA_TYPE)


def of_error(error: DeptRulesError) -> Response:
    """Return the problem document of an error that the caller can mend."""
    if isinstance(error, FaultyInputError):
        return response(HTTPStatus.UNPROCESSABLE_ENTITY, f"the {error.what} has faults", error.faults)
    status = HTTPStatus.NOT_FOUND if isinstance(error, UnknownNameError) else HTTPStatus.UNPROCESSABLE_ENTITY
    return response(status, str(error))


def register(app: Flask) -> None:
    """Make every error of an application a problem document."""
    app.register_error_handler(DeptRulesError, of_error)
    app.register_error_handler(ValidationError, _of_model)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_fault)


def _of_model(error: ValidationError) -> Response:
    return response(HTTPStatus.UNPROCESSABLE_ENTITY, "the body has faults", faults_of(error))


def _of_http(error: HTTPException) -> Response:
    made = response(error.code or 500, "" if error.code == 500 else error.description or "")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            made.headers[name] = value
    return made


def _of_fault(error: Exception) -> Response:
    """Answer for a fault of ours: where it is goes to the log, what it says (maybe a value) does not."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"
    log.error("%s at %s", type(error).__name__, place)
    return response(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of the service, not of the request")
