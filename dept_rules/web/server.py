"""Runs the application under gunicorn: processes that are replaced, threads that wait on slow clients."""

from __future__ import annotations

import errno
import gc
import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

import dept_rules
from dept_rules.calculation import this_month
from dept_rules.errors import DeptRulesError
from dept_rules.situations import ANYBODY
from dept_rules.web.app import create_app
from dept_rules.web.laws import KEPT, Laws
from dept_rules.web.openfisca import data_of
from dept_rules.web.settings import Settings
from dept_rules.web.worker import DiscreetLogger

ACCESS = "%(m)s %(U)s %(s)s %(B)s %(M)sms"
#: Seconds after which a process that does not even say that it lives is replaced.
LIFELESS = 30


class AddressError(DeptRulesError, OSError):
    """An address where the service cannot listen."""


class Service(BaseApplication):
    """A gunicorn that serves one application, built once, before its processes part.

    Args:
        settings: of the service.
        host, port: where it listens.

    `run` serves until told to stop (SIGINT, SIGTERM); requests under way are first answered.

    Raises:
        AddressError: nothing can listen there.
        UnknownNameError, ReformError: a reform of the settings does not exist, or has faults.
    """

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        check_free(host, port)
        self.settings = settings
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.application = create_app(settings)
        warm(self.application.extensions[KEPT])
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it must know."""
        server, limits = self.settings.server, self.settings.limits
        options: dict[str, Any] = {
            "bind": self.address,
            "workers": server.workers,
            "threads": server.threads,
            "worker_class": "dept_rules.web.worker.Worker",
            "logger_class": DiscreetLogger,
            "preload_app": True,
            "accesslog": "-",
            "access_log_format": ACCESS,
            "timeout": LIFELESS,
            "graceful_timeout": int(limits.seconds) + 5,
            "limit_request_fields": 50,
            "forwarded_allow_ips": "",
            "proc_name": "dept-rules",
            "pre_fork": _before_fork,
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """Return the application."""
        return self.application


def check_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened at, rather than try again and again.

    Raises:
        AddressError: it is taken, or is not of this machine.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            hint = "another service may run there; choose another port (--port)" if taken else "see --host"
            raise AddressError(f"cannot listen at {host}, port {port}: {error.strerror}; {hint}") from None


def warm(laws: Laws) -> None:
    """Build what is built once: processes share it, and no first request waits for it."""
    case: dict[str, Any] = {"situation": ANYBODY, "period": this_month(), "reform": laws.configured}
    dept_rules.evaluate(**case)
    dept_rules.explain(**case)
    dept_rules.next_questions(**case)
    data_of(laws)


def _before_fork(arbiter: Any, worker: Any) -> None:
    """Leave what is built once out of garbage collections: it is shared, and never garbage."""
    gc.collect()
    gc.freeze()
