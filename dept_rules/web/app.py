"""The web application: blueprints, what every answer carries, and what a fault looks like."""

from __future__ import annotations

import importlib

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from dept_rules.web import computing, origins, problems, rates
from dept_rules.web.laws import KEPT, Laws
from dept_rules.web.settings import SETTINGS, Settings

#: The parts of the site; each module has a ``blueprint``, registered in this order.
PARTS = (
    "dept_rules.web.health",
    "dept_rules.web.calculator",
    "dept_rules.web.v1",
    "dept_rules.web.batch",
    "dept_rules.web.openfisca",
    "dept_rules.web.openapi",
)

#: Where the route that answered is left for the log, in ``environ``: a path may say something of somebody.
ROUTE = "dept_rules.route"

#: What an answer says unless its own view says otherwise.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(settings: Settings) -> Flask:
    """Return the WSGI application of a service.

    Raises:
        UnknownNameError, ReformError: a reform of the settings does not exist, or has faults.
    """
    app = Flask("dept_rules.web", static_folder=None, template_folder=None)
    app.config[SETTINGS] = settings
    app.extensions[KEPT] = Laws(settings)
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.server.proxies:
        trusted = settings.server.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=0
        )
    computing.register(app)
    problems.register(app)
    rates.register(app, settings.api)
    app.after_request(_harden)
    origins.register(app, settings.api.allowed_origins)  # run before the one above
    for name in PARTS:
        app.register_blueprint(importlib.import_module(name).blueprint)
    return app


def _harden(response: Response) -> Response:
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else "-"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]:
        response.headers.setdefault("X-Frame-Options", "DENY")
    return response
