"""``compare``: what reforms cost and change, over a population."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import dept_rules
from dept_rules import parallel
from dept_rules.calculation import this_month
from dept_rules.cli.common import as_json, console, print_json, refusing, scheduler_option, table
from dept_rules.simulation import Scenario, Study, french
from dept_rules.simulation.comparison import read_year
from dept_rules.simulation.drawings import main_benefit, rows
from dept_rules.simulation.resampling import METHODS
from dept_rules.simulation.solutions import KINDS

if TYPE_CHECKING:
    import pandas as pd

#: The tables written as JSON, by attribute of the study.
TABLES = ("laws", "totals", "budget", "payers", "beneficiaries", "figures", "defaults")
#: Hypotheses beyond it are left to the report.
MOST_TESTED = 10
WITH_INCOMES = ("poverty", "poverty_cost", "inequality")


@click.command()
@click.option(
    "--population", required=True, metavar="FICHIER", help="Population (.parquet, .csv ou dossier)."
)
@click.option(
    "--reform",
    "reforms",
    multiple=True,
    required=True,
    metavar="NOM|FICHIER",
    help="Réforme livrée, « plateforme » ou fichier YAML ; répétable.",
)
@click.option(
    "--period",
    default=lambda: this_month()[:4],
    show_default="l'année en cours",
    metavar="AAAA",
    help="Année.",
)
@click.option(
    "--baseline", default="droit_en_vigueur", show_default=True, metavar="NOM|FICHIER", help="Référence."
)
@click.option(
    "--take-up",
    "shares",
    multiple=True,
    metavar="AIDE=PART",
    help="Part de ceux qui y ont droit qui reçoivent l'aide (0.66), ou chiffre de non-recours ; répétable.",
)
@click.option(
    "--automatic",
    is_flag=True,
    help="Avec --take-up : comparer aussi le versement automatique (recours complet).",
)
@click.option(
    "--replications", default=200, show_default=True, help="Tirages pour les intervalles (0 : aucun)."
)
@click.option(
    "--replication",
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="D'où viennent les poids de réplication que la population porterait (poids_replique…).",
)
@click.option("--seed", default=0, show_default=True, help="Graine du hasard.")
@click.option("--sensitivity", is_flag=True, help="Éprouver chaque hypothèse (une seule réforme).")
@click.option("--report", type=click.Path(), metavar="FICHIER", help="Écrire le rapport (.html).")
@scheduler_option
@as_json
@refusing
def compare(
    population: str,
    reforms: tuple[str, ...],
    period: str,
    baseline: str,
    shares: tuple[str, ...],
    automatic: bool,
    replications: int,
    replication: str,
    seed: int,
    sensitivity: bool,
    report: str | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Dire ce que des réformes coûtent et changent, et pour qui, sur une population."""
    take_up = dict(map(_share, shares))
    if automatic and not take_up:
        raise click.UsageError("--automatic va avec --take-up")
    if sensitivity and len(reforms) > 1:
        raise click.UsageError("--sensitivity ne va qu'avec une réforme")
    with parallel.connected(scheduler) as client, _progress(quiet=as_json) as told:
        told("Population", 0, 1)
        sample = dept_rules.population.load(population, year=read_year(period).start.year)
        told("Calcul des lois", 0, 1)
        study = dept_rules.compare(
            sample,
            _scenarios(reforms, take_up, automatic),
            period,
            baseline,
            take_up=take_up,
            seed=seed,
            replications=replications,
            client=client,
            replication=replication,
        )
        tested = None
        if sensitivity:
            tested = dept_rules.sensitivity(
                sample, None, period, reforms[0], baseline, take_up=take_up,
                progress=lambda done, total: told("Hypothèses", done, total),
            )  # fmt: skip
        if report:
            study.report(
                report, sensitivity=tested, progress=lambda done, total: told("Rapport", done, total)
            )
        told("Résultats", 0, 1)
        tables = _tables(study)
    if as_json:
        print_json(_plain(study, tables, tested))
    else:
        _print(console(), study, tables, tested, report)


def _share(said: str) -> tuple[str, float | str]:
    benefit, sign, share = said.partition("=")
    if not (benefit and sign and share):
        raise click.BadParameter(
            f"{said!r} ; attendu AIDE=PART, comme revenu_de_base=0.66", param_hint="--take-up"
        )
    try:
        return benefit, float(share)
    except ValueError:
        return benefit, share


