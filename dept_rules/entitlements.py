"""What an evaluation gives: who is entitled to what, why not where not, and how sure the figures are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from dept_rules.errors import UnknownNameError
from dept_rules.provenance import Figure

#: What is said with every result.
ESTIMATE = "Ce sont des estimations, pas des décisions : seul l'organisme compétent décide."


class Verdict(StrEnum):
    """What an evaluation says of one benefit for one person or group."""

    NOT_IN_FORCE = "not_in_force"  # the benefit does not exist at that date, or is off
    NOT_ELIGIBLE = "not_eligible"  # a checkable condition fails, or the amount is nil
    UNDETERMINED = "undetermined"  # (partial situations) that depends on answers that are missing
    CONDITIONAL = "conditional"  # all that can be checked holds; somebody must still judge
    ELIGIBLE = "eligible"


@dataclass(frozen=True)
class Condition:
    """A condition of a benefit, as it came out.

    Attributes:
        variable: its name in the law.
        label: its French label.
        met: whether it holds (a condition still to be judged counts as met); None where the
            answers of a partial situation leave it open.
        judged_by: who judges it, where no data can check it; None elsewhere.
        on: the document or the meeting it is judged on.
        judged: whether the decision is known.
        references: the articles it comes from.
        period: the month or year it is read at; that of the benefit where None.
        missing: where it fails, the inputs behind it that nobody answered: answering could change it.
    """

    variable: str
    label: str
    met: bool | None
    judged_by: str | None = None
    on: str | None = None
    judged: bool = True
    references: tuple[str, ...] = ()
    period: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def to_judge(self) -> bool:
        """Return whether somebody must still judge it."""
        return self.judged_by is not None and not self.judged


@dataclass(frozen=True)
class Entitlement:
    """One benefit for one person or group at one period.

    Attributes:
        benefit: name of the variable.
        label: its French label.
        beneficiary: identifier of the person or group.
        entity: "individu", "famille", "foyer_fiscal" or "menage".
        verdict: see ``Verdict``.
        amount: to the cent; None for what is not money, or not in force. In a partial situation,
            the bounds between which it lies for certain; the upper one is None where there is none.
        unit: "EUR/month", "EUR/year", "EUR"; None for what is not money.
        period: the month, or the year for yearly and one-off aids.
        standing: the least sure standing among the figures behind the result.
        in_force: whether the benefit is law or an existing scheme; False for a simulation.
        notice: what must be said with it, in French; empty where nothing.
        conditions: in the order of the text.
        figures: the figures behind the result.
        missing: where there is something, the inputs behind it that nobody answered: a default stood
            in for them, and an answer could change it.
        caveats: French sentences to say with it.
        beside: what goes with it, label and amount (or words): benefits it replaces, sums that another
            administration would take back, who is competent.
    """

    benefit: str
    label: str
    beneficiary: str
    entity: str
    verdict: Verdict
    amount: Decimal | tuple[Decimal, Decimal | None] | None
    unit: str | None
    period: str
    standing: str
    in_force: bool
    notice: str
    conditions: tuple[Condition, ...]
    figures: tuple[Figure, ...]
    missing: tuple[str, ...] = ()
    beside: tuple[tuple[str, Decimal | str], ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def eligible(self) -> bool | None:
        """Return whether there is something, if need be subject to a judgement; None where undetermined."""
        if self.verdict is Verdict.UNDETERMINED:
            return None
        return self.verdict in (Verdict.ELIGIBLE, Verdict.CONDITIONAL)

    @property
    def subject_to(self) -> tuple[Condition, ...]:
        """Return the conditions that somebody must still judge, where the rest holds."""
        if self.verdict is not Verdict.CONDITIONAL:
            return ()
        return tuple(condition for condition in self.conditions if condition.to_judge)

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """Return the conditions that fail."""
        return tuple(condition for condition in self.conditions if condition.met is False)

    @property
    def unknown(self) -> tuple[Condition, ...]:
        """Return the conditions that missing answers leave open."""
        return tuple(condition for condition in self.conditions if condition.met is None)

    @property
    def carried_forward(self) -> tuple[Figure, ...]:
        """Return the figures that are the last known, carried forward."""
        return tuple(figure for figure in self.figures if figure.carried_forward)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "benefit": self.benefit,
            "label": self.label,
            "beneficiary": self.beneficiary,
            "entity": self.entity,
            "eligible": self.eligible,
            "verdict": self.verdict.value,
            "amount": _plain_amount(self.amount),
            "unit": self.unit,
            "period": self.period,
            "standing": self.standing,
            "in_force": self.in_force,
            "notice": self.notice,
            "conditions": [
                {
                    "variable": one.variable,
                    "label": one.label,
                    "met": one.met,
                    "missing": list(one.missing),
                }
                for one in self.conditions
            ],
            "subject_to": [
                {"condition": one.variable, "label": one.label, "judged_by": one.judged_by, "on": one.on}
                for one in self.subject_to
            ],
            "missing": list(self.missing),
            "caveats": list(self.caveats),
            "beside": [{"label": label, "value": str(value)} for label, value in self.beside],
            "carried_forward": [
                {"parameter": figure.name, "since": figure.since} for figure in self.carried_forward
            ],
        }


def _plain_amount(amount: Decimal | tuple[Decimal, Decimal | None] | None) -> Any:
    if isinstance(amount, tuple):
        return [_plain_amount(bound) for bound in amount]
    return None if amount is None else str(amount)


@dataclass(frozen=True)
class Assumption:
    """Something the answers did not say and the result needed.

    Attributes:
        kind: "default" (no answer: the default was taken), "held" (a plain answer, taken to
            hold at another period than the one asked) or "derived" (a group made by rule).
        variable: the input, or the plural of the entity that was derived.
        entity: identifier of the person or group.
        value: what was taken.
        periods: for which months or years; empty where it does not change.
    """

    kind: str
    variable: str
    entity: str
    value: Any
    periods: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "kind": self.kind,
            "variable": self.variable,
            "entity": self.entity,
            "value": self.value,
            "periods": list(self.periods),
        }


@dataclass(frozen=True)
class Result:
    """The entitlements of a situation; ``result["revenu_de_base"]["camille"].amount``.

    Attributes:
        period: the month asked.
        rules: version of the rules and hash of the law's files.
        reform: what was applied to the law, as it was named; None for the platform.
        entitlements: one for each benefit and possible beneficiary.
        assumptions: what was not answered and how it was taken.
    """

    period: str
    rules: Mapping[str, str]
    reform: str | None
    entitlements: tuple[Entitlement, ...]
    assumptions: tuple[Assumption, ...]

    @cached_property
    def _by_benefit(self) -> dict[str, dict[str, Entitlement]]:
        found: dict[str, dict[str, Entitlement]] = {}
        for one in self.entitlements:
            found.setdefault(one.benefit, {})[one.beneficiary] = one
        return found

    def __getitem__(self, benefit: str) -> Mapping[str, Entitlement]:
        """Return the entitlements to a benefit, by identifier of the beneficiary.

        Raises:
            UnknownNameError: the benefit was not evaluated, or does not exist.
        """
        if benefit not in self._by_benefit:
            raise UnknownNameError("benefit", benefit, self._by_benefit)
        return self._by_benefit[benefit]

    def __iter__(self) -> Iterator[Entitlement]:
        return iter(self.entitlements)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; amounts are strings, to the cent."""
        return {
            "period": self.period,
            "rules": dict(self.rules),
            "reform": self.reform,
            "notice": ESTIMATE,
            "entitlements": [one.to_dict() for one in self.entitlements],
            "assumptions": [one.to_dict() for one in self.assumptions],
        }


def cents(amount: float) -> Decimal:
    """Round an amount of money half up to the cent, binary noise first removed.

    >>> cents(2.675)
    Decimal('2.68')
    """
    return Decimal(f"{amount:.6f}").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
