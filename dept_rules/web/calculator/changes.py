"""What would change a result: where an amount changes its course, until which month it holds, a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entitlements import Entitlement, cents
from dept_rules.explanation.courses import Breakpoint, Course, Stages
from dept_rules.explanation.what_if import what_if
from dept_rules.texts import amount_text, month_text
from dept_rules.variable import Variable
from dept_rules.web.calculator.answers import State, inputs_of
from dept_rules.web.calculator.chart import Chart, draw
from dept_rules.web.calculator.fields import amount_of
from dept_rules.web.calculator.household import SELF, Path, members_of

#: What varies beside the amounts that were given.
WAGE = "salaire_net"
#: So many amounts are varied at most, and so many months looked at.
VARIED, MONTHS = 3, 60


@dataclass(frozen=True)
class Changes:
    """What would change one result.

    Attributes:
        sentences: in French.
        chart: an amount against the aid; None where nothing is to be drawn.
    """

    sentences: tuple[str, ...] = ()
    chart: Chart | None = None


def changes_of(
    state: State, data: Mapping[str, Any], law: TaxBenefitSystem, results: Iterable[Entitlement]
) -> dict[tuple[str, str], Changes]:
    """Return what would change results, by benefit and beneficiary."""
    asked = {(one.benefit, one.beneficiary): one for one in results}
    sentences: dict[tuple[str, str], list[str]] = {key: [] for key in asked}
    charts: dict[tuple[str, str], Chart] = {}
    month, names = str(state.month), list(dict.fromkeys(name for name, _ in asked))
    if not asked:
        return {}
    for path, now in _varied(state, data, law):
        found = what_if(data, path[2], month, law, entity=path[1], benefits=names)
        for course in found.outcomes:
            key = course.benefit, course.beneficiary
            if key in asked and isinstance(course, Course):
                varied = inputs_of(law)[path[2]]
                sentences[key] += [_at(point, varied, course.unit) for point in course.breakpoints]
                if course.unit is not None and key not in charts:
                    charts[key] = draw(course, varied, now, f"courbe-{course.benefit}")
    having = list(dict.fromkeys(name for (name, _), one in asked.items() if one.eligible))
    if having:
        for stages in what_if(data, "period", month, law, months=MONTHS, benefits=having).outcomes:
            key = stages.benefit, stages.beneficiary
            if key in asked and asked[key].eligible and isinstance(stages, Stages) and stages.unit != "EUR":
                sentences[key].append(_when(stages))
    return {key: Changes(tuple(dict.fromkeys(told)), charts.get(key)) for key, told in sentences.items()}


def _varied(state: State, data: Mapping[str, Any], law: TaxBenefitSystem) -> Iterator[tuple[Path, float]]:
    """Yield the amounts to vary, and what they are now: those that were given, then the wage."""
    known = inputs_of(law)
    given = {
        path: float(value)
        for path, value in state.given.items()
        if known[path[2]].value_type is float and value and SELF in members_of(data, path[0], path[1])
    }
    wage = ("individus", SELF, WAGE)
    if WAGE in known and wage not in given:
        given[wage] = 0.0
    yield from list(given.items())[:VARIED]


def _at(point: Breakpoint, varied: Variable, unit: str | None) -> str:
    """Return what happens where an answer reaches a place."""
    where = f"« {varied.label} » à {amount_of(varied, point.at)}"
    if unit is None:
        return f"{where} : le résultat change."
    if point.kind == "end":
        return f"{where} : l'aide s'annule."
    if point.kind == "start":
        return f"{where} : l'aide commence."
    if point.kind == "bend":
        return f"{where} : au-delà, l'aide évolue autrement."
    before, after = (amount_text(cents(one), None) for one in (point.before, point.after))
    return f"{where} : effet de seuil, l'aide passe de {before} à {after}."


def _when(stages: Stages) -> str:
    """Return until which month a result stays what it is, all else equal."""
    first, second, *_ = stages.stages
    last = month_text(first.last)
    if stages.unit is None:
        return f"Sans autre changement, jusqu'en {last} compris."
    after = Decimal(second.amount or 0)
    then = amount_text(after, None) if after else "plus rien"
    return f"Sans autre changement : ce montant jusqu'en {last} compris, puis {then}."
