"""Reads what was answered to one input: a value of JSON, or a column of a table.

Values are checked, never evaluated nor guessed: a text is not a number, a boolean
neither, an enumeration is read by the names of its members. What is told of a wrong
value says what is wrong and what would be right, and never repeats it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit, Period
from openfisca_core.periods import period as parse_period

from dept_rules.enums import Departement
from dept_rules.people import Array
from dept_rules.variable import Variable

if TYPE_CHECKING:
    import pandas as pd

#: The one date that cannot lie after the period asked.
BIRTH = "date_naissance"
EARLIEST = np.datetime64("1900-01-01", "D")
ISO_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: Above it, sums in float64 begin to lose cents.
LARGEST = 1e12
LARGEST_INTEGER = float(np.iinfo(np.int32).max)

#: A test of a value, or of each value of an array, and what is wrong where it holds.
Check = tuple[Callable[[Any], Any], str]


class Problem(NamedTuple):
    """What is wrong with a value ("is text") and what would be right ("a number")."""

    problem: str
    expected: str


@dataclass
class Column:
    """A column of answers, checked.

    Attributes:
        values: the answers, in the dtype of the variable; its default where there is none.
        answered: where there is an answer without fault.
        problems: for each problem, the rows that have it.
    """

    values: Array
    answered: npt.NDArray[np.bool_]
    problems: dict[Problem, Array] = field(default_factory=dict)


def coerce_one(variable: Variable, value: Any, *, today: date) -> tuple[Any, Problem | None]:
    """Read one answer, as JSON gives it.

    Args:
        variable: the input.
        value: the answer; None is not one.
        today: the last day a birth may be on: that of the period asked.

    Returns:
        What the array of the variable holds for it (for an enumeration, the index of the
        member) and None; or None and what is wrong.
    """
    try:
        found = _READ[variable.value_type](variable, value)
    except _WrongError as wrong:
        return None, Problem(str(wrong), expectation(variable, today))
    for fails, problem in _checks(variable, today):
        if fails(found):
            return None, Problem(problem, expectation(variable, today))
    return int(found) if variable.value_type is int else found, None


def coerce(variable: Variable, values: pd.Series[Any] | npt.ArrayLike | list[Any], *, today: date) -> Column:
    """Read the answers to one input, one a row; a missing cell (None, NaN, NaT, NA) is not an answer.

    Numbers, booleans and dates that have the dtype of one are read as a whole; of anything
    else (text, categoricals, objects) each distinct value is read once, by `coerce_one`.

    Args:
        variable: the input.
        values: the answers.
        today: the last day a birth may be on: that of the period asked.
    """
    import pandas as pd

    series = values if isinstance(values, pd.Series) else pd.Series(values)
    native = _native(variable, series)
    if native is None:
        return _coerce_distinct(variable, series, today)
    found, answered = native
    problems: dict[Problem, Array] = {}
    for fails, problem in () if _all_within(variable, found) else _checks(variable, today):
        failing = answered & fails(found)
        if failing.any():
            problems[Problem(problem, expectation(variable, today))] = np.flatnonzero(failing)
            answered = answered & ~failing
    return _column(variable, found, answered, problems)


def distinct(series: pd.Series[Any]) -> tuple[Array, list[Any]]:
    """Return, for each row, the rank of its value (-1 where missing), and the distinct values.

    True and 1 are distinct. A categorical gives its categories, never its codes. Values that
    cannot be compared (lists, objects) are taken for one: none of them is an answer.
    """
    import pandas as pd

    if isinstance(series.dtype, pd.CategoricalDtype):
        return series.cat.codes.to_numpy(), list(series.cat.categories)
    if not pd.api.types.is_object_dtype(series.dtype):
        ranks, found = pd.factorize(series)
        return ranks, list(found)
    ranks = np.full(len(series), -1)
    values: list[Any] = []
    kinds = series.map(type).where(series.notna())
    for kind in kinds.dropna().unique():
        rows = np.flatnonzero(kinds == kind)
        part = series.iloc[rows]
        try:
            of_kind, found = pd.factorize(part)
        except TypeError:
            ranks[rows] = len(values)
            values.append(part.iloc[0])
        else:
            ranks[rows] = of_kind + len(values)
            values += list(found)
    return ranks, values


def expectation(variable: Variable, today: date) -> str:
    """Return what an answer to `variable` should be, in words."""
    kind = variable.value_type
    if kind is Enum:
        names = [member.name for member in variable.possible_values]
        if variable.possible_values is Departement:
            return 'the Insee code of a département, such as "01", "2A" or "974", or non_renseigne'
        return f"one of {', '.join(names)}"
    if kind is date:
        until = f" to {today}" if variable.name == BIRTH else ""
        return f'a date such as "2003-05-14", from {EARLIEST}{until}'
    if kind not in (float, int):
        return {bool: "a boolean (true or false)", str: "text"}[kind]
    low, high = variable.minimum, variable.maximum
    bounds = [f"at least {low:g}"] if low is not None else []
    bounds += [f"at most {high:g}"] if high is not None else []
    number = "an integer" if kind is int else "a finite number"
    return f"{number} of {' and '.join(bounds)}" if bounds else number


def periods_of(variable: Variable, text: str) -> list[Period]:
    """Return the months or years that an answer told for a period is about; none if it holds for all.

    Raises:
        ValueError: this is not a period, or not one that suits the variable; says which would.
    """
    yearly = variable.definition_period == DateUnit.YEAR
    expected = 'a year such as "2026"' if yearly else 'a month such as "2026-11" or a year such as "2026"'
    try:
        period = parse_period(text)
    except (ValueError, TypeError, AttributeError):
        raise ValueError(expected) from None
    if DateUnit.ETERNITY in (variable.definition_period, period.unit):
        return []
    if period.unit != DateUnit.YEAR and (yearly or period.unit != DateUnit.MONTH):
        raise ValueError(expected)
    return list(period.get_subperiods(variable.definition_period))


# --- one value -----------------------------------------------------------------------------------


class _WrongError(Exception):
    """What is wrong with a value."""


def _kind(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "a boolean"
    if isinstance(value, int | float | np.integer | np.floating | Decimal):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a date" if isinstance(value, date) else "of another type"


def _refuse_unless(kind: str, value: Any) -> None:
    if (found := _kind(value)) != kind:
        raise _WrongError(f"is {found}")


def _number(_: Variable, value: Any) -> float:
    _refuse_unless("a number", value)
    try:
        return float(value)
    except (OverflowError, ValueError):
        return np.inf


def _boolean(_: Variable, value: Any) -> bool:
    _refuse_unless("a boolean", value)
    return bool(value)


def _text(_: Variable, value: Any) -> str:
    _refuse_unless("text", value)
    return str(value)


def _member(variable: Variable, value: Any) -> int:
    _refuse_unless("text", value)
    index = _members(variable.possible_values).get(value)
    if index is None:
        raise _WrongError("is not one of the values allowed")
    return index


def _date(_: Variable, value: Any) -> np.datetime64:
    if isinstance(value, date):
        return np.datetime64(value.isoformat()[:10], "D")
    _refuse_unless("text", value)
    if not ISO_DATE.fullmatch(value):
        raise _WrongError("is text that is not a date")
    try:
        return np.datetime64(value, "D")
    except ValueError:
        raise _WrongError("is a date that does not exist") from None


_READ: Mapping[Any, Callable[[Variable, Any], Any]] = {
    bool: _boolean,
    float: _number,
    int: _number,
    str: _text,
    Enum: _member,
    date: _date,
}


@functools.cache
def _members(enum: Any) -> Mapping[str, int]:
    """Return the index of each name that stands for a member; a département may be told by its code."""
    members = {member.name: member.index for member in enum}
    if enum is Departement:
        members |= {name[1:]: index for name, index in members.items() if index}
    return members


# --- values and columns alike --------------------------------------------------------------------


def _checks(variable: Variable, today: date) -> list[Check]:
    """Return what a number or a date must not be, in the order to test it."""
    checks: list[Check]
    if variable.value_type is date:
        until = np.datetime64(today, "D")
        checks = [(lambda day: day < EARLIEST, f"is before {EARLIEST}")]
        if variable.name == BIRTH:
            checks.append((lambda day: day > until, "is in the future"))
        return checks
    if variable.value_type not in (float, int):
        return []
    low, high = _bounds(variable)
    checks = [(lambda x: ~np.isfinite(x), "is not a finite number")]
    if variable.value_type is int:
        checks.append((lambda x: x != np.floor(x), "is not a whole number"))
    checks.append((lambda x: x < low, "is negative" if low == 0 else "is too small"))
    checks.append((lambda x: x > high, "is too large"))
    return checks


def _bounds(variable: Variable) -> tuple[float, float]:
    limit = LARGEST_INTEGER if variable.value_type is int else LARGEST
    low = -limit if variable.minimum is None else variable.minimum
    high = limit if variable.maximum is None else variable.maximum
    return low, high


def _native(variable: Variable, series: pd.Series[Any]) -> tuple[Array, Array] | None:
    """Return values and where they are, for a column whose dtype is that of the answer; else None."""
    from pandas.api import types

    dtype, kind = series.dtype, variable.value_type
    if isinstance(dtype, types.CategoricalDtype) or types.is_object_dtype(dtype):
        return None
    if kind in (float, int) and types.is_numeric_dtype(dtype) and not types.is_bool_dtype(dtype):
        if types.is_complex_dtype(dtype):
            return None
        numbers = series.to_numpy(np.float64, na_value=np.nan)
        return numbers, ~np.isnan(numbers)
    if kind is bool and types.is_bool_dtype(dtype):
        return series.to_numpy(bool, na_value=False), series.notna().to_numpy(bool)
    if kind is date and types.is_datetime64_dtype(dtype):
        return series.to_numpy("datetime64[D]"), series.notna().to_numpy(bool)
    return None


def _coerce_distinct(variable: Variable, series: pd.Series[Any], today: date) -> Column:
    ranks, values = distinct(series)
    read = [coerce_one(variable, value, today=today) for value in values]
    found = variable.default_array(len(values) + 1)  # the last stands for missing cells, of rank -1
    sound = np.zeros(len(values) + 1, dtype=bool)
    of_problem: dict[Problem, list[int]] = {}
    for rank, (value, problem) in enumerate(read):
        if problem is None:
            found[rank] = value
            sound[rank] = True
        else:
            of_problem.setdefault(problem, []).append(rank)
    problems = {
        problem: rows
        for problem, wrong in of_problem.items()
        if len(rows := np.flatnonzero(np.isin(ranks, wrong)))
    }
    return Column(found[ranks], sound[ranks], problems)


def _all_within(variable: Variable, found: Array) -> bool:
    """Return whether a whole column of numbers passes every check: most do, and it is soon told."""
    if variable.value_type is not float or not len(found):
        return False
    low, high = _bounds(variable)
    return bool(low <= np.fmin.reduce(found) and np.fmax.reduce(found) <= high)


def _column(variable: Variable, found: Array, answered: Array, problems: dict[Problem, Array]) -> Column:
    if answered.all():
        return Column(np.array(found, dtype=variable.dtype), answered, problems)
    values = variable.default_array(len(found))
    values[answered] = found[answered]
    return Column(values, answered, problems)
