"""The pages of the calculators: what is asked and in which order, what is refused, what is never said."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from forms import Page, filled, first, pages, send
from hypothesis import given
from hypothesis import strategies as st
from journeys import CAMILLE, HUGO, INES, JEANNE, LINA, MAYA, SAMI, Journey
from werkzeug.datastructures import MultiDict

import dept_rules as dr
from dept_rules.calculation import this_month
from dept_rules.system import baseline, judged_answers
from dept_rules.web.app import create_app
from dept_rules.web.settings import Calculators, Departement, Settings, load
from dept_rules.web.theme import DEFAULTS, TEXT, ThemeError, contrast, read_theme

CONFIGURATIONS = sorted((Path(__file__).resolve().parents[2] / "examples").glob("**/service.toml"))
REVENU = "/calculateur/revenu-de-base"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings()).test_client()


def client_of(**calculators: Any) -> FlaskClient:
    reform = calculators.pop("reform", None)
    return create_app(Settings(reform=reform, calculators=Calculators(**calculators))).test_client()


# --- what is asked -----------------------------------------------------------------------------


@pytest.mark.parametrize("journey", [CAMILLE, MAYA], ids=lambda one: one.example)
def test_each_screen_begins_with_the_best_question(client: FlaskClient, journey: Journey) -> None:
    known: dict[str, Any] = {}
    for page in pages(client, journey):
        if page.is_result or "coche" in dict(page.hidden):
            break
        data = {"individus": {"vous": known}, "menages": {"logement": {"personne_de_reference": "vous"}}}
        best = dr.next_questions(data, this_month(), benefits=[journey.benefit], people=["vous"]).next
        assert best is not None
        entity, _, variable = page.asked[0].split("/")  # groups are called otherwise here
        assert (entity, variable) == (best.entity, best.variable)
        for path in page.asked:
            if path.startswith("individus/vous/"):
                known[path.split("/")[2]] = journey.truth(path) or 0
    assert known


@pytest.fixture(scope="module", params=[CAMILLE, INES, SAMI, JEANNE], ids=lambda one: one.example)
def visited(request: pytest.FixtureRequest) -> list[Page]:
    """The pages of somebody who asks about all benefits."""
    return list(pages(create_app(Settings()).test_client(), request.param, "/calculateur"))


def test_nothing_is_asked_twice_nor_what_somebody_judges_or_looks_at_on_paper(visited: list[Page]) -> None:
    asked: list[str] = []
    which: list[str] = []
    for page in visited:
        (which if ("ecran", "which") in page.hidden else asked).extend(page.asked)
    assert len(asked) == len(set(asked)) > 0
    assert len(which) == len(set(which))
    variables = [baseline().variables[path.split("/")[2]] for path in [*asked, *which]]
    assert not [one.name for one in variables if one.sensitive == "nationalite"]
    assert not {one.name for one in variables} & judged_answers(baseline())


def test_the_right_to_stay_is_looked_at_on_paper_and_not_asked(client: FlaskClient) -> None:
    """Though the law of the contrat jeune majeur reads an answer about it, which matters for this person."""
    known = {"date_naissance": "2007-05-14", "ase_avant_majorite": True}
    data = {"individus": {"vous": known}, "menages": {"logement": {"personne_de_reference": "vous"}}}
    names = [
        one.variable
        for one in dr.next_questions(data, "2026-11", benefits=["contrat_jeune_majeur"]).questions
    ]
    assert names == ["annee_scolaire_engagee_sous_ase", "obligation_quitter_territoire"]
    answers = {**known, "annee_scolaire_engagee_sous_ase": None}
    told = [("r", f"1|individus/vous/{name}|{json.dumps(value)}") for name, value in answers.items()]
    result = send(client, "/calculateur/contrat-jeune-majeur", [*SOUND, *told])
    assert result.is_result
    assert "s'apprécie sur pièce" in result.text
    assert "obligation" not in result.text


def test_no_page_promises(visited: list[Page]) -> None:
    for page in visited:
        assert not re.search(r"avez\W+(bien\W+)?droit", page.text, re.IGNORECASE)
        assert "pas une décision" in page.text
        assert "non en vigueur" in page.text
    refused = re.findall(r"Ce qui manque : (.*?)</p>", visited[-1].text, re.DOTALL)
    assert refused
    assert not [text for text in refused if "éjour" in text]


def test_a_refusal_says_nothing_of_what_was_not_asked(client: FlaskClient) -> None:
    """Somebody whose contract is another's is asked no income: it is neither nought nor low enough."""
    told = {"residence_principale": True, "contrat_impaye_au_nom_du_menage": False}
    given = [("r", f"1|menages/logement/{name}|{json.dumps(value)}") for name, value in told.items()]
    result = send(client, "/calculateur/aide-impayes-energie", [*SOUND, *given])
    assert result.is_result
    assert "Ce qui manque : Être titulaire du contrat impayé, soi-même ou son conjoint.</p>" in result.text
    of_income = re.search(r'<li class="(\w+)">[^\n]*Avoir un revenu disponible[^\n]*\n(.*)', result.text)
    assert of_income is not None
    assert of_income[1] == "not_needed"
    assert "0,00" not in of_income[2]


