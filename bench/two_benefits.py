"""Revenu de base, each month, and chèque énergie, by the engine and by hand (`oracle.py`).

python bench/two_benefits.py
"""

from __future__ import annotations

import measure
import numpy as np
import oracle
import populations
from openfisca_core.periods import period

from dept_rules import engine, tables
from dept_rules.system import baseline

TARGET = 1.5


def main() -> None:
    """Measure both on the same arrays, in turns."""
    count = measure.size(1_500_000, 20_000)
    people = tables.read(populations.table(count), baseline(), period("2026"))
    months = [period(month) for month in populations.MONTHS]
    year = period(str(populations.YEAR))
    keys = [*(("revenu_de_base", month) for month in months), ("cheque_energie", year)]

    def by_engine() -> list[object]:
        found = engine.columns(people, {"": baseline()}, keys)[""]
        return [found[key] for key in keys]

    def by_hand() -> list[object]:
        amounts = oracle.revenu_de_base(people, months, baseline())
        return [*amounts, oracle.cheque_energie(people, populations.YEAR, baseline())]

    for ours, theirs in zip(by_engine(), by_hand(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    engine_time, hand_time = measure.in_turns(by_engine, by_hand)
    ratio = engine_time / hand_time
    measure.row(
        "deux aides, contre les mêmes règles écrites à la main en NumPy",
        f"≤ {measure.number(TARGET)} × son temps, puis moins de 1 ×, égal au centime",
        f"{measure.number(ratio)} ×, égal",
        reached=ratio <= TARGET,
        people=count,
        seconds=engine_time,
        by_hand_seconds=hand_time,
        ratio=ratio,
    )


if __name__ == "__main__":
    main()
