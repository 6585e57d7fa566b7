"""tdmrep.json of the hosts that are polled: asked for once a day, archived, its rules reported. By the server's log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive.crawling import Collector
from newsarchive.browse import app
from newsarchive.warc import list_files, read_captures
from tests.archive.outlets import START, TICK, Outlets, outlets, paths
from tests.browse.conftest import Reader
from tests.crawl.origin import Shape, plain

HOST, FILE = "well.example", "well.example/.well-known/tdmrep.json"
RULES = b'[{"location": "/2026/*", "tdm-reservation": 1}, {"location": "/about", "tdm-reservation": 0}]'


@pytest.fixture
def press(tmp_path: Path, collector: Collector) -> Iterator[Outlets]:
    with outlets(tmp_path / "a", collector, HOST, "feeds.well.example") as press:
        press.outlet(HOST, paths(2))
        yield press


@pytest.mark.parametrize("answer", [plain(RULES), plain(b"", "404 Not Found")], ids=["rules", "none"])
def test_it_is_asked_for_once_a_day_and_archived(press: Outlets, answer: Shape) -> None:
    press.origin.shapes[f"http://{FILE}"] = answer
    asked = []
    for after in (timedelta(0), TICK, timedelta(hours=20), timedelta(hours=25), timedelta(hours=26)):
        done = press.run(START + after)
        asked.append(press.asked().count(FILE))
        assert done.crawl.exit_code == 0
    assert asked == [1, 0, 0, 1, 0]
    kept = [c for f in list_files(press.root) for c in read_captures(press.root, f.filename) if FILE in c.url]
    assert [c.reason for c in kept] == ["robots", "robots"]


def test_what_it_reserves_is_in_the_report(press: Outlets) -> None:
    press.origin.shapes[f"http://{FILE}"] = plain(RULES)
    [source] = press.run().crawl.sources
    assert source.notes == ("well.example reserves text and data mining: /2026/*: reserved",)
    assert (source.new, source.failed, source.outcomes) == (2, {}, {})


@pytest.mark.parametrize(
    "answer", [plain(b"no", "500 Broken"), Shape((), close=True)], ids=["500", "dropped"]
)
def test_one_that_cant_be_had_is_no_failure_of_the_outlet(press: Outlets, answer: Shape) -> None:
    press.origin.shapes[f"http://{FILE}"] = answer
    done = press.run()
    assert (done.crawl.exit_code, done.crawl.sources[0].failed, done.crawl.sources[0].new) == (0, {}, 2)


def test_each_host_that_is_polled_has_its_own(press: Outlets) -> None:
    press.outlet(HOST, paths(1), homepage=f"http://{HOST}/", feeds=("http://feeds.well.example/feed",))
    press.run()
    assert sorted(url for url in press.asked() if url.endswith("tdmrep.json")) == ["feeds." + FILE, FILE]


def test_what_robots_txt_forbids_isnt_asked_for(press: Outlets) -> None:
    press.robots(HOST, "User-agent: *\nDisallow: /.well-known/\n")
    done = press.run()
    assert FILE not in press.asked()
    assert done.crawl.sources[0].outcomes == {}


def test_its_rules_are_on_the_outlets_page(press: Outlets) -> None:
    press.outlet(HOST, paths(1), homepage=f"http://{HOST}/")
    press.origin.shapes[f"http://{FILE}"] = plain(RULES)
    press.run()
    reader = Reader(app(press.root))
    try:
        rules = reader.json("/-/news/source/well.json")["tdm"]
        assert [rule["text"] for rule in rules] == ["/2026/*: reserved", "/about: not reserved"]
        assert "Text and data mining: /2026/*: reserved" in reader.html("/-/news/source/well")
        press.origin.shapes[f"http://{FILE}"] = plain(b"", "404 Not Found")
        press.run(START + timedelta(days=2))
        assert reader.json("/-/news/source/well.json")["tdm"] == []
    finally:
        reader.close()
