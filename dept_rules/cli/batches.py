"""``batch``: populations that do not fit in memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dept_rules import batch as batches
from dept_rules import parallel, provenance
from dept_rules.cli.common import (
    as_json,
    console,
    print_json,
    reform_option,
    refusing,
    scheduler_option,
    table,
)
from dept_rules.entitlements import ESTIMATE
from dept_rules.texts import number_text


@click.command()
@click.argument("source", type=click.Path())
@click.argument("target", type=click.Path())
@click.option("--period", required=True, metavar="AAAA[-MM]", help="Année ou mois demandé.")
@reform_option
@click.option("--benefits", multiple=True, metavar="AIDE[,AIDE…]", help="Ces aides seulement ; répétable.")
@click.option("--monthly", is_flag=True, help="Sur une année, donner aussi chaque mois.")
@click.option(
    "--memory", metavar="TAILLE", help="Mémoire à ne pas dépasser (1G) ; la moitié de la machine à défaut."
)
@click.option("--workers", type=click.IntRange(1), help="Processus ; un par cœur à défaut.")
@scheduler_option
@click.option(
    "--on-error",
    type=click.Choice(["stop", "continue"]),
    default="stop",
    show_default=True,
    help="Un ménage fautif : s'arrêter, ou l'écarter et le dire dans rejets.csv.",
)
@as_json
@refusing
def batch(
    source: str,
    target: str,
    period: str,
    reform: str | None,
    benefits: tuple[str, ...],
    monthly: bool,
    memory: str | None,
    workers: int | None,
    scheduler: str | None,
    on_error: Literal["stop", "continue"],
    as_json: bool,
) -> None:
    """Calculer les aides d'une population entière : SOURCE (Parquet) vers le dossier TARGET.

    SOURCE est un fichier Parquet ou un dossier de fichiers : une ligne par personne, les personnes d'un
    ménage à la suite. Interrompu puis relancé de même, le calcul reprend où il en était.
    """
    names = [name for told in benefits for name in told.split(",") if name] or None
    with parallel.connected(scheduler) as client, _progress() as progress:
        summary = batches.run_batch(
            source,
            target,
            period,
            reform,
            benefits=names,
            monthly=monthly,
            memory=memory,
            workers=workers or os.cpu_count() or 1,
            client=client,
            on_error=on_error,
            progress=progress,
        )
    if as_json:
        print_json(summary)
    else:
        _print(console(), summary, target)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Give what shows how far a batch has got, on a terminal; nothing elsewhere."""
    err = Console(stderr=True)
    columns = (TextColumn("Personnes"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as shown:
        bar = shown.add_task("", total=None)
        yield lambda done, whole: shown.update(bar, completed=done, total=whole)


def _print(out: Console, summary: dict[str, Any], target: str) -> None:
    rejected = summary["rejected"]
    left_out = f", {_count(rejected)} ménages écartés (rejets.csv)" if rejected else ""
    out.print(
        f"[bold]{_count(summary['people'])} personnes, {_count(summary['households'])} ménages[/bold]"
        f"{left_out} : {escape(target)}\n"
    )
    weighted = any("weighted_beneficiaries" in one["totals"] for one in summary["benefits"].values())
    kind = "weighted_" if weighted else ""
    shown = table("Aide", "Bénéficiaires", "Montant", "Chiffres les moins sûrs")
    for one in summary["benefits"].values():
        totals = one["totals"]
        if not one["applies"]:
            continue
        amount = totals.get(f"{kind}amount")
        shown.add_row(
            escape(one["label"]),
            _count(totals.get(f"{kind}beneficiaries", 0)),
            "" if amount is None else f"{_count(amount)}\u00a0€",
            provenance.LABELS[one["standing"]].lower(),
        )
    out.print(shown)
    if weighted:
        out.print("\nBénéficiaires et montants pondérés (poids).")
    off = sum(not one["applies"] for one in summary["benefits"].values())
    if off:
        out.print(f"{off} aides ne s'appliquent pas à cette période et sont omises ici.")
    out.print(f"\n{ESTIMATE}", style="bold")
    rules = summary["rules"]
    out.print(f"Règles {rules['version']}, empreinte {rules['hash'][:12]}.", style="dim")


def _count(number: float) -> str:
    return number_text(round(number))
