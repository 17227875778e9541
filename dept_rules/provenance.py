"""Where a figure comes from: its source, its standing, since when it holds, and how far it may be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from openfisca_core.parameters import Parameter, ParameterAtInstant, ParameterNode, ParameterScale
from openfisca_core.periods import Instant, Period, instant
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.errors import PeriodError, UnknownNameError

#: From the surest to the least sure.
STANDINGS = ("droit_positif", "statistique", "dispositif_existant", "proposition", "hypothese")

#: What each standing is called, in French.
LABELS = {
    "droit_positif": "Droit en vigueur",
    "statistique": "Statistique officielle",
    "dispositif_existant": "Dispositif existant",
    "proposition": "Proposition publiée",
    "hypothese": "Hypothèse",
}

#: Standings of what exists. A benefit that rests on another one is a simulation.
IN_FORCE = frozenset({"droit_positif", "dispositif_existant"})

UNITS = (
    "EUR",
    "EUR/month",
    "EUR/year",
    "EUR/hour",
    "EUR/kWc",
    "rate",
    "years",
    "months",
    "hours",
    "persons",
    "kWc",
    "uc",
    "classes",
    "boolean",
    "text",
)

#: The address of a figure of a scale: ``cheque_energie.montants[1].amount``.
BRACKET = re.compile(r"(?P<scale>.+)\[(?P<rank>0|[1-9]\d{0,3})\]\.(?P<part>\w+)")


@dataclass(frozen=True)
class Leaf:
    """A figure of the law at all dates.

    Attributes:
        name: its address; that of a figure of a scale ends with ``[1].amount``.
        parameter: as openfisca-core holds it.
        label: its French label.
        metadata: short label, unit, standing, notes…; for a figure of a scale, those of the scale.
    """

    name: str
    parameter: Parameter
    label: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A figure of the law at a date.

    Attributes:
        name: its address in the parameters.
        label: its French label, and a shorter one.
        unit: one of ``UNITS``.
        value: number, boolean or text; for a scale, pairs (threshold, amount), lowest first.
        since: the date it holds from, "2021-04-01".
        standing: one of ``STANDINGS``.
        reference_title: its source, and where it was read; None where there is none.
        notes: why this figure, in French; empty where nothing is to be said.
        carried_forward: whether it is revised every year and the revision of this year is not known.
        mention: (switches of benefits) what the benefit is called where it is not in force; "" elsewhere.
    """

    name: str
    label: str
    short_label: str
    unit: str
    value: Any
    since: str
    standing: str
    reference_title: str | None
    reference_href: str | None
    notes: str
    carried_forward: bool
    mention: str = ""


@dataclass(frozen=True)
class Coverage:
    """The months that are modelled, first and last included."""

    first: Period
    last: Period


# --- figures -------------------------------------------------------------------------------


def parameters(system: TaxBenefitSystem) -> dict[str, Parameter | ParameterScale]:
    """Return the figures and scales of a system, by name, in alphabetical order."""
    return dict(sorted(_walk(system.parameters)))


def leaves(system: TaxBenefitSystem) -> Iterator[Leaf]:
    """Yield every figure of a system, those of its scales one by one."""
    for name, found in _walk(system.parameters):
        yield from figures_of(found) if isinstance(found, ParameterScale) else [_leaf(name, found)]


def names(system: TaxBenefitSystem, under: str | None = None) -> list[str]:
    """Return the names of the figures and scales: all, the one named `under`, or those below it.

    Raises:
        UnknownNameError: nothing is called `under`; the nearest names are given.
    """
    known = list(parameters(system))
    if under is None:
        return known
    found = [name for name in known if name == under or name.startswith(f"{under}.")]
    if not found:
        raise UnknownNameError("parameter", under, known)
    return found


def find(system: TaxBenefitSystem, name: str) -> Leaf | ParameterScale:
    """Return a figure at all dates, or a scale, by its name.

    Raises:
        UnknownNameError: no figure or scale has this name; the nearest ones are given.
    """
    address = BRACKET.fullmatch(name)
    found = _child(system.parameters, address["scale"] if address else name)
    if address is None and isinstance(found, Parameter):
        return _leaf(name, found)
    if address is None and isinstance(found, ParameterScale):
        return found
    if address is not None and isinstance(found, ParameterScale):
        leaf = next((leaf for leaf in figures_of(found) if leaf.name == name), None)
        if leaf is not None:
            return leaf
        raise UnknownNameError("parameter", name, [leaf.name for leaf in figures_of(found)])
    raise UnknownNameError("parameter", name, parameters(system))


