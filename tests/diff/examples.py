"""Invented pairs of states for the pictures in docs/versions.md and for tests in a browser.

python -m tests.diff.examples docs/images       draws the pictures anew (needs Chromium)
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.diff import Heading, compare, render_html
from newsarchive.model import Article, Block

CHROMIUM = Path(os.environ.get("NEWSARCHIVE_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
WHEN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

BRIDGE = (
    "The old bridge over the Lorn was closed on Monday after engineers found cracks in two of its pillars.",
    "About 12 buses a day will take another road, the town council said in a statment.",
    "“We will not reopen it before it is safe,” the mayor, Ines Harrow, said.",
    "Work is to begin in April and should take six weeks, according to the builder.",
    "Traders on the north bank fear for their business during the spring market.",
    "The bridge was built in 1931 and last repaired in 1987.",
)
ARABIC = (
    "أغلق الجسر القديم فوق النهر يوم الاثنين بعد أن اكتشف المهندسون شقوقا في اثنين من أعمدته.",
    "وقال المجلس البلدي إن 12 حافلة ستسلك طريقا آخر كل يوم.",
    "ومن المقرر أن تبدأ الأعمال في أبريل وأن تستغرق ستة أسابيع.",
)


def state(title: str, paragraphs, **fields) -> Article:
    blocks = tuple(Block(kind="paragraph", text=p, kept=True) for p in paragraphs)
    return Article(url="https://courier.example/lorn-bridge", title=title, blocks=blocks, **fields)


def _edited(paragraphs, at: int, old: str, new: str):
    return (*paragraphs[:at], paragraphs[at].replace(old, new), *paragraphs[at + 1 :])


FIRST = state(
    "Lorn bridge closed after cracks are found",
    BRIDGE,
    authors=("Tom Ferris",),
    language="en",
    modified_at=WHEN,
)
PAIRS: dict[str, tuple[Article, Article]] = {
    "typo": (FIRST, replace(FIRST, blocks=state("", _edited(BRIDGE, 1, "statment", "statement")).blocks)),
    "headline": (
        FIRST,
        replace(
            FIRST,
            title="Lorn bridge “unsafe for years”, report says",
            description="Inspectors warned of cracks as early as 2019.",
            authors=("Tom Ferris", "Ada Lund"),
        ),
    ),
    "moved": (FIRST, replace(FIRST, blocks=state("", (BRIDGE[0], BRIDGE[4].replace("spring market", "whole spring"), *BRIDGE[1:4], BRIDGE[5])).blocks)),
    "correction": (
        FIRST,
        replace(
            FIRST,
            blocks=state("", (*_edited(_edited(BRIDGE, 1, "12 buses", "15 buses"), 3, "six", "eight"), "Correction: An earlier version of this article gave a wrong number of buses.")).blocks,
        ),
    ),
    "arabic": (
        state("إغلاق الجسر القديم بعد اكتشاف شقوق", ARABIC, language="ar"),
        state("إغلاق الجسر القديم حتى الصيف", (_edited(ARABIC, 1, "12", "15")[0], ARABIC[1].replace("12", "15"), ARABIC[2].replace("ستة", "ثمانية")), language="ar"),
    ),
}  # fmt: skip


def page(name: str) -> str:
    """The HTML page of one pair."""
    before, after = PAIRS[name]
    top = Heading(
        title=after.title,
        url=after.url,
        before="version 1, seen 2026-03-01 08:00 UTC",
        after="version 2, seen 2026-03-01 14:15 UTC",
        language=after.language,
    )
    return render_html(compare(before, after), top)


def draw(folder: Path) -> None:
    """One PNG a pair, and the headline once more in the dark."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for name in [*PAIRS, "headline-dark"]:
            light = "dark" if name.endswith("-dark") else "light"
            tab = browser.new_page(viewport={"width": 640, "height": 400}, color_scheme=light)
            tab.set_content(page(name.removesuffix("-dark")))
            tab.screenshot(path=folder / f"diff-{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
