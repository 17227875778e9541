"""The result as a page shows it: verdicts, why, what would change it, what to do next.

Everything is read from `dept_rules`: nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance
from dept_rules.calculation import Case, evaluate_case, open_case
from dept_rules.entitlements import Entitlement, Verdict
from dept_rules.errors import MissingInputError
from dept_rules.explanation.certainty import evaluate_partial
from dept_rules.explanation.explain import STATUSES, Explanation, explain_case
from dept_rules.explanation.questions import Question, unsettled
from dept_rules.texts import amount_text
from dept_rules.web.calculator.answers import State
from dept_rules.web.calculator.changes import Changes, changes_of
from dept_rules.web.calculator.household import SELF, Path, members_of, whose
from dept_rules.web.calculator.interview import ON_PAPER, is_asked, open_questions

VERDICTS = {
    Verdict.ELIGIBLE: "Éligible",
    Verdict.CONDITIONAL: "Éligible sous réserve",
    Verdict.NOT_ELIGIBLE: "Non éligible",
    Verdict.UNDETERMINED: "À compléter",
    Verdict.NOT_IN_FORCE: "Pas versée",
}
#: The value of a choice that was not asked about: it is nothing to compare.
UNANSWERED = "non renseigné"
ORDER = [
    Verdict.ELIGIBLE,
    Verdict.CONDITIONAL,
    Verdict.UNDETERMINED,
    Verdict.NOT_ELIGIBLE,
    Verdict.NOT_IN_FORCE,
]


@dataclass(frozen=True)
class Card:
    """One benefit of the result.

    Attributes:
        one: the result; `before` the same under the law of today, where a project is compared.
        whose: whose it is, in French; "" for the person who answers.
        explanation: why.
        changes: what would change it.
        documents: what somebody will look at: who, and on what.
    """

    one: Entitlement
    before: Entitlement | None
    whose: str
    explanation: Explanation
    changes: Changes
    documents: tuple[tuple[str, str], ...]

    @property
    def verdict(self) -> str:
        """Return the verdict in French."""
        return VERDICTS[self.one.verdict]

    @property
    def refused(self) -> bool:
        """Return whether there is nothing to receive."""
        return self.one.verdict is Verdict.NOT_ELIGIBLE

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
        on_paper: whether something is looked at on paper, and not asked here.
        unrecorded: what a record of the calculation lacks: answers without which it cannot be made again.
    """

    cards: tuple[Card, ...]
    off: tuple[str, ...]
    complete: bool
    left: bool
    on_paper: bool
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
    law, month = laws[-1], str(state.month)
    missing = [_missing(state, data, one) for one in laws]
    unsure = {name for each in missing for name, questions in each.items() if questions}
    sure = [name for name in state.benefits if name not in unsure]
    today: dict[tuple[str, str], Entitlement] = {}
    for names, partial in ((sure, False), (sorted(unsure), True)):
        if names and len(laws) > 1:
            case = open_case(data, month, laws[0], names)
            result = evaluate_partial(case) if partial else evaluate_case(case, refuse="none")
            today |= {(each.benefit, each.beneficiary): each for each in result}
    concerned = _explained(data, month, law, sure, sorted(unsure))
    paid = [one for one in concerned if one.entitlement.verdict is not Verdict.NOT_IN_FORCE]
    changes = changes_of(
        state, data, law, [one.entitlement for one in paid if one.entitlement.benefit in sure]
    )
    cards = [_card(state, data, law, one, today, changes) for one in paid]
    cards.sort(key=lambda card: ORDER.index(card.one.verdict))
    off = [one.entitlement.label for one in concerned if one not in paid]
    questions = [one for each in missing for found in each.values() for one in found.items()]
    return Outcome(
        tuple(cards),
        tuple(dict.fromkeys(off)),
        complete=all(one.sensitive == ON_PAPER for _, one in questions),
        left=any(is_asked(state, *one) for one in questions),
        on_paper=any(one.sensitive == ON_PAPER for _, one in questions),
        unrecorded=_unrecorded(open_case(data, month, laws[0], state.benefits)),
    )


def _explained(
    data: Mapping[str, Any], month: str, law: TaxBenefitSystem, sure: list[str], unsure: list[str]
) -> list[Explanation]:
    """Return why of each benefit of the person.

    What is missing of others (a parent's date of birth) changes no benefit that is sure: these take
    defaults. But of a refusal only what is certain is told: a condition that was never asked about,
    another having failed first, is neither met nor failed.
    """

    def of(names: list[str], partial: bool, keep: Callable[[Entitlement], bool]) -> list[Explanation]:
        case = open_case(data, month, law, names)
        return list(explain_case(case, partial=partial, refuse="none", keep=keep).items) if names else []

    def concerns(one: Entitlement) -> bool:
        return SELF in members_of(data, _plural(law, one), one.beneficiary)

    refused: list[str] = []

    def had(one: Entitlement) -> bool:
        if concerns(one) and one.verdict is Verdict.NOT_ELIGIBLE:
            refused.append(one.benefit)
            return False
        return concerns(one)

    given = of(sure, False, had)
    certain = of([*refused, *unsure], True, concerns)
    names = [one.entitlement.benefit for one in certain if one.entitlement.verdict is Verdict.UNDETERMINED]
    assumed = of([name for name in names if name in refused], False, concerns)
    told = [*given, *{one.entitlement.benefit: one for one in (*certain, *assumed)}.values()]
    return [_without_silence(one) for one in told]


def _without_silence(one: Explanation) -> Explanation:
    """Return an explanation that neither counts nor compares what was not answered: it changes nothing."""
    conditions = (
        replace(
            each,
            comparisons=tuple(
                made for made in each.comparisons if not str(made.value).lower().endswith(UNANSWERED)
            ),
        )
        for each in one.conditions
    )
    return replace(one, entitlement=replace(one.entitlement, missing=()), conditions=tuple(conditions))


def _missing(state: State, data: Mapping[str, Any], law: TaxBenefitSystem) -> dict[str, dict[Path, Question]]:
    """Return, for each benefit that is not settled, the questions that may still change it."""
    open_ones = unsettled(data, str(state.month), law, benefits=state.benefits, people=[SELF])
    return {name: open_questions(state, data, law, name) for name in open_ones}


def _plural(law: TaxBenefitSystem, one: Entitlement) -> str:
    return next(str(entity.plural) for entity in law.entities if entity.key == one.entity)


def _card(
    state: State,
    data: Mapping[str, Any],
    law: TaxBenefitSystem,
    explanation: Explanation,
    today: Mapping[tuple[str, str], Entitlement],
    changes: Mapping[tuple[str, str], Changes],
) -> Card:
    one = explanation.entitlement
    key = one.benefit, one.beneficiary
    assert state.household is not None
    return Card(
        one,
        today.get(key),
        "" if one.entity == "individu" else whose(state.household, data, _plural(law, one), one.beneficiary),
        explanation,
        changes.get(key, Changes()),
        tuple((each.judged_by or "", each.on or "") for each in one.subject_to),
    )


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
