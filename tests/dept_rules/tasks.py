"""Tasks for the tests of `dept_rules.parallel`, in a module that other processes can import."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np


def partial_sums(rank: int) -> Any:
    """Return amounts of all sizes, the first tasks ending last."""
    time.sleep(0.05 * (rank % 3 == 0))
    return np.random.default_rng(rank).random(1_000) * 10.0 ** (rank % 7)


def dies_once(folder: str, rank: int) -> int:
    """Return the rank; the second task kills its process the first time."""
    mark = Path(folder) / "died"
    if rank == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return rank


def always_dies(_: int) -> None:
    """Kill the process."""
    os.kill(os.getpid(), signal.SIGKILL)


def page_faults(_: int) -> int:
    """Return how many pages were asked of the system by twenty sums of 8 MB."""

    def once() -> None:
        np.ones(1 << 20) + 1.0

    once()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        once()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
