"""Cuts a population into blocks of whole groups, small enough for the caches of a processor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from dept_rules.people import Array, Group, Population

#: People in a block: some 128 kB an array of amounts, so that the arrays at work stay in cache.
BLOCK = 16384


@dataclass(frozen=True)
class Block:
    """Some people and all their groups.

    Attributes:
        rows: by key of the entity, which people or groups, in the order of the layout.
        groups: the groups, numbered from 0, of the people of the block.
    """

    rows: Mapping[str, slice]
    groups: Mapping[str, Group]

    @property
    def persons(self) -> int:
        """Return the number of people."""
        rows = self.rows["individu"]
        return int(rows.stop - rows.start)


class Layout:
    """An order of people and groups in which no group straddles the cut between two blocks.

    Attributes:
        orders: by key of the entity, the ranks in the population in the order of the layout;
            absent where it is the same order.
    """

    def __init__(self, population: Population, block: int = BLOCK) -> None:
        self.population = population
        self.block = block
        self.orders: dict[str, Array] = {}
        members = {key: group.member_of for key, group in population.groups.items()}
        counts = [group.count for group in population.groups.values()]
        cuts = _cuts(members.values(), counts, population.count)
        if len(cuts) == 0 or np.diff(cuts, prepend=0, append=population.count).max() > block:
            together = _together(population)
            order = np.argsort(together, kind="stable")
            if (np.diff(order) < 0).any():
                self.orders["individu"] = order
                members = {key: member_of[order] for key, member_of in members.items()}
                cuts = _cuts(members.values(), counts, population.count)
        self._members = {
            key: self._numbered(key, member_of, population.groups[key].count)
            for key, member_of in members.items()
        }
        wanted = np.arange(block, population.count, block)
        places = cuts[np.minimum(np.searchsorted(cuts, wanted), len(cuts) - 1)] if len(cuts) else cuts
        places = np.unique(places[places >= 1])
        self._edges = [0, *places.tolist(), population.count]

    def _numbered(self, key: str, member_of: Array, count: int) -> Array:
        """Return the groups of people, numbered in the order in which they come; those of nobody last."""
        if _in_order(member_of):
            return member_of
        first = np.full(count, len(member_of))
        first[member_of[::-1]] = np.arange(len(member_of))[::-1]
        if (np.diff(first) >= 0).all():
            return member_of
        order = self.orders[key] = np.argsort(first, kind="stable")
        rank = np.empty(count, dtype=np.intp)
        rank[order] = np.arange(count)
        return rank[member_of]

    def __iter__(self) -> Iterator[Block]:
        """Yield the blocks, in order."""
        for rank in range(len(self._edges) - 1):
            yield self._block(rank)

    def __len__(self) -> int:
        return len(self._edges) - 1

    def _block(self, rank: int) -> Block:
        start, stop = self._edges[rank : rank + 2]
        last = rank == len(self._edges) - 2
        rows = {"individu": slice(start, stop)}
        groups = {}
        for key, group in self.population.groups.items():
            member_of = self._members[key]
            low = int(member_of[start]) if rank else 0
            high = group.count if last else int(member_of[stop])
            rows[key] = slice(low, high)
            order = self.orders.get("individu")
            roles = group.roles[start:stop] if order is None else group.roles[order[start:stop]]
            groups[key] = Group(group.entity, range(high - low), member_of[start:stop] - low, roles)
        return Block(rows, groups)

    def laid(self, entity: str, values: Array) -> Array:
        """Return values of the people or groups of the population, in the order of the layout."""
        order = self.orders.get(entity)
        return values if order is None else values[order]

    def back(self, entity: str, values: Array) -> Array:
        """Return values in the order of the layout, in that of the population."""
        order = self.orders.get(entity)
        if order is None:
            return values
        result = np.empty_like(values)
        result[order] = values
        return result


def _cuts(members: Iterable[Array], counts: Iterable[int], count: int) -> Array:
    """Return the places between two of `count` people, where all groups of those before are complete."""
    complete = np.ones(max(count - 1, 0), dtype=bool)
    here = np.arange(count)
    for member_of, groups in zip(members, counts, strict=True):
        if _in_order(member_of):
            complete &= member_of[1:] != member_of[:-1]
            continue
        last = np.zeros(groups, dtype=np.intp)
        last[member_of] = here
        complete &= (np.maximum.accumulate(last[member_of]) == here)[:-1]
    return np.flatnonzero(complete) + 1


def _in_order(member_of: Array) -> bool:
    """Return whether the members of each group stand together, the groups in the order of their numbers."""
    before, after = member_of[:-1], member_of[1:]
    return bool(((after == before) | (after == before + 1)).all() and not member_of[:1].any())


def _together(population: Population) -> Array:
    """Return, for each person, the first of all those that some chain of groups ties them to."""
    labels = np.arange(population.count)
    while True:
        before = labels
        for group in population.groups.values():
            least = np.full(group.count, population.count)
            np.minimum.at(least, group.member_of, labels)
            labels = least[group.member_of]
        if (labels == before).all():
            return labels
