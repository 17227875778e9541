"""What every page of the calculators knows: which laws, which benefits, which configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, request
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import reforms_loader, schema
from dept_rules.calculation import read_month, this_month
from dept_rules.web.laws import current_laws
from dept_rules.web.settings import SETTINGS, Settings
from dept_rules.web.theme import Theme, ThemeError, read_theme

#: Names of the query of a page: nothing that a person answers is ever among them.
PROJECT, FRAME, THEME, HOST = "projet", "cadre", "theme", "hote"


def current_settings() -> Settings:
    """Return the settings of the service whose request is being answered."""
    return current_app.config[SETTINGS]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Site:
    """What a page is about.

    Attributes:
        slug: of the benefit ("revenu-de-base"); "" for all.
        laws: that of the service, then that of the project where one is compared.
        project: French label of the project; "" where none is compared.
        benefits: those that a form of this page may ask about, as `schema.list_benefits` describes them.
        notices: what every screen says.
    """

    slug: str
    laws: tuple[TaxBenefitSystem, ...]
    project: str
    benefits: Sequence[Mapping[str, Any]]
    notices: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return what the page is called."""
        return self.benefits[0]["label"] if self.slug else "Toutes les aides"

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the benefits."""
        return tuple(one["name"] for one in self.benefits)


def current_site(slug: str) -> Site:
    """Return what the page that is asked is about; a benefit or project that does not exist is not found.

    Raises:
        NotFound: there is no such benefit this month, or no such project.
    """
    laws, project = [current_laws().configured], ""
    name = request.args.get(PROJECT, "")
    if name:
        if name not in current_laws().previews:
            abort(404)
        laws.append(current_laws().preview(name))
        project = reforms_loader.describe(name).label
    month = read_month(this_month())
    known = [schema.list_benefits(law, month) for law in laws]
    rows = [
        row
        for position, row in enumerate(known[-1])
        if any(of_law[position]["applies"] for of_law in known) and slug in ("", slug_of(row["name"]))
    ]
    if not rows:
        abort(404)
    return Site(slug, tuple(laws), project, rows, _notices(rows))


def slug_of(benefit: str) -> str:
    """Return the name of a benefit in an address."""
    return benefit.replace("_", "-")


def _notices(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what must be said of benefits that are not in force, as the law and the settings word it."""
    ours = current_settings().calculators
    of_text: dict[str, list[str]] = {}
    for row in rows:
        for text in (row["notice"], *ours.proposal_notices) if row["notice"] else ():
            of_text.setdefault(text.rstrip("."), []).append(row["label"])
    told = [
        text if len(labels) == len(rows) else f"{text} ({len(labels)} des {len(rows)} aides)"
        for text, labels in of_text.items()
    ]
    return tuple(f"{text.rstrip('.')}." for text in (*told, *ours.notices))


def current_theme() -> tuple[Theme, str]:
    """Return the theme of the page, and the tokens it was asked with.

    Tokens that cannot be read are left out, all of them: `dept-rules embed-snippet` says why.
    """
    configured = dict(current_settings().calculators.theme)
    asked = request.args.get(THEME, "")[:200]
    try:
        return read_theme(asked, configured), asked
    except ThemeError:
        return read_theme("", configured), ""


def current_host() -> str:
    """Return the origin of the site that the page lies in, where it may embed calculators; else nothing."""
    asked = request.args.get(HOST, "")
    return asked if asked in current_settings().calculators.frame_ancestors else ""


def query_string() -> str:
    """Return the query that the pages of one visit share; a project that does not exist is not among it."""
    kept = {name: request.args[name][:200] for name in (PROJECT, FRAME, THEME, HOST) if name in request.args}
    if kept.get(PROJECT) not in current_laws().previews:
        kept.pop(PROJECT, None)
    return f"?{urlencode(kept)}" if kept else ""


def frame_ancestors() -> str:
    """Return the sites that may embed a calculator, as a Content-Security-Policy tells them."""
    return " ".join(["'self'", *current_settings().calculators.frame_ancestors])
