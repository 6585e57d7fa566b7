"""From index rows to targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newsarchive.config import RecheckConfig
from newsarchive.model import RecordRef
from newsarchive.schedule.due import due_pages, due_targets, match_hints

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    url: str
    last_checked_at: datetime | None
    source: str = "gazette"
    published_at: datetime | None = None
    first_seen_at: datetime = NOW - timedelta(days=2)
    last_changed_at: datetime | None = None
    n_captures: int = 1
    n_changes: int = 0
    is_gone: bool = False
    etag: str | None = '"a"'
    last_modified: str | None = None
    previous: RecordRef | None = None


def test_due_rows_become_targets_with_their_validators() -> None:
    rows = [
        Row("https://gazette.example/late", NOW - timedelta(days=1)),
        Row("https://gazette.example/fresh", NOW - timedelta(minutes=5)),
        Row("https://gazette.example/gone", NOW - timedelta(hours=12), is_gone=True),
    ]
    (target,) = due_targets(rows, now=NOW, policy=RecheckConfig())
    assert (target.url, target.reason, target.etag, target.source) == (
        rows[0].url,
        "recheck",
        '"a"',
        "gazette",
    )
    assert target.priority > 0


def test_a_hint_makes_a_page_due_and_says_so() -> None:
    row = Row(
        "https://gazette.example/a", NOW - timedelta(minutes=30), first_seen_at=NOW - timedelta(days=30)
    )
    assert due_pages([row], now=NOW, policy=RecheckConfig()) == ()
    (found,) = due_pages([row], now=NOW, policy=RecheckConfig(), hints={row.url: NOW - timedelta(minutes=1)})
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