def test_what_was_not_asked_is_compared_with_nothing(visited: list[Page]) -> None:
    assert "on renseigné" not in visited[-1].text


def test_the_summary_says_once_what_the_page_says(client: FlaskClient) -> None:
    *_, result = pages(client, CAMILLE)
    text = client.post(f"{REVENU}/resume.txt", data=MultiDict(result.hidden)).text
    assert text.count("non en vigueur") == 1
    assert "on renseigné" not in text
    assert "qui manque" not in text  # what was not answered changes nothing here
    assert "À préparer, pour le département : pièce d'identité" in text


def test_the_questions_are_put_to_the_person(client: FlaskClient) -> None:
    titles = [page.title for page in pages(client, CAMILLE)]
    assert titles[0] == "Quelle est votre date de naissance ?"
    assert not [title for title in titles if "la personne" in title]


def test_dates_of_birth_that_decide_who_belongs_to_whom_come_first(client: FlaskClient) -> None:
    page = next(pages(client, INES))
    assert page.asked == ["individus/enfants_1/date_naissance"]
    assert "Je ne sais pas" not in page.text
    page = next(pages(client, LINA))
    assert page.asked == ["individus/vous/date_naissance"]


def test_who_declares_together_is_asked_before_what_is_declared(client: FlaskClient) -> None:
    """Of a couple, once for both; of a young person, whether the parents declare them."""
    address, homes = "/calculateur/cheque-energie", {"residence_principale": True}
    homes |= {"statut_occupation_logement": "proprietaire"}
    known = [("r", f"1|menages/logement/{name}|{json.dumps(value)}") for name, value in homes.items()]
    for name, value in {"hebergement": "autonome", "titulaire_contrat_electricite": True}.items():
        known.append(("r", f"1|individus/vous/{name}|{json.dumps(value)}"))
    couple = [one if one[0] != "foyer.conjoint" else ("foyer.conjoint", "1") for one in [*SOUND, *known]]
    couple.append(("r", "1|individus/conjoint/titulaire_contrat_electricite|false"))
    births = send(client, address, couple)
    assert births.asked == ["individus/vous/date_naissance", "individus/conjoint/date_naissance"]
    couple += [("r", f'2|{path}|"1950-02-03"') for path in births.asked]
    assert (page := send(client, address, couple)).asked == ["individus/vous/statut_marital"]
    assert "qui compte avec qui" in page.text
    told = [*couple, ("r", '3|individus/vous/statut_marital|"marie"')]
    for _ in range(6):
        page = send(client, address, told)
        told += [("r", f"4|{path}|{15_000 if path.endswith('rfr') else 0}") for path in page.asked]
    assert page.is_result
    assert "moins de 16 500,00" in page.text.replace("\u202f", " ").replace("\xa0", " ")  # of two, not of one
    alone = [*SOUND, *known, ("r", '2|individus/vous/date_naissance|"2005-02-03"')]
    assert send(client, address, alone).asked == ["individus/vous/rattachement_fiscal"]


def test_the_answers_of_a_family_follow_it_when_it_changes(client: FlaskClient) -> None:
    """A marriage makes one tax household of two: what was told of the first stays its own."""
    from openfisca_core.periods import period

    from dept_rules.web.calculator.household import Household, situation

    home = Household(conjoint=1)
    rfr = ("foyers_fiscaux", "foyer_fiscal_vous", "rfr")
    month = period("2026-11")
    apart = situation(home, {rfr: 9000}, baseline(), month)
    assert apart["foyers_fiscaux"]["foyer_fiscal_vous"]["declarants"] == ["vous"]
    married = {rfr: 9000} | {("individus", who, "statut_marital"): "marie" for who in ("vous", "conjoint")}
    together = situation(home, married, baseline(), month)
    assert together["foyers_fiscaux"] == {
        "foyer_fiscal_vous": {"declarants": ["vous", "conjoint"], "rfr": 9000}
    }


