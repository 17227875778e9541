"""What a batch computes: the columns of its tables, and what must be known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from openfisca_core.periods import DateUnit, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import provenance, reforms_loader
from dept_rules.calculation import (
    columns_of,
    evaluate_case,
    open_case,
    read_period,
    with_starts,
)
from dept_rules.engine.columns import Work
from dept_rules.engine.layout import Layout
from dept_rules.engine.replay import Replay
from dept_rules.entitlements import Entitlement, Verdict
from dept_rules.errors import UnknownNameError
from dept_rules.execution import Key
from dept_rules.people import Array, Population
from dept_rules.situations import ANYBODY
from dept_rules.system import baseline, benefits, variable


@dataclass(frozen=True)
class Column:
    """A column of a result.

    Attributes:
        name: of the column.
        benefit: the benefit it tells of.
        entity: key of the entity it is of.
        keys: the variable at one period, or at each month of the year.
        how: the value itself, the sum over the months, or how many of them have it.
    """

    name: str
    benefit: str
    entity: str
    keys: tuple[Key, ...]
    how: Literal["value", "sum", "months"]

    def of(self, values: Mapping[Key, Array]) -> Array:
        """Return the column, from the values of its keys."""
        if self.how == "value":
            return values[self.keys[0]]
        months = [values[key] for key in self.keys]
        if self.how == "sum":
            return sum(months[1:], start=months[0])
        return sum((month > 0 for month in months), start=np.zeros(len(months[0]), dtype=np.int8))


@dataclass(frozen=True)
class Question:
    """A law, a period and what is asked of them, ready to be computed.

    Attributes:
        system: the law, reformed or not.
        asked: a month or a year.
        columns: of the results, those of each benefit together.
        inputs: what the rules read, at each period.
    """

    system: TaxBenefitSystem
    asked: Period
    columns: tuple[Column, ...]
    inputs: tuple[Key, ...]
    _drawn: dict[Any, Work] = field(default_factory=dict, compare=False, repr=False)

    @property
    def keys(self) -> list[Key]:
        """Return what must be computed."""
        return list(dict.fromkeys(key for column in self.columns for key in column.keys))

    @property
    def entities(self) -> list[Any]:
        """Return the entities that have columns, people first."""
        having = {column.entity for column in self.columns}
        return [entity for entity in self.system.entities if entity.key in having]

    @property
    def required(self) -> list[Key]:
        """Return the inputs that nobody may leave without an answer."""
        return [key for key in self.inputs if variable(self.system, key[0]).required]

    @property
    def benefits(self) -> list[str]:
        """Return the benefits asked."""
        return list(dict.fromkeys(column.benefit for column in self.columns))

    def compute(self, people: Population) -> dict[str, Array]:
        """Return the columns over a population, by name."""
        people, _ = with_starts(self.system, people, self.asked)
        work = self._work(people)
        values = work.compute(Layout(people))[""]
        return {column.name: column.of(values) for column in self.columns}

    def _work(self, people: Population) -> Work:
        """Return the drawing of the rules: the same where the same inputs are dated alike."""
        answered = frozenset((name, *known.by_period) for name, known in people.answers.items())
        if answered not in self._drawn:
            self._drawn[answered] = Work(people, {"": self.system}, self.keys)
        return self._drawn[answered]

    def unanswered(self, people: Population) -> dict[str, int]:
        """Return how many people or groups left each input that the rules read without an answer."""
        lacking: dict[str, int] = {}
        for name, at in self.inputs:
            known = people.answers.get(name)
            size = people.size(variable(self.system, name).entity.key)
            missing = size if known is None else size - int(np.count_nonzero(known.at(at)[1]))
            lacking[name] = max(lacking.get(name, 0), missing)
        return lacking


def ask(
    period: str, reform: Any = None, names: Iterable[str] | None = None, *, monthly: bool = False
) -> Question:
    """Return what is asked, checked.

    Args:
        period: a month or a year.
        reform: as for `dept_rules.evaluate`.
        names: benefits; all by default.
        monthly: over a year, whether to give each month of monthly benefits too.

    Raises:
        PeriodError, UnknownNameError, ReformError: as for `dept_rules.evaluate`.
    """
    asked = read_period(period)
    system = reforms_loader.apply(reform, baseline())
    provenance.check_period(system, asked)
    known = benefits(system)
    chosen = list(known) if names is None else [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in known:
            raise UnknownNameError("benefit", name, known)
    found = tuple(column for name in sorted(set(chosen)) for column in _columns(known[name], asked, monthly))
    question = Question(system, asked, found, ())
    return replace(question, inputs=_inputs(question))


def notices(question: Question) -> dict[str, dict[str, Any]]:
    """Return what must be said of each benefit: its label, unit, standing, what it rests on.

    Over a year: what holds in its first month or in its last.
    """
    months = question.asked.get_subperiods(DateUnit.MONTH)
    told: dict[str, list[Entitlement]] = {}
    for month in dict.fromkeys((months[0], months[-1])):
        case = open_case(ANYBODY, str(month), question.system, question.benefits)
        for one in evaluate_case(case, refuse="none"):
            told.setdefault(one.benefit, []).append(one)
    return {name: _notice(found) for name, found in told.items()}


def _notice(found: list[Entitlement]) -> dict[str, Any]:
    applied = [one for one in found if one.verdict is not Verdict.NOT_IN_FORCE]
    carried = {figure.name for one in applied for figure in one.carried_forward}
    return {
        "label": found[0].label,
        "entity": found[0].entity,
        "unit": found[0].unit,
        "applies": bool(applied),
        "in_force": any(one.in_force for one in applied),
        "standing": provenance.worst(one.standing for one in applied or found),
        "notice": next((one.notice for one in reversed(applied or found) if one.notice), ""),
        "carried_forward": sorted(carried),
    }


def _columns(benefit: Any, asked: Period, monthly: bool) -> Iterable[Column]:
    parts = columns_of(benefit, asked)
    keys = tuple((benefit.name, at) for _, at in parts)
    name, entity = benefit.name, benefit.entity.key
    if len(parts) == 1:
        yield Column(name, name, entity, keys, "value")
        return
    if benefit.value_type is float:
        yield Column(name, name, entity, keys, "sum")
    yield Column(f"{name}_mois", name, entity, keys, "months")
    if monthly:
        for (dated, _), key in zip(parts, keys, strict=True):
            yield Column(dated, name, entity, (key,), "value")


def _inputs(question: Question) -> tuple[Key, ...]:
    case = open_case(ANYBODY, str(question.asked.first_month), question.system, question.benefits)
    people, _ = with_starts(question.system, case.situation.population, question.asked)
    return tuple(Replay(question.system, people, question.keys).inputs_read())
