"""People of the examples get, on the pages, what the library says of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from journeys import ALL, CAMILLE, HUGO, Journey, answer, asked, begin, fill, go_on, is_result, press, screens

import dept_rules as dr
from dept_rules.calculation import this_month
from dept_rules.system import baseline, judged_answers
from dept_rules.texts import amount_text
from dept_rules.web.calculator.outcome import VERDICTS
from tests.browser.conftest import Sites, framed


def expected(journey: Journey, **more: Any) -> tuple[str, str]:
    """Return the verdict and the amount that the library gives for the person of a journey.

    What somebody has judged is left out: it is not asked of people.
    """
    situation = journey.situation
    for item in (item for table in situation.values() for item in table.values()):
        for name in judged_answers(baseline()) & item.keys():
            del item[name]
    found = dr.evaluate(situation, this_month(), **more)[journey.benefit]
    one = found.get(journey.people["vous"]) or next(iter(found.values()))
    amount = one.eligible and one.amount is not None
    return VERDICTS[one.verdict], amount_text(one.amount, one.unit) if amount else ""


def shown(screen: Any) -> tuple[str, str]:
    """Return the verdict and the amount of the first card of a result."""
    card = screen.locator("section.carte").first
    amount = card.locator(".somme")
    return card.locator(".verdict").inner_text(), amount.inner_text() if amount.count() else ""


@pytest.mark.parametrize("journey", ALL, ids=lambda one: one.example)
def test_the_page_says_what_the_library_says(
    journey: Journey, sites: Sites, open_page: Callable[..., Any]
) -> None:
    page = open_page(f"{sites.service}/calculateur/{journey.slug}")
    steps = fill(page, journey)
    assert steps > 0
    assert shown(page) == expected(journey)
    assert "vous avez droit à" not in page.inner_text("body").lower()


@pytest.mark.parametrize("journey", [CAMILLE, HUGO], ids=lambda one: one.example)
def test_embedded_by_a_script_in_a_site_of_another_origin(
    journey: Journey, sites: Sites, open_page: Callable[..., Any]
) -> None:
    page = open_page(sites.write(f"script-{journey.example}.html", sites.script(journey.slug)))
    frame = framed(page)
    fill(frame, journey)
    assert shown(frame) == expected(journey)
    assert page.url.startswith(sites.host)


def test_embedded_as_a_plain_frame_without_any_script(sites: Sites, open_page: Callable[..., Any]) -> None:
    address = f"{sites.service}/calculateur/{CAMILLE.slug}?cadre=1"
    page = open_page(
        sites.write(
            "plain.html", f'<iframe src="{address}" title="Calculateur" width="600" height="800"></iframe>'
        ),
        java_script_enabled=False,
    )
    frame = framed(page)
    fill(frame, CAMILLE)
    assert shown(frame) == expected(CAMILLE)


def test_a_reform_is_compared_with_today(sites: Sites, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{sites.preview}/calculateur/revenu-de-base?projet=plateforme")
    fill(page, CAMILLE)
    _, amount = expected(CAMILLE)
    text = " ".join(page.locator(".compare").inner_text().split())
    assert text.startswith("Aujourd'hui pas versée")
    assert text.endswith(f"avec le projet {amount}".replace("\u00a0", " "))


def test_what_is_not_voted_is_not_offered(
    sites: Sites, open_page: Callable[..., Any], complaints: list[str]
) -> None:
    page = open_page(f"{sites.preview}/calculateur/revenu-de-base")
    assert "n'existe pas" in page.inner_text("h1")
    complaints.clear()  # of the 404
    page.goto(f"{sites.preview}/calculateur?projet=ailes_2021")
    assert "n'existe pas" in page.inner_text("h1")
    complaints.clear()


def test_every_screen_of_a_proposal_says_so(sites: Sites, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base")

    def seen(screen: Any) -> None:
        assert "Proposition de juin 2021, non en vigueur : simulation" in screen.inner_text("main")
        assert "pas une décision" in screen.inner_text("footer")

    fill(page, CAMILLE, seen)


def test_not_to_know_is_an_answer_and_gives_bounds(sites: Sites, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base")
    begin(page, CAMILLE)
    answer(page, CAMILLE)  # date of birth
    go_on(page)
    page.locator("input[name=revenu][value='individus/vous/salaire_net']").check()
    go_on(page)
    page.locator("#individus-vous-salaire_net-ignore").check()
    go_on(page)
    while not is_result(page):
        answer(page, CAMILLE)
        go_on(page)
    verdict, amount = shown(page)
    assert verdict == "À compléter"
    assert amount.startswith("entre 0,00 et 651,69")
    assert "Des réponses manquent" in page.inner_text("main")


def test_an_answer_can_be_amended_and_all_begun_again(sites: Sites, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base")
    fill(page, CAMILLE)
    before = shown(page)
    press(page, "button[value='modifier:individus/vous/salaire_net']")
    field = page.locator("#individus-vous-salaire_net")
    assert field.input_value() == "400"
    field.fill("500,50")
    go_on(page)
    situation = CAMILLE.situation
    situation["individus"]["camille"]["salaire_net"] = 500.50
    found = dr.evaluate(situation, this_month())["revenu_de_base"]["camille"]
    assert shown(page)[1] == amount_text(found.amount, found.unit)
    assert shown(page) != before
    press(page, ".fin a")
    assert "effacées" in page.inner_text("[role=status]")
    assert page.locator("input[name=r]").count() == 0


def test_faults_are_told_and_what_was_typed_is_kept(sites: Sites, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base")
    begin(page, CAMILLE)
    page.locator("[id$='-jour']").fill("31")
    page.locator("[id$='-mois']").fill("2")
    page.locator("[id$='-annee']").fill("2003")
    go_on(page)
    alert = page.locator("[role=alert]")
    assert "Cette date n'existe pas" in alert.inner_text()
    assert alert.evaluate("one => one === document.activeElement")
    assert page.title().startswith("Erreur")
    assert page.locator("[id$='-jour']").input_value() == "31"
    alert.locator("a").click()
    assert page.evaluate("document.activeElement.id").endswith("-jour")


def test_the_previous_screen_comes_back_with_its_answer(sites: Sites, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base")
    begin(page, CAMILLE)
    answer(page, CAMILLE)
    go_on(page)
    press(page, "button[value=precedent]")
    assert page.locator("[id$='-annee']").input_value() == "2003"


def test_back_and_forward_work_and_nothing_is_in_the_address(
    sites: Sites, open_page: Callable[..., Any]
) -> None:
    page = open_page(sites.write("back.html", sites.script()))
    frame = framed(page)
    visited = []
    for _ in screens(frame, CAMILLE):
        visited.append(asked(frame))
        assert frame.url.split("?")[0] == f"{sites.service}/calculateur/revenu-de-base"
        assert "2003" not in frame.url
    for before in reversed(visited):
        page.evaluate("history.back()")
        frame.locator(f"input[name=q][value='{before[0]}']").wait_for(state="attached")
        assert asked(frame) == before
    for after in visited[1:]:
        page.evaluate("history.forward()")
        frame.locator(f"input[name=q][value='{after[0]}']").wait_for(state="attached")
        assert asked(frame) == after


def test_the_record_and_the_summary_can_be_kept(
    sites: Sites, open_page: Callable[..., Any], tmp_path: Any
) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base")
    fill(page, CAMILLE)
    with page.expect_download() as record:
        page.get_by_role("button", name="Télécharger la trace du calcul").click()
    record.value.save_as(tmp_path / "trace.json")
    from dept_rules.explanation import record as records

    assert dr.verify(records.load(tmp_path / "trace.json")).holds
    with page.expect_download() as summary:
        page.get_by_role("button", name="Télécharger le résumé").click()
    summary.value.save_as(tmp_path / "resume.txt")
    text = (tmp_path / "resume.txt").read_text(encoding="utf-8")
    assert "non en vigueur : simulation" in text
    assert expected(CAMILLE)[1] in text


def test_once_erased_going_back_shows_no_answer(sites: Sites, open_page: Callable[..., Any]) -> None:
    page = open_page(sites.write("erased.html", sites.script()))
    frame = framed(page)
    fill(frame, CAMILLE)
    press(frame, ".fin a")
    with pytest.raises(Exception, match="ERR_CACHE_MISS"), frame.expect_navigation():
        page.evaluate("history.back()")
    assert frame.locator("section.carte").count() == 0  # the browser offers to send the form again
