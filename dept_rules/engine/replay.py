"""Runs whose formulas were drawn beforehand: what `Execution` gives and records, faster.

What a formula reads does not depend on what people answered: which variables, which
figures, in which order, is known from the drawing, once for all households.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.engine.graph import Graph, Node
from dept_rules.engine.program import Program
from dept_rules.engine.tracing import Tracer
from dept_rules.execution import ETERNAL, Execution, Key
from dept_rules.people import Answers, Array, Population
from dept_rules.system import inputs, variable

#: Drawings that a system keeps: one for each set of keys and of dated answers.
KEPT = 32


class Drawing:
    """The graph of some variables of a law, ready to run for any household.

    Args:
        system: the law, or a reform of it.
        keys: what will be asked.
        dated: for each input with answers for a period, those periods.
    """

    def __init__(
        self, system: TaxBenefitSystem, keys: Iterable[Key], dated: Mapping[str, frozenset[Period]]
    ) -> None:
        tracer = Tracer(system, Graph(), dict(dated), everything=True)
        for key in keys:
            tracer.value(*key)
        self.calls = tracer.calls
        self.figures = tracer.figures
        self.reads = tracer.inputs_read()
        self.nodes: dict[Key, Node] = {key: made.node for key, made in tracer.promises()}
        self.program = Program(self.nodes.values(), keep=True)
        self.variables = {key: variable(system, key[0]) for key in self.nodes}
        self.kept: dict[Any, Any] = {}
        self._inputs = inputs(system)
        self._defaults: dict[tuple[str, int], Array] = {}

    def run(self, population: Population) -> list[Any]:
        """Return the registers of the program, filled for some people."""
        answers = {}
        for name, at in self.program.answers:
            known = population.answers.get(name)
            if known is None:
                answers[name, at] = self._default(name, population)
            else:
                answers[name, at] = (known.plain if at is None else known.at(at)[0]).view(np.ndarray)
        return self.program.run(answers, population.groups, population.count)

    def _default(self, name: str, population: Population) -> Array:
        one = self._inputs[name]
        size = population.size(one.entity.key)
        if (name, size) not in self._defaults:
            self._defaults[name, size] = one.default_array(size).view(np.ndarray)
        return self._defaults[name, size]


class Replay(Execution):
    """A run of the law over few people, by its drawing; see `Execution` for what it gives.

    Args:
        system: the law, or a reform of it.
        population: people and what is known of them.
        keys: what will be asked. Something else may be: it is then computed as `Execution` does.

    Attributes:
        kept: for callers to keep what they worked out from `calls` and `figures`, which are the same for
            every household that is asked the same.
    """

    def __init__(self, system: TaxBenefitSystem, population: Population, keys: Iterable[Key]) -> None:
        super().__init__(system, population, record=True)
        self._drawing = _drawing(system, tuple(keys), population.answers)
        self.calls = dict(self._drawing.calls)
        self.figures = dict(self._drawing.figures)
        self.kept = self._drawing.kept
        self.unanswered = unanswered(system, population, self._drawing.reads)
        self._registers = self._drawing.run(population)

    def value(self, name: str, period: Period) -> Array:
        """Return a variable at a period; see `Execution.value`."""
        key = (name, ETERNAL if name in self._eternal else period)
        known = self._values.get(key)
        if known is None:
            node = self._drawing.nodes.get(key)
            if node is None:
                return super().value(name, period)
            known = self._values[key] = self._told(key, node)
        return known

    def inputs_read(self) -> list[Key]:
        """Return the inputs that were read, and at which period, in the order they first were."""
        return self._drawing.reads

    def _told(self, key: Key, node: Node) -> Array:
        one = self._drawing.variables[key]
        values = self._registers[self._drawing.program.register[node.rank]]
        if node.entity is None:
            values = np.full(self.population.size(one.entity.key), values, dtype=node.dtype)
        if one.value_type is Enum:
            values = EnumArray(values, one.possible_values)
        values.flags.writeable = False
        return values  # type: ignore[no-any-return]


def unanswered(system: TaxBenefitSystem, population: Population, reads: Iterable[Key]) -> dict[Key, Array]:
    """Return, for each input read that somebody did not answer, who did not."""
    found: dict[Key, Array] = {}
    always: dict[str, Array | None] = {}
    for key in reads:
        name = key[0]
        known = population.answers.get(name)
        if known is not None and key[1] in known.by_period:
            missing = _or_none(~known.at(key[1])[1])
        elif name in always:
            missing = always[name]
        elif known is None:
            size = population.size(variable(system, name).entity.key)
            missing = always[name] = np.ones(size, dtype=bool)
        else:
            missing = always[name] = _or_none(~known.answered)
        if missing is not None:
            found[key] = missing
    return found


def _or_none(missing: Array) -> Array | None:
    return missing if missing.any() else None


def _drawing(system: TaxBenefitSystem, keys: tuple[Key, ...], answers: Mapping[str, Answers]) -> Drawing:
    """Return the drawing of what is asked, made once for households that date the same answers."""
    dated = {name: frozenset(known.by_period) for name, known in answers.items() if known.by_period}
    kept: OrderedDict[Any, Drawing] = system.__dict__.setdefault("_drawings", OrderedDict())
    wanted = (keys, frozenset(dated.items()))
    if wanted not in kept:
        kept[wanted] = Drawing(system, keys, dated)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    kept.move_to_end(wanted)
    return kept[wanted]
