"""Faults of what a model checked, without the value that was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from dept_rules.errors import Fault
from dept_rules.situations import step

#: What a model says is wrong, in the words of the house; others keep pydantic's, which say no value.
PROBLEMS = {
    "extra_forbidden": ("unknown name", ""),
    "missing": ("is missing", ""),
    "model_type": ("is not an object", "a JSON object"),
}


def faults_of(error: ValidationError, data: Any) -> list[Fault]:
    """Return what is wrong in the data that a model refused, once a place."""
    found: dict[str, Fault] = {}
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        path = "/".join(step(part) for part in _there(one["loc"], data))
        message = one["msg"].removeprefix("Value error, ")
        problem, expected = PROBLEMS.get(one["type"], ("is not as it should be", message))
        found.setdefault(path, Fault(path, problem, expected))
    return list(found.values())


def _there(location: Sequence[int | str], data: Any) -> Iterator[int | str]:
    """Yield the steps of a location that data has, and one that is missing: not the branches of a union."""
    here = data
    for rank, part in enumerate(location):
        known = isinstance(here, Mapping) and part in here
        if known or (isinstance(here, list | tuple) and isinstance(part, int)):
            here = here[part]
            yield part
        elif isinstance(here, Mapping) and rank == len(location) - 1:
            yield part
