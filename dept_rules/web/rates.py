"""How many requests one address may make, where the configuration says so."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from dept_rules.web.settings import Api


def register(app: Flask, api: Api) -> None:
    """Limit an application; addresses are counted in memory (of each process), or where `api` says."""
    if api.rate is not None:
        Limiter(
            get_remote_address,
            app=app,
            application_limits=[api.rate],
            application_limits_per_method=False,
            storage_uri=api.rate_storage,
            strategy="moving-window" if api.rate_storage == "memory://" else "fixed-window",
            headers_enabled=True,
        )
