"""What to ask next: the questions of `dept_rules.explanation.questions`, laid out in screens.

The order is the one they come in. A screen holds the first of them, with those that go with it:
the same question about several people, or the incomes of one person.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.answers import BIRTH
from dept_rules.entities import FoyerFiscal
from dept_rules.errors import SituationError
from dept_rules.explanation.belonging import undecided
from dept_rules.explanation.questions import Question, next_questions, unsettled
from dept_rules.web.calculator.answers import State
from dept_rules.web.calculator.household import COUPLE, SELF, Household, Path, situation

#: From so many incomes of one person on, it is first asked which there are.
MANY = 3
#: A screen asks the same of so many people at most.
PEOPLE = 6
#: What is shown on paper, to somebody, and never asked on a screen.
ON_PAPER = "nationalite"


@dataclass(frozen=True)
class Screen:
    """What is asked at once.

    Attributes:
        kind: "questions", or "which" (of several incomes, which there are).
        paths: what is asked, in order.
        why: by path, the question as the partial reading gives it, where it does.
        left: how many answers may still change the benefit that is asked about.
        done: names of the benefits about which nothing is left to ask.
    """

    kind: str
    paths: tuple[Path, ...]
    why: Mapping[Path, Question] = field(default_factory=dict)
    left: int = 0
    done: tuple[str, ...] = ()


def next_screen(state: State, laws: Sequence[TaxBenefitSystem]) -> Screen | None:
    """Return what to ask next; None where no answer that the person may know changes a result any more.

    Benefits are asked about one after the other, the one with the fewest questions first: an answer
    settles the others on the way, and a step costs what one benefit costs.

    Args:
        state: what was answered.
        laws: those the result is given under: their questions follow each other.

    Raises:
        SituationError: the answers have faults.
    """
    assert state.household is not None
    try:
        data = situation(state.household, state.given, laws[-1], state.month)
    except SituationError as error:
        births = missing_births(error)
        if not births:
            raise
        return Screen("questions", births)
    done = list(state.done)
    for benefit in shortest_first(state.month, state.household, laws[-1], state.benefits):
        if benefit in done:
            continue
        for law in reversed(laws):
            found = open_questions(state, data, law, benefit)
            asked = {path: one for path, one in found.items() if is_asked(state, path, one)}
            if asked:
                screen = _screen(state, asked, tuple(done))
                deciding = _deciding(state, data, law) if _of_taxes(screen) else ()
                return Screen("questions", deciding, done=tuple(done)) if deciding else screen
        done.append(benefit)
    return None


@functools.lru_cache(maxsize=64)
def shortest_first(
    month: Period, household: Household, law: TaxBenefitSystem, benefits: tuple[str, ...]
) -> tuple[str, ...]:
    """Return benefits in the order to ask about them: those with the fewest questions first.

    Kept for a household of which nothing is known but who lives there.
    """
    if len(benefits) < 2:
        return benefits
    try:
        data = situation(household, {}, law, month)
    except SituationError as error:  # whatever ages they have
        births = {path: month.start.date.isoformat() for path in missing_births(error)}
        data = situation(household, births, law, month)
    missing = unsettled(data, str(month), law, benefits=benefits, people=[SELF])
    return tuple(sorted(benefits, key=lambda benefit: missing.get(benefit, 0)))


def open_questions(
    state: State, data: Mapping[str, Any], law: TaxBenefitSystem, benefit: str
) -> dict[Path, Question]:
    """Return the questions that may still change a benefit, those the person has passed over included."""
    found = next_questions(data, str(state.month), law, benefits=[benefit], people=[SELF]).questions
    return {path_of(one): one for one in found}


def is_asked(state: State, path: Path, question: Question) -> bool:
    """Return whether a question is put to the person: neither passed over, nor shown on paper."""
    return path not in state.unknown and question.sensitive != ON_PAPER


def _of_taxes(screen: Screen) -> bool:
    return any(path[0] == FoyerFiscal.plural for path in screen.paths)


def _deciding(state: State, data: Mapping[str, Any], law: TaxBenefitSystem) -> tuple[Path, ...]:
    """Return what is to be told first of who declares income with whom; one answer does for a couple."""
    assert state.household is not None
    spouse = state.household.roles().get("conjoint")
    found: list[Path] = [
        ("individus", one, name)
        for one, name in undecided(data, str(state.month), law)
        if not (one == spouse and name == COUPLE)
    ]
    left = [path for path in found if path not in state.answers]
    return tuple(path for path in left if path[2] == left[0][2])


def missing_births(error: SituationError) -> tuple[Path, ...]:
    """Return the dates of birth for want of which a situation cannot be read; none if it is for another."""
    paths = [fault.path.split("/") for fault in error.faults]
    if not all(
        len(path) == 3 and path[2] == BIRTH and "missing" in fault.problem
        for path, fault in zip(paths, error.faults, strict=True)
    ):
        return ()
    return tuple(dict.fromkeys((path[0], path[1], path[2]) for path in paths))


def path_of(question: Question) -> Path:
    """Return whose answer a question asks for, and to what."""
    return question.entity, question.id, question.variable


def _screen(state: State, questions: Mapping[Path, Question], done: tuple[str, ...]) -> Screen:
    ticked = [path for path in state.ticked if path in questions]
    if ticked:
        kind, paths = "questions", ticked
    else:
        first = next(iter(questions.values()))
        paths = _with(first, questions.values())
        kind = "which" if len(paths) >= MANY and len({path[2] for path in paths}) > 1 else "questions"
    return Screen(kind, tuple(paths), {path: questions[path] for path in paths}, len(questions), done)


def _with(first: Question, questions: Iterable[Question]) -> list[Path]:
    """Return the first question and those that go with it."""
    if _is_income(first):
        of_one = [one for one in questions if (one.entity, one.id) == (first.entity, first.id)]
        return [path_of(one) for one in of_one if _is_income(one)]
    return [path_of(one) for one in questions if one.variable == first.variable][:PEOPLE]


def _is_income(question: Question) -> bool:
    """Return whether a question is about money of the month of which silence means none."""
    return question.unit == "EUR/month" and not question.decisive
