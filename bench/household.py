"""One household: every benefit of one month, in process, warm; against a plain openfisca-core simulation.

The same situation, read and checked by `dept_rules.evaluate`, which also gives conditions, figures and
assumptions; and given to openfisca-core as arrays, which gives amounts only.

    python bench/household.py
"""

from __future__ import annotations

import json
import statistics
import time

import measure
from openfisca_core.periods import period
from plain_core import simulation_of

import dept_rules as dr
from dept_rules import situations
from dept_rules.engine import Replay
from dept_rules.engine.replay import OFTEN
from dept_rules.system import baseline, benefits

MONTH = "2026-11"
TARGET_MS, TARGET_RATIO = 5.0, 0.6
#: Calls of one, then as many of the other: what is asked twice in a row is warm.
TURN = 8


def main() -> None:
    """Measure the examples, one household after the other, in turns."""
    system, month = baseline(), period(MONTH)
    examples = sorted((measure.HERE.parent / "examples").glob("*.json"))
    cases = [json.loads(path.read_text()) for path in examples]
    keys = [
        (name, month if one.definition_period == "month" else month.this_year)
        for name, one in benefits(system).items()
    ]
    ours, core = [], []
    for case in cases:
        people = situations.read(case, system, month).population
        reads = Replay(system, people, keys).inputs_read()

        def plain(people: object = people, reads: object = reads) -> None:
            simulation = simulation_of(system, people, reads)  # type: ignore[arg-type]
            for key in keys:
                simulation.calculate(*key)

        for _ in range(measure.size(OFTEN, 1)):  # warm: what is often answered together is drawn for itself
            dr.evaluate(case, MONTH)
        for _ in range(measure.size(4, 1)):
            ours += [_milliseconds(lambda case=case: dr.evaluate(case, MONTH)) for _ in range(TURN)]
            core += [_milliseconds(plain) for _ in range(TURN)]
    mine, theirs = statistics.median(ours), statistics.median(core)
    measure.row(
        "un ménage, toutes les aides d'un mois, en mémoire",
        f"≤ {TARGET_MS:g} ms et ≤ {measure.number(TARGET_RATIO)} × openfisca-core",
        f"{measure.number(mine)} ms, {measure.number(mine / theirs)} ×",
        reached=mine <= TARGET_MS and mine / theirs <= TARGET_RATIO,
        evaluate_ms=mine,
        core_ms=theirs,
        ratio=mine / theirs,
    )


def _milliseconds(work: object) -> float:
    start = time.process_time()
    work()  # type: ignore[operator]
    return 1000 * (time.process_time() - start)


if __name__ == "__main__":
    main()
