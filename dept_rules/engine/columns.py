"""Variables of one or several laws over a population, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

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
from dept_rules.variable import Variable

#: By label of the law, then by variable and period, an array with one element a person or group.
Columns = dict[str, dict[Key, Array]]
Found = TypeVar("Found")
ENTITIES = ("individu", "famille", "foyer_fiscal", "menage")


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


def totals(
    population: Population,
    laws: Mapping[str, TaxBenefitSystem],
    keys: Iterable[Key],
    weights: Array | None = None,
    *,
    block: int = BLOCK,
) -> dict[str, dict[Key, float]]:
    """Return sums of variables under several laws, without an array as long as the population for each.

    Args:
        population, laws, keys, block: as for `columns`; the variables are numbers or booleans.
        weights: how much each household (``menage``) counts; once, by default. People count as their
            household does, other groups as that of their first member.

    Returns:
        By label, then by key, the sum over all people or groups. Blocks are summed in order.

    Raises:
        UnknownNameError, LawError: as for `columns`.
    """
    return Work(population, laws, keys).sums(Layout(population, block), weights)


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
        self.tracers: list[Tracer] = []
        self._programs: dict[tuple[int, ...], Program] = {}
        self._laws = dict(laws)
        self._nodes: list[dict[Key, Node]] = []
        asked = list(keys)
        graph = self._graph = Graph()
        answered: Answered = {name: known.by_period.keys() for name, known in population.answers.items()}
        for system in self._laws.values():
            first = self.tracers[0] if self.tracers else None
            tracer = Tracer(system, graph, answered, like=first)
            self._nodes.append({key: tracer.node(key) for key in asked})
            self.tracers.append(tracer)
        wanted = {node.rank: node for found in self._nodes for node in found.values() if node.entity}
        self._wanted = list(wanted.values())

    def compute(self, layout: Layout) -> Columns:
        """Return what is asked, by law and key, over the population of a layout."""
        population = layout.population
        whole: dict[int, Array] = {}
        for block, parts in self._parts(layout, self._wanted, {}):
            for node, part in zip(self._wanted, parts, strict=True):
                entity = str(node.entity)
                if node.rank not in whole:
                    whole[node.rank] = np.empty(population.size(entity), part.dtype)
                whole[node.rank][block.rows[entity]] = part
        found = {node.rank: layout.back(str(node.entity), whole[node.rank]) for node in self._wanted}
        return self._told(lambda one, node: _column(one, node, found, population))

    def sums(self, layout: Layout, weights: Array | None) -> dict[str, dict[Key, float]]:
        """Return the sums of what is asked, by law and key; see `totals`."""
        population = layout.population
        of_homes = np.ones(population.size("menage")) if weights is None else weights
        weighing = {entity: _by_entity(population, entity, of_homes) for entity in ENTITIES}
        totals = [self._graph.total(node, self._weights(str(node.entity))) for node in self._wanted]
        extra = {self._weights(entity).of: values for entity, values in weighing.items()}
        sums = np.zeros(len(totals))
        for _, parts in self._parts(layout, totals, extra):
            sums += parts
        found = {node.rank: float(one) for node, one in zip(self._wanted, sums, strict=True)}
        constant = {entity: float(values.sum()) for entity, values in weighing.items()}
        return self._told(
            lambda one, node: found[node.rank] if node.entity else float(node.of) * constant[one.entity.key]
        )

    def _parts(
        self, layout: Layout, wanted: Sequence[Node], extra: Mapping[Any, Array]
    ) -> Iterator[tuple[Block, list[Any]]]:
        """Yield, block by block, what some nodes come to; `extra` answers inputs that no question asks."""
        ranks = tuple(node.rank for node in wanted)
        if ranks not in self._programs:
            self._programs[ranks] = Program(wanted)
        program = self._programs[ranks]
        laid = [(node, self._laid(layout, node, extra)) for node in program.inputs]
        places = [program.register[node.rank] for node in wanted]
        for block in layout:
            here = {node.of: values[block.rows[str(node.entity)]] for node, values in laid}
            registers = program.run(here, block.groups, block.persons)
            yield block, [registers[place] for place in places]

    def _laid(self, layout: Layout, node: Node, extra: Mapping[Any, Array]) -> Array:
        name, at = node.of
        known = extra.get(node.of)
        values = layout.population.answers[name].values(at) if known is None else known
        return layout.laid(str(node.entity), values)

    def _weights(self, entity: str) -> Node:
        return self._graph.input(f"weights of {entity}", None, entity, np.dtype(np.float64))

    def _told(self, tell: Callable[[Variable, Node], Found]) -> dict[str, dict[Key, Found]]:
        """Return, by law and key, what is told of a variable and its node."""
        return {
            label: {key: tell(variable(system, key[0]), node) for key, node in nodes.items()}
            for (label, system), nodes in zip(self._laws.items(), self._nodes, strict=True)
        }


def _by_entity(population: Population, entity: str, of_homes: Array) -> Array:
    """Return, for each person or group of an entity, what their household has: the first member's."""
    of_people = of_homes[population.groups["menage"].member_of]
    if entity == "menage":
        return np.asarray(of_homes, dtype=np.float64)
    if entity == "individu":
        return np.asarray(of_people, dtype=np.float64)
    found = np.zeros(population.size(entity))
    found[population.groups[entity].member_of[::-1]] = of_people[::-1]
    return found


def _column(one: Any, node: Node, found: Mapping[int, Array], population: Population) -> Array:
    values = found.get(node.rank)
    if values is None:
        values = np.full(population.size(one.entity.key), node.of, dtype=node.dtype)
    values = EnumArray(values, one.possible_values) if one.value_type is Enum else values
    values.flags.writeable = False
    return values
