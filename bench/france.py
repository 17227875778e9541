"""France: 68 million people over twelve months, from disk to disk, under 2 GiB. Run by itself, once.

Two million people are drawn, and come again under new identifiers.

python bench/france.py            # writes its population first: some 6 GB, in the folder of TMPDIR
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from pathlib import Path

import measure

from dept_rules.batch import run_batch

PEOPLE, LIMIT = 68_000_000, 2 << 30


def main() -> None:
    """Write the population, compute it, and say how fast and in how much memory."""
    people = measure.size(PEOPLE, 20_000)
    with measure.folder() as where:
        path = measure.people_file(where, people, distinct=8)
        watched = _Peak()
        start = time.perf_counter()
        summary = run_batch(path, where / "out", "2026", workers=2, memory=LIMIT, progress=_tell)
        seconds = time.perf_counter() - start
        peak = watched.stop()
        written = sum(file.stat().st_size for file in (where / "out").rglob("*.parquet"))
        shutil.rmtree(where / "out")
    rate = summary["people"] / seconds
    measure.row(
        f"{measure.number(people / 1e6)} millions de personnes, douze mois, deux cœurs",
        "une fois, sous 2 Gio",
        f"{measure.number(rate)} personnes par seconde, {measure.megabytes(peak)}",
        reached=peak <= LIMIT,
        people=summary["people"],
        seconds=seconds,
        people_per_second=rate,
        peak_bytes=peak,
        written_bytes=written,
    )


class _Peak:
    """The most memory that this process and its children take together, looked at ten times a second."""

    def __init__(self) -> None:
        self.bytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.bytes = max(self.bytes, resident("self"))

    def stop(self) -> int:
        """Stop looking and return the peak."""
        self._over.set()
        self._thread.join()
        return self.bytes


def resident(process: object) -> int:
    """Return the memory of a process and of its children, shared pages counted once a process (Linux)."""
    try:
        folder = Path(f"/proc/{process}")
        lines = (folder / "status").read_text().splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
        tasks = [task / "children" for task in (folder / "task").iterdir()]
        children = [int(child) for task in tasks for child in task.read_text().split()]
    except (OSError, StopIteration):
        return 0
    return 1024 * own + sum(map(resident, children))


def _tell(done: int, whole: int) -> None:
    print(f"{done}/{whole}", file=sys.stderr)


if __name__ == "__main__":
    main()
