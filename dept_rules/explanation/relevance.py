"""Which missing answers can still change an outcome, and how much each would settle.

An answer that no outcome hangs on, under the partial reading, cannot change any: that is
certain. Of the others, some are shown to matter: two completions that differ by that one
answer give different outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dept_rules.answers import BIRTH
from dept_rules.execution import Key
from dept_rules.explanation.domains import Domain, default, holds, point
from dept_rules.explanation.outcomes import Outlook, Study, hundredths
from dept_rules.explanation.partial import Box, Unknown
from dept_rules.explanation.search import MOST_COPIES, Open, Search
from dept_rules.people import Array
from dept_rules.system import variable as find_variable
from dept_rules.variable import Variable

#: How much a sensitive answer adds to the burden of asking for it (burdens go from 1 to 5).
SENSITIVE = 2
#: How likely the answer is thought to be what silence stands for; the rest is shared evenly.
SILENCE = 0.5
#: Completions around which one answer is changed, and values it is given.
AROUND, VALUES = 5, 6
#: What being shown to matter always is worth, where settling an outcome at once is worth 1.
SHOWN = 0.1


@dataclass(frozen=True)
class Candidate:
    """A missing answer that may change an outcome.

    Attributes:
        unknown: which, and whose.
        shown: whether two completions are known that differ by it alone, and in their outcomes.
        power: what the answer is expected to settle: 1 is a verdict or the whole width of an amount.
        cost: burden of asking for it.
        feeds: the outcomes it may change, and the conditions of each that it may change.
    """

    unknown: Unknown
    shown: bool
    power: float
    cost: int
    feeds: tuple[tuple[Open, tuple[Key, ...]], ...]


def candidates(study: Study, persons: Sequence[int] | None = None) -> list[Candidate]:
    """Return the missing answers that may change an outcome, the best to ask first.

    Args:
        study: the partial reading of some benefits.
        persons: ranks of those whose outcomes, and whose groups' outcomes, matter; None for everybody's.
    """
    search = Search(study, persons=persons)
    search.explore()
    if not any(one.varies for one in search.open.values()):
        search.run()
    found = _ranked(search)
    if found and not any(one.shown or one.power > 0 for one in found):
        search.run()  # looks further before an answer is asked for that may change nothing
        found = _ranked(search)
    return found


def _ranked(search: Search) -> list[Candidate]:
    """Return the candidates that a search leaves, the best to ask first."""
    study = search.study
    pending = [one for one in search.open.values() if one.varies or not one.hull().final.all()]
    if not pending:
        return []
    settled = _settled(search, pending)
    shown = _shown(search, pending)
    found = []
    for unknown in dict.fromkeys(one for each in pending for one in each.unknown):
        variable = find_variable(study.system, unknown.name)
        feeds = tuple(
            (one, tuple(study.fed(one.target, one.rank, unknown)))
            for one in pending
            if unknown in one.unknown
        )
        share = shown.get(unknown, 0.0)
        power = settled[unknown] + SHOWN * share
        found.append(Candidate(unknown, share > 0, power, cost(variable), feeds))
    return sorted(found, key=lambda one: (not one.shown, -one.power / one.cost))


def cost(variable: Variable) -> int:
    """Return the burden of asking for an answer: effort, and more where it is sensitive."""
    return variable.burden + SENSITIVE * (variable.sensitive is not None)


def _settled(search: Search, pending: list[Open]) -> dict[Unknown, float]:
    """Return what each answer is expected to settle, over its values."""
    parts = {name: search.pieces(name) for one in pending for name in one.unknown}
    boxes: list[Box] = [{name: part} for name, cut in parts.items() for part in cut]
    found = search.reached(boxes, pending)
    doubts = np.zeros(len(boxes))
    for one in pending:
        before = search.study.plain[search.study.targets.index(one.target)].unsure[0, one.rank]
        doubts += found[one.target.benefit.name].unsure[:, one.rank] / before - 1.0
    ends = np.cumsum([len(cut) for cut in parts.values()])
    return {
        name: -float(_likely(search, name, cut) @ doubts[end - len(cut) : end])
        for (name, cut), end in zip(parts.items(), ends, strict=True)
    }


def _likely(search: Search, unknown: Unknown, parts: list[Domain]) -> Array:
    """Return how likely each part of what an answer may be is."""
    silence = default(find_variable(search.study.system, unknown.name))
    silent = np.array([unknown.name != BIRTH and holds(part, silence) for part in parts])
    shares = np.full(len(parts), 1.0 / len(parts))
    if silent.any() and not silent.all():
        shares = np.where(silent, SILENCE / silent.sum(), (1.0 - SILENCE) / (~silent).sum())
    return shares


def _shown(search: Search, pending: list[Open]) -> dict[Unknown, float]:
    """Return how often changing one answer alone, around a few completions, changes an outcome."""
    boxes: list[Box] = []
    tried: list[tuple[Open, Unknown, slice]] = []
    room = MOST_COPIES * 2 // len(pending)
    for one in pending:
        parts: Mapping[Unknown, list[Domain]] = {unknown: search.pieces(unknown) for unknown in one.unknown}
        bases = [one.best, *(search.any_of(parts, share) for share in np.linspace(0.0, 0.8, AROUND - 1))]
        last = len(boxes) + room
        for base in bases:
            for unknown in one.unknown:
                others = search.some(parts[unknown], VALUES)
                values = [base[unknown], *(point(part, search.rng) for part in others)]
                if len(boxes) + len(values) > last:
                    break
                tried.append((one, unknown, slice(len(boxes), len(boxes) + len(values))))
                boxes += [{**base, unknown: value} for value in values]
    found = search.reached(boxes, pending, whole=True)
    shown: dict[Unknown, float] = {}
    for one, unknown, rows in tried:
        if differs(found[one.target.benefit.name], one.rank, rows):
            shown[unknown] = shown.get(unknown, 0.0) + 1.0 / (AROUND * len(pending))
    return shown


def differs(outlook: Outlook, rank: int, rows: slice) -> bool:
    """Return whether known outcomes of one beneficiary are not all the same."""
    final = outlook.final[rows, rank]
    told = np.stack(
        [
            hundredths(outlook.low[rows, rank]),
            outlook.fails_surely[rows, rank],
            outlook.waits_maybe[rows, rank] & ~outlook.fails_surely[rows, rank],
        ]
    )[:, final]
    return bool(told.shape[1] and (told != told[:, :1]).any())
