"""The entitlements of a partial situation, as far as they are certain."""

from __future__ import annotations

from dataclasses import replace

from dept_rules.calculation import Case, evaluate_case
from dept_rules.entitlements import Entitlement, Result
from dept_rules.explanation.bounds import Certified, partial_entitlements


def evaluate_partial(case: Case) -> Result:
    """Return what is certain of a checked case, whatever the answers that are missing."""
    assumed = evaluate_case(case, refuse="none")
    population = case.situation.population
    certain = {
        (one.benefit, str(population.ids_of(case.benefits[one.benefit].entity.key)[one.rank])): one
        for one in partial_entitlements(case.system, population, case.month, case.benefits)
    }
    entitlements = tuple(_certain(one, certain[one.benefit, one.beneficiary]) for one in assumed)
    told = tuple(one for one in assumed.assumptions if one.kind != "default")
    return replace(assumed, entitlements=entitlements, assumptions=told)


def _certain(one: Entitlement, known: Certified) -> Entitlement:
    holds = dict(known.conditions)
    return replace(
        one,
        verdict=known.verdict,
        amount=None if known.low is None else (known.low, known.high),
        missing=(),
        beside=(),
        conditions=tuple(
            replace(condition, met=holds.get(condition.variable, condition.met), missing=())
            for condition in one.conditions
        ),
    )
