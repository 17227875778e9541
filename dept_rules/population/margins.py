"""Margins: the published figures that a synthetic population is drawn from and calibrated to.

They are data, in the folder ``margins/``: value, unit, year, scope, source, standing and note. A
figure of a narrower scope replaces that of a wider one: the file of an analyst, then the
département, its region, France. ``margins`` of a file are what the sample is compared with, by the
names of `dept_rules.population.targets`; its ``structures`` are what households are drawn from. A
structure that starts from margins of its file names them, ``"taux_pauvrete.ensemble"`` for a number, so
that no figure is told twice.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dept_rules import strict_yaml
from dept_rules.enums import Departement
from dept_rules.errors import Fault, MarginsError, UnknownNameError, did_you_mean, nearest
from dept_rules.provenance import STANDINGS
from dept_rules.system import law_folder

#: Scopes, from the widest to the narrowest.
SCOPES = ("national", "regional", "local")
UNITS = (
    "percent",
    "rate",
    "count",
    "persons",
    "years",
    "EUR",
    "EUR/month",
    "EUR/year",
    "mixed",
)
#: What an entry of a file may say; the first four must be there.
FIELDS = ("values", "unit", "year", "standing", "source", "note")
SECTIONS = ("margins", "structures")
#: What a value of each section may be.
EXPECTED = {"margins": "a number", "structures": "a number, or a category of a margin of the file"}

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A published figure, or an assumption, by category.

    Attributes:
        name: of the margin or of the structure.
        values: numbers by category; for some structures, by category of category.
        unit: one of `UNITS`; ``mixed`` where the note tells the unit of each value.
        year: what it was measured in.
        scope: national, regional or local.
        territory: the country, the region or the code of the département.
        standing: ``statistique``, ``hypothese``…, as for the figures of the law.
        source: what it was read in; empty for a choice of this project.
        href: address of the source.
        note: what must be known of it.
    """

    name: str
    values: Values
    unit: str
    year: int
    scope: str
    territory: str
    standing: str
    source: str = ""
    href: str = ""
    note: str = ""


#: Says what is wrong with an entry of a section, given its name, and its figure where that can be read.
Check = Callable[[str, str, Figure | None], Iterable[Fault]]


@dataclass(frozen=True)
class Book:
    """The figures that hold for a département.

    Attributes:
        departement: Insee code.
        margins: what the sample is compared with, by name.
        structures: what households are drawn from, by name.
    """

    departement: str
    margins: Mapping[str, Figure]
    structures: Mapping[str, Figure]

    def __getitem__(self, name: str) -> Values:
        """Return the values of a structure."""
        return self.structures[name].values

    @property
    def mean_size(self) -> float | None:
        """Return how many people ordinary households are drawn and weighted to have on average.

        That told of the département, unless it tells how many households have each size: of those, the
        mean is then a check. None where it is not known, or is a check.
        """
        mean, sizes = (self.margins.get(name) for name in ("taille_moyenne_menages", "menages_par_taille"))
        if mean is None or mean.scope != "local" or (sizes is not None and sizes.scope == "local"):
            return None
        return float(mean.values["ensemble"])


def code_of(departement: str) -> str:
    """Return the Insee code of a département told by its code ("54") or member ("d54").

    Raises:
        UnknownNameError: there is no such département.
    """
    members: Any = Departement
    codes = [member.name[1:] for member in members if member.index]
    found = str(departement).removeprefix("d").upper()
    if found not in codes:
        raise UnknownNameError("département", str(departement), codes)
    return found


def parse(
    text: str, where: str, check: Check | None = None
) -> list[tuple[str, dict[str, dict[str, Figure]]]]:
    """Read the text of a margins file: one territory, or a list of them.

    Args:
        text: of the file.
        where: its name, for faults.
        check: says what else is wrong with an entry.

    Returns:
        For each territory its name, then its figures by section and name.

    Raises:
        MarginsError: with every fault found.
    """
    data, found = strict_yaml.load(text)
    faults = [Fault(f"{where} {fault.path}".strip(), fault.problem, fault.expected) for fault in found]
    parts = data if isinstance(data, list) else [data]
    read = [] if faults else [_Part(where, part, faults, check).read() for part in parts]
    if faults:
        raise MarginsError(faults)
    return read


