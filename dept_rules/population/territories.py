"""The figures that hold for a département: its own, its region's, the nation's, in that order."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dept_rules import strict_yaml
from dept_rules.errors import Fault, MarginsError, did_you_mean, nearest
from dept_rules.population import targets
from dept_rules.population.margins import Book, Figure, code_of, load, shipped
from dept_rules.system import law_folder

#: Columns of filosofi_2013.csv that tell poverty by age of the reference person, and the categories they are.
POVERTY = {
    "pauvrete_moins_30": "0-29",
    "pauvrete_30_39": "30-39",
    "pauvrete_40_49": "40-49",
    "pauvrete_50_59": "50-59",
    "pauvrete_60_74": "60-74",
    "pauvrete_75_et_plus": "75+",
}
#: Columns that tell quantiles of the standard of living, and the share of people below each.
QUANTILES = {"d1": "10", "mediane": "50", "d9": "90"}
#: Margins of a département that are what its tables say, neither uprated nor deduced.
AS_READ = ("menages", "taille_moyenne_menages")

Row = Mapping[str, str]


def book(departement: str, margins: str | Path | None = None) -> Book:
    """Return the figures of a département.

    Args:
        departement: Insee code ("54").
        margins: the file of an analyst, whose figures replace those shipped.

    Raises:
        UnknownNameError: there is no such département.
        MarginsError: the file is faulty, or nothing local is known of the département and the file
            does not tell it.
    """
    code = code_of(departement)
    national, regions = shipped()
    row = _rows("filosofi_2013").get(code)
    layers = [national]
    if row is not None:
        layers.append(regions.get(row["region"], {}))
        layers.append({"margins": _local(code, row), "structures": {}})
    layers.append({"margins": {}, "structures": {"niveaux_de_vie_metropole": _metropole()}})
    own = {} if margins is None else load(margins, code, _faults)
    layers.append(own)
    found: dict[str, dict[str, Figure]] = {"margins": {}, "structures": {}}
    for layer in layers:
        for section, figures in layer.items():
            found[section] |= figures
    missing = [name for name in ("menages", "niveaux_de_vie") if name not in found["margins"]]
    if missing:
        raise MarginsError(
            Fault(f"margins.{name}", f"nothing is known of it in {code}", "a margins file that tells it")
            for name in missing
        )
    return Book(code, found["margins"], found["structures"])


def _faults(section: str, name: str, figure: Figure | None) -> Iterator[Fault]:
    """Yield what is wrong with a margin, or with a structure: one that the draw does not have, or not so."""
    if section == "margins":
        yield from targets.faults(name, figure)
        return
    known, path = shipped()[0]["structures"], f"structures.{name}"
    if name not in known:
        hint = did_you_mean(nearest(name, known))
        yield Fault(path, f"is unknown{hint}", "a structure of the files shipped")
    elif figure is not None and _shape(figure.values) != _shape(known[name].values):
        yield Fault(f"{path}.values", "has other categories", f"exactly {', '.join(known[name].values)}")


def _shape(values: Any) -> Any:
    """Return the categories of a structure, and theirs where it has two levels."""
    return {key: _shape(value) if isinstance(value, Mapping) else None for key, value in values.items()}


def departements() -> list[str]:
    """Return the codes of the départements of which something local is known."""
    return list(_rows("filosofi_2013"))


def _local(code: str, row: Row) -> dict[str, Figure]:
    """Return the margins that are told of a département by the tables shipped."""
    national = shipped()[0]["structures"]
    income = national["mediane_nationale"].values["ensemble"] / _mean("mediane")
    poverty = national["pauvrete_nationale"].values["ensemble"] / _mean("pauvrete")
    owners, tenants = float(row["pauvrete_proprietaires"]), float(row["pauvrete_locataires"])
    share = 100 * (tenants - float(row["pauvrete"])) / (tenants - owners)
    old = functools.partial(_figure, "filosofi_2013", code)
    recent = _rows("menages_2022").get(code)
    found = [
        old("menages", {"ensemble": float(row["menages"])}, "count", "Ménages fiscaux."),
        old(
            "taille_moyenne_menages",
            {"ensemble": round(float(row["personnes"]) / float(row["menages"]), 4)},
            "persons",
            "Personnes par ménage fiscal. Calée où le nombre de ménages de chaque taille n'est pas connu.",
        ),
        old(
            "niveaux_de_vie",
            {part: round(float(row[column]) * income, 1) for column, part in QUANTILES.items()},
            "EUR/year",
            f"Multipliés par {income:.3f}, de la médiane nationale de 2013 à celle de 2023.".replace(
                ".", ",", 1
            ),
        ),
        old(
            "pauvrete_par_age_du_referent",
            {part: round(float(row[column]) * poverty, 2) for column, part in POVERTY.items()},
            "percent",
            f"Multipliés par {poverty:.3f}, du taux national de 2013 à celui de 2023.".replace(".", ",", 1),
        ),
        old(
            "taux_pauvrete",
            {"ensemble": round(float(row["pauvrete"]) * poverty, 2)},
            "percent",
            f"Multiplié par {poverty:.3f}, du taux national de 2013 à celui de 2023.".replace(".", ",", 1),
        ),
        old(
            "personnes_de_menages_proprietaires",
            {"ensemble": round(share, 1)},
            "percent",
            "Déduit des taux de pauvreté : celui de tous est la moyenne de ceux des propriétaires et autres.",
        ),
    ]
    if recent is not None:
        found += _sizes(code, recent)
    return {figure.name: figure for figure in found}


def _metropole() -> Figure:
    """Return the standards of living of metropolitan France, as the mean of those of its départements."""
    growth = shipped()[0]["structures"]["mediane_nationale"].values["ensemble"] / _mean("mediane")
    told = _metadata()["filosofi_2013"]
    values = {part: round(_mean(column) * growth, 1) for column, part in QUANTILES.items()}
    note = "Moyennes des départements, par personne, portées à 2023 comme eux."
    source = told["source"]
    return Figure(
        "niveaux_de_vie_metropole",
        values,
        "EUR/year",
        told["year"],
        "national",
        "France métropolitaine",
        told["standing"],
        source["title"],
        source["href"],
        note,
    )


def _sizes(code: str, row: Row) -> list[Figure]:
    new = functools.partial(_figure, "menages_2022", code)
    alone = float(row["homme_seul"]) + float(row["femme_seule"])
    sizes = {
        "1": round(alone, 1),
        "2": float(row["deux"]),
        "3-4": float(row["trois_ou_quatre"]),
        "5+": float(row["cinq_ou_plus"]),
    }
    return [
        new("menages", {"ensemble": float(row["menages"])}, "count", ""),
        new("menages_par_taille", sizes, "percent", ""),
    ]


def _figure(table: str, code: str, name: str, values: Mapping[str, float], unit: str, note: str) -> Figure:
    told = _metadata()[table]
    standing = "statistique" if name in AS_READ else told["standing"]
    notes = f"{note} {told['note']}".strip()
    source = told["source"]
    return Figure(
        name, values, unit, told["year"], "local", code, standing, source["title"], source["href"], notes
    )


def _mean(column: str) -> float:
    """Return the mean of a column over départements, weighted by their people."""
    rows = _rows("filosofi_2013").values()
    people = [float(row["personnes"]) for row in rows]
    return sum(float(row[column]) * n for row, n in zip(rows, people, strict=True)) / sum(people)


@functools.cache
def _rows(name: str) -> dict[str, Row]:
    with (law_folder("margins") / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@functools.cache
def _metadata() -> dict[str, Any]:
    data, faults = strict_yaml.load((law_folder("margins") / "departements.yaml").read_text(encoding="utf-8"))
    if faults:
        raise MarginsError(faults)
    return dict(data)