def _scenarios(reforms: tuple[str, ...], take_up: Mapping[str, float | str], automatic: bool) -> list[Any]:
    if not automatic:
        return list(reforms)
    everybody = dict.fromkeys(take_up, 1.0)
    return [
        each
        for one in reforms
        for each in (one, Scenario(one, take_up=everybody, label=f"{one}, versement automatique"))
    ]


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Any]:
    """Show where the work is, on a terminal only."""
    err = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:<16}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=1)

        def told(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield told


def _tables(study: Study) -> dict[str, pd.DataFrame]:
    found = {name: getattr(study, name) for name in TABLES}
    found["winners_losers"] = study.winners_losers(None)
    if study.has_incomes:
        found |= {name: getattr(study, name) for name in WITH_INCOMES}
        found["by_decile"] = study.winners_losers("decile")
    return found


def _plain(study: Study, tables: Mapping[str, pd.DataFrame], tested: pd.DataFrame | None) -> dict[str, Any]:
    """Return plain data, ready for JSON; what is not known, or without bound, is null."""
    data: dict[str, Any] = {"period": str(study.year), "rules": study.rules, "notes": list(study.notes)}
    if tested is not None:
        tables = {**tables, "sensitivity": tested}
    return data | {
        name: json.loads(one.to_json(orient="records", default_handler=str)) for name, one in tables.items()
    }


# --- printing --------------------------------------------------------------------------------


def _print(
    out: Console,
    study: Study,
    tables: Mapping[str, pd.DataFrame],
    tested: pd.DataFrame | None,
    report: str | None,
) -> None:
    called = study.titles
    out.print(f"[bold]{study.year}[/bold], comparé à « {escape(called[study.baseline.label])} », par an.\n")
    _print_laws(out, study, tables, called)
    for law in study.compared:
        some = [row for row in rows(tables["budget"]) if row.law == law.label and row.net]
        if some:
            out.print(f"\n[bold]{escape(called[law.label])}[/bold]")
            shown = table("Aide", "Coût net", "Intervalle à 95 %")
            for row in sorted(some, key=lambda row: -abs(row.net)):
                shown.add_row(
                    row.label, french.money(row.net), french.interval(row.net_low, row.net_high, french.money)
                )
            out.print(shown)
    if tested is not None:
        _print_tested(out, tested)
    out.print()
    sample = study.subjects.sample
    of_sample = () if sample is None else sample.notes[1:]  # how it was drawn: the report tells it
    for note in study.notes:
        if note not in of_sample:
            out.print(f"- {escape(note)}")
    if report:
        out.print(f"\nRapport écrit : {escape(report)}")


def _print_tested(out: Console, tested: pd.DataFrame) -> None:
    """Print the hypotheses that move the budget most, and how many could not be tried."""
    moving = rows(tested[tested["swing"] > 0])
    budget, kind = french.money(tested.attrs["budget"]), KINDS[tested.attrs["kind"]]
    untested = tested.attrs["untested"]
    out.print(f"\n[bold]Hypothèses à l'épreuve[/bold], budget {kind} de départ : {budget}.")
    shown = table("Aide", "Chiffre", "Essayé de", "à", "Budget le plus bas", "le plus haut", "Écart")
    for row in moving[:MOST_TESTED]:
        tried = (french.value_text(value, row.unit) for value in (row.low, row.high))
        moves = map(french.money, (row.least, row.greatest, row.swing))
        shown.add_row(row.aid, row.label, *tried, *moves)
    out.print(shown)
    if len(moving) > MOST_TESTED:
        out.print(f"Et {len(moving) - MOST_TESTED} autres (--json, --report).")
    if untested:
        out.print(f"Sans valeur à essayer (nulles ou infinies) : {escape(', '.join(untested))}.")


def _print_laws(
    out: Console, study: Study, tables: Mapping[str, pd.DataFrame], called: Mapping[str, str]
) -> None:
    shown = table("Loi", "Coût net", "Intervalle à 95 %", "Gagnent", "Perdent", "Pauvreté", "Aide principale")
    everybody = {row.law: row for row in rows(tables["winners_losers"])}
    paid = {(row.law, row.benefit): row for row in rows(tables["beneficiaries"])}
    rates = {row.law: row.rate for row in rows(study.poverty_by(None))} if study.has_incomes else {}
    for row in rows(tables["totals"]):
        benefit = main_benefit(study, row.law)
        main = paid.get((row.law, benefit))
        shown.add_row(
            called[row.law],
            french.money(row.net),
            french.interval(row.net_low, row.net_high, french.money),
            french.percent(everybody[row.law].share_winners),
            french.percent(everybody[row.law].share_losers),
            f"{french.percent(rates[study.baseline.label])} → {french.percent(rates[row.law])}"
            if rates
            else "–",
            f"{main.label} : {french.count(main.beneficiaries)} personnes" if main else "–",
        )
    out.print(shown)
