"""The entitlements of a partial situation, as far as they are certain."""

from __future__ import annotations

from dataclasses import replace

from dept_rules.calculation import Case, evaluate_case
from dept_rules.entitlements import Condition, Entitlement, Result, Verdict
from dept_rules.explanation.bounds import Certified, partial_entitlements
from dept_rules.system import variable as find_variable


def evaluate_partial(case: Case) -> Result:
    """Return what is certain of a checked case, whatever the answers that are missing."""
    assumed = evaluate_case(case, refuse="none")
    population = case.situation.population
    certain = {
        (one.benefit, str(population.ids_of(case.benefits[one.benefit].entity.key)[one.rank])): one
        for one in partial_entitlements(case.system, population, case.month, case.benefits)
    }
    entitlements = tuple(_certain(case, one, certain[one.benefit, one.beneficiary]) for one in assumed)
    told = tuple(one for one in assumed.assumptions if one.kind != "default")
    return replace(assumed, entitlements=entitlements, assumptions=told)


def _certain(case: Case, one: Entitlement, known: Certified) -> Entitlement:
    conditions = tuple(_condition(case, condition, known) for condition in one.conditions)
    verdict = known.verdict
    if verdict is Verdict.ELIGIBLE and any(condition.to_judge for condition in conditions):
        verdict = Verdict.CONDITIONAL
    return replace(
        one,
        verdict=verdict,
        amount=None if known.low is None else (known.low, known.high),
        conditions=conditions,
    )


def _condition(case: Case, one: Condition, known: Certified) -> Condition:
    """Return a condition as far as it is certain; whether there is something to judge may not be."""
    judgement = find_variable(case.system, one.variable).judgement
    if one.variable not in dict(known.conditions):
        return replace(one, missing=())
    met = dict(known.conditions)[one.variable]
    if judgement is not None and one.variable in known.to_judge:
        return replace(one, met=met, missing=(), judged_by=judgement.by, on=judgement.on, judged=False)
    return replace(one, met=met, missing=(), judged=True)
