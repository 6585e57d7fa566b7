"""Backfill: the past of a source from its own sitemaps, in pieces."""

from __future__ import annotations

from datetime import timedelta

from newsarchive.archive import Archive
from newsarchive.times import Clock
from tests.press import START, connect, crawl, newsroom


def test_older_stories_come_from_the_sitemaps_latest_first_and_a_second_run_goes_on(tmp_path, collector):
    with newsroom(outlets=("courier",), stories=60) as room:
        archive = connect(tmp_path / "a", room, Clock(START))
        archive.add(room.outlets["courier"].homepage, name="courier")
        crawl(collector, archive.root, START)
        before = archive.stats()["stories"]
        since = START - timedelta(days=365)
        first = archive.backfill("courier", way="sitemap", since=since, limit=5)
        second = archive.backfill("courier", way="sitemap", since=since)
        everything = len(room.outlets["courier"].urls())
    assert before < everything
    assert (first.unknown, first.left) == (everything - before, everything - before - 5)
    assert second.left == 0
    assert Archive(archive.root).stats()["stories"] == everything
