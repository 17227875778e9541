"""What is drawn of frontiers and of tests of hypotheses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dept_rules.errors import UnknownNameError
from dept_rules.simulation import charts, french
from dept_rules.simulation.charts import GAIN, INK, LOSS, Chart, StudyChartError
from dept_rules.simulation.drawings import rows, slug
from dept_rules.simulation.solutions import KINDS
from dept_rules.texts import sentence_list

if TYPE_CHECKING:
    import pandas as pd


def tornado(table: pd.DataFrame, most: int = 12) -> Chart:
    """Draw how much of a budget hangs on which figure; `table` is what `dept_rules.sensitivity` gives."""
    kept = table[table["swing"] > 0].head(most)
    if not len(kept):
        raise StudyChartError("no figure moves the budget")
    now = table.attrs["budget"] / french.MILLION
    figure, axes = charts.canvas(8, 1.1 + 0.52 * len(kept))
    one = axes[0, 0]
    places = np.arange(len(kept))[::-1]
    for column, value, colour, name in (
        ("at_low", "low", LOSS, "valeur basse"),
        ("at_high", "high", GAIN, "valeur haute"),
    ):
        budgets = kept[column].to_numpy() / french.MILLION
        one.barh(
            places,
            budgets - now,
            left=now,
            color=colour,
            height=0.7,
            label=name,
            hatch="//" if value == "low" else None,
            edgecolor="white",
        )
    one.axvline(now, color=INK, linewidth=1)
    one.set_yticks(places, [charts.wrapped(_figure_label(row), 52) for row in rows(kept)])
    charts.thousands(one.xaxis)
    one.set_xlabel(f"Budget {KINDS[table.attrs['kind']]}, en millions d'euros par an")
    charts.legend(figure, one)
    told = [f"Budget {KINDS[table.attrs['kind']]} de départ : {french.money(table.attrs['budget'])}."]
    told += [
        f"{row.label} : de {french.money(row.least)} à {french.money(row.greatest)} ({row.aid})."
        for row in rows(kept)
    ]
    return Chart("tornade", "De quels chiffres dépend le budget", " ".join(told), figure)


def _figure_label(row: Any) -> str:
    shown = [french.value_text(one, row.unit) for one in (row.low, row.high)]
    return f"{row.aid} : {row.label} ({' à '.join(shown)})"


def frontier(table: pd.DataFrame, x: str, y: str, *, labels: tuple[str, str] | None = None) -> Chart:
    """Draw one column of a sweep against another, a point a law.

    Raises:
        UnknownNameError: the table has no such column.
    """
    for name in (x, y):
        if name not in table:
            raise UnknownNameError("column", name, [str(one) for one in table.columns])
    figure, axes = charts.canvas(8, 3.8)
    one = axes[0, 0]
    one.grid(axis="y", color="#d9dde2", linewidth=0.8)
    one.plot(table[x], table[y], color=GAIN, marker="o", markersize=3, linewidth=1.2)
    said = labels or (x, y)
    one.set_xlabel(said[0])
    one.set_ylabel(said[1])
    charts.thousands(one.xaxis)
    charts.thousands(one.yaxis)
    ends = [
        f"{french.rounded(float(table[name].iloc[0]))} à {french.rounded(float(table[name].iloc[-1]))}"
        for name in (x, y)
    ]
    along = sentence_list([f"{name} : de {end}" for name, end in zip(said, ends, strict=True)])
    told = f"{len(table)} lois. {along}."
    return Chart(f"frontiere-{slug(x)}-{slug(y)}", f"{said[1]} et {said[0]}", told, figure)