@pytest.mark.parametrize("journey", [HUGO, INES], ids=lambda one: one.example)
def test_the_record_asks_for_what_it_lacks_and_can_then_be_verified(
    client: FlaskClient, journey: Journey
) -> None:
    *_, result = pages(client, journey)
    kept = [one for one in result.hidden if one[0] != "q"]
    missing = re.findall(r'value="modifier:(individus/[^"]*/date_naissance)"', result.text)
    for path in {one for one in missing if not any(f"|{one}|" in value for _, value in kept)}:
        kept.append(("r", f'99|{path}|"{journey.truth(path)}"'))
    response = client.post(f"{REVENU}/trace.json", data=MultiDict(kept))
    assert response.status_code == 200
    assert dr.verify(json.loads(response.text)).holds
    assert "vous" not in json.loads(response.text)["situation"]["individus"]


# --- what is refused ---------------------------------------------------------------------------

HOME = [(f"foyer.{name}", "0") for name in ("parents", "conjoint", "enfants", "fratrie", "autres")]
SOUND = [("mois", "2026-11"), *HOME, ("action", "continuer")]
#: Two of three people say that they are married: to whom, nobody knows.
UNCLEAR = [
    ("mois", "2026-11"),
    *((name, "2" if name == "foyer.autres" else value) for name, value in HOME),
    *(("r", f'1|individus/{who}/date_naissance|"1990-01-01"') for who in ("vous", "autres_1", "autres_2")),
    *(("r", f'2|individus/{who}/statut_marital|"marie"') for who in ("autres_1", "autres_2")),
    ("action", "continuer"),
]
UNHOUSED = [("mois", "2026-11"), ("foyer", "1"), ("r", "1|individus/vous/salaire_net|400")]


@pytest.mark.parametrize(
    "fields",
    [
        [("mois", "1999-01"), *HOME],
        [("mois", "x"), *HOME],
        HOME,
        [("mois", "2026-11"), *HOME[1:], ("foyer.parents", "7")],
        [("mois", "2026-11"), *HOME[1:], ("foyer.parents", "x")],
        [("mois", "2026-11"), ("r", "1|individus/vous/salaire_net|400")],
        [*SOUND, ("r", "1|individus/vous/rien|400")],
        [*SOUND, ("r", "1|menages/logement/salaire_net|400")],
        [*SOUND, ("r", "1|individus/vous/revenu_de_base|400")],
        [*SOUND, ("r", "1|individus/<b>/salaire_net|400")],
        [*SOUND, ("r", "x|individus/vous/salaire_net|400")],
        [*SOUND, ("r", "1|individus/vous/salaire_net|[400]")],
        [*SOUND, ("r", "1|individus/vous/salaire_net|NaN")],
        [*SOUND, ("r", "1|individus/vous/salaire_net|" + "[" * 100_000)],
        [*SOUND, ("r", '1|individus/vous/statut_activite|"\\ud800"')],
        [*SOUND, ("r", "rien")],
        [*SOUND, *[("r", "1|individus/vous/salaire_net|400")] * 401],
        [*SOUND, *[("coche", "individus/vous/salaire_net")] * 401],
        [*SOUND, *[("q", "individus/vous/salaire_net")] * 401],
        [*SOUND, *[("regle", "revenu_de_base")] * 401],
        [*SOUND, ("r", "1|familles/vous/ppa|400")],
        [*SOUND, ("aide", "capa")],
        [*SOUND, ("regle", "capa")],
        [*SOUND, ("q", "individus/vous/rien")],
        [*SOUND, ("coche", "individus/vous")],
        [*SOUND[:-1], ("action", "modifier:individus/vous/rien")],
        [*SOUND[:-1], ("action", "modifier:menages/zzz/departement")],
        [*SOUND[:-1], ("action", "modifier:individus/zzz/salaire_net")],
        [*SOUND[:-1], ("action", "modifier:familles/famille_zzz/ppa")],
        [*SOUND, ("q", "menages/zzz/departement")],
        [*SOUND, ("q", "individus/zzz/salaire_net")],
        [*SOUND, ("q", "individus/zzz/salaire_net"), ("individus/zzz/salaire_net", "400")],
        [*UNCLEAR, ("q", "foyers_fiscaux/foyer_fiscal_vous/rfr")],
        [*SOUND, ("r", "1|menages/zzz/departement|null")],
        [*SOUND, ("coche", "individus/zzz/salaire_net")],
        [*UNHOUSED, ("action", "precedent")],
        [*UNHOUSED, ("action", "modifier:individus/vous/salaire_net")],
    ],
)
def test_a_form_that_no_page_has_sent_is_refused(client: FlaskClient, fields: list[tuple[str, str]]) -> None:
    response = client.post(REVENU, data=MultiDict(fields))
    assert response.status_code in (400, 413)
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    "told",
    ['"9**9**9"', "-5", "1e400", "true", '"2026-13-45"', '"1890-01-01"', '"2099-01-01"', "{}", "0.1"],
)
@pytest.mark.parametrize("variable", ["salaire_net", "date_naissance", "statut_activite"])
def test_a_hidden_answer_is_checked_anew(client: FlaskClient, variable: str, told: str) -> None:
    """What was altered on its way is a fault, or at most another sound answer; never an error of ours."""
    response = client.post(REVENU, data=MultiDict([*SOUND, ("r", f"1|individus/vous/{variable}|{told}")]))
    assert response.status_code in (200, 400)
    sound = (variable, told) in {("salaire_net", "0.1")}
    assert sound or response.status_code == 400 or "faute" in response.text


