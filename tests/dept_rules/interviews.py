"""Interviews for tests and benches: questions asked one after the other, answered from the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.explanation.questions import Question, questions_of
from dept_rules.people import Answers, Population
from dept_rules.system import variable as find_variable
from dept_rules.variable import Variable


def unanswered(system: TaxBenefitSystem, full: Population) -> Population:
    """Return the same people, of whom nothing is known but who lives with whom."""
    answers = {}
    for name, known in full.answers.items():
        count = len(known.plain)
        answers[name] = Answers(find_variable(system, name).default_array(count), np.zeros(count, dtype=bool))
    return Population(full.ids, full.groups, answers)


def answered(system: TaxBenefitSystem, partial: Population, full: Population, one: Question) -> Population:
    """Return what is known once a question got its true answer."""
    rank = list(full.ids_of(find_variable(system, one.variable).entity.key)).index(one.id)
    known = partial.answers[one.variable]
    plain, told = np.asarray(known.plain).copy(), known.answered.copy()
    plain[rank], told[rank] = np.asarray(full.answers[one.variable].plain)[rank], True
    values = EnumArray(plain, known.plain.possible_values) if isinstance(known.plain, EnumArray) else plain
    return Population(full.ids, full.groups, {**partial.answers, one.variable: Answers(values, told)})


def interview(
    system: TaxBenefitSystem,
    partial: Population,
    full: Population,
    month: Period,
    benefits: Mapping[str, Variable],
) -> Iterator[tuple[Question | None, Population]]:
    """Yield each question asked and what was known when it was; at the end, None and what is known then."""
    while True:
        one = questions_of(system, partial, month, benefits).next
        yield one, partial
        if one is None:
            return
        partial = answered(system, partial, full, one)
