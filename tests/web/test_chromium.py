"""The system's Chromium: found, named, missing; and the pictures that it draws."""

from __future__ import annotations

import importlib.util
import shutil
import struct
from collections.abc import Callable

import pytest

from newsarchive.errors import ConfigError
from newsarchive.web.chromium import CHROMIUM, TALLEST, VARIABLE, PictureBrowser, check_browser, find_chromium


def needs_browser(test: Callable[..., None]) -> Callable[..., None]:
    """Marks a test that a browser runs in; skipped with a reason where there is none."""
    is_absent = importlib.util.find_spec("playwright") is None or not any(map(shutil.which, CHROMIUM))
    return pytest.mark.browser(
        pytest.mark.skipif(is_absent, reason="no playwright or no Chromium here")(test)
    )


@pytest.mark.parametrize("name", ["", "nothing-of-this-name"])
def test_a_missing_browser_is_an_error_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", name)
    with pytest.raises(ConfigError, match=VARIABLE):
        check_browser()


def test_a_browser_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/opt/chromium")
    assert find_chromium() == "/opt/chromium"


@needs_browser
@pytest.mark.parametrize(("lines", "tall"), [(3, False), (2000, True)])
def test_a_picture_is_as_tall_as_its_page_up_to_a_bound(lines: int, tall: bool) -> None:
    page = "<!doctype html><body style='margin:0;font:16px/20px serif'>" + "<div>line</div>" * lines
    with PictureBrowser() as browser:
        data = browser.draw(page)
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG")
    assert (width, height) == (1440, TALLEST * 2 if tall else 200)


@needs_browser
def test_a_picture_asks_nobody_and_runs_nothing() -> None:
    from tests.browse.chromium import Trap

    with Trap() as trap, PictureBrowser() as browser:
        there = f"http://127.0.0.2:{trap.port}/x"
        browser.draw(f"<img src='{there}'><iframe src='{there}'></iframe><script>fetch('{there}')</script>")
        picture = browser.draw(
            "<!doctype html><body style='margin:0'><script>document.body.style.height = '900px'</script>"
        )
    assert trap.caught == 0
    assert struct.unpack(">II", picture[16:24])[1] == 200