def test_a_number_is_read_as_people_write_it(client: FlaskClient) -> None:
    path = "individus/vous/salaire_net"
    asked = [*SOUND[:-1], ("r", '1|individus/vous/date_naissance|"2003-05-14"'), ("q", path)]
    for text, kept in (
        ("1 234,50", "1234.5"),
        ("1\u202f234,50 €", "1234.5"),
        ("400", "400"),
        ("12.5", "12.5"),
    ):
        page = send(client, REVENU, [*asked, (path, text), ("action", "continuer")])
        assert ("r", f"2|{path}|{kept}") in page.hidden
    for text in ("1e3", "abc", "-1", "1,2,3", "9" * 30, "", " "):
        page = send(client, REVENU, [*asked, (path, text), ("action", "continuer")])
        assert page.faults == 1, text


def test_people_that_the_rules_cannot_tell_apart_are_told_so(client: FlaskClient) -> None:
    assert "plusieurs familles sont possibles" in send(client, REVENU, UNCLEAR).text
    for path in ("menages/logement/residence_principale", "individus/autres_1/garde_alternee"):
        asked = send(client, REVENU, [*UNCLEAR, ("q", path), (path, "true")])
        assert "plusieurs familles sont possibles" in asked.text


# --- what every answer carries -----------------------------------------------------------------


def test_answers_are_kept_for_going_back_and_by_nobody_else(client: FlaskClient) -> None:
    response = client.post(REVENU, data=MultiDict(first(CAMILLE)))
    assert response.headers["Cache-Control"] == "private, max-age=600"
    assert "Set-Cookie" not in response.headers
    assert 'method="post"' in response.text
    erased = client.get(f"{REVENU}/effacer")
    assert erased.headers["Clear-Site-Data"] == '"cache"'


def test_only_known_sites_may_embed() -> None:
    closed = create_app(Settings()).test_client().get(REVENU).headers["Content-Security-Policy"]
    assert closed.endswith("frame-ancestors 'self'")
    opened = client_of(frame_ancestors=("https://www.example.fr",))
    for address in (REVENU, "/calculateur/rien"):
        policy = opened.get(address).headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'self' https://www.example.fr")
        assert "unsafe" not in policy
    assert "X-Frame-Options" not in opened.get(REVENU).headers


def test_the_height_is_told_to_a_known_site_only() -> None:
    opened = client_of(frame_ancestors=("https://www.example.fr",))
    assert 'data-host="https://www.example.fr"' in opened.get(f"{REVENU}?hote=https://www.example.fr").text
    for other in ("https://evil.example", "*", '"><script>'):
        assert "data-host" not in opened.get(REVENU, query_string={"hote": other}).text


def test_pages_are_compressed_and_small(client: FlaskClient) -> None:
    whole = 0
    for address in (REVENU, "/calculateur/fichiers/style.css", "/calculateur/fichiers/cadre.js"):
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        whole += len(response.get_data())
    assert whole < 15_000
    assert len(client.get("/embed.js", headers={"Accept-Encoding": "gzip"}).get_data()) < 1_200


def test_what_the_configuration_says_is_on_every_screen() -> None:
    opened = client_of(notices=("Simulation offerte à la réflexion",))
    for page in pages(opened, CAMILLE):
        assert "Simulation offerte à la réflexion." in page.text


