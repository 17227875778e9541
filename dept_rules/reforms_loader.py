"""Applies reforms: other figures (files, dictionaries) or other formulas (classes).

A reform stands on top of a system, which stays as it is.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from openfisca_core import reforms
from openfisca_core.parameters import ParameterNode
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import reform_files
from dept_rules.dated_figures import changed
from dept_rules.errors import Fault, ReformError, UnknownNameError
from dept_rules.legislation import Legislation, Reform
from dept_rules.reform_files import ParametricSource, ReformInfo, once, placed
from dept_rules.system import law_folder

__all__ = [
    "PLATFORM",
    "ReformInfo",
    "ReformLike",
    "applied",
    "apply",
    "describe",
    "find_class",
    "name_of",
    "names",
    "to_dict",
]

ReformLike: TypeAlias = (
    "str | Path | Mapping[str, Any] | type[reforms.Reform] | TaxBenefitSystem | Sequence[Any] | None"
)


#: What the platform itself is called, where a reform is asked by its name.
PLATFORM = "plateforme"
_PLATFORM_INFO = ReformInfo(
    name=PLATFORM,
    label="Plateforme des départements de gauche (juin 2021)",
    description="Les douze engagements de juin 2021, tels que ce paquet les écrit.",
    status="proposition",
    reference={"title": "Douze engagements des départements de gauche 2021-2027 (juin 2021)"},
)


class ParametricReform(Reform):
    """A system whose figures were changed, and nothing else."""

    def __init__(self, baseline: TaxBenefitSystem, parameters: ParameterNode, info: ReformInfo) -> None:
        super().__init__(baseline)
        self.parameters = parameters
        self.info = info
        self.key = info.name

    def apply(self) -> None:
        """Change no formula."""


def apply(reform: ReformLike, system: TaxBenefitSystem) -> TaxBenefitSystem:
    """Return `system` with a reform on top; `system` itself does not change.

    Args:
        reform: None; the short name of a shipped reform; "plateforme", the law that no reform
            changes; the path of a ``.yaml`` file (or of a
            ``.json`` one that holds figures only); figures by name and date,
            ``{"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": 0.5}}``, where
            "2026-01-01" holds from that day on, replacing later values, and
            "2026-01-01.2026-12-31" only between, and where a value may be
            ``{"value": …, "reference": …, "status": …}``; a class; a system built on `system`;
            or a list of those, applied in order.
        system: the law, or the result of another reform.

    Raises:
        UnknownNameError: no reform has this name; the nearest ones are given.
        ReformError: the reform has faults, all of them listed.
    """
    if reform is None:
        return system
    if reform == PLATFORM:
        return system.base_tax_benefit_system
    if isinstance(reform, str | Path):
        return _named(reform, system, ())
    if isinstance(reform, Mapping):
        return _parametric(reform_files.from_figures(reform), system)
    if isinstance(reform, TaxBenefitSystem):
        return _built(reform, system)
    if isinstance(reform, type) and issubclass(reform, reforms.Reform):
        return _structural(reform, system)
    if isinstance(reform, Sequence):
        return functools.reduce(lambda done, one: apply(one, done), reform, system)
    expected = "a name, a path, figures by name and date, a class, or a list of those"
    raise ReformError([Fault("", f"{type(reform).__name__} is not a reform", expected)])


def names() -> list[str]:
    """Return the short names of the shipped reforms, in alphabetical order."""
    return sorted(_shipped())


def describe(name: str | Path) -> ReformInfo:
    """Return what a reform says of itself.

    Args:
        name: a short name, "plateforme" (the law that no reform changes) or the path of a file.

    Raises:
        UnknownNameError: no reform has this name; the nearest ones are given.
        ReformError: its file has faults, all of them listed.
    """
    if name == PLATFORM:
        return _PLATFORM_INFO
    path = _path(name)
    if path.suffix == ".py":
        return _info(_class_in(path))
    source = reform_files.read(path)
    if source.faults:
        raise ReformError(once(source.faults))
    return source.info


def applied(system: TaxBenefitSystem) -> list[ReformInfo]:
    """Return what was applied to the law to make a system, in order."""
    return [] if system.baseline is None else [*applied(system.baseline), system.info]


def name_of(reform: ReformLike) -> str | None:
    """Return what to call a reform in a result, None for the platform; a list is joined by " + "."""
    if reform is None or reform == PLATFORM:
        return None
    if isinstance(reform, str | Path):
        return Path(reform).stem if _is_file(reform) else str(reform)
    if isinstance(reform, Mapping):
        return reform_files.from_figures(reform).info.name
    if isinstance(reform, type):
        return reform.__name__
    if isinstance(reform, TaxBenefitSystem):
        return " + ".join(info.name for info in applied(reform)) or None
    return " + ".join(name for one in reform if (name := name_of(one))) or None


def find_class(path: str) -> type[reforms.Reform]:
    """Return the class of a structural reform by its Python path, ``package.module.name``.

    Raises:
        ReformError: there is none.
    """
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ReformError([Fault(path, f"cannot be imported ({error})")]) from None
    if not (isinstance(found, type) and issubclass(found, reforms.Reform)):
        raise ReformError([Fault(path, "is not a reform", "a subclass of Reform")])
    return found


def to_dict(info: ReformInfo) -> dict[str, Any]:
    """Return plain data, ready for JSON."""
    return asdict(info)


# --- finding ---------------------------------------------------------------------------------


def _shipped() -> dict[str, Path]:
    files = law_folder("reforms").iterdir()
    return {path.stem: path for path in files if path.suffix in {".yaml", ".py"} and path.stem != "__init__"}


def _is_file(name: str | Path) -> bool:
    return isinstance(name, Path) or name.endswith(reform_files.SUFFIXES)


def _path(name: str | Path, beside: Path | None = None) -> Path:
    """Return the file of a reform; one that a file names as its base may lie beside it."""
    if _is_file(name):
        path = Path(name)
        if path.suffix not in reform_files.SUFFIXES:
            raise ReformError([Fault(str(path), "is not the file of a reform", "a .yaml or a .json file")])
        return path
    if beside is not None and (near := beside.with_name(f"{name}.yaml")).is_file():
        return near
    shipped = _shipped()
    if name not in shipped:
        raise UnknownNameError("reform", str(name), shipped)
    return shipped[str(name)]


def _class_in(path: Path) -> type[reforms.Reform]:
    return find_class(f"dept_rules.reforms.{path.stem}.{path.stem}")


# --- building --------------------------------------------------------------------------------


def _named(name: str | Path, system: TaxBenefitSystem, above: tuple[Path, ...]) -> TaxBenefitSystem:
    path = _path(name, above[-1] if above else None)
    if path.suffix == ".py":
        return _structural(_class_in(path), system)
    if path in above:
        circle = " on ".join(one.stem for one in (*above, path))
        raise ReformError([Fault(f"{above[-1].name}#base", f"reforms stand on each other: {circle}")])
    source = reform_files.read(path)
    for base in source.info.base:
        system = _named(base, system, (*above, path))
    return _parametric(source, system)


def _parametric(source: ParametricSource, system: TaxBenefitSystem) -> TaxBenefitSystem:
    parameters, found = changed(system, source.figures, source.source)
    faults = [*source.faults, *placed(found, source.place)]
    if faults:
        raise ReformError(once(faults))
    return ParametricReform(system, parameters, source.info)


def _structural(reform: type[reforms.Reform], system: TaxBenefitSystem) -> TaxBenefitSystem:
    if not issubclass(reform, Legislation):  # somebody else's: its figures must be kept with it too
        reform = type(reform.__name__, (Reform, reform), {"__doc__": reform.__doc__})
    built = reform(system)
    built.info = _info(reform)
    return built


def _built(reform: TaxBenefitSystem, system: TaxBenefitSystem) -> TaxBenefitSystem:
    below: TaxBenefitSystem | None = reform
    while below is not None:
        if below is system:
            return reform
        below = below.baseline
    problem = "a system already built stands on another law than the one it is applied to"
    raise ReformError([Fault("", problem, "a system built on it, or the reform that made it")])


def _info(reform: Any) -> ReformInfo:
    return ReformInfo(
        name=reform.__name__,
        label=getattr(reform, "label", "") or reform.__name__,
        description=getattr(reform, "description", ""),
        status=getattr(reform, "status", "hypothese"),
        reference=getattr(reform, "reference", None),
        non_lu=tuple(getattr(reform, "non_lu", ())),
        notes=getattr(reform, "notes", ""),
    )
