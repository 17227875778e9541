"""What a result had to suppose: answers that lacked, answers held over time, groups made by rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import EnumArray
from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.engine import Replay
from dept_rules.entitlements import Assumption
from dept_rules.execution import ETERNAL, Key
from dept_rules.people import Array, Population
from dept_rules.situations import Situation
from dept_rules.system import variable

#: What was taken of an input: by kind of assumption and rank of whom it is about, when each value was.
Taken = dict[tuple[str, int], dict[Any, tuple[str, ...]]]


def assumptions(run: Replay, situation: Situation, month: Period) -> Iterator[Assumption]:
    """Yield what was not answered and how it was taken; see `Assumption`."""
    if situation.derived:
        yield from _asked_to_derive(run.population, month, run.system)
    for derived in situation.derived:
        members = {role: list(people) for role, people in derived.members.items()}
        yield Assumption("derived", derived.entity.plural, derived.id, members)
    taken: dict[str, Taken | None] = {}
    now = (ETERNAL, month, month.this_year)
    for key in run.inputs_read():
        if key[0] in run.population.answers:
            _take(run, key, now, taken.setdefault(key[0], {}))  # type: ignore[arg-type]
        else:
            taken[key[0]] = None
    reads = _reads(run)
    for name, found in taken.items():
        ids = [str(one) for one in run.population.ids_of(reads[name].entity)]
        if found is None:
            read = reads[name]
            yield from (Assumption("default", name, one, read.default, read.texts) for one in ids)
            continue
        for (kind, rank), by_value in found.items():
            for value, periods in by_value.items():
                yield Assumption(kind, name, ids[rank], value, periods)


@dataclass(frozen=True)
class _Read:
    """An input that the law reads.

    Attributes:
        entity: key of its entity.
        default: what stands for an answer, as people tell it.
        texts: the months or years it is read at; empty for what does not change.
    """

    entity: str
    default: Any
    texts: tuple[str, ...]


def _reads(run: Replay) -> dict[str, _Read]:
    """Return what is known of the inputs that the law reads, by name."""
    if "reads" not in run.kept:
        periods: dict[str, list[Period]] = {}
        for name, period in run.inputs_read():
            periods.setdefault(name, []).append(period)
        run.kept["reads"] = {name: _read(run.system, name, found) for name, found in periods.items()}
    return run.kept["reads"]  # type: ignore[no-any-return]


def _read(system: TaxBenefitSystem, name: str, periods: list[Period]) -> _Read:
    one = variable(system, name)
    texts = tuple(str(period) for period in periods if period != ETERNAL)
    return _Read(one.entity.key, _Told(one.default_array(1))[0], texts)


def _take(run: Replay, key: Key, now: tuple[Period, ...], taken: Taken) -> None:
    """Add what was taken, at one period, of an input that somebody answered; `now`: what answers are of."""
    name, period = key
    missing = run.unanswered.get(key)
    later = period not in now
    if missing is None and not later:
        return
    told = _Told(run.value(name, period))
    texts = () if period == ETERNAL else (str(period),)
    for rank in range(len(told)):
        if missing is not None and missing[rank]:
            kind = "default"
        elif later and _held(run.population, name, period, rank):
            kind = "held"
        else:
            continue
        by_value = taken.setdefault((kind, rank), {})
        by_value[told[rank]] = by_value.get(told[rank], ()) + texts


class _Told:
    """An array of answers as people tell them: names of members, dates as text."""

    def __init__(self, values: Array) -> None:
        self._values = values
        self._members = values.possible_values.names if isinstance(values, EnumArray) else None

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, rank: int) -> Any:
        value = self._values[rank]
        if self._members is not None:
            return str(self._members[int(value)])
        if isinstance(value, np.datetime64):
            return str(value)
        return value.item() if hasattr(value, "item") else value


def _asked_to_derive(population: Population, month: Period, system: TaxBenefitSystem) -> Iterable[Assumption]:
    """Return the answers that decide who belongs to whom, and that were not given."""
    for name in ("statut_marital", "rattachement_fiscal"):
        known = population.answers.get(name)
        told = np.zeros(population.count, dtype=bool) if known is None else known.at(month)[1]
        default = variable(system, name).default_value.name
        for rank in np.flatnonzero(~told).tolist():
            yield Assumption("default", name, str(population.ids[rank]), default, (str(month),))


def _held(population: Population, name: str, period: Period, rank: int) -> bool:
    dated = population.answers[name].by_period.get(period)
    return dated is None or not dated[1][rank]
