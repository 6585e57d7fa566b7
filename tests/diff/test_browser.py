"""The diff page in Chromium: quiet, loading nothing, fitting a phone, readable in the dark, from right to left."""

from __future__ import annotations

import importlib.util

import pytest

from tests.diff.examples import ARGUMENTS, CHROMIUM, PAIRS, page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright isn't installed"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """Opens a pair's page; what it logs and asks for is in `.heard`."""
    tabs = []

    def open_(name, **options):
        tab = browser.new_page(**options)
        tabs.append(tab)
        tab.heard = []
        tab.on("console", lambda m: tab.heard.append(m.text))
        tab.on("pageerror", lambda e: tab.heard.append(str(e)))
        tab.on("request", lambda r: tab.heard.append(r.url) if not r.url.startswith("about:") else None)
        tab.set_content(page(name))
        return tab

    yield open_
    for tab in tabs:
        tab.close()


@pytest.mark.parametrize("name", PAIRS)
def test_a_page_is_quiet_loads_nothing_and_fits_a_phone(opened, name):
    tab = opened(name, viewport={"width": 360, "height": 640})
    assert tab.heard == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    assert tab.locator("ins").first.is_visible() or name == "moved"


def test_arabic_stands_on_the_right(opened):
    tab = opened("arabic", viewport={"width": 800, "height": 600})
    assert tab.evaluate("getComputedStyle(document.querySelector('.text p')).direction") == "rtl"
    assert tab.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert tab.evaluate("getComputedStyle(document.querySelector('header p')).direction") == "ltr"


def test_the_dark_is_dark(opened):
    tab = opened("headline", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(25, 24, 23)"


def test_folds_open_by_keyboard(opened):
    tab = opened("correction")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.locator("details[open]").count() <= tab.locator("details").count()


def test_a_screen_reader_is_told_what_was_added(opened):
    tab = opened("headline")
    assert "[added]" in tab.evaluate("getComputedStyle(document.querySelector('ins'), '::before').content")
