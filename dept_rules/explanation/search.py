"""The search for what a partial situation can come to: boxes of answers cut, completions tried, in rounds.

Some missing answers are fixed, or held to a part of what they may be, each combination in its own
copy of the household, all copies in one run. A copy whose result is known shows an amount that is
reached; copies that together make up all that is possible bound it. It ends when the bound is reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import numpy as np

from dept_rules.answers import BIRTH
from dept_rules.explanation.domains import Domain, default, domain, holds, pieces, point
from dept_rules.explanation.outcomes import Outlook, Study, Target, hundredths
from dept_rules.explanation.partial import Box, Unknown
from dept_rules.people import Array, place_of
from dept_rules.system import variable as find_variable

#: Random completions tried at first, and towards each end of an amount.
SAMPLES, AIMED = 192, 24
#: Rounds of changing one answer at a time, then of splitting.
CLIMBS, ROUNDS = 2, 6
#: Leaves cut in one round for one amount.
LEAVES = 4
#: Changes tried in one round for one amount, and pairs of answers they are made of.
STEPS, PAIRS = 256, 8
#: Among how many boxes a completion is looked for in which most conditions hold.
NEAREST = 32
#: Copies of the household in one run.
MOST_COPIES = 2048


@dataclass(frozen=True, eq=False)
class Leaf:
    """A box, and what is known in it of one outcome."""

    box: Box
    outlook: Outlook


@dataclass
class Open:
    """One outcome that missing answers may change.

    Attributes:
        target, rank: of which benefit, for whom.
        unknown: the missing answers it may depend on.
        leaves: boxes that together make up all that is possible.
        least, most: the smallest and the greatest amount that is known to be reached.
        best, score: what comes nearest to the greatest amount: the box in which most conditions hold.
    """

    target: Target
    rank: int
    unknown: list[Unknown]
    leaves: list[Leaf]
    least: float
    most: float
    best: Box = field(default_factory=dict)
    score: float = -1.0

    @property
    def low(self) -> float:
        """Return the lower bound of the amount."""
        return min(float(leaf.outlook.low[0, 0]) for leaf in self.leaves)

    @property
    def high(self) -> float:
        """Return the upper bound of the amount."""
        return max(float(leaf.outlook.high[0, 0]) for leaf in self.leaves)

    def ends(self) -> list[str]:
        """Return which ends of the amount are not reached."""
        low, least, most, high = hundredths(np.array([self.low, self.least, self.most, self.high]))
        return ["low"] * bool(low < least) + ["high"] * bool(most < high)

    @property
    def varies(self) -> bool:
        """Return whether two completions are known to give different amounts."""
        least, most = hundredths(np.array([self.least, self.most]))
        return bool(least < most)

    def furthest(self, end: str) -> list[Leaf]:
        """Return the leaves that reach beyond what is known to be reached, the furthest first."""
        if end == "low":
            beyond = [leaf for leaf in self.leaves if leaf.outlook.low[0, 0] < self.least]
            return sorted(beyond, key=lambda leaf: float(leaf.outlook.low[0, 0]))
        beyond = [leaf for leaf in self.leaves if leaf.outlook.high[0, 0] > self.most]
        return sorted(beyond, key=lambda leaf: -float(leaf.outlook.high[0, 0]))

    def hull(self) -> Outlook:
        """Return what holds in every leaf."""
        return joined([leaf.outlook for leaf in self.leaves]).hull()


class Search:
    """Tightens what a study says.

    Args:
        study: the partial reading of some benefits.
        seed: of the random completions; the same gives the same.
        persons: ranks of those whose outcomes, and whose groups' outcomes, matter; None for everybody's.
    """

    def __init__(self, study: Study, seed: int = 0, persons: Sequence[int] | None = None) -> None:
        self.study = study
        self.rng = np.random.default_rng(seed)
        self.open: dict[tuple[str, int], Open] = {}
        self._missing: dict[Unknown, list[Unknown]] = {}
        self._pieces: dict[Unknown, list[Domain]] = {}
        self._silences: dict[str, Domain] = {}
        for one in study.missing:
            self._missing.setdefault(one._replace(period=None), []).append(one)
        for target, plain in zip(study.targets, study.plain, strict=True):
            for rank in np.flatnonzero(~plain.final[0] & self._concerned(target, persons)):
                here = only(plain, int(rank), slice(None))
                self.open[target.benefit.name, int(rank)] = Open(
                    target,
                    int(rank),
                    study.hanging(target, int(rank)),
                    [Leaf({}, here)],
                    float(here.high[0, 0]),
                    float(here.low[0, 0]),
                )

    def _concerned(self, target: Target, persons: Sequence[int] | None) -> Array:
        """Return, for each beneficiary of a target, whether their outcome matters."""
        population, entity = self.study.population, target.benefit.entity.key
        concerned = np.full(population.size(entity), persons is None)
        for person in persons or ():
            concerned[place_of(population, "individu", entity, person)] = True
        return concerned

    def outlook(self, target: Target, rank: int) -> Outlook:
        """Return what is certain of one benefit for one beneficiary."""
        found = self.open.get((target.benefit.name, rank))
        if found is not None:
            return found.hull()
        return only(self.study.plain[self.study.targets.index(target)], rank, slice(None))

    def pieces(self, unknown: Unknown, within: Domain | None = None) -> list[Domain]:
        """Return the parts, made where the rules change side, of what a missing answer may be."""
        if within is None and unknown in self._pieces:
            return self._pieces[unknown]
        whole = within or domain(find_variable(self.study.system, unknown.name), self.study.month)
        name = unknown._replace(period=None)
        bit = next(1 << bit for bit, one in self.study.unknown.items() if one == name)
        thresholds = {number for bits, number in self.study.thresholds if bits & bit}
        found = pieces(whole, thresholds, self.study.month)
        if within is None:
            self._pieces[unknown] = found
        return found

    def run(self) -> None:
        """Tighten until the bounds of every outcome are reached, or the rounds are spent."""
        self.explore()
        for step in (*[self._climb] * CLIMBS, self._climb_by_two, *[self._split] * ROUNDS):
            pending = [one for one in self.open.values() if one.ends()]
            if not pending:
                break
            step(pending)

    def explore(self) -> None:
        """Try random completions: most outcomes show that they vary, and how far."""
        if self.open:
            unknown = list(dict.fromkeys(name for one in self.open.values() for name in one.unknown))
            parts = {one: self.pieces(one) for one in unknown}
            shares = np.linspace(0.0, 1.0, SAMPLES) ** 2
            boxes = [self.any_of(parts, share) for share in shares]
            self.reached(boxes, list(self.open.values()), whole=True)

    # --- rounds ------------------------------------------------------------------------------

    def _climb(self, pending: list[Open]) -> None:
        """Change one answer at a time of the best completion known for each amount."""
        boxes: list[Box] = []
        for one in pending:
            changes = [(unknown, part) for unknown in one.unknown for part in self.pieces(unknown)]
            boxes += [
                {**one.best, unknown: point(part, self.rng)} for unknown, part in self.some(changes, STEPS)
            ]
        self.reached(boxes, pending, whole=True)

    def _climb_by_two(self, pending: list[Open]) -> None:
        """Change two answers at once of the best completion known: first find which two could do."""
        pairs = [
            (one, pair) for one in pending for pair in self.some(list(combinations(one.unknown, 2)), STEPS)
        ]
        freed = [{key: one.best[key] for key in one.best if key not in pair} for one, pair in pairs]
        found = self.reached(freed, pending)
        boxes: list[Box] = []
        for one in pending if found else ():
            high = found[one.target.benefit.name].high[:, one.rank]
            could = [pair for row, (of, pair) in enumerate(pairs) if of is one and high[row] > one.most]
            changes = [
                dict(zip(pair, parts, strict=True))
                for pair in could[:PAIRS]
                for parts in product(*map(self.pieces, pair))
            ]
            for change in self.some(changes, STEPS):
                chosen = {unknown: point(part, self.rng) for unknown, part in change.items()}
                boxes.append({**one.best, **chosen})
        self.reached(boxes, pending, whole=True)

    def some(self, items: list[Any], most: int) -> list[Any]:
        """Return items, a part of them drawn at random where there are too many."""
        if len(items) <= most:
            return items
        return [items[rank] for rank in self.rng.choice(len(items), size=most, replace=False)]

    def _split(self, pending: list[Open]) -> None:
        """Cut the furthest leaves of each amount by one answer after the other; keep the best cuts."""
        boxes: list[Box] = []
        cuts: list[_Cut] = []
        for one in pending:
            end = one.ends()[0]
            last = len(boxes) + MOST_COPIES // len(pending)
            for leaf in one.furthest(end)[:LEAVES]:
                for unknown in self._cuttable(one, leaf.box):
                    parts = self.pieces(unknown, leaf.box.get(unknown))
                    if len(boxes) + len(parts) > last:
                        break
                    cuts.append(_Cut(one, end, leaf, unknown, slice(len(boxes), len(boxes) + len(parts))))
                    boxes += [{**leaf.box, unknown: part} for part in parts]
        found = self.reached(boxes, pending)
        aims: list[Box] = []
        for leaf in dict.fromkeys(cut.leaf for cut in cuts):
            mine = [cut for cut in cuts if cut.leaf is leaf]
            one, outlook = mine[0].of, found[mine[0].of.target.benefit.name]
            aims += self._aimed(mine, boxes, outlook)
            best = max(mine, key=lambda cut: float(np.mean(cut.reach(outlook))))
            one.leaves.remove(leaf)
            one.leaves += [
                Leaf(boxes[row], only(outlook, one.rank, slice(row, row + 1)))
                for row in range(best.rows.start, best.rows.stop)
            ]
        self.reached(aims, pending)

    def _cuttable(self, one: Open, box: Box) -> list[Unknown]:
        """Return the missing answers, period by period, that a box leaves open."""
        each = [unknown for name in one.unknown for unknown in self._missing[name]]
        return [unknown for unknown in each if unknown not in box or not box[unknown].single]

    def _aimed(self, cuts: list[_Cut], boxes: list[Box], outlook: Outlook) -> list[Box]:
        """Return completions made, answer by answer, of what keeps the bound where it is."""
        parts = {}
        for cut in cuts:
            reach = cut.reach(outlook)
            kept = np.flatnonzero(reach <= reach.min() + 1e-9)
            parts[cut.unknown] = [boxes[cut.rows.start + place][cut.unknown] for place in kept]
        shares = np.linspace(0.0, 1.0, AIMED) ** 2
        return [{**cuts[0].leaf.box, **self.any_of(parts, share)} for share in shares]

    def any_of(self, parts: Mapping[Unknown, list[Domain]], share: float) -> Box:
        """Return a value for each answer: for a share of them any of the parts, else what silence is."""
        rng = self.rng
        box: dict[Unknown, Domain] = {}
        for one, kept in parts.items():
            silence = self._silence(one.name)
            silent = (
                one.name != BIRTH and rng.random() >= share and any(holds(part, silence) for part in kept)
            )
            box[one] = silence if silent else point(kept[rng.integers(len(kept))], rng)
        return box

    def _silence(self, name: str) -> Domain:
        if name not in self._silences:
            self._silences[name] = default(find_variable(self.study.system, name))
        return self._silences[name]

    def reached(
        self, boxes: Sequence[Box], pending: list[Open], *, whole: bool = False
    ) -> dict[str, Outlook]:
        """Look at boxes, and note the amounts that are reached in them.

        Args:
            boxes: what is assumed, copy by copy.
            pending: the outcomes looked at.
            whole: whether boxes are completions: of single values, silence standing for the rest.
        """
        if not boxes:
            return {}
        targets = list({one.target.benefit.name: one.target for one in pending}.values())
        outlooks = (self.study.reach if whole else self.study.look)(boxes, targets)
        found = {target.benefit.name: outlook for target, outlook in zip(targets, outlooks, strict=True)}
        for one in pending:
            outlook = found[one.target.benefit.name]
            one.least = min(one.least, float(outlook.high[:, one.rank].min()))
            one.most = max(one.most, float(outlook.low[:, one.rank].max()))
            score = outlook.met_surely[:, :, one.rank].sum(axis=0) + outlook.low[:, one.rank] / (1 + one.high)
            needed = set(one.unknown)
            for row in np.argsort(-score, kind="stable")[:NEAREST]:
                if score[row] > one.score and needed <= boxes[row].keys():
                    one.score = float(score[row])
                    one.best = {unknown: boxes[row][unknown] for unknown in one.unknown}
        return found


@dataclass(frozen=True)
class _Cut:
    """A leaf cut by one answer: the parts are boxes that follow each other."""

    of: Open
    end: str
    leaf: Leaf
    unknown: Unknown
    rows: slice

    def reach(self, outlook: Outlook) -> Array:
        """Return how far each part reaches towards the end: the lower the further."""
        rank = self.of.rank
        return outlook.low[self.rows, rank] if self.end == "low" else -outlook.high[self.rows, rank]


def only(outlook: Outlook, rank: int, rows: slice) -> Outlook:
    """Return what is known of one beneficiary in some copies."""
    columns = slice(rank, rank + 1)
    return Outlook(
        outlook.low[rows, columns],
        outlook.high[rows, columns],
        outlook.met_surely[:, rows, columns],
        outlook.met_maybe[:, rows, columns],
        outlook.waits_surely[rows, columns],
        outlook.waits_maybe[rows, columns],
    )


def joined(outlooks: Iterable[Outlook]) -> Outlook:
    """Return the copies of several outlooks as those of one."""
    found = list(outlooks)
    return Outlook(
        np.concatenate([one.low for one in found]),
        np.concatenate([one.high for one in found]),
        np.concatenate([one.met_surely for one in found], axis=1),
        np.concatenate([one.met_maybe for one in found], axis=1),
        np.concatenate([one.waits_surely for one in found]),
        np.concatenate([one.waits_maybe for one in found]),
    )
