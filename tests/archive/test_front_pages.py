"""Front pages whose links carry where a reader clicked: each story is asked for once, today and tomorrow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.config import FILENAME
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.crawl.origin import Origin, Shape, plain
from tests.press import START, crawl

PATHS = [f"/2026/03/0{n % 2 + 1}/story-number-{n}-of-the-harbour" for n in range(24)]


class Outlet:
    """A front page whose links carry `mark`, with the position on the page in it; its archive."""

    def __init__(
        self, folder: Path, origin: Origin, collector: Collector, mark: str, *, canonical: bool
    ) -> None:
        self.origin, self._collector, self._mark, self._runs = origin, collector, mark, 0
        self._root = folder / "a"
        Archive.create(self._root, clock=Clock(START))
        network = f'[network]\nconnect_to = ["s.test:80:127.0.0.1:{origin.port}"]\nallow = ["127.0.0.1:{origin.port}"]\n'
        settings = 'contact = "desk@archive.example"\n[crawl]\ndelay = 0\n[extract]\nworkers = 1\n'
        (self._root / FILENAME).write_text(settings + network)
        write_source(self._root, Source(name="s", domains=("s.test",), sections=("http://s.test/",)))
        for path in PATHS:
            link = f'<link rel="canonical" href="http://s.test{path}">' if canonical else ""
            text = f"<p>The council of {path[-20:]} met and agreed on a bridge over the river.</p>" * 4
            page = plain(
                f"<html><head>{link}</head><body><article><h1>{path}</h1>{text}</article></body></html>".encode()
            )
            for place in range(100):
                self.origin.shapes[f"{path}?{mark.format(place)}"] = page
            self.origin.shapes[path] = page

    def run(self, order: list[int], again: int = 0) -> list[str]:
        """A run over a front page with these stories, `again` of them a second time; the stories' addresses asked for."""
        links = [
            f'<li><a href="{PATHS[n]}?{self._mark.format(place)}">Story {n} of the harbour and its many ships</a></li>'
            for place, n in enumerate([*order, *order[:again]])
        ]
        self.origin.shapes["/"] = front = plain(
            f"<html><body><ul>{''.join(links)}</ul></body></html>".encode()
        )
        assert isinstance(front, Shape)
        self.origin.log.clear()
        crawl(self._collector, self._root, START + timedelta(minutes=15 * self._runs), recheck=False)
        self._runs += 1
        asked = [request.split(b" ", 2)[1].decode() for request in self.origin.log]
        return [path for path in asked if path.startswith("/2026/")]


@pytest.mark.parametrize("mark", ["cid=7{0}&pos={0}", "slot={0}#top", "ref=hp_{0}"])
def test_a_story_that_is_linked_twice_is_fetched_once(
    tmp_path: Path, collector: Collector, mark: str
) -> None:
    with Origin({}) as origin:
        outlet = Outlet(tmp_path, origin, collector, mark, canonical=False)
        asked = outlet.run(list(range(20)), again=6)
    assert sorted(path.partition("?")[0] for path in asked) == sorted(PATHS[:20])


@pytest.mark.parametrize("mark", ["cid=7{0}&pos={0}", "slot={0}", "ref=hp_{0}"])
def test_a_story_that_moves_on_the_page_isnt_fetched_again_once_the_parameter_is_learnt(
    tmp_path: Path, collector: Collector, mark: str
) -> None:
    with Origin({}) as origin:
        outlet = Outlet(tmp_path, origin, collector, mark, canonical=True)
        outlet.run(list(range(20)))
        learnt = outlet.run([20, *range(19, -1, -1)])
        asked = outlet.run([5, 21, 22, *range(19, 5, -1), 20, 1, 2, 3])
    assert len(learnt) <= 21, "once more under its address without the parameter, at most"
    assert sorted(path.partition("?")[0] for path in asked) == sorted(PATHS[21:23])


def test_a_parameter_that_names_the_story_is_kept(tmp_path: Path, collector: Collector) -> None:
    with Origin({}) as origin:
        outlet = Outlet(tmp_path, origin, collector, "part={0}", canonical=False)
        asked = outlet.run(list(range(20)))
    assert asked[0].endswith("?part=0")
    assert len(asked) == 20
