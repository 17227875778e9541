"""Every bench runs, small; the table of the README is what they printed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).parents[2] / "bench"


def _runner() -> ModuleType:
    """`bench/all.py`, whose name is that of a builtin."""
    spec = importlib.util.spec_from_file_location("bench_all", BENCH / "all.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RUNNER = _runner()
NAMES = [name for name in RUNNER.NAMES if (BENCH / f"{name}.py").exists()]


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_bench_prints_its_row(name: str) -> None:
    row = RUNNER.run(name, quick=True)
    assert {"what", "target", "measured", "reached", "figures"} <= row.keys()
    assert row["measured"]


def test_the_table_of_the_readme_is_what_the_benches_printed() -> None:
    text = (BENCH.parent / "README.md").read_text()
    results = BENCH / "results.json"
    rows = json.loads(results.read_text()) if results.exists() else {}
    assert rows.keys() == set(NAMES), "make bench, then python bench/all.py france"
    assert RUNNER.written(text, rows) == text, "the table is written by make bench"


def test_the_table_is_written_between_its_markers_only() -> None:
    rows = {
        "cold": {"what": "a", "target": "≤ 1", "measured": "2", "reached": False},
        "household": {"what": "b", "target": "≤ 3", "measured": "2", "reached": True},
    }
    page = "before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n"
    assert RUNNER.written(page, rows) == (
        "before\n<!-- bench -->\n| quoi | visé | mesuré | atteint |\n|---|---|---|---|\n"
        "| b | ≤ 3 | 2 | oui |\n| a | ≤ 1 | 2 | non |\n<!-- /bench -->\nafter\n"
    )
