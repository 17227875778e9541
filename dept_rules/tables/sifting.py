"""Reads the sound households of a table, and says what is wrong with the others."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entities import Individu
from dept_rules.errors import TableError
from dept_rules.people import Array, Population
from dept_rules.tables.reading import Reader

if TYPE_CHECKING:
    import pandas as pd


class Reject(NamedTuple):
    """A fault of one row, for which its household is left out.

    Attributes:
        row: rank of the row in the table, from 0.
        household: identifier of the household.
        column: the column at fault; "" where it is the person as a whole.
        problem: what is wrong there; never repeats a value.
        expected: what would be right.
    """

    row: int
    household: Any
    column: str
    problem: str
    expected: str


def sift(
    table: pd.DataFrame,
    system: TaxBenefitSystem,
    asked: Period,
    required: Collection[tuple[str, Period]] = (),
) -> tuple[Population | None, list[Reject]]:
    """Return the population of the sound households of a flat table, and the faults of the others.

    Args:
        table: people, those of a household in consecutive rows, each with the identifier of theirs.
        system: the law whose inputs may be columns.
        asked: the month or year asked.
        required: inputs that nobody may leave without an answer, and the period it is wanted at.

    Returns:
        The population (None if no household is sound) and the faults, in the order they were found.

    Raises:
        TableError: with the faults that are those of the table as a whole.
    """
    rejects: list[Reject] = []
    rows = np.arange(len(table))
    while len(table):
        reader = Reader(system, asked, {Individu.plural: table})
        population = _read(reader, required)
        if population is not None:
            return population, rejects
        found = reader.faults.of_rows()
        if found is None:
            reader.faults.stop()
        households = table["menage_id"]
        for fault, wrong in found or ():
            column = fault.path.rpartition(".")[2] if fault.path != Individu.plural else ""
            problem = fault.problem.rpartition(" in ")[0].rstrip(",") or fault.problem
            rejects += [
                Reject(int(rows[row]), household, column, problem, fault.expected)
                for row, household in zip(wrong.tolist(), households.iloc[wrong].tolist(), strict=True)
            ]
        sound = ~households.isin(households.iloc[np.concatenate([wrong for _, wrong in found or ()])])
        table, rows = table[sound.to_numpy(bool)], rows[sound]
    return None, rejects


def _read(reader: Reader, required: Collection[tuple[str, Period]]) -> Population | None:
    """Return the population; None if a row has a fault, told in the reader."""
    try:
        population = reader.read()
    except TableError:
        return None
    for name, at in required:
        missing = _without(population, reader.system, name, at)
        reader.faults.add_where(f"{Individu.plural}.{name}", "is missing", missing, "an answer for everybody")
    return None if reader.faults else population


def _without(population: Population, system: TaxBenefitSystem, name: str, at: Period) -> Array:
    """Return, for each person, whether they or their group left an input without an answer."""
    entity = system.variables[name].entity
    known = population.answers.get(name)
    size = population.size(entity.key)
    missing = np.ones(size, dtype=bool) if known is None else ~known.at(at)[1]
    return missing if entity.is_person else missing[population.groups[entity.key].member_of]
