"""The command line: ``dept-rules calculate``, ``benefits``, ``parameters``, ``reforms``, ``inputs``."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import dept_rules
from dept_rules import calculation, provenance, reforms_loader, schema
from dept_rules.entitlements import Entitlement, Result, Verdict
from dept_rules.errors import DeptRulesError
from dept_rules.system import baseline, benefits, rules_version, variable
from dept_rules.texts import amount_text, month_text, number_text, sentence_list

ESTIMATE = "Ce sont des estimations, pas des décisions : seul l'organisme compétent décide."


def _refusing(command: Callable[..., None]) -> Callable[..., None]:
    """End with status 2 and the sentence of the error where the input was wrong."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except DeptRulesError as error:
            click.echo(f"dept-rules: {error}", err=True)
            raise SystemExit(2) from None

    return run


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False)


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


as_json = click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
reform_option = click.option("--reform", metavar="NOM|FICHIER", help="Réforme livrée, ou fichier YAML.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dept-rules")
def main() -> None:
    """Estimer les aides des départements, une situation à la fois. Des estimations, pas des décisions."""


@main.command()
@click.argument("file", type=click.Path())
@click.option("--period", default=calculation.this_month, show_default="le mois en cours", help="Mois, AAAA-MM.")
@reform_option
@click.option("--strict", is_flag=True, help="Refuser une situation incomplète au lieu de supposer.")
@as_json
@_refusing
def calculate(file: str, period: str, reform: str | None, strict: bool, as_json: bool) -> None:
    """Dire qui a droit à quoi dans la situation FILE (JSON), et pourquoi non."""
    result = dept_rules.evaluate(file, period, reform, mode="strict" if strict else "assume")
    if as_json:
        _print_json(result.to_dict())
    else:
        _print_result(_console(), result)


@main.command("benefits")
@reform_option
@as_json
@_refusing
def list_benefits(reform: str | None, as_json: bool) -> None:
    """Lister les aides que le moteur connaît."""
    system = reforms_loader.apply(reform, baseline())
    now = calculation.read_month(calculation.this_month())
    rows = []
    for name, one in benefits(system).items():
        switch = provenance.figure(system, one.benefit.applies, now.start)  # type: ignore[union-attr]
        rows.append(
            {
                "name": name,
                "label": one.label,
                "entity": one.entity.key,
                "unit": one.unit,
                "period": str(one.definition_period),
                "payer": one.benefit.payer,  # type: ignore[union-attr]
                "applies": bool(switch.value),
                "since": switch.since,
                "in_force": switch.standing in provenance.IN_FORCE,
                "notice": provenance.notice(switch),
                "cliffs": list(one.benefit.cliffs),  # type: ignore[union-attr]
            }
        )
    if as_json:
        _print_json(rows)
        return
    table = _table("Aide", "Nom", "Pour", "Versée", "Portée")
    for row in rows:
        scope = row["notice"] or "En vigueur"
        table.add_row(row["label"], row["name"], row["entity"], _unit(row["unit"]), scope if row["applies"] else "Inactive")
    _console().print(table)


@main.command()
@click.argument("name", required=False)
@click.option("--period", default=calculation.this_month, show_default="le mois en cours", help="Mois, AAAA-MM.")
@reform_option
@as_json
@_refusing
def parameters(name: str | None, period: str, reform: str | None, as_json: bool) -> None:
    """Lister les chiffres de la loi, ou dire tout d'un chiffre (ou d'une famille de chiffres) NAME."""
    system = reforms_loader.apply(reform, baseline())
    at = calculation.read_month(period).start
    names = provenance.names(system, name)
    figures = [figure for one in names if (figure := provenance.figure_or_none(system, one, at))]
    if as_json:
        _print_json([provenance.to_dict(figure) for figure in figures])
        return
    console = _console()
    if name in names:
        for figure in figures:
            _print_figure(console, figure)
        return
    table = _table("Chiffre", "Valeur", "Depuis", "Statut")
    for figure in figures:
        table.add_row(figure.name, _figure_value(figure), figure.since, provenance.LABELS[figure.standing])
    console.print(table)


@main.command("reforms")
@click.argument("name", required=False)
@as_json
@_refusing
def list_reforms(name: str | None, as_json: bool) -> None:
    """Lister les réformes livrées, ou décrire la réforme NAME."""
    infos = [reforms_loader.describe(one) for one in ([name] if name else reforms_loader.names())]
    if as_json:
        _print_json([reforms_loader.to_dict(info) for info in infos])
        return
    console = _console()
    if name is None:
        table = _table("Réforme", "Nom", "Statut")
        for info in infos:
            table.add_row(info.label, info.name, provenance.LABELS[info.status])
        console.print(table)
        return
    info = infos[0]
    console.print(f"[bold]{escape(info.label)}[/bold] ({info.name}) : {provenance.LABELS[info.status].lower()}")
    for text in filter(None, (info.description, info.notes)):
        console.print(escape(text.strip()))
    if info.parameters:
        table = _table("Chiffre", "Valeurs")
        for key, values in info.parameters.items():
            table.add_row(key, ", ".join(f"{date} : {value}" for date, value in values.items()))
        console.print(table)
    for missing in info.non_lu:
        console.print(f"Non lu : {escape(missing)}")


