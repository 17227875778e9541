"""Reads the tables of a population: who is who, of which groups, and what was answered."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.entities import GroupEntity
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.answers import BIRTH
from dept_rules.derivation import HEAD, derive, needs_birth
from dept_rules.entities import ENTITIES, GROUPS, Individu, Menage
from dept_rules.execution import Execution
from dept_rules.people import Answers, Array, Group, Population
from dept_rules.tables.columns import WEIGHT, Question, answers, questions, value_type
from dept_rules.tables.faults import Faults
from dept_rules.tables.files import load
from dept_rules.tables.identifiers import Identifiers, taken
from dept_rules.tables.memberships import identifiers, membership

if TYPE_CHECKING:
    import pandas as pd


def read(data: Any, system: TaxBenefitSystem, asked: Period) -> Population:
    """Check the tables of a population and return it, sorted by household.

    Args:
        data: a flat DataFrame, a mapping of DataFrames by plural of the entity, or the path
            of a CSV or Parquet file or of a folder of them.
        system: the law whose inputs may be columns.
        asked: the month or year asked. Groups that are not given are derived as of its
            first day; nobody is born after its last.

    Raises:
        TableError: with every fault found; those of groups to derive, once the rest is right.
    """
    return Reader(system, asked, load(data, functools.partial(value_type, system))).read()


@dataclass
class Reader:
    """One reading of tables; `faults` has what was found wrong once `read` has raised."""

    system: TaxBenefitSystem
    asked: Period
    tables: Mapping[str, pd.DataFrame]
    faults: Faults = field(default_factory=Faults)

    def read(self) -> Population:
        """Return the population; see `read`."""
        listed = {
            entity.key: identifiers(self.tables[entity.plural], entity, entity, self.faults, unique=True)
            for entity in ENTITIES
            if entity.plural in self.tables
        }
        ids = listed[Individu.key]
        groups = self._groups(listed)
        known = Population(() if ids is None else Identifiers(ids), groups, self._answers(Individu, Individu))
        if not self.faults:
            groups |= self._derived(known)
        of_groups = self._answers_of_groups(groups)
        self.faults.stop()
        weights = self._weights(of_groups, groups[Menage.key])
        return _sorted(replace(known, groups=groups, weights=weights), of_groups)

    @functools.cached_property
    def questions(self) -> dict[str, list[Question]]:
        """The columns of each table that answer an input."""
        return {
            plural: questions(plural, table, self.system, self.faults)
            for plural, table in self.tables.items()
        }

    def _groups(self, listed: Mapping[str, Any]) -> dict[str, Group]:
        people = self.tables[Individu.plural]
        flat = len(self.tables) == 1
        found = {
            entity.key: membership(entity, people, listed.get(entity.key), self.faults, contiguous=flat)
            for entity in GROUPS
        }
        return {key: group for key, group in found.items() if group is not None}

    def _answers(self, table: Any, entity: Any, group: Group | None = None) -> dict[str, Answers]:
        here = self.questions.get(table.plural, ())
        asked = [question for question in here if question.variable.entity.key == entity.key]
        return answers(asked, self.asked.stop.date, self.faults, group)

    def _answers_of_groups(self, groups: Mapping[str, Group]) -> dict[str, Answers]:
        found: dict[str, Answers] = {}
        for entity in GROUPS:
            own = self._answers(entity, entity)
            by_members = self._answers(Individu, entity, groups.get(entity.key))
            for name in own.keys() & by_members.keys():
                path = f"{Individu.plural}.{name}"
                self.faults.add(path, f"is given in {entity.plural} too", "one of them")
            found |= own | by_members
        return found

    def _weights(self, of_groups: dict[str, Answers], menage: Group) -> Array | None:
        weights = of_groups.pop(WEIGHT.name, None)
        if weights is None:
            return None
        without = ~weights.answered
        if without.any():
            problem = f"is missing for {np.count_nonzero(without)} menages"
            rows = np.flatnonzero(without[menage.member_of])
            self.faults.add(WEIGHT.name, problem, "a weight for each, or for none", rows)
        self.faults.stop()
        return weights.plain

    def _derived(self, known: Population) -> dict[str, Group]:
        """Return the groups that were not given, each under the identifier of its head."""
        missing = [entity for entity in GROUPS if entity.key not in known.groups]
        if not missing:
            return {}
        births = known.answers.get(BIRTH)
        told = np.zeros(known.count, dtype=bool) if births is None else births.answered
        self.faults.add_where(
            f"{Individu.plural}.{BIRTH}",
            f"is missing, and decides whose {_list(missing)} the person belongs to,",
            needs_birth(known.groups[Menage.key]) & ~told,
            f"a date of birth, or {_list(missing)} given explicitly",
        )
        if self.faults:
            return {}
        run = Execution(self.system, known)
        return {entity.key: self._derive(entity, run) for entity in missing}

    def _derive(self, entity: GroupEntity, run: Execution) -> Group:
        made = derive(entity, run, self.asked.first_month)
        self.faults.add_rows(
            Individu.plural,
            f"the person could belong to several of {entity.plural}",
            made.unclear,
            f"the columns {entity.key}_id and {entity.key}_role",
        )
        heads = _first(made.member_of, prefer=made.roles == HEAD)
        return Group(entity, taken(run.population.ids, heads), made.member_of, made.roles)


def _first(member_of: Array, prefer: Array) -> Array:
    """Return, for each group, the rank of its first member, preferred ones before others."""
    first = np.zeros(int(member_of.max()) + 1, dtype=np.intp)
    for rows in (np.arange(len(member_of)), np.flatnonzero(prefer)):  # what is written last stays
        first[member_of[rows[::-1]]] = rows[::-1]
    return first


def _sorted(population: Population, of_groups: Mapping[str, Answers]) -> Population:
    """Return the population with the people of a household together, in the order of households."""
    menage_of = population.groups[Menage.key].member_of
    if (np.diff(menage_of) >= 0).all():
        return replace(population, answers={**population.answers, **of_groups})
    order = np.argsort(menage_of, kind="stable")
    groups = {
        key: replace(group, member_of=group.member_of[order], roles=group.roles[order])
        for key, group in population.groups.items()
    }
    of_people = {
        name: Answers(
            known.plain[order],
            known.answered[order],
            {period: (values[order], given[order]) for period, (values, given) in known.by_period.items()},
        )
        for name, known in population.answers.items()
    }
    return Population(taken(population.ids, order), groups, {**of_people, **of_groups}, population.weights)


def _list(entities: list[GroupEntity]) -> str:
    return " and ".join(entity.plural for entity in entities)
