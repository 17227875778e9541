"""The pages of the calculators. Answers come in a form and leave in one: no cookie, no address, no storage."""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from dept_rules.calculation import this_month
from dept_rules.errors import DeptRulesError, SituationError
from dept_rules.explanation.explain import figure_line
from dept_rules.explanation.record import make_record, write
from dept_rules.system import rules_version
from dept_rules.texts import amount_text, day_text, month_text
from dept_rules.web.calculator import site as sites
from dept_rules.web.calculator.answers import (
    FormError,
    State,
    inputs_of,
    read_field,
    read_household,
    read_path,
    read_state,
)
from dept_rules.web.calculator.fields import fields_of, told_of
from dept_rules.web.calculator.household import MOST, SELF, Household, Path, situation, whose
from dept_rules.web.calculator.interview import Screen, missing_births, next_screen
from dept_rules.web.calculator.outcome import condition_lines, outcome_of
from dept_rules.web.calculator.site import Site

blueprint = Blueprint("calculator", __name__, template_folder="templates")

#: Answers may be kept by the browser for as long as somebody may go back, and by nobody else.
BACK = "private, max-age=600"
#: A longer body than this is worth compressing.
SHORT = 900
STATIC = FilePath(__file__).with_name("static")
FILES = {"cadre.js": "text/javascript", "style.css": "text/css"}
#: What is said of answers that fit no household that the rules can tell apart.
UNCLEAR = (
    "Avec ces réponses, plusieurs familles sont possibles dans ce logement, et ce calculateur ne sait pas "
    "les distinguer. Modifiez la réponse, ou demandez au service indiqué au bas de la page."
)


# --- pages -----------------------------------------------------------------------------------


@blueprint.get("/calculateur")
@blueprint.get("/calculateur/<slug>")
def start(slug: str = "") -> Response:
    """Show the first page: what it is about, and who lives in the dwelling."""
    return _start(sites.current_site(slug))


@blueprint.get("/calculateur/effacer")
@blueprint.get("/calculateur/<slug>/effacer")
def erase(slug: str = "") -> Response:
    """Show the first page, and have the browser forget the others."""
    response = _start(sites.current_site(slug), erased=True)
    response.headers["Clear-Site-Data"] = '"cache"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/calculateur")
@blueprint.post("/calculateur/<slug>")
def step(slug: str = "") -> Response:
    """Take what a page sends, and show the next one."""
    site = sites.current_site(slug)
    state = read_state(request.form, site.laws[-1], site.names)
    action, _, what = request.form.get("action", "").partition(":")
    if action == "precedent":
        return _previous(site, state)
    if action == "modifier":
        return _amend(site, state, what)
    return _forward(site, state, to_result=action == "resultat")


@blueprint.post("/calculateur/trace.json")
@blueprint.post("/calculateur/<slug>/trace.json")
def record(slug: str = "") -> Response:
    """Give the record of the calculation, to keep."""
    site, state, data = _told(slug)
    made = make_record(data, str(state.month), sites.current_settings().reform, benefits=state.benefits)
    return _file(write(made), "application/json", f"trace-{state.month}.json")


@blueprint.post("/calculateur/resume.txt")
@blueprint.post("/calculateur/<slug>/resume.txt")
def summary(slug: str = "") -> Response:
    """Give the result as a text, to keep."""
    site, state, data = _told(slug)
    given = {"site": site, "settings": sites.current_settings(), **_result_of(site, state, data)}
    text = render_template("resume.txt", **given)
    return _file(text, "text/plain", f"estimation-{state.month}.txt")


# --- steps -----------------------------------------------------------------------------------


def _start(
    site: Site, state: State | None = None, faults: Mapping[str, str] | None = None, *, erased: bool = False
) -> Response:
    household = Household() if state is None or state.household is None else state.household
    typed = {name: request.form.get(name, str(getattr(household, name))) for name in MOST}
    response = _page(
        "depart.html",
        site,
        typed=typed,
        most=MOST,
        faults=faults or {},
        erased=erased,
        state=state,
        chosen=state.benefits if state else site.names,
        month=this_month(),
        hidden=[] if state is None else [one for one in state.fields() if one[0] in ("mois", "r")],
    )
    if state is None:
        response.headers["Cache-Control"] = "private, max-age=300"
    return response


