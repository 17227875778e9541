"""The style sheet, the scripts, and how answers are kept and compressed."""

from __future__ import annotations

import functools
import gzip
import hashlib
from pathlib import Path

from flask import Response, request

#: Answers may be kept by the browser for as long as somebody may go back, and by nobody else.
BACK = "private, max-age=600"
#: The first page says nothing of anybody.
FIRST = "private, max-age=300"
FOREVER = "public, max-age=31536000, immutable"
#: A longer body than this is worth compressing.
SHORT = 900
STATIC = Path(__file__).with_name("static")
FILES = {"cadre.js": "text/javascript", "style.css": "text/css"}


@functools.cache
def read(name: str) -> str:
    """Return a file of the calculators."""
    return (STATIC / name).read_text(encoding="utf-8")


@functools.cache
def version() -> str:
    """Return the fingerprint of the style sheet and of the script, so that they may be kept for long."""
    return fingerprint("".join(map(read, FILES)))


def fingerprint(text: str) -> str:
    """Return what tells a text from another in an address, ten hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def kept(text: str, kind: str) -> Response:
    """Return a file that never changes under its address."""
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = FOREVER
    return response


def download(text: str, kind: str, name: str) -> Response:
    """Return a file for the person to keep, and for nobody else."""
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def compressed(response: Response) -> Response:
    """Return an answer, compressed where the browser can read it so; no answer holds a secret to guess."""
    body = response.get_data()
    if len(body) > SHORT and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response
