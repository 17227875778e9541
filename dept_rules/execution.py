"""Runs the formulas of the law over a population: the exact reading.

It gives what openfisca-core's ``Simulation`` gives (a test holds the two equal), with
what the faces of this project need beside: the inputs that were read without an answer,
the figures each result hangs on, an error where the core would silently give a default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from openfisca_core.entities import Role
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Period
from openfisca_core.populations import ADD
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.errors import LawError
from dept_rules.people import Array, Group, Population
from dept_rules.system import eternal
from dept_rules.system import variable as find_variable

Key = tuple[str, Period]
ETERNAL = Period.eternity()


class Execution:
    """One run of a system's formulas over a population; each variable and period is computed once.

    Args:
        system: the law, or a reform of it.
        population: people and what is known of them.
        record: keep what each result was made from (for one household, not for millions).

    Attributes:
        calls: for each variable and period computed, those it read, in order.
        figures: for each variable and period computed, the names of the parameters it read.
        unanswered: inputs read for somebody who gave no answer, with the mask of who did.
    """

    def __init__(self, system: TaxBenefitSystem, population: Population, *, record: bool = False) -> None:
        self.system = system
        self.population = population
        self.record = record
        self.calls: dict[Key, list[Key]] = {}
        self.figures: dict[Key, dict[str, Period]] = {}
        self.unanswered: dict[Key, Array] = {}
        self._values: dict[Key, Array] = {}
        self._stack: list[Key] = []
        self._eternal = eternal(system)
        self._reads: dict[Key, None] = {}

    def value(self, name: str, period: Period) -> Array:
        """Return a variable at a period, one element per person or group. Not to be changed in place.

        Raises:
            UnknownNameError: no variable has this name.
            LawError: a formula calls itself, or a period does not suit a variable.
        """
        key = (name, ETERNAL if name in self._eternal else period)
        if self.record and self._stack:
            self.calls[self._stack[-1]].append(key)
        known = self._values.get(key)
        if known is None:
            known = self._compute(find_variable(self.system, name), key, period)
            if isinstance(known, np.ndarray):
                known.flags.writeable = False
            self._values[key] = known
        return known

    def total(self, name: str, period: Period) -> Array:
        """Return the sum of a variable over the months or years of a longer period.

        Raises:
            UnknownNameError: no variable has this name.
            LawError: it is no number; or see `value`.
        """
        variable = find_variable(self.system, name)
        if variable.value_type not in (bool, int, float):
            raise LawError(f"{name} cannot be added up over {period}: it is no number")
        return sum(self.value(name, sub) for sub in period.get_subperiods(variable.definition_period))  # type: ignore[return-value]

    def take(self, values: Mapping[Key, Array]) -> None:
        """Take for known what was computed elsewhere."""
        self._values.update(values)

    def recall(
        self,
        calls: Mapping[Key, list[Key]],
        figures: Mapping[Key, dict[str, Period]],
        reads: Iterable[Key],
        unanswered: dict[Key, Array],
    ) -> None:
        """Take for recorded what another run of the same formulas recorded; `reads`: see `inputs_read`."""
        self.calls, self.figures = dict(calls), dict(figures)
        self.unanswered = unanswered
        self._reads = dict.fromkeys(reads)

    def inputs_read(self) -> list[Key]:
        """Return the inputs that were read, and at which period, in the order they first were."""
        return list(self._reads)

    def computed(self) -> list[Key]:
        """Return the variables that a formula gave, and at which period, in the order they were asked."""
        return [key for key in self.calls if self.figures.get(key) is not None]

    def _compute(self, variable: Any, key: Key, period: Period) -> Array:
        if any(name == variable.name for name, _ in self._stack):
            raise LawError(f"{variable.name} calls itself at {period}")
        if key[1] is not ETERNAL:
            _check_period(variable, period)
        if not variable.formulas and not variable.is_neutralized:
            self._reads[key] = None
            return self._read(variable, key, period)
        formula = variable.get_formula(period)
        size = self.population.size(variable.entity.key)
        if formula is None or variable.is_neutralized:
            self.calls[key] = []
            return variable.default_array(size)  # type: ignore[no-any-return]
        self._stack.append(key)
        self.calls[key] = []
        self.figures[key] = {}
        try:
            view = View(self, variable.entity.key, _identity)  # not kept: a run in a cycle is freed late
            if formula.__code__.co_argcount == 2:
                result = formula(view, period)
            else:
                result = formula(view, period, self._parameters)
        finally:
            self._stack.pop()
        return self._cast(variable, result, size)

    def _read(self, variable: Any, key: Key, period: Period) -> Array:
        answers = self.population.answers.get(variable.name)
        if answers is None:
            size = self.population.size(variable.entity.key)
            self.unanswered[key] = np.ones(size, dtype=bool)
            return variable.default_array(size)  # type: ignore[no-any-return]
        values, answered = answers.at(key[1])
        if not answered.all():
            self.unanswered[key] = ~answered
        return values

    def _cast(self, variable: Any, result: Any, size: int) -> Array:
        if variable.value_type is Enum:
            members = variable.possible_values
            known: Array = result if isinstance(result, EnumArray) else members.encode(result)
            return known if known.ndim else EnumArray(np.full(size, known.view(np.ndarray)), members)
        array = np.asarray(result)
        if array.ndim == 0:
            array = np.full(size, array)
        return array.astype(variable.dtype, copy=False)

    def _parameters(self, at: Any) -> Any:
        node = self.system.get_parameters_at_instant(at)
        if not self.record:
            return node
        return RecordingNode(node, "", at, self.figures[self._stack[-1]])


class Figures:
    """Figures at an instant, as a reading of the law gives them to formulas."""

    def __init__(self, node: Any) -> None:
        self._node = node

    def __getattr__(self, key: str) -> Any:
        return self._child(key, getattr(self._node, key))

    @property
    def _children(self) -> dict[str, Any]:
        return {key: self._child(key, child) for key, child in self._node._children.items()}

    def _child(self, key: str, child: Any) -> Any:
        """Return what stands for a figure, a scale, or the figures under a name."""
        raise NotImplementedError


class RecordingNode(Figures):
    """Figures at an instant that remember which of them were read, by name."""

    def __init__(self, node: Any, name: str, at: Any, read: dict[str, Any]) -> None:
        super().__init__(node)
        self._name = name
        self._at = at
        self._read = read

    def _child(self, key: str, child: Any) -> Any:
        name = f"{self._name}.{key}" if self._name else key
        if hasattr(child, "_children"):
            return type(self)(child, name, self._at, self._read)
        self._read[name] = self._at
        return self._told(child, name)

    def _told(self, found: Any, name: str) -> Any:
        """Return what a formula receives for a figure or a scale; other readings give more than its value."""
        return found


class View:
    """What a formula receives as its entity: ``individu``, ``famille``, ``menage``.

    `project` brings an array of this entity to the entity whose formula is running:
    ``individu.menage("rfr", period)`` gives each person what their household has.
    """

    def __init__(self, run: Execution, key: str, project: Callable[[Any], Any]) -> None:
        self._run = run
        self._key = key
        self._project = project

    def __call__(self, name: str, period: Period, options: Any = ()) -> Any:
        """Return a variable at a period, or its sum over the period with the option ADD."""
        if ADD in options:
            return self._project(self._run.total(name, period))
        return self._project(self._run.value(name, period))

    def __getattr__(self, name: str) -> View:
        groups = self._run.population.groups
        if self._key == "individu":
            if name in groups:
                group = groups[name]
                return View(self._run, name, lambda array: self._project(group.project(array)))
        else:
            group = groups[self._key]
            unique = {role.key: role for role in group.entity.flattened_roles if role.max == 1}
            if name in unique:
                role = unique[name]
                return View(self._run, "individu", lambda array: self._project(group.of_role(array, role)))
        raise LawError(f"{self._key} has no {name!r}")

    @property
    def _group(self) -> Group:
        return self._run.population.groups[self._key]

    @property
    def members(self) -> View:
        """The persons of the groups, one element a person."""
        return View(self._run, "individu", _identity)

    def has_role(self, role: Role) -> Any:
        """Return, for each person, whether they hold `role`."""
        for group in self._run.population.groups.values():
            if role in group.entity.flattened_roles or role in group.entity.roles:
                return self._project(group.has_role(role))
        raise LawError(f"no group has the role {role.key!r}")

    def _masked(self, array: Any, role: Role | None, neutral: Any) -> Any:
        return array if role is None else np.where(self._group.has_role(role), array, neutral)

    def sum(self, array: Any, role: Role | None = None) -> Any:
        """Return the sum over the members of each group (those with `role`, if given)."""
        return self._project(self._group.sum(self._masked(array, role, 0)))

    def any(self, array: Any, role: Role | None = None) -> Any:
        """Return whether the condition holds for a member of each group."""
        return self._project(self._group.sum(self._masked(array, role, False)) > 0)

    def all(self, array: Any, role: Role | None = None) -> Any:
        """Return whether the condition holds for every member of each group."""
        failing = np.logical_not(self._masked(array, role, True))
        return self._project(self._group.sum(failing) == 0)

    def max(self, array: Any, role: Role | None = None) -> Any:
        """Return the greatest value among the members of each group."""
        return self._project(self._extreme(np.maximum, 1.0 * array, role, -np.inf))

    def min(self, array: Any, role: Role | None = None) -> Any:
        """Return the smallest value among the members of each group."""
        return self._project(self._extreme(np.minimum, 1.0 * array, role, np.inf))

    def _extreme(self, keep: np.ufunc, array: Any, role: Role | None, nobody: float) -> Any:
        return self._group.extreme(keep, self._masked(array, role, nobody))

    def nb_persons(self, role: Role | None = None) -> Any:
        """Return the number of members of each group (those with `role`, if given)."""
        return self._project(self._group.nb_persons(role))


def _identity(array: Any) -> Any:
    return array


def _check_period(variable: Any, period: Period) -> None:
    if period.unit != variable.definition_period or period.size != 1:
        raise LawError(
            f"{variable.name} is defined by {variable.definition_period}; it cannot be read at {period}"
        )


def all_reads(run: Execution, key: Key) -> Iterator[Key]:
    """Yield `key` and everything it was computed from, each once, in the order it was first read."""
    seen: set[Key] = set()
    pending = [key]
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        pending.extend(reversed(run.calls.get(current, [])))
