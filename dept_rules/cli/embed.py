"""``embed-snippet``: what a site must hold to show a calculator."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import click

from dept_rules import reforms_loader
from dept_rules.cli.common import refusing
from dept_rules.cli.serve import MissingExtraError
from dept_rules.errors import Fault, FaultyInputError, UnknownNameError
from dept_rules.system import baseline, benefits


@click.command("embed-snippet")
@click.argument("benefit", required=False)
@click.option("--service", required=True, metavar="ORIGINE", help="Où est servi le calculateur, https://…")
@click.option("--theme", default="", metavar="JETONS", help="« principal:1d4f73,police:serif ».")
@click.option("--project", metavar="NOM", help="Réforme à comparer à aujourd'hui, ou « plateforme ».")
@click.option("--title", default="", metavar="TITRE", help="Titre du cadre, lu par les lecteurs d'écran.")
@refusing
def embed_snippet(benefit: str | None, service: str, theme: str, project: str | None, title: str) -> None:
    """Écrire le code à coller dans un site pour le calculateur de l'aide BENEFIT (toutes par défaut)."""
    try:
        from dept_rules.web.settings import ORIGIN
        from dept_rules.web.theme import read_theme
    except ImportError as error:
        raise MissingExtraError(
            f"{error.name} is not installed; run: pip install 'dept-rules[web]'"
        ) from None
    origin = service.rstrip("/")
    if not ORIGIN.fullmatch(origin):
        raise FaultyInputError([Fault("--service", "is not an origin", '"https://aides.example.fr"')])
    if benefit is not None and benefit.replace("-", "_") not in benefits(baseline()):
        raise UnknownNameError("benefit", benefit, benefits(baseline()))
    if project is not None:
        reforms_loader.describe(project)
    read_theme(theme)
    slug = (benefit or "").replace("_", "-")
    label = benefits(baseline())[slug.replace("-", "_")].label if slug else "toutes les aides"
    said = title or f"Calculateur : {label}"
    click.echo(_text(origin, slug, said, theme, project))


def _text(origin: str, slug: str, title: str, theme: str, project: str | None) -> str:
    """Return the code for a page, for a site that strips scripts, and the policies of both sides."""
    data = {"calculator": slug, "theme": theme, "project": project or "", "title": title}
    preview = f'\npreview = ["{project}"]' if project else ""
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items() if value)
    query = {"cadre": "1"} | ({"theme": theme} if theme else {}) | ({"projet": project} if project else {})
    address = f"{origin}/calculateur{'/' + slug if slug else ''}?{urlencode(query, safe=':,')}"
    return f"""\
À coller dans la page, là où le calculateur doit paraître :

<script src="{origin}/embed.js"{attributes} async></script>

Si le site retire les scripts, ce cadre (sa hauteur ne suit pas son contenu) :

<iframe src="{escape(address)}" title="{escape(title)}" loading="lazy"
  width="100%" height="900" style="border:0"></iframe>

Si le site a une politique de sécurité (Content-Security-Policy), y ajouter :

script-src {origin}; frame-src {origin}

Le service, lui, n'accepte que les sites{" et les projets" if project else ""} de sa configuration :

[calculators]
frame_ancestors = ["https://www.exemple.fr"]{preview}"""
