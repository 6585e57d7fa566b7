"""Our pages in a real browser: read, compare, search, by mouse, by keyboard, without script, in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.warc import WarcStore

from .build import NOW, Desk, State
from .chromium import Trap, Watch, find_axe, serving
from .conftest import STOPPED, Reader
from .press import Press

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def url(reader: Reader) -> Iterator[str]:
    with serving(reader.datasette) as address:
        yield address


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, url: str) -> Iterator[Open]:
    """Opens pages; after the test each must have been without errors and strangers."""
    made: list[tuple[Any, Watch]] = []

    def open_it(path: str, **options: Any) -> Any:
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}).new_page()
        page.set_default_timeout(20_000)
        made.append((page, Watch(page)))
        page.goto(url + path)
        return page

    yield open_it
    for page, watch in made:
        page.context.close()
        assert watch.errors == []
        assert watch.strangers == []


def test_from_a_word_to_the_page_as_it_was(open_page: Open, press: Press):
    page = open_page("/")
    page.get_by_role("searchbox").fill("hauliers")
    page.get_by_role("searchbox").press("Enter")
    assert page.locator("mark").first.inner_text() == "hauliers"
    page.locator("article a", has_text="against hauliers").last.click()
    assert page.locator("h1").inner_text().split() == [
        "Council",
        "raises",
        "bridge",
        "toll",
        "against",
        "hauliers’",
        "protest",
    ]
    assert page.locator("article mark").count() == 3
    page.get_by_role("link", name="the first", exact=True).click()
    assert page.locator("mark:target").inner_text() == "hauliers"
    page.get_by_role("link", name="Compare versions").click()
    page.get_by_label("Earlier", exact=True).select_option(index=0)
    page.wait_for_url(re.compile("before="))
    page.get_by_label("Later", exact=True).select_option(index=1)
    page.wait_for_function(
        "document.querySelector('.which')?.innerText.includes('from version 1 to version 2')"
    )
    assert [e.strip() for e in page.locator(".text ins").all_inner_texts()] == ["16"]
    assert [e.strip() for e in page.locator(".text del").all_inner_texts()] == ["15"]
    page.locator("h1 a").click()
    page.get_by_role("link", name="The page as it was").click()
    frame = page.frame_locator("iframe.frame")
    assert "Correction: an earlier version" in frame.locator("body").inner_text()


def test_filters_answer_at_once_and_stay_in_the_address(open_page: Open):
    page = open_page("/-/news/search?q=bridge")
    page.get_by_text("Narrow the search").click()
    page.get_by_label("Source", exact=True).select_option("gazette")
    page.wait_for_url(re.compile("source=gazette"))
    page.get_by_label("only edited stories").check()
    page.wait_for_url(re.compile("changed=1"))
    assert page.get_by_label("Source", exact=True).input_value() == "gazette"
    assert page.locator("article .meta").first.inner_text().startswith("The Valley Gazette")


def test_there_is_one_way_to_choose_two_versions(open_page: Open, press: Press):
    page = open_page(f"/-/news/story/{press.bridge}/diff?before=1&after=2")
    assert page.locator("input[type=range]").count() == 0
    page.get_by_label("Later", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.which')?.innerText.includes('from version 1 to version 3')"
    )


def test_the_timeline_of_a_diff_leads_to_what_each_version_changed(open_page: Open, press: Press):
    page = open_page(f"/-/news/story/{press.bridge}/diff")
    page.locator(".timeline a").nth(1).click()
    page.wait_for_function(
        "document.querySelector('.which')?.innerText.includes('from version 1 to version 2')"
    )


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_all_changes_are_one_click_from_the_story(open_page: Open, press: Press, size: dict[str, int]):
    page = open_page(f"/-/news/story/{press.bridge}", viewport=size)
    link = page.get_by_role("link", name="All changes since version 1")
    assert link.evaluate("e => e.getBoundingClientRect().top") < size["height"]
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.which')?.innerText.includes('from version 1 to version 4')"
    )
    assert page.locator("h1").inner_text().startswith("Council raises bridge toll against")


def test_what_changed_since_the_last_visit_is_offered_when_something_did(open_page: Open, press: Press):
    page = open_page(f"/-/news/story/{press.bridge}")
    link = page.get_by_role("link", name="Changes since I last looked")
    assert not link.is_visible()
    page.reload()
    assert not link.is_visible()
    second = page.locator("select, a[href*='v=']").evaluate_all(
        "(all) => all.map(e => (e.getAttribute('href') || '').match(/v=(\\d+)$/)).filter(Boolean).map(m => m[1])"
    )
    page.evaluate(
        "([key, value]) => localStorage.setItem(key, value)", [f"newsarchive-seen-{press.bridge}", second[-2]]
    )
    page.reload()
    link.click()
    page.wait_for_function("document.querySelector('.which')?.innerText.includes('to version 4')")
    assert "from version 4" not in page.locator(".which").inner_text()


def test_by_keyboard_alone(open_page: Open, press: Press):
    page = open_page("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").endswith(
            f"/story/{press.bridge}"
        ):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"story/{press.bridge}"))
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == "what changed":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/diff"))
    assert "from version 3 to version 4" in page.locator(".which").inner_text()


def test_everything_works_without_script(open_page: Open, press: Press):
    page = open_page(f"/-/news/story/{press.bridge}/diff", java_script_enabled=False)
    page.get_by_label("Earlier", exact=True).select_option(index=0)
    page.get_by_label("Shown").select_option("sides")
    page.get_by_role("button", name="Compare").click()
    assert "from version 1 to version 4" in page.locator(".which").inner_text()
    assert page.locator(".sides").count() == 1
    page.locator(".timeline a").last.click()
    assert "after=" in page.url
    page.get_by_role("searchbox").fill("toll")
    page.get_by_role("button", name="Search").click()
    assert page.locator("mark").count() > 0


@pytest.mark.parametrize("width", [320, 640, 1280])  # 320 is also a 1280 window at 400 %
def test_no_page_is_wider_than_its_window(open_page: Open, press: Press, width: int):
    paths = [
        "/",
        "/-/news/search?q=bridge",
        "/-/news/changes",
        "/-/news/vanished",
        "/-/news/source/gazette",
        "/-/news/about",
    ]
    paths += [
        f"/-/news/story/{i}{more}"
        for i in (press.bridge, press.live, press.arabic)
        for more in ("", "/diff", "/diff?view=sides")
    ]
    page = open_page("/", viewport={"width": width, "height": 900})
    base = page.url.rstrip("/")
    for path in paths:
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_text_reads_from_right_to_left_where_it_should(open_page: Open, press: Press):
    page = open_page(f"/-/news/story/{press.arabic}/diff?before=1&after=2")
    box = page.locator(".text")
    assert box.evaluate("e => getComputedStyle(e).direction") == "rtl"
    place = page.locator(".text .move").first
    assert place.evaluate("e => parseFloat(getComputedStyle(e).borderRightWidth)") == 4


def test_dark_and_light_follow_the_reader(open_page: Open):
    def paper(scheme: str) -> str:
        page = open_page("/", color_scheme=scheme)
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert paper("light") != paper("dark")


@pytest.mark.parametrize(("motion", "scrolling"), [("no-preference", "smooth"), ("reduce", "auto")])
def test_nothing_moves_by_itself_for_readers_who_ask_for_that(open_page: Open, motion: str, scrolling: str):
    page = open_page("/", reduced_motion=motion)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == scrolling
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_citation_can_be_copied(open_page: Open, press: Press):
    page = open_page(f"/-/news/story/{press.bridge}", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "WARC: news-" in page.evaluate("navigator.clipboard.readText()")


def test_a_diff_prints_without_controls(open_page: Open, press: Press):
    page = open_page(f"/-/news/story/{press.bridge}/diff")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Compare").is_visible()
    assert not page.get_by_role("searchbox").is_visible()
    assert page.locator(".text").is_visible()


HOSTILE = """<!doctype html><html><head><title>x</title>
<link rel="preconnect" href="http://127.0.0.2:{port}/"><link rel="dns-prefetch" href="//127.0.0.2:{port}">
<link rel="stylesheet" href="http://127.0.0.2:{port}/a.css"><link rel="prefetch" href="http://127.0.0.2:{port}/p">
<link rel="prerender" href="http://127.0.0.2:{port}/r"><link rel="icon" href="http://127.0.0.2:{port}/i">
<meta http-equiv="refresh" content="0;url=http://127.0.0.2:{port}/refresh">
<script src="http://127.0.0.2:{port}/s.js"></script>
<script>document.title = 'ran'; fetch('http://127.0.0.2:{port}/f'); top.location = 'http://127.0.0.2:{port}/t'</script>
<script type="speculationrules">{{"prefetch":[{{"source":"list","urls":["http://127.0.0.2:{port}/sp"]}}]}}</script>
<style>@import url(http://127.0.0.2:{port}/b.css); @font-face {{font-family: x; src: url(http://127.0.0.2:{port}/f.woff)}}
body {{background: url(http://127.0.0.2:{port}/bg.png); font-family: x}}</style></head>
<body onload="document.title='ran'"><h1>Read me</h1><img src="http://127.0.0.2:{port}/i.png" srcset="http://127.0.0.2:{port}/j.png 2x">
<iframe src="http://127.0.0.2:{port}/f.html"></iframe><iframe srcdoc="<img src=http://127.0.0.2:{port}/sd.png>"></iframe>
<object data="http://127.0.0.2:{port}/o"></object><embed src="http://127.0.0.2:{port}/e"><video src="http://127.0.0.2:{port}/v" autoplay></video>
<audio src="http://127.0.0.2:{port}/au" autoplay></audio><svg><image href="http://127.0.0.2:{port}/sv.png"/><use href="http://127.0.0.2:{port}/u.svg#a"/></svg>
<form action="http://127.0.0.2:{port}/form"><input autofocus onfocus="this.form.submit()"></form>
<a href="http://127.0.0.2:{port}/away" ping="http://127.0.0.2:{port}/ping">away</a> <a title="x" href='http://127.0.0.2:{port}/area'>area</a>
<a title=">" href="http://127.0.0.2:{port}/revived">revived</a> <a href="#" href="http://127.0.0.2:{port}/two">second</a>
<svg width="200" height="40"><a xlink:href="http://127.0.0.2:{port}/svg"><animate attributeName="href" to="http://127.0.0.2:{port}/anim" begin="0s" fill="freeze"/><text y="20">drawn</text></a></svg>
<template><img src="http://127.0.0.2:{port}/t.png"></template><div><template shadowrootmode="open"><img src="http://127.0.0.2:{port}/sh.png"><a href="http://127.0.0.2:{port}/sh">x</a></template></div>
<noscript><img src="http://127.0.0.2:{port}/ns.png"><link rel="preconnect" href="http://127.0.0.2:{port}/"></noscript>
<p style="background: url(http://127.0.0.2:{port}/st.png)">styled</p><xmp></xmp><base href="http://127.0.0.2:{port}/"><a href="based">based</a>
<form action="http://127.0.0.2:{port}/sent"><button formaction="http://127.0.0.2:{port}/sent2">send</button></form>
<![CDATA[><link rel="preconnect" href="http://127.0.0.2:{port}/">]]></body></html>"""


def test_an_archived_page_neither_runs_nor_loads_nor_connects(browser: Any, tmp_path: Path):
    from newsarchive.browse import app

    with Trap() as trap:
        body = HOSTILE.format(port=trap.port).encode()
        with WarcStore(tmp_path, crawl_id="hostile") as store, Desk(tmp_path, store) as desk:
            desk.source("hostile")
            state = State(at=NOW, title="Read me", paragraphs=("x",), page=body)
            number = desk.story("hostile", "https://hostile.example/a", [state])
        served = Reader(app(tmp_path, settings=STOPPED))
        capture = served.json(f"/-/news/story/{number}.json")["versions"][0]["first_capture_id"]
        with serving(served.datasette) as address:
            page = browser.new_context().new_page()
            page.goto(f"{address}/-/news/capture/{capture}")
            frame = page.frame_locator("iframe.frame")
            assert frame.locator("h1").inner_text() == "Read me"
            page.wait_for_load_state("networkidle")
            frame.get_by_text("away").click()
            for name in ("area", "revived", "second", "drawn", "based", "send"):
                frame.get_by_text(name, exact=True).click()
            page.wait_for_load_state("networkidle")
            assert page.title().startswith("The page as it was")
            alone = browser.new_context().new_page()
            alone.goto(f"{address}/-/news/capture/{capture}/page")
            alone.wait_for_load_state("networkidle")
            assert alone.title() == "x"
            page.context.close()
            alone.context.close()
        served.close()
    assert trap.caught == 0


@pytest.fixture(scope="module")
def axe() -> str:
    found = find_axe()
    if found is None:
        pytest.skip("axe-core is not at hand (npm pack axe-core needs npm and its registry)")
    return found.read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, url: str, press: Press, axe: str, scheme: str):
    paths = [
        "/",
        "/-/news/search?q=bridge&source=gazette",
        "/-/news/search?q=zzzz",
        "/-/news/changes",
        "/-/news/vanished",
        "/-/news/source/harbour",
        "/-/news/about",
    ]
    paths += [f"/-/news/story/{i}{more}" for i in (press.bridge, press.arabic) for more in ("", "/diff")]
    paths += [
        f"/-/news/story/{press.bridge}/diff?view=sides",
        f"/-/news/story/{press.bridge}?removed=1",
        f"/-/news/story/{press.bridge}?q=hauliers",
        f"/-/news/story/{press.bridge}/diff?before=1&after=3&q=toll",
    ]
    if scheme == "dark":  # what the scheme changes is colours, and these pages hold them all
        paths = ["/", "/-/news/search?q=bridge&source=gazette", "/-/news/vanished", *paths[-2:]]
    page = browser.new_context(bypass_csp=True, color_scheme=scheme).new_page()
    found = []
    for path in paths:
        page.goto(url + path)
        page.evaluate(axe)
        result = page.evaluate("axe.run(document, {iframes: false})")
        for rule in result["violations"]:
            if rule["impact"] in SERIOUS:
                found.append((path, rule["id"], [n["html"][:160] for n in rule["nodes"]][:3]))
    page.context.close()
    assert found == []


@pytest.mark.parametrize("width", [390, 1280])
def test_vanished_stories_are_found_by_keyboard(open_page: Open, press: Press, width: int):
    page = open_page("/", viewport={"width": width, "height": 844})
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Vanished").press("Enter")
    page.wait_for_url(re.compile("/vanished$"))
    kind = page.get_by_label("Kind", exact=True)
    assert kind.is_visible() == (width == 1280)
    if width == 390:
        page.locator("summary", has_text="Filter").press("Enter")
    kind.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("kind=gone"))
    assert page.locator("article h3").all_inner_texts() == ["Die geheime Liste des Bauamts"]
    assert "kind=gone" in (page.get_by_role("link", name="Atom", exact=True).get_attribute("href") or "")
    page.locator("article h3 a").press("Enter")
    page.wait_for_url(re.compile(f"/story/{press.gone}"))


@pytest.mark.parametrize("path", ["/-/news/changes", "/-/news/vanished"])
def test_on_a_phone_the_newest_comes_before_the_filters(open_page: Open, path: str):
    page = open_page(path, viewport={"width": 390, "height": 844})
    newest = page.locator("article").first.bounding_box()
    assert newest is not None
    assert newest["y"] < 844
    assert not page.get_by_label("Source", exact=True).is_visible()


@pytest.mark.parametrize("path", ["/-/news/changes", "/-/news/search?q=bridge"])
def test_a_date_is_typed_whole_and_sent_on_enter(open_page: Open, path: str):
    page = open_page(path, locale="en-US")
    if "search" in path:
        page.get_by_text("Narrow the search").click()
    before = page.url
    page.locator("input[name=since]").focus()
    for key in "10012026":
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url == before
    assert page.evaluate("document.activeElement.name") == "since"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("since=2026-10-01"))


def test_a_typed_date_is_sent_when_its_field_is_left(open_page: Open):
    page = open_page("/-/news/changes", locale="en-US")
    page.locator("input[name=since]").focus()
    for key in "10012026":
        page.keyboard.press(key)
    page.locator("h1").click()
    page.wait_for_url(re.compile("since=2026-10-01"))


def test_arrows_on_a_closed_list_send_nothing_until_enter(open_page: Open):
    page = open_page("/-/news/changes")
    before = page.url
    page.locator("select[name=source]").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    assert page.url == before
    assert page.evaluate("document.activeElement.name") == "source"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"source=\w"))


def test_the_copy_button_is_shown_only_where_it_can_copy(open_page: Open, press: Press):
    button = "button[data-copy]"
    without = open_page(f"/-/news/story/{press.bridge}", java_script_enabled=False)
    assert not without.locator(button).is_visible()
    assert open_page(f"/-/news/story/{press.bridge}").locator(button).is_visible()


@pytest.mark.parametrize("path", ["/-/news/changes", "/-/news/source/gazette", "STORY"])
def test_plots_begin_at_their_newest_end_on_a_phone(open_page: Open, press: Press, path: str):
    path = path.replace("STORY", f"/-/news/story/{press.bridge}")
    page = open_page(path, viewport={"width": 390, "height": 844})
    boxes = page.evaluate(
        "[...document.querySelectorAll('.plot-box')].map(e => [e.scrollWidth - e.clientWidth, Math.ceil(e.scrollLeft)])"
    )
    assert any(hidden > 0 for hidden, _ in boxes)
    assert [left for _, left in boxes] == [hidden for hidden, _ in boxes]


@pytest.mark.parametrize(
    ("name", "since"), [("today", "2026-11-02"), ("7 days", "2026-10-27"), ("30 days", "2026-10-04")]
)
def test_a_quick_range_fills_the_dates_and_keeps_the_other_filters(open_page: Open, name: str, since: str):
    page = open_page("/-/news/changes?source=gazette&until=2026-10-02&page=2")
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(re.compile(f"source=gazette&since={since}$"))
    assert page.get_by_role("link", name=name, exact=True).get_attribute("aria-current") == "true"
    assert page.locator("input[name=since]").input_value() == since


DATASETTE = ["/archive", "/archive/stories", "/archive/most_edited_stories", "/archive/late_edits", "/archive/changes?kind=text", "/-/plugins"]  # fmt: skip


@pytest.mark.parametrize("path", DATASETTE)
def test_datasettes_own_pages_are_dark_narrow_and_lead_back(open_page: Open, path: str):
    page = open_page(path, viewport={"width": 390, "height": 844}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 23, 25)"
    pale = page.evaluate("""[...document.querySelectorAll('main, section, table, th, td, pre, input, select, dl, header, footer')]
        .filter(e => /^rgb\\((2[0-9]{2}|1[5-9][0-9]),/.test(getComputedStyle(e).backgroundColor) && e.type !== 'submit')
        .map(e => e.outerHTML.slice(0, 80))""")
    assert pale == []
    page.get_by_role("link", name="News archive", exact=True).first.click()
    page.wait_for_url(re.compile("/-/news$"))


def test_nobody_is_offered_sql_that_he_may_not_run(open_page: Open):
    page = open_page("/archive/most_edited_stories")
    assert not page.get_by_role("button", name="Run SQL").is_visible()
    assert page.locator("textarea").count() == 0
    page = open_page("/archive/late_edits")
    page.get_by_label("days").fill("3")
    page.get_by_label("days").press("Enter")
    page.wait_for_url(re.compile("days=3"))
    assert open_page("/archive").locator("textarea").count() == 0
