"""The system's Chromium without a window: where it is, how it is started, and a picture of a page of ours.

It is driven through the package `playwright` (extra `js`) and finds no address: nothing that it shows can ask anybody
for anything. Tested in tests/web/test_chromium.py and tests/crawl/test_browser.py.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from contextlib import ExitStack
from typing import Any, Self

from newsarchive.errors import ConfigError

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "NEWSARCHIVE_CHROMIUM"  # path of the browser, if it isn't found by its usual names
_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # what isn't answered by us finds no address
]
WIDTH = 720  # CSS pixels of a picture; twice as many dots
LEAST, TALLEST = 100, 4000  # CSS pixels: at least so high, and cut there
PATIENCE = 15_000.0  # milliseconds for one page


def arguments() -> list[str]:
    """Return the arguments of the browser; root, who has no sandbox, gets one more."""
    return [*_ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else _ARGUMENTS


def check_browser(what: str = "a picture") -> None:
    """Check that all is there that a browser needs.

    Args:
        what: What needs it, for the message.

    Raises:
        ConfigError: playwright or Chromium is missing.
    """
    find_chromium(what)
    if importlib.util.find_spec("playwright") is None:
        raise _missing(what, "the package playwright isn't installed")


def find_chromium(what: str = "render = true") -> str:
    """Return the path of the system's Chromium.

    Raises:
        ConfigError: there is none.
    """
    named = os.environ.get(VARIABLE)
    found = named or next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if not found:
        raise _missing(what, "no Chromium was found")
    return found


def _missing(needy: str, what: str) -> ConfigError:
    return ConfigError(
        f"{needy} needs a browser, and {what}",
        next_step=f"Install newsarchive[js] and Chromium, or name its path in {VARIABLE}",
    )


class PictureBrowser:
    """Draws pages of ours, with one browser that starts at the first; a context manager."""

    def __init__(self) -> None:
        self._closing = ExitStack()
        self._browser: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._closing.close()

    def draw(self, html: str, *, width: int = WIDTH) -> bytes:
        """Return a PNG of a page, in light colours, `width` CSS pixels wide, cut at 4,000; no script of it runs, nothing is loaded.

        Raises:
            ConfigError: playwright or Chromium is missing, or it couldn't draw the page.
        """
        check_browser("a picture")
        from playwright.sync_api import Error

        try:
            self._browser = self._browser or self._start()
            context = self._browser.new_context(
                viewport={"width": width, "height": LEAST},
                device_scale_factor=2,
                java_script_enabled=False,
                color_scheme="light",
            )
            try:
                return _drawn(context, html, width)
            finally:
                context.close()
        except Error as error:
            raise ConfigError(f"Chromium drew no picture: {error.message.splitlines()[0]}") from error

    def _start(self) -> Any:
        from playwright.sync_api import sync_playwright

        playwright = self._closing.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments())
        self._closing.callback(browser.close)
        return browser


def _drawn(context: Any, html: str, width: int) -> bytes:
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.route("**/*", lambda route: route.abort())
    page.set_content(html, wait_until="load")
    box = page.locator("body").bounding_box()
    height = int(box["height"]) + 1 if box else LEAST
    page.set_viewport_size({"width": width, "height": min(max(height, LEAST), TALLEST)})
    picture: bytes = page.screenshot(type="png")
    return picture
