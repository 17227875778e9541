"""What the API answers, told as models: they document answers, and the tests hold answers to them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from dept_rules.web.models import Model

Amount = str | list[str | None] | None
VerdictName = Literal["not_in_force", "not_eligible", "undetermined", "conditional", "eligible"]
Standing = Literal["droit_positif", "statistique", "dispositif_existant", "proposition", "hypothese"]


class Rules(Model):
    """The version of the rules, and the hash of the law's files."""

    version: str
    hash: str


class Health(Model):
    """The service answers."""

    status: Literal["ok"]
    rules: Rules
    reform: str | None


class ConditionMet(Model):
    """A condition, as it came out; ``met`` is null where missing answers leave it open."""

    variable: str
    label: str
    met: bool | None
    missing: list[str]


class SubjectTo(Model):
    """A condition that somebody must still judge."""

    condition: str
    label: str
    judged_by: str | None
    on: str | None


class Beside(Model):
    """What goes with a benefit: an amount, or words."""

    label: str
    value: str


class CarriedForward(Model):
    """A figure whose last known value was carried forward."""

    parameter: str
    since: str


class _Outcome(Model):
    benefit: str
    label: str
    beneficiary: str
    entity: str
    eligible: bool | None
    verdict: VerdictName
    amount: Amount = Field(description="To the cent; with mode partial, two certain bounds.")
    unit: str | None
    period: str
    standing: Standing
    in_force: bool
    notice: str
    subject_to: list[SubjectTo]
    missing: list[str]
    caveats: list[str]
    beside: list[Beside]
    carried_forward: list[CarriedForward]


class Entitlement(_Outcome):
    """One benefit for one person or group."""

    conditions: list[ConditionMet]


class Comparison(Model):
    """One thing a condition looked at, in words."""

    variable: str
    label: str
    value: str
    expected: str
    holds: bool
    distance: str | None
    gap: float | None


class ExplainedCondition(Model):
    """A condition, what it compared, with which figures."""

    variable: str
    label: str
    status: Literal["met", "not_met", "to_judge", "not_needed", "unknown"]
    judged_by: str | None
    on: str | None
    references: list[str]
    comparisons: list[Comparison]
    figures: list[str]


class Operation(Model):
    """How an amount was made."""

    words: str
    numbers: str
    bounds: list[str]


class Figure(Model):
    """A figure of the law at a date; that of a scale is pairs (threshold, amount)."""

    name: str
    label: str
    short_label: str
    unit: str
    value: Any
    since: str
    standing: Standing
    reference_title: str | None
    reference_href: str | None
    notes: str
    carried_forward: bool
    mention: str


class Explanation(_Outcome):
    """Why somebody has, or has not, a benefit."""

    conditions: list[ExplainedCondition]
    operation: Operation | None
    figures: list[Figure]
    references: list[str]


class Assumption(Model):
    """Something that was not answered, and how it was taken."""

    kind: Literal["default", "held", "derived"]
    variable: str
    entity: str
    value: Any
    periods: list[str]


class EntitlementsAnswer(Model):
    """The JSON of ``dept-rules calculate --json``."""

    period: str
    rules: Rules
    reform: str | None
    notice: str
    entitlements: list[Entitlement]
    assumptions: list[Assumption]
    explanations: list[Explanation] | None = None


class Purpose(Model):
    """What an answer may change."""

    benefit: str
    label: str
    beneficiary: str
    conditions: list[str]


class Question(Model):
    """A question worth asking."""

    variable: str
    entity: str
    id: str
    periods: list[str]
    question: str
    question_vous: str
    label: str
    unit: str | None
    allowed: list[list[Any]] | None
    minimum: float | None
    maximum: float | None
    burden: int
    sensitive: str | None
    decisive: bool
    why: list[Purpose]
    power: float
    shown: bool


class Needless(Model):
    """A missing answer that is not asked."""

    variable: str
    entity: str
    id: str
    label: str
    reason: Literal["unread", "settled", "judged"]
    text: str


class QuestionsAnswer(Model):
    """What to ask next, best first, and what need not be asked."""

    period: str
    questions: list[Question]
    needless: list[Needless]


class Segment(Model):
    """A stretch over which an outcome is a line; an end without bound is null."""

    low: float | None
    high: float | None
    first: float
    slope: float


class Breakpoint(Model):
    """A place where an outcome changes its course."""

    at: float
    kind: Literal["cliff", "start", "end", "bend"]
    before: float
    here: float
    after: float
    height: float
    slope_before: float
    slope_after: float


class Course(Model):
    """How one outcome follows an amount."""

    benefit: str
    label: str
    beneficiary: str
    unit: str | None
    segments: list[Segment]
    breakpoints: list[Breakpoint]


class Stage(Model):
    """Answers, or months, that give the same outcome."""

    first: str
    last: str
    amount: str | None


class Stages(Model):
    """How one outcome follows an answer that is no amount, or time."""

    benefit: str
    label: str
    beneficiary: str
    unit: str | None
    stages: list[Stage]


class WhatIfAnswer(Model):
    """What one answer changes."""

    variable: str
    label: str
    entity: str
    period: str
    caveat: str
    outcomes: list[Course | Stages]
    unchanged: list[str]


class Benefit(Model):
    """A benefit as it stands in a month."""

    name: str
    label: str
    entity: str
    unit: str | None
    period: str
    payer: str | None
    applies: bool
    since: str
    in_force: bool
    notice: str
    cliffs: list[str]


class Reform(Model):
    """A shipped reform, as it describes itself."""

    name: str
    label: str
    description: str
    status: Standing
    reference: dict[str, str] | None
    non_lu: list[str]
    notes: str
    base: list[str]
    parameters: dict[str, dict[str, Any]]


class Fault(Model):
    """One thing wrong in a request: where (a JSON pointer), what, and what would be right."""

    pointer: str
    problem: str
    expected: str


class Problem(Model):
    """A problem document (RFC 9457). It never repeats a value that was given."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] | None = None


class PlacedProblem(Problem):
    """A problem document that also has, at its place in the situation, what OpenFisca says of each fault."""

    model_config = ConfigDict(extra="allow")


class BatchLine(Model):
    """One line of the answer of a batch: a result or a problem; the last one says that it is whole."""

    line: int | None = None
    result: EntitlementsAnswer | None = None
    problem: Problem | None = None
    end: BatchEnd | None = None


class BatchEnd(Model):
    """How many lines were answered, and how many of them with a problem."""

    lines: int
    problems: int