def _forward(site: Site, state: State, *, to_result: bool = False) -> Response:
    if "foyer" in request.form:
        household, wrong = read_household(request.form)
        if wrong:
            return _start(site, state, wrong)
        state = _moved(state, household)
    if state.household is None:
        return _start(site, state if request.form else None)
    asked = [read_path(text, site.laws[-1]) for text in request.form.getlist("q")]
    before = state
    if asked and not (to_result and not _typed_any(asked)):
        state, faults = _answered(site, state, asked)
        if faults:
            return _again(site, before, asked, faults)
    try:
        return _next(site, state, to_result=to_result)
    except SituationError as error:
        return _unreadable(site, before, asked, error)


def _next(site: Site, state: State, *, to_result: bool) -> Response:
    if to_result:
        assert state.household is not None
        try:
            data = situation(state.household, state.given, site.laws[-1], state.month)
        except SituationError as error:
            if not missing_births(error):
                raise
        else:
            return _result(site, state, data)
    screen = next_screen(state, site.laws)
    if screen is not None:
        return _question(site, state, screen)
    assert state.household is not None
    return _result(site, state, situation(state.household, state.given, site.laws[-1], state.month))


def _moved(state: State, household: Household) -> State:
    """Return the state of another household; the answers about who is no more there are left out."""
    there = {"individus": set(household.people)}
    kept = {path: one for path, one in state.answers.items() if path[1] in there.get(path[0], {path[1]})}
    return State(state.month, household, kept, (), state.benefits)


def _typed_any(asked: list[Path]) -> bool:
    names = {"/".join(path) for path in asked}
    return any(value for key, value in request.form.items() if key.split(".")[0].rstrip("?") in names)


def _answered(site: Site, state: State, asked: list[Path]) -> tuple[State, dict[Path, str]]:
    """Return the state with what the page answers, and what is wrong."""
    known = inputs_of(site.laws[-1])
    if request.form.get("ecran") == "which":
        return _which(state, asked)
    found, faults = {}, {}
    for path in asked:
        value, fault = read_field(known[path[2]], "/".join(path), request.form, state.month)
        if fault:
            faults[path] = fault
        else:
            found[path] = value
    return state.with_answers(found), faults


def _which(state: State, asked: list[Path]) -> tuple[State, dict[Path, str]]:
    """Read which incomes there are: those that are not ticked are nil."""
    ticked = [path for path in asked if "/".join(path) in request.form.getlist("revenu")]
    if "?" in request.form.getlist("revenu"):
        return state.with_answers(dict.fromkeys(path for path in asked if path not in ticked), ticked), {}
    if not ticked and "aucun" not in request.form.getlist("revenu"):
        return state, {asked[0]: "Cochez ce qui a été reçu, ou « Rien de tout cela »."}
    return state.with_answers({path: 0 for path in asked if path not in ticked}, ticked), {}


def _previous(site: Site, state: State) -> Response:
    if not state.answers:
        return _start(site, state)
    earlier, last = state.before_last()
    assert earlier.household is not None
    incomes = {path for path, value in last.items() if value == 0}
    screen = next_screen(earlier, site.laws)
    if screen is None or not set(screen.paths) & set(last):
        screen = Screen("questions", tuple(last), {}, 0)
    shown = State(
        earlier.month,
        earlier.household,
        {path: (0, value) for path, value in last.items() if path not in incomes or screen.kind != "which"},
        (),
        earlier.benefits,
    )
    return _question(site, earlier, screen, shown=shown)


def _amend(site: Site, state: State, what: str) -> Response:
    if what == "foyer":
        return _start(site, state)
    path = read_path(what, site.laws[-1])
    return _question(site, state, Screen("questions", (path,), {}, 0), amended=True)


# --- what is shown ---------------------------------------------------------------------------


def _question(
    site: Site,
    state: State,
    screen: Screen,
    *,
    shown: State | None = None,
    faults: Mapping[Path, str] | None = None,
    amended: bool = False,
) -> Response:
    assert state.household is not None
    try:
        data = situation(state.household, state.given, site.laws[-1], state.month)
    except SituationError:
        data = {"individus": {}}
    typed = {key: value for key, value in request.form.items() if "/" in key} if faults else None
    fields = fields_of(shown or state, data, site.laws[-1], screen.paths, screen.why, typed, faults)
    return _page(
        "question.html",
        site,
        screen=screen,
        fields=fields,
        state=state,
        hidden=state.fields(),
        faults=[(one.focus, one.fault) for one in fields if one.fault],
        ticked=request.form.getlist("revenu") if faults else _ticked(shown, screen),
        of_whom=_of_whom(state, data, screen),
        amended=amended,
        may_end=bool(screen.why) and bool(state.answers),
    )


