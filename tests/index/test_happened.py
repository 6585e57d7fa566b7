"""What happened since a moment: arrivals and events."""

from __future__ import annotations

from datetime import timedelta

from newsarchive.index import reading
from newsarchive.index.happened import arrivals, story_events
from tests.press import START


def test_stories_count_as_arrived_from_their_first_capture_on(press):
    with reading(press.folder / "index.db") as db:
        assert len(arrivals(db, START)) == 16
        assert arrivals(db, START + timedelta(days=1)) == ()


def test_an_event_is_told_with_its_story(press):
    with reading(press.folder / "index.db") as db:
        found = story_events(db, START + timedelta(hours=12))
        assert [(e.kind, e.url, e.source) for e in found] == [("gone", press.gone_url, "courier")]
        assert story_events(db, START + timedelta(days=2)) == ()
