"""Times: aware, UTC, sortable as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from newsarchive.times import (
    FIRST,
    LAST,
    Clock,
    from_micros,
    iso,
    iso_seconds,
    micros,
    parse_iso,
    read_span,
    utc,
)

MOMENT = datetime(2026, 3, 1, 12, 0, 0, 42, tzinfo=UTC)


def test_a_moment_prints_with_microseconds_and_reads_back():
    assert iso(MOMENT) == "2026-03-01T12:00:00.000042Z"
    assert parse_iso(iso(MOMENT)) == MOMENT


def test_another_zone_becomes_utc():
    east = MOMENT.astimezone(timezone(timedelta(hours=9)))
    assert iso_seconds(east) == "2026-03-01T12:00:00Z"
    assert utc(datetime(2026, 3, 1, 12)).tzinfo is UTC  # noqa: DTZ001 - the naive one is the case


def test_texts_sort_as_moments_do():
    moments = [MOMENT + timedelta(microseconds=n * 7919) for n in range(50)]
    assert sorted(map(iso, reversed(moments))) == [iso(m) for m in moments]


def test_microseconds_round_trip():
    assert from_micros(micros(MOMENT)) == MOMENT


def test_a_text_that_is_no_time_is_refused():
    with pytest.raises(ValueError, match="yesterday"):
        parse_iso("yesterday")


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01",
        "0999-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_a_time_out_of_range_is_refused(text):
    with pytest.raises(ValueError, match="out of range"):
        parse_iso(text)


@pytest.mark.parametrize("moment", [FIRST, LAST - timedelta(microseconds=1)])
def test_a_time_at_the_edge_is_told_again_and_can_be_added_to(moment):
    assert parse_iso(iso(moment)) == moment == from_micros(micros(moment))
    assert moment - timedelta(days=300_000) < moment < moment + timedelta(days=300_000)
    assert (FIRST.year, LAST.year) == (1000, 9000)


def test_a_clock_starts_at_its_anchor_and_never_goes_back():
    clock = Clock(MOMENT, speed=1000)
    readings = [clock.now() for _ in range(100)]
    assert readings[0] >= MOMENT
    assert readings == sorted(readings)


BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)  # in Berlin the day has 23 hours


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("today", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("Yesterday", "2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z"),
        ("2026-11-24", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"),
        ("2026-11", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"),
        ("2026-12", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
        ("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
        ("24h", "2026-03-28T12:00:00Z", "2026-03-28T12:00:00Z"),
        ("7d", "2026-03-22T12:00:00Z", "2026-03-22T12:00:00Z"),
        (" 2 W ", "2026-03-15T12:00:00Z", "2026-03-15T12:00:00Z"),
        ("30min", "2026-03-29T11:30:00Z", "2026-03-29T11:30:00Z"),
        ("2026-07-01T09:30", "2026-07-01T07:30:00Z", "2026-07-01T07:30:00Z"),
        ("2026-07-01 09:30:10Z", "2026-07-01T09:30:10Z", "2026-07-01T09:30:10Z"),
        ("2026-07-01T09:30+0900", "2026-07-01T00:30:00Z", "2026-07-01T00:30:00Z"),
    ],
)
def test_a_person_types_days_months_and_how_long_ago_in_their_own_zone(typed, start, end):
    span = read_span(typed, NOON, BERLIN)
    assert (iso_seconds(span.start), iso_seconds(span.end)) == (start, end)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "tomorrow", "7", "7y", "d", "-7d", "7.5d", "last week", "٧d", "2026-W48", "20261124"),
        *("2026-00", "2026-13", "2026-02-30", "2026-11-24T25:00", "2026-11-24T", "24.11.2026"),
        *("0000", "0999", "9000-01", "9999-12-31", "999999w", "9999999d", "2026-11-24T09:30+99:00"),
    ],
)
def test_what_is_no_time_or_out_of_range_is_refused(typed):
    with pytest.raises(ValueError, match=r"no time|out of range|must be in|offset|day is out"):
        read_span(typed, NOON, BERLIN)
