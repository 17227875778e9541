"""Certified verdicts and amounts of a partial situation, as tight as a few vectorised runs make them.

Intervals alone lose what two places of a rule share of one missing answer; what they leave open is
settled by a search (see `dept_rules.explanation.search`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entitlements import Verdict, cents
from dept_rules.explanation.domains import BOUNDLESS
from dept_rules.explanation.outcomes import Study, Target
from dept_rules.explanation.search import Search
from dept_rules.people import Population
from dept_rules.variable import Variable


@dataclass(frozen=True)
class Certified:
    """What is certain of one benefit for one beneficiary.

    Attributes:
        benefit: its name.
        rank: of the beneficiary among the persons or groups of its entity.
        low, high: bounds of the amount, in euros to the cent; `high` is None where nothing bounds
            it; both None for what is not money, or not in force.
        verdict: see `dept_rules.entitlements.Verdict`.
        conditions: name of each condition, and whether it holds: None where that is not known.
        to_judge: names of those that somebody must, or may have to, judge.
    """

    benefit: str
    rank: int
    low: Decimal | None
    high: Decimal | None
    verdict: Verdict
    conditions: tuple[tuple[str, bool | None], ...] = ()
    to_judge: tuple[str, ...] = ()


def partial_entitlements(
    system: TaxBenefitSystem, population: Population, month: Period, benefits: Mapping[str, Variable]
) -> list[Certified]:
    """Return what is certain of benefits, for everybody, whatever the missing answers are.

    Args:
        system: the law, or a reform of it.
        population: the people of a situation and what is known of them.
        month: the month asked; yearly and one-off aids are those of its year.
        benefits: what is asked, by name.
    """
    study = Study(system, population, month, benefits)
    search = Search(study)
    search.run()
    by_name = {target.benefit.name: target for target in study.targets}
    return [
        certified(by_name.get(benefit.name), benefit, rank, search)
        for benefit in benefits.values()
        for rank in range(population.size(benefit.entity.key))
    ]


def certified(target: Target | None, benefit: Variable, rank: int, search: Search) -> Certified:
    """Return what a search found of one benefit for one beneficiary."""
    if target is None:
        return Certified(benefit.name, rank, None, None, Verdict.NOT_IN_FORCE)
    found = search.outlook(target, rank)
    low = high = None
    if benefit.value_type is float:
        low = cents(float(found.low[0, 0]))
        high = cents(float(found.high[0, 0])) if found.high[0, 0] < BOUNDLESS else None
    holds = {(True, True): True, (False, False): False}
    conditions = tuple(
        (name, holds.get((bool(found.met_surely[place, 0, 0]), bool(found.met_maybe[place, 0, 0]))))
        for place, (name, _) in enumerate(target.conditions)
    )
    to_judge = search.study.to_judge(target, rank)
    return Certified(benefit.name, rank, low, high, found.verdict(0, 0), conditions, to_judge)
