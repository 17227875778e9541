"""From a cold process to a first answer: import, law, one household.

python bench/cold.py
"""

from __future__ import annotations

import subprocess
import sys
import time

import measure

TARGET = 1.5
EXAMPLE = measure.HERE.parent / "examples" / "jeune_salarie_seul.json"
SOURCE = f"import dept_rules as dr; dr.evaluate({str(EXAMPLE)!r}, '2026-11')"


def main() -> None:
    """Start processes, one after the other."""
    times = []
    for _ in range(measure.size(7, 1)):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", SOURCE], check=True)
        times.append(time.perf_counter() - start)
    best = min(times)
    measure.row(
        "importer et répondre une première fois, processus neuf",
        f"≤ {measure.number(TARGET)} s",
        f"{measure.number(best)} s",
        reached=best <= TARGET,
        seconds=best,
    )


if __name__ == "__main__":
    main()