PROPOSALS = {"proposal_notices": ("Le Département ne l'a pas votée",), "preview": ("plateforme",)}


def test_what_is_said_of_proposals_is_said_of_them_only() -> None:
    opened = client_of(reform="droit_en_vigueur", **PROPOSALS)
    said, law = "Le Département ne l&#39;a pas votée", "/calculateur/cheque-energie"
    assert said not in opened.get(law).text
    assert said not in opened.get(f"{law}?projet=plateforme").text
    assert f"<p>{said}.</p>" in opened.get(f"{REVENU}?projet=plateforme").text
    assert said not in opened.get("/calculateur").text
    together = "/calculateur?projet=plateforme"
    assert re.search(rf"<p>{said} \(\d+ des \d+ aides\)\.</p>", opened.get(together).text)
    asked = [*SOUND[:-1], ("aide", "revenu_de_base"), ("aide", "cheque_energie"), ("action", "resultat")]
    asked.append(("r", '1|individus/vous/date_naissance|"2003-05-14"'))
    cards = re.findall(r'id="c-(\w+)-\w+">.*?</section>', result := send(opened, together, asked).text, re.S)
    assert sorted(cards) == ["cheque_energie", "revenu_de_base"]
    for card in result.split("<section")[1:]:
        if 'id="c-' in card:
            assert (said in card) == ('id="c-revenu_de_base' in card)


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.parent.name)
def test_no_configuration_of_the_examples_says_of_the_law_in_force_that_it_is_not(path: Path) -> None:
    opened = create_app(load(path, {})).test_client()
    text = opened.get("/calculateur/cheque-energie").text
    assert "Chèque énergie" in text
    assert not re.search("pas (adopté|voté)|simulation|proposition", text, re.IGNORECASE)


def test_a_service_of_one_departement_does_not_ask_which() -> None:
    path, address = "menages/logement/departement", f"/calculateur/{JEANNE.slug}"
    richer = replace(JEANNE, more={"foyers_fiscaux/foyer_fiscal_vous/rfr": 20_000})
    assert path in [one for page in pages(client_of(), richer) for one in page.asked]
    opened = create_app(Settings(departement=Departement(name="54", code="54"))).test_client()
    shown = list(pages(opened, richer))
    assert path not in [one for page in shown for one in page.asked]
    back = send(opened, address, [*shown[0].hidden, ("action", "precedent")])
    assert "Qui vit avec vous" in back.text  # nothing was answered before the first question
    assert "Voir le résultat" not in shown[0].text
    result, given = shown[-1], "indiqué par ce service"
    assert ("r", f'0|{path}|"d54"') in result.hidden
    assert "Meurthe-et-Moselle" in result.text
    assert given in result.text
    amended = send(opened, address, [*result.hidden, ("action", f"modifier:{path}")])
    assert 'value="d54" selected' in amended.text
    changed = send(opened, address, [*amended.hidden, (path, "d57"), ("action", "continuer")])
    moved = send(opened, address, [*_without_home(changed), ("foyer", "1"), ("action", "resultat")])
    for page in (changed, moved):
        assert ">Moselle<" in page.text
        assert given not in page.text


def test_what_was_voted_is_no_proposal() -> None:
    voted = client_of(reform="revenu_jeunes_loire_atlantique")
    assert voted.get(REVENU).status_code == 404
    text = voted.get("/calculateur/revenu-jeunes-departemental").text
    assert "simulation" not in text.lower()


def test_a_benefit_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    for address in ("/calculateur/rien", "/calculateur/revenu_de_base", "/calculateur/fichiers/rien.js"):
        assert client.get(address).status_code == 404


def test_a_page_that_is_not_there_leads_to_one_that_is() -> None:
    opened = client_of(preview=("plateforme",), reform="droit_en_vigueur")
    for query, kept in (("projet=xx&cadre=1", "?cadre=1"), ("projet=plateforme", "?projet=plateforme")):
        missing = opened.get(f"/calculateur/rien?{query}")
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")
        again = re.search(r'<a href="([^"]*)">Recommencer', missing.text)
        assert again is not None
        assert again[1] == f"/calculateur{kept}"
        assert opened.get(again[1]).status_code == 200
    assert opened.get("/calculateur?projet=xx").status_code == 404


# --- themes ------------------------------------------------------------------------------------

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"{value:06x}")