def load(
    path: str | Path, code: str | None = None, check: Check | None = None
) -> dict[str, dict[str, Figure]]:
    """Read a margins file of one territory, as `parse` does.

    Args:
        path: of the file.
        code: the département it must be of, where it is local.
        check: says what else is wrong with an entry.

    Raises:
        MarginsError: the file cannot be read, or is faulty.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise MarginsError([Fault(path.name, "the text is not in UTF-8")]) from None
    except OSError as error:
        problem = f"the file cannot be read ({type(error).__name__})"
        raise MarginsError([Fault(path.name, problem, "the path of a margins file")]) from None
    parts = parse(text, path.name, check)
    if len(parts) != 1:
        raise MarginsError([Fault(path.name, "tells several territories", "one")])
    territory, found = parts[0]
    local = any(figure.scope == "local" for section in found.values() for figure in section.values())
    if code is not None and local and territory != code:
        raise MarginsError([Fault(f"{path.name} territory", "is another département", f'"{code}"')])
    return found


@functools.lru_cache(maxsize=1)
def shipped() -> tuple[dict[str, dict[str, Figure]], dict[str, dict[str, dict[str, Figure]]]]:
    """Return the national figures, and those of regions by name."""
    folder = law_folder("margins")
    national: dict[str, dict[str, Figure]] = {section: {} for section in SECTIONS}
    for name in ("france.yaml", "tirage.yaml"):
        for section, figures in load(folder / name).items():
            national[section] |= figures
    text = (folder / "regions.yaml").read_text(encoding="utf-8")
    return national, dict(parse(text, "regions.yaml"))


@dataclass
class _Part:
    """One territory of a file."""

    where: str
    data: Any
    faults: list[Fault]
    check: Check | None = None
    scope: str = ""
    territory: str = ""
    found: dict[str, dict[str, Figure]] = field(default_factory=lambda: {name: {} for name in SECTIONS})

    def read(self) -> tuple[str, dict[str, dict[str, Figure]]]:
        data = self._mapping("", self.data, ("scope", "territory", *SECTIONS))
        self.scope, self.territory = str(data.get("scope", "")), str(data.get("territory", ""))
        if self.scope not in SCOPES:
            self._fault("scope", "is missing or unknown", f"one of {', '.join(SCOPES)}")
        if not self.territory:
            self._fault("territory", "is missing", "a code, a region or a country")
        for section in SECTIONS:
            entries = data.get(section) or {}
            for name, entry in self._mapping(section, entries, None).items():
                figure = self._figure(section, name, entry)
                if figure:
                    self.found[section][name] = figure
                for fault in self.check(section, name, figure) if self.check else ():
                    self._fault(fault.path, fault.problem, fault.expected)
        return self.territory, self.found

    def _figure(self, section: str, name: str, entry: Any) -> Figure | None:
        path, before = f"{section}.{name}", len(self.faults)
        data = self._mapping(path, entry, FIELDS)
        if section == "structures" and "values" in data:
            data = data | {"values": self._started(data["values"])}
        for needed in FIELDS[:4]:
            if needed not in data:
                self._fault(f"{path}.{needed}", "is missing")
        if "unit" in data and data["unit"] not in UNITS:
            self._fault(f"{path}.unit", "is unknown", f"one of {', '.join(UNITS)}")
        if "standing" in data and data["standing"] not in STANDINGS:
            self._fault(f"{path}.standing", "is unknown", f"one of {', '.join(STANDINGS)}")
        if "year" in data and not isinstance(data["year"], int):
            self._fault(f"{path}.year", "is not a year", "a number such as 2022")
        source = self._mapping(f"{path}.source", data.get("source") or {}, ("title", "href"))
        if not source.get("title") and data.get("standing") == "statistique":
            self._fault(f"{path}.source", "is missing", "a title: a statistic has a source")
        if not source.get("title") and not data.get("note"):
            self._fault(f"{path}.note", "is missing", "a source, or a note that says why this figure")
        if "values" in data:
            for where, value in _leaves(f"{path}.values", data["values"]):
                if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
                    self._fault(where, "is not a positive number", EXPECTED[section])
            if not isinstance(data["values"], dict) or not data["values"]:
                self._fault(f"{path}.values", "is not a mapping", "numbers by category")
        if len(self.faults) > before:
            return None
        return Figure(
            name,
            data["values"],
            data["unit"],
            data["year"],
            self.scope,
            self.territory,
            data["standing"],
            source.get("title", ""),
            source.get("href", ""),
            data.get("note", ""),
        )

    def _started(self, values: Any) -> Any:
        """Return the values of a structure, numbers of margins for the names of those."""
        if isinstance(values, dict):
            return {key: self._started(value) for key, value in values.items()}
        if not isinstance(values, str):
            return values
        name, _, category = values.partition(".")
        figure = self.found["margins"].get(name)
        return values if figure is None else figure.values.get(category, values)

    def _mapping(self, path: str, data: Any, known: tuple[str, ...] | None) -> dict[str, Any]:
        if not isinstance(data, dict):
            self._fault(path, "is not a mapping")
            return {}
        for key in data:
            if known is not None and key not in known:
                hint = did_you_mean(nearest(key, known))
                self._fault(f"{path}.{key}".strip("."), f"is unknown{hint}", f"one of {', '.join(known)}")
        return data

    def _fault(self, path: str, problem: str, expected: str = "") -> None:
        self.faults.append(Fault(f"{self.where} {path}".strip(), problem, expected))


def _leaves(path: str, values: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _leaves(f"{path}.{key}", value)
    else:
        yield path, values
