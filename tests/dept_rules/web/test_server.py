"""The service as it is run: its processes, its connections, what it writes. On the loopback only."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from service import MONTH, PATIENCE, Running, example, running

pytestmark = pytest.mark.long

BODY = {"situation": example("jeune_salarie_seul"), "period": MONTH}
SECRET = "Zezette1948"
#: What a client is told of an answer that did not come, or not to its end.
CUT = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("service")
    with running(folder, "--workers", "1", SERVER__THREADS="24", LIMITS__READ_SECONDS="4") as one:
        yield one


def ask(service: Running, body: Any = BODY) -> requests.Response:
    return requests.post(f"{service.url}/v1/entitlements", json=body, timeout=PATIENCE)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must happen."""
    last = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < last, "it did not happen"
        time.sleep(0.05)


def connect(service: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)


def head(path: str, media: str, length: int) -> bytes:
    """Return the head of a request."""
    text = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n"
    return text.encode()


def everything(connection: socket.socket) -> bytes:
    """Return what comes until the other side ends."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(1 << 16):
            got += piece
    return got


def test_it_answers(service: Running) -> None:
    answer = ask(service).json()
    base = next(one for one in answer["entitlements"] if one["benefit"] == "revenu_de_base")
    assert base["amount"] == "531.69"


def test_under_load_every_answer_is_whole_and_the_same(service: Running) -> None:
    expected = ask(service).content
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: ask(service), range(120)))
    assert {one.status_code for one in answers} == {200}
    assert {one.content for one in answers} == {expected}


def test_slow_and_silent_clients_do_not_block_others(service: Running) -> None:
    whole = head("/v1/entitlements", "application/json", 9999)
    slow = [connect(service) for _ in range(20)]
    silent = [connect(service) for _ in range(100)]
    for rank, one in enumerate(slow):
        one.sendall(whole[:40] if rank % 2 else whole + b"{")
    assert ask(service).status_code == 200
    told = [everything(one) for one in slow]  # each is given up: none waits for ever
    assert all(b" 408 " in one for one in told[::2])
    assert not any(b" 200 " in one for one in told)
    assert [everything(one) for one in silent] == [b""] * 100
    assert ask(service).status_code == 200


def test_more_slow_clients_than_threads_hold_it_no_longer_than_their_time(service: Running) -> None:
    slow = [connect(service) for _ in range(60)]
    for one in slow:
        one.sendall(b"GET /health HTTP/1.1\r\n")
    assert ask(service).status_code == 200
    for one in slow:
        one.close()


def test_a_client_that_does_not_read_loses_its_answer_and_no_thread(service: Running) -> None:
    given_up = "a connection ended with an error"
    before = service.log.read_text().count(given_up)
    body = json.dumps(BODY).encode() + b"\n"
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.settimeout(PATIENCE)
        deaf.connect(("127.0.0.1", service.port))
        deaf.sendall(head("/v1/batch", "application/x-ndjson", len(body) * 300) + body * 300)
        assert ask(service).status_code == 200
        until(lambda: service.log.read_text().count(given_up) > before)
        assert b'{"end":' not in everything(deaf)


def test_a_batch_comes_out_while_it_goes_in(service: Running) -> None:
    line = json.dumps({**BODY, "benefits": ["revenu_de_base"]}).encode() + b"\n"
    with connect(service) as one:
        one.sendall(
            b"POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        many = line * (200_000 // len(line))
        one.sendall(f"{len(many):x}\r\n".encode() + many + b"\r\n")
        got = b""
        while b'"line":3' not in got:  # the body has not ended
            got += one.recv(1 << 16)
        one.sendall(f"{len(line):x}\r\n".encode() + line + b"\r\n0\r\n\r\n")
        got += everything(one)
    assert got.endswith(b"\r\n0\r\n\r\n")
    assert b'{"end":{"lines":%d,"problems":0}}' % (many.count(b"\n") + 1) in got


def test_a_client_that_sends_everything_before_it_reads_does_not_wait_for_itself(service: Running) -> None:
    line = json.dumps(BODY)  # forty kilobytes of answer each: more than what lies between the two
    answer = requests.post(
        f"{service.url}/v1/batch",
        data="\n".join([line] * 120).encode(),
        headers={"Content-Type": "application/x-ndjson"},
        timeout=PATIENCE,
    )
    assert json.loads(answer.text.splitlines()[-1]) == {"end": {"lines": 120, "problems": 0}}


def test_a_process_that_is_killed_is_replaced_and_nobody_gets_half_an_answer(service: Running) -> None:
    before = service.workers()
    line = json.dumps(BODY)
    with ThreadPoolExecutor(8) as pool:

        def batch(_: int) -> str:
            with contextlib.suppress(*CUT):
                return requests.post(
                    f"{service.url}/v1/batch",
                    data="\n".join([line] * 100).encode(),
                    headers={"Content-Type": "application/x-ndjson"},
                    timeout=PATIENCE,
                ).text
            return "an error"

        def single(_: int) -> str:
            with contextlib.suppress(*CUT):
                return str(len(ask(service).json()["entitlements"]))
            return "an error"

        batches = [pool.submit(batch, rank) for rank in range(3)]
        singles = [pool.submit(single, rank) for rank in range(40)]
        until(lambda: any(one.done() for one in singles))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        told = {one.result() for one in batches}
        one_by_one = [one.result() for one in singles]
    assert told == {"an error"}
    assert len({*one_by_one} - {"an error"}) == 1
    until(lambda: bool(service.workers() - before))
    assert ask(service).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\nhello\r\n",
        b"\r\n",
        b"5\r\nhel",
        b"5\r\nhello",
        b"5\r\nhelloXX",
        b"2\r\n{}\r\n0\r\nno trailer\r\n\r\n",
    ],
    ids=["no size", "no size at all", "cut", "cut after a chunk", "longer than told", "trailer"],
)
@pytest.mark.parametrize("path", ["/v1/entitlements", "/calculateur", "/v1/batch"])
def test_a_chunked_body_that_is_cut_or_malformed_is_no_fault_of_ours(
    service: Running, path: str, body: bytes
) -> None:
    """And what follows it on its connection, which may be the rest of it, is not taken for a request."""
    media = {"/calculateur": "x-www-form-urlencoded", "/v1/batch": "x-ndjson"}.get(path, "json")
    for after in (b"", b"GET /variables HTTP/1.1\r\nHost: x\r\n\r\n"):
        if after and body in (b"5\r\nhel", b"5\r\nhello"):
            continue
        with connect(service) as one:
            one.sendall(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/{media}\r\n"
                "Transfer-Encoding: chunked\r\n\r\n".encode()
            )
            one.sendall(body + after)
            if not after:
                one.shutdown(socket.SHUT_WR)
            told = everything(one)
        assert told.count(b"HTTP/1.1 ") == 1
        if path == "/v1/batch":
            assert b"did not come in whole" in told
            assert b'{"end":' not in told
        else:
            assert told.startswith(b"HTTP/1.1 408 ")


def test_what_is_not_http_is_refused(service: Running) -> None:
    for text in (b"\x16\x03\x01\x00\xff\r\n", f"GET /{SECRET * 800} HTTP/1.1\r\n\r\n".encode()):
        with connect(service) as one:
            one.sendall(text)
            told = everything(one)
        assert told.startswith(b"HTTP/1.1 4")
        assert SECRET.encode() not in told


def test_its_log_says_routes_and_statuses_and_nothing_of_anybody(service: Running) -> None:
    body = {"situation": {**BODY["situation"], "individus": {SECRET: {"salaire_net": SECRET}}}}
    headers = {"User-Agent": SECRET, "Referer": f"http://{SECRET}.example/", "X-Forwarded-For": SECRET}
    for path in ("/v1/entitlements", f"/{SECRET}", f"/v1/benefits?nom={SECRET}", f"/parameter/{SECRET}"):
        requests.post(f"{service.url}{path}", json=body, headers=headers, timeout=PATIENCE)
        requests.get(f"{service.url}{path}", headers=headers, timeout=PATIENCE)
    until(lambda: "GET /parameter/<path:name> 404" in service.log.read_text())
    written = service.log.read_text()
    assert "POST /v1/entitlements 422" in written
    assert SECRET not in written
    assert "127.0.0.1" not in written.partition("Booting worker")[2]
    assert "camille" not in written


def test_the_command_of_the_guide_serves(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "service.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^dept-rules serve (.*)$", guide, re.MULTILINE)
    with running(tmp_path, *command.split()) as one:
        assert requests.get(f"{one.url}/health", timeout=PATIENCE).json()["reform"] == "droit_en_vigueur"
        until(lambda: len(one.workers()) == 2)


def test_told_to_stop_it_first_answers(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "1") as one, ThreadPoolExecutor(1) as pool:
        line = json.dumps(BODY)
        under_way = pool.submit(
            requests.post,
            f"{one.url}/v1/batch",
            data="\n".join([line] * 60).encode(),
            headers={"Content-Type": "application/x-ndjson"},
            timeout=PATIENCE,
        )
        until(lambda: bool(one.workers()))
        ask(one)
        one.process.terminate()
        assert '{"end":{"lines":60' in under_way.result().text
        assert one.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"], ids=["taken", "not ours"])
def test_an_address_that_is_not_free_is_said_at_once(host: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        command = [sys.executable, "-m", "dept_rules.cli", "serve", "--host", host, "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 2
    assert f"cannot listen at {host}, port {port}" in ended.stderr
    assert "http://" not in ended.stderr  # where it does not answer
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--reform", "rsj_lion"], "unknown reform 'rsj_lion'; did you mean"),
        (["--config", "/nulle/part.toml"], "there is no such file"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_sentence(arguments: list[str], said: str) -> None:
    command = [sys.executable, "-m", "dept_rules.cli", "serve", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
