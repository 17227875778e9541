"""``study.plot``: the charts of a report, in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dept_rules.simulation import drawings, frontiers
from dept_rules.simulation.charts import Chart, StudyChartError

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.simulation.study import Study


@dataclass(frozen=True)
class Plots:
    """The charts of a study, drawn by the functions that draw its report.

    Each is a `Chart`: it shows itself in a notebook, ``save`` writes it, ``told`` says it in words. They
    need the extra ``charts``; a chart with nothing in it is a `StudyChartError`.
    """

    study: Study

    def budget(self) -> Chart:
        """Draw what each benefit costs more, beside the baseline."""
        return drawings.budget(self.study)

    def winners_losers(self, by: Any = "decile") -> Chart:
        """Draw who gains and who loses; `by` as for `Study.winners_losers`."""
        return drawings.winners_losers(self.study, by)

    def poverty(self) -> Chart:
        """Draw poverty rates by age, under each law."""
        return drawings.poverty(self.study)

    def beneficiaries(self, benefit: str | None = None, by: Any = "age") -> Chart:
        """Draw who receives a benefit; by default, the monthly one that costs most."""
        return drawings.beneficiaries(self.study, benefit or self._main(), by)

    def ramp_up(
        self, benefit: str | None = None, *, until: str = "2027-12", take_up: tuple[float, float] = (1.0, 1.0)
    ) -> Chart:
        """Draw a monthly benefit, month by month; see `Study.ramp_up`."""
        return drawings.months(self.study, benefit or self._main(), until, take_up)

    def budget_constraint(self, case: str, *, highest: float = 3_000) -> Chart:
        """Draw wage and aids, and marginal rates, of a typical case as its wage grows (EUR a month)."""
        return drawings.budget_constraint(self.study, case, highest=highest)[0]

    def tornado(self, sensitivity: pd.DataFrame, most: int = 12) -> Chart:
        """Draw how much of the budget hangs on which figure; see `dept_rules.sensitivity`."""
        return frontiers.tornado(sensitivity, most)

    def frontier(
        self, sweep: pd.DataFrame, x: str, y: str, *, labels: tuple[str, str] | None = None
    ) -> Chart:
        """Draw one column of a sweep against another; see `dept_rules.sweep`."""
        return frontiers.frontier(sweep, x, y, labels=labels)

    def _main(self) -> str:
        found = drawings.main_benefit(self.study)
        if found is None:
            raise StudyChartError("these laws pay no monthly benefit", nothing=True)
        return found
