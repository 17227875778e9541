"""A service, sites on other origins that embed its calculators, and a browser."""

from __future__ import annotations

import contextlib
import functools
import http.server
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Sites:
    """Where things are served.

    Attributes:
        service: origin of the service; `preview` one of the law in force, that compares.
        host, other: origins of sites that may embed its calculators, and one that may not: `stranger`.
        pages: folder of the pages of the sites.
    """

    service: str
    preview: str
    host: str
    other: str
    stranger: str
    pages: Path

    def write(self, name: str, body: str, head: str = "") -> str:
        """Write a page of the sites; return its address at `host`."""
        head = f'<html lang="fr"><head><title>Un site</title><link rel="icon" href="data:,">{head}</head>'
        text = f"<!doctype html>{head}<body>{body}</body></html>"
        (self.pages / name).write_text(text, encoding="utf-8")
        return f"{self.host}/{name}"

    def script(self, calculator: str = "revenu-de-base", **data: str) -> str:
        """Return the code that puts a calculator into a page."""
        told = "".join(f' data-{name}="{value}"' for name, value in data.items())
        return f'<script src="{self.service}/embed.js" data-calculator="{calculator}"{told} async></script>'


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    pages = tmp_path_factory.mktemp("sites")
    ports = [_free_port() for _ in range(5)]
    host, other, stranger = (f"http://localhost:{port}" for port in ports[:3])
    config = pages / "service.toml"
    config.write_text(
        '[departement]\nname = "Département d\'essai"\ncode = "54"\n'
        '[contact]\nservice = "la maison du Département"\nphone = "01 23 45 67 89"\n'
        f'[calculators]\nframe_ancestors = ["{host}", "{other}"]\npreview = ["plateforme"]\n'
    )
    with contextlib.ExitStack() as stack:
        for port in ports[:3]:
            stack.enter_context(_site(pages, port))
        stack.enter_context(_service(config, ports[3]))
        stack.enter_context(_service(config, ports[4], "--reform", "droit_en_vigueur"))
        yield Sites(
            f"http://127.0.0.1:{ports[3]}", f"http://127.0.0.1:{ports[4]}", host, other, stranger, pages
        )


@contextlib.contextmanager
def _service(config: Path, port: int, *more: str) -> Iterator[None]:
    command = [sys.executable, "-m", "dept_rules.cli", "serve", "--config", str(config), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workers", "1", *more], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health"):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def _site(pages: Path, port: int) -> Iterator[None]:
    handler = functools.partial(_Quiet, directory=str(pages))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Any) -> Iterator[Any]:
    found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield found
    found.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of (policies, scripts) in a test; nothing, at its end."""
    return []


@pytest.fixture
def open_page(browser: Any, complaints: list[str]) -> Iterator[Callable[..., Any]]:
    """Open pages, each in a browser of its own; they must give the browser nothing to complain of."""
    contexts = []

    def opened(address: str, **options: Any) -> Any:
        context = browser.new_context(**options)
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def watch(page: Any, complaints: list[str]) -> None:
    page.on(
        "console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))


def framed(page: Any, rank: int = 0) -> Any:
    """Return a calculator within a page, once it is there."""
    page.locator("iframe").nth(rank).wait_for()
    found = page.locator("iframe").nth(rank).element_handle().content_frame()
    found.locator("h1").wait_for()
    return found


@functools.cache
def axe_source() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def axe(screen: Any) -> list[str]:
    """Return what axe finds wrong with a screen, WCAG 2 A and AA and good practice."""
    screen.evaluate(axe_source())
    found = screen.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]
