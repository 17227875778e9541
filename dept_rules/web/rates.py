"""How many requests one address may make, where the configuration says so."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from dept_rules.web.settings import Api

#: What watches over the service asks, and the files that pages are made of: they count for nothing.
UNCOUNTED = frozenset(("health.health", "calculator.file", "calculator.theme_sheet", "calculator.embed"))


def register(app: Flask, api: Api) -> None:
    """Limit an application; addresses are counted in memory (of each process), or where `api` says."""
    if api.rate is not None:
        limiter = Limiter(
            get_remote_address,
            app=app,
            application_limits=[api.rate],
            application_limits_per_method=False,
            storage_uri=api.rate_storage,
            strategy="moving-window" if api.rate_storage == "memory://" else "fixed-window",
            headers_enabled=True,
        )
        limiter.request_filter(lambda: request.endpoint in UNCOUNTED)
