"""The columns of a table that answer an input, checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.periods import ETERNITY, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.answers import Column, coerce, periods_of
from dept_rules.entities import ENTITIES, Individu, Menage
from dept_rules.errors import did_you_mean, nearest
from dept_rules.people import Answers, Array, Group
from dept_rules.system import inputs
from dept_rules.tables.faults import Faults
from dept_rules.variable import Variable

if TYPE_CHECKING:
    import pandas as pd


class poids(Variable):  # noqa: N801 (named as its column)
    """The survey weight of a household, read as an answer is."""

    value_type = float
    entity = Menage
    definition_period = ETERNITY
    label = "Poids du ménage"
    minimum = 0.0


WEIGHT = poids()


@dataclass(frozen=True)
class Question:
    """A column that answers an input.

    Attributes:
        path: table and column ("individus.salaire_net@2026-11").
        variable: the input.
        periods: the months or years it is about; none where it holds for all.
        cells: the answers, one a row.
    """

    path: str
    variable: Variable
    periods: list[Period]
    cells: pd.Series[Any]


def value_type(system: TaxBenefitSystem, column: str) -> type:
    """Return the type of the values of a column (of text, where it answers no input)."""
    variable = _inputs(system).get(column.partition("@")[0])
    return variable.value_type if variable else str


def questions(plural: str, table: pd.DataFrame, system: TaxBenefitSystem, faults: Faults) -> list[Question]:
    """Return the columns of the table of an entity that answer an input.

    Those of `individus` may answer the inputs of groups.
    """
    found = []
    structure = _structure(plural)
    askable = {
        key: variable
        for key, variable in _inputs(system).items()
        if plural in (Individu.plural, variable.entity.plural)
    }
    for rank, column in enumerate(map(str, table.columns)):
        if column in structure:
            continue
        path = f"{plural}.{column}"
        name, dated, text = column.partition("@")
        variable = askable.get(name)
        if variable is None:
            faults.add(path, *_why_not(plural, name, askable, system))
            continue
        try:
            periods = periods_of(variable, text) if dated else []
        except ValueError as expected:
            faults.add(path, "what follows @ is not a period that suits", str(expected))
        else:
            found.append(Question(path, variable, periods, table.iloc[:, rank]))
    return found


def answers(
    asked: Iterable[Question], today: date, faults: Faults, group: Group | None = None
) -> dict[str, Answers]:
    """Return the answers of some columns, by name of the input.

    Args:
        asked: the columns, of one table.
        today: the last day a birth may be on.
        faults: where to note what is wrong.
        group: the groups that columns of `individus` tell something of: members must agree.
    """
    found: dict[str, Answers] = {}
    first = None if group is None else _first_rows(group)
    for question in asked:
        variable = question.variable
        column = coerce(variable, question.cells, today=today)
        for (problem, expected), rows in column.problems.items():
            faults.add_rows(question.path, problem, rows, expected)
        if group is not None:
            column = _of_group(group, first, question.path, column, faults)
        known = found.get(variable.name)
        if known is None and not question.periods:
            found[variable.name] = Answers(column.values, column.answered)
            continue
        if known is None:
            count = len(column.values)
            known = Answers(variable.default_array(count), np.zeros(count, dtype=bool))
            found[variable.name] = known
        _note(known, question, column, faults)
    return found


def _inputs(system: TaxBenefitSystem) -> dict[str, Variable]:
    return inputs(system) | {WEIGHT.name: WEIGHT}


def _structure(plural: str) -> set[str]:
    """Return the columns that say who is who."""
    names = {entity.plural: {f"{entity.key}_id"} for entity in ENTITIES}
    names[Individu.plural] |= {f"{entity.key}_{what}" for entity in ENTITIES[1:] for what in ("id", "role")}
    return names[plural]


def _why_not(plural: str, name: str, askable: Iterable[str], system: TaxBenefitSystem) -> tuple[str, str]:
    """Return why a column answers no input, and what would."""
    other = system.variables.get(name)
    if other is None:
        hint = did_you_mean(nearest(name, [*askable, *_structure(plural)]))
        return f"unknown column{hint}", "an input that `dept-rules inputs` lists"
    if other.formulas:
        return f"{name} is computed, it cannot be given", "the inputs it is computed from"
    return f"{name} is not asked of {plural}", f"the same in {other.entity.plural}"


def _first_rows(group: Group) -> Array:
    """Return the row of the first member of each group."""
    first = np.zeros(group.count, dtype=np.intp)
    first[group.member_of[::-1]] = np.arange(len(group.member_of))[::-1]
    return first


def _of_group(group: Group, first: Any, path: str, column: Column, faults: Faults) -> Column:
    """Return, one a group, what its members tell of it in one voice: that of the `first`."""
    said, answered = column.values.view(np.ndarray), column.answered
    wrong = said != said[first][group.member_of]
    if not answered.all():
        wrong = (answered != answered[first][group.member_of]) | (answered & wrong)
    key = group.entity.key
    if not column.problems:
        problem = f"differs from the first row of the same {key}"
        faults.add_where(path, problem, wrong, f"one value for each {key}")
    return Column(column.values[first], answered[first])


def _note(known: Answers, question: Question, column: Column, faults: Faults) -> None:
    new, given = column.values, column.answered
    if not question.periods:
        again = known.answered & given
        faults.add_where(question.path, "an answer for every period is given twice", again, "one column")
        known.plain[given] = new[given]
        known.answered |= given
        return
    if question.variable.is_flow:
        new = new / len(question.periods)
    for period in question.periods:
        if period not in known.by_period:
            known.by_period[period] = (new, given)
            continue
        values, already = known.by_period[period]
        again = already & given
        faults.add_where(question.path, f"an answer for {period} is given twice", again, "one column")
        known.by_period[period] = (_merged(values, new, given), already | given)


def _merged(values: Any, new: Any, given: Any) -> Any:
    result = values.copy()
    result[given] = new[given]
    return result
