"""Each tuned number of the schedule room at its edge: one row just inside, one just outside.

A row fails if its constant moves by one step. What the numbers were read off is said where they are defined.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.config import RecheckConfig
from newsarchive.schedule.edit_counts import BINS, EditCounts
from newsarchive.schedule.edit_rates import Rates, rates_of
from newsarchive.schedule.health_checks import source_alarms
from newsarchive.schedule.health_records import Facts, Poll
from newsarchive.schedule.recheck_policy import History, Need, allowance, need_of, next_check
from tests.schedule.test_health import GONE_DAYS, after, day, kinds, poll, well

START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


# ---------------------------------------------------------------- silence


def is_told(polls: Sequence[Poll], silence: timedelta, quiet: int = 2) -> bool:
    """Whether so many polls without a new story are told, the last one `silence` after the last new story."""
    last = polls[-1].at
    more = [Poll(source="gazette", at=last + silence * n / quiet) for n in range(1, quiet + 1)]
    facts = Facts(source="gazette", polls=(*polls, *more))
    return "no new story" in [alarm.kind for alarm in source_alarms(facts, more[-1].at)]


def fruitful(count: int, gap: timedelta = DAY, new: int = 40) -> list[Poll]:
    """So many polls, each with new stories."""
    return [Poll(source="gazette", at=START + gap * n, new=new) for n in range(count)]


@pytest.mark.parametrize(
    ("polls", "silence", "told"),
    [
        pytest.param(fruitful(28), 36 * HOUR, False, id="half as long again as the longest gap"),
        pytest.param(fruitful(28), 36 * HOUR + MINUTE, True, id="longer"),
        pytest.param(fruitful(90, 3 * HOUR), 6 * HOUR, False, id="three hours longer than a short gap"),
        pytest.param(fruitful(90, 3 * HOUR), 6 * HOUR + MINUTE, True, id="longer than that"),
        pytest.param(fruitful(5), 62 * HOUR, False, id="a weekend of a young source"),
        pytest.param(fruitful(5), 62 * HOUR + MINUTE, True, id="longer than a weekend"),
        pytest.param(fruitful(2), 70 * HOUR, False, id="two polls are no past"),
        pytest.param(fruitful(3), 70 * HOUR, True, id="three are"),
    ],
)
def test_a_silence_is_told_when_it_is_longer_than_usual(polls, silence, told):
    assert is_told(polls, silence) is told


@pytest.mark.parametrize(("quiet", "told"), [(1, False), (2, True)])
def test_a_silence_is_told_at_the_second_poll_without_a_story(quiet, told):
    assert is_told(fruitful(28), 37 * HOUR, quiet) is told


@pytest.mark.parametrize(("at", "told"), [(-28 * DAY, False), (-28 * DAY - MINUTE, True)])
def test_a_long_gap_is_usual_for_four_weeks(at, told):
    recent = fruitful(20)
    old = Poll(source="gazette", at=recent[-1].at + at, new=40)
    assert is_told([old, *recent], 40 * HOUR) is told


@pytest.mark.parametrize(("missing", "told"), [(0, True), (1, False)])
def test_eight_stories_are_to_be_expected_in_a_silence_that_is_told(missing, told):
    polls = fruitful(28, new=4)  # four a day, two days of silence
    polls[-7] = Poll(source="gazette", at=polls[-7].at, new=4 - missing)  # on the silence's second weekday
    assert is_told(polls, 48 * HOUR) is told


# ---------------------------------------------------------------- other signs


def refused(robots: int, others: int) -> Facts:
    return after(poll(robots=robots, new=0, unchanged=others))


def usually(robots: int, polls: int = 40, dirty: int = 0) -> Facts:
    """Polls of 100 pages, of which robots.txt refused so many; then one of which it refuses 80."""
    first = [well(n, robots=4000) for n in range(dirty)]
    past = [well(dirty + n, robots=robots, new=4, unchanged=96 - robots) for n in range(polls)]
    return Facts(
        source="gazette",
        polls=(*first, *past, well(len(first) + polls, robots=80, new=1, unchanged=19)),
    )


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        pytest.param(refused(4, 1), [], id="four pages are few"),
        pytest.param(refused(5, 1), ["robots forbids"], id="five are enough"),
        pytest.param(refused(10, 10), [], id="half of the pages"),
        pytest.param(refused(10, 9), ["robots forbids"], id="more than half"),
        pytest.param(usually(16), [], id="more than 15 % are usual"),
        pytest.param(usually(15), ["robots forbids"], id="15 % are usual"),
        pytest.param(usually(0, polls=39, dirty=1), [], id="the 40th poll before counts as usual"),
        pytest.param(usually(0, polls=40, dirty=1), ["robots forbids"], id="the 41st doesn't"),
        pytest.param(after(days=(*GONE_DAYS, day(9, median_words=200))), [], id="two fifths of the usual words"),
        pytest.param(after(days=(*GONE_DAYS, day(9, median_words=199))), ["extraction broke"], id="fewer"),
        pytest.param(after(*[poll(failed=5, fetches=25)] * 2), [], id="a fifth of the fetches fails"),
        pytest.param(after(*[poll(failed=5, fetches=24)] * 2), ["fetches fail"], id="more than a fifth"),
        pytest.param(after(*[poll(failed=4, fetches=10)] * 2), [], id="four failures are few"),
    ],
)  # fmt: skip
def test_a_sign_at_its_edge(facts, told):
    assert kinds(facts) == told


@pytest.mark.parametrize(("left", "told"), [(14 * DAY, ["certificate expires"]), (14 * DAY + MINUTE, [])])
def test_a_certificate_is_told_two_weeks_before_its_end(left, told):
    now = after().polls[-1].at
    assert kinds(after(certificates={"gazette.example": now + left}), now) == told


# ---------------------------------------------------------------- looks at known stories


@pytest.mark.parametrize(("left", "polls", "looks"), [(1000, 10, 300), (1000, 3, 1000), (1000, 4, 750)])
def test_one_run_may_take_three_times_its_even_share(left, polls, looks):
    assert allowance(left, [Need(fetches=0, polls=polls)]) == looks


@pytest.mark.parametrize(
    ("costs", "fetches"),
    [
        ([10] * 40, 720),  # ten fetches at 48 polls, half as many again
        ([0, *[10] * 40], 720),  # the 41st poll before isn't recent
        ([*[10] * 36, *[100] * 4], 720),  # the dearest tenth isn't usual
        ([*[10] * 35, *[100] * 5], 900),
    ],
)
def test_what_is_usual_comes_from_the_cheapest_of_forty_polls(costs, fetches):
    polls = [
        Poll(source="gazette", at=START - timedelta(minutes=30) * (len(costs) - n), fetches=cost)
        for n, cost in enumerate(costs)
    ]
    found = need_of(polls, START)
    assert found is not None
    assert (found.polls, found.fetches) == (49, round(fetches / 48 * 49))


FLAT = Rates(per_second=(1e-9,) * BINS, unannounced=(1.0,) * BINS)


@pytest.mark.parametrize(("since", "wait"), [(0.0, 10_800**0.9), (5_400.0, (10_800 * 2.718281828) ** 0.9)])
def test_after_an_edit_half_an_edit_is_expected_within_ninety_minutes(since, wait):
    assert FLAT.wait(first=0, age=1e4, since_edit=since, edits=1) == pytest.approx(wait)


@pytest.mark.parametrize(("edits", "factor"), [(0, 0.5), (1, 1.5), (4, 4.5)])
def test_a_story_is_livelier_by_its_edits_against_half_an_edit(edits, factor):
    rates = Rates(per_second=(0.5 / 3600,) * BINS, unannounced=(1.0,) * BINS)
    assert rates.factor(0, 3600, edits) == pytest.approx(
        factor
    )  # half an edit was to be expected in the hour
    calm = rates.wait(first=0, age=3600, since_edit=None, edits=0)
    assert rates.wait(first=0, age=3600, since_edit=None, edits=edits) == pytest.approx(
        calm * (0.5 / factor) ** 0.5
    )


def test_an_average_story_costs_fifty_six_looks_where_nothing_is_announced():
    assert rates_of(EditCounts(), RecheckConfig()).checks == pytest.approx(56.0)


@pytest.mark.parametrize(("share", "is_even"), [(0.3, True), (0.299, False)])
def test_waits_are_held_down_where_three_tenths_of_the_edits_arent_announced(share, is_even):
    rates = Rates(
        per_second=(1e-9,) * BINS, unannounced=(share,) * BINS, scale=1.0, longest=60.0, even_until=1e9
    )
    assert (rates.wait(first=0, age=1e4, since_edit=None, edits=0) < 100) is is_even


@pytest.mark.parametrize(("precision", "is_followed"), [(0.03, True), (0.029, False)])
def test_a_hint_is_followed_after_five_minutes_if_three_in_a_hundred_are_true(precision, is_followed):
    hinted = History(
        first_seen_at=START, last_checked_at=START + DAY, hinted_at=START + DAY + MINUTE, checks=2
    )
    rates = Rates(per_second=(1e-9,) * BINS, unannounced=(1.0,) * BINS, hint_precision=precision)
    at = next_check(hinted, RecheckConfig(), rates)
    assert (at == START + DAY + timedelta(seconds=300)) is is_followed


def test_a_page_that_is_gone_waits_five_times_as_long():
    config = RecheckConfig(ratio=0.1, floor=0.0, cap=1e9, end=1e9)
    looked_at = [
        next_check(History(first_seen_at=START, last_checked_at=START + DAY, is_gone=gone), config)
        for gone in (False, True)
    ]
    assert looked_at == [START + 1.1 * DAY, START + 1.5 * DAY]