@main.command("inputs")
@click.option("--json-schema", "as_schema", is_flag=True, help="Écrire le JSON Schema des situations.")
@as_json
@_refusing
def list_inputs(as_schema: bool, as_json: bool) -> None:
    """Lister ce qui se demande aux personnes."""
    if as_schema:
        _print_json(schema.situation_schema(baseline()))
        return
    rows = schema.list_inputs(baseline())
    if as_json:
        _print_json(rows)
        return
    table = _table("Entité", "Nom", "Type", "Unité", "Libellé", "Valeurs")
    for row in rows:
        values = list(row["values"])
        shown = ", ".join(values) if len(values) <= 12 else f"{len(values)} valeurs (--json)"
        table.add_row(row["entity"], row["name"], row["type"], row["unit"] or "", row["label"], shown)
    _console().print(table)


# --- printing --------------------------------------------------------------------------------


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _unit(unit: str | None) -> str:
    return {None: "", "EUR/month": "par mois", "EUR/year": "par an", "EUR": "en une fois"}.get(unit, unit or "")


def _figure_value(figure: provenance.Figure) -> str:
    value = figure.value
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return f"{number_text(value)} {'' if figure.unit in ('rate', 'boolean') else figure.unit}".strip()
    if isinstance(value, list | tuple):
        return " ; ".join(f"à partir de {number_text(low)} : {number_text(amount)}" for low, amount in value)
    return str(value)


def _print_figure(console: Console, figure: provenance.Figure) -> None:
    console.print(f"[bold]{escape(figure.label)}[/bold]")
    console.print(f"  {figure.name} = {_figure_value(figure)}, depuis le {figure.since}")
    console.print(f"  Statut : {provenance.LABELS[figure.standing].lower()}")
    source = " ".join(filter(None, (figure.reference_title, figure.reference_href)))
    if source:
        console.print(f"  Source : {escape(source)}")
    if figure.notes:
        console.print(f"  Note : {escape(figure.notes.strip())}")
    if figure.carried_forward:
        console.print("  Dernier chiffre connu, reconduit.")


def _print_result(console: Console, result: Result) -> None:
    law = "la plateforme de juin 2021" if result.reform is None else f"la réforme {result.reform}"
    console.print(f"[bold]Aides pour {month_text(result.period)}[/bold], selon {law}\n")
    for beneficiary in dict.fromkeys(one.beneficiary for one in result):
        _print_beneficiary(console, [one for one in result if one.beneficiary == beneficiary])
    _print_assumptions(console, result)
    console.print(ESTIMATE, style="bold")
    console.print(f"Règles {result.rules['version']}, empreinte {result.rules['hash'][:12]}.", style="dim")


def _print_beneficiary(console: Console, entitlements: list[Entitlement]) -> None:
    kind = variable(baseline(), entitlements[0].benefit).entity.label.lower() if entitlements[0].entity != "individu" else ""
    console.print(f"[bold underline]{escape(entitlements[0].beneficiary)}[/bold underline] {kind}".rstrip())
    for one in entitlements:
        if one.eligible:
            _print_yes(console, one)
    for one in entitlements:
        if one.verdict is Verdict.NOT_ELIGIBLE:
            console.print(f"  [dim]✗[/dim] {escape(one.label)} : non. {escape(_why_not(one))}")
    off = [one.label for one in entitlements if one.verdict is Verdict.NOT_IN_FORCE]
    if off:
        console.print(f"  [dim]–[/dim] Pas en vigueur à cette date, ou hors de cette simulation : {escape(sentence_list(off))}.")
    console.print()


def _print_yes(console: Console, one: Entitlement) -> None:
    what = amount_text(one.amount, one.unit) if one.amount is not None else "oui"
    console.print(f"  [bold green]✓[/bold green] [bold]{escape(one.label)} : {what}[/bold]")
    for condition in one.subject_to:
        console.print(f"      Sous réserve : {escape(condition.label)} ; apprécié par {escape(condition.judged_by or '')}, sur {escape(condition.on or '')}.")
    if one.notice:
        console.print(f"      {escape(one.notice)}.")
    console.print(f"      Chiffres les moins sûrs : {provenance.LABELS[one.standing].lower()}.")
    if one.carried_forward:
        names = sentence_list([figure.short_label for figure in one.carried_forward])
        console.print(f"      Derniers chiffres connus, reconduits : {escape(names)}.")


def _why_not(one: Entitlement) -> str:
    if one.unmet:
        return "Condition non remplie : " + " ; ".join(condition.label for condition in one.unmet) + "."
    return "Les conditions sont remplies, mais le montant est nul."


def _print_assumptions(console: Console, result: Result) -> None:
    missing: dict[str, list[str]] = {}
    held = False
    for one in result.assumptions:
        if one.kind == "derived":
            members = " ; ".join(f"{role} : {', '.join(people)}" for role, people in one.value.items())
            console.print(f"Regroupement déduit ({one.variable}) : {escape(members)}.")
        elif one.kind == "default":
            people = missing.setdefault(variable(baseline(), one.variable).label, [])
            if one.entity not in people:
                people.append(one.entity)
        else:
            held = True
    if held:
        console.print("Réponses sans date : prises pour valables aussi aux autres périodes que la règle regarde.")
    if missing:
        console.print("Sans réponse, compté « non », 0 ou non renseigné :")
        by_people: dict[tuple[str, ...], list[str]] = {}
        for label, people in missing.items():
            by_people.setdefault(tuple(people), []).append(label)
        for people_of, labels in by_people.items():
            console.print(f"  {escape(', '.join(people_of))} : {escape(' ; '.join(labels))}.", style="dim")
    console.print()


if __name__ == "__main__":
    main()
