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
    import pandas as pd

    gross, offset = study.ledger.totals(study.baseline.label)
    rows = {}
    for law in study.compared:
        paid, less = study.ledger.totals(law.label)
        rows[law.label] = {
            "gross": paid - gross,
            "offset": less - offset,
            "net": paid - less - gross + offset,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def poverty(study: Study) -> pd.DataFrame:
    """Return ``poor`` (persons), ``poverty_rate`` and ``poverty_gap`` (see `Study.poverty_by`)."""
    names = {"poor": "poor", "rate": "poverty_rate", "gap": "poverty_gap"}
    return study.poverty_by(None).set_index("law")[list(names)].rename(columns=names)


def inequality(study: Study) -> pd.DataFrame:
    """Return the ``gini`` index of standards of living."""
    return study.inequality.set_index("law")[["gini"]]


def gains(study: Study) -> pd.DataFrame:
    """Return ``winners`` and ``losers`` (persons) beside the baseline."""
    return study.winners_losers(None).set_index("law")[["winners", "losers"]]


def marginal_rates(study: Study) -> pd.DataFrame:
    """Return ``marginal_rate``, the mean of those aided, above their wage, and ``above_80``, a share."""
    table = study.marginal_rates
    kept = table[(table["among"] == "aided") & (table["side"] == "above")].set_index("law")
    return kept[["mean", "share_above"]].rename(columns={"mean": "marginal_rate", "share_above": "above_80"})


MEASURES: Mapping[str, Measure] = {
    "budget": budget,
    "poverty": poverty,
    "inequality": inequality,
    "gains": gains,
    "marginal_rates": marginal_rates,
}


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
