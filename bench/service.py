"""What one worker of the service answers, on one core: requests a second, median and 99th percentile.

    python bench/service.py [--requests 600] [--clients 4]

The service is run as people run it, on the loopback, and asked by clients that keep their connection.
Prints JSON. Times depend on the machine and on what else it does; `requests_per_core_second` counts only
the time that the worker had the processor.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import dept_rules as dr

ROOT = Path(__file__).resolve().parents[1]
SITUATION = json.loads((ROOT / "examples" / "jeune_salarie_seul.json").read_text(encoding="utf-8"))
CASE = {"situation": SITUATION, "period": "2026-11"}
ONE_BENEFIT = {**CASE, "benefits": ["revenu_de_base"]}
ASKED = {
    "all_benefits": ("/v1/entitlements", CASE),
    "one_benefit": ("/v1/entitlements", ONE_BENEFIT),
    "explanations": ("/v1/entitlements", {**ONE_BENEFIT, "explanations": True}),
    "next_questions": ("/v1/next-questions", ONE_BENEFIT),
}


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--clients", type=int, default=4)
    chosen = parser.parse_args()
    core, elsewhere = _cores()
    with _service(core) as (port, pid):
        os.sched_setaffinity(0, elsewhere)
        print(json.dumps({name: _measure(port, pid, name, chosen) for name in ASKED} | _library(), indent=2))


def _measure(port: int, pid: int, name: str, chosen: argparse.Namespace) -> dict[str, Any]:
    path, body = ASKED[name]
    text = json.dumps(body)
    count = chosen.requests if name in ("all_benefits", "one_benefit") else max(chosen.requests // 20, 10)
    _ask(port, path, text, 20, [])
    alone: list[float] = []
    began = time.perf_counter()
    _ask(port, path, text, count, alone)
    rate_alone = count / (time.perf_counter() - began)
    together: list[float] = []
    each = count // chosen.clients
    threads = [
        threading.Thread(target=_ask, args=(port, path, text, each, together)) for _ in range(chosen.clients)
    ]
    busy = _processor_seconds(pid)
    began = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took = time.perf_counter() - began
    return {
        "requests_per_second": round(len(together) / took, 1),
        "requests_per_core_second": round(len(together) / (_processor_seconds(pid) - busy), 1),
        "clients": chosen.clients,
        "one_client": {"requests_per_second": round(rate_alone, 1), **_spread(alone)},
        "errors": each * chosen.clients - len(together) + count - len(alone),
        **_spread(together),
    }


def _spread(times: list[float]) -> dict[str, float]:
    found = sorted(times)
    median, last = statistics.median(found), found[int(len(found) * 0.99)]
    return {
        "median_ms": round(median * 1000, 2),
        "p99_ms": round(last * 1000, 2),
        "p99_over_median": round(last / median, 2),
    }


def _ask(port: int, path: str, text: str, count: int, times: list[float]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(count):
        began = time.perf_counter()
        connection.request("POST", path, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            times.append(time.perf_counter() - began)
    connection.close()


def _processor_seconds(pid: int) -> float:
    """Return the time that the workers of a service had the processor."""
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in workers]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def _library() -> dict[str, Any]:
    """Return what the library takes for the same, without a service around it."""
    times = []
    for _ in range(60):
        began = time.perf_counter()
        dr.evaluate(**CASE).to_dict()
        times.append(time.perf_counter() - began)
    return {"library": _spread(times[10:])}


def _cores() -> tuple[set[int], set[int]]:
    """Return the core of the service, and those of its clients (the same one where there is no other)."""
    known = sorted(os.sched_getaffinity(0))
    return {known[0]}, set(known[1:]) or {known[0]}


@contextlib.contextmanager
def _service(core: set[int]) -> Iterator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dept_rules.cli", "serve", "--port", str(port), "--workers", "1"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        os.sched_setaffinity(process.pid, core)
        try:
            _wait(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


def _wait(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the service does not answer")


if __name__ == "__main__":
    main()
