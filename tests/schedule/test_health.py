"""Signs that a source isn't well: each a row; what is told, and told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsarchive.schedule.health import alarms_of, recovery_text, settle, usual
from newsarchive.schedule.health_records import (
    Alarm,
    Day,
    Document,
    Facts,
    KeptAway,
    Poll,
    kept_away,
    poll_of,
)

START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
FEED = "https://gazette.example/feed"
SITEMAP = "https://gazette.example/news.xml"


def well(n: int, **fields: object) -> Poll:
    """The n-th poll of a healthy source: every three hours, some new stories each time."""
    documents = (
        Document(url=FEED, kind="rss", status=200, entries=30, candidates=30, unknown=3),
        Document(url=SITEMAP, kind="news-sitemap", status=200, entries=80, candidates=80, unknown=1),
    )
    base = Poll(
        source="gazette",
        at=START + timedelta(hours=3 * n),
        documents=documents,
        fetches=24,
        new=4,
        unchanged=18,
        statuses={"200": 20, "304": 4},
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def feed(**fields: object) -> tuple[Document, ...]:
    """A poll's documents with the feed as described and the sitemap well."""
    fresh = {"kind": "rss", "status": 200, "entries": 30, "candidates": 30, **fields}
    return (Document(url=FEED, **fresh), well(0).documents[1])  # type: ignore[arg-type]


def both(**fields: object) -> tuple[Document, ...]:
    return tuple(Document(url=u, **fields) for u in (FEED, SITEMAP))  # type: ignore[arg-type]


def day(n: int, **fields: object) -> Day:
    base = Day(day=date(2026, 11, 2) + timedelta(days=n), stories=30, without_date=1, median_words=500)
    return replace(base, **fields)  # type: ignore[arg-type]


PAST = tuple(well(n) for n in range(80))  # ten days


def after(*last: Callable[[int], Poll], days: tuple[Day, ...] = (), **fields: object) -> Facts:
    made = [make(len(PAST) + n) for n, make in enumerate(last)]
    return Facts(source="gazette", polls=(*PAST, *made), days=days, **fields)  # type: ignore[arg-type]


def poll(**fields: object) -> Callable[[int], Poll]:
    return lambda n: well(n, **fields)


def kinds(facts: Facts, now: datetime | None = None) -> list[str]:
    return [a.kind for a in alarms_of(facts, now or (facts.polls[-1].at if facts.polls else START))]


def away(*, polls: int, hours: float) -> KeptAway:
    return KeptAway(reason="asked to wait", since=PAST[-1].at - timedelta(hours=hours), polls=polls)


