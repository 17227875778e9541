"""Every benefit over twelve months, wages that vary each month; against openfisca-core, each alone.

Each engine has a process of its own, reads the same population from Parquet, and is timed (in
seconds of processor) from arrays to arrays. Amounts are compared to the cent, by hashes of the columns.

    python bench/year.py
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import measure
import numpy as np
from plain_core import simulation_of

from dept_rules import engine, tables
from dept_rules.batch.question import ask
from dept_rules.calculation import with_starts
from dept_rules.system import baseline

TARGET_RATIO, TARGET_MEMORY = 5.0, 5.0


def main() -> None:
    """Run both, and compare; or, with `--engine`, run one."""
    asked = measure.options(["engine", "path"])
    if asked:
        print(json.dumps(_run(asked["engine"], Path(asked["path"]))))
        return
    people = measure.size(1_500_000, 20_000)
    with measure.folder() as where:
        path = measure.people_file(where, people)
        ours, our_peak = measure.alone("year.py", "--engine", "ours", "--path", path)
        core, core_peak = measure.alone("year.py", "--engine", "core", "--path", path)
    if ours["columns"] != core["columns"]:
        raise SystemExit("the two engines do not agree to the cent")
    ratio, memory = core["seconds"] / ours["seconds"], core_peak / our_peak
    measure.row(
        f"toutes les aides, douze mois, {measure.number(people / 1e6)} million de personnes",
        f"≥ {TARGET_RATIO:g} × plus vite qu'openfisca-core, mémoire ≤ 1/{TARGET_MEMORY:g}, égal au centime",
        f"{measure.number(ratio)} ×, mémoire 1/{measure.number(memory)}, égal",
        reached=ratio >= TARGET_RATIO and memory >= TARGET_MEMORY,
        seconds=ours["seconds"],
        core_seconds=core["seconds"],
        ratio=ratio,
        peak_bytes=our_peak,
        core_peak_bytes=core_peak,
        memory_ratio=memory,
    )


def _run(which: str, path: Path) -> dict[str, Any]:
    question = ask("2026")
    people = tables.read(path, baseline(), question.asked)
    people, _ = with_starts(question.system, people, question.asked)
    start = time.process_time()
    if which == "ours":
        found = engine.columns(people, {"": question.system}, question.keys)[""]
    else:
        simulation = simulation_of(question.system, people, question.inputs)
        found = {key: simulation.calculate(*key) for key in question.keys}
    seconds = time.process_time() - start
    peak = measure.peak()
    return {
        "seconds": seconds,
        "peak": peak,
        "columns": {f"{name}@{at}": _hash(found[name, at]) for name, at in found},
    }


def _hash(values: Any) -> str:
    cents = np.floor(100 * np.asarray(values, dtype=np.float64) + 0.5 + 1e-4).astype(np.int64)
    return hashlib.sha256(cents.tobytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
