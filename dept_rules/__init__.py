"""Estimate what French départements owe their residents, from one text of the law.

The public names, documented as stable, are those of ``__all__``. Results are estimates, not decisions.
"""

from dept_rules import population
from dept_rules.batch import run_batch
from dept_rules.calculation import calculate
from dept_rules.entitlements import Assumption, Condition, Entitlement, Result, Verdict
from dept_rules.errors import (
    BatchError,
    DeptRulesError,
    Fault,
    FaultyInputError,
    MappingError,
    MarginsError,
    MissingInputError,
    PeriodError,
    ReformError,
    SampleError,
    SituationError,
    StudyError,
    TableError,
    UnknownNameError,
)
from dept_rules.evaluation import evaluate
from dept_rules.explanation.communication import communication, mention
from dept_rules.explanation.courses import WhatIf
from dept_rules.explanation.explain import Explanation, Explanations, explain
from dept_rules.explanation.questions import Questions, next_questions
from dept_rules.explanation.record import RecordError, diff, make_record, verify
from dept_rules.explanation.what_if import what_if
from dept_rules.simulation import (
    OutOfReachError,
    Scenario,
    Solution,
    Study,
    StudyChartError,
    compare,
    sensitivity,
    solve,
    sweep,
)
from dept_rules.system import CountryTaxBenefitSystem

__all__ = [
    "Assumption",
    "BatchError",
    "Condition",
    "CountryTaxBenefitSystem",
    "DeptRulesError",
    "Entitlement",
    "Explanation",
    "Explanations",
    "Fault",
    "FaultyInputError",
    "MappingError",
    "MarginsError",
    "MissingInputError",
    "OutOfReachError",
    "PeriodError",
    "Questions",
    "RecordError",
    "ReformError",
    "Result",
    "SampleError",
    "Scenario",
    "SituationError",
    "Solution",
    "Study",
    "StudyChartError",
    "StudyError",
    "TableError",
    "UnknownNameError",
    "Verdict",
    "WhatIf",
    "calculate",
    "communication",
    "compare",
    "diff",
    "evaluate",
    "explain",
    "make_record",
    "mention",
    "next_questions",
    "population",
    "run_batch",
    "sensitivity",
    "solve",
    "sweep",
    "verify",
    "what_if",
]