DEAD = {"failure": "HTTP 503"}
GONE_DAYS = tuple(day(n) for n in range(9))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(source="new"), []),
        (Facts(source="new", polls=(well(0),)), []),
        (after(), []),
        (after(poll(documents=feed(entries=0, candidates=0, problems={"empty": 1}))), ["alive but empty"]),
        (after(poll(documents=feed(candidates=0, problems={"other site": 30}))), ["alive but empty"]),
        (after(poll(documents=feed(entries=0, candidates=0)), poll(documents=feed(kind="", entries=0, candidates=0, is_unchanged=True, status=304))), ["alive but empty"]),
        (after(poll(documents=feed(kind="", candidates=0, entries=0, is_unchanged=True, status=304))), []),
        (after(poll(documents=feed(kind="html", candidates=4, problems={"not expected": 1}))), ["not a feed"]),
        (after(poll(documents=feed(**DEAD))), []),
        (after(poll(documents=feed(**DEAD)), poll(documents=feed(**DEAD))), ["document fails"]),
        (after(poll(documents=feed(failure="gone")), poll(documents=feed(failure="gone"))), ["document fails"]),
        (after(poll(documents=feed(**DEAD)), poll()), []),
        (after(poll(documents=both(**DEAD), new=0)), []),
        (after(poll(documents=both(**DEAD), new=0), poll(documents=both(**DEAD), new=0)), ["source fails"]),
        (after(poll(documents=feed(failure="robots"))), ["robots forbids"]),
        (after(poll(documents=both(failure="robots"))), ["robots forbids"]),  # one, not one for each
        (after(poll(robots=20, new=0, unchanged=0)), ["robots forbids"]),
        (after(poll(robots=3)), []),
        (after(poll(documents=feed(moved_to="https://gazette.example/rss2"))), ["feed moved"]),
        (after(poll(documents=(Document(url="https://g2.example/feed", asked=FEED, moved_to="https://g2.example/feed", kind="rss", candidates=30), well(0).documents[1]))), ["feed moved"]),
        (after(poll(documents=(Document(url="https://g2.example/feed", asked=FEED, kind="rss", candidates=30), well(0).documents[1]))), []),  # a redirect for the time being
        (after(*[poll(left={"budget spent": 9}, at=START + timedelta(days=20 + n)) for n in range(3)]), ["budget too small"]),
        (after(*[poll(left={"budget spent": 9 * (n != 1)}, at=START + timedelta(days=20 + n)) for n in range(3)]), []),
        (after(kept_away=away(polls=2, hours=1)), ["made to wait"]),
        (after(kept_away=away(polls=1, hours=5)), []),
        (after(kept_away=away(polls=5, hours=0.9)), []),
        (after(*[poll(documents=both(**DEAD), new=0)] * 2, kept_away=away(polls=4, hours=9)), ["source fails"]),
        (after(poll(statuses={"403": 15, "200": 5})), ["block page"]),
        (after(poll(statuses={"202": 15, "200": 5})), ["block page"]),
        (after(poll(statuses={"403": 4})), []),
        (after(*[poll(failed=12, fetches=24)] * 2), ["fetches fail"]),
        (after(poll(failed=12, fetches=24)), []),
        (after(days=(*GONE_DAYS, day(9, blocked=40, stories=2))), ["block page"]),
        (after(days=(*GONE_DAYS, day(9, without_text=25))), ["extraction broke"]),
        (after(days=(*GONE_DAYS, day(9, without_title=29))), ["extraction broke"]),
        (after(days=(*GONE_DAYS, day(9, median_words=90))), ["extraction broke"]),
        (after(days=(*GONE_DAYS, day(9, median_words=300))), []),
        (after(days=(*GONE_DAYS, day(9, stories=2, without_text=2, median_words=0))), []),
        (after(days=tuple(day(n, without_date=30) for n in range(9))), []),
        (after(certificates={"gazette.example": PAST[-1].at + timedelta(days=5)}), ["certificate expires"]),
        (after(certificates={"gazette.example": PAST[-1].at + timedelta(days=50)}), []),
    ],
)  # fmt: skip
def test_signs(facts: Facts, expected: list[str]) -> None:
    assert kinds(facts) == expected


def test_silence_is_told_when_it_is_longer_than_any_before() -> None:
    quiet = poll(new=0, documents=feed())
    told = [kinds(after(*[quiet] * n)) for n in range(1, 9)]
    assert told[0] == []
    first = next(n for n, k in enumerate(told) if k)
    assert first <= 2
    assert all(k == ["no new story"] for k in told[first:])


def test_a_weekly_paper_may_be_silent_for_a_week() -> None:
    weekly = tuple(well(0, at=START + timedelta(days=n), new=20 if n % 7 == 0 else 0) for n in range(50))
    for n in range(30, 50):
        assert kinds(Facts(source="weekly", polls=weekly[:n])) == []
    late = (*weekly, *(well(0, at=START + timedelta(days=50 + n), new=0) for n in range(60)))
    told = [n for n in range(60) if kinds(Facts(source="weekly", polls=late[: 51 + n]))]
    assert told == list(range(10, 60))


def test_a_young_source_may_sleep_a_night_and_a_sunday() -> None:
    polls = [well(n, new=4) for n in range(8)] + [well(n, new=0) for n in range(8, 19)]
    assert kinds(Facts(source="young", polls=tuple(polls))) == []


def test_the_evidence_names_what_is_usual() -> None:
    (alarm,) = alarms_of(after(poll(documents=feed(entries=0, candidates=0))), START)
    assert alarm.to_text() == (
        "gazette: alive but empty https://gazette.example/feed. It answers and names no article, usually 30. "
        "Open it in a browser; the outlet may have a new feed."
    )


