"""A situation: a few people, who lives with whom, and their answers; checked, then made a population.

Situations are OpenFisca's JSON. Nothing in them reaches a formula unchecked, and all
faults are told at once.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.entities import GroupEntity
from openfisca_core.periods import DateUnit, Period
from openfisca_core.periods import period as parse_period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.answers import coerce_one
from dept_rules.derivation import Derivation, derive, needs_birth
from dept_rules.entities import GROUPS, Famille, FoyerFiscal, Individu, Menage
from dept_rules.errors import Fault, SituationError, did_you_mean, nearest
from dept_rules.execution import ETERNAL, Execution
from dept_rules.people import Answers, Group, Population
from dept_rules.variable import Variable

#: A situation is at most this deep: entity, identifier, variable, period.
MAX_DEPTH = 8
#: Names that look like an unknown one are looked for in so many faults: it takes a millisecond each.
HINTS = 20
#: An answer told for a period is told for at most so many months or years, and not after that year.
LONGEST = 120
LAST_YEAR = 2100
#: Somebody of whom nearly nothing is known, to learn what rules read, or to have them ready: for everybody
#: they are the same.
ANYBODY = {
    "individus": {"x": {"date_naissance": "2000-01-01"}},
    "menages": {"m": {"personne_de_reference": "x"}},
}
ENTITIES = {entity.plural: entity for entity in (Individu, *GROUPS)}


@dataclass(frozen=True)
class Derived:
    """A group that was not given and was made by rule."""

    entity: GroupEntity
    id: str
    members: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Situation:
    """A checked situation.

    Attributes:
        population: the people, their groups and answers.
        derived: the groups that were not given, as they were made.
    """

    population: Population
    derived: tuple[Derived, ...] = ()


def load(path: str | Path) -> dict[str, Any]:
    """Return the situation held by a JSON file.

    Raises:
        SituationError: no such file, not JSON, a key given twice, NaN or infinity, too deep.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SituationError([Fault("", "there is no such file", "the path of a JSON file")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SituationError(
            [Fault("", f"the file cannot be read ({type(error).__name__})", "JSON in UTF-8")]
        ) from None
    return loads(text)


def loads(text: str) -> dict[str, Any]:
    """Return the situation held by a JSON text; see `load`."""
    faults: list[Fault] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        for key in _repeated(key for key, _ in items):
            faults.append(Fault(key, "the key is given twice in one object", "each key once"))
        return dict(items)

    def constant(_: str) -> None:
        faults.append(Fault("", "NaN and infinity are not numbers of JSON", "a finite number"))

    try:
        data = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise SituationError([Fault(where, "this is not JSON", "a JSON object")]) from None
    except ValueError:
        raise SituationError([Fault("", "a number has too many digits", "a finite number")]) from None
    except RecursionError:
        raise SituationError([Fault("", "the JSON is too deep", f"at most {MAX_DEPTH} levels")]) from None
    if faults:
        raise SituationError(faults)
    return data  # type: ignore[no-any-return]


def read(data: Any, system: TaxBenefitSystem, month: Period) -> Situation:
    """Check a situation and return it, ready to be computed.

    Args:
        data: OpenFisca's JSON, as Python objects.
        system: the law whose variables may be answered.
        month: the month asked, or the months from the first asked to the last; ages that decide who
            belongs to whom are those of the first day.

    Raises:
        SituationError: with every fault found.
    """
    return _Reader(system, month).read(data)


@dataclass
class _Reader:
    system: TaxBenefitSystem
    month: Period
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.today = self.month.stop.date

    def fault(self, path: str, problem: str, expected: str = "") -> None:
        self.faults.append(Fault(path, problem, expected))

    def read(self, data: Any) -> Situation:
        tables = self._tables(data)
        self._stop_if_faulty()
        people = list(tables["individus"])
        groups = {
            entity.key: self._group(entity, tables[entity.plural], people)
            for entity in GROUPS
            if tables[entity.plural] or entity is Menage
        }
        ids = {"individu": people} | {key: list(group.ids) for key, group in groups.items()}
        answers = {
            entity.key: self._answers(entity, tables[plural], ids[entity.key])
            for plural, entity in ENTITIES.items()
            if entity.key in ids
        }
        self._stop_if_faulty()
        known = {name: found for of_entity in answers.values() for name, found in of_entity.items()}
        population = Population(people, groups, known)
        run = Execution(self.system, population)
        derived = [
            self._derive(entity, run, groups) for entity in (Famille, FoyerFiscal) if entity.key not in groups
        ]
        self._stop_if_faulty()
        return Situation(Population(people, groups, known), tuple(d for found in derived for d in found))

    def _stop_if_faulty(self) -> None:
        if self.faults:
            raise SituationError(self.faults)

    # --- shape -----------------------------------------------------------------------------

    def _tables(self, data: Any) -> dict[str, dict[str, dict[str, Any]]]:
        tables: dict[str, dict[str, dict[str, Any]]] = {plural: {} for plural in ENTITIES}
        if not isinstance(data, Mapping):
            self.fault("", "a situation is an object", f"an object with {_list(ENTITIES)}")
            return tables
        if _depth(data) > MAX_DEPTH:
            self.fault("", "the situation is too deep", f"at most {MAX_DEPTH} levels")
            return tables
        for key, table in data.items():
            if key not in ENTITIES:
                hint = did_you_mean(nearest(str(key), ENTITIES))
                self.fault(step(key), f"unknown entity{hint}", f"one of {_list(ENTITIES)}")
            elif not isinstance(table, Mapping):
                self.fault(key, "must be an object of identifiers", '{"an_identifier": {…}}')
            else:
                for identifier, item in table.items():
                    if isinstance(item, Mapping):
                        tables[key][str(identifier)] = dict(item)
                    else:
                        self.fault(
                            f"{key}/{step(identifier)}", "must be an object", '{"a_variable": a_value, …}'
                        )
        if not tables["individus"]:
            self.fault("individus", "the situation has no one", "at least one person")
        elif not tables["menages"]:
            self.fault("menages", "who lives with whom is missing", "at least one household")
        return tables

    # --- groups ----------------------------------------------------------------------------

    def _group(self, entity: GroupEntity, table: dict[str, dict[str, Any]], people: list[str]) -> Group:
        rank = {person: index for index, person in enumerate(people)}
        flat = entity.flattened_roles
        member_of = np.full(len(people), -1)
        roles = np.zeros(len(people), dtype=np.int8)
        for place, (identifier, item) in enumerate(table.items()):
            path = f"{entity.plural}/{step(identifier)}"
            held = 0
            for role in entity.roles:
                key = role.plural or role.key
                slots = role.subroles or [role]
                members = self._members(item.pop(key, None), f"{path}/{key}")
                most = len(slots) if role.subroles else role.max
                if most is not None and len(members) > most:
                    self.fault(f"{path}/{key}", f"{len(members)} people hold this role", f"at most {most}")
                    continue
                for position, person in enumerate(members):
                    if person not in rank:
                        hint = did_you_mean(nearest(person, rank))
                        self.fault(
                            f"{path}/{key}",
                            f"names somebody who is not there{hint}",
                            "a key of individus",
                        )
                    elif member_of[rank[person]] >= 0:
                        self.fault(
                            f"{path}/{key}",
                            f"names somebody who is placed twice in {entity.plural}",
                            "each person once",
                        )
                    else:
                        member_of[rank[person]] = place
                        roles[rank[person]] = flat.index(slots[position] if role.subroles else role)
                        held += 1
            self._check_group(entity, path, place, member_of, roles, held)
        for person in np.asarray(people, dtype=object)[member_of < 0]:
            self.fault(
                f"individus/{step(person)}",
                f"is in none of {entity.plural}",
                f"a role in one of {entity.plural}",
            )
        return Group(entity, list(table), member_of, roles)

    def _check_group(
        self, entity: GroupEntity, path: str, place: int, member_of: Any, roles: Any, held: int
    ) -> None:
        if entity is FoyerFiscal:
            return  # its declarants may live elsewhere
        if not held:
            self.fault(path, "has no members", "at least one person")
        elif not ((member_of == place) & (roles == 0)).any():
            first = entity.roles[0]
            self.fault(path, f"has no {first.key}", f"somebody as {first.plural or first.key}")

    def _members(self, value: Any, path: str) -> list[str]:
        if value is None:
            return []
        members = [value] if isinstance(value, str) else value
        if not isinstance(members, list | tuple) or not all(isinstance(one, str) for one in members):
            self.fault(path, "must be a list of identifiers", '["an_identifier", …]')
            return []
        if any(_repeated(members)):
            self.fault(path, "names somebody twice", "each person once")
        return list(dict.fromkeys(members))

    # --- answers ---------------------------------------------------------------------------

    def _answers(self, entity: Any, table: dict[str, dict[str, Any]], ids: list[str]) -> dict[str, Answers]:
        found: dict[str, Answers] = {}
        for index, identifier in enumerate(ids):
            for name, value in table[identifier].items():
                path = f"{entity.plural}/{step(identifier)}/{step(name)}"
                variable = self._variable(entity, name, path, value)
                if variable is None or value is None:
                    continue
                answers = found.setdefault(name, _nothing(variable, len(ids)))
                if isinstance(value, Mapping):
                    self._dated(variable, answers, index, path, value)
                else:
                    self._plain(variable, answers, index, path, value)
        return found

    def _variable(self, entity: Any, name: str, path: str, value: Any) -> Variable | None:
        variable = self.system.variables.get(name)
        if variable is None:
            hint = self._meant(entity, name) if len(self.faults) < HINTS else ""
            self.fault(path, f"unknown variable or role{hint}", "a name that `dept-rules inputs` lists")
        elif variable.entity.key != entity.key:
            self.fault(
                path, f"{name} is not asked of {entity.plural}", f"the same under {variable.entity.plural}"
            )
        elif variable.formulas:
            asked_only = isinstance(value, Mapping) and all(one is None for one in value.values())
            if value is not None and not asked_only:
                self.fault(path, f"{name} is computed, it cannot be given", "the answers it is computed from")
        else:
            return variable  # type: ignore[no-any-return]
        return None

    def _meant(self, entity: Any, name: str) -> str:
        here = [n for n, v in self.system.variables.items() if v.entity.key == entity.key and not v.formulas]
        roles = [role.plural or role.key for role in getattr(entity, "roles", [])]
        return did_you_mean(nearest(name, [*here, *roles]))

    def _plain(self, variable: Variable, answers: Answers, index: int, path: str, value: Any) -> None:
        checked = self._value(variable, path, value)
        if checked is not None:
            answers.plain[index] = checked
            answers.answered[index] = True

    def _dated(
        self, variable: Variable, answers: Answers, index: int, path: str, values: Mapping[Any, Any]
    ) -> None:
        for key, value in values.items():
            where = f"{path}/{step(key)}"
            period = read_key(key)
            if period is None:
                self.fault(where, "is not a period", '"2026-11", "2026" or "ETERNITY"')
                continue
            if value is None:
                continue
            if variable.definition_period == DateUnit.ETERNITY or period == ETERNAL:
                self._plain(variable, answers, index, where, value)
                continue
            parts = _parts(variable.definition_period, period)
            if not parts:
                expected = "a year" if variable.definition_period == DateUnit.YEAR else "a month or a year"
                self.fault(where, f"{variable.name} is told by {variable.definition_period}", expected)
                continue
            checked = self._value(variable, where, value)
            if checked is None:
                continue
            share = checked / len(parts) if variable.is_flow else checked
            for part in parts:
                kept, given = answers.by_period.setdefault(
                    part, (answers.plain.copy(), np.zeros(len(answers.plain), dtype=bool))
                )
                if given[index]:
                    self.fault(
                        where, f"{variable.name} is given twice for {part}", "one value for each period"
                    )
                kept[index] = share
                given[index] = True

    def _value(self, variable: Variable, path: str, value: Any) -> Any:
        checked, problem = coerce_one(variable, value, today=self.today)
        if problem is not None:
            self.fault(path, problem.problem, problem.expected)
            return None
        return checked

    # --- groups that were not given -----------------------------------------------------------

    def _derive(self, entity: GroupEntity, run: Execution, groups: dict[str, Group]) -> list[Derived]:
        known = run.population
        births = known.answers.get("date_naissance")
        told = births.answered if births is not None else np.zeros(known.count, dtype=bool)
        for person in np.flatnonzero(needs_birth(groups["menage"]) & ~told).tolist():
            self.fault(
                f"individus/{step(known.ids[person])}/date_naissance",
                f"is missing, and decides whose {entity.plural} the person belongs to",
                f"a date of birth, or {entity.plural} given explicitly",
            )
        if self.faults:
            return []
        made = derive(entity, run, self.month.first_month)
        for person in made.unclear.tolist():
            self.fault(
                f"individus/{step(known.ids[person])}",
                f"could belong to several of {entity.plural}",
                f"{entity.plural} given explicitly",
            )
        if self.faults:
            return []
        ids = [f"{entity.key}_{place + 1}" for place in range(int(made.member_of.max()) + 1)]
        groups[entity.key] = Group(entity, ids, made.member_of, made.roles)
        return [self._told(entity, place, name, known.ids, made) for place, name in enumerate(ids)]

    @staticmethod
    def _told(entity: GroupEntity, place: int, name: str, people: Sequence[str], made: Derivation) -> Derived:
        flat = entity.flattened_roles
        there, roles = np.flatnonzero(made.member_of == place).tolist(), made.roles.tolist()
        members = {}
        for role in entity.roles:
            wanted = {flat.index(one) for one in (role.subroles or [role])}
            holders = [people[i] for i in there if roles[i] in wanted]
            if holders:
                members[role.plural or role.key] = tuple(holders)
        return Derived(entity, name, members)


def step(key: Any) -> str:
    """Return a key as one step of the path of a fault, escaped as in a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


@functools.lru_cache(4096)
def read_key(key: Any) -> Period | None:
    """Return the period that keys an answer; None where it is none, or no answer can be that long."""
    try:
        period = parse_period(key)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    short = period.unit == DateUnit.ETERNITY or (
        1 <= period.size <= LONGEST and period.start.year <= LAST_YEAR
    )
    return period if short else None


def _nothing(variable: Variable, count: int) -> Answers:
    return Answers(variable.default_array(count), np.zeros(count, dtype=bool))


@functools.lru_cache(4096)
def _parts(unit: DateUnit, period: Period) -> tuple[Period, ...]:
    """Return the months or years (`unit`) of `period`; none where it is too short for it."""
    units = (DateUnit.YEAR,) if unit == DateUnit.YEAR else (DateUnit.MONTH, DateUnit.YEAR)
    return tuple(period.get_subperiods(unit)) if period.unit in units else ()


def _depth(value: Any, level: int = 1) -> int:
    if level > MAX_DEPTH:
        return level
    if isinstance(value, Mapping):
        return max((_depth(one, level + 1) for one in value.values()), default=level)
    if isinstance(value, list | tuple):
        return max((_depth(one, level + 1) for one in value), default=level)
    return level


def _repeated(items: Iterable[Any]) -> Iterator[Any]:
    seen = set()
    for item in items:
        if item in seen:
            yield item
        seen.add(item)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
