"""What people who do not see, do not use a mouse, or enlarge everything meet on each screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from journeys import ALL, CAMILLE, INES, MERE, Journey, answer, begin, fill, go_on, is_result, screens

from tests.browser.conftest import Sites, axe, framed
from tests.browser.test_journeys import expected, shown

Open = Callable[..., Any]


def unfold(screen: Any) -> None:
    screen.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")


@pytest.mark.parametrize("journey", ALL, ids=lambda one: one.example)
def test_axe_finds_nothing_on_any_screen_of_a_frame(journey: Journey, sites: Sites, open_page: Open) -> None:
    page = open_page(sites.write(f"axe-{journey.example}.html", sites.script(journey.slug)))
    frame = framed(page)
    found: list[str] = []

    def seen(screen: Any) -> None:
        unfold(screen)
        found.extend(axe(screen))

    fill(frame, journey, seen)
    assert found == []


@pytest.mark.parametrize("theme", ["", "principal:ffd28a,fond:1a1a1a,texte:f2f2f2"])
def test_axe_finds_nothing_on_faults_on_all_benefits_nor_in_another_theme(
    theme: str, sites: Sites, open_page: Open
) -> None:
    page = open_page(f"{sites.service}/calculateur?theme={theme}")
    unfold(page)
    found = axe(page)
    page.locator("#enfants").fill("99")
    go_on(page)
    found += axe(page)
    page.locator("#enfants").fill("0")
    go_on(page)
    for _ in range(3):
        go_on(page)  # without an answer: a fault
        assert page.locator("[role=alert]").count() == 1
        found += axe(page)
        answer(page, CAMILLE)
        go_on(page)
        found += axe(page)
    assert found == []


def test_axe_finds_nothing_on_a_page_that_is_not_there(
    sites: Sites, open_page: Open, complaints: list[str]
) -> None:
    page = open_page(f"{sites.service}/calculateur/rien")
    assert axe(page) == []
    complaints.clear()  # of the 404


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 320, "height": 640}},
        {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},  # 1280 × 1024 at 400 %
    ],
    ids=["320px", "400%"],
)
def test_nothing_is_cut_on_a_narrow_screen(options: dict[str, Any], sites: Sites, open_page: Open) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base", **options)

    def seen(screen: Any) -> None:
        unfold(screen)
        wide = screen.evaluate(
            "() => [...document.querySelectorAll('body *')]"
            ".filter(one => !one.closest('.lu, .evitement, .table') &&"
            "one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 90))"
        )
        assert wide == []
        assert screen.evaluate("document.documentElement.scrollWidth") <= 320

    fill(page, INES, seen)


def test_text_can_be_spaced_and_enlarged(sites: Sites, open_page: Open) -> None:
    """WCAG 1.4.12 and 1.4.4: nothing overlaps nor is cut when text is spaced, at twice its size."""
    page = open_page(f"{sites.service}/calculateur/revenu-de-base", bypass_csp=True)
    spaced = (
        "html{font-size:200%}"
        "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    )

    def seen(screen: Any) -> None:
        unfold(screen)
        screen.add_style_tag(content=spaced)
        cut = screen.evaluate(
            "() => [...document.querySelectorAll('label, button, p, h1, h2, li, legend, summary')]"
            ".filter(one => !one.closest('.lu') && one.offsetParent && one.clientWidth &&"
            "one.scrollWidth > one.clientWidth + 2)"
            ".map(one => one.outerHTML.slice(0, 90))"
        )
        assert cut == []

    fill(page, CAMILLE, seen)


def test_a_whole_journey_with_the_keyboard_alone(sites: Sites, open_page: Open) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "evitement"
    reach(page, "button.principal")
    press(page, "Enter")
    for part, text in (("jour", "14"), ("mois", "5"), ("annee", "2003")):
        reach(page, f"[id$='-{part}']")
        page.keyboard.type(text)
    press(page, "Enter")  # the first button of a form is the one that goes on
    reach(page, "input[value='individus/vous/salaire_net']")
    page.keyboard.press("Space")
    reach(page, "button.principal")
    press(page, "Space")
    reach(page, "#individus-vous-salaire_net")
    page.keyboard.type("400")
    press(page, "Enter")
    while not is_result(page):
        for box in page.locator("main input[type=text]").all():
            reach(page, f"[id='{box.get_attribute('id')}']")
            page.keyboard.type("0")
        press(page, "Enter")
    assert shown(page) == expected(CAMILLE)
    reach(page, "summary")
    page.keyboard.press("Enter")
    assert page.locator("section.carte details").first.evaluate("one => one.open")


def press(page: Any, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def reach(page: Any, selector: str) -> None:
    """Go to a control with Tab alone; where one is, it shows."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                "return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
            )
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached")


def test_the_new_question_gets_the_focus_and_each_page_its_title(sites: Sites, open_page: Open) -> None:
    page = open_page(sites.write("titles.html", sites.script()))
    frame = framed(page)
    titles = []
    for _ in screens(frame, CAMILLE):
        titles.append(frame.title())
        assert frame.evaluate("document.activeElement.tagName") == "H1"
    assert len(set(titles)) == len(titles)


def test_radios_are_moved_through_with_arrows(sites: Sites, open_page: Open) -> None:
    page = open_page(f"{sites.service}/calculateur/cheque-energie")
    begin(page, MERE)
    while not page.locator("input[type=radio]").count():
        answer(page, MERE)
        go_on(page)
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("input[type=radio]").nth(1).is_checked()


def test_targets_are_large_enough(sites: Sites, open_page: Open) -> None:
    page = open_page(f"{sites.service}/calculateur/revenu-de-base", viewport={"width": 360, "height": 700})

    def seen(screen: Any) -> None:
        small = screen.evaluate(
            "() => [...document.querySelectorAll('button, select, input:not([type=hidden])')].filter(one =>"
            "one.offsetParent).map(one => [one, (one.labels?.[0] || one).getBoundingClientRect()])"
            ".filter(([one, box]) => box.height < 24 || box.width < 24)"
            ".map(([one]) => one.outerHTML.slice(0, 70))"
        )
        assert small == []

    fill(page, CAMILLE, seen)


def test_axe_finds_nothing_on_the_result_of_all_benefits(sites: Sites, open_page: Open) -> None:
    page = open_page(sites.write("all.html", sites.script("")))
    frame = framed(page)
    fill(frame, CAMILLE)
    unfold(frame)
    assert frame.locator("section.carte").count() > 10
    assert axe(frame) == []
