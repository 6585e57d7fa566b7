"""What is in a digest, and how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.index import reading
from newsarchive.messages.digest import MOST, Digest, period_of, read_digest
from newsarchive.messages.message_pages import digest_page
from tests.browse.build import NOW, Desk, State, edited

HOUR = timedelta(hours=1)
PAGES = "https://archive.example/-/news"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a silent edit of a number, an edit of a headline with a notice, a story that is gone."""
    folder = tmp_path_factory.mktemp("digest")
    first = State(
        at=NOW - 9 * HOUR,
        title="Ferry fares rise",
        paragraphs=("The fare is 12 crowns now.", "Ada Vale said so."),
    )
    headline = State(at=NOW - 8 * HOUR, title="Mayor agrees", paragraphs=("The mayor agreed on Monday.",))
    with Desk(folder) as desk:
        desk.source("isle", title="Isle Post")
        desk.source("harbour", title="Harbour Post")
        desk.story(
            "isle",
            "https://isle.example/fares",
            [first, edited(first, HOUR, paragraphs=("The fare is 15 crowns now.", "Ada Vale said so."))],
        )
        desk.story(
            "harbour",
            "https://harbour.example/mayor",
            [
                headline,
                edited(
                    headline,
                    3 * HOUR,
                    title="Mayor disagrees",
                    paragraphs=("The mayor agreed on Monday.", "Correction: an earlier headline was wrong."),
                ),
            ],
        )
        desk.story(
            "isle",
            "https://isle.example/pier",
            [State(at=NOW - 30 * HOUR, title="A pier", paragraphs=("It is long.",))],
            gone=NOW - 2 * HOUR,
        )
    return folder


@pytest.fixture
def made(root: Path) -> Iterator[Digest]:
    with reading(root / "index.db") as db:
        yield read_digest(db, NOW - 10 * HOUR, NOW, archive="Isle watch", pages=PAGES)


def test_it_counts_stories_edits_and_events_and_puts_silent_edits_first(made: Digest) -> None:
    assert made.new_stories == {"harbour": 1, "isle": 1}
    assert (made.n_edits, made.n_silent, made.n_events) == (2, 1, 1)
    assert [edit.change.silent for edit in made.edits] == [True, False]
    assert made.summary == "2 new stories, 2 edits (1 silent), 1 event"


def test_its_text_carries_the_words_and_the_links(made: Digest) -> None:
    text = made.to_text()
    assert "The fare is [-12-]{+15+} crowns now." in text
    assert "Mayor [-agrees-]{+disagrees+}" in text
    assert (
        text.index("Silent edits")
        < text.index("Ferry fares")
        < text.index("Other edits")
        < text.index("A pier")
    )
    assert "isle: gone: status 404\n" in text
    assert all(edit.link in text for edit in made.edits)
    assert made.edits[0].link.startswith(f"{PAGES}/story/")


def test_its_page_carries_the_same_and_loads_nothing(made: Digest) -> None:
    page = digest_page(made)
    assert ">12</del>" in page
    assert ">15</ins>" in page
    assert "<script" not in page
    assert "src=" not in page
    assert "<link" not in page


def test_without_an_address_of_browse_it_links_to_the_stories(root: Path) -> None:
    with reading(root / "index.db") as db:
        made = read_digest(db, NOW - 10 * HOUR, NOW, archive="x")
    assert {edit.link for edit in made.edits} == {
        "https://isle.example/fares",
        "https://harbour.example/mayor",
    }


def test_what_a_publisher_writes_is_text_in_the_page(made: Digest) -> None:
    evil = "<script>alert(1)</script>\x00"
    edit = made.edits[0]
    change = replace(edit.change, title_after=evil, title_before=evil, source=evil, url="javascript:alert(1)")
    hostile = replace(made, archive=evil, edits=(replace(edit, change=change, headline=(), link=change.url),))
    page = digest_page(hostile)
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "\x00" not in page


def test_a_span_without_anything_is_empty(root: Path) -> None:
    with reading(root / "index.db") as db:
        made = read_digest(db, NOW + HOUR, NOW + 2 * HOUR, archive="x")
    assert made.is_empty
    assert made.to_text().endswith("0 new stories, 0 edits, 0 events")


def test_more_than_it_lists_is_counted(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.source("isle", title="Isle Post")
        for number in range(MOST + 3):
            first = State(at=NOW - 3 * HOUR, title=f"Fare {number}", paragraphs=("The fare is 12 crowns.",))
            second = edited(first, HOUR, paragraphs=("The fare is 15 crowns.",))
            desk.story("isle", f"https://isle.example/{number}", [first, second])
    with reading(tmp_path / "index.db") as db:
        made = read_digest(db, NOW - 4 * HOUR, NOW, archive="x")
    assert (len(made.edits), made.n_edits) == (MOST, MOST + 3)
    assert "3 more are not listed." in made.to_text()
    assert "3 more are not listed." in digest_page(made)


@pytest.mark.parametrize(
    ("period", "moment", "start", "days"),
    [
        ("daily", datetime(2026, 11, 28, 10, tzinfo=UTC), "2026-11-28", 1),
        ("daily", datetime(2026, 11, 28, 0, tzinfo=UTC), "2026-11-28", 1),
        ("weekly", datetime(2026, 11, 28, 10, tzinfo=UTC), "2026-11-23", 7),
        ("weekly", datetime(2026, 11, 23, 0, tzinfo=UTC), "2026-11-23", 7),
        ("weekly", datetime(2026, 1, 1, 0, tzinfo=UTC), "2025-12-29", 7),
    ],
)
def test_days_and_weeks_begin_at_midnight_weeks_on_monday(period, moment, start, days) -> None:
    first, last = period_of(moment, period)
    assert (f"{first:%Y-%m-%d %H:%M}", last - first) == (f"{start} 00:00", timedelta(days=days))


@pytest.mark.parametrize(
    ("since", "until", "title"),
    [
        ("2026-11-27T00:00", "2026-11-28T00:00", "27 November 2026"),
        ("2026-11-23T00:00", "2026-11-30T00:00", "23 to 29 November 2026"),
        ("2026-10-26T00:00", "2026-11-02T00:00", "26 October 2026 to 1 November 2026"),
        ("2026-11-27T06:00", "2026-11-27T12:00", "2026-11-27 06:00 to 2026-11-27 12:00"),
    ],
)
def test_its_title_names_the_span(made: Digest, since: str, until: str, title: str) -> None:
    span = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, until)]
    assert replace(made, since=span[0], until=span[1]).title == title