@given(colours, colours, colours)
def test_every_theme_that_is_taken_can_be_read(principal: str, paper: str, ink: str) -> None:
    try:
        css = read_theme(f"principal:{principal},fond:{paper},texte:{ink}").to_css()
    except ThemeError:
        assert min(contrast(principal, paper), contrast(ink, paper)) < TEXT or "can be read" in str(
            _error(principal, paper, ink)
        )
        return
    found = dict(re.findall(r"--(\w+):#(\w{6})", css))
    for name in ("principal", "texte", "alarme", "bien"):
        assert contrast(found[name], found["fond"]) >= TEXT
        assert contrast(found[name], found["doux"]) >= TEXT
    assert contrast(found["ligne"], found["fond"]) >= 3


def _error(principal: str, paper: str, ink: str) -> ThemeError:
    with pytest.raises(ThemeError) as told:
        read_theme(f"principal:{principal},fond:{paper},texte:{ink}")
    return told.value


@pytest.mark.parametrize(
    "text",
    [
        "principal:red",
        "fond:url(x)",
        "police:Comic",
        "arrondi:99",
        "arrondi:-1",
        "ombre:1",
        "texte:fff;}",
        "principal:777777,fond:888888",
    ],
)
def test_a_theme_with_a_fault_is_refused(text: str) -> None:
    with pytest.raises(ThemeError):
        read_theme(text)


def test_the_theme_of_the_configuration_is_the_default() -> None:
    opened = client_of(theme={"principal": "7a2e12"})
    assert "--principal:#7a2e12" in opened.get("/calculateur/fichiers/theme.css").text
    asked = opened.get("/calculateur/fichiers/theme.css?theme=principal:123456").text
    assert "--principal:#123456" in asked
    assert f"--fond:#{DEFAULTS['fond']}" in asked


def test_a_theme_that_changes_is_under_another_address() -> None:
    """For it may be kept for a year where it is."""

    def address(query: str = "", **theme: str) -> str:
        page = client_of(theme=theme).get(REVENU + query).text
        found = re.search(r'href="(/calculateur/fichiers/theme\.css[^"]*)"', page)
        assert found is not None
        return found[1]

    plain, told = address(), address(principal="7a2e12")
    assert plain != told
    assert address() == plain
    assert address(texte="222222") not in (plain, told)
    assert len({address("?theme=police:serif", **one) for one in ({}, {"principal": "7a2e12"})}) == 2


def test_contrasts_are_those_of_wcag() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("767676", "ffffff") == pytest.approx(4.54, abs=0.01)


# --- steps -------------------------------------------------------------------------------------


def test_the_result_may_be_asked_for_at_once_and_is_then_between_bounds(client: FlaskClient) -> None:
    *_, page = (page for page, _ in zip(pages(client, CAMILLE), range(2), strict=False))
    result = send(client, REVENU, [*page.hidden, ("action", "resultat")])
    assert result.is_result
    assert "À compléter" in result.text
    assert "entre 0,00 et 651,69" in result.text
    back = send(client, REVENU, [*result.hidden, ("action", "continuer")])
    assert back.asked == page.asked


def test_going_back_shows_what_was_answered(client: FlaskClient) -> None:
    shown = list(pages(client, CAMILLE))
    for before, after in itertools.pairwise(shown[:-1]):
        page = send(client, REVENU, [*after.hidden, ("action", "precedent")])
        assert page.asked == before.asked
    first_page = send(client, REVENU, [*shown[0].hidden, ("action", "precedent")])
    assert "Qui vit avec vous" in first_page.text


def test_an_answer_given_anew_opens_what_it_had_settled(client: FlaskClient) -> None:
    path = "individus/vous/date_naissance"
    old = [*SOUND[:-1], ("r", f'1|{path}|"1990-01-01"'), ("regle", "revenu_de_base")]
    result = send(client, REVENU, [*old, ("action", "continuer")])
    assert result.is_result
    one = send(client, REVENU, [*result.hidden, ("action", f"modifier:{path}")])
    assert 'value="1990"' in one.text
    again = send(client, REVENU, filled(one, CAMILLE))
    assert not again.is_result


def test_a_person_who_leaves_takes_their_answers_away(client: FlaskClient) -> None:
    *_, result = pages(client, INES)
    moved = send(client, REVENU, [*_without_home(result), ("foyer", "1"), ("action", "continuer")])
    assert not [value for name, value in moved.hidden if "enfants_1" in value]
    assert [value for name, value in moved.hidden if "individus/vous/date_naissance" in value]


def _without_home(page: Page) -> list[tuple[str, str]]:
    return [one for one in page.hidden if not one[0].startswith("foyer.")]
