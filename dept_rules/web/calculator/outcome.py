"""The result as a page shows it: verdicts, why, what would change it, what to do next.

Everything is read from `dept_rules`: nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance
from dept_rules.calculation import Case, evaluate_case, open_case
from dept_rules.entitlements import Entitlement, Verdict
from dept_rules.errors import MissingInputError
from dept_rules.explanation.certainty import evaluate_partial
from dept_rules.explanation.explain import STATUSES, Explanation, explain_case
from dept_rules.explanation.what_if import Breakpoint, Course, Stages, what_if
from dept_rules.texts import amount_text, month_text, number_text
from dept_rules.variable import Variable
from dept_rules.web.calculator.answers import State, inputs_of
from dept_rules.web.calculator.chart import Chart, draw
from dept_rules.web.calculator.household import SELF, Path, members_of, whose
from dept_rules.web.calculator.interview import is_asked, open_questions

VERDICTS = {
    Verdict.ELIGIBLE: "Éligible",
    Verdict.CONDITIONAL: "Éligible sous réserve",
    Verdict.NOT_ELIGIBLE: "Non éligible",
    Verdict.UNDETERMINED: "À compléter",
    Verdict.NOT_IN_FORCE: "Pas versée",
}
ORDER = [
    Verdict.ELIGIBLE,
    Verdict.CONDITIONAL,
    Verdict.UNDETERMINED,
    Verdict.NOT_ELIGIBLE,
    Verdict.NOT_IN_FORCE,
]
#: What may vary in "ce qui changerait le résultat", beside the amounts that were given.
WAGE = "salaire_net"
#: So many amounts are varied at most for one benefit, and so many months looked at.
VARIED, MONTHS = 3, 60


@dataclass(frozen=True)
class Card:
    """One benefit of the result.

    Attributes:
        one: the result; `before` the same under the law of today, where a project is compared.
        whose: whose it is, in French; "" for the person who answers.
        explanation: why.
        changes: what would change it, in French sentences.
        chart: an amount against the aid; None where nothing is to be drawn.
        documents: what somebody will look at: who, and on what.
    """

    one: Entitlement
    before: Entitlement | None
    whose: str
    explanation: Explanation
    changes: tuple[str, ...]
    chart: Chart | None
    documents: tuple[tuple[str, str], ...]

    @property
    def verdict(self) -> str:
        """Return the verdict in French."""
        return VERDICTS[self.one.verdict]

    @property
    def standing(self) -> str:
        """Return the standing of the least sure figure."""
        return provenance.LABELS[self.one.standing]

    @property
    def sum(self) -> str:
        """Return the amount in words; "" where there is none to tell."""
        return sum_of(self.one)

    @property
    def compared(self) -> tuple[str, str, str] | None:
        """Return what the law of the service is called here, what it gives, and what the project does."""
        if self.before is None:
            return None
        today = self.before.in_force or self.before.verdict is Verdict.NOT_IN_FORCE
        return "Aujourd'hui" if today else "Sans le projet", _told(self.before), _told(self.one)


@dataclass(frozen=True)
class Outcome:
    """The result of a form.

    Attributes:
        cards: what there is to tell, the best first.
        off: labels of the benefits that are not paid in this month.
        complete: whether no missing answer changes it any more.
        left: whether questions are left that were not passed over.
        unrecorded: what a record of the calculation lacks: answers without which it cannot be made again.
    """

    cards: tuple[Card, ...]
    off: tuple[str, ...]
    complete: bool
    left: bool
    unrecorded: tuple[Path, ...]

    @property
    def documents(self) -> tuple[tuple[str, str], ...]:
        """Return what somebody will look at, for all the cards."""
        return tuple(dict.fromkeys(one for card in self.cards for one in card.documents))


def outcome_of(state: State, data: Mapping[str, Any], laws: Sequence[TaxBenefitSystem]) -> Outcome:
    """Return the result of what was answered.

    Args:
        state: what was answered.
        data: the same as a situation.
        laws: the law of today, then that of the project where one is compared.
    """
    law = laws[-1]
    missing = {path: one for each in laws for path, one in open_questions(state, data, each).items()}
    left = any(is_asked(state, path, one) for path, one in missing.items())
    partial = bool(missing)
    cases = [open_case(data, str(state.month), one, state.benefits) for one in laws]
    # What is missing of others (a parent's date of birth) changes nothing here: what could is open above.
    found = explain_case(cases[-1], partial=partial, refuse="none")
    today = None
    if len(cases) > 1:
        today = evaluate_partial(cases[0]) if partial else evaluate_case(cases[0], refuse="none")
    cards = []
    for explanation in found:
        one = explanation.entitlement
        plural = next(entity.plural for entity in law.entities if entity.key == one.entity)
        if one.verdict is Verdict.NOT_IN_FORCE or SELF not in members_of(data, plural, one.beneficiary):
            continue
        changes, chart = _changes(state, data, law, one) if not partial else ((), None)
        assert state.household is not None
        cards.append(
            Card(
                one,
                today[one.benefit][one.beneficiary] if today else None,
                "" if one.entity == "individu" else whose(state.household, data, plural, one.beneficiary),
                explanation,
                changes,
                chart,
                tuple((each.judged_by or "", each.on or "") for each in one.subject_to),
            )
        )
    off = tuple(dict.fromkeys(one.label for one in found.result if one.verdict is Verdict.NOT_IN_FORCE))
    cards.sort(key=lambda card: ORDER.index(card.one.verdict))
    return Outcome(tuple(cards), off, not missing, left, _unrecorded(cases[0]))


def _unrecorded(case: Case) -> tuple[Path, ...]:
    """Return the answers of everybody that a record cannot do without."""
    try:
        evaluate_case(case)
    except MissingInputError as error:
        paths = [fault.path.split("/") for fault in error.faults]
        return tuple(dict.fromkeys((path[0], path[1], path[2]) for path in paths))
    return ()


def sum_of(one: Entitlement) -> str:
    """Return an amount in words; "" where there is none to tell."""
    if one.amount is None or one.verdict in (Verdict.NOT_ELIGIBLE, Verdict.NOT_IN_FORCE):
        return ""
    return amount_text(one.amount, one.unit)


def _told(one: Entitlement) -> str:
    if one.verdict is Verdict.NOT_IN_FORCE:
        return "pas versée"
    return sum_of(one) or VERDICTS[one.verdict].lower()


@dataclass(frozen=True)
class Line:
    """A condition, as a page shows it.

    Attributes:
        status: of `dept_rules.explanation.explain.STATUSES`; `said` is the same in French.
        label: of the condition.
        details: who judges it and on what, what was compared, and where it comes from.
    """

    status: str
    said: str
    label: str
    details: tuple[str, ...]


def condition_lines(explanation: Explanation) -> Iterator[Line]:
    """Yield the conditions of a benefit, in the order of the text."""
    for each in explanation.conditions:
        details = [f"{one}{f' ({one.distance})' if one.distance else ''}" for one in each.comparisons]
        if each.status == "to_judge":
            details.append(f"Par {each.condition.judged_by}, sur {each.condition.on}")
        yield Line(
            each.status,
            STATUSES[each.status][0].capitalize(),
            each.condition.label,
            (*details, *each.condition.references),
        )


# --- what would change it ------------------------------------------------------------------------


def _changes(
    state: State, data: Mapping[str, Any], law: TaxBenefitSystem, one: Entitlement
) -> tuple[tuple[str, ...], Chart | None]:
    """Return what would change one result, and a drawing of it."""
    sentences: list[str] = []
    chart = None
    asked: dict[str, Any] = {"benefits": [one.benefit]}
    for path, now in _varied(state, data, law):
        found = what_if(data, path[2], str(state.month), law, entity=path[1], **asked)
        course = next((each for each in found.outcomes if each.beneficiary == one.beneficiary), None)
        if not isinstance(course, Course):
            continue
        sentences += [_at(point, found.label, one) for point in course.breakpoints]
        if chart is None and one.unit is not None:
            chart = draw(course, found.label, now, f"courbe-{one.benefit}")
    if one.eligible:
        found = what_if(data, "period", str(state.month), law, months=MONTHS, **asked)
        stages = next((each for each in found.outcomes if each.beneficiary == one.beneficiary), None)
        if isinstance(stages, Stages):
            sentences.append(_when(stages))
    return tuple(dict.fromkeys(sentences)), chart


def _varied(state: State, data: Mapping[str, Any], law: TaxBenefitSystem) -> Iterator[tuple[Path, float]]:
    """Yield the amounts of money to vary, and what they are now: those that were given, then the wage."""
    known = inputs_of(law)
    given = {
        path: float(value)
        for path, value in state.given.items()
        if _is_money(known[path[2]]) and value and SELF in members_of(data, path[0], path[1])
    }
    wage = ("individus", SELF, WAGE)
    if WAGE in known and wage not in given:
        given[wage] = 0.0
    yield from list(given.items())[:VARIED]


def _is_money(variable: Variable) -> bool:
    return variable.value_type is float and (variable.unit or "").startswith("EUR")


def _at(point: Breakpoint, label: str, one: Entitlement) -> str:
    """Return what happens where an answer reaches a place."""
    where = f"« {label} » à {number_text(round(point.at, 2))}\u00a0€"
    if one.unit is None:
        return f"{where} : le résultat change."
    if point.kind == "end":
        return f"{where} : l'aide s'annule."
    if point.kind == "start":
        return f"{where} : l'aide commence."
    if point.kind == "bend":
        return f"{where} : l'aide change de pente."
    before, after = (f"{number_text(round(one, 2))}\u00a0€" for one in (point.before, point.after))
    return f"{where} : effet de seuil, l'aide passe de {before} à {after}."


def _when(stages: Stages) -> str:
    """Return until which month a result stays what it is, all else equal."""
    first, second, *_ = stages.stages
    last = month_text(first.last)
    if stages.unit is None:
        return f"Sans autre changement, jusqu'en {last} compris."
    after = float(second.amount or 0)
    then = f"{number_text(after)}\u00a0€" if after else "plus rien"
    return f"Sans autre changement : ce montant jusqu'en {last} compris, puis {then}."
