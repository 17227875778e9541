"""The README and the guides are true: their commands run, their Python runs, their table is the law's."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import dept_rules as dr
from dept_rules.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    endless = "dept-rules serve"  # run by the tests of the service
    return [line for line in lines if line.startswith("dept-rules ") and not line.startswith(endless)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_runs(page):
    for command in commands(page):
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        assert result.exit_code == 0, f"{command}\n{result.output}"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_in_python_runs_and_gives_what_it_says(page):
    names: dict[str, object] = {}
    exec("import dept_rules as dr", names)
    for block in blocks(page, "python"):
        lines = block.splitlines()
        for statement in ast.parse(block).body:
            source = ast.unparse(statement)
            if not isinstance(statement, ast.Expr):
                exec(source, names)
                continue
            value = eval(source, names)
            comment = lines[statement.end_lineno - 1].partition("  # ")[2].strip()
            if comment.startswith(("'", "Decimal", "(Decimal", "True")):
                shown = repr(str(value)) if isinstance(value, str) else repr(value)
                assert shown.replace(r"\xa0", " ") == comment, source


def test_the_first_page_has_commands_to_run():
    assert commands(ROOT / "README.md")


def test_the_table_of_benefits_is_that_of_the_law():
    text = (ROOT / "README.md").read_text()
    shown = re.search(r"<!-- benefits -->\n(.*?)<!-- /benefits -->", text, flags=re.DOTALL)[1]
    table = CliRunner().invoke(main, ["benefits", "--markdown", "--period", "2026-11"]).output
    assert shown == table, "write there what `dept-rules benefits --markdown --period 2026-11` prints"


def test_every_public_name_is_documented():
    text = (ROOT / "docs" / "api.md").read_text() + (ROOT / "docs" / "lectures.md").read_text()
    functions = [name for name in dr.__all__ if name.islower() or name.endswith("Error")]
    assert [name for name in functions if f"dr.{name}" not in text] == []


def test_every_shipped_page_is_free_of_a_promise():
    for page in PAGES:
        assert "vous avez droit" not in page.read_text().lower()
