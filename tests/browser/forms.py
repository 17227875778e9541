"""Calculators filled in without a browser: the form of each page is read, and sent with the true answers."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from journeys import Journey
from openfisca_core.indexed_enums import Enum
from werkzeug.datastructures import MultiDict

from dept_rules.calculation import this_month
from dept_rules.system import baseline


class Page(HTMLParser):
    """A page: its hidden fields, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.hidden: list[tuple[str, str]] = []
        self.title = ""
        self._within: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.hidden.append((given["name"] or "", given["value"] or ""))
        self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "h1" in self._within:
            self.title += data

    @property
    def asked(self) -> list[str]:
        return [value for name, value in self.hidden if name == "q"]

    @property
    def is_result(self) -> bool:
        return 'id="suite"' in self.text

    @property
    def faults(self) -> int:
        return self.text.count('class="faute"')


def first(journey: Journey, month: str | None = None) -> list[tuple[str, str]]:
    """Return what the first page sends."""
    return [
        ("mois", month or this_month()),
        ("foyer", "1"),
        *journey.household.items(),
        ("action", "continuer"),
    ]


def filled(page: Page, journey: Journey) -> list[tuple[str, str]]:
    """Return what a page sends once the person has answered."""
    found = list(page.hidden)
    if ("ecran", "which") in found:
        had = [path for path in page.asked if journey.truth(path)]
        found += [("revenu", path) for path in had] or [("revenu", "aucun")]
    else:
        for path in page.asked:
            found += typed(path, journey.truth(path))
    return [*found, ("action", "continuer")]


def typed(path: str, value: Any) -> list[tuple[str, str]]:
    """Return the fields of one answer."""
    variable = baseline().variables[path.split("/")[2]]
    if variable.value_type is bool:
        return [(path, "true" if value else "false")]
    if variable.value_type in (int, float):
        return [(path, str(value or 0).replace(".", ","))]
    if value is None:
        return [(path, "?"), (f"{path}?", "?")]
    if variable.value_type is Enum:
        return [(path, f"d{value}" if variable.name.startswith("departement") else value)]
    parts = zip(("annee", "mois", "jour"), value.split("-"), strict=True)
    return [(f"{path}.{part}", text) for part, text in parts]


def send(client: FlaskClient, address: str, fields: list[tuple[str, str]], status: int = 200) -> Page:
    """Send a form, and return the page that comes back."""
    response = client.post(address, data=MultiDict(fields))
    assert response.status_code == status, response.text
    return Page(response.text)


def pages(client: FlaskClient, journey: Journey, address: str | None = None) -> Iterator[Page]:
    """Yield each page of a journey, the result last."""
    address = address or f"/calculateur/{journey.slug}"
    page = send(client, address, first(journey))
    for _ in range(80):
        yield page
        assert page.faults == 0, page.text
        if page.is_result:
            return
        page = send(client, address, filled(page, journey))
    raise AssertionError("no end of questions")
