"""What reaching margins costs: Newton's method here, and the libraries that are installed. Prints JSON.

python bench/calibration.py [households]     (pip install svy weightipy ipfn, to compare them)

Two questions: margins of households only, that every library takes; and all the margins of a
département, of people and of households together, that few do. Times are in those of Newton's
method in the same run; a gap is the worst one, in parts of a million of all households.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from dept_rules.population import calibration
from dept_rules.population.synthetic import YEAR, constrain, draw
from dept_rules.population.territories import book

HOUSEHOLDS = 100_000
RUNS = 3
Shares = dict[str, dict[int, float]]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the shortest time of a few runs, and what the last one gave."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), np.asarray(result, dtype=float)


def main() -> None:
    """Measure, and print."""
    draft = draw(book("54"), int((sys.argv[1:] or [HOUSEHOLDS])[0]), 0, YEAR)
    people = np.minimum(draft.sum_by_home(np.ones(draft.count)), 5).astype(int)
    homes = {name: draft.homes[name].astype(int) for name in ("classe_dpe", "statut_occupation_logement")}
    table = pd.DataFrame({"size": people, **homes})[draft.ordinary].reset_index(drop=True)
    shares: Shares = {}
    for rank, column in enumerate(table):  # what the draw has, tilted
        parts = table[column].value_counts(normalize=True).sort_index()
        tilted = parts * np.linspace(0.85 + 0.05 * rank, 1.15, len(parts))
        shares[column] = (tilted / tilted.sum()).to_dict()
    wanted = constrain(draft)
    flat = {
        "newton": lambda: newton(table, shares),
        "svy": lambda: svy_rake(table, shares),
        "weightipy": lambda: weightipy_rim(table, shares),
        "ipfn": lambda: ipfn_fit(table, shares),
    }
    whole = {
        "newton": lambda: calibration.rake(wanted.columns, wanted.aims, wanted.weights).weights,
        "svy (linear)": lambda: svy_linear(wanted),
    }
    x, aims = indicators(table, shares)
    print(
        json.dumps(
            {
                "households": draft.households,
                "margins of households": {"count": len(aims), **compared(flat, x, aims)},
                "all margins": {"count": len(wanted.aims), **compared(whole, wanted.columns, wanted.aims)},
            },
            indent=1,
        )
    )


def compared(ways: dict[str, Callable[[], Any]], columns: Any, aims: Any) -> dict[str, Any]:
    """Time several ways, in times of the first; tell how near they come and how many weights are negative."""
    found: dict[str, Any] = {}
    unit = 0.0
    for name, way in ways.items():
        try:
            seconds, weights = timed(way)
        except ImportError:
            found[name] = "not installed"
            continue
        unit = unit or seconds
        gap = np.abs((columns.T @ weights - aims) / np.abs(columns).max(axis=0)).max() / weights.sum()
        told = {"times": round(seconds / unit, 1), "gap_ppm": round(1e6 * gap, 2)}
        found[name] = told | {"negative": int((weights <= 0).sum())}
    return {"newton_seconds": round(unit, 3), **found}


def indicators(table: pd.DataFrame, shares: Shares) -> tuple[Any, Any]:
    """Return the columns and aims of the shares of a table, one household weighing one."""
    columns = [table[name] == part for name, parts in shares.items() for part in parts]
    aims = [len(table) * share for parts in shares.values() for share in parts.values()]
    return np.stack(columns, axis=1).astype(float), np.array(aims)


def newton(table: pd.DataFrame, shares: Shares) -> Any:
    """Reach the shares as the project does."""
    return calibration.rake(*indicators(table, shares), np.ones(len(table))).weights


def svy_rake(table: pd.DataFrame, shares: Shares) -> Any:
    """Reach the shares with svy, by iterative fitting."""
    import polars
    import svy

    sample = svy.Sample(polars.from_pandas(table.assign(w=1.0)), svy.Design(wgt="w"))
    controls = {
        name: {part: len(table) * share for part, share in parts.items()} for name, parts in shares.items()
    }
    sample.weighting.rake(controls=controls, tol=1e-7, wgt_name="raked", inplace=True)
    return sample.data["raked"].to_numpy()


def svy_linear(wanted: Any) -> Any:
    """Reach all margins with svy, whose calibration is linear: weights may be negative."""
    import polars
    import svy

    sample = svy.Sample(polars.DataFrame({"w": wanted.weights}), svy.Design(wgt="w"))
    return sample.weighting.calibrate_matrix(
        aux_vars=wanted.columns,
        controls=list(wanted.aims),
        weights_only=True,
        on_nonconvergence="ignore",
    )


def weightipy_rim(table: pd.DataFrame, shares: Shares) -> Any:
    """Reach the shares with weightipy, by iterative fitting."""
    import weightipy

    targets = {name: {part: 100 * share for part, share in parts.items()} for name, parts in shares.items()}
    scheme = weightipy.scheme_from_dict(targets)
    return weightipy.weight_dataframe(table.copy(), scheme, "w")["w"]


def ipfn_fit(table: pd.DataFrame, shares: Shares) -> Any:
    """Reach the shares with ipfn, by iterative fitting of a table of households."""
    from ipfn import ipfn

    frame = table.assign(household=range(len(table)), total=1.0)
    aggregates = []
    for name, parts in shares.items():
        series = len(table) * pd.Series(parts)
        series.index.name = name
        aggregates.append(series)
    fitted = ipfn.ipfn(frame, aggregates, [[name] for name in shares], convergence_rate=1e-8).iteration()
    return fitted.sort_values("household")["total"]


if __name__ == "__main__":
    main()
