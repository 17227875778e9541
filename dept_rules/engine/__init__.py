"""The fast exact reading: variables of one or several laws; what they share is computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.execution import Execution, Key
from dept_rules.people import Array, Population

__all__ = ["columns"]


def columns(
    population: Population, laws: Mapping[str, TaxBenefitSystem], keys: Iterable[Key]
) -> dict[str, dict[Key, Array]]:
    """Return variables over a population under several laws.

    Args:
        population: people, groups and answers.
        laws: systems by a label of the caller's.
        keys: names of variables and the period (of their definition) at which they are wanted.

    Returns:
        By label, then by key, an array with one element a person or group. Not to be changed in place.

    Raises:
        UnknownNameError: no variable has this name.
        LawError: a period does not suit a variable.
    """
    asked = list(keys)
    runs = {label: Execution(system, population) for label, system in laws.items()}
    return {label: {key: run.value(*key) for key in asked} for label, run in runs.items()}
