"""A service for the tests: in this process, or as people run it, on a free port of the loopback."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import requests
from flask.testing import FlaskClient

from dept_rules.web.app import create_app
from dept_rules.web.settings import Settings

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.json"))
MONTH = "2026-11"
#: Seconds after which something is taken for dead.
PATIENCE = 60


def example(name: str) -> dict[str, Any]:
    """Return a situation of ``examples/``."""
    path = next(one for one in EXAMPLES if one.stem == name)
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def client_of(settings: str) -> FlaskClient:
    """Return a client of an application with these settings (as JSON), built once."""
    return create_app(Settings.model_validate_json(settings)).test_client()


def client(**tables: Any) -> FlaskClient:
    """Return a client of an application; `tables` are those of the settings."""
    return client_of(json.dumps(tables, sort_keys=True))


@dataclass
class Running:
    """A service that runs.

    Attributes:
        url: where, without a last slash.
        port: the same.
        process: of the arbiter.
        log: the file of all that it wrote.
    """

    url: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def workers(self) -> set[int]:
        """Return the process ids of its workers."""
        pid = self.process.pid
        return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@contextlib.contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """Run ``dept-rules serve``; `settings` are variables of the environment, without their prefix."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "service.log"
    environ = os.environ | {f"DEPT_RULES_WEB_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "dept_rules.cli", "serve", "--port", str(port), *arguments]
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environ, stdout=written, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, log)
        yield Running(url, port, process, log)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(f"{url}/health", timeout=PATIENCE).raise_for_status()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the service does not answer:\n{log.read_text(encoding='utf-8')}")
