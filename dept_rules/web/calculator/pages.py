"""The pages of the calculators: answers come in a form and leave in one, and are kept nowhere."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from dept_rules.errors import DeptRulesError
from dept_rules.explanation.explain import figure_line
from dept_rules.explanation.record import make_record, write
from dept_rules.texts import amount_text, month_text
from dept_rules.web import problems
from dept_rules.web.bodies import hold_form
from dept_rules.web.calculator import files, steps
from dept_rules.web.calculator import site as sites
from dept_rules.web.calculator.answers import read_state
from dept_rules.web.computing import computing

blueprint = Blueprint("calculator", __name__, template_folder="templates")
#: What a page of error says, by status, where it is not the common word.
KINDS = {404: "missing", 429: "busy", 503: "busy"}


@blueprint.before_request
def _bounded() -> None:
    """Hold what a page sends to the limits of every body, before anything reads it."""
    if request.method == "POST":
        hold_form()


@blueprint.get("/calculateur")
@blueprint.get("/calculateur/<slug>")
def start(slug: str = "") -> Response:
    """Show the first page: what it is about, and who lives in the dwelling."""
    return steps.start_page(sites.current_site(slug))


@blueprint.get("/calculateur/effacer")
@blueprint.get("/calculateur/<slug>/effacer")
def erase(slug: str = "") -> Response:
    """Show the first page, and have the browser forget the others."""
    response = steps.start_page(sites.current_site(slug), erased=True)
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
    with computing():
        if action == "precedent":
            return steps.previous(site, state)
        if action == "modifier":
            return steps.amend(site, state, what)
        return steps.forward(site, state, to_result=action == "resultat")


@blueprint.post("/calculateur/trace.json")
@blueprint.post("/calculateur/<slug>/trace.json")
def record(slug: str = "") -> Response:
    """Give the record of the calculation, to keep."""
    _, state, data = steps.told(slug)
    with computing():
        made = make_record(data, str(state.month), sites.current_settings().reform, benefits=state.benefits)
    return files.download(write(made), "application/json", f"trace-{state.month}.json")


@blueprint.post("/calculateur/resume.txt")
@blueprint.post("/calculateur/<slug>/resume.txt")
def summary(slug: str = "") -> Response:
    """Give the result as a text, to keep."""
    site, state, data = steps.told(slug)
    with computing():
        given = {"site": site, "settings": sites.current_settings(), **steps.result_of(site, state, data)}
    return files.download(
        render_template("resume.txt", **given), "text/plain", f"estimation-{state.month}.txt"
    )


# --- files -----------------------------------------------------------------------------------


@blueprint.get("/calculateur/fichiers/<name>")
def file(name: str) -> Response:
    """Give the style sheet, or the script of the pages."""
    if name not in files.FILES:
        abort(404)
    return files.kept(files.read(name), files.FILES[name])


@blueprint.get("/calculateur/fichiers/theme.css")
def theme_sheet() -> Response:
    """Give the colours and fonts of a theme."""
    return files.kept(sites.current_theme()[0].to_css(), "text/css")


@blueprint.get("/embed.js")
def embed() -> Response:
    """Give the script that puts calculators into other sites."""
    response = files.kept(files.read("embed.js"), "text/javascript")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


# --- what every answer carries ---------------------------------------------------------------


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "month_text": month_text,
        "amount_text": amount_text,
        "slug_of": sites.slug_of,
        "figure_line": figure_line,
    }


@blueprint.errorhandler(DeptRulesError)
def _refused(error: DeptRulesError) -> Response:
    return steps.page("erreur.html", None, 400, kind="unreadable")


@blueprint.errorhandler(HTTPException)
def _of_http(error: HTTPException) -> Response:
    code = error.code or 500
    kind = KINDS.get(code, "fault" if code >= 500 else "unreadable")
    response = steps.page("erreur.html", None, code, kind=kind)
    for name, value in error.get_headers():
        if name == "Retry-After":
            response.headers[name] = value
    return response


@blueprint.errorhandler(Exception)
def _of_fault(error: Exception) -> Response:
    """Answer for a fault of ours: where it is goes to the log, what it says (maybe an answer) does not."""
    problems.of_fault(error)
    return steps.page("erreur.html", None, 500, kind="fault")


@blueprint.after_request
def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {sites.frame_ancestors()}"
    )
    return files.compressed(response)
