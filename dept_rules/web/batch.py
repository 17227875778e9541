"""``POST /v1/batch``: one request a line in, one answer a line out, in the same order.

Lines are answered while others still come in. A faulty line is told and does not end the stream;
a last line says that the answer is whole.
"""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any

import orjson
from flask import Blueprint, Response, current_app, request, stream_with_context
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, ServiceUnavailable, UnsupportedMediaType

from dept_rules.errors import DeptRulesError, Fault
from dept_rules.web import answers, models, problems, slow_clients
from dept_rules.web.bodies import CUT, BodyError, limits, parse
from dept_rules.web.computing import BATCHES, computing
from dept_rules.web.operations import BODY_REFUSALS, operation
from dept_rules.web.settings import Limits
from dept_rules.web.v1 import checked, entitlements_of

blueprint = Blueprint("batch", __name__)
MEDIA_TYPE = "application/x-ndjson"
CHUNK = 1 << 16
#: Seconds after which to come back where there is no place.
RETRY = 10


@operation(
    blueprint,
    "POST",
    "/v1/batch",
    "As /v1/entitlements, for many: a request on each line, an answer on each line, in the same order.",
    body=models.EntitlementsRequest,
    body_media=MEDIA_TYPE,
    answer=answers.BatchLine,
    media=MEDIA_TYPE,
    refusals={status: BODY_REFUSALS[status] for status in (413, 415, 503)},
)
def batch() -> Response:
    """Answer each line; ``end`` is the last one."""
    if request.mimetype != MEDIA_TYPE:
        raise UnsupportedMediaType(f"the body must be {MEDIA_TYPE}, one JSON object a line")
    most = limits()
    if (request.content_length or 0) > most.batch_bytes:
        raise RequestEntityTooLarge(f"the body may have at most {most.batch_bytes} bytes")
    slow_clients.extend(most.batch_seconds)
    places: threading.BoundedSemaphore = current_app.extensions[BATCHES]
    if not places.acquire(blocking=False):
        raise ServiceUnavailable("too many batches are being answered", retry_after=RETRY)
    lines = Incoming(request.stream, most, request.content_length)
    leave = functools.cache(places.release)  # once, whichever ends first
    made = Response(stream_with_context(_answers(lines, leave)), content_type=MEDIA_TYPE)
    made.call_on_close(leave)
    made.headers["X-Accel-Buffering"] = "no"
    return made


def _answers(lines: Incoming, leave: Callable[[], None]) -> Iterator[bytes]:
    count = faulty = 0
    try:
        for count, line in enumerate(lines, 1):
            told = _answer(count, line)
            faulty += "problem" in told
            yield orjson.dumps(told) + b"\n"
    except BodyError as error:
        told = {"line": count + 1, "problem": problems.document(error.status, "", error.faults)}
        yield orjson.dumps(told) + b"\n"
        return
    finally:
        leave()
    yield orjson.dumps({"end": {"lines": count, "problems": faulty}}) + b"\n"


def _answer(number: int, line: bytes) -> dict[str, Any]:
    try:
        if len(line) > limits().body_bytes:
            raise RequestEntityTooLarge(f"a line may have at most {limits().body_bytes} bytes")
        asked = checked(models.EntitlementsRequest, parse(line))
        with computing():
            return {"line": number, "result": entitlements_of(asked)}
    except (DeptRulesError, HTTPException) as error:
        return {"line": number, "problem": problems.of(error)}
    except Exception as error:  # the others must still be answered
        return {"line": number, "problem": problems.of_fault(error)}


class Incoming:
    """The lines of a body, read ahead of those that are answered.

    A client that sends all its lines before it reads an answer must not wait for itself: what
    comes in is kept (in memory, within the limits) whether or not answers are read.

    Raises:
        BodyError: (while iterated) the body is too long, or did not come in whole in time.
    """

    def __init__(self, stream: IO[bytes], most: Limits, length: int | None) -> None:
        self._stream = stream
        self._most = most
        self._length = length
        self._lines: queue.SimpleQueue[bytes | Fault | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="batch", daemon=True).start()

    def __iter__(self) -> Iterator[bytes]:
        while (one := self._lines.get()) is not None:
            if isinstance(one, Fault):
                raise BodyError([one])
            yield one

    def _read(self) -> None:
        total = lines = 0
        rest = b""
        fault: Fault | None = None
        try:
            while chunk := self._stream.read(CHUNK):
                total += len(chunk)
                *whole, rest = (rest + chunk).split(b"\n")
                lines += len(whole)
                for line in whole:
                    self._put(line)
                if fault := self._too_much(total, lines, rest):
                    break
            else:
                self._put(rest)
        except CUT:
            fault = Fault("", "did not come in whole")
        if fault is None and self._length is not None and total < self._length:
            fault = Fault("", "did not come in whole, in time")
        self._lines.put(fault)

    def _put(self, line: bytes) -> None:
        if line.strip():
            self._lines.put(line)

    def _too_much(self, total: int, lines: int, line: bytes) -> Fault | None:
        most = self._most
        if total > most.batch_bytes:
            return Fault("", "is too large", f"at most {most.batch_bytes} bytes")
        if lines > most.batch_lines:
            return Fault("", "has too many lines", f"at most {most.batch_lines}")
        if len(line) > most.body_bytes:
            return Fault("", "has a line that is too long", f"at most {most.body_bytes} bytes")
        return None
