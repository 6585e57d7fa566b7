"""From index rows to targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from newsarchive.config import RecheckConfig
from newsarchive.index import RecheckRow
from newsarchive.schedule.due import due_targets, match_hints, pages_of
from newsarchive.schedule.recheck_policy import due

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def seen(url: str, last_checked_at: datetime | None, **more: Any) -> RecheckRow:
    """A story's page, first seen two days ago."""
    values: dict[str, Any] = {
        "source": "gazette",
        "published_at": None,
        "first_seen_at": NOW - timedelta(days=2),
        "last_changed_at": None,
        "n_captures": 1,
        "n_changes": 0,
        "is_gone": False,
        "etag": '"a"',
        "last_modified": None,
        "previous": None,
    }
    return RecheckRow(url=url, last_checked_at=last_checked_at, **(values | more))


def test_due_rows_become_targets_with_their_validators() -> None:
    rows = [
        seen("https://gazette.example/late", NOW - timedelta(days=1)),
        seen("https://gazette.example/fresh", NOW - timedelta(minutes=5)),
        seen("https://gazette.example/gone", NOW - timedelta(hours=12), is_gone=True),
    ]
    (target,) = due_targets(rows, now=NOW, policy=RecheckConfig())
    assert (target.url, target.reason, target.etag, target.source) == (
        rows[0].url,
        "recheck",
        '"a"',
        "gazette",
    )
    assert target.priority > 0


def test_a_doubtful_capture_makes_a_page_due_and_says_so() -> None:
    row = seen(
        "https://gazette.example/a", NOW - timedelta(minutes=11), first_seen_at=NOW - timedelta(days=30)
    )
    assert due(pages_of([row]), NOW, RecheckConfig()) == ()
    [found] = due(pages_of([replace(row, is_doubtful=True)]), NOW, RecheckConfig())
    assert found.reason == "the last capture broke off"


def test_a_hint_makes_a_page_due_and_says_so() -> None:
    row = seen(
        "https://gazette.example/a", NOW - timedelta(minutes=30), first_seen_at=NOW - timedelta(days=30)
    )
    assert due(pages_of([row]), NOW, RecheckConfig()) == ()
    (found,) = due(pages_of([row], {row.url: NOW - timedelta(minutes=1)}), NOW, RecheckConfig())
    assert found.reason == "a feed or sitemap says it changed"


def test_a_hint_finds_its_page_under_another_spelling() -> None:
    hints = {
        "http://www.gazette.example/a?utm_source=rss": NOW,
        "https://gazette.example/b/": NOW - timedelta(hours=1),
        "https://gazette.example/b?utm_medium=x": NOW,
        "not a url": NOW,
    }
    pages = [
        "https://gazette.example/a",
        "https://gazette.example/b",
        "https://gazette.example/c/a",
        "https://gazette.example/",
    ]
    assert match_hints(pages, hints) == {"https://gazette.example/a": NOW, "https://gazette.example/b": NOW}
    assert match_hints(pages, {}) == {}
