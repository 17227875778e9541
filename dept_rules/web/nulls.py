"""Reads the bodies of OpenFisca's web API: a situation in which null asks for a value; gives its answers."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit, Instant, Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import calculation, provenance, situations
from dept_rules.errors import Fault, PeriodError
from dept_rules.execution import Execution, Key
from dept_rules.people import Population
from dept_rules.situations import read_key, step
from dept_rules.system import variable as find_variable
from dept_rules.web.bodies import BodyError


class Null(NamedTuple):
    """A value that is asked for: where it stands in the body, and what it asks."""

    plural: str
    identifier: str
    variable: str
    period: str

    @property
    def path(self) -> str:
        """Return its place, as the path of a fault."""
        return "/".join(step(one) for one in self)


@dataclass(frozen=True)
class Computation:
    """A body that was checked.

    Attributes:
        body: as it came.
        system: the law.
        population: its people, groups and answers.
        asked: each null, and the variable and period it asks for.
    """

    body: Mapping[str, Any]
    system: TaxBenefitSystem
    population: Population
    asked: Mapping[Null, Key]


def read_nulls(body: Any, system: TaxBenefitSystem) -> Computation:
    """Check a body of ``/calculate`` or ``/trace``.

    Ages that decide who belongs to whom are those of the first month asked; nobody may be born after
    the last one.

    Raises:
        BodyError, SituationError: with the faults found.
    """
    nulls = list(_nulls(body))
    periods = {null: period for null in nulls if (period := read_key(null.period)) is not None}
    months = [one for one in periods.values() if one.unit in (DateUnit.MONTH, DateUnit.YEAR)]
    situation = situations.read(body, system, _span(months))
    faults = [*_bare(body)]
    asked: dict[Null, Key] = {}
    for null in nulls:
        fault = _fault(system, null, periods.get(null))
        if fault is None:
            asked[null] = (null.variable, periods[null])
        else:
            faults.append(fault)
    if faults:
        raise BodyError(faults)
    return Computation(body, system, situation.population, asked)


def values_of(one: Computation) -> dict[str, Any]:
    """Return the body with its nulls computed."""
    run = Execution(one.system, one.population)
    answer: dict[str, Any] = copy.deepcopy(dict(one.body))
    for null, key in one.asked.items():
        entity = find_variable(one.system, null.variable).entity.key
        rank = list(one.population.ids_of(entity)).index(null.identifier)
        values = run.value(*key)
        answer[null.plural][null.identifier][null.variable][null.period] = _plain(
            find_variable(one.system, null.variable), values, rank
        )
    return answer


def trace_of(one: Computation) -> dict[str, Any]:
    """Return, in the form of OpenFisca's flat trace, every value behind those asked for."""
    run = TimedExecution(one.system, one.population, record=True)
    for key in one.asked.values():
        run.value(*key)
    return {
        "trace": {_name(key): _traced(run, key) for key in run.seconds},
        "entitiesDescription": {
            entity.plural: [str(identifier) for identifier in one.population.ids_of(entity.key)]
            for entity in one.system.entities
        },
        "requestedCalculations": [f"{null.variable}<{key[1]}>" for null, key in one.asked.items()],
    }


class TimedExecution(Execution):
    """An execution that tells how long each value took.

    Attributes:
        seconds: for each variable and period computed, the time it took, those it read included.
        own_seconds: the same without those it read.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.seconds: dict[Key, float] = {}
        self.own_seconds: dict[Key, float] = {}
        self._within: list[float] = []

    def _compute(self, variable: Any, key: Key, period: Period) -> Any:
        self.seconds[key] = 0.0  # traces are read from the outside in
        self._within.append(0.0)
        began = time.perf_counter()
        try:
            return super()._compute(variable, key, period)
        finally:
            self.seconds[key] = time.perf_counter() - began
            self.own_seconds[key] = self.seconds[key] - self._within.pop()
            if self._within:
                self._within[-1] += self.seconds[key]


# --- what is asked -------------------------------------------------------------------------------


def _nulls(body: Any) -> Iterator[Null]:
    for plural, table in _items(body):
        for identifier, item in _items(table):
            for variable, dated in _items(item):
                for period, value in _items(dated):
                    if value is None:
                        yield Null(plural, identifier, variable, period)


def _bare(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a fault for each null that says no period."""
    for plural, table in _items(body):
        for identifier, item in _items(table):
            for name, value in _items(item):
                if value is None:
                    path = f"{step(plural)}/{step(identifier)}/{step(name)}"
                    yield Fault(path, "is null, for no period", '{"2026-11": null}')


def _items(value: Any) -> Any:
    return value.items() if isinstance(value, Mapping) else ()


def _span(asked: list[Period]) -> Period:
    """Return the months from the first asked to the last; the current month where none is."""
    months = [one for one in asked if one.size == 1]
    if not months:
        return calculation.read_month(calculation.this_month())
    first, last = min(one.start for one in months), max(one.stop for one in months)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return Period((DateUnit.MONTH, first, count))


def _fault(system: TaxBenefitSystem, null: Null, period: Period | None) -> Fault | None:
    variable = find_variable(system, null.variable)
    unit = variable.definition_period
    expected = 'a year such as "2026"' if unit == DateUnit.YEAR else 'a month such as "2026-11"'
    if period is None:
        return Fault(null.path, "is not a period", expected)
    if unit == DateUnit.ETERNITY:
        return None
    if period.unit != unit or period.size != 1:
        return Fault(null.path, f"is computed by {unit}", expected)
    try:
        provenance.check_period(system, period)
    except PeriodError:
        covered = provenance.coverage(system)
        return Fault(null.path, "is not modelled", f"a period from {covered.first} to {covered.last}")
    return None


# --- what is answered ----------------------------------------------------------------------------


def _plain(variable: Any, values: Any, rank: int) -> Any:
    """Return a value as OpenFisca writes it."""
    if variable.value_type is Enum:
        return list(variable.possible_values)[int(values[rank])].name
    if variable.value_type is str:
        return str(values[rank])
    if variable.value_type is date:
        return str(values[rank])
    return values[rank].item()


def _name(key: Key) -> str:
    return f"{key[0]}<{key[1]}>"


def _traced(run: TimedExecution, key: Key) -> dict[str, Any]:
    values = run.value(*key)
    return {
        "dependencies": [_name(one) for one in run.calls.get(key, [])],
        "parameters": {
            f"{name}<{_instant(at)}>": _figure(run.system, name, at)
            for name, at in run.figures.get(key, {}).items()
        },
        "value": _all(values),
        "calculation_time": run.seconds[key],
        "formula_time": run.own_seconds[key],
    }


def _all(values: Any) -> list[Any]:
    if isinstance(values, EnumArray):
        return [str(one) for one in values.decode_to_str()]
    return np.datetime_as_string(values).tolist() if values.dtype.kind == "M" else values.tolist()  # type: ignore[no-any-return]


def _instant(at: Any) -> Instant:
    return at.start if isinstance(at, Period) else at


def _figure(system: TaxBenefitSystem, name: str, at: Any) -> Any:
    found = system.parameters
    for part in name.split("."):
        found = found.children[part] if isinstance(found, ParameterNode) else getattr(found, part)
    value = found.get_at_instant(_instant(at))
    if hasattr(value, "thresholds"):
        return [list(pair) for pair in zip(value.thresholds, value.amounts, strict=True)]
    return value
