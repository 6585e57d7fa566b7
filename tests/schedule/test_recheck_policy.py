"""When a page is due: each case is a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.config import RecheckConfig
from newsarchive.schedule.recheck_policy import History, PageHistory, born_at, due, next_check

T0 = datetime(2026, 11, 1, tzinfo=UTC)
RULE = RecheckConfig(ratio=0.2, floor=900, cap=3 * 86400, end=90 * 86400)


def at(**parts: float) -> datetime:
    return T0 + timedelta(**parts)


def seen(**fields: object) -> History:
    return History(**{"first_seen_at": T0, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (seen(), T0),
        (seen(last_checked_at=T0), at(minutes=15)),
        (seen(last_checked_at=at(minutes=30)), at(minutes=45)),
        (seen(last_checked_at=at(hours=10)), at(hours=12)),
        (seen(last_checked_at=at(days=10)), at(days=12)),
        (seen(last_checked_at=at(days=60)), at(days=63)),
        (seen(last_checked_at=at(days=90)), None),
        (seen(last_checked_at=at(hours=10), is_gone=True), at(hours=20)),
        (seen(last_checked_at=at(days=2), is_gone=True), at(days=4)),
        (seen(last_checked_at=at(days=60), is_gone=True), at(days=63)),
        (seen(last_checked_at=at(days=90), is_gone=True), None),
        (seen(last_checked_at=at(hours=10), hinted_at=at(hours=9)), at(hours=12)),
        (seen(last_checked_at=at(hours=10), hinted_at=at(hours=11)), at(hours=11)),
        (seen(last_checked_at=at(hours=10), hinted_at=at(hours=10, minutes=1)), at(hours=10, minutes=5)),
        (seen(last_checked_at=at(days=200), hinted_at=at(days=201)), at(days=201)),
        (seen(last_checked_at=at(hours=10), is_doubtful=True), at(hours=10, minutes=10)),
        (seen(last_checked_at=at(days=90), is_doubtful=True), at(days=90, minutes=10)),
    ],
)
def test_a_page_is_due(history: History, expected: datetime | None) -> None:
    assert next_check(history, RULE) == expected


def test_a_story_that_says_it_will_come_out_later_is_as_old_as_our_first_look() -> None:
    assert born_at(seen(published_at=at(days=5))) == T0
    assert born_at(seen(published_at=at(days=-5))) == at(days=-5)


def test_the_one_most_overdue_by_its_own_measure_goes_first() -> None:
    pages = [
        PageHistory(key="daily, an hour late", history=seen(last_checked_at=at(days=5))),
        PageHistory(
            key="quarterly, a quarter late",
            history=seen(first_seen_at=at(days=6), last_checked_at=at(days=6)),
        ),
        PageHistory(key="new", history=seen(first_seen_at=at(days=6))),
        PageHistory(key="not yet", history=seen(last_checked_at=at(days=5, hours=23))),
    ]
    found = due(pages, at(days=6, hours=1), RULE)
    assert [d.key for d in found] == ["new", "quarterly, a quarter late", "daily, an hour late"]
    assert found[0].reason == "never captured"
