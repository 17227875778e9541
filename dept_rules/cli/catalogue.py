"""``benefits``, ``parameters``, ``reforms`` and ``inputs``: what the law holds."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from dept_rules import calculation, provenance, reforms_loader, schema
from dept_rules.cli.common import as_json, console, period_option, print_json, reform_option, refusing, table
from dept_rules.system import baseline
from dept_rules.texts import EACH, UNITS, number_text


@click.command("benefits")
@period_option
@reform_option
@click.option("--markdown", is_flag=True, help="Écrire un tableau Markdown.")
@as_json
@refusing
def list_benefits(period: str, reform: str | None, markdown: bool, as_json: bool) -> None:
    """Lister les aides que le moteur connaît."""
    system = reforms_loader.apply(reform, baseline())
    rows = schema.list_benefits(system, calculation.read_month(period))
    if as_json:
        print_json(rows)
        return
    cells = [(row["label"], f"{row['name']}", row["entity"], _paid(row), _scope(row)) for row in rows]
    if markdown:
        click.echo("| aide | nom | pour | versée | portée |\n|---|---|---|---|---|")
        for label, name, *others in cells:
            click.echo(f"| {' | '.join([label, f'`{name}`', *others])} |")
        return
    shown = table("Aide", "Nom", "Pour", "Versée", "Portée")
    for row in cells:
        shown.add_row(*row)
    console().print(shown)


@click.command()
@click.argument("name", required=False)
@period_option
@reform_option
@as_json
@refusing
def parameters(name: str | None, period: str, reform: str | None, as_json: bool) -> None:
    """Lister les chiffres de la loi, ou dire tout d'un chiffre (ou d'une famille de chiffres) NAME."""
    system = reforms_loader.apply(reform, baseline())
    at = calculation.read_month(period).start
    names = provenance.names(system, name)
    figures = [figure for one in names if (figure := provenance.figure_or_none(system, one, at))]
    if as_json:
        print_json([provenance.to_dict(figure) for figure in figures])
        return
    out = console()
    if name in names:
        for figure in figures:
            _print_figure(out, figure)
        return
    shown = table("Chiffre", "Valeur", "Depuis", "Statut")
    for figure in figures:
        shown.add_row(figure.name, _figure_value(figure), figure.since, provenance.LABELS[figure.standing])
    out.print(shown)


@click.command("reforms")
@click.argument("name", required=False)
@as_json
@refusing
def list_reforms(name: str | None, as_json: bool) -> None:
    """Lister les réformes livrées, ou décrire la réforme NAME."""
    infos = [reforms_loader.describe(one) for one in ([name] if name else reforms_loader.names())]
    if as_json:
        print_json([reforms_loader.to_dict(info) for info in infos])
        return
    out = console()
    if name is None:
        shown = table("Réforme", "Nom", "Statut")
        for info in infos:
            shown.add_row(info.label, info.name, provenance.LABELS[info.status])
        out.print(shown)
        return
    info = infos[0]
    out.print(f"[bold]{escape(info.label)}[/bold] ({info.name}) : {provenance.LABELS[info.status].lower()}")
    for text in filter(None, (info.description, info.notes)):
        out.print(escape(text.strip()))
    if info.parameters:
        shown = table("Chiffre", "Valeurs")
        for key, values in info.parameters.items():
            shown.add_row(key, ", ".join(f"{date} : {value}" for date, value in values.items()))
        out.print(shown)
    for missing in info.non_lu:
        out.print(f"Non lu : {escape(missing)}")


@click.command("inputs")
@click.option("--json-schema", "as_schema", is_flag=True, help="Écrire le JSON Schema des situations.")
@as_json
@refusing
def list_inputs(as_schema: bool, as_json: bool) -> None:
    """Lister ce qui se demande aux personnes."""
    if as_schema:
        print_json(schema.situation_schema(baseline()))
        return
    rows = schema.list_inputs(baseline())
    if as_json:
        print_json(rows)
        return
    shown = table("Entité", "Nom", "Libellé", "Réponse")
    for row in rows:
        shown.add_row(row["entity"], row["name"], row["label"], _answer(row))
    console().print(shown)


# --- printing --------------------------------------------------------------------------------


def _answer(row: dict[str, Any]) -> str:
    values = list(row["values"])
    if values:
        return ", ".join(values) if len(values) <= 12 else f"{len(values)} valeurs (--json)"
    kinds = {"boolean": "oui ou non", "date": "date", "integer": "nombre entier", "number": "nombre"}
    kind = kinds.get(row["type"], str(row["type"]))
    if row["unit"] is None:
        return kind
    unit = "0,3 pour 30\u00a0%" if row["unit"] == "rate" else UNITS.get(row["unit"], row["unit"])
    return f"{kind} ({unit})"


def _paid(row: dict[str, Any]) -> str:
    return EACH[row["unit"]].strip() if row["unit"] in EACH else row["unit"] or "oui ou non"


def _scope(row: dict[str, Any]) -> str:
    if not row["applies"]:
        return "inactive, hors réforme" if not row["in_force"] else "n'est plus versée"
    return (row["notice"] or "droit en vigueur").replace(" : simulation", "").lower()


def _figure_value(figure: provenance.Figure) -> str:
    value = figure.value
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        unit = "" if figure.unit in ("rate", "boolean") else UNITS.get(figure.unit, figure.unit)
        return f"{number_text(value)} {unit}".strip()
    if isinstance(value, list | tuple):
        return " ; ".join(f"à partir de {number_text(low)} : {number_text(amount)}" for low, amount in value)
    return str(value)


def _print_figure(out: Console, figure: provenance.Figure) -> None:
    out.print(f"[bold]{escape(figure.label)}[/bold]")
    out.print(f"  {figure.name} = {_figure_value(figure)}, depuis le {figure.since}")
    out.print(f"  Statut : {provenance.LABELS[figure.standing].lower()}")
    source = " ".join(filter(None, (figure.reference_title, figure.reference_href)))
    if source:
        out.print(f"  Source : {escape(source)}")
    if figure.notes:
        out.print(f"  Note : {escape(figure.notes.strip())}")
    if figure.carried_forward:
        out.print("  Dernier chiffre connu, reconduit.")
