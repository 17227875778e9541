"""The main question: who of a situation is entitled to what in a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dept_rules.calculation import evaluate_case, open_case
from dept_rules.entitlements import Result
from dept_rules.errors import UnknownNameError
from dept_rules.explanation.certainty import evaluate_partial

MODES = ("assume", "strict", "partial")


def evaluate(
    situation: Mapping[str, Any] | str | Path,
    period: str,
    reform: Any = None,
    *,
    benefits: Iterable[str] | None = None,
    mode: str = "assume",
) -> Result:
    """Return who of a situation is entitled to what in a month.

    Args:
        situation: OpenFisca's JSON as Python objects, the path of a JSON file, or a situation that
            `dept_rules.situations.read` checked.
        period: the month, "2026-11". Yearly and one-off aids are those of its year.
        reform: None for the platform, else what `dept_rules.reforms_loader.apply` takes.
        benefits: the benefits to evaluate; all of them by default.
        mode: "assume" takes declared defaults for missing answers, and lists them;
            "strict" refuses a situation that lacks an answer the result needs;
            "partial" says what is certain whatever the missing answers are: verdicts may be
            undetermined, conditions unknown, and amounts are pairs of bounds.

    Raises:
        PeriodError: the period is not a month, or is outside what is modelled.
        SituationError: the situation has faults, all of them listed.
        MissingInputError: an answer without default is missing in mode "assume", or any in mode "strict".
        UnknownNameError: no such benefit or reform; the nearest names are given.
        ReformError: the reform has faults, all of them listed.
    """
    if mode not in MODES:
        raise UnknownNameError("mode", mode, MODES)
    case = open_case(situation, period, reform, benefits)
    if mode == "partial":
        return evaluate_partial(case)
    return evaluate_case(case, refuse="all" if mode == "strict" else "required")
