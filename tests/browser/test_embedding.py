"""What a site that embeds a calculator sees of it, and what it cannot do to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from journeys import CAMILLE, begin, fill, go_on

from tests.browser.conftest import CHROMIUM, FLAGS, Sites, framed, watch
from tests.browser.test_journeys import expected, shown

Open = Callable[..., Any]


def height(page: Any, rank: int = 0) -> float:
    return float(page.locator("iframe").nth(rank).bounding_box()["height"])


def settled(page: Any, frame: Any, rank: int = 0) -> None:
    """Wait until a frame is as high as what it holds, which its style sheet may still change."""
    for _ in range(80):
        wanted = frame.evaluate("document.body.offsetHeight")
        if abs(height(page, rank) - wanted) <= 1:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"frame {rank} is {height(page, rank)} high, and holds {wanted}")


def test_the_frame_is_as_high_as_what_it_holds(sites: Sites, open_page: Open) -> None:
    page = open_page(sites.write("height.html", sites.script()))
    frame = framed(page)
    settled(page, frame)
    first = height(page)
    begin(frame, CAMILLE)
    settled(page, frame)
    assert height(page) != first
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_two_calculators_on_one_page_are_each_their_own(sites: Sites, open_page: Open) -> None:
    page = open_page(
        sites.write(
            "two.html", f"<main>{sites.script()}<hr>{sites.script('bonus-solidaire', title='Bonus')}</main>"
        )
    )
    page.locator("iframe").nth(1).wait_for()  # the scripts are asynchronous: either may come first
    one, other = framed(page, 0), framed(page, 1)
    assert "Revenu de base" in one.inner_text("h1") + other.inner_text("h1")
    settled(page, one, 0)
    settled(page, other, 1)
    kept = height(page, 1)
    fill(one, CAMILLE)
    settled(page, one, 0)
    assert height(page, 1) == kept
    assert other.locator("#suite").count() == 0
    titles = page.locator("iframe").evaluate_all("all => all.map(one => one.title)")
    assert titles == ["Calculateur d'aides", "Bonus"]


def test_hostile_messages_change_nothing(sites: Sites, open_page: Open) -> None:
    """From the page itself, from another frame, with the right words and the wrong sender, or wrong words."""
    (sites.pages / "hostile.html").write_text(
        "<script>onload = () => { for (const height of [1, 5000, 'x', null, -3, 1e9, NaN])"
        "parent.postMessage({type: 'dept-rules:height', height}, '*') }</script>",
        encoding="utf-8",
    )
    page = open_page(
        sites.write(
            "hostages.html", sites.script() + f'<iframe id="bad" src="{sites.other}/hostile.html"></iframe>'
        )
    )
    frame = framed(page, 0)
    settled(page, frame)
    before = height(page)
    page.evaluate(
        "() => { for (const told of [{type: 'dept-rules:height', height: 9000}, null, 'height', 7, {}])"
        "{ window.postMessage(told, '*'); frames[0].postMessage(told, '*') } }"
    )
    page.wait_for_timeout(300)
    assert height(page) == before
    frame.evaluate(  # the right sender, with words that are no height
        "() => { for (const height of ['5000', [5000], -1, 0, 1e9, NaN, Infinity, {}, null])"
        f"parent.postMessage({{type: 'dept-rules:height', height}}, '{sites.host}') }}"
    )
    page.wait_for_timeout(300)
    assert height(page) == before
    fill(frame, CAMILLE)
    assert shown(frame) == expected(CAMILLE)


def test_a_frame_that_went_elsewhere_is_not_listened_to(sites: Sites, open_page: Open) -> None:
    (sites.pages / "elsewhere.html").write_text(
        '<link rel="icon" href="data:,"><h1>Ailleurs</h1>'
        "<script>parent.postMessage({type: 'dept-rules:height', height: 5000}, '*')</script>",
        encoding="utf-8",
    )
    page = open_page(sites.write("left.html", sites.script()))
    settled(page, framed(page))
    before = height(page)
    page.evaluate(f"document.querySelector('iframe').src = '{sites.other}/elsewhere.html'")
    framed(page).locator("h1", has_text="Ailleurs").wait_for()
    page.wait_for_timeout(300)
    assert height(page) == before


def test_only_a_height_crosses(sites: Sites, open_page: Open) -> None:
    page = open_page(
        sites.write(
            "listens.html",
            "<script>heard = []; addEventListener('message', e => heard.push(e.data))</script>"
            + sites.script(),
        )
    )
    fill(framed(page), CAMILLE)
    heard = page.evaluate("heard")
    assert heard
    for one in heard:
        assert one.keys() == {"type", "height"}
        assert one["type"] == "dept-rules:height"
        assert isinstance(one["height"], int)


def test_the_focus_is_not_taken_from_the_page(sites: Sites, open_page: Open) -> None:
    page = open_page(sites.write("focus.html", '<input id="mine" autofocus>' + sites.script()))
    page.locator("#mine").focus()
    framed(page).wait_for_load_state("load")
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.id") == "mine"


def test_the_next_screen_is_brought_into_view(sites: Sites, open_page: Open) -> None:
    page = open_page(sites.write("tall.html", "<div style='height:400px'></div>" + sites.script()))
    frame = framed(page)
    begin(frame, CAMILLE)
    frame.locator("[id$='-jour']").fill("14")
    frame.locator("[id$='-mois']").fill("5")
    frame.locator("[id$='-annee']").fill("2003")
    go_on(frame)
    settled(page, frame)
    frame.locator("#revenu-aucun").check()
    page.evaluate("scrollTo(0, 1500)")
    go_on(frame)
    page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().top >= -1")


def test_a_site_that_is_not_known_cannot_embed(sites: Sites, browser: Any) -> None:
    sites.write("stranger.html", sites.script())
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda told: refused.append(told.text))
    page.goto(f"{sites.stranger}/stranger.html")
    page.locator("iframe").wait_for()
    page.wait_for_timeout(500)
    page.close()
    assert any("frame-ancestors" in text for text in refused), refused


def test_the_policy_that_the_snippet_tells_is_enough(sites: Sites, open_page: Open) -> None:
    """And is needed: without it the site refuses the script."""
    policy = (
        f"default-src 'none'; img-src data:; script-src {sites.service}; frame-src {sites.service}; "
        "report-uri /report"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy.split("; report")[0]}">'
    page = open_page(sites.write("policy.html", sites.script(), head))
    frame = framed(page)
    fill(frame, CAMILLE)
    assert shown(frame) == expected(CAMILLE)


def test_a_policy_that_knows_nothing_of_it_refuses_it(sites: Sites, browser: Any) -> None:
    head = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">'
    page = browser.new_page()
    page.goto(sites.write("closed.html", sites.script(), head))
    page.wait_for_timeout(300)
    assert page.locator("iframe").count() == 0
    page.close()


def test_no_cookie_and_no_storage(sites: Sites, open_page: Open) -> None:
    page = open_page(sites.write("nothing.html", sites.script()))
    fill(framed(page), CAMILLE)
    page.goto(f"{sites.service}/calculateur/revenu-de-base")
    fill(page, CAMILLE)
    assert page.context.cookies() == []
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,"
        "document.cookie, (await caches.keys().catch(() => [])).length]"
    )
    assert kept == [0, 0, 0, "", 0]


def test_third_party_cookies_blocked_change_nothing(
    sites: Sites, playwright: Any, tmp_path: Path, complaints: list[str]
) -> None:
    (tmp_path / "Default").mkdir()
    preferences = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(preferences))
    context = playwright.chromium.launch_persistent_context(tmp_path, executable_path=CHROMIUM, args=FLAGS)
    page = context.new_page()
    watch(page, complaints)
    page.goto(sites.write("blocked.html", sites.script()))
    frame = framed(page)
    blocked = frame.evaluate("() => { try { localStorage.length; return false } catch { return true } }")
    fill(frame, CAMILLE)
    found = shown(frame)
    context.close()
    assert blocked
    assert found == expected(CAMILLE)
    assert complaints == []


def test_a_theme_is_taken_and_one_that_cannot_be_read_is_not(sites: Sites, open_page: Open) -> None:
    def colours(theme: str) -> tuple[str, str]:
        page = open_page(sites.write("theme.html", sites.script(theme=theme)))
        frame = framed(page)
        return tuple(
            frame.evaluate(
                "() => [getComputedStyle(document.querySelector('button.principal')).backgroundColor,"
                "getComputedStyle(document.documentElement).backgroundColor]"
            )
        )

    assert colours("principal:7a2e12,fond:fffaf3") == ("rgb(122, 46, 18)", "rgb(255, 250, 243)")
    plain = colours("")
    assert colours("principal:eeeeee") == plain
    assert colours("principal:7a2e12,fond:7a2e13") == plain
    assert colours("principal:red;background:url(x)") == plain


@pytest.mark.parametrize("name", ["embed.js", "calculateur/revenu-de-base"])
def test_what_is_sent_is_small(name: str, sites: Sites, browser: Any) -> None:
    """The script weighs about a kilobyte, the first page with all it needs less than fifteen."""
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(f"{sites.service}/{name}", wait_until="networkidle")
    page.close()
    assert 0 < sum(sizes) < (2_000 if name == "embed.js" else 15_000), sizes


def test_the_example_works_as_it_is_written(sites: Sites, open_page: Open) -> None:
    """Its page, with the addresses of this test for those that it names."""
    root = Path(__file__).parents[2] / "examples" / "embed"
    text = (root / "index.html").read_text(encoding="utf-8").replace("http://localhost:5000", sites.preview)
    (sites.pages / "index.html").write_text(
        re.sub("style-src 'self'", "style-src 'self'; img-src data:", text), encoding="utf-8"
    )
    (sites.pages / "style.css").write_text((root / "style.css").read_text(encoding="utf-8"), encoding="utf-8")
    page = open_page(f"{sites.host}/index.html")
    for rank, title in enumerate(["Revenu de base", "Chèque énergie", "Contrat jeune majeur"]):
        page.locator("iframe").nth(rank).scroll_into_view_if_needed()
        assert title in framed(page, rank).inner_text("h1")
