"""What feeds say changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.schedule.due import Listing, compare, listing_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def one(title: str | None = "Rain falls", minutes: float | None = 0, document: str = "feed") -> Listing:
    at = None if minutes is None else NOW + timedelta(minutes=minutes)
    return Listing(document=document, url="u", title=title, at=at)


@pytest.mark.parametrize(
    ("before", "now", "is_hint"),
    [
        (one(), one(), False),
        (one(), one(minutes=1), True),
        (one(), one(minutes=-1), False),
        (one(minutes=None), one(minutes=1), False),
        (one(), one(minutes=None), False),
        (one(), one("Rain stops"), True),
        (one("“Rain” falls"), one('"Rain"  falls'), False),
        (one("Toll 12"), one("Toll 15"), True),
        (one(None), one("Rain falls"), False),
        (one(), one(None), False),
        (one(), one("Other words for it", document="sitemap"), False),
    ],
)
def test_a_moved_date_or_another_title_in_the_same_document_is_a_hint(
    before: Listing, now: Listing, is_hint: bool
) -> None:
    _, remembered = compare([before], {})
    hinted, _ = compare([now], remembered)
    assert bool(hinted) is is_hint


def test_a_missing_date_or_title_does_not_wipe_what_was_known() -> None:
    _, remembered = compare([one()], {})
    _, after_gap = compare([one(None, None)], remembered)
    hinted, _ = compare([one("Rain stops")], {**remembered, **after_gap})
    assert hinted == {"u"}


def test_a_crawls_event_becomes_a_listing() -> None:
    event = {"url": "u", "document": "feed", "title": "Rain falls", "at": "2026-11-24T12:00:00Z"}
    assert listing_of(event) == one()
    assert listing_of({"url": "u"}) == one(None, None, document="")
    with pytest.raises(ValueError):
        listing_of({"url": "u", "at": "soon"})
