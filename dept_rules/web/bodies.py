"""Reads what clients send: bodies of a bounded size, situations of a bounded number of people.

What is wrong is told by place, never by value. Nothing here reads the answers themselves:
`dept_rules.situations` does.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from flask import current_app, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import (
    ClientDisconnected,
    RequestEntityTooLarge,
    RequestTimeout,
    UnsupportedMediaType,
)
from werkzeug.wsgi import get_input_stream

from dept_rules import situations
from dept_rules.errors import Fault, FaultyInputError, UnknownNameError
from dept_rules.web import slow_clients
from dept_rules.web.settings import SETTINGS, Limits, Settings

#: Characters of an identifier, which every result repeats.
IDENTIFIER = 100
#: What reading raises where a body ends too early, or its chunks are malformed.
CUT = (OSError, ValueError, ClientDisconnected, ParseException)
NOT_WHOLE = "the body did not come in whole"
#: Half of a pair that JSON may escape and no text can hold.
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class BodyError(FaultyInputError):
    """A body with faults; ``status`` is the answer's."""

    what = "body"
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NotJsonError(BodyError):
    """A body that is not JSON, or is more than JSON should be."""

    status = HTTPStatus.BAD_REQUEST


def limits() -> Limits:
    """Return the limits of the service whose request is being answered."""
    settings: Settings = current_app.config[SETTINGS]
    return settings.limits


def whole_body(media: str) -> bytes:
    """Return the body of the request: bounded, and all that was sent, or nothing of it.

    Args:
        media: the type that it must have.

    Raises:
        UnsupportedMediaType: it has another type.
        RequestEntityTooLarge: it is larger than ``limits.body_bytes``; no more than those is read.
        RequestTimeout: it did not come in whole, in time.
    """
    if request.mimetype != media:
        raise UnsupportedMediaType(f"the body must be {media}")
    most = limits().body_bytes
    length = request.content_length
    if length is not None and length > most:
        raise RequestEntityTooLarge(f"the body may have at most {most} bytes")
    try:
        body = get_input_stream(request.environ).read(most + 1)
    except CUT:
        raise RequestTimeout(NOT_WHOLE) from None
    if len(body) > most:
        raise RequestEntityTooLarge(f"the body may have at most {most} bytes")
    if not slow_clients.end() or (length is not None and len(body) < length):
        raise RequestTimeout(NOT_WHOLE)
    return body


def read_json() -> Any:
    """Return the JSON body of the request.

    Raises:
        NotJsonError: it is not JSON, or too deep; a key is given twice; NaN or infinity.
        HTTPException: as for `whole_body`.
    """
    return parse(whole_body("application/json"))


def hold_form() -> None:
    """Read the form of the request whole, so that ``request.form`` can only read what came in, in memory.

    Raises:
        HTTPException: as for `whole_body`.
    """
    body = whole_body("application/x-www-form-urlencoded")
    request.environ["wsgi.input"] = io.BytesIO(body)
    request.environ["wsgi.input_terminated"] = True


def parse(text: bytes) -> Any:
    """Return the data of a JSON text; see `read_json`."""
    try:
        data = situations.loads(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotJsonError([Fault("", "is not UTF-8", "JSON in UTF-8")]) from None
    except FaultyInputError as error:
        raise NotJsonError(_unplaced(error.faults)) from None
    most = limits().depth
    if _deeper(data, most):
        raise NotJsonError([Fault("", "the JSON is too deep", f"at most {most} levels")])
    if SURROGATE.search(text) and not _encodes(data):
        raise NotJsonError([Fault("", "a text holds half a character", "text in UTF-8")])
    return data


def check_situation(data: Any, place: str = "") -> None:
    """Refuse a situation with too many people, periods, or too long identifiers.

    Raises:
        BodyError: with every such fault, its path below `place`.
    """
    faults: list[Fault] = []
    if isinstance(data, Mapping):
        faults = [*_too_many(data, limits()), *_too_long(data)]
    if faults:
        raise BodyError(put_below(place, faults))


@contextmanager
def below(place: str) -> Iterator[None]:
    """Tell the faults found within as those of a part of the body.

    Raises:
        BodyError: for the errors of an input that is faulty, or of a name that does not exist.
    """
    try:
        yield
    except BodyError:
        raise
    except FaultyInputError as error:
        raise BodyError(put_below(place, error.faults)) from None
    except UnknownNameError as error:
        near = f"one that looks like it: {', '.join(error.nearest)}" if error.nearest else ""
        raise BodyError([Fault(place, f"unknown {error.kind}", near)]) from None


def put_below(place: str, faults: Any) -> list[Fault]:
    """Return faults with `place` as the first step of their paths."""
    if not place:
        return list(faults)
    return [Fault(f"{place}/{one.path}" if one.path else place, one.problem, one.expected) for one in faults]


def _unplaced(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield the faults of a text that is not JSON: they are at a line or a key, not at a pointer."""
    for one in faults:
        yield Fault("", f"{one.problem} ({one.path})" if one.path else one.problem, one.expected)


# --- within --------------------------------------------------------------------------------------


def _deeper(value: Any, most: int) -> bool:
    """Return whether data has more levels than `most`."""
    level = [value]
    for _ in range(most):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _encodes(data: Any) -> bool:
    pending = [data]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            pending += one
        elif isinstance(one, str) and any("\ud800" <= character <= "\udfff" for character in one):
            return False
    return True


def _too_many(data: Mapping[str, Any], most: Limits) -> Iterator[Fault]:
    for plural, table in data.items():
        if isinstance(table, Mapping) and len(table) > most.people:
            yield Fault(situations.step(plural), f"has {len(table)} items", f"at most {most.people}")
    periods = set(period_keys(data))
    if len(periods) > most.periods:
        yield Fault("", f"names {len(periods)} periods", f"at most {most.periods}")


def _too_long(data: Mapping[str, Any]) -> Iterator[Fault]:
    for plural, table in data.items():
        if isinstance(table, Mapping) and any(len(identifier) > IDENTIFIER for identifier in table):
            expected = f"at most {IDENTIFIER} characters"
            yield Fault(situations.step(plural)[:IDENTIFIER], "has a longer identifier", expected)


def period_keys(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the periods that a situation names, as they are written, with repetitions."""
    for table in data.values():
        for item in table.values() if isinstance(table, Mapping) else ():
            for answer in item.values() if isinstance(item, Mapping) else ():
                if isinstance(answer, Mapping):
                    yield from answer
