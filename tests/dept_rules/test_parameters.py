"""Every figure of the law says what it is, in closed lists, and where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from typing import Any

import pytest
from openfisca_core.parameters import Parameter, ParameterAtInstant, ParameterScale

from dept_rules.provenance import STANDINGS, UNITS, Leaf, coverage, leaves, parameters
from dept_rules.system import baseline, benefits

SYSTEM = baseline()
LEAVES = {leaf.name: leaf for leaf in leaves(SYSTEM)}
SCALES = [name for name, found in parameters(SYSTEM).items() if isinstance(found, ParameterScale)]
METADATA = {
    *("short_label", "unit", "status", "notes", "mention", "revaluation", "choices", "minimum", "maximum"),
    *("type", "threshold_unit", "amount_unit"),
}
TYPES = {"boolean": bool, "text": str}


def faults(leaf: Leaf) -> Iterator[str]:
    """Return what is wrong with a figure."""
    said = leaf.metadata
    if not leaf.label.strip():
        yield "no description"
    if not said.get("short_label"):
        yield "no short_label"
    if said.get("unit") not in UNITS:
        yield f"unit {said.get('unit')!r}"
    if said.get("revaluation") not in (None, "yearly"):
        yield f"revaluation {said['revaluation']!r}"
    if set(said) - METADATA:
        yield f"unknown metadata {sorted(set(said) - METADATA)}"
    if not leaf.parameter.values_list:
        yield "no value"
    for dated in leaf.parameter.values_list:
        yield from (f"{dated.instant_str}: {fault}" for fault in _faults_of_value(leaf, dated))


def _faults_of_value(leaf: Leaf, dated: ParameterAtInstant) -> Iterator[str]:
    value = dated.value
    said = {**leaf.metadata, **dated.metadata}
    kind = TYPES.get(said.get("unit"), int | float)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool) or value != value:
        yield f"{value!r} is not a {said.get('unit')}"
    if (
        not said.get("minimum", -inf)
        <= (value if isinstance(value, int | float) else 0)
        <= said.get("maximum", inf)
    ):
        yield f"{value!r} is out of its own bounds"
    if isinstance(value, str) and value not in said.get("choices", [value]):
        yield f"{value!r} is not one of its choices"
    if said.get("status") not in STANDINGS:
        yield f"status {said.get('status')!r}"
    if said.get("status") == "hypothese" and not str(said.get("notes") or "").strip():
        yield "a hypothesis without notes"
    reference = said.get("reference")
    if not isinstance(reference, dict) or not str(reference.get("title") or "").strip():
        yield "no reference title"
    elif set(reference) - {"title", "href"} or not re.fullmatch(
        r"https?://\S+", reference.get("href", "https://none")
    ):
        yield f"reference {reference}"


@pytest.mark.parametrize("name", LEAVES)
def test_a_figure_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    assert list(faults(LEAVES[name])) == []


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_is_read_by_amount_and_its_thresholds_rise(name: str) -> None:
    scale: Any = parameters(SYSTEM)[name]
    assert scale.metadata["type"] == "single_amount"
    assert all(set(bracket.children) == {"threshold", "amount"} for bracket in scale.brackets)
    thresholds = [bracket.children["threshold"] for bracket in scale.brackets]
    for day in {value.instant_str for threshold in thresholds for value in threshold.values_list}:
        held = [value for one in thresholds if (value := one.get_at_instant(day)) is not None]
        assert held == sorted(set(held)), day


def test_a_figure_that_a_benefit_hangs_on_is_a_boolean_known_from_the_first_month_covered() -> None:
    first = str(coverage(SYSTEM).first.start)
    for variable in benefits(SYSTEM).values():
        switch = LEAVES[variable.benefit.applies]
        assert switch.metadata["unit"] == "boolean", switch.name
        assert switch.parameter.get_at_instant(first) is not None, switch.name


VALUE: dict[str, Any] = {"value": 0.5, "reference": {"title": "Une loi", "href": "https://loi.fr/1"}}
METADATA_OF_ONE: dict[str, Any] = {"short_label": "Taux", "unit": "rate", "status": "droit_positif"}


def _figure(value: Any = VALUE, description: Any = "Un taux", **metadata: Any) -> Leaf:
    said = {key: told for key, told in (METADATA_OF_ONE | metadata).items() if told is not None}
    data = {"description": description, "metadata": said, "values": {"2018-01-01": value}}
    parameter = Parameter("taux", data)
    return Leaf("taux", parameter, parameter.description or "", parameter.metadata)


def test_a_whole_figure_has_no_fault() -> None:
    assert list(faults(_figure())) == []
    assert list(faults(_figure(unit="text", value=VALUE | {"value": "famille"}, choices=["famille"]))) == []


@pytest.mark.parametrize(
    "figure",
    [
        _figure(description=""),
        _figure(short_label=None),
        _figure(unit="currency"),
        _figure(unit=None),
        _figure(status="loi"),
        _figure(status="hypothese"),
        _figure(revaluation="monthly"),
        _figure(statut="droit_positif"),
        _figure(value=0.5),
        _figure(value=VALUE | {"value": "0.5"}),
        _figure(value=VALUE | {"value": True}),
        _figure(value=VALUE | {"value": float("nan")}),
        _figure(unit="boolean", value=VALUE | {"value": 1}),
        _figure(unit="text", value=VALUE | {"value": "menage"}, choices=["famille"]),
        _figure(value={"value": 0.5}),
        _figure(value=VALUE | {"reference": "Une loi"}),
        _figure(value=VALUE | {"reference": {"href": "https://loi.fr/1"}}),
        _figure(value=VALUE | {"reference": {"title": "Une loi", "href": "loi.fr"}}),
        _figure(value=VALUE | {"metadata": {"status": "hypothese"}}),
    ],
)
def test_a_figure_that_lacks_something_is_seen(figure: Leaf) -> None:
    assert list(faults(figure))
