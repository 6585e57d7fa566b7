"""Does replayweb.page show an exported WACZ? A page with stylesheets, pictures and a font, crawled, exported, replayed, photographed.

    python -m tests.bench.replayweb_page [--out docs/images/replayweb-page.png]

An invented outlet on loopback is crawled and taken off the air; `newsarchive export --format wacz` makes the file; replayweb.page (from
npm) shows it in headless Chromium, whose every request leads to loopback. Exit 1 if the page's text, styles or pictures aren't there.
It needs npm, Chromium and playwright.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.archive.planning import Wish
from newsarchive.index.search import SearchQuery
from newsarchive.model import Source
from newsarchive.sources import write_source
from tests.bench.replay import served
from tests.browse.chromium import ARGUMENTS, find_chromium, from_npm
from tests.browse.newsroom_look import STORY, TEXT, shapes
from tests.crawl.origin import Origin, plain

REPLAY = "2.4.6"  # version of replaywebpage
ELSEWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
HOST = "lantern.example"
SIZE = {"width": 1200, "height": 900}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Replay</title><script src="/replay/ui.js"></script>
<style>html, body {{ margin: 0; height: 100%; }} replay-web-page {{ display: block; height: 100%; }}</style></head>
<body><replay-web-page replayBase="/replay/" source="/lantern.wacz" url="{url}"></replay-web-page></body></html>"""
# What the shown page is made of: its text, how many pictures have loaded, whether its stylesheet holds.
SHOWN = """() => [document.body.innerText, [...document.images].filter((i) => i.naturalWidth > 0).length, document.styleSheets.length]"""


def crawl(root: Path) -> None:
    """Archive the outlet's story with what it is shown with."""
    with Origin() as origin, Collector() as collector:
        origin.shapes.update(shapes())
        link = f"http://{HOST}{STORY}"
        item = f"<item><title>Harbour</title><link>{link}</link></item>"
        origin.shapes["/feed"] = plain(
            f'<rss version="2.0"><channel><title>S</title>{item}</channel></rss>'.encode()
        )
        Archive.create(root)
        address = f"127.0.0.1:{origin.port}"
        (root / "newsarchive.toml").write_text(
            f'contact = "desk@archive.example"\n[network]\nallow = ["{address}"]\nconnect_to = ["{HOST}:80:{address}"]\n'
            "[crawl]\ndelay = 0.0\n[extract]\nworkers = 1\n"
        )
        write_source(root, Source(name="lantern", domains=(HOST,), feeds=(f"http://{HOST}/feed",)))
        collector.run(Archive(root), Wish())


def shown(browser: Any, address: str, out: Path) -> tuple[str, int, int]:
    """Photograph the replayed page; return its text, the number of pictures and of stylesheets."""
    page = browser.new_page(viewport=SIZE)
    page.goto(f"{address}/index.html")
    frame = None
    for _ in range(120):
        page.wait_for_timeout(250)
        frame = next((f for f in page.frames if "mp_/" in f.url and STORY in f.url), None)
        if frame is not None and TEXT[0][:30] in frame.evaluate(SHOWN)[0]:
            break
    page.wait_for_timeout(2000)
    page.screenshot(path=str(out))
    text, pictures, sheets = frame.evaluate(SHOWN) if frame is not None else ("", 0, 0)
    return str(text), int(pictures), int(sheets)


def main() -> int:
    """Crawl, export, replay."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=Path("docs/images/replayweb-page.png"))
    options = parser.parse_args()
    chromium, engine = find_chromium(), from_npm("replaywebpage", REPLAY, "ui.js")
    if chromium is None or engine is None:
        print("skip: needs Chromium and replaywebpage from npm")
        return 0
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        root, web = Path(folder) / "archive", Path(folder) / "web"
        crawl(root)
        (web / "replay").mkdir(parents=True)
        for name in ("ui.js", "sw.js"):
            shutil.copy(engine.with_name(name), web / "replay" / name)
        (web / "index.html").write_text(PAGE.format(url=f"http://{HOST}{STORY}"))
        Archive(root).export(SearchQuery(limit=0), form="wacz", output=web / "lantern.wacz")
        browser = play.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, ELSEWHERE])
        with served(web) as address:
            text, pictures, sheets = shown(browser, address, options.out)
        browser.close()
    missing = [paragraph for paragraph in TEXT if paragraph not in text]
    print(
        f"{options.out}: {len(TEXT) - len(missing)} of {len(TEXT)} paragraphs, {pictures} pictures, {sheets} stylesheets"
    )
    return int(bool(missing) or not pictures or not sheets)


if __name__ == "__main__":
    sys.exit(main())
