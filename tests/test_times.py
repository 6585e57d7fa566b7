"""Times: aware, UTC, sortable as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsarchive.times import FIRST, LAST, Clock, from_micros, iso, iso_seconds, micros, parse_iso, utc

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
