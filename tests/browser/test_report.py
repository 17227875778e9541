"""The report of a study, opened in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dept_rules as dr
from tests.browser.conftest import axe


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sample = dr.population.synthetic(departement="54", households=2_000, seed=1)
    study = dr.compare(sample, ["plateforme", "rsj_lyon"], "2026", replications=40)
    tested = dr.sensitivity(sample, {"revenu_de_base.age.minimum": [18, 21]}, "2026")
    return study.report(tmp_path_factory.mktemp("report") / "report.html", sensitivity=tested)


def test_axe_finds_nothing(report: Path, open_page: Callable[..., Any]) -> None:
    assert axe(open_page(report.as_uri())) == []


def test_it_asks_nothing_of_anybody(report: Path, browser: Any) -> None:
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.new_page().goto(report.as_uri())
    context.close()
    assert asked == [report.as_uri()]


@pytest.mark.parametrize("width", [320, 1280])
def test_a_narrow_page_scrolls_its_tables_and_not_itself(
    width: int, report: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(report.as_uri(), viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
