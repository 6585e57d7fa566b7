"""What happened since a moment: arrivals, events, pages that weren't let through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsarchive.index import open_index, reading
from newsarchive.index.activity import arrivals, blocked_days, events
from newsarchive.index.rows import PageRow
from tests.index.build import capture, new
from tests.press import START

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


def test_stories_count_as_arrived_from_their_first_capture_on(press):
    with reading(press.folder / "index.db") as db:
        assert len(arrivals(db, START)) == 16
        assert arrivals(db, START + timedelta(days=1)) == ()


def test_an_event_is_told_with_its_story(press):
    with reading(press.folder / "index.db") as db:
        found = events(db, since=START + timedelta(hours=12))
        assert [(e.kind, e.url, e.source) for e in found] == [("gone", press.gone_url, "courier")]
        assert events(db, since=START + timedelta(days=2)) == ()


def test_challenges_and_consent_walls_are_counted_by_source_and_day_and_articles_are_not(tmp_path):
    wanted = [("gazette", 1, "block page"), ("gazette", 2, "consent page"), ("gazette", 30, "block page")]
    wanted += [("courier", 2, "block page"), ("courier", 2, "article"), ("courier", 2, "soft 404")]
    with open_index(tmp_path / "index.db") as index, index.batch():
        looks = [capture(n, f"https://a.example/{n}", source=s, seq=n) for n, (s, _, _) in enumerate(wanted)]
        index.add_captures([new(look) for look in looks])
        index.put_pages(
            PageRow(
                id=number,
                url=look.url,
                source=source,
                first_at=MIDNIGHT + timedelta(hours=hour),
                kind=kind,
                extractor="test",
                extractor_version="1",
            )
            for number, (look, (source, hour, kind)) in enumerate(zip(looks, wanted, strict=True), 1)
        )
    day = MIDNIGHT.date()
    with reading(tmp_path / "index.db") as db:
        assert blocked_days(db, day) == {
            ("gazette", day): 2,
            ("gazette", day + timedelta(days=1)): 1,
            ("courier", day): 1,
        }
        assert blocked_days(db, day + timedelta(days=1)) == {("gazette", day + timedelta(days=1)): 1}
