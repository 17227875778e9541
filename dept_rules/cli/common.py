"""What the commands share: options, refusals, tables."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from dept_rules.calculation import this_month
from dept_rules.errors import DeptRulesError

#: Columns of names, never cut in two.
NAMES = ("Nom", "Chiffre", "Depuis")
#: Width of what is printed to a file or a pipe.
OFF_TERMINAL = 140

as_json = click.option("--json", "as_json", is_flag=True, help="Écrire du JSON.")
reform_option = click.option(
    "--reform",
    metavar="NOM|FICHIER",
    help="Réforme livrée, ou fichier YAML ; sans elle, la plateforme de juin 2021.",
)
scheduler_option = click.option(
    "--scheduler", metavar="ADRESSE", help="Calculer sur une grappe Dask (tcp://…:8786)."
)
period_option = click.option(
    "--period", default=this_month, show_default="le mois en cours", metavar="AAAA-MM", help="Mois demandé."
)


def refusing(command: Callable[..., None]) -> Callable[..., None]:
    """End with status 2 and the sentence of the error where the input was wrong."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except DeptRulesError as error:
            click.echo(f"dept-rules: {error}", err=True)
            raise SystemExit(2) from None

    return run


def console() -> Console:
    """Return where to print; off a terminal there is no colour, and lines may be long."""
    out = Console(highlight=False)
    wide = int(os.environ.get("COLUMNS") or OFF_TERMINAL)
    return out if out.is_terminal else Console(highlight=False, width=wide)


def print_json(data: Any) -> None:
    """Print data as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def table(*columns: str, indent: int = 0) -> Table:
    """Return an empty table without borders."""
    made = Table(
        box=None, header_style="bold", pad_edge=False, show_header=any(columns), padding=(0, 2, 0, 0)
    )
    for rank, column in enumerate(columns):
        whole = column in NAMES
        made.add_column(column, overflow="fold", no_wrap=whole, min_width=indent if rank == 0 else None)
    return made
