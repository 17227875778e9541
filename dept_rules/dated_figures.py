"""Figures by date, put into the parameters of a system: checked first, then written on copies.

``{"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5}}``: from Python, JSON or YAML.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from openfisca_core.parameters import Parameter, ParameterAtInstant, ParameterNode, ParameterScale
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.errors import Fault, UnknownNameError, did_you_mean
from dept_rules.provenance import BRACKET, STANDINGS, Leaf, find, in_force, since

VALUE_KEYS = ("value", "reference", "status", "notes")
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
SPAN = re.compile(rf"(?P<start>{DAY})(\.(?P<stop>{DAY}))?")
DATES = "a day, 2026-01-01 (from then on), or two, 2026-01-01.2026-12-31 (only between)"

#: The greatest plausible number: of a unit, of any.
HIGHEST = {"rate": 1, "years": 130}
HIGHEST_OF_ALL = 10**12
#: Names of figures for which infinity means "no upper bound".
UPPER_BOUND = re.compile(r"plafond|maxim")


@dataclass(frozen=True)
class Source:
    """What is said of figures that say nothing of themselves."""

    status: str = "hypothese"
    reference: Mapping[str, str] | None = None
    notes: str = ""


@dataclass(frozen=True)
class Span:
    """Days for which a value is given: from `start` on, or until `stop` (included)."""

    key: str
    start: date
    stop: date | None

    def meets(self, later: Span) -> bool:
        """Return whether it is unclear which of the two holds (`later` does not start before)."""
        return later.start == self.start or (self.stop is not None and later.start <= self.stop)


def changed(
    system: TaxBenefitSystem, figures: Mapping[Any, Any], source: Source
) -> tuple[ParameterNode, list[Fault]]:
    """Return the parameters of `system` with other figures, and the faults of those given.

    Args:
        system: not changed; what does not change is shared with it.
        figures: by name, then by day; see `dept_rules.reforms_loader.apply`.
        source: where they come from, unless a value says otherwise.
    """
    check = _Check(system, source)
    parameters = {str(name): check.parameter(str(name), dated) for name, dated in figures.items()}
    grafts = {name: parameter for name, parameter in parameters.items() if parameter is not None}
    tree = _grafted(system.parameters, grafts)
    check.scales(tree, grafts)
    return tree, check.faults


def source_faults(said: Mapping[str, Any], path: str = "") -> list[Fault]:
    """Return the faults of the ``status`` and ``reference`` of a file or of a value."""
    found = []
    if "status" in said and said["status"] not in STANDINGS:
        found.append(Fault(f"{path}status", "unknown status", f"one of {', '.join(STANDINGS)}"))
    reference = said.get("reference")
    if "reference" in said and not (
        isinstance(reference, Mapping)
        and set(reference) <= {"title", "href"}
        and isinstance(reference.get("title"), str)
        and str(reference.get("href", "https://")).startswith(("https://", "http://"))
    ):
        found.append(Fault(f"{path}reference", "is not a reference", "{title: …, href: https://…}"))
    return found


# --- checking --------------------------------------------------------------------------------


@dataclass
class _Check:
    system: TaxBenefitSystem
    source: Source
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: str, problem: str, expected: str = "") -> None:
        self.faults.append(Fault(path, problem, expected))

    def parameter(self, name: str, dated: Any) -> Parameter | None:
        """Return a parameter with its new values; None where its name is faulty, or it has no dates."""
        try:
            leaf = find(self.system, name)
        except UnknownNameError as error:
            self.fault(name, f"unknown parameter{did_you_mean(error.nearest)}")
            return None
        if isinstance(leaf, ParameterScale):
            self.fault(name, "is a scale", f"one of its figures, such as {name}[0].amount")
            return None
        if not isinstance(dated, Mapping) or not dated:
            self.fault(name, "has no dates", "{date: value}")
            return None
        values = leaf.parameter.values_list
        for span, given in self.spans(name, dated):
            new = self.value(leaf, span, given)
            if new is not None:
                values = written(values, span, new)
        parameter: Parameter = _with(leaf.parameter, values_list=values)
        parameter.values_history = parameter
        return parameter

    def spans(self, name: str, dated: Mapping[Any, Any]) -> list[tuple[Span, Any]]:
        """Return the values with the days they are given for, in order of time."""
        found = []
        for key, given in dated.items():
            try:
                found.append((read_span(str(key)), given))
            except ValueError as error:
                self.fault(f"{name}/{key}", str(error), DATES)
        found.sort(key=lambda one: one[0].start)
        for (before, _), (after, _) in pairwise(found):
            if before.meets(after):
                self.fault(f"{name}/{after.key}", f"overlaps {before.key}", "each day once")
        return found

    def value(self, leaf: Leaf, span: Span, given: Any) -> ParameterAtInstant | None:
        """Return a new value of a figure, with where it comes from; None where it is faulty."""
        path = f"{leaf.name}/{span.key}"
        said = given if isinstance(given, Mapping) else {"value": given}
        for key in said:
            if key not in VALUE_KEYS:
                self.fault(f"{path}/{key}", "unknown key", f"one of {', '.join(VALUE_KEYS)}")
        self.faults += source_faults(said, f"{path}/")
        value = _plain(said.get("value"))
        wrong = _wrong(leaf, value)
        if wrong:
            self.fault(path, *wrong)
            return None
        metadata = {
            "status": said.get("status", self.source.status),
            "reference": said.get("reference", self.source.reference),
            "notes": said.get("notes", self.source.notes),
            "mention": None,
            "revaluation": None,  # what a reform sets holds until it says otherwise
        }
        day = span.start.isoformat()
        return ParameterAtInstant(f"{leaf.name}[{day}]", day, data={"value": value, "metadata": metadata})

    def scales(self, tree: ParameterNode, names: Iterable[str]) -> None:
        """Check that the thresholds of changed scales still rise, at every date they change."""
        found = {match["scale"] for name in names if (match := BRACKET.fullmatch(name))}
        for name in sorted(found):
            thresholds = [bracket.children["threshold"] for bracket in _at(tree, name).brackets]
            for day in sorted({value.instant_str for one in thresholds for value in one.values_list}):
                held = [value.value for one in thresholds if (value := in_force(one, day))]
                if any(low >= high for low, high in pairwise(held)):
                    self.fault(name, f"thresholds do not rise on {day}", "each above the one before")


def read_span(key: str) -> Span:
    """Return the days of "2026-01-01" (from then on) or "2026-01-01.2026-12-31" (only between).

    Raises:
        ValueError: it is something else.
    """
    match = SPAN.fullmatch(key)
    if match is None:
        raise ValueError("is a bare year" if re.fullmatch(r"[0-9]{4}", key) else "is not a date")
    try:
        start = date.fromisoformat(match["start"])
        stop = date.fromisoformat(match["stop"]) if match["stop"] else None
    except ValueError:
        raise ValueError("there is no such day") from None
    if stop and stop < start:
        raise ValueError("ends before it begins")
    return Span(key, start, stop)


def _wrong(leaf: Leaf, value: Any) -> tuple[str, str] | None:
    """Return why a figure cannot take a value, and what it can take; None where it can."""
    unit = leaf.metadata["unit"]
    if value is None:
        return "has no value", "a value"
    if unit == "boolean":
        return None if isinstance(value, bool) else ("is not a boolean", "true or false")
    if unit == "text":
        choices = leaf.metadata.get("choices")
        if isinstance(value, str) and (choices is None or value in choices):
            return None
        return "is not accepted", f"one of {', '.join(choices)}" if choices else "a text"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "is not a number", f"a number ({unit}), written plainly: 12, 0.5"
    return _out_of_range(leaf, unit, value)


def _out_of_range(leaf: Leaf, unit: str, value: float) -> tuple[str, str] | None:
    """Return why a number is too small or too large; a reform may go as far as the law itself does."""
    known = [one.value for one in leaf.parameter.values_list if one.value is not None]
    low = min([leaf.metadata.get("minimum", 0), *known])
    high = leaf.metadata.get("maximum", HIGHEST.get(unit, HIGHEST_OF_ALL))
    if any(high < one < math.inf for one in known):
        high = HIGHEST_OF_ALL
    if low <= value <= high:
        return None
    endless = unit == "years" or math.inf in known or (unit != "rate" and UPPER_BOUND.search(leaf.name))
    if value == math.inf and endless:
        return None
    return "is out of range", f"a number ({unit}) from {low} to {high}"


def _plain(value: Any) -> Any:
    """Return a value as Python's own type."""
    if isinstance(value, np.generic):
        return value.item()
    return value


