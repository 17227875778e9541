"""Runs whose formulas were drawn beforehand: what `Execution` gives and records, faster.

What a formula reads does not depend on what people answered: which variables, which
figures, in which order, is known from the drawing, once for all households.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.engine.graph import Graph, Node
from dept_rules.engine.program import Program
from dept_rules.engine.tracing import Tracer
from dept_rules.execution import Execution, Key
from dept_rules.people import Answers, Array, Population
from dept_rules.system import variable

#: Drawings that a system keeps: one for each set of keys and of dated answers, and some narrow ones.
KEPT = 32
#: How often the same inputs are answered before they have a drawing where the others are their defaults
#: (half the operations; it takes some fifteen households to make), and how many sets of them are counted.
OFTEN, COUNTED = 16, 256
#: People or groups for whom a drawing keeps default answers at hand.
FEW = 64
#: Held while a drawing is looked for or made: threads share those of a system.
_DRAWING = threading.Lock()


class Drawing:
    """The graph of some variables of a law, ready to run for any household.

    Args:
        system: the law, or a reform of it.
        keys: what will be asked.
        answered: the inputs that are answered, and for which periods (beside or instead of all of them).
        narrow: whether all others are their defaults; else any input may be answered.

    Attributes:
        calls, figures: see `Execution`.
        reads: the inputs read, and at which period.
        nodes: what was drawn, by variable and period.
        program: what gives each node its values, all kept.
        defaults: by input, its default for a few people or groups.
        kept: see `Replay`.
        counts: how often inputs were answered together that have no narrow drawing.
    """

    def __init__(
        self,
        system: TaxBenefitSystem,
        keys: Iterable[Key],
        answered: Mapping[str, frozenset[Period]],
        *,
        narrow: bool = False,
    ) -> None:
        tracer = Tracer(system, Graph(), dict(answered), everything=not narrow)
        for key in keys:
            tracer.value(*key)
        self.calls = tracer.calls
        self.figures = tracer.figures
        self.reads = tracer.inputs_read()
        self.nodes: dict[Key, Node] = {key: made.node for key, made in tracer.promises()}
        self.program = Program(self.nodes.values(), keep=True)
        self.kept: dict[Any, Any] = {}
        self.counts: Counter[Any] = Counter()
        self._constants: dict[int, Array] = {}
        self._inputs = {node.of[0]: variable(system, node.of[0]) for node in self.program.inputs}
        self.defaults = {name: _default(one, FEW) for name, one in self._inputs.items()}

    def run(self, population: Population) -> list[Any]:
        """Return the registers of the program, filled for some people."""
        answers = {}
        for node in self.program.inputs:
            name, at = node.of
            known = population.answers.get(name)
            if known is not None:
                answers[node.of] = known.values(at)
                continue
            size = population.size(str(node.entity))
            few = size <= FEW
            answers[node.of] = self.defaults[name][:size] if few else _default(self._inputs[name], size)
        return self.program.run(answers, population.groups, population.count)

    def constant(self, node: Node, size: int) -> Array:
        """Return the same value for some people or groups."""
        if size > FEW:
            return np.full(size, node.of, dtype=node.dtype)
        if node.rank not in self._constants:
            self._constants[node.rank] = np.full(FEW, node.of, dtype=node.dtype)
        return self._constants[node.rank][:size]


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
        self.kept = self._drawing.kept
        reads = self._drawing.reads
        self.recall(self._drawing.calls, self._drawing.figures, reads, unanswered(system, population, reads))
        self._registers = self._drawing.run(population)

    def _compute(self, variable: Any, key: Key, period: Period) -> Array:
        node = self._drawing.nodes.get(key)
        if node is None:
            return super()._compute(variable, key, period)
        values: Array = (
            self._drawing.constant(node, self.population.size(variable.entity.key))
            if node.entity is None
            else self._registers[self._drawing.program.register[node.rank]]
        )
        return EnumArray(values, variable.possible_values) if variable.value_type is Enum else values


def unanswered(system: TaxBenefitSystem, population: Population, reads: Collection[Key]) -> dict[Key, Array]:
    """Return, for each input read that somebody did not answer, who did not."""
    everybody = {key: np.ones(population.size(key), dtype=bool) for key in ("individu", *population.groups)}
    always: dict[str, Array | None] = {}
    for name in dict.fromkeys(name for name, _ in reads):
        known = population.answers.get(name)
        if known is None:
            always[name] = everybody[variable(system, name).entity.key]
        else:
            always[name] = _or_none(~known.answered)
    dated = {name: known for name, known in population.answers.items() if known.by_period}
    found: dict[Key, Array] = {}
    for key in reads:
        name = key[0]
        missing = _or_none(~dated[name].at(key[1])[1]) if name in dated else always[name]
        if missing is not None:
            found[key] = missing
    return found


def _or_none(missing: Array) -> Array | None:
    return missing if missing.any() else None


def _default(one: Any, size: int) -> Array:
    return one.default_array(size).view(np.ndarray)  # type: ignore[no-any-return]


def _drawing(system: TaxBenefitSystem, keys: tuple[Key, ...], answers: Mapping[str, Answers]) -> Drawing:
    """Return the drawing of what is asked, made once for households that date the same answers.

    Inputs that are often answered together have one of their own.
    """
    answered = {name: frozenset(known.by_period) for name, known in answers.items()}
    dated = {name: periods for name, periods in answered.items() if periods}
    narrow, broad = ((keys, frozenset(told.items()), told is dated) for told in (answered, dated))
    with _DRAWING:
        kept: OrderedDict[Any, Drawing] = system.__dict__.setdefault("_drawings", OrderedDict())
        if narrow in kept:
            kept.move_to_end(narrow)
            return kept[narrow]
        found = _kept(kept, broad, lambda: Drawing(system, keys, dated))
        if len(found.counts) > COUNTED:
            found.counts.clear()
        found.counts[narrow] += 1
        if found.counts[narrow] < OFTEN:
            return found
        del found.counts[narrow]
        made = _kept(kept, narrow, lambda: Drawing(system, keys, answered, narrow=True))
        made.kept = found.kept
        return made


def _kept(kept: OrderedDict[Any, Drawing], wanted: Any, draw: Callable[[], Drawing]) -> Drawing:
    """Return a drawing that is kept, or make it and let go of the one that was used longest ago."""
    if wanted not in kept:
        kept[wanted] = draw()
        while len(kept) > KEPT:
            kept.popitem(last=False)
    kept.move_to_end(wanted)
    return kept[wanted]
