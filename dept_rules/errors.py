"""One exception tree. Whatever the caller gave wrong is a ``DeptRulesError``.

Messages are in English and name French identifiers as they are written in the law.
They never repeat the value of a person's answer.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class DeptRulesError(Exception):
    """Base of every error that a caller can mend."""


class PeriodError(DeptRulesError, ValueError):
    """A period that cannot be read, or that lies outside what is modelled."""


class UnknownNameError(DeptRulesError, LookupError):
    """A variable, parameter, benefit or reform that does not exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.nearest = nearest(name, known)
        super().__init__(f"unknown {kind} {name!r}{did_you_mean(self.nearest)}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.kind, self.name, self.nearest)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in what was given.

    Attributes:
        path: where, as a slash-separated pointer ("individus/camille/salaire_net").
        problem: what is wrong there.
        expected: what would be right.
    """

    path: str
    problem: str
    expected: str = ""

    def __str__(self) -> str:
        where = self.path or "(top level)"
        return f"{where}: {self.problem}" + (f"; expected {self.expected}" if self.expected else "")


class FaultyInputError(DeptRulesError, ValueError):
    """Input with one or several faults, all of them listed in ``faults``."""

    what = "input"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        head = f"{count} fault{'s' if count > 1 else ''} in the {self.what}:"
        super().__init__("\n".join([head, *(f"- {fault}" for fault in self.faults)]))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.faults,)


class SituationError(FaultyInputError):
    """A situation (people, households, answers) that cannot be accepted."""

    what = "situation"


class TableError(FaultyInputError):
    """A table of a population that cannot be accepted."""

    what = "tables"


class SampleError(FaultyInputError):
    """A population that cannot be drawn as asked."""

    what = "population"


class MarginsError(FaultyInputError):
    """Margins of a population that cannot be accepted, or that no weights can reach together."""

    what = "margins"


class MappingError(FaultyInputError):
    """A file that maps the columns of an analyst's tables, and that cannot be accepted."""

    what = "mapping of columns"


class BatchError(FaultyInputError):
    """A batch that cannot be computed: what it reads, where it writes, or who should compute it."""

    what = "batch"


class ReformError(FaultyInputError):
    """A reform that cannot be accepted."""

    what = "reform"


class StudyError(FaultyInputError):
    """A study that cannot be made of what was given: take-up, groups, weights, periods."""

    what = "study"


class MissingInputError(FaultyInputError):
    """Answers that the result needs and that were not given (``mode="strict"``)."""

    what = "situation (missing answers)"


class LawError(Exception):
    """A law file that breaks the rules of the house: a fault of ours, not of the caller."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return the known names that look most like `name`, best first."""
    candidates = list(known)
    close = difflib.get_close_matches(name, candidates, n=count, cutoff=0.6)
    if len(close) < count and len(name) >= 3:
        close += [c for c in candidates if name in c and c not in close]
    return close[:count]


def did_you_mean(names: list[str]) -> str:
    """Return ``"; did you mean 'a', 'b'?"`` or nothing."""
    return f"; did you mean {', '.join(map(repr, names))}?" if names else ""
