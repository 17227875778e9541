"""Finds the law, builds the system once.

The law (``parameters/``, ``variables/``, ``reforms/``) lies inside the package once
installed from a wheel, and beside it in a checkout.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from pathlib import Path

from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entities import ENTITIES
from dept_rules.errors import UnknownNameError
from dept_rules.legislation import Legislation
from dept_rules.variable import Variable

PACKAGE = Path(__file__).resolve().parent


def law_folder(name: str) -> Path:
    """Return the folder ``parameters``, ``variables`` or ``reforms`` of the law.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for parent in (PACKAGE, PACKAGE.parent):
        folder = parent / name
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"folder {name!r} of the law not found in or beside {PACKAGE.name}")


class CountryTaxBenefitSystem(Legislation, TaxBenefitSystem):
    """The law of the project, as an OpenFisca tax and benefit system."""

    def __init__(self) -> None:
        super().__init__(ENTITIES)
        self.add_variables_from_directory(str(law_folder("variables")))
        self.parameters = ParameterNode("", directory_path=str(law_folder("parameters")))
        self.open_api_config = {
            "variable_example": "revenu_de_base",
            "parameter_example": "rsa.montant_forfaitaire",
            "simulation_example": {
                "individus": {
                    "camille": {
                        "date_naissance": {"ETERNITY": "2003-05-14"},
                        "salaire_net": {"2026-11": 400},
                        "revenu_de_base": {"2026-11": None},
                    }
                },
                "menages": {"menage": {"personne_de_reference": ["camille"]}},
                "familles": {"famille": {"parents": ["camille"]}},
                "foyers_fiscaux": {"foyer": {"declarants": ["camille"]}},
            },
        }

    def get_package_metadata(self) -> dict[str, str]:
        """Return name, version and place of the package, so that source links are right."""
        metadata = importlib.metadata.metadata("dept-rules")
        urls = dict(url.split(", ", 1) for url in metadata.get_all("Project-URL") or [])
        return {
            "name": "dept-rules",
            "version": metadata["Version"],
            "repository_url": urls.get("Repository", ""),
            "location": str(law_folder("variables").parent),
        }


@functools.lru_cache(maxsize=1)
def baseline() -> CountryTaxBenefitSystem:
    """Return the system of the platform, built once a process."""
    return CountryTaxBenefitSystem()


@functools.lru_cache(maxsize=1)
def law_hash() -> str:
    """Return the SHA-256 of every file of the law, in a fixed order."""
    digest = hashlib.sha256()
    for name in ("parameters", "reforms", "variables"):
        folder = law_folder(name)
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".yaml"} and "__pycache__" not in path.parts:
                digest.update(f"{name}/{path.relative_to(folder).as_posix()}\n".encode())
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def rules_version() -> dict[str, str]:
    """Return the version of the rules: that of the package, and the hash of the law's files."""
    return {"version": _version(), "hash": law_hash()}


@functools.lru_cache(maxsize=1)
def _version() -> str:
    return importlib.metadata.version("dept-rules")


def variable(system: TaxBenefitSystem, name: str) -> Variable:
    """Return a variable of `system` by its name.

    Raises:
        UnknownNameError: no variable has this name; the nearest ones are given.
    """
    found = system.variables.get(name)
    if found is None:
        raise UnknownNameError("variable", name, system.variables)
    return found  # type: ignore[no-any-return]


def inputs(system: TaxBenefitSystem) -> dict[str, Variable]:
    """Return the variables that are asked of people: those without a formula."""
    return {name: v for name, v in system.variables.items() if not v.formulas}


def judged_answers(system: TaxBenefitSystem) -> frozenset[str]:
    """Return the names of the inputs that hold what somebody decided."""
    kept = system.__dict__.get("_judged")
    if kept is None:
        found = (getattr(v, "judgement", None) for v in system.variables.values())
        kept = system.__dict__["_judged"] = frozenset(one.answer for one in found if one)
    return kept  # type: ignore[no-any-return]


def eternal(system: TaxBenefitSystem) -> frozenset[str]:
    """Return the names of the variables that do not change with time."""
    kept = system.__dict__.get("_eternal")
    if kept is None:
        found = (name for name, v in system.variables.items() if v.definition_period == DateUnit.ETERNITY)
        kept = system.__dict__["_eternal"] = frozenset(found)
    return kept  # type: ignore[no-any-return]


def benefits(system: TaxBenefitSystem) -> dict[str, Variable]:
    """Return the variables that a person is, or is not, entitled to, in the order of their names."""
    kept = system.__dict__.get("_benefits")
    if kept is None:
        found = {name: v for name, v in system.variables.items() if getattr(v, "benefit", None)}
        kept = system.__dict__["_benefits"] = dict(sorted(found.items()))
    return dict(kept)


def conditions(system: TaxBenefitSystem, benefit: str) -> dict[str, Variable]:
    """Return the condition variables of a benefit, in the order of the text of the law."""
    prefix = f"{benefit}_condition_"
    return {name: v for name, v in system.variables.items() if name.startswith(prefix)}
