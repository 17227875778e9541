"""Runs the benches one after the other, writes what they print and the table of the README.

    make bench
    python bench/all.py [--quick] [names…]

`results.json` keeps the last figures of each; `france` is run only where it is named.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS, README = HERE / "results.json", HERE.parent / "README.md"
#: In the order of the table; the last by name only.
NAMES = (
    "household", "per_second", "cold", "year", "two_benefits", "growth", "sweep", "cores", "reform", "france",
)  # fmt: skip
BY_NAME = ("france",)
MARKERS = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)


def main() -> None:
    """Run what is asked, and write it down unless it was quick."""
    quick = "--quick" in sys.argv
    asked = [name for name in sys.argv[1:] if not name.startswith("--")]
    names = asked or [name for name in NAMES if name not in BY_NAME and (HERE / f"{name}.py").exists()]
    for name in names:
        found = run(name, quick=quick)
        print(f"{name}: {found['measured']} ({found['target']})", flush=True)
        if not quick:
            rows = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
            rows[name] = {**found, "on": str(date.today()), "with": versions()}
            RESULTS.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
            README.write_text(written(README.read_text(), rows))


def run(name: str, *, quick: bool = False) -> dict[str, Any]:
    """Run a bench in a process of its own and return its row."""
    command = [sys.executable, str(HERE / f"{name}.py"), *(["--quick"] if quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def versions() -> dict[str, str]:
    """Return what the figures were measured with."""
    packages = {name: metadata.version(name) for name in ("openfisca-core", "numpy", "pandas")}
    return {"python": platform.python_version(), **packages}


def table(rows: dict[str, Any]) -> str:
    """Return the table of the README."""
    lines = ["| quoi | visé | mesuré | atteint |", "|---|---|---|---|"]
    for name in NAMES:
        if name in rows:
            one = rows[name]
            reached = {True: "oui", False: "non", None: "—"}[one["reached"]]
            lines.append(f"| {one['what']} | {one['target']} | {one['measured']} | {reached} |")
    return "\n".join(lines) + "\n"


def written(text: str, rows: dict[str, Any]) -> str:
    """Return a page with the table between its markers."""
    return MARKERS.sub(lambda found: f"{found[1]}{table(rows)}{found[2]}", text)


if __name__ == "__main__":
    main()
