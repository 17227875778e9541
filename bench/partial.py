"""What a partial evaluation costs, in plain evaluations of the same household. Prints JSON.

"intervals" is one reading on intervals; "certified" makes bounds tight, as `evaluate` does in partial mode.

python bench/partial.py
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from dept_rules.calculation import Case, open_case
from dept_rules.execution import Execution
from dept_rules.explanation.bounds import partial_entitlements
from dept_rules.explanation.outcomes import Study

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.json"))
MONTH = "2026-11"
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of one run, after a first that is not counted."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measured(case: Case) -> dict[str, float]:
    """Return milliseconds of each reading of one household."""
    people, month = case.situation.population, case.month
    study = Study(case.system, people, month, case.benefits)

    def exact() -> None:
        run = Execution(case.system, people)
        for target in study.targets:
            run.value(*target.key)

    readings: dict[str, Callable[[], object]] = {
        "plain": exact,
        "intervals": lambda: Study(case.system, people, month, case.benefits),
        "certified": lambda: partial_entitlements(case.system, people, month, case.benefits),
    }
    return {name: 1000 * seconds(work) for name, work in readings.items()}


def main() -> None:
    """Measure every example household, and print milliseconds and ratios."""
    times = [measured(open_case(path, MONTH)) for path in EXAMPLES]
    mean = {name: statistics.mean(one[name] for one in times) for name in times[0]}
    ratios = {f"{name}_ratio": round(mean[name] / mean["plain"], 1) for name in ("intervals", "certified")}
    print(
        json.dumps({"households": len(times), **{f"{k}_ms": round(v, 1) for k, v in mean.items()}, **ratios})
    )


if __name__ == "__main__":
    main()
