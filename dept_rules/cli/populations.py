"""``population``: draw a synthetic département, or check the tables of an analyst."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from rich.console import Console
from rich.markup import escape

from dept_rules import population, provenance
from dept_rules.cli.common import as_json, console, print_json, refusing, table
from dept_rules.population import Sample
from dept_rules.texts import UNITS, number_text

if TYPE_CHECKING:
    import pandas as pd

SCOPES = {"national": "nationale", "regional": "régionale", "local": "du département"}


@click.command("population")
@click.option(
    "--departement", metavar="CODE", help="Département à représenter, par son code Insee (54, 2A…)."
)
@click.option("--households", default=100_000, show_default=True, help="Ménages à tirer.")
@click.option("--seed", default=0, show_default=True, help="Graine du hasard : la même donne le même tirage.")
@click.option(
    "--year",
    type=int,
    show_default=f"{population.YEAR}, ou l'année en cours avec --from",
    help="Année de l'échantillon.",
)
@click.option("--margins", type=click.Path(), metavar="FICHIER", help="Marges du département (YAML).")
@click.option("--from", "tables", type=click.Path(), metavar="FICHIER", help="Vérifier ses propres tables.")
@click.option(
    "--columns", type=click.Path(), metavar="FICHIER", help="Avec --from : ce que sont ses colonnes (YAML)."
)
@click.option("-o", "--output", type=click.Path(), metavar="FICHIER", help="Où l'écrire (.parquet ou .csv).")
@as_json
@refusing
@click.pass_context
def make(
    context: click.Context,
    departement: str | None,
    households: int,
    seed: int,
    year: int | None,
    margins: str | None,
    tables: str | None,
    columns: str | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Tirer la population synthétique d'un département, ou vérifier ses propres tables."""
    if (departement is None) == (tables is None):
        raise click.UsageError("il faut --departement ou --from, l'un des deux")
    if columns and tables is None:
        raise click.UsageError("--columns va avec --from")
    if departement is not None:
        year = population.YEAR if year is None else year
        sample = population.synthetic(departement, households, seed, year=year, margins=margins)
    else:
        _refuse_drawing(context)
        sample = population.load(tables, columns, year=year)
    if output:
        sample.write(output)
    if as_json:
        rows = json.loads(sample.margins.to_json(orient="records"))
        print_json({"about": dict(sample.about), "margins": rows, "notes": list(sample.notes)})
    else:
        _print(console(), sample, output)


def _refuse_drawing(context: click.Context) -> None:
    """Refuse, beside tables, the options of a draw."""
    for name in ("households", "seed", "margins"):
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--{name} va avec --departement")


def _print(out: Console, sample: Sample, output: str | None) -> None:
    people, homes = len(sample.tables["individus"]), len(sample.tables["menages"])
    weighted = number_text(round(float(sample.weights.sum())))
    where = sample.about.get("departement")
    title = f"Population synthétique du département {where}" if where else "Population apportée"
    out.print(
        f"[bold]{title}[/bold] : {number_text(homes)} ménages, {number_text(people)} personnes, "
        f"pour {weighted} ménages.\n"
    )
    for use, heading in (("calage", "Marges calées"), ("controle", "Contrôles, non calés")):
        rows = sample.margins[sample.margins["use"] == use]
        if len(rows):
            out.print(f"[bold]{heading}[/bold]")
            _print_margins(out, rows)
            out.print()
    for note in sample.notes:
        out.print(f"- {escape(note)}")
    if output:
        out.print(f"\nÉcrit dans {escape(output)}.")


def _print_margins(out: Console, rows: pd.DataFrame) -> None:
    shown = table("Marge", "Catégorie", "Cible", "Obtenu", "Écart", "Portée", "Année", "Statut")
    last = ""
    for row in rows.to_dict("records"):
        label = "" if row["margin"] == last else row["label"]
        last, unit = row["margin"], UNITS[row["unit"]]
        units = {"target": unit, "reached": unit, "gap": "pt" if unit == "%" else unit}
        numbers = [f"{_number(row[name], row['unit'])} {of}".strip() for name, of in units.items()]
        standing = provenance.LABELS[row["standing"]]
        shown.add_row(
            label, row["category_label"], *numbers, SCOPES[row["scope"]], str(row["year"]), standing
        )
    out.print(shown)


def _number(value: float, unit: str) -> str:
    rounded = round(value, 2) if unit in ("percent", "persons") else round(value)
    return number_text(rounded or 0)  # never minus zero
