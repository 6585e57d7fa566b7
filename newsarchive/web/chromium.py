"""The system's Chromium without a window: where it is, how it is started, and a picture of a page of ours.

It is driven through the package `playwright` (extra `js`) and finds no address: nothing that it shows can ask anybody
for anything. Tested in tests/web/test_chromium.py and tests/crawl/test_browser.py.
"""

from __future__ import annotations

import importlib.util
import os
import shutil

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
TALLEST = 4000  # CSS pixels, at which a picture is cut
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


def picture_of(html: str) -> bytes:
    """Return a PNG of a page, in light colours, 720 CSS pixels wide, cut at 4,000; no script of it runs, nothing is loaded.

    Raises:
        ConfigError: playwright or Chromium is missing, or it couldn't draw the page.
    """
    check_browser("a picture")
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments())
            try:
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": 400},
                    device_scale_factor=2,
                    java_script_enabled=False,
                    color_scheme="light",
                )
                context.set_default_timeout(PATIENCE)
                page = context.new_page()
                page.route("**/*", lambda route: route.abort())
                page.set_content(html, wait_until="load")
                box = page.locator("body").bounding_box()
                height = min(int(box["height"]) + 1 if box else 400, TALLEST)
                page.set_viewport_size({"width": WIDTH, "height": max(height, 100)})
                return page.screenshot(type="png")
            finally:
                browser.close()
    except Error as error:
        raise ConfigError(f"Chromium drew no picture: {error.message.splitlines()[0]}") from error
