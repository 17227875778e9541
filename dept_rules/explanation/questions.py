"""What next: the missing answers that can still change an outcome, the best to ask first.

The order is nobody's: it follows from the rules, from what is known, and from the burden
that each input declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.calculation import open_case
from dept_rules.errors import UnknownNameError
from dept_rules.execution import ETERNAL
from dept_rules.explanation.outcomes import Study
from dept_rules.explanation.partial import Unknown
from dept_rules.explanation.relevance import Candidate, candidates
from dept_rules.explanation.search import Search
from dept_rules.people import Population
from dept_rules.system import inputs
from dept_rules.system import variable as find_variable
from dept_rules.variable import Variable


@dataclass(frozen=True)
class Purpose:
    """What an answer may change.

    Attributes:
        benefit, label: name and French label of the benefit.
        beneficiary: identifier of the person or group whose outcome it is.
        conditions: French labels of the conditions it may change; none where only the amount may.
    """

    benefit: str
    label: str
    beneficiary: str
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question worth asking.

    Attributes:
        variable: the input to answer.
        entity: plural of its entity ("individus", "menages"…).
        id: whose answer it is: identifier of the person or group.
        periods: the months or years it is asked for; empty where it does not change.
        question, label: in French.
        question_vous: the question as it is put to the person whom it is about.
        unit: of a number; None elsewhere.
        allowed: names and French labels of the possible answers; None for a number or a date.
        minimum, maximum: bounds of a number; None where there are none.
        burden: effort of answering, from 1 to 5.
        sensitive: why the answer is sensitive; None where it is not.
        decisive: whether silence would open a right: no default stands in for the answer.
        why: what the answer may change.
        power: how much the answer is expected to settle.
        shown: whether two values are known that lead to different outcomes, all else equal.
    """

    variable: str
    entity: str
    id: str
    periods: tuple[str, ...]
    question: str
    question_vous: str
    label: str
    unit: str | None
    allowed: tuple[tuple[Any, str], ...] | None
    minimum: float | None
    maximum: float | None
    burden: int
    sensitive: str | None
    decisive: bool
    why: tuple[Purpose, ...]
    power: float
    shown: bool


@dataclass(frozen=True)
class Needless:
    """A missing answer that is not asked.

    Attributes:
        variable, entity, id: as of `Question`.
        label: in French.
        reason: "unread" (no rule asked about reads it), "settled" (it cannot change an outcome
            any more) or "judged" (somebody else decides it).
        text: the same in French.
    """

    variable: str
    entity: str
    id: str
    label: str
    reason: str
    text: str


@dataclass(frozen=True)
class Questions:
    """What to ask next, best first, and what need not be asked.

    Attributes:
        period: the month asked about.
        questions: those that can still change an outcome.
        needless: the other missing answers, each with the reason.
    """

    period: str
    questions: tuple[Question, ...]
    needless: tuple[Needless, ...]

    @property
    def next(self) -> Question | None:
        """Return the best question; None where no answer can change an outcome any more."""
        return self.questions[0] if self.questions else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return asdict(self)


def next_questions(
    situation: Mapping[str, Any] | str | Path,
    period: str,
    reform: Any = None,
    *,
    benefits: Iterable[str] | None = None,
    people: Iterable[str] | None = None,
) -> Questions:
    """Return the missing answers that can still change an outcome, the best to ask first.

    Args:
        situation: OpenFisca's JSON as Python objects, or the path of a JSON file.
        period: the month, "2026-11".
        reform: as for `dept_rules.calculation.evaluate`.
        benefits: the benefits asked about; all of them by default.
        people: identifiers of the persons whose outcomes matter, with those of their families and
            households; everybody's by default.

    Raises:
        PeriodError, SituationError, UnknownNameError, ReformError: as for `evaluate`; UnknownNameError
            also where nobody has an identifier of `people`.
    """
    case = open_case(situation, period, reform, benefits)
    return questions_of(case.system, case.situation.population, case.month, case.benefits, people)


def questions_of(
    system: TaxBenefitSystem,
    population: Population,
    month: Period,
    benefits: Mapping[str, Variable],
    people: Iterable[str] | None = None,
) -> Questions:
    """Return the same of a population that is checked; see `next_questions`."""
    persons = None if people is None else _ranks(population, list(people))
    study = Study(system, population, month, benefits)
    found = candidates(study, persons)
    asked = {one.unknown for one in found}
    needless = [one for one in _missing(study) if one not in asked]
    return Questions(
        str(month),
        tuple(_question(study, one) for one in found),
        tuple(_needless(study, one) for one in needless),
    )


