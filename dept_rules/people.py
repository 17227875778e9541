"""People, the groups they belong to, and what is known of them: what a reading of the law runs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from openfisca_core.entities import GroupEntity, Role
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import Period

from dept_rules.base import NO_DATE, where

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Group:
    """The groups of one kind (families, households…) of a population.

    Attributes:
        count: number of groups.
        ids: their identifiers (text; integers where a table has them).
        member_of: for each person, the rank of the group.
        roles: for each person, the rank of the role in ``entity.flattened_roles``.
    """

    entity: GroupEntity
    ids: Sequence[Any]
    member_of: Array
    roles: Array
    _holders: dict[str, Array] = field(default_factory=dict, compare=False, repr=False)

    @property
    def count(self) -> int:
        """Return the number of groups (those without members included)."""
        return len(self.ids)

    def has_role(self, role: Role) -> Array:
        """Return, for each person, whether they hold `role` (or one of its subroles)."""
        known = self._holders.get(role.key)
        if known is None:
            flat = self.entity.flattened_roles
            wanted = [flat.index(sub) for sub in (role.subroles or [role])]
            known = self._holders[role.key] = np.logical_or.reduce([self.roles == rank for rank in wanted])
        return known

    def project(self, array: Any) -> Any:
        """Return, for each person, what their group has."""
        return array[self.member_of]

    def sum(self, values: Any) -> Any:
        """Return the sum of the values of the members of each group, in their order; 0 of nobody."""
        return np.bincount(self.member_of, weights=values, minlength=self.count)

    def extreme(self, keep: np.ufunc, values: Any) -> Any:
        """Return what `keep` (``np.minimum`` or ``np.maximum``) keeps of each group; ∓infinity of nobody."""
        if not isinstance(values, np.ndarray):
            return values.extreme(keep, self.member_of, self.count)
        return extreme(keep, values, self.member_of, self.count)

    def nb_persons(self, role: Role | None = None) -> Any:
        """Return the number of members of each group (those with `role`, if given)."""
        held = np.ones(len(self.member_of)) if role is None else self.has_role(role)
        return self.sum(held).astype(np.int64)

    def holders(self, role: Role) -> tuple[Array, Array]:
        """Return whether somebody has a role (of one person) in each group, and that person's rank."""
        holders = np.flatnonzero(self.has_role(role))
        rank = np.zeros(self.count, dtype=np.intp)
        there = np.zeros(self.count, dtype=bool)
        rank[self.member_of[holders]] = holders
        there[self.member_of[holders]] = True
        return there, rank

    def of_role(self, array: Any, role: Role) -> Any:
        """Return what the one person with `role` has in each group; 0 (or no date) where nobody does."""
        there, rank = self.holders(role)
        return where(there, array[rank], nothing(array.dtype))


@dataclass(repr=False)
class Answers:
    """What is known of one input, for everybody. Its repr tells no answer.

    Attributes:
        plain: values that hold for every period (the default where nothing was said).
        answered: for each person or group, whether a plain value was given.
        by_period: values given for a period, and for whom they were.
    """

    plain: Array
    answered: Array
    by_period: dict[Period, tuple[Array, Array]] = field(default_factory=dict)

    def at(self, period: Period) -> tuple[Array, Array]:
        """Return the values at `period`, and for whom they are answers rather than defaults."""
        exact = self.by_period.get(period)
        if exact is None:
            return self.plain, self.answered
        values, given = exact
        if given.all():
            return values, given
        merged = self.plain.copy()
        merged[given] = values[given]
        return merged, self.answered | given

    def values(self, period: Period | None) -> Array:
        """Return the values at `period` (None: those that hold for every period), enumerations as ranks."""
        values = self.plain if period is None else self.at(period)[0]
        return values.view(np.ndarray)


@dataclass(frozen=True, repr=False)
class Population:
    """People, their groups and their answers. Its repr tells no answer.

    Attributes:
        ids: identifiers of the persons (text; integers where a table has them).
        groups: by key of the entity (``famille``, ``foyer_fiscal``, ``menage``).
        answers: by name of the input.
        weights: survey weights of the households, where there are any.
    """

    ids: Sequence[Any]
    groups: Mapping[str, Group]
    answers: Mapping[str, Answers]
    weights: Array | None = None

    def __repr__(self) -> str:
        groups = ", ".join(f"{key}: {group.count}" for key, group in self.groups.items())
        return f"<Population of {self.count}; {groups}; {len(self.answers)} inputs>"

    @property
    def count(self) -> int:
        """Return the number of persons."""
        return len(self.ids)

    def size(self, entity_key: str) -> int:
        """Return the number of persons or of groups of an entity."""
        return self.count if entity_key == "individu" else self.groups[entity_key].count

    def ids_of(self, entity_key: str) -> Sequence[Any]:
        """Return the identifiers of the persons or of the groups of an entity."""
        return self.ids if entity_key == "individu" else self.groups[entity_key].ids


