"""What is told of each law of a frontier: a few numbers, read off the tables of its study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dept_rules.errors import UnknownNameError
from dept_rules.simulation.study import Study

if TYPE_CHECKING:
    import pandas as pd

#: Numbers read off a study: a table indexed by the label of the law.
Measure = Callable[[Study], "pd.DataFrame"]


def budget(study: Study) -> pd.DataFrame:
    """Return the cost beside the baseline, in EUR a year: ``gross``, ``offset`` (replaced) and ``net``."""
    columns = {"change": "gross", "offset": "offset", "net": "net"}
    return study.totals.set_index("law")[list(columns)].rename(columns=columns)


MEASURES: Mapping[str, Measure] = {"budget": budget}


def measured(study: Study, measures: Sequence[str | Measure]) -> pd.DataFrame:
    """Return the measures of the laws of a study, a row a law, in their order.

    Raises:
        UnknownNameError: no measure has this name.
    """
    import pandas as pd

    tables = []
    for one in measures:
        if isinstance(one, str) and one not in MEASURES:
            raise UnknownNameError("measure", one, MEASURES)
        table = (MEASURES[one] if isinstance(one, str) else one)(study)
        tables.append(table.reindex([law.label for law in study.compared]))
    return pd.concat(tables, axis=1).reset_index(drop=True)
