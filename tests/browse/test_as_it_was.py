"""The page as it was looks as it looked, from the archive alone: crawled, then shown in a browser beside the live page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.archive.planning import Wish
from newsarchive.browse import app
from newsarchive.model import Source
from newsarchive.sources import write_source
from tests.crawl.origin import Origin, plain

from .chromium import serving
from .conftest import STOPPED, Reader
from .newsroom_look import STORY, shapes

pytestmark = pytest.mark.browser
SIZE = {"width": 1100, "height": 1000}
DIFFERENT = """async ([one, other]) => {
  const read = async (data) => {
    const image = new Image(); image.src = "data:image/png;base64," + data; await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await read(one), await read(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let count = 0;
  for (let i = 0; i < a.data.length; i += 4)
    if ([0, 1, 2].some((c) => Math.abs(a.data[i + c] - b.data[i + c]) > 8)) count += 1;
  return count / (a.width * a.height);
}"""


@dataclass
class Crawled:
    reader: Reader
    origin: Origin
    capture: str


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Crawled]:
    """The outlet's story, archived by an ordinary run from a source that says nothing of stylesheets or pictures."""
    root: Path = tmp_path_factory.mktemp("lantern")
    with Origin() as origin:
        origin.shapes.update(shapes())
        feed = f'<rss version="2.0"><channel><title>S</title><item><title>Harbour</title><link>{origin.url}{STORY}</link></item></channel></rss>'
        origin.shapes["/feed"] = plain(feed.encode())
        archive = Archive.create(root)
        (root / "newsarchive.toml").write_text(
            f'contact = "desk@archive.example"\n[network]\nallow = ["127.0.0.1:{origin.port}"]\n[crawl]\ndelay = 0.0\n[extract]\nworkers = 1\n'
        )
        write_source(root, Source(name="lantern", domains=("127.0.0.1",), feeds=(f"{origin.url}/feed",)))
        archive = Archive(root)
        collector.run(archive, Wish())
        reader = Reader(app(root, settings=STOPPED))
        (story,) = reader.json("/-/news/search.json")["hits"]
        versions = reader.json(f"/-/news/story/{story['story_id']}.json")["versions"]
        yield Crawled(reader, origin, versions[0]["first_capture_id"])
        reader.close()


def picture(browser: Any, url: str) -> tuple[bytes, list[str], Any]:
    """The page as it looks, what it asked for, and what a script left in it."""
    page = browser.new_context(viewport=SIZE).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url[:5] != "data:" else None)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    seen = page.screenshot(), asked, page.locator("body").get_attribute("data-ran")
    page.context.close()
    return seen


def test_a_page_looks_as_it_looked_and_asks_nobody(browser: Any, crawled: Crawled, tmp_path: Path):
    live, asked, ran = picture(browser, crawled.origin.url + STORY)
    assert ran == "yes"
    assert len(asked) > 5
    log = len(crawled.origin.log)
    with serving(crawled.reader.datasette) as address:
        frame = f"{address}/-/news/capture/{crawled.capture}/page"
        shown, asked, ran = picture(browser, frame)
    assert asked == [frame]
    assert ran is None
    assert len(crawled.origin.log) == log
    (tmp_path / "live.png").write_bytes(live)
    (tmp_path / "shown.png").write_bytes(shown)
    page = browser.new_context(viewport=SIZE).new_page()
    share = page.evaluate(DIFFERENT, [b64encode(p).decode() for p in (live, shown)])
    unstyled = page.evaluate(DIFFERENT, [b64encode(live).decode(), b64encode(page.screenshot()).decode()])
    page.close()
    assert share <= 0.02
    assert unstyled > 0.3  # the measure sees a difference where there is one


def test_the_page_says_what_it_is_shown_with(crawled: Crawled):
    data = crawled.reader.json(f"/-/news/capture/{crawled.capture}.json")
    assert data["files"]["missing"] == []
    assert data["files"]["shown"] == 9
    text = crawled.reader.html(f"/-/news/capture/{crawled.capture}")
    assert "Shown with 9 files of the archive" in text
    assert "not in the archive" not in text
