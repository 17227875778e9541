"""From what a page sends to the page that follows."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Response, make_response, render_template, request

from dept_rules.calculation import this_month
from dept_rules.errors import SituationError
from dept_rules.system import rules_version
from dept_rules.texts import day_text
from dept_rules.web.calculator import files
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
from dept_rules.web.calculator.household import (
    HOME,
    MOST,
    RESIDENCE,
    SELF,
    Household,
    Path,
    is_of,
    situation,
    unanswered,
    whose,
)
from dept_rules.web.calculator.interview import Screen, missing_births, next_screen
from dept_rules.web.calculator.outcome import condition_lines, outcome_of
from dept_rules.web.calculator.site import Site

#: What is said of answers that fit no household that the rules can tell apart.
UNCLEAR = (
    "Avec ces réponses, plusieurs familles sont possibles dans ce logement, et ce calculateur ne sait pas "
    "les distinguer. Modifiez la réponse, ou demandez au service indiqué au bas de la page."
)


def start_page(
    site: Site, state: State | None = None, faults: Mapping[str, str] | None = None, *, erased: bool = False
) -> Response:
    """Show the first page; with a state, as it was filled in, and with what is wrong by field."""
    household = Household() if state is None or state.household is None else state.household
    typed = {name: request.form.get(name, str(getattr(household, name))) for name in MOST}
    response = page(
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
        response.headers["Cache-Control"] = files.FIRST
    return response


def forward(site: Site, state: State, *, to_result: bool = False) -> Response:
    """Take the answers of a page and show the next one, or the result."""
    if "foyer" in request.form:
        household, wrong = read_household(request.form)
        if wrong:
            return start_page(site, state, wrong)
        state = _moved(state, household)
    if state.household is None:
        return start_page(site, state if request.form else None)
    asked = [read_path(text, site.laws[-1]) for text in request.form.getlist("q")]
    if not all(is_of(state.household, path) for path in asked):
        raise FormError("a question about nobody")
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
    code = sites.current_settings().departement.code
    known = {RESIDENCE: (0, f"d{code}")} if code else {}
    kept = known | {path: one for path, one in state.answers.items() if is_of(household, path)}
    return State(state.month, household, kept, benefits=state.benefits)


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


def previous(site: Site, state: State) -> Response:
    """Show the page before, with what was answered there."""
    if not state.step:
        return start_page(site, state)
    _home(state)
    earlier, last = state.before_last()
    incomes = {path for path, value in last.items() if value == 0}
    screen = next_screen(earlier, site.laws)
    if screen is None or not set(screen.paths) & set(last):
        screen = Screen("questions", tuple(last))
    shown = State(
        earlier.month,
        earlier.household,
        {path: (0, value) for path, value in last.items() if path not in incomes or screen.kind != "which"},
        (),
        earlier.benefits,
    )
    return _question(site, earlier, screen, shown=shown)


def amend(site: Site, state: State, what: str) -> Response:
    """Show one question again, to answer it anew."""
    if what == "foyer":
        return start_page(site, state)
    path = read_path(what, site.laws[-1])
    return _question(site, state, Screen("questions", (path,)), amended=True)


def _home(state: State) -> Household:
    """Return who lives there, as a page that asks anything knows it."""
    if state.household is None:
        raise FormError("answers of nobody")
    return state.household


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
    home = _home(state)
    try:
        data = situation(home, state.given, site.laws[-1], state.month)
    except SituationError:
        data = unanswered(home)
    if any(path[1] not in data.get(path[0], {}) for path in screen.paths):
        raise FormError("a question about nobody")
    typed = {key: value for key, value in request.form.items() if "/" in key} if faults else None
    fields = fields_of(shown or state, data, site.laws[-1], screen.paths, screen.why, typed, faults)
    return page(
        "question.html",
        site,
        screen=screen,
        fields=fields,
        state=state,
        hidden=replace(state, done=screen.done).fields(),
        faults=[(one.focus, one.fault) for one in fields if one.fault],
        ticked=request.form.getlist("revenu") if faults else _ticked(shown, screen),
        of_whom=_of_whom(state, data, screen),
        amended=amended,
        may_end=bool(screen.why) and state.step > 0,
    )


def _ticked(shown: State | None, screen: Screen) -> list[str]:
    return ["/".join(path) for path in screen.paths if shown is not None and path in shown.answers]


def _of_whom(state: State, data: Mapping[str, Any], screen: Screen) -> str:
    plural, identifier, _ = screen.paths[0]
    if identifier in (SELF, HOME) or len({path[:2] for path in screen.paths}) > 1:
        return ""
    found = whose(_home(state), data, plural, identifier)
    return found[0].upper() + found[1:]


def _again(site: Site, state: State, asked: list[Path], faults: Mapping[Path, str]) -> Response:
    """Show the same page with what is wrong, and what was typed."""
    screen = None
    with contextlib.suppress(SituationError):
        screen = next_screen(state, site.laws)
    if screen is None or set(screen.paths) != set(asked):
        screen = Screen(request.form.get("ecran", "questions"), tuple(asked))
    return _question(site, state, screen, faults=faults)


def _unreadable(site: Site, state: State, asked: list[Path], error: SituationError) -> Response:
    """Show the same page where an answer, right by itself, does not fit the others."""
    if not asked:
        return start_page(site, state, {"autres": UNCLEAR})
    return _question(site, state, Screen("questions", tuple(asked)), faults={asked[0]: UNCLEAR})


def _result(site: Site, state: State, data: Mapping[str, Any]) -> Response:
    return page("resultat.html", site, hidden=state.fields(), **result_of(site, state, data))


def result_of(site: Site, state: State, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the pages of the result are made with."""
    assert state.household is not None
    outcome = outcome_of(state, data, site.laws)
    lacking = state.with_answers(dict.fromkeys(outcome.unrecorded))
    return {
        "outcome": outcome,
        "answers": told_of(state, data, site.laws[-1]),
        "unrecorded": [
            one for one in told_of(lacking, data, site.laws[-1]) if one.path in outcome.unrecorded
        ],
        "state": state,
        "household": list(state.household.people.values()),
        "condition_lines": condition_lines,
        "rules": rules_version(),
        "today": day_text(date.today().isoformat()),
    }


def told(slug: str) -> tuple[Site, State, dict[str, Any]]:
    """Return what a page of the result has sent: what it is about, the answers, the same as a situation."""
    site = sites.current_site(slug)
    state = read_state(request.form, site.laws[-1], site.names)
    if state.household is None:
        raise FormError("a result of nobody")
    return site, state, situation(state.household, state.given, site.laws[-1], state.month)


def page(template: str, site: Site | None, status: int = 200, **given: Any) -> Response:
    """Return a page, kept by the browser for as long as somebody may go back; one of error is not kept."""
    settings = sites.current_settings()
    theme, tokens = sites.current_theme()
    given = {"site": site, "settings": settings, **given}
    html = render_template(
        template,
        query=sites.query_string(),
        tokens=tokens,
        host=sites.current_host(),
        framed=sites.FRAME in request.args,
        version=files.version(),
        theme_version=files.fingerprint(theme.to_css()),
        **given,
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = files.BACK if status < HTTPStatus.BAD_REQUEST else "no-store"
    return response