# --- writing ---------------------------------------------------------------------------------


def written(
    values: Sequence[ParameterAtInstant], span: Span, new: ParameterAtInstant
) -> list[ParameterAtInstant]:
    """Return dated values (latest first) with `new` on the days of `span`.

    Without an end, it replaces all later values; with one, they stay, and what held
    before comes back the day after, with its own date and source.
    """
    before = [value for value in values if value.instant_str < new.instant_str]
    if span.stop is None or span.stop == date.max:
        return [new, *before]
    after = (span.stop + timedelta(days=1)).isoformat()
    later = [value for value in values if value.instant_str >= after]
    if not later or later[-1].instant_str > after:
        held = next((value for value in values if value.instant_str <= after), None)
        later.append(_put_back(new, after, held))
    return [*later, new, *before]


def _put_back(new: ParameterAtInstant, day: str, held: ParameterAtInstant | None) -> ParameterAtInstant:
    if held is None:
        return _with(new, instant_str=day, value=None, metadata={})
    return _with(held, instant_str=day, metadata={**held.metadata, "since": since(held)})


def _with(thing: Any, **attributes: Any) -> Any:
    """Return a shallow copy with other attributes."""
    new = copy.copy(thing)
    for name, value in attributes.items():
        setattr(new, name, value)
    return new


def _grafted(root: ParameterNode, parameters: Mapping[str, Parameter]) -> ParameterNode:
    """Return a tree with other leaves; only the way to them is copied."""
    by_path: dict[tuple[str, ...], Any] = {}
    for name, parameter in parameters.items():
        match = BRACKET.fullmatch(name)
        if match is None:
            by_path[tuple(name.split("."))] = parameter
            continue
        path = tuple(match["scale"].split("."))
        scale = by_path.get(path) or _at(root, match["scale"])
        brackets = list(scale.brackets)
        brackets[int(match["rank"])] = _node_with(brackets[int(match["rank"])], {match["part"]: parameter})
        by_path[path] = _with(scale, brackets=brackets)
    return _node_grafted(root, by_path) if by_path else root


def _node_grafted(node: ParameterNode, by_path: Mapping[tuple[str, ...], Any]) -> ParameterNode:
    below: dict[str, dict[tuple[str, ...], Any]] = {}
    for (head, *rest), leaf in by_path.items():
        below.setdefault(head, {})[tuple(rest)] = leaf
    return _node_with(
        node,
        {
            head: leaves[()] if () in leaves else _node_grafted(node.children[head], leaves)
            for head, leaves in below.items()
        },
    )


def _node_with(node: ParameterNode, children: Mapping[str, Any]) -> ParameterNode:
    return _with(node, children={**node.children, **children}, **children)


def _at(root: ParameterNode, name: str) -> Any:
    node: Any = root
    for part in name.split("."):
        node = node.children[part]
    return node
