"""Two cores against one, for a batch and for a plain NumPy kernel cut in two processes the same way.

python bench/cores.py
"""

from __future__ import annotations

import shutil
import time

import measure
import numpy as np

from dept_rules import parallel
from dept_rules.batch import run_batch

TARGET = 0.9
#: Tasks of the kernel, as many as parts of the batch.
TASKS = 8


def kernel(_: int) -> float:
    """Do arithmetic on arrays that fit in cache, for about a second."""
    values, total = np.random.default_rng(0).random(16_384), 0.0
    for _ in range(measure.size(20_000, 50)):
        total += float(np.sqrt(values * 1.5 + 2.0).sum())
    return total


def main() -> None:
    """Measure both on one process then on two, from the first task to the last."""
    people = measure.size(TASKS * 500_000, 20_000)
    with measure.folder() as where:
        path = measure.people_file(where, people, distinct=8)
        batch = [_batch(path, workers) for workers in (1, 2)]
    control = [_control(workers) for workers in (1, 2)]
    gain, theirs = batch[0] / batch[1], control[0] / control[1]
    measure.row(
        "deux cœurs contre un",
        f"≥ {measure.number(TARGET)} × le gain d'un noyau NumPy nu",
        f"{measure.number(gain)} × contre {measure.number(theirs)} × : {measure.number(gain / theirs)}",
        reached=gain / theirs >= TARGET,
        people=people,
        seconds=batch,
        gain=gain,
        control_seconds=control,
        control_gain=theirs,
        ratio=gain / theirs,
    )


def _batch(path: object, workers: int) -> float:
    target = f"{path}.{workers}"
    start = time.perf_counter()
    run_batch(str(path), target, "2026", workers=workers, memory="4G")
    seconds = time.perf_counter() - start
    shutil.rmtree(target)
    return seconds


def _control(workers: int) -> float:
    start = time.perf_counter()
    list(parallel.spread(kernel, range(TASKS), workers=workers))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
