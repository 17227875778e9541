"""``calculate`` and ``explain``: one situation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

import dept_rules
from dept_rules import provenance, reforms_loader
from dept_rules.cli.common import as_json, console, period_option, print_json, reform_option, refusing, table
from dept_rules.entitlements import ESTIMATE, Entitlement, Result, Verdict
from dept_rules.explanation.questions import Questions
from dept_rules.system import baseline, variable
from dept_rules.texts import amount_text, month_text, sentence_list

#: Past that many, missing answers are counted, not named.
FEW = 2


@click.command()
@click.argument("file", type=click.Path())
@period_option
@reform_option
@click.option("--strict", "mode", flag_value="strict", help="Refuser une situation incomplète.")
@click.option("--partial", "mode", flag_value="partial", help="Dire ce qui est certain, sans rien supposer.")
@click.option("--assumptions", is_flag=True, help="Lister tout ce qui n'a pas été répondu.")
@as_json
@refusing
def calculate(
    file: str, period: str, reform: str | None, mode: str | None, assumptions: bool, as_json: bool
) -> None:
    """Dire qui a droit à quoi dans la situation FILE (JSON), et pourquoi non."""
    result = dept_rules.evaluate(file, period, reform, mode=mode or "assume")
    if as_json:
        print_json(result.to_dict())
    else:
        _print_result(console(), result, listing=assumptions)


@click.command()
@click.argument("file", type=click.Path())
@period_option
@reform_option
@click.option("--benefit", "benefits", multiple=True, metavar="AIDE", help="Une aide ; répétable.")
@click.option(
    "--what-if", "varied", metavar="ENTRÉE", help="Où le résultat change quand cette réponse change."
)
@click.option("--next", "asking", is_flag=True, help="Quelles questions poser encore, et pourquoi.")
@click.option("--entity", metavar="ID", help="De qui vient la réponse de --what-if, s'il y a le choix.")
@click.option(
    "--chart", type=click.Path(), metavar="FICHIER", help="Avec --what-if : un graphique (.png, .svg)."
)
@as_json
@refusing
def explain(
    file: str,
    period: str,
    reform: str | None,
    benefits: tuple[str, ...],
    varied: str | None,
    asking: bool,
    entity: str | None,
    chart: str | None,
    as_json: bool,
) -> None:
    """Expliquer chaque aide dans la situation FILE : conditions, calcul, chiffres ; ou ce qui la change."""
    asked: dict[str, Any] = {"benefits": benefits or None}
    if asking:
        questions = dept_rules.next_questions(file, period, reform, **asked)
        if as_json:
            print_json(questions.to_dict())
        else:
            click.echo(f"{_asked(questions)}\n\n{ESTIMATE}")
        return
    if varied is None:
        if chart:
            raise click.UsageError("--chart va avec --what-if")
        explanations = dept_rules.explain(file, period, reform, **asked)
        if as_json:
            print_json(explanations.to_dict())
        else:
            click.echo(f"{explanations.to_text()}\n\n{ESTIMATE}")
        return
    found = dept_rules.what_if(file, varied, period, reform, entity=entity, **asked)
    if chart:
        from dept_rules.explanation.charts import draw

        draw(found, Path(chart))
    if as_json:
        print_json(found.to_dict())
    else:
        click.echo(f"{found.to_text()}\n\n{ESTIMATE}")


def _asked(questions: Questions) -> str:
    """Return the questions that can still change an outcome, best first, with why."""
    if not questions.questions:
        return "Aucune réponse ne peut plus changer le résultat."
    lines = []
    for rank, one in enumerate(questions.questions, 1):
        lines.append(f"{rank}. {one.question} ({one.id})")
        aids = sentence_list(list(dict.fromkeys(purpose.label for purpose in one.why)))
        lines.append(f"   Peut changer : {aids}.")
    settled = sum(one.reason == "settled" for one in questions.needless)
    lines.append(f"\nInutile de demander {settled} autres réponses : elles ne peuvent plus rien changer.")
    return "\n".join(lines)


# --- printing --------------------------------------------------------------------------------


def _print_result(out: Console, result: Result, *, listing: bool) -> None:
    law = "la plateforme de juin 2021" if result.reform is None else _law(result.reform)
    out.print(f"[bold]Aides pour {month_text(result.period)}[/bold], selon {escape(law)}\n")
    beneficiaries = list(dict.fromkeys(one.beneficiary for one in result))
    having = {one.beneficiary for one in result if one.eligible}
    for beneficiary in sorted(beneficiaries, key=lambda name: name not in having):
        _print_beneficiary(out, [one for one in result if one.beneficiary == beneficiary])
    off = list(dict.fromkeys(one.label for one in result if one.verdict is Verdict.NOT_IN_FORCE))
    if off:
        out.print(
            f"Pas en vigueur à cette date, ou hors de cette simulation : {escape(sentence_list(off))}.\n"
        )
    _print_assumptions(out, result, listing=listing)
    out.print(ESTIMATE, style="bold")
    out.print(f"Règles {result.rules['version']}, empreinte {result.rules['hash'][:12]}.", style="dim")


def _law(reform: str) -> str:
    """Return what a law is called in a sentence: shipped reforms by their labels, others by their names."""
    shipped = reforms_loader.names()
    labels = [
        reforms_loader.describe(name).label if name in shipped else name for name in reform.split(" + ")
    ]
    return " + ".join(f"« {label} »" for label in labels)


def _print_beneficiary(out: Console, entitlements: list[Entitlement]) -> None:
    refused = [one for one in entitlements if one.verdict is Verdict.NOT_ELIGIBLE]
    open_ones = [one for one in entitlements if one.verdict is Verdict.UNDETERMINED]
    given = [one for one in entitlements if one.eligible]
    if not (given or refused or open_ones):
        return
    kind = "" if entitlements[0].entity == "individu" else f" ({_kind(entitlements[0])})"
    out.print(f"[bold underline]{escape(entitlements[0].beneficiary)}[/bold underline]{kind}")
    for one in given:
        _print_given(out, one)
    for one in open_ones:
        what = f" : {amount_text(one.amount, one.unit)}" if one.amount is not None else ""
        out.print(f"  [yellow]?[/yellow] {escape(one.label)}{escape(what)}, à compléter")
    reasons: dict[str, list[str]] = {}
    for one in refused:
        reasons.setdefault(_why_not(one), []).append(one.label)
    if reasons:
        rows = table("Non", "Première condition non remplie (« explain » les dit toutes)")
        for reason, labels in reasons.items():
            rows.add_row(escape(" ; ".join(labels)), escape(reason))
        out.print(Padding(rows, (0, 0, 0, 2)))
    told: dict[str, list[str]] = {}
    for one in refused:
        for line in _beside(one):
            told.setdefault(line, []).append(one.label)
    for line, labels in told.items():
        out.print(Padding(escape(f"{line} ({' ; '.join(labels)})"), (0, 0, 0, 2)))
    out.print()


def _kind(one: Entitlement) -> str:
    return str(variable(baseline(), one.benefit).entity.label).lower()


def _print_given(out: Console, one: Entitlement) -> None:
    what = amount_text(one.amount, one.unit) if one.amount is not None else "oui"
    lines = [
        f"Sous réserve : {condition.label} ; apprécié par {condition.judged_by}, sur {condition.on}."
        for condition in one.subject_to
    ]
    lines += [f"{one.notice}."] if one.notice else []
    lines += [f"{line}." for line in _beside(one)]
    lines += one.caveats
    if one.missing:
        lines.append(f"Suppose, faute de réponse : {_counted(one.missing)}.")
    lines.append(f"Chiffres les moins sûrs : {provenance.LABELS[one.standing].lower()}.")
    if one.carried_forward:
        names = sentence_list([figure.short_label for figure in one.carried_forward])
        lines.append(f"Derniers chiffres connus, reconduits : {names}.")
    out.print(f"  [green]✓[/green] [bold]{escape(one.label)} : {escape(what)}[/bold]")
    for line in lines:
        out.print(Padding(escape(line), (0, 0, 0, 6)))


def _beside(one: Entitlement) -> list[str]:
    return [
        f"{label} : {value if isinstance(value, str) else amount_text(value, one.unit)}"
        for label, value in one.beside
    ]


def _counted(names: tuple[str, ...]) -> str:
    """Return the labels of inputs where they are few, else how many they are and the first ones."""
    labels = [str(variable(baseline(), name).label) for name in names]
    shown = " ; ".join(labels[:FEW])
    return shown if len(labels) <= FEW else f"{shown} ; et {len(labels) - FEW} autres comptés « non » ou 0"


def _why_not(one: Entitlement) -> str:
    """Return the first condition that fails whatever is still to be answered; else the first that fails."""
    if not one.unmet:
        return "Les conditions sont remplies, mais le montant est nul."
    first = next((condition for condition in one.unmet if not condition.missing), one.unmet[0])
    if not first.missing:
        return first.label
    if len(first.missing) > FEW:
        return f"{first.label} ({len(first.missing)} réponses manquent)"
    labels = [str(variable(baseline(), name).label) for name in first.missing]
    return f"{first.label} (sans réponse : {' ; '.join(labels)})"


def _print_assumptions(out: Console, result: Result, *, listing: bool) -> None:
    for one in result.assumptions:
        if one.kind == "derived":
            members = " ; ".join(f"{role} : {', '.join(people)}" for role, people in one.value.items())
            out.print(f"Regroupement déduit ({one.variable}) : {escape(members)}.")
    if any(one.kind == "held" for one in result.assumptions):
        out.print("Une réponse sans date est prise pour valable à toutes les périodes que la règle regarde.")
    missing: dict[str, list[str]] = {}
    for one in result.assumptions:
        if one.kind == "default":
            people = missing.setdefault(variable(baseline(), one.variable).label, [])
            people += [one.entity] if one.entity not in people else []
    if missing and not listing:
        out.print(
            f"{len(missing)} questions sont restées sans réponse et comptent « non », 0 ou non renseigné ; "
            "--assumptions les liste."
        )
    elif missing:
        out.print("Sans réponse, compté « non », 0 ou non renseigné :")
        rows = table("", "")
        for label, people in missing.items():
            rows.add_row(escape(label), escape(", ".join(people)))
        out.print(Padding(rows, (0, 0, 0, 2)))
    out.print()
