"""What a batch costs as the population grows, out of core: time per person, and memory.

Each size is run in a process of its own; the time is that of the processor, once a block of people has
been computed there: what the law costs to draw, and the memory of a block to get from the system, are
paid once, whatever the population. `started_seconds` says what these cost.

    python bench/growth.py
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import measure

from dept_rules.batch import run_batch
from dept_rules.batch.run import MOST

TARGET = 1.2


def main() -> None:
    """Run each size; or, with `--path`, one."""
    asked = measure.options(["path"])
    if asked:
        path = Path(asked["path"])
        warm = measure.people_file(path.parent, measure.size(MOST, 2_000), distinct=8)
        run_batch(warm, warm.with_suffix(".warm"), "2026", workers=1, memory="1G")
        shutil.rmtree(warm.with_suffix(".warm"))
        before = time.process_time()
        started: list[float] = []
        run_batch(
            path,
            path.with_suffix(""),
            "2026",
            workers=1,
            memory="1G",
            progress=lambda *_: started.append(time.process_time()),
        )
        found = {"seconds": started[-1] - started[0], "started": before, "peak": measure.peak()}
        print(json.dumps(found))
        return
    sizes = [measure.size(full, quick) for full, quick in ((10**5, 2_000), (10**6, 4_000), (10**7, 8_000))]
    each, starts, peaks = [], [], []
    with measure.folder() as where:
        for people in sizes:
            path = measure.people_file(where, people, distinct=8)
            best = float("inf")
            for _ in range(measure.size(3 if people < 10**7 else 1, 1)):
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                found, peak = measure.alone("growth.py", "--path", path)
                best = min(best, found["seconds"])
            each.append(1e6 * best / people)
            starts.append(found["started"])
            peaks.append(peak)
            path.unlink()
    growth = max(each) / min(each)
    flat = peaks[-1] <= TARGET * peaks[1]
    measure.row(
        "coût quand la population passe de 10⁵ à 10⁷ personnes, sur disque",
        "par personne à 20 % près, mémoire plate",
        f"{', '.join(measure.number(one) for one in each)} µs par personne ; "
        f"{', '.join(measure.megabytes(peak) for peak in peaks)}",
        reached=growth <= TARGET and flat,
        people=sizes,
        microseconds_per_person=each,
        ratio=growth,
        started_seconds=starts,
        peak_bytes=peaks,
    )


if __name__ == "__main__":
    sys.exit(main())
