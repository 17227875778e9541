"""What a hundred values of one parameter cost, aid by aid, over a population: in full runs of it.

python bench/sweep.py
"""

from __future__ import annotations

import measure
import numpy as np
import populations
from openfisca_core.periods import period

from dept_rules import engine, reforms_loader, tables
from dept_rules.batch.question import ask
from dept_rules.system import baseline

FIGURE = "revenu_de_base.degressivite.revenus_activite"
MONTH = "2026-11"
VALUES, TARGET = 100, 15.0


def main() -> None:
    """Measure the sweep and a full run, in turns."""
    people = tables.read(populations.table(measure.size(1_000_000, 20_000)), baseline(), period(MONTH))
    keys = ask(MONTH).keys
    values = np.linspace(0, 1, measure.size(VALUES, 5)).round(4).tolist()
    laws = {str(value): reforms_loader.apply({FIGURE: {"2018-01-01": value}}, baseline()) for value in values}

    def full() -> object:
        return engine.totals(people, {"": baseline()}, keys)

    def sweep() -> object:
        return engine.totals(people, laws, keys)

    full()
    once, all_of_them = measure.in_turns(full, sweep, rounds=3)
    ratio = all_of_them / once
    measure.row(
        f"{VALUES} valeurs d'un paramètre",
        f"≤ {TARGET:g} calculs complets",
        measure.number(ratio),
        reached=ratio <= TARGET,
        people=people.count,
        values=len(values),
        seconds=all_of_them,
        full_seconds=once,
        ratio=ratio,
    )


if __name__ == "__main__":
    main()
