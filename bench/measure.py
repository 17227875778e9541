"""What the benches share: times taken in turns, processes with their peak of memory, the row each prints.

Every bench is a command that prints one JSON object: what was measured, the target, whether it is
reached, and the figures. `--quick` runs it small, to see that it works: its figures mean nothing.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import populations

QUICK = "--quick" in sys.argv
HERE = Path(__file__).parent


def size(full: int, quick: int) -> int:
    """Return how many people, or rounds."""
    return quick if QUICK else full


def in_turns(*works: Callable[[], object], rounds: int = 5) -> list[float]:
    """Return the least time of each work, in seconds of processor: they take turns on the same machine."""
    best = [float("inf")] * len(works)
    for _ in range(size(rounds, 1)):
        for rank, work in enumerate(works):
            start = time.process_time()
            work()
            best[rank] = min(best[rank], time.process_time() - start)
    return best


def alone(script: str, *arguments: object) -> tuple[dict[str, Any], int]:
    """Run a bench in a process of its own; return what it printed, and the `peak` it printed, in bytes."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return found, found["peak"]


def peak() -> int:
    """Return the most memory that this process has taken, in bytes.

    Not that of `resource`: Linux counts there what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder for the time of a bench."""
    with tempfile.TemporaryDirectory(prefix="dept-rules-bench-") as made:
        yield Path(made)


def people_file(where: Path, people: int, distinct: int = 40) -> Path:
    """Write a population, of so many distinct chunks, and return its path."""
    path = where / f"{people}.parquet"
    if not path.exists():
        populations.write(path, people, distinct=distinct)
    return path


def row(what: str, target: str, measured: str, *, reached: bool | None, **figures: object) -> None:
    """Print the row of a bench."""
    print(
        json.dumps(
            {"what": what, "target": target, "measured": measured, "reached": reached, "figures": figures},
            ensure_ascii=False,
        )
    )


def number(value: float, digits: int = 2) -> str:
    """Return a number of some significant digits, as French writes it."""
    rounded = float(f"{value:.{digits}g}")
    text = f"{rounded:,.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{rounded:g}"
    return text.replace(",", "\u202f").replace(".", ",")


def megabytes(count: float) -> str:
    """Return a size in megabytes."""
    return f"{number(count / 1e6, 3)} Mo"


def options(names: Sequence[str]) -> dict[str, str]:
    """Return the options of the command line among `names`, ``--engine core``."""
    given = sys.argv[1:]
    return {name: given[given.index(f"--{name}") + 1] for name in names if f"--{name}" in given}
