"""Studies: reforms compared over a population, fronts of reforms, hypotheses under test."""

from dept_rules.reforms_loader import PLATFORM
from dept_rules.simulation.charts import Chart, StudyChartError
from dept_rules.simulation.comparison import compare
from dept_rules.simulation.laws import Scenario
from dept_rules.simulation.sensitivity import sensitivity
from dept_rules.simulation.solutions import OutOfReachError, Solution
from dept_rules.simulation.solving import solve
from dept_rules.simulation.study import Study
from dept_rules.simulation.sweeps import sweep

__all__ = [
    "PLATFORM",
    "Chart",
    "OutOfReachError",
    "Scenario",
    "Solution",
    "Study",
    "StudyChartError",
    "compare",
    "sensitivity",
    "solve",
    "sweep",
]
