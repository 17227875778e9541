"""Variables of several laws over a population in memory, its households spread over processes or machines.

What `dept_rules.engine.columns` gives, to the bit: households do not depend on each other, and
parts come back in their order.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import engine, parallel, reforms_loader
from dept_rules.engine.columns import Columns
from dept_rules.engine.layout import Block, Layout
from dept_rules.entities import GROUPS
from dept_rules.execution import Key
from dept_rules.people import Answers, Array, Group, Population
from dept_rules.system import baseline, rules_version, variable

#: People of a part, by default.
ROWS = 100_000

_LAWS: dict[str, dict[str, TaxBenefitSystem]] = {}
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Part:
    """Some households, as they travel: arrays, and names for what other processes have.

    Attributes:
        count: how many people.
        groups: by key of the entity, how many groups, whose member each person is, and their roles.
        answers: by name of the input, values and who gave them; by period where they are dated.
    """

    count: int
    groups: Mapping[str, tuple[int, Array, Array]]
    answers: Mapping[str, tuple[Array, Array, Mapping[Period, tuple[Array, Array]]]]


@dataclass(frozen=True)
class Task:
    """A part, and what is asked of it.

    Attributes:
        call: of the tasks of one call, the same: files and classes may say something else in the next.
        part: the households.
        sources: by label, the reform that makes each law.
        keys: variables and periods.
        rules: version and hash of the rules, that all processes must have.
        marks: by label, what `dept_rules.parallel.law_mark` says of the law.
    """

    call: str
    part: Part
    sources: Mapping[str, Any]
    keys: Sequence[Key]
    rules: Mapping[str, str]
    marks: Mapping[str, tuple[str, ...]]


def columns(
    people: Population,
    laws: Mapping[str, TaxBenefitSystem],
    keys: Iterable[Key],
    *,
    sources: Mapping[str, Any],
    workers: int = 1,
    client: Any = None,
    rows: int | None = None,
) -> Columns:
    """Return variables over a population under several laws; see `dept_rules.engine.columns`.

    Args:
        people: people, groups and answers.
        laws: systems by label.
        keys: names of variables and periods.
        sources: by the same labels, the reforms that made them, for other processes to build them again.
        workers: processes of this machine; 1 is this one.
        client: a Dask ``Client``.
        rows: people of a part; `ROWS` by default.

    Raises:
        BatchError: processes died time and again, or have other rules than this one.
        UnknownNameError, LawError: as for `dept_rules.engine.columns`.
    """
    asked = list(keys)
    if client is None and workers == 1:
        return engine.columns(people, laws, asked)
    layout = Layout(people, rows or ROWS)
    sources = {label: parallel.portable(sources[label]) for label in laws}
    marks = {label: parallel.law_mark(system) for label, system in laws.items()}
    call, rules = secrets.token_hex(8), rules_version()
    tasks = [Task(call, part, sources, asked, rules, marks) for part in _parts(people, laws, layout)]
    found = list(parallel.ordered(parallel.spread(_compute, tasks, workers=workers, client=client)))
    return {
        label: {
            key: _whole([part[label][rank] for part in found], variable(system, key[0]), layout)
            for rank, key in enumerate(asked)
        }
        for label, system in laws.items()
    }


def _whole(parts: Sequence[Array], one: Any, layout: Layout) -> Array:
    values = layout.back(one.entity.key, np.concatenate(parts))
    values = EnumArray(values, one.possible_values) if one.value_type is Enum else values
    values.flags.writeable = False
    return values


def _parts(people: Population, laws: Mapping[str, TaxBenefitSystem], layout: Layout) -> Iterator[Part]:
    system = next(iter(laws.values()))
    entities = {name: variable(system, name).entity.key for name in people.answers}
    laid = {name: _laid(known, entities[name], layout) for name, known in people.answers.items()}
    for block in layout:
        yield Part(
            block.persons,
            {key: (group.count, group.member_of, group.roles) for key, group in block.groups.items()},
            {name: _cut(known, block, entities[name]) for name, known in laid.items()},
        )


def _laid(known: Answers, entity: str, layout: Layout) -> Answers:
    """Return answers in the order of a layout, members of enumerations as their ranks."""

    def order(values: Array) -> Array:
        return layout.laid(entity, values.view(np.ndarray))

    dated = {at: (order(values), order(given)) for at, (values, given) in known.by_period.items()}
    return Answers(order(known.plain), order(known.answered), dated)


def _cut(known: Answers, block: Block, entity: str) -> tuple[Array, Array, dict[Period, tuple[Array, Array]]]:
    rows = block.rows[entity]
    dated = {at: (values[rows], given[rows]) for at, (values, given) in known.by_period.items()}
    return known.plain[rows], known.answered[rows], dated


# --- in another process ----------------------------------------------------------------------


def _compute(task: Task) -> dict[str, list[Array]]:
    with _ONE_AT_A_TIME:  # a Dask worker may run several tasks in one process
        laws = _laws(task)
        people = _population(task.part, next(iter(laws.values())))
        found = engine.columns(people, laws, task.keys)
    return {label: [found[label][key].view(np.ndarray) for key in task.keys] for label in task.sources}


def _laws(task: Task) -> dict[str, TaxBenefitSystem]:
    """Return the laws that reforms make, built once a call and checked to be those that are asked."""
    if task.call not in _LAWS:
        laws = {label: reforms_loader.apply(source, baseline()) for label, source in task.sources.items()}
        for label, system in laws.items():
            parallel.check_rules(system, task.rules, task.marks[label])
        _LAWS.clear()
        _LAWS[task.call] = laws
    return _LAWS[task.call]


def _population(part: Part, system: TaxBenefitSystem) -> Population:
    entities = {entity.key: entity for entity in GROUPS}
    groups = {
        key: Group(entities[key], range(count), member_of, roles)
        for key, (count, member_of, roles) in part.groups.items()
    }
    answers = {}
    for name, (plain, answered, dated) in part.answers.items():
        one = variable(system, name)

        def typed(values: Array, one: Any = one) -> Array:
            return EnumArray(values, one.possible_values) if one.value_type is Enum else values

        by_period = {at: (typed(values), given) for at, (values, given) in dated.items()}
        answers[name] = Answers(typed(plain), answered, by_period)
    return Population(range(part.count), groups, answers)
