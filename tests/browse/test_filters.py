"""How values are written for readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.browse import filters

NOW = datetime(2026, 11, 2, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "day", "clock", "machine"),
    [
        ("2026-11-02T08:05:00Z", "2 Nov 2026", "2 Nov 2026, 08:05", "2026-11-02T08:05:00Z"),
        (NOW, "2 Nov 2026", "2 Nov 2026, 12:05", "2026-11-02T12:05:00Z"),
        (1_000_000, "1 Jan 1970", "1 Jan 1970, 00:00", "1970-01-01T00:00:01Z"),
        (None, "", "", ""),
        ("", "", "", ""),
        ("yesterday", "", "", ""),
    ],
)
def test_a_time_is_written_in_words(value: object, day: str, clock: str, machine: str):
    assert (filters.day(value), filters.clock(value), filters.machine(value)) == (day, clock, machine)


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=24), "1 d"),
        (timedelta(days=21), "3 w"),
        (timedelta(days=800), "2 y"),
    ],
)
def test_the_length_of_a_time_takes_its_largest_unit(passed: timedelta, text: str):
    assert filters.short_lasting(passed.total_seconds()) == text


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (1, "story", "1 story"),
        (2, "story", "2 stories"),
        (1200, "capture", "1,200 captures"),
        (0, "day", "0 days"),
    ],
)
def test_counts_agree_with_their_nouns(count: int, noun: str, text: str):
    assert filters.counted(count, noun) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [(None, ""), (999, "999 B"), (43_210, "43 kB"), (1_234_567, "1.2 MB"), (5 * 10**12, "5000 GB")],
)
def test_sizes_are_short(octets: int | None, text: str):
    assert filters.size(octets) == text


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://a.example/x?y=1", True),
        ("HTTP://A.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example/x", False),
        ("https:", False),
        ("http://[", False),
        ("https://a.example/ b", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: object, is_link: bool):
    assert bool(filters.web_url(url)) is is_link


def test_a_range_of_days_begins_that_many_days_before():
    assert [filters.days_before(NOW, days) for days in (0, 6, 29)] == [
        "2026-11-02",
        "2026-10-27",
        "2026-10-04",
    ]
