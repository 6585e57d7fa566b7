"""Delays, budgets, back-off, Retry-After and night windows, as pure functions of the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.crawl import rate_limit as pacing
from newsarchive.crawl.rate_limit import Pace
from newsarchive.model import Source

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def may_go(pace: Pace, now: datetime) -> bool:
    return not pacing.stop_reason(pace, now) and not pacing.wait(pace, now)


def test_a_fresh_host_is_asked_at_once() -> None:
    assert may_go(Pace.start(delay=1.0, budget=5), NOW)


def test_the_second_request_waits_for_the_delay() -> None:
    pace = pacing.started(Pace.start(delay=2.0, budget=5), NOW)
    assert pacing.wait(pace, at(0.5)) == pytest.approx(1.5)
    assert may_go(pace, at(2.0))


def test_the_delay_counts_from_when_the_request_was_sent_not_from_the_first_try_to_connect() -> None:
    pace = pacing.started(Pace.start(delay=2.0, budget=5), NOW)
    pace = pacing.answered(pace, at(1.6), took=0.1, status=200)
    assert pacing.wait(pace, at(1.6)) == pytest.approx(1.9)


def test_a_slow_answer_gives_the_host_as_long_a_rest() -> None:
    pace = pacing.started(Pace.start(delay=1.0, budget=5), NOW)
    pace = pacing.answered(pace, at(4), took=4, status=200)
    assert pacing.wait(pace, at(4)) == pytest.approx(4.0)


def test_the_rest_after_a_very_slow_answer_is_ten_seconds() -> None:
    pace = pacing.answered(pacing.started(Pace.start(delay=1, budget=5), NOW), at(29), took=29, status=200)
    assert pacing.wait(pace, at(29)) == pytest.approx(10.0)


def test_without_a_delay_there_is_no_rest() -> None:
    pace = pacing.answered(pacing.started(Pace.start(delay=0, budget=5), NOW), at(9), took=9, status=503)
    assert may_go(pace, at(9))


def test_the_delay_doubles_with_trouble_and_halves_with_good_answers_down_to_its_base() -> None:
    pace, delays = Pace.start(delay=1.0, budget=99), []
    for status in (503, None, 429, 200, 200, 200, 200):
        pace = pacing.answered(pacing.started(pace, NOW), NOW, took=0, status=status)
        delays.append(pace.delay)
    assert delays == [2, 4, 8, 4, 2, 1, 1]


def test_the_delay_has_a_ceiling() -> None:
    pace = Pace.start(delay=1.0, budget=99)
    for _ in range(20):
        pace = pacing.answered(pace, NOW, took=0, status=500)
    assert pace.delay == pacing.SLOWEST


@pytest.mark.parametrize(
    ("pace", "stop"),
    [
        (Pace.start(delay=1, budget=0), "budget spent"),
        (Pace.start(delay=1, budget=-3), "budget spent"),
        (Pace.start(delay=1, budget=5, not_before=at(61)), "asked to wait"),
        (Pace.start(delay=1, budget=5, not_before=at(60)), ""),
        (Pace.start(delay=1, budget=5, not_before=at(0)), ""),
        (Pace.start(delay=1, budget=5, night="22:00-05:00"), "outside the night window"),
        (Pace.start(delay=1, budget=5, night="11:00-13:00"), ""),
    ],
)
def test_a_host_is_left_alone_with_a_reason(pace: Pace, stop: str) -> None:
    assert pacing.stop_reason(pace, NOW) == stop


def test_a_host_that_asks_for_a_short_rest_is_waited_for() -> None:
    assert pacing.wait(Pace.start(delay=1, budget=5, not_before=at(30)), NOW) == 30


def test_each_request_costs_one_of_the_budget() -> None:
    pace = Pace.start(delay=0, budget=2)
    for _ in range(2):
        assert pacing.stop_reason(pace, NOW) == ""
        pace = pacing.started(pace, NOW)
    assert pacing.stop_reason(pace, NOW) == "budget spent"


def test_a_host_without_connection_is_left_alone_after_three_tries() -> None:
    pace, stops = Pace.start(delay=0, budget=99), []
    for _ in range(3):
        pace = pacing.answered(pace, NOW, took=0, status=None, is_reached=False)
        stops.append(pacing.stop_reason(pace, NOW))
    assert stops == ["", "", "host unreachable"]
    assert pacing.stop_reason(pacing.answered(pace, NOW, took=0, status=200), NOW) == ""


def test_a_host_that_drips_is_left_alone_after_six_late_answers() -> None:
    pace, stops = Pace.start(delay=0, budget=99), []
    for _ in range(6):
        pace = pacing.answered(pace, NOW, took=30, status=None, is_late=True)
        stops.append(pacing.stop_reason(pace, NOW))
    assert stops == [""] * 5 + ["host too slow"]
    assert pacing.stop_reason(pacing.answered(pace, NOW, took=0, status=200), NOW) == ""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Tue, 24 Nov 2026 12:02:00 GMT", 120),
        ("Tuesday, 24-Nov-26 12:02:00 GMT", 120),
        ("Tue Nov 24 12:02:00 2026", 120),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("99999999999", 7 * 86400),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 7 * 86400),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after_comes_in_seconds_or_as_a_date(value: str, seconds: int | None) -> None:
    parsed = pacing.parse_retry_after(value, NOW)
    assert parsed == (None if seconds is None else at(seconds))


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "30", 30),
        (503, "30", 30),
        (429, None, 900),
        (429, "soon", 900),
        (503, None, None),
        (503, "soon", None),
        (200, "30", None),
        (500, "30", None),
        (None, None, None),
    ],
)
def test_a_429_or_503_can_ask_to_be_left_alone(
    status: int | None, retry_after: str | None, seconds: int | None
) -> None:
    found = pacing.waits_until(status, retry_after, NOW)
    assert found == (None if seconds is None else at(seconds))


@pytest.mark.parametrize(
    ("window", "clock", "is_open"),
    [
        ("01:00-05:00", "00:59", False),
        ("01:00-05:00", "01:00", True),
        ("01:00-05:00", "04:59", True),
        ("01:00-05:00", "05:00", False),
        ("22:00-04:00", "23:30", True),
        ("22:00-04:00", "03:59", True),
        ("22:00-04:00", "12:00", False),
        ("nonsense", "12:00", True),
    ],
)
def test_a_night_window_may_span_midnight(window: str, clock: str, is_open: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    assert pacing.in_window(window, NOW.replace(hour=hour, minute=minute)) is is_open


def test_crawl_delay_counts_from_the_request_under_way() -> None:
    pace = pacing.slowed(pacing.started(Pace.start(delay=1, budget=9), NOW), 10)
    assert pacing.wait(pace, at(1)) == pytest.approx(9.0)
    assert pace.base == pace.delay == 10


def test_a_crawl_delay_below_ours_changes_nothing() -> None:
    pace = Pace.start(delay=5, budget=9)
    assert pacing.slowed(pace, 2) == pace


def test_pages_of_a_host_in_trouble_are_tried_fourteen_times_in_all() -> None:
    pace, stops = Pace.start(delay=0, budget=99), []
    for _ in range(14):
        pace = pacing.answered(pace, NOW, took=0, status=403)
        stops.append(pacing.stop_reason(pace, NOW))
    assert stops == [""] * 13 + ["host in trouble"]
    assert pacing.stop_reason(pacing.answered(pace, NOW, took=0, status=404), NOW) == ""


def test_patience_ends_after_ten_minutes_that_troubles_cost() -> None:
    pace, tries = Pace.start(delay=1, budget=999), 0
    while not pacing.stop_reason(pace, NOW):
        status = 503 if tries % 4 else 200  # never many in a row
        pace, tries = pacing.answered(pace, NOW, took=0, status=status), tries + 1
    assert pace.lost > 600
    assert pacing.stop_reason(pace, NOW) in ("host in trouble", "host too slow")


@pytest.mark.parametrize(("seconds", "is_lost"), [("60", True), ("61", False)])
def test_short_waits_that_a_host_asks_for_count_as_lost(seconds: str, is_lost: bool) -> None:
    pace = pacing.answered(Pace.start(delay=0, budget=9), NOW, took=0, status=503, retry_after=seconds)
    assert (pace.lost > 0) is is_lost


def test_a_healthy_host_loses_nothing() -> None:
    pace = Pace.start(delay=1, budget=9999)
    for _ in range(5000):
        pace = pacing.answered(pace, NOW, took=3, status=200)
    assert (pace.lost, pacing.stop_reason(pace, NOW)) == (0, "")


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("e.test", True),
        ("www.e.test", True),
        ("sport.e.test:8080", True),
        ("note.test", False),
        ("feeds.other.test", True),
        ("other.test", False),
        ("[::1]:80", False),
    ],
)
def test_a_source_owns_its_domains_and_the_hosts_of_its_urls(host: str, is_own: bool) -> None:
    source = Source(name="e", domains=("e.test",), feeds=("https://feeds.other.test/rss",))
    assert pacing.owns(source, host) is is_own
