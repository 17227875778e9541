"""A reform that changes one figure, beside the law: what it adds, in full runs.

python bench/reform.py
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
TARGET = 0.4


def main() -> None:
    """Measure the law, the reform, and both at once, in turns."""
    people = tables.read(populations.table(measure.size(1_000_000, 20_000)), baseline(), period("2026"))
    keys = ask("2026").keys
    law = baseline()
    reformed = reforms_loader.apply({FIGURE: {"2018-01-01": 0.4}}, law)

    def compute(**laws: object) -> dict[str, dict[object, object]]:
        return engine.columns(people, laws, keys)  # type: ignore[arg-type,return-value]

    together, apart = compute(law=law, reform=reformed), compute(reform=reformed)
    for key in keys:
        if not np.array_equal(together["reform"][key], apart["reform"][key]):
            raise SystemExit(f"{key[0]} is not the same to the bit")
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
