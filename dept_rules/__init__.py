"""Estimate what French départements owe their residents, from one text of the law.

The public names, documented as stable, are those of ``__all__``. Results are estimates, not decisions.
"""

from dept_rules.calculation import calculate, evaluate
from dept_rules.entitlements import Assumption, Condition, Entitlement, Result, Verdict
from dept_rules.errors import (
    DeptRulesError,
    Fault,
    FaultyInputError,
    MissingInputError,
    PeriodError,
    ReformError,
    SituationError,
    TableError,
    UnknownNameError,
)
from dept_rules.system import CountryTaxBenefitSystem

__all__ = [
    "Assumption",
    "Condition",
    "CountryTaxBenefitSystem",
    "DeptRulesError",
    "Entitlement",
    "Fault",
    "FaultyInputError",
    "MissingInputError",
    "PeriodError",
    "ReformError",
    "Result",
    "SituationError",
    "TableError",
    "UnknownNameError",
    "Verdict",
    "calculate",
    "evaluate",
]
