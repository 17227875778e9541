"""Studies: reforms compared over a population."""

from dept_rules.simulation.comparison import compare
from dept_rules.simulation.laws import PLATFORM, Scenario
from dept_rules.simulation.study import Study

__all__ = ["PLATFORM", "Scenario", "Study", "compare"]
