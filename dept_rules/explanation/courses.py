"""What a what-if gives: how outcomes follow one answer, and how that is told in French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dept_rules.entitlements import cents
from dept_rules.errors import UnknownNameError
from dept_rules.system import baseline, inputs
from dept_rules.texts import amount_text, month_text, number_text

INFINITY = float("inf")


@dataclass(frozen=True)
class Segment:
    """A stretch over which an outcome is a line.

    Attributes:
        low, high: where it begins and ends (`high` is infinite for the last one).
        first: the amount just after `low`.
        slope: by how much the aid changes when the answer grows by 1: −0.3 loses 30 centimes a euro.
    """

    low: float
    high: float
    first: float
    slope: float


@dataclass(frozen=True)
class Breakpoint:
    """A place where an outcome changes its course.

    Attributes:
        at: the answer there.
        kind: "cliff" (the amount jumps), "start", "end" (it becomes, or stops being, positive), "bend".
        before, here, after: the amount just below, at, and just above.
        height: what is lost (negative) or won by crossing upwards; 0 where it does not jump.
        slope_before, slope_after: the slopes on both sides.
    """

    at: float
    kind: str
    before: float
    here: float
    after: float
    height: float
    slope_before: float
    slope_after: float


@dataclass(frozen=True)
class Course:
    """How one outcome follows an answer.

    Attributes:
        benefit, label, beneficiary, unit: which outcome.
        segments: the lines, in order.
        breakpoints: where they meet, or jump.
    """

    benefit: str
    label: str
    beneficiary: str
    unit: str | None
    segments: tuple[Segment, ...]
    breakpoints: tuple[Breakpoint, ...]


@dataclass(frozen=True)
class Stage:
    """Answers, or months, that give the same outcome.

    Attributes:
        first, last: the first and the last of them (a date, a month, or a member of an enumeration).
        amount: the amount, to the cent, or 1 and 0 for what is not money; None where not in force.
    """

    first: str
    last: str
    amount: str | None


@dataclass(frozen=True)
class Stages:
    """How one outcome follows an answer that is not an amount, or time."""

    benefit: str
    label: str
    beneficiary: str
    unit: str | None
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class WhatIf:
    """What one answer changes.

    Attributes:
        variable, label, entity: the answer that varies ("period" for months), and whose.
        period: the month asked.
        caveat: what the figures leave aside, in French.
        outcomes: the benefits that depend on it; those that do not are in `unchanged`.
    """

    variable: str
    label: str
    entity: str
    period: str
    caveat: str
    outcomes: tuple[Course | Stages, ...]
    unchanged: tuple[str, ...]

    def __getitem__(self, benefit: str) -> Mapping[str, Course | Stages]:
        """Return how a benefit follows the answer, by beneficiary.

        Raises:
            UnknownNameError: it does not depend on this answer, or does not exist.
        """
        found = {one.beneficiary: one for one in self.outcomes if one.benefit == benefit}
        if not found:
            raise UnknownNameError("changing benefit", benefit, {one.benefit for one in self.outcomes})
        return found

    def to_text(self) -> str:
        """Return the changes as plain text, in French."""
        whose = f" ({self.entity})" if self.entity else ""
        lines = [f"{self.label}{whose}, {month_text(self.period)}, {self.caveat}"]
        varied = inputs(baseline()).get(self.variable)
        money = varied is not None and (varied.unit or "").startswith("EUR")
        for one in self.outcomes:
            lines += ["", f"{one.label}, {one.beneficiary}"]
            said = _course_lines(one, money=money) if isinstance(one, Course) else _stage_lines(one)
            lines += [f"  {line}" for line in said]
        if not self.outcomes:
            lines += ["", "Aucune des aides demandées n'en dépend dans cette situation."]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; an endless stretch has no `high`."""
        data = asdict(self)
        for outcome in data["outcomes"]:
            for segment in outcome.get("segments", ()):
                if segment["high"] == INFINITY:
                    segment["high"] = None
        return data


# --- in words ---------------------------------------------------------------------------------


def _course_lines(one: Course, *, money: bool) -> Iterator[str]:
    sign, step = ("\u00a0€", "euro") if money else ("", "unité")
    for segment in one.segments:
        low, high = number_text(segment.low), number_text(segment.high)
        where = f"au-delà de {low}{sign}" if segment.high == INFINITY else f"de {low} à {high}{sign}"
        slope = number_text(round(abs(segment.slope), 4))
        way = "de moins" if segment.slope < 0 else "de plus"
        rate = f", puis {slope}\u00a0€ {way} pour chaque {step} de plus" if segment.slope else ""
        yield f"{where} : {_said(one, segment.first)}{rate}"
    for point in one.breakpoints:
        if point.kind == "cliff":
            verb = "gagne" if point.height > 0 else "perd"
            what = "le droit" if one.unit is None else _said(one, abs(point.height))
            yield f"à {number_text(point.at)}{sign} : effet de seuil, on {verb} {what}"


def _stage_lines(one: Stages) -> Iterator[str]:
    for stage in one.stages:
        amount = "pas en vigueur" if stage.amount is None else _said(one, float(stage.amount))
        yield (
            f"{stage.first} : {amount}"
            if stage.first == stage.last
            else f"{stage.first} à {stage.last} : {amount}"
        )


def _said(one: Course | Stages, value: float) -> str:
    if one.unit is None:
        return "oui" if value else "non"
    return amount_text(cents(value), one.unit)
