"""What a service refuses, bounds and says of itself, whoever asks."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import threading
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from gunicorn.http.errors import InvalidChunkSize, InvalidHeader, NoMoreData
from service import MONTH, client
from werkzeug import formparser

from dept_rules.web import computing, v1
from dept_rules.web.app import create_app
from dept_rules.web.computing import OvertimeError, deadline
from dept_rules.web.operations import OPERATIONS
from dept_rules.web.settings import Settings

SECRET = "Zézette-1948"
PERSON = {"date_naissance": {"ETERNITY": "2003-05-14"}}
SITUATION = {
    "individus": {"camille": PERSON},
    "menages": {"m": {"personne_de_reference": ["camille"]}},
    "familles": {"f": {"parents": ["camille"]}},
    "foyers_fiscaux": {"ff": {"declarants": ["camille"]}},
}
POSTS = sorted(path for method, path in OPERATIONS if method == "POST" and path != "/v1/batch")
FORMS = sorted(
    rule.rule.replace("<slug>", "revenu-de-base")
    for rule in client().application.url_map.iter_rules()
    if rule.endpoint.startswith("calculator.") and "POST" in (rule.methods or ())
)
BORN = '1|individus/vous/date_naissance|"2003-05-14"'
FORM = {"mois": MONTH, "action": "continuer", "r": BORN} | {
    f"foyer.{name}": "0" for name in ("parents", "conjoint", "enfants", "fratrie", "autres")
}
GETS = sorted(path for method, path in OPERATIONS if method == "GET" and "<" not in path)


def body_of(path: str, situation: Any) -> Any:
    """Return the body that asks something of a situation on a route."""
    if not path.startswith("/v1"):
        return situation
    return {"situation": situation, "period": MONTH} | (
        {"variable": "period", "months": 2} if "what-if" in path else {}
    )


def post(path: str, situation: Any, **tables: Any) -> Any:
    return client(**tables).post(path, json=body_of(path, situation))


def crowd(count: int) -> dict[str, Any]:
    people = [f"p{rank}" for rank in range(count)]
    return {
        "individus": dict.fromkeys(people, PERSON),
        "menages": {"m": {"personne_de_reference": people[0], "enfants": people[1:]}},
    }


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", POSTS)
def test_bodies_are_bounded(path: str) -> None:
    assert post(path, SITUATION).status_code == 200
    assert post(path, SITUATION | {"x": "y" * 300_000}).status_code == 413
    chunked = client().post(path, data=b'{"a":1}', content_type="text/plain")
    assert chunked.status_code == 415
    assert post(path, crowd(31)).status_code in (400, 422)


@pytest.mark.parametrize("path", FORMS)
def test_forms_are_bounded(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = client()
    assert opened.post(path, data=FORM).status_code == 200
    too_large = "&".join(["r=x"] * 70_000)
    for length in (str(len(too_large)), ""):  # told, or not
        answer = opened.post(
            path,
            input_stream=io.BytesIO(too_large.encode()),
            content_type="application/x-www-form-urlencoded",
            environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": length},
        )
        assert answer.status_code == 413
        assert "ne peuvent pas être lues" in answer.text

    def spooled(*_: Any, **__: Any) -> None:
        raise AssertionError("a file was opened for what somebody sent")

    monkeypatch.setattr(formparser, "default_stream_factory", spooled)
    file = {"r": (io.BytesIO(b"x"), "answers.txt")}
    assert opened.post(path, data={**FORM, **file}, content_type="multipart/form-data").status_code == 415
    assert opened.post(path, data="{}", content_type="application/json").status_code == 415


@pytest.mark.parametrize("path", [*POSTS, *FORMS])
def test_a_body_that_is_cut_is_not_taken_for_whole(path: str) -> None:
    """A server that ends bodies itself tells neither that one is short, nor how it broke off."""
    form = path in FORMS
    text = urlencode(FORM).encode() if form else json.dumps(body_of(path, SITUATION)).encode()
    media = "application/x-www-form-urlencoded" if form else "application/json"
    for stream, length in (
        (io.BytesIO(text[:-20]), str(len(text))),
        (Breaking(text, NoMoreData()), ""),
        (Breaking(text, InvalidChunkSize(b"z")), ""),
        (Breaking(text, InvalidHeader("x")), ""),
        (Breaking(text, ConnectionResetError()), str(len(text))),
    ):
        answer = client().post(
            path,
            input_stream=stream,
            content_type=media,
            environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": length},
        )
        assert answer.status_code == 408


class Breaking(io.BytesIO):
    """A body that breaks off where its end should be."""

    def __init__(self, text: bytes, error: Exception) -> None:
        super().__init__(text)
        self._error = error

    def read(self, size: int | None = -1) -> bytes:
        raise self._error


@pytest.mark.parametrize("path", POSTS)
def test_a_body_without_a_length_is_bounded_too(path: str) -> None:
    whole = json.dumps(body_of(path, SITUATION)).encode()
    for text, status in ((whole, 200), (whole + b" " * 300_000, 413)):
        answer = client().post(
            path,
            input_stream=io.BytesIO(text),
            content_type="application/json",
            environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
        )
        assert answer.status_code == status


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        '{"a":' * 13 + "1" + "}" * 13,
        '{"situation": NaN}',
        '{"situation": -Infinity}',
        '{"situation": 1, "situation": 2}',
        '{"situation": "\\ud800"}',
        "1" * 10_000,
        "",
        "\x00",
        "{'a': 1}",
    ],
    ids=lambda text: text[:20],
)
def test_what_is_hardly_json_is_refused(path: str, text: str) -> None:
    answer = client().post(path, data=text.encode(), content_type="application/json")
    assert (answer.status_code, answer.json["status"]) == (400, 400)
    assert [one["pointer"] for one in answer.json["errors"]] == ["#"]


def test_bytes_that_are_no_text_are_refused() -> None:
    answer = client().post("/calculate", data=b'{"\xff": 1}', content_type="application/json")
    assert answer.json["errors"] == [{"pointer": "#", "problem": "is not UTF-8", "expected": "JSON in UTF-8"}]


@pytest.mark.parametrize("path", POSTS)
def test_people_periods_and_identifiers_are_bounded(path: str) -> None:
    place = "#/situation" if path.startswith("/v1") else "#"
    assert post(path, crowd(3)).status_code == 200
    assert f"{place}/individus" in [one["pointer"] for one in post(path, crowd(31)).json["errors"]]
    months = {f"{year}-{month:02}": 1 for year in range(2010, 2021) for month in range(1, 13)}
    long_ago = {**SITUATION, "individus": {"camille": {**PERSON, "salaire_net": months}}}
    assert [one["pointer"] for one in post(path, long_ago).json["errors"]] == [place]
    named = {**SITUATION, "individus": {"c" * 101: PERSON}}
    assert f"{place}/individus" in [one["pointer"] for one in post(path, named).json["errors"]]


def test_no_more_faults_are_told_than_a_hundred() -> None:
    person = {f"inconnue_{rank}": 1 for rank in range(3000)}
    answer = post("/calculate", {**SITUATION, "individus": {"camille": person}})
    assert len(answer.json["errors"]) == 100


@pytest.mark.parametrize("path", POSTS)
def test_what_takes_too_long_is_given_up(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings.model_validate({"limits": {"seconds": 0.2}}))
    released = threading.Event()

    def endless(*_: Any, **__: Any) -> None:
        try:
            while True:
                try:
                    sum(range(1000))
                except Exception:  # an error that this stops would never end
                    continue
        finally:
            released.set()

    for module, name in (
        (v1, "opened"),
        (__import__("dept_rules.web.openfisca", fromlist=["x"]), "_computation"),
    ):
        monkeypatch.setattr(module, name, endless)
    answer = app.test_client().post(path, json=body_of(path, SITUATION))
    assert (answer.status_code, answer.json["status"]) == (503, 503)
    assert released.is_set()
    monkeypatch.undo()
    assert app.test_client().get("/health").status_code == 200
    assert app.extensions[computing.SLOTS].acquire(blocking=False)  # the slot is free again


def test_what_ends_just_in_time_is_never_struck_afterwards() -> None:
    """An error that struck too late would come out of the sum, where nothing catches it."""
    for rank in range(300):
        with contextlib.suppress(OvertimeError), deadline(0.002):
            until = time.perf_counter() + 0.0019 + (rank % 5) * 0.0001
            while time.perf_counter() < until:
                pass
        sum(range(2000))


def test_a_full_service_says_so() -> None:
    app = create_app(Settings.model_validate({"limits": {"seconds": 0.1, "computations": 1}}))
    with app.extensions[computing.SLOTS]:
        answer = app.test_client().post("/calculate", json=SITUATION)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    asked = {"data": b"{}", "content_type": "application/x-ndjson"}
    for _ in range(9):  # places are given back
        assert app.test_client().post("/v1/batch", **asked).status_code == 200
    for _ in range(4):
        assert app.extensions[computing.BATCHES].acquire(blocking=False)
    assert app.test_client().post("/v1/batch", **asked).status_code == 503


def test_an_address_may_be_limited() -> None:
    app = create_app(Settings.model_validate({"api": {"rate": "3/minute"}}))
    answers = [app.test_client().get("/v1/reforms") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1].mimetype == "application/problem+json"
    assert "Retry-After" in answers[-1].headers
    elsewhere = app.test_client().get("/v1/reforms", environ_overrides={"REMOTE_ADDR": "127.0.0.9"})
    assert elsewhere.status_code == 200


def test_what_watches_over_the_service_and_the_files_of_pages_are_not_counted() -> None:
    app = create_app(Settings.model_validate({"api": {"rate": "1/minute"}}))
    files = ("style.css", "theme.css", "cadre.js")
    for path in ("/health", "/embed.js", *(f"/calculateur/fichiers/{name}" for name in files)):
        assert [app.test_client().get(path).status_code for _ in range(3)] == [200] * 3
    assert [app.test_client().get("/calculateur").status_code for _ in range(2)] == [200, 429]


def test_people_are_told_to_try_again_where_there_are_too_many_of_them() -> None:
    app = create_app(
        Settings.model_validate({"api": {"rate": "2/minute"}, "limits": {"seconds": 0.1, "computations": 1}})
    )
    with app.extensions[computing.SLOTS]:
        full = app.test_client().post("/calculateur", data=FORM)
    app.test_client().get("/calculateur")
    limited = app.test_client().get("/calculateur")
    assert (full.status_code, limited.status_code) == (503, 429)
    for answer in (full, limited):
        assert "Réessayez dans un instant" in answer.text
        assert "Retry-After" in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_addresses_told_by_clients_are_believed_only_of_proxies_of_ours() -> None:
    for proxies, statuses in ((0, [200, 429]), (1, [200, 200])):
        app = create_app(
            Settings.model_validate({"api": {"rate": "1/minute"}, "server": {"proxies": proxies}})
        )
        told = [
            app.test_client().get("/v1/reforms", headers={"X-Forwarded-For": f"192.0.2.{one}"})
            for one in (1, 2)
        ]
        assert [one.status_code for one in told] == statuses


def test_a_name_of_the_service_that_a_client_forwards_is_never_believed() -> None:
    told = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    for proxies, scheme in ((0, "http"), (1, "https")):
        answer = client(server={"proxies": proxies}).get("/variables", headers=told)
        assert answer.json["age"]["href"] == f"{scheme}://localhost/variable/age"


# --- what every answer carries -------------------------------------------------------------------


@pytest.mark.parametrize("path", [*GETS, "/rien", "/v1/benefits?x=1"])
def test_every_answer_is_hardened(path: str) -> None:
    headers = client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Origin" not in headers


def test_answers_about_people_are_not_kept() -> None:
    for path in POSTS:
        assert post(path, SITUATION).headers["Cache-Control"] == "no-store"


def test_only_pages_of_the_configuration_may_call_from_a_browser() -> None:
    ours = "https://www.example.fr"
    tables = {"api": {"allowed_origins": [ours]}}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for origin in (
        ours,
        "https://www.example.fr.example.org",
        "https://WWW.example.fr",
        "http://www.example.fr",
        "null",
    ):
        for answer in (
            client(**tables).post("/calculate", json=SITUATION, headers={"Origin": origin}),
            client(**tables).options("/calculate", headers={"Origin": origin, **asked}),
        ):
            allowed = answer.headers.get("Access-Control-Allow-Origin")
            assert allowed == (ours if origin == ours else None)
            assert "Origin" in answer.vary
            assert "Access-Control-Allow-Credentials" not in answer.headers
    preflight = client(**tables).options("/calculate", headers={"Origin": ours, **asked})
    assert preflight.headers["Access-Control-Allow-Headers"] == "Content-Type"
    closed = client().post("/calculate", json=SITUATION, headers={"Origin": ours})
    assert "Access-Control-Allow-Origin" not in closed.headers


# --- what is not said ----------------------------------------------------------------------------


def failing(app: Flask) -> None:
    def fail() -> None:
        raise ValueError(f"the value {SECRET} is not liked")

    app.add_url_rule("/echec", view_func=fail)


def test_a_fault_of_ours_is_told_without_what_was_given(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings())
    failing(app)
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get("/echec")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_nothing_of_a_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    situation = {**SITUATION, "individus": {SECRET: {"salaire_net": SECRET}}}
    with caplog.at_level(logging.DEBUG):
        for path in POSTS:
            post(path, situation)
            post(path, SITUATION)
        client().get(f"/v1/parameters?name={SECRET}")
        client().get(f"/{SECRET}")
    assert SECRET not in caplog.text
    assert "2003" not in caplog.text


@pytest.mark.parametrize("path", ["/rien", "/v1/", "//v1/benefits", "/v1/benefits/x", "/static/app.py"])
def test_other_addresses_are_a_problem_without_what_was_asked(path: str) -> None:
    answer = client().get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert path not in answer.text


def test_other_methods_are_a_problem_that_says_which_would_do() -> None:
    answer = client().get("/calculate")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]


def test_regular_stay_is_a_document_to_show_and_no_condition_that_fails() -> None:
    answer = post("/v1/entitlements", SITUATION).json
    stays = [
        condition
        for one in answer["entitlements"]
        for condition in one["conditions"]
        if "sejour" in condition["variable"]
    ]
    assert stays
    assert all(one["met"] for one in stays)
