"""Partial situations for the tests: random households, some of whose answers are hidden, and completions."""

from __future__ import annotations

from typing import Any

import numpy as np
from households import random_population
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.people import Answers, Array, Population
from dept_rules.system import variable as find_variable


def judged(system: TaxBenefitSystem) -> set[str]:
    """Return the inputs that hold what somebody judged."""
    return {one.judgement.answer for one in system.variables.values() if getattr(one, "judgement", None)}


def partial_population(
    seed: int, menages: int, system: TaxBenefitSystem, hidden: float, years: Any = None
) -> tuple[Population, Population, dict[str, Array]]:
    """Return random households, the same with some answers hidden, and which are.

    Args:
        seed: the same gives the same.
        menages: number of households.
        system: the law, whose inputs are answered.
        hidden: share of the answers to hide.
        years: see `households.random_population`.
    """
    full = random_population(seed, menages, years=years, system=system)
    rng = np.random.default_rng(seed)
    masks = {name: rng.random(len(known.plain)) < hidden for name, known in full.answers.items()}
    answers = {name: without(system, name, known, masks[name]) for name, known in full.answers.items()}
    return full, Population(full.ids, full.groups, answers), masks


def without(system: TaxBenefitSystem, name: str, known: Answers, mask: Array) -> Answers:
    """Return answers of which those of `mask` are missing, at all periods."""
    default = find_variable(system, name).default_array(len(mask))
    by_period = {
        at: (replaced(values, mask, default), given & ~mask)
        for at, (values, given) in known.by_period.items()
    }
    return Answers(replaced(known.plain, mask, default), known.answered & ~mask, by_period)


def completed(
    seed: int, full: Population, masks: dict[str, Array], system: TaxBenefitSystem, month: Period
) -> Population:
    """Return the population with other answers, anybody else's, where they are hidden.

    Nobody is born after the month, and nobody has judged what is hidden.
    """
    rng = np.random.default_rng(seed)
    unjudged = judged(system)
    last = np.datetime64(month.stop.date, "D")
    answers = {}
    for name, known in full.answers.items():
        if name in unjudged:
            answers[name] = without(system, name, known, masks[name])
            continue
        order = rng.permutation(len(known.plain))

        def other(values: Array, name: str = name, order: Array = order) -> Array:
            drawn = replaced(values, masks[name], values[order])
            if name == "date_naissance":
                drawn[masks[name]] = np.minimum(drawn[masks[name]], last)
            return drawn

        by_period = {at: (other(values), given) for at, (values, given) in known.by_period.items()}
        answers[name] = Answers(other(known.plain), known.answered, by_period)
    return Population(full.ids, full.groups, answers)


def replaced(values: Array, mask: Array, by: Array) -> Array:
    """Return values, others where `mask` holds."""
    result = np.where(mask, np.asarray(by), np.asarray(values)).astype(np.asarray(values).dtype)
    return EnumArray(result, values.possible_values) if isinstance(values, EnumArray) else result
