"""The day's budget lasts: checks at known stories leave what polls and new stories will need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.schedule.health_records import Poll
from newsarchive.schedule.recheck_policy import Need, allowance, need_of

MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)


def polls(hours: float, count: int, fetches: int, checks: int) -> tuple[Poll, ...]:
    """Polls so many hours apart, the last one interval before midnight."""
    gap = timedelta(hours=hours)
    return tuple(
        Poll(source="gazette", at=MIDNIGHT - gap * n, fetches=fetches, unchanged=checks)
        for n in range(count, 0, -1)
    )


@pytest.mark.parametrize(
    ("hours", "hour", "polls_left", "fetches"),
    [
        (4, 0, 7, 63),  # 24 hours, six more polls after this one, 6 fetches each, half as many again
        (4, 20, 2, 18),
        (4, 23, 1, 9),
        (24, 0, 2, 18),
        (0.25, 12, 49, 441),
    ],
)
def test_the_need_is_that_of_the_polls_until_midnight(hours, hour, polls_left, fetches):
    need = need_of(polls(hours, 41, fetches=10, checks=4), MIDNIGHT + timedelta(hours=hour))
    assert need == Need(fetches=fetches, polls=polls_left)


def test_a_source_never_polled_has_no_known_need():
    assert need_of((), MIDNIGHT) is None


def test_after_one_poll_the_time_since_it_is_the_pace():
    first = Poll(source="gazette", at=MIDNIGHT + timedelta(hours=11.5), fetches=20)
    assert need_of((first,), MIDNIGHT + timedelta(hours=12)) == Need(fetches=750, polls=25)


def test_the_first_poll_which_fetches_all_that_is_listed_is_not_usual():
    first = Poll(source="gazette", at=MIDNIGHT - timedelta(hours=4), fetches=500)
    need = need_of((first, *polls(2, 1, fetches=10, checks=4)), MIDNIGHT)
    assert need == Need(fetches=117, polls=13)


@pytest.mark.parametrize(
    ("left", "needs", "checks"),
    [
        (100, [Need(fetches=60, polls=6)], 20),  # half of the 40 that are to spare
        (100, [Need(fetches=60, polls=2)], 40),
        (100, [Need(fetches=60, polls=3), Need(fetches=30, polls=6)], 5),  # two sources on one host
        (50, [Need(fetches=60, polls=2)], 0),
        (0, [Need(fetches=0, polls=1)], 0),
        (-5, [None], 0),
        (11, [None], 5),
        (2000, [Need(fetches=9, polls=1)], 1991),  # the day's last poll: the rest is for known stories
        (100, [Need(fetches=9, polls=1), None], 50),
    ],
)
def test_looks_get_what_the_news_will_not_need(left, needs, checks):
    assert allowance(left, needs) == checks
