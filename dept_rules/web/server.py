"""Runs the application under gunicorn: processes that are replaced, threads that wait on slow clients."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from dept_rules.web.app import create_app
from dept_rules.web.settings import Settings

#: What is logged of a request: no address, query, referrer or agent.
ACCESS = "%(m)s %(U)s %(s)s %(B)s %(M)sms"


class Service(BaseApplication):
    """A gunicorn that serves one application.

    Args:
        settings: of the service.
        host, port: where it listens.
    """

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self.settings = settings
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it must know."""
        server, limits = self.settings.server, self.settings.limits
        options: dict[str, Any] = {
            "bind": self.address,
            "workers": server.workers,
            "threads": server.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "accesslog": "-",
            "access_log_format": ACCESS,
            "timeout": 30,
            "graceful_timeout": int(limits.seconds) + 5,
            "limit_request_line": 4094,
            "limit_request_fields": 50,
            "forwarded_allow_ips": "",
            "proc_name": "dept-rules",
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """Return the application."""
        return create_app(self.settings)


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 5000) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); requests under way are first answered."""
    logging.getLogger("dept_rules").setLevel(logging.INFO)
    Service(settings, host, port).run()
