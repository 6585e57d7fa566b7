"""Hours of the day at which an outlet edits, and the waits that follow."""

from __future__ import annotations

import pytest

from newsarchive.config import RecheckConfig
from newsarchive.schedule.edit_counts import EditCounts, ObservedCheck
from newsarchive.schedule.edit_hours import DAY, FLAT, HOUR, factors, paces, shares, stretched
from newsarchive.schedule.edit_rates import rates_of
from newsarchive.schedule.recheck_policy import next_wait

CONFIG = RecheckConfig()
NIGHT = paces([20.0 if hour == 2 else 4 / 23 for hour in range(24)], 1.0)


def checks_of_nights(nights: int, *, every: float = 3 * HOUR, edited_at: float = 2.5 * HOUR) -> EditCounts:
    """What checks at even times of ten stories a night show that are edited at one time of the night."""
    made = []
    for night in range(nights):
        for story in range(10):
            born = (night - 1) * DAY + (8 + story) * HOUR
            at = born
            while at < night * DAY + 12 * HOUR:
                edit = night * DAY + edited_at
                made.append(
                    ObservedCheck(
                        age_before=at - born,
                        age=at + every - born,
                        is_changed=at < edit <= at + every,
                        is_hinted=False,
                        at=at + every,
                    )
                )
                at += every
    return EditCounts().plus(made)


def test_before_anything_is_known_all_hours_are_alike():
    assert factors([0.0] * 24, [0.0] * 24) == FLAT
    assert rates_of(EditCounts(), CONFIG).pace == pytest.approx(FLAT)


@pytest.mark.parametrize("wait", [60.0, HOUR, 5.5 * HOUR, DAY, 3.25 * DAY, 30 * DAY])
def test_at_an_even_pace_a_wait_stays_as_it_is(wait):
    assert stretched(wait, 12_345.0, FLAT) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("at", "wait", "first", "last"),
    [
        pytest.param(12.0, 3.0, 14.0, 15.0, id="at noon it takes until the night"),
        pytest.param(2.0, 3.0, 0.1, 0.2, id="in the busy hour it is short"),
        pytest.param(3.0, 12.0, 23.0, 24.0, id="after it, until the next night"),
        pytest.param(3.0, 36.0, 47.0, 48.0, id="a day more is a day more"),
    ],
)
def test_waits_end_where_edits_come(at, wait, first, last):
    """Times in hours; the busy hour is from two to three o'clock."""
    assert first <= stretched(wait * HOUR, at * HOUR, NIGHT) / HOUR <= last


@pytest.mark.parametrize("every", [HOUR, 2.9 * HOUR, 5.3 * HOUR])
def test_the_hour_of_nightly_edits_is_learnt_from_checks_that_are_further_apart(every):
    tally = checks_of_nights(20, every=every)
    pace = rates_of(tally, CONFIG).pace
    assert max(range(24), key=lambda hour: pace[hour]) in (1, 2, 3)
    assert sum(pace[0:5]) > 3 * sum(pace[10:15])


def test_an_edit_counts_once_for_all_hours_it_may_have_been_made_in():
    share, due = shares(1.5 * HOUR, 4 * HOUR, lambda _after: 1e-4, FLAT)
    assert sum(share) == pytest.approx(1.0)
    assert [hour for hour in range(24) if share[hour]] == [1, 2, 3]
    assert share[1] == pytest.approx(0.2)
    assert sum(due) == pytest.approx(2.5 * HOUR * 1e-4)


def test_two_days_between_checks_tell_nothing_of_the_hour():
    far = ObservedCheck(age_before=0, age=2 * DAY, is_changed=True, is_hinted=False, at=9 * DAY)
    assert sum(EditCounts().plus([far]).hour_due) == 0


# ---------------------------------------------------------------- the first hour


def rewritten(stories: int, edits_an_hour: float, *, every: float = 900.0) -> EditCounts:
    """Checks in the first hour of stories that are edited at an even pace."""
    made = []
    for _ in range(stories):
        changed = False
        for n in range(int(HOUR / every)):
            now = int((n + 1) * every * edits_an_hour / HOUR) > int(n * every * edits_an_hour / HOUR)
            made.append(
                ObservedCheck(
                    age_before=n * every,
                    age=(n + 1) * every,
                    is_changed=now,
                    is_hinted=False,
                    follows_edit=changed,
                )
            )
            changed = now
    return EditCounts().plus(made)


@pytest.mark.parametrize(
    ("stories", "edits_an_hour", "floor"),
    [
        pytest.param(0, 0, None, id="nothing known"),
        pytest.param(1, 12, None, id="one such story is no habit"),
        pytest.param(2, 12, 180.0, id="two are"),
        pytest.param(50, 1, None, id="an edit an hour needs no haste"),
        pytest.param(50, 12, 180.0, id="a dozen do"),
    ],
)
def test_waits_in_the_first_hour_get_shorter_where_edits_follow_each_other_within_minutes(
    stories, edits_an_hour, floor
):
    assert rates_of(rewritten(stories, edits_an_hour), CONFIG).quick_floor == floor


def test_the_short_waits_are_for_the_first_hour_and_cost_other_checks_no_more_than_the_budget():
    rates = rates_of(rewritten(50, 12), CONFIG)

    def wait(age: float, since: float | None) -> float:
        return (
            next_wait(first=0, age=age, since_edit=since, edits=since is not None, config=CONFIG, rates=rates)
            or 0
        )

    assert wait(900, 60) == 180
    assert wait(3599, 60) == 180
    assert wait(3600, 60) >= CONFIG.floor
    assert rates.checks == rates_of(EditCounts(), CONFIG).checks


def test_an_archive_may_set_the_short_wait_or_turn_it_off():
    tally = rewritten(50, 12)
    assert rates_of(tally, RecheckConfig(quick_floor=300)).quick_floor == 300
    assert rates_of(tally, RecheckConfig(quick_floor=900)).quick_floor is None
