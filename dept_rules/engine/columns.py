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
from dept_rules.engine.replay import unanswered
from dept_rules.engine.tracing import Answered, Tracer
from dept_rules.execution import Execution, Key
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
    return Work(population, laws, keys).compute(Layout(population, block))


def run(system: TaxBenefitSystem, population: Population, keys: Iterable[Key]) -> Execution:
    """Return a run of a law over many people: what is asked, block by block, and what it was made from.

    Args:
        system: the law, or a reform of it.
        population: people, groups and answers.
        keys: as for `columns`. Something else may be asked of the run: it is then computed at once.
    """
    work = Work(population, {"": system}, keys)
    done = Execution(system, population, record=True)
    (tracer,) = work.tracers
    reads = tracer.inputs_read()
    done.recall(tracer.calls, tracer.figures, reads, unanswered(system, population, reads))
    done.take(work.compute(Layout(population))[""])
    return done


class Work:
    """What is asked of some laws, drawn and laid out.

    Args: see `columns`.

    Attributes:
        tracers: the drawings of the laws, in their order.
    """

    def __init__(
        self, population: Population, laws: Mapping[str, TaxBenefitSystem], keys: Iterable[Key]
    ) -> None:
        self.population = population
        self.tracers: list[Tracer] = []
        self._laws = dict(laws)
        self._nodes: list[dict[Key, Node]] = []
        asked = list(keys)
        graph = Graph()
        answered: Answered = {name: known.by_period.keys() for name, known in population.answers.items()}
        for system in self._laws.values():
            first = self.tracers[0] if self.tracers else None
            tracer = Tracer(system, graph, answered, like=first)
            self._nodes.append({key: tracer.node(key) for key in asked})
            self.tracers.append(tracer)
        wanted = {node.rank: node for found in self._nodes for node in found.values() if node.entity}
        self._wanted = list(wanted.values())
        self._program = Program(self._wanted)

    def blocks(self, layout: Layout) -> Iterator[tuple[Block, list[Array]]]:
        """Yield, block by block, the values of each node asked."""
        answers = [(node, self._laid(layout, node)) for node in self._program.inputs]
        places = [self._program.register[node.rank] for node in self._wanted]
        for block in layout:
            here = {node.of: values[block.rows[str(node.entity)]] for node, values in answers}
            registers = self._program.run(here, block.groups, block.persons)
            yield block, [registers[place] for place in places]

    def _laid(self, layout: Layout, node: Node) -> Array:
        name, at = node.of
        return layout.laid(str(node.entity), self.population.answers[name].values(at))

    def compute(self, layout: Layout) -> Columns:
        """Return what is asked, by law and key, over the population of a layout."""
        entities = [str(node.entity) for node in self._wanted]
        whole: list[Array] = []
        for block, parts in self.blocks(layout):
            if not whole:
                sizes = [self.population.size(entity) for entity in entities]
                whole = [np.empty(size, part.dtype) for size, part in zip(sizes, parts, strict=True)]
            for values, entity, part in zip(whole, entities, parts, strict=True):
                values[block.rows[entity]] = part
        found = {
            node.rank: layout.back(entity, values)
            for node, entity, values in zip(self._wanted, entities, whole, strict=True)
        }
        return {
            label: {
                key: _column(variable(system, key[0]), node, found, self.population)
                for key, node in nodes.items()
            }
            for (label, system), nodes in zip(self._laws.items(), self._nodes, strict=True)
        }


def _column(one: Any, node: Node, found: Mapping[int, Array], population: Population) -> Array:
    values = found.get(node.rank)
    if values is None:
        values = np.full(population.size(one.entity.key), node.of, dtype=node.dtype)
    values = EnumArray(values, one.possible_values) if one.value_type is Enum else values
    values.flags.writeable = False
    return values
