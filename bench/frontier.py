"""A hundred reforms of a study, in plain comparisons; and the exact curve of the budget, in as many.

python bench/frontier.py
"""

from __future__ import annotations

import measure
import numpy as np

import dept_rules as dr
from dept_rules.simulation.solving import budget_curve
from dept_rules.simulation.variants import around

FIGURE, YEAR = "revenu_de_base.degressivite.revenus_activite", "2026"
VALUES, TARGET = 100, 15.0


def main() -> None:
    """Measure a plain comparison, the sweep and the curve, in turns."""
    sample = dr.population.synthetic("54", measure.size(100_000, 2_000))
    values = np.linspace(0.2, 1, measure.size(VALUES, 5))
    study = dr.compare(sample, "plateforme", YEAR, replications=0)

    def plain() -> object:
        return dr.compare(sample, "plateforme", YEAR, replications=0).totals

    def sweep() -> object:
        return dr.sweep(sample, {FIGURE: values}, YEAR, measures=["budget"])

    def curve() -> object:
        return budget_curve(around(study), FIGURE, (0.0, 1.0))(np.linspace(0, 1, 1_000))

    once, all_of_them, exact = measure.in_turns(plain, sweep, curve, rounds=2)
    ratio = all_of_them / once
    measure.row(
        f"{VALUES} réformes d'une étude",
        f"≤ {TARGET:g} comparaisons",
        measure.number(ratio),
        reached=ratio <= TARGET,
        households=len(sample.weights),
        seconds=all_of_them,
        plain_seconds=once,
        curve_seconds=exact,
        curve_ratio=exact / once,
    )


if __name__ == "__main__":
    main()
