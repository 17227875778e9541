"""Which pages of other sites may call the API from a browser: those of the configuration, no others.

The version of flask-cors that OpenFisca asks for compares origins as regular expressions and
without regard to case; here an origin is the same text or it is not.
"""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.datastructures import HeaderSet

METHODS = "GET, POST, OPTIONS"
PREFLIGHT_SECONDS = 600


def register(app: Flask, origins: tuple[str, ...]) -> None:
    """Let the scripts of pages of these origins read the answers of an application."""
    allowed = frozenset(origins)

    def allow(response: Response) -> Response:
        if not allowed:
            return response
        response.vary = HeaderSet([*response.vary, "Origin"])
        origin = request.headers.get("Origin")
        if origin in allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = METHODS
                response.headers["Access-Control-Allow-Headers"] = "Content-Type"
                response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response

    app.after_request(allow)