def _ticked(shown: State | None, screen: Screen) -> list[str]:
    return ["/".join(path) for path in screen.paths if shown is not None and path in shown.answers]


def _of_whom(state: State, data: Mapping[str, Any], screen: Screen) -> str:
    plural, identifier, _ = screen.paths[0]
    if (plural, identifier) == ("individus", SELF) or len({path[:2] for path in screen.paths}) > 1:
        return ""
    assert state.household is not None
    found = whose(state.household, data, plural, identifier)
    return found[0].upper() + found[1:]


def _again(site: Site, state: State, asked: list[Path], faults: Mapping[Path, str]) -> Response:
    """Show the same page with what is wrong, and what was typed."""
    screen = None
    try:
        screen = next_screen(state, site.laws)
    except SituationError:
        pass
    if screen is None or set(screen.paths) != set(asked):
        screen = Screen(request.form.get("ecran", "questions"), tuple(asked), {}, 0)
    return _question(site, state, screen, faults=faults)


def _unreadable(site: Site, state: State, asked: list[Path], error: SituationError) -> Response:
    """Show the same page where an answer, right by itself, does not fit the others."""
    if not asked:
        return _start(site, state, {"autres": UNCLEAR})
    return _question(site, state, Screen("questions", tuple(asked), {}, 0), faults={asked[0]: UNCLEAR})


def _result(site: Site, state: State, data: Mapping[str, Any]) -> Response:
    return _page("resultat.html", site, hidden=state.fields(), **_result_of(site, state, data))


def _result_of(site: Site, state: State, data: Mapping[str, Any]) -> dict[str, Any]:
    assert state.household is not None
    return {
        "outcome": outcome_of(state, data, site.laws),
        "answers": told_of(state, data, site.laws[-1]),
        "state": state,
        "household": list(state.household.people.values()),
        "condition_lines": condition_lines,
        "rules": rules_version(),
        "today": day_text(date.today().isoformat()),
    }


def _told(slug: str) -> tuple[Site, State, dict[str, Any]]:
    site = sites.current_site(slug)
    state = read_state(request.form, site.laws[-1], site.names)
    if state.household is None:
        raise FormError("a result of nobody")
    return site, state, situation(state.household, state.given, site.laws[-1], state.month)


def _page(template: str, site: Site | None, status: int = 200, **given: Any) -> Response:
    settings = sites.current_settings()
    _, tokens = sites.current_theme()
    given = {"site": site, "settings": settings, **given}
    html = render_template(
        template,
        query=sites.query_string(),
        tokens=tokens,
        host=sites.current_host(),
        version=version(),
        **given,
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = BACK
    return response


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "month_text": month_text,
        "amount_text": amount_text,
        "slug_of": sites.slug_of,
        "figure_line": figure_line,
    }


# --- files -----------------------------------------------------------------------------------


@functools.cache
def version() -> str:
    """Return the fingerprint of the style sheet and of the script, so that they may be kept for long."""
    return hashlib.sha256(b"".join((STATIC / name).read_bytes() for name in FILES)).hexdigest()[:10]


@blueprint.get("/calculateur/fichiers/<name>")
def file(name: str) -> Response:
    """Give the style sheet, or the script of the pages."""
    if name not in FILES:
        abort(404)
    return _kept((STATIC / name).read_text(encoding="utf-8"), FILES[name])


@blueprint.get("/calculateur/fichiers/theme.css")
def theme_sheet() -> Response:
    """Give the colours and fonts of a theme."""
    return _kept(sites.current_theme()[0].to_css(), "text/css")


@blueprint.get("/embed.js")
def embed() -> Response:
    """Give the script that puts calculators into other sites."""
    response = Response((STATIC / "embed.js").read_text(encoding="utf-8"), content_type="text/javascript")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _kept(text: str, kind: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _file(text: str, kind: str, name: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


# --- what every answer carries ---------------------------------------------------------------


@blueprint.errorhandler(FormError)
@blueprint.errorhandler(DeptRulesError)
def _refused(error: Exception) -> Response:
    return _page("erreur.html", None, 400, missing=False)


@blueprint.errorhandler(HTTPException)
def _not_found(error: HTTPException) -> Response:
    return _page("erreur.html", None, error.code or 500, missing=error.code == 404)


@blueprint.after_request
def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {sites.frame_ancestors()}"
    )
    body = response.get_data()
    if len(body) > SHORT and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response