def unsettled(
    situation: Mapping[str, Any] | str | Path,
    period: str,
    reform: Any = None,
    *,
    benefits: Iterable[str] | None = None,
    people: Iterable[str] | None = None,
) -> dict[str, int]:
    """Return the benefits that missing answers might still change, and how many such answers there are.

    This is what intervals alone leave open, in one run: of a benefit that is not named no question is
    left; of one that is, `next_questions` may still find none. Arguments and errors are its own.
    """
    case = open_case(situation, period, reform, benefits)
    population = case.situation.population
    persons = None if people is None else _ranks(population, list(people))
    search = Search(Study(case.system, population, case.month, case.benefits), persons=persons)
    found: dict[str, set[Unknown]] = {}
    for (name, _), one in search.open.items():
        found.setdefault(name, set()).update(one.unknown)
    return {name: len(missing) for name, missing in found.items()}


def _ranks(population: Population, people: Sequence[str]) -> list[int]:
    known = {str(identifier): rank for rank, identifier in enumerate(population.ids)}
    for identifier in people:
        if identifier not in known:
            raise UnknownNameError("person", identifier, known)
    return [known[identifier] for identifier in people]


def _missing(study: Study) -> list[Unknown]:
    """Return the answers that were not given: those the rules read, then those they do not."""
    read = dict.fromkeys(one._replace(period=None) for one in study.missing)
    for name, variable in inputs(study.system).items():
        known = study.population.answers.get(name)
        answered = np.zeros(study.population.size(variable.entity.key), dtype=bool)
        if known is not None:
            answered = known.answered.copy()
            for _, given in known.by_period.values():
                answered |= given
        read |= dict.fromkeys(Unknown(name, int(rank)) for rank in np.flatnonzero(~answered))
    return list(read)


def _question(study: Study, one: Candidate) -> Question:
    name, rank, _ = one.unknown
    variable = find_variable(study.system, name)
    periods = sorted(
        str(each.period) for each in study.missing if each[:2] == (name, rank) and each.period != ETERNAL
    )
    return Question(
        variable=name,
        entity=variable.entity.plural,
        id=_id(study, variable, rank),
        periods=tuple(periods),
        question=variable.question or variable.label,
        question_vous=variable.question_vous or variable.question or variable.label,
        label=variable.label,
        unit=variable.unit,
        allowed=_allowed(variable),
        minimum=variable.minimum,
        maximum=variable.maximum,
        burden=variable.burden,
        sensitive=variable.sensitive,
        decisive=variable.decisive or variable.required,
        why=tuple(
            Purpose(
                benefit=each.target.benefit.name,
                label=each.target.benefit.label,
                beneficiary=_id(study, each.target.benefit, each.rank),
                conditions=tuple(find_variable(study.system, key[0]).label for key in conditions),
            )
            for each, conditions in one.feeds
        ),
        power=round(one.power, 6),
        shown=one.shown,
    )


def _allowed(variable: Variable) -> tuple[tuple[Any, str], ...] | None:
    if variable.value_type is bool:
        return (True, "oui"), (False, "non")
    if variable.value_type is Enum:
        return tuple((member.name, member.value) for member in variable.possible_values if member.index)
    return None


def _id(study: Study, variable: Variable, rank: int) -> str:
    return str(study.population.ids_of(variable.entity.key)[rank])


def _needless(study: Study, unknown: Unknown) -> Needless:
    variable = find_variable(study.system, unknown.name)
    reason, text = _reason(study, unknown)
    return Needless(
        unknown.name, variable.entity.plural, _id(study, variable, unknown.rank), variable.label, reason, text
    )


def _reason(study: Study, unknown: Unknown) -> tuple[str, str]:
    judgement = study.awaited(unknown)
    if judgement is not None:
        return "judged", f"S'apprécie : {judgement.by}, sur {judgement.on}."
    if not any(one[:2] == unknown[:2] for one in study.missing):
        return "unread", "Aucune des aides demandées n'en dépend."
    return "settled", "Ne peut plus changer aucune des aides demandées, quelle que soit la réponse."