def figures_of(scale: ParameterScale) -> list[Leaf]:
    """Return the figures of a scale, bracket by bracket."""
    return [
        Leaf(
            name=f"{scale.name}[{rank}].{part}",
            parameter=parameter,
            label=f"{scale.description} (tranche {rank + 1})",
            metadata={**scale.metadata, "unit": scale.metadata.get(f"{part}_unit"), **parameter.metadata},
        )
        for rank, bracket in enumerate(scale.brackets)
        for part, parameter in bracket.children.items()
    ]


def in_force(parameter: Parameter, day: str) -> ParameterAtInstant | None:
    """Return the dated value of a parameter that holds on a day, "2021-04-01"."""
    value = next((value for value in parameter.values_list if value.instant_str <= day), None)
    return None if value is None or value.value is None else value


def since(value: ParameterAtInstant) -> str:
    """Return the day a value holds from; one put back after a reform's interval keeps its own."""
    return str(value.metadata.get("since", value.instant_str))


def figure(system: TaxBenefitSystem, name: str, at: Instant | Period | str) -> Figure:
    """Return a figure, or a scale, at a date (the first day of a period).

    What is said of a dated value wins over what is said of the parameter.

    Raises:
        UnknownNameError: no figure has this name; the nearest ones are given.
        PeriodError: it has no value at that date, or its last one is too old to be carried forward.
    """
    day = str(_instant(at))
    kept = system.__dict__.setdefault("_figures", {})
    if (name, day) in kept:
        return kept[name, day]  # type: ignore[no-any-return]
    found = figure_or_none(system, name, at)
    if found is None:
        raise PeriodError(f"parameter {name!r} has no value on {day}")
    if found.carried_forward and day > (limit := _offset(found.since, carry_limit(system))):
        raise PeriodError(
            f"parameter {name!r} is revised every year and was last known on {found.since}; "
            f"it is carried forward until {limit}, not to {day}"
        )
    kept[name, day] = found
    return found


def figure_or_none(system: TaxBenefitSystem, name: str, at: Instant | Period | str) -> Figure | None:
    """Return a figure at a date, however old; None where it has no value then. See `figure`."""
    found = find(system, name)
    day = str(_instant(at))
    parts = [found] if isinstance(found, Leaf) else figures_of(found)
    dated = [value for part in parts if (value := in_force(part.parameter, day)) is not None]
    if not dated:
        return None
    newest = max(dated, key=since)
    metadata = {**parts[0].metadata, **newest.metadata}
    reference = metadata.get("reference") or {}
    revised = any(value.instant_str > day for part in parts for value in part.parameter.values_list)
    yearly = metadata.get("revaluation") == "yearly"
    return Figure(
        name=name,
        label=found.label if isinstance(found, Leaf) else found.description or "",
        short_label=metadata.get("short_label", ""),
        unit=metadata["unit"] if isinstance(found, Leaf) else found.metadata["amount_unit"],
        value=dated[0].value if isinstance(found, Leaf) else _pairs(found, day),
        since=since(newest),
        standing=worst({**parts[0].metadata, **value.metadata}["status"] for value in dated),
        reference_title=reference.get("title"),
        reference_href=reference.get("href"),
        notes=metadata.get("notes") or "",
        carried_forward=yearly and not revised and day >= _offset(since(newest), 1),
        mention=metadata.get("mention") or "",
    )


def to_dict(one: Figure) -> dict[str, Any]:
    """Return plain data, ready for JSON; no upper bound (infinity) is None."""
    data = asdict(one)
    if one.value == float("inf"):
        data["value"] = None
    return data


def notice(switch: Figure) -> str:
    """Return what must be said, in French, with a benefit that applies by `switch`; "" where nothing."""
    if switch.standing in IN_FORCE:
        return ""
    return f"{switch.mention or LABELS[switch.standing]}, non en vigueur : simulation"


