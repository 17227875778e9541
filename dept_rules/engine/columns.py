"""Variables of one or several laws over a population, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.engine.graph import Graph, Node
from dept_rules.engine.layout import BLOCK, Block, Layout
from dept_rules.engine.program import Program
from dept_rules.engine.tracing import Answered, Tracer
from dept_rules.execution import Key
from dept_rules.people import Array, Population
from dept_rules.system import variable

#: By label of the law, then by variable and period, an array with one element a person or group.
Columns = dict[str, dict[Key, Array]]


def columns(
    population: Population, laws: Mapping[str, TaxBenefitSystem], keys: Iterable[Key], *, block: int = BLOCK
) -> Columns:
    """Return variables over a population under several laws.

    Args:
        population: people, groups and answers.
        laws: systems by a label of the caller's. What they have in common is computed once.
        keys: names of variables and the period at which they are wanted: that of their definition,
            or a year for the sum of the months of a monthly variable.
        block: how many people are computed at a time.

    Returns:
        By label, then by key, an array with one element a person or group. Not to be changed in place.

    Raises:
        UnknownNameError: no variable has this name.
        LawError: a period does not suit a variable.
    """
    work = Work(population, laws, keys)
    layout = Layout(population, block)
    whole: dict[int, Array] = {}
    for rows, values in work.blocks(layout):
        for node, entity, part in values:
            if node.rank not in whole:
                whole[node.rank] = np.empty(population.size(entity), dtype=part.dtype)
            whole[node.rank][rows[entity]] = part
    found = {rank: layout.back(work.entity_of[rank], values) for rank, values in whole.items()}
    return work.told(found, population)


class Work:
    """What is asked of some laws, drawn and laid out.

    Attributes:
        entity_of: for each node asked (by rank), the entity whose members have each a value.
    """

    def __init__(
        self, population: Population, laws: Mapping[str, TaxBenefitSystem], keys: Iterable[Key]
    ) -> None:
        self.population = population
        graph = Graph()
        answered: Answered = {name: known.by_period.keys() for name, known in population.answers.items()}
        self._asked: dict[str, dict[Key, Node]] = {}
        self._systems = dict(laws)
        self.entity_of: dict[int, str] = {}
        first: Tracer | None = None
        asked = list(keys)
        for label, system in laws.items():
            tracer = Tracer(system, graph, answered, like=first)
            first = first or tracer
            self._asked[label] = {key: tracer.node(key) for key in asked}
        wanted = {node.rank: node for found in self._asked.values() for node in found.values() if node.entity}
        self.entity_of = {rank: str(node.entity) for rank, node in wanted.items()}
        self._wanted = list(wanted.values())
        self.program = Program(self._wanted)

    def blocks(self, layout: Layout) -> Iterator[tuple[Mapping[str, slice], list[tuple[Node, str, Array]]]]:
        """Yield, block by block, its rows and the values of what is asked."""
        laid = {
            (name, at): layout.laid(self._entity(name), _plain(self.population, name, at))
            for name, at in self.program.answers
        }
        for block in layout:
            yield block.rows, self._run(block, laid)

    def _run(self, block: Block, laid: Mapping[Any, Array]) -> list[tuple[Node, str, Array]]:
        answers = {one: values[block.rows[self._entity(one[0])]] for one, values in laid.items()}
        registers = self.program.run(answers, block.groups, block.persons)
        places = self.program.register
        return [(node, self.entity_of[node.rank], registers[places[node.rank]]) for node in self._wanted]

    def _entity(self, name: str) -> str:
        return str(variable(next(iter(self._systems.values())), name).entity.key)

    def told(self, found: Mapping[int, Array], population: Population) -> Columns:
        """Return what was asked, by law and key."""
        result: Columns = {}
        for label, nodes in self._asked.items():
            system = self._systems[label]
            result[label] = {
                key: _column(variable(system, key[0]), node, found, population) for key, node in nodes.items()
            }
        return result


def _plain(population: Population, name: str, at: Any) -> Array:
    known = population.answers[name]
    values = known.plain if at is None else known.at(at)[0]
    return values.view(np.ndarray)


def _column(one: Any, node: Node, found: Mapping[int, Array], population: Population) -> Array:
    values = found.get(node.rank)
    if values is None:
        values = np.full(population.size(one.entity.key), node.of, dtype=node.dtype)
    values = EnumArray(values, one.possible_values) if one.value_type is Enum else values
    values.flags.writeable = False
    return values
