"""``record``, ``verify`` and ``diff``: decision records."""

from __future__ import annotations

from pathlib import Path

import click

from dept_rules.cli.common import as_json, period_option, print_json, reform_option, refusing
from dept_rules.explanation import communication as handed
from dept_rules.explanation import record as records


@click.command()
@click.argument("file", type=click.Path())
@period_option
@reform_option
@click.option("-o", "--output", type=click.Path(), help="Fichier à écrire ; la sortie standard à défaut.")
@click.option("--communication", is_flag=True, help="Écrire la communication à la personne, au lieu du JSON.")
@refusing
def record(file: str, period: str, reform: str | None, output: str | None, communication: bool) -> None:
    """Garder trace du calcul de la situation FILE : réponses, chiffres, règles, résultat, sans aucun nom."""
    made = records.make_record(file, period, reform)
    text = handed.communication(made) if communication else records.write(made)
    if output is None:
        click.echo(text)
    else:
        Path(output).write_text(f"{text}\n", encoding="utf-8")


@click.command()
@click.argument("file", type=click.Path())
@as_json
@refusing
def verify(file: str, as_json: bool) -> None:
    """Recalculer la trace FILE et dire si elle tient toujours (état de sortie 1 sinon)."""
    found = records.verify(records.load(file))
    if as_json:
        print_json(vars(found))
    elif found.altered:
        click.echo("La trace a été modifiée depuis qu'elle a été faite : elle n'est pas recalculée.")
    else:
        same = "inchangées" if found.same_rules else "changées depuis"
        click.echo(f"Règles {same}. Le résultat {'tient toujours' if found.holds else 'ne tient plus'}.")
        _echo_differences(found.differences)
    if found.altered or not found.holds:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.Path())
@as_json
@refusing
def diff(file: str, as_json: bool) -> None:
    """Dire quels chiffres et quelles règles ont changé depuis la trace FILE, et ce que cela fait."""
    changes = records.diff(records.load(file))
    if as_json:
        print_json(changes.to_dict())
        return
    if not (changes.figures or changes.rules):
        click.echo("Aucun des chiffres ni aucune des règles de cette trace n'a changé.")
    for name, before, after in changes.figures:
        click.echo(f"Chiffre {name} : {before} → {'disparu' if after is None else after}")
    for name in changes.rules:
        click.echo(f"Règle {name} : modifiée")
    _echo_differences(changes.differences)


def _echo_differences(differences: tuple[tuple[str, str, str | None, str | None], ...]) -> None:
    for benefit, beneficiary, before, after in differences:
        click.echo(f"{benefit}, {beneficiary} : {before} → {after}")
