"""Reads the files of parametric reforms.

YAML says what the reform is, then its figures (see ``reforms/``); JSON holds figures only,
``{"parameter": {"date": value}}``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dept_rules import strict_yaml
from dept_rules.dated_figures import Source, source_faults
from dept_rules.errors import Fault, ReformError, did_you_mean, nearest

SUFFIXES = (".yaml", ".yml", ".json")
KEYS = ("label", "description", "status", "reference", "base", "non_lu", "notes", "parameters")
#: The name of figures given as a dictionary.
CUSTOM = "sur_mesure"
FIGURES = "{parameter: {date: value}}"


@dataclass(frozen=True)
class ReformInfo:
    """What a reform says of itself.

    Attributes:
        name: its short name; "sur_mesure" for figures given as a dictionary.
        label: its name in French.
        description: what it changes, in French.
        status: standing of its figures (see `dept_rules.provenance.STANDINGS`).
        reference: its source, ``{"title": …, "href": …}``, where there is one.
        non_lu: what its sources do not say, in French: left as in the base.
        notes: choices made, in French.
        base: the reforms it builds on, applied first.
        parameters: the values it sets, by name and date.
    """

    name: str
    label: str
    description: str = ""
    status: str = "hypothese"
    reference: Mapping[str, str] | None = None
    non_lu: tuple[str, ...] = ()
    notes: str = ""
    base: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ParametricSource:
    """A parametric reform as it was written, faults included.

    Attributes:
        info: what it says of itself.
        figures: as they were written, by name and date.
        place: where its figures are, put before the path of a fault.
        faults: those found without knowing the law.
    """

    info: ReformInfo
    figures: Mapping[Any, Any]
    place: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def source(self) -> Source:
        """Where the figures come from that say nothing of themselves."""
        return Source(self.info.status, self.info.reference, self.info.notes)


def from_figures(figures: Mapping[Any, Any], name: str = CUSTOM, place: str = "") -> ParametricSource:
    """Return the reform made of figures by name and date."""
    label = "Réforme sur mesure" if name == CUSTOM else name
    return ParametricSource(ReformInfo(name, label, parameters=_values(figures)), figures, place)


def read(path: Path) -> ParametricSource:
    """Read the file of a parametric reform; what is wrong in it is told in ``faults``.

    Raises:
        ReformError: it cannot be read at all.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ReformError([Fault(str(path), "there is no such file")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ReformError([Fault(str(path), f"cannot be read ({type(error).__name__})")]) from None
    return _parse(text, path.name)


def placed(faults: Iterable[Fault], place: str) -> tuple[Fault, ...]:
    """Return faults with `place` before their paths."""
    return tuple(Fault(place + one.path, one.problem, one.expected) for one in faults)


def once(faults: Iterable[Fault]) -> list[Fault]:
    """Return the first fault told of each place: the next ones mostly follow from it."""
    found: dict[str, Fault] = {}
    for fault in faults:
        found.setdefault(fault.path, fault)
    return list(found.values())


@functools.lru_cache(maxsize=64)
def _parse(text: str, file_name: str) -> ParametricSource:
    path = Path(file_name)
    is_json = path.suffix == ".json"
    # JSON is YAML, but for tabs; between its tokens they are spaces, and within its texts not allowed
    data, faults = strict_yaml.load(text.replace("\t", " ") if is_json else text)
    if not isinstance(data, dict):
        faults = faults or [Fault("", "is not a mapping", FIGURES if is_json else _keys())]
        return ParametricSource(ReformInfo(path.stem, path.stem), {}, "", placed(faults, f"{file_name}#"))
    if is_json:
        read = from_figures(data, path.stem, f"{file_name}#")
        return ParametricSource(read.info, data, read.place, placed(faults, f"{file_name}#"))
    faults += _faults(data)
    figures = data.get("parameters")
    return ParametricSource(
        info=_info(path.stem, {} if faults else data),
        figures=figures if isinstance(figures, dict) else {},
        place=f"{file_name}#parameters/",
        faults=placed(faults, f"{file_name}#"),
    )


def _info(name: str, data: Mapping[str, Any]) -> ReformInfo:
    return ReformInfo(
        name=name,
        label=data.get("label", name),
        description=data.get("description", ""),
        status=data.get("status", "hypothese"),
        reference=data.get("reference"),
        non_lu=_texts(data.get("non_lu", ())),
        notes=data.get("notes", ""),
        base=_texts(data.get("base", ())),
        parameters=_values(data.get("parameters", {})),
    )


def _faults(data: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of a YAML file, its figures apart."""
    found = [
        Fault(key, f"unknown key{did_you_mean(nearest(key, KEYS))}", _keys())
        for key in data
        if key not in KEYS
    ]
    found += [Fault(key, "is missing") for key in ("label", "status") if key not in data]
    for key in ("label", "description", "notes"):
        if key in data and not (isinstance(data[key], str) and data[key].strip()):
            found.append(Fault(key, "is not a text", "a text in French"))
    for key in ("base", "non_lu"):
        if key in data and not all(isinstance(one, str) for one in _texts(data[key])):
            found.append(Fault(key, "is not a list of texts", "a list of texts"))
    if not isinstance(data.get("parameters", {}), dict):
        found.append(Fault("parameters", "is not a mapping", FIGURES))
    elif not data.get("parameters") and not data.get("base"):
        found.append(Fault("parameters", "is missing", FIGURES))
    return found + source_faults(data)


def _texts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _values(figures: Mapping[Any, Any]) -> dict[str, dict[str, Any]]:
    """Return figures without their sources."""
    return {
        str(name): {
            str(key): given.get("value") if isinstance(given, Mapping) else given
            for key, given in dated.items()
        }
        for name, dated in figures.items()
        if isinstance(dated, Mapping)
    }


def _keys() -> str:
    return f"one of {', '.join(KEYS)}"
