"""What the sections of a report share: the rows of laws, their titles, what is told where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dept_rules.simulation.charts import StudyChartError
from dept_rules.simulation.report.blocks import Block, Column, Drawing

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.population.sample import Sample
    from dept_rules.simulation.study import Study

WITHOUT_INCOMES = (
    "La population ne dit pas le revenu disponible des ménages : ni dixièmes de niveau de vie, ni pauvreté, "
    "ni inégalités ne sont calculés."
)
INTERVAL = "Intervalle à 95\u00a0%"


def rows_of(study: Study, table: pd.DataFrame) -> list[Any]:
    """Return the rows of the laws compared, the baseline's left out."""
    kept = [law.label for law in study.compared]
    return list(table[table["law"].isin(kept)].itertuples())


def under(study: Study) -> Callable[[Any], str] | None:
    """Return the title that the rows of each law stand under; none where one law is compared."""
    called = study.titles
    return (lambda row: called[row.law]) if len(study.compared) > 1 else None


def of_law(study: Study) -> Column:
    """Return the column of the law of a row."""
    called = study.titles
    return Column("Loi", lambda row: called[row.law], number=False)


def drawn(draw: Any, *arguments: Any) -> list[Block]:
    """Return a chart, or nothing where there is nothing to draw.

    Raises:
        StudyChartError: matplotlib is not installed.
    """
    try:
        return [Drawing(draw(*arguments))]
    except StudyChartError as error:
        if error.nothing:
            return []
        raise


def text_of(said: Any) -> str:
    """Return a cell of a table that may hold no text (not a number, where a whole column holds none)."""
    return said if isinstance(said, str) else ""


def synthetic(sample: Sample | None) -> bool:
    """Return whether people were drawn by this package."""
    return sample is not None and sample.about.get("origin") == "synthetic"
