"""Pictures of every page of browse, to look at and for the docs.

    python -m tests.bench.screenshots                # those of the docs, into docs/images
    python -m tests.bench.screenshots --all --out DIR

Serves the sample archive of tests/browse (invented texts, a stopped clock) on loopback and photographs it
in a headless Chromium. Prints each file and its size. Pages that are wider than their window or that log an
error make it exit 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsarchive.browse import app
from tests.browse.build import Desk
from tests.browse.chromium import ARGUMENTS, Watch, find_chromium, serving
from tests.browse.conftest import STOPPED
from tests.browse.press import Press, print_press

DOCS = Path(__file__).resolve().parents[2] / "docs" / "images"
DESKTOP, PHONE, WIDE = (1200, 800), (390, 780), (1680, 900)


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the page, the window."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    dark: bool = False
    in_docs: bool = False
    script: bool = True
    options: dict[str, Any] = field(default_factory=dict)


def pictures(press: Press, capture: str) -> list[Picture]:
    """All pictures of the sample archive."""
    bridge, live, arabic = (f"/-/news/story/{i}" for i in (press.bridge, press.live, press.arabic))
    return [
        Picture("front", "/", in_docs=True),
        Picture("front-dark", "/", dark=True),
        Picture("front-phone", "/", PHONE),
        Picture("search", "/-/news/search?q=bridge"),
        Picture("search-phone", "/-/news/search?q=bridge", PHONE, dark=True),
        Picture("search-none", "/-/news/search?q=zzzz&source=gazette"),
        Picture("story", bridge, in_docs=True),
        Picture("story-phone", bridge, PHONE),
        Picture("story-dark", bridge, dark=True),
        Picture("story-removed", f"{bridge}?v=1&removed=1"),
        Picture("story-arabic", arabic),
        Picture("story-40-versions", live),
        Picture("diff", f"{bridge}/diff?before=2&after=3", in_docs=True),
        Picture("diff-phone", f"{bridge}/diff?before=2&after=3", PHONE, in_docs=True),
        Picture("diff-dark", f"{bridge}/diff?before=2&after=3", dark=True),
        Picture("diff-sides", f"{bridge}/diff?before=2&after=3&view=sides", WIDE),
        Picture("diff-arabic", f"{arabic}/diff?before=1&after=2", in_docs=True),
        Picture("diff-40-versions", f"{live}/diff?before=1&after=40"),
        Picture("diff-without-script", f"{bridge}/diff?before=2&after=3", script=False),
        Picture("capture", f"/-/news/capture/{capture}", in_docs=True),
        Picture("capture-phone", f"/-/news/capture/{capture}", PHONE),
        Picture("changes", "/-/news/changes", in_docs=True),
        Picture("changes-phone", "/-/news/changes", PHONE),
        Picture("vanished", "/-/news/vanished"),
        Picture("vanished-dark", "/-/news/vanished", dark=True),
        Picture("vanished-phone", "/-/news/vanished", PHONE),
        Picture("source", "/-/news/source/harbour", in_docs=True),
        Picture("source-phone", "/-/news/source/harbour", PHONE),
        Picture("gone", f"/-/news/story/{press.gone}"),
        Picture("withheld", f"/-/news/story/{press.withheld}"),
        Picture("about", "/-/news/about"),
        Picture("tables", "/archive"),
        Picture("table-stories", "/archive/stories"),
        Picture("question", "/archive/silent_headline_changes"),
    ]


def take(browser: Any, url: str, picture: Picture, out: Path) -> list[str]:
    """Writes `browse-NAME.png`; what is wrong with the page."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.dark else "light",
        java_script_enabled=picture.script,
    )
    page = context.new_page()
    watch = Watch(page)
    page.goto(url + picture.path, wait_until="networkidle")
    file = out / f"browse-{picture.name}.png"
    page.screenshot(path=file)
    wide = page.evaluate("document.documentElement.scrollWidth") if picture.script else 0
    context.close()
    print(f"{file.name:36} {file.stat().st_size / 1000:6.0f} kB")
    ours = not picture.path.startswith("/archive")
    statuses = [e for e in watch.errors if "451" not in e]
    problems = [*statuses, *watch.strangers] + ([f"{wide} px wide"] if wide > width and ours else [])
    return [f"{picture.name}: {p}" for p in problems]


def main() -> int:
    """Takes the pictures; 1 if a page has an error."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DOCS)
    parser.add_argument("--all", action="store_true", help="also those that aren't in the docs")
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("no Chromium found (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        full, bare = Path(folder) / "full", Path(folder) / "bare"
        full.mkdir()
        press = print_press(full)
        with Desk(bare):
            pass
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        served, empty = app(full, settings=STOPPED), app(bare, settings=STOPPED)
        with serving(served) as url:
            page = browser.new_page()
            page.goto(f"{url}/-/news/story/{press.bridge}?v=1")
            capture = page.get_by_role("link", name="The page as it was").get_attribute("href") or ""
            page.close()
            for picture in pictures(press, capture.rsplit("/", 1)[1]):
                if options.all or picture.in_docs:
                    problems += take(browser, url, picture, options.out)
        with serving(empty) as url:
            problems += take(browser, url, Picture("empty", "/"), options.out) if options.all else []
        browser.close()
        for datasette in (served, empty):
            for database in datasette.databases.values():
                database.close()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
