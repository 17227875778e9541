"""What the other readings of the law cost, in plain evaluations of the same household. Prints JSON.

python bench/readings.py
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import dept_rules as dr

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.json"))
MONTH = "2026-11"
ROUNDS = 7


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of one run, after a first that is not counted."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def everybody(reading: Callable[[Path], object]) -> Callable[[], object]:
    """Return one run of a reading over every example household."""
    return lambda: [reading(path) for path in EXAMPLES]


def wage_earner(path: Path) -> str:
    """Return somebody of a situation."""
    return next(iter(json.loads(path.read_text())["individus"]))


def main() -> None:
    """Measure, and print ratios to a plain evaluation measured in the same run."""
    plain = seconds(everybody(lambda path: dr.evaluate(path, MONTH)))
    readings = {
        "explain": lambda path: dr.explain(path, MONTH),
        "what_if": lambda path: dr.what_if(path, "salaire_net", MONTH, entity=wage_earner(path)),
        "partial": lambda path: dr.evaluate(path, MONTH, mode="partial"),
        "record": lambda path: dr.make_record(path, MONTH),
    }
    ratios = {name: round(seconds(everybody(reading)) / plain, 2) for name, reading in readings.items()}
    print(
        json.dumps(
            {"households": len(EXAMPLES), "plain_ms": round(1000 * plain / len(EXAMPLES), 2), **ratios}
        )
    )


if __name__ == "__main__":
    main()
