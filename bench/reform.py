"""A reform that changes one figure, beside the law: what it adds, in full runs.

Both pay every benefit over a year, as studies ask it: one array for each that differs.

python bench/reform.py
"""

from __future__ import annotations

import measure
import numpy as np
import populations
from openfisca_core.periods import period

from dept_rules import reforms_loader, tables
from dept_rules.simulation.amounts import payments
from dept_rules.system import baseline

FIGURE = "revenu_de_base.degressivite.revenus_activite"
TARGET = 0.4


def main() -> None:
    """Measure the law, the reform, and both at once, in turns."""
    year = period("2026")
    people = tables.read(populations.table(measure.size(1_000_000, 20_000)), baseline(), year)
    law = baseline()
    reformed = reforms_loader.apply({FIGURE: {"2018-01-01": 0.4}}, law)

    def compute(**laws: object) -> dict[str, dict[str, object]]:
        return payments(people, laws, year)  # type: ignore[arg-type,return-value]

    together, apart = compute(law=law, reform=reformed)["reform"], compute(reform=reformed)["reform"]
    for name in together:
        if not np.array_equal(together[name].total, apart[name].total):
            raise SystemExit(f"{name} is not the same to the bit")
    del together, apart
    both, alone, full = measure.in_turns(
        lambda: compute(law=law, reform=reformed),
        lambda: compute(law=law),
        lambda: compute(reform=reformed),
        rounds=9,
    )
    ratio = (both - alone) / full
    measure.row(
        "une réforme d'un paramètre, à côté du droit de référence",
        f"≤ {measure.number(TARGET)} d'un calcul complet, égal au bit",
        f"{measure.number(ratio)}, égal",
        reached=ratio <= TARGET,
        people=people.count,
        both_seconds=both,
        law_seconds=alone,
        reform_seconds=full,
        ratio=ratio,
    )


if __name__ == "__main__":
    main()
