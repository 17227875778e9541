"""The notebooks of examples/ run, and give what they were committed with."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "examples").glob("*.ipynb"))
#: Larger, a notebook cannot be read in a review.
MOST_BYTES = 300_000


def tables(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what cells printed and the tables they gave, without charts (fonts and versions move them)."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output
            found.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return found


def split(shown: str) -> tuple[list[str], list[float]]:
    """Return the words of a text, and its numbers."""
    numbers = re.findall(r"-?\d[\d,\u202f]*(?:\.\d+)?", shown)
    words = re.sub(r"-?\d[\d,\u202f]*(?:\.\d+)?", "#", shown)
    return words.split(), [float(re.sub(r"[,\u202f]", "", one)) for one in numbers]


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_gives_what_it_shows(path):
    shown = nbformat.read(path, as_version=4)
    again = nbformat.read(path, as_version=4)
    NotebookClient(again, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert len(tables(again)) == len(tables(shown))
    for new, old in zip(tables(again), tables(shown), strict=True):
        if old:
            assert split(new)[0] == split(old)[0]
            # versions of NumPy may round otherwise
            assert split(new)[1] == pytest.approx(split(old)[1], rel=1e-5)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_with_what_it_gives_and_small(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert sum(bool(cell.outputs) for cell in code) > 10
    assert path.stat().st_size < MOST_BYTES