def nothing(dtype: Any) -> Any:
    """Return what stands for the value of nobody: 0, no date, or False (0 would make numbers of booleans)."""
    return NO_DATE if dtype.kind == "M" else False if dtype.kind == "b" else 0


def place_of(population: Population, of: str, to: str, rank: int) -> int:
    """Return the rank in entity `to` of the `rank`-th of entity `of`: its group, or its first member."""
    if of == to:
        return rank
    if of == "individu":
        return int(population.groups[to].member_of[rank])
    first = int(np.flatnonzero(population.groups[of].member_of == rank)[0])
    return first if to == "individu" else int(population.groups[to].member_of[first])


def of_households(population: Population, ranks: Array, entities: Mapping[str, str]) -> Population:
    """Return some households of a population, with their people and the groups these belong to.

    Members of those groups who live in another household are left out; see `linked`.

    Args:
        population: everybody.
        ranks: the households to keep; they stay in the order of `population`.
        entities: the key of the entity of each input, by name.
    """
    rows = np.flatnonzero(np.isin(population.groups["menage"].member_of, ranks))
    groups: dict[str, Group] = {}
    kept = {"individu": rows}
    for key, group in population.groups.items():
        used, member_of = np.unique(group.member_of[rows], return_inverse=True)
        ids = [group.ids[one] for one in used.tolist()]
        groups[key] = Group(group.entity, ids, member_of.reshape(-1), group.roles[rows])
        kept[key] = used
    answers = {}
    for name, known in population.answers.items():
        part = kept[entities[name]]
        answers[name] = Answers(
            known.plain[part],
            known.answered[part],
            {period: (values[part], given[part]) for period, (values, given) in known.by_period.items()},
        )
    weights = None if population.weights is None else population.weights[kept["menage"]]
    return Population([population.ids[row] for row in rows.tolist()], groups, answers, weights)


def linked(population: Population, ranks: Array) -> Array:
    """Return the ranks of some households and of all that share a family or a tax household with them."""
    homes = population.groups["menage"].member_of
    found = np.zeros(population.size("menage"), dtype=bool)
    found[ranks] = True
    while True:
        persons = found[homes]
        for group in population.groups.values():
            touched = np.zeros(group.count, dtype=bool)
            touched[group.member_of[persons]] = True
            persons = touched[group.member_of]
        more = found.copy()
        more[homes[persons]] = True
        if (more == found).all():
            return np.flatnonzero(found)
        found = more


def repeated(population: Population, copies: int) -> Population:
    """Return the same people `copies` times over, each copy with its own groups.

    The first copy comes first, whole, then the second: arrays of the result are those of
    `population` tiled, so that one answer can be varied from copy to copy.
    """
    groups = {
        key: Group(
            group.entity,
            list(group.ids) * copies,
            np.concatenate([group.member_of + copy * group.count for copy in range(copies)]),
            np.tile(group.roles, copies),
        )
        for key, group in population.groups.items()
    }
    answers = {
        name: Answers(
            _tiled(known.plain, copies),
            np.tile(known.answered, copies),
            {
                period: (_tiled(values, copies), np.tile(given, copies))
                for period, (values, given) in known.by_period.items()
            },
        )
        for name, known in population.answers.items()
    }
    return Population(list(population.ids) * copies, groups, answers)


def _tiled(values: Array, copies: int) -> Array:
    tiled = np.tile(np.asarray(values), copies)
    return EnumArray(tiled, values.possible_values) if isinstance(values, EnumArray) else tiled


def extreme(keep: np.ufunc, values: Array, member_of: Array, count: int) -> Array:
    """Return what `keep` (``np.minimum`` or ``np.maximum``) keeps of each group; ∓infinity of nobody."""
    result = np.full(count, np.inf if keep is np.minimum else -np.inf)
    keep.at(result, member_of, values)
    return result