def test_an_alarm_is_told_once_and_its_end_too() -> None:
    alarm = Alarm(source="a", kind="not a feed", subject="u", evidence="x")
    first = settle([alarm], [])
    assert (first.new, first.recovered, first.standing) == ((alarm,), (), ())
    again = settle([alarm], [alarm.key])
    assert (again.new, again.recovered, again.standing) == ((), (), (alarm,))
    over = settle([], [alarm.key])
    assert (over.new, over.recovered) == ((), (alarm.key,))
    assert recovery_text(alarm.key) == "a: recovered from 'not a feed' u."


def test_usual_values_come_from_the_past() -> None:
    found = usual(Facts(source="gazette", polls=PAST, days=tuple(day(n) for n in range(14))))
    assert found.entries == {FEED: 30, SITEMAP: 80}
    assert found.stories_by_weekday == (30,) * 7
    assert found.longest_gap == timedelta(hours=3)
    assert (found.failure_share, found.words) == (0, 500)
    nothing = usual(Facts(source="new"))
    assert (nothing.entries, nothing.longest_gap, nothing.words) == ({}, None, None)


def test_a_report_becomes_a_poll() -> None:
    report = {
        "name": "gazette",
        "new": 2,
        "failed": {"HTTP 500": 3},
        "outcomes": {"robots": 4, "gone": 1},
        "documents": [{"url": FEED, "kind": "rss", "status": 200, "entries": 2, "candidates": 2, "later": 1}],
        "whatever": 1,
    }
    found = poll_of(report, START)
    assert (found.new, found.failed, found.robots, found.documents[0].candidates) == (2, 3, 4, 2)
    assert poll_of({"name": "x"}, START) == Poll(source="x", at=START)


def test_a_document_that_a_poll_had_no_time_for_counts_as_it_was_last_seen():
    last = (poll(documents=feed(candidates=0, entries=0)), poll(documents=feed()[1:]))
    assert kinds(after(*last, wanted=(FEED, SITEMAP))) == ["alive but empty"]
    assert kinds(after(*last, wanted=(SITEMAP,))) == [], "no longer in the source file"


def test_what_could_not_be_indexed_is_an_alarm_until_it_is():
    [alarm] = alarms_of(
        after(failures=("story https://gazette.example/a: ValueError: odd", "page x: y")), START
    )
    assert (alarm.kind, alarm.key) == ("not indexed", "gazette|not indexed|")
    assert "2 captures, pages or stories" in alarm.evidence
    assert "https://gazette.example/a: ValueError: odd" in alarm.evidence
    assert kinds(after()) == []


def brought(**fields: object) -> Poll:
    """A poll that brought no page, but for what is said."""
    return well(0, **({"new": 0, "unchanged": 0} | fields))


WAITS = {"left": {"asked to wait": 3}}
UNASKED = brought(documents=(), **WAITS)


@pytest.mark.parametrize(
    ("polls", "count"),
    [
        ([brought(**WAITS)] * 3, 3),
        ([brought(**WAITS), brought(), brought(**WAITS)], 2),
        ([brought(**WAITS), brought(), brought()], 1),
        ([brought(**WAITS), well(0)], 0),
        ([brought(**WAITS), brought(**WAITS, changed=1)], 0),
        ([brought(left={"budget spent": 3})] * 3, 0),
        ([brought(left={"outside the night window": 3})] * 3, 0),
        ([UNASKED] * 3, 3),
        ([UNASKED, brought()], 0),
        ([UNASKED, brought(**WAITS)], 1),
        ([brought(**WAITS), UNASKED], 2),
        ([brought(documents=both(**DEAD))] * 3, 0),
    ],
)
def test_how_many_polls_in_a_row_an_outlet_made_us_wait(polls: list[Poll], count: int) -> None:
    away = None
    for made in polls:
        away = kept_away(away, made)
    assert (away.polls if away else 0) == count


@pytest.mark.parametrize(
    ("failed", "fetches", "words"), [(34, 0, "34 of 34 requests"), (12, 24, "12 of 24 requests")]
)
def test_no_sentence_counts_more_failures_than_there_were_requests(
    failed: int, fetches: int, words: str
) -> None:
    [alarm] = alarms_of(after(*[poll(failed=failed, fetches=fetches)] * 2), START)
    assert alarm.evidence == f"{words} of the last poll failed; before, 0 %"