class Scope(NamedTuple):
    """What a benefit is, as it is computed.

    Attributes:
        in_force: whether it is law or an existing scheme, with its own figures.
        notice: what must be said with it, in French; "" where nothing.
    """

    in_force: bool
    notice: str


def scope(system: TaxBenefitSystem, switch: Figure, figures: Iterable[Figure], at: Instant | Period) -> Scope:
    """Return what a benefit is at a date, from its switch and from the figures that a reform changed.

    A law whose figures are changed is no longer the law; the scheme of one département is in
    force on its own territory only.
    """
    if not switch.value:
        return Scope(False, notice(switch))
    base = system.base_tax_benefit_system
    changed = [] if base is system else [one for one in (switch, *figures) if _changed(base, one, at)]
    if any(one.standing not in IN_FORCE for one in changed):
        return Scope(False, "Chiffres modifiés par une réforme, non en vigueur : simulation")
    if switch.standing in IN_FORCE and any(one.standing == "dispositif_existant" for one in changed):
        return Scope(True, "En vigueur sur le seul territoire de ce barème : simulation ailleurs")
    return Scope(switch.standing in IN_FORCE, notice(switch))


def _changed(base: TaxBenefitSystem, one: Figure, at: Instant | Period) -> bool:
    try:
        return figure_or_none(base, one.name, at) != one
    except UnknownNameError:
        return True


def worst(standings: Iterable[str]) -> str:
    """Return the least sure of some standings.

    Raises:
        ValueError: there are none, or one is not in ``STANDINGS``.
    """
    return max(standings, key=STANDINGS.index)


# --- what is covered -------------------------------------------------------------------------


def coverage(system: TaxBenefitSystem) -> Coverage:
    """Return the months that are modelled; a reform does not change them.

    They end some years (``couverture.report_maximal``) after the last change of a figure.
    """
    base = system.base_tax_benefit_system
    kept = base.__dict__.get("_coverage")
    if kept is not None:
        return kept  # type: ignore[no-any-return]
    last = max(leaf.parameter.values_list[0].instant_str for leaf in leaves(base))
    first = base.parameters.couverture.debut.values_list[0].value
    found = base.__dict__["_coverage"] = Coverage(_month(first), _month(_offset(last, carry_limit(base))))
    return found


def carry_limit(system: TaxBenefitSystem) -> int:
    """Return for how many years the last known figure may be carried forward."""
    return int(system.base_tax_benefit_system.parameters.couverture.report_maximal.values_list[0].value)


def check_period(system: TaxBenefitSystem, period: Period) -> None:
    """Refuse a period that is not wholly modelled: "not modelled" is not "not due".

    Raises:
        PeriodError: it starts before the first month covered, or ends after the last.
    """
    covered = coverage(system)
    known = covered.first.start <= period.start <= covered.last.stop  # the end of 9999 has no next day
    if not known or period.stop > covered.last.stop:
        raise PeriodError(f"{period} is not modelled: the rules cover {covered.first} to {covered.last}")


# --- within ----------------------------------------------------------------------------------


def _walk(node: ParameterNode) -> Iterator[tuple[str, Parameter | ParameterScale]]:
    for child in node.children.values():
        if isinstance(child, ParameterNode):
            yield from _walk(child)
        else:
            yield child.name, child


def _leaf(name: str, parameter: Parameter) -> Leaf:
    return Leaf(name, parameter, parameter.description or "", parameter.metadata)


def _child(node: Any, name: str) -> Any:
    for part in name.split("."):
        node = node.children.get(part) if isinstance(node, ParameterNode) else None
    return node


def _pairs(scale: ParameterScale, day: str) -> tuple[tuple[float, float], ...]:
    at = scale.get_at_instant(day)
    return tuple(zip(at.thresholds, at.amounts, strict=True))


def _instant(at: Instant | Period | str) -> Instant:
    return at.start if isinstance(at, Period) else instant(at)


def _offset(day: str, years: int) -> str:
    return str(instant(day).offset(years, "year"))


def _month(day: str) -> Period:
    return Period(("month", instant(day).offset("first-of", "month"), 1))
