"""Faults of what a model checked, without the value that was given."""

from __future__ import annotations

from pydantic import ValidationError

from dept_rules.errors import Fault

#: What a model says is wrong, in the words of the house; others keep pydantic's, which say no value.
PROBLEMS = {
    "extra_forbidden": ("unknown name", ""),
    "missing": ("is missing", ""),
}


def faults_of(error: ValidationError) -> list[Fault]:
    """Return what is wrong, place by place."""
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        path = "/".join(str(part) for part in one["loc"])
        message = one["msg"].removeprefix("Value error, ")
        problem, expected = PROBLEMS.get(one["type"], ("is not as it should be", message))
        found.append(Fault(path, problem, expected))
    return found
