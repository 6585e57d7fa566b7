"""The machine's clock is set back between two runs, or two captures fall into one second: nothing is lost or mixed up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collected, Collector
from newsarchive.archive.planning import Wish
from newsarchive.model import Capture
from newsarchive.times import Clock
from newsarchive.warc import list_files, read_captures
from tests.press import START, following, newsroom


@pytest.fixture
def run(collector: Collector) -> Callable[[Archive, str, datetime], Collected]:
    """Fetches a URL by a slow clock that says a time."""
    return lambda archive, url, at: collector.run(
        Archive(archive.root, clock=Clock(at, speed=0.1)), Wish(urls=(url,))
    )


def test_a_clock_that_was_set_back_loses_nothing_and_the_chain_goes_by_the_stated_times(tmp_path, run):
    with newsroom(outlets=("courier",), stories=2) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        url = room.outlets["courier"].urls()[0]
        run(archive, url, START + timedelta(hours=3))
        room.edit(url, "number")
        run(archive, url, START + timedelta(hours=1))  # set back by more than two hours
        room.edit(url, "headline")
        run(archive, url, START + timedelta(hours=4))
    times = [v.first_seen_at for v in archive.story(url).versions]
    assert len(times) == 3
    assert times == sorted(times)
    report = archive.rebuild(check=True)
    assert (report.equal, report.differences) == (True, ())
    assert archive.verify().exit_code == 0


def test_two_looks_within_a_second_are_two_captures_in_their_order(tmp_path, run):
    with newsroom(outlets=("courier",), stories=2) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        url = room.outlets["courier"].urls()[0]
        run(archive, url, START + timedelta(hours=1))
        room.edit(url, "headline")
        run(archive, url, START + timedelta(hours=1, milliseconds=500))
    first, second = looks(archive, url)
    assert second.fetched_at - first.fetched_at < timedelta(seconds=1)
    assert first.warc_record_id != second.warc_record_id
    assert [v.change_kind for v in archive.story(url).versions] == ["", "headline"]
    report = archive.rebuild(check=True)
    assert (report.equal, report.differences) == (True, ())


def looks(archive: Archive, url: str) -> list[Capture]:
    """The captures of `url`, by their time."""
    found = (c for f in list_files(archive.root) for c in read_captures(archive.root, f.filename))
    return sorted((c for c in found if c.url == url), key=lambda c: c.fetched_at)
