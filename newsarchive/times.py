"""Times: parse, print, compare; always aware, and UTC but for what a person types (`read_span`).

Reads no clock except in `Clock`, which the command line, the crawl and browse hand down.
Tested in tests/test_times.py.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as time_of_day

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Moments from outside lie between: four digits a year, and room to add to and take from.
FIRST, LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def boottime() -> float:
    """Return seconds since the machine started, those in which it slept included where the system counts them (Linux)."""
    return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)


class Clock:
    """Time for one run: the wall clock read once, then a monotonic clock on top.

    Within a run the answers never go back, even if somebody sets the machine's clock, and a sleep of the machine counts.

    Args:
        start: The anchor; the wall clock's present if None.
        speed: How many seconds pass here while one passes outside (for simulations).
    """

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self._anchor = utc(start) if start is not None else datetime.now(UTC)
        self._began = boottime()
        self.speed = speed

    def now(self) -> datetime:
        """Return the present, aware, UTC, with microseconds."""
        passed = (boottime() - self._began) * self.speed
        return self._anchor + timedelta(seconds=passed)


def utc(moment: datetime) -> datetime:
    """Return `moment` in UTC; a naive one is taken to be UTC already."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def iso(moment: datetime) -> str:
    """Return `2026-11-24T03:40:12.000123Z`: ISO 8601, UTC, microseconds, sorts as text."""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def iso_seconds(moment: datetime) -> str:
    """Return `2026-11-24T03:40:12Z`: as `iso`, cut to seconds."""
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> datetime:
    """Return the moment that an ISO 8601 text names, aware, UTC.

    Raises:
        ValueError: `text` isn't ISO 8601, or not between FIRST and LAST.
    """
    try:
        moment = utc(datetime.fromisoformat(text.strip().replace("Z", "+00:00")))
    except OverflowError as error:
        raise ValueError(f"out of range: {text[:40]!r}") from error
    if not FIRST <= moment < LAST:
        raise ValueError(f"out of range: {text[:40]!r}")
    return moment


def micros(moment: datetime) -> int:
    """Return microseconds since 1970, as the index stores times of captures."""
    return (utc(moment) - EPOCH) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    """Return the moment for `micros`' answer."""
    return EPOCH + timedelta(microseconds=value)


# ---------------------------------------------------------------- what a person types

SPANS = "2026-11-24, 2026-11, 2026, 2026-11-24T09:30, today, yesterday, 7d, 24h, 30min or 2w"
_AGO = re.compile(r"(\d{1,6}) ?(min|h|d|w)", re.ASCII)
_UNITS = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From `start` up to `end`, which isn't in it, aware; one moment if they are the same."""

    start: datetime
    end: datetime


def read_span(text: str, now: datetime, zone: tzinfo | None = None) -> TimeSpan:
    """Return what a person means by a date, a month, a year, `yesterday`, or `7d` (so long before `now`).

    Args:
        now: The present, aware.
        zone: In which days begin, and times are that name no zone; the machine's if None.

    Returns:
        A day, month or year from its first moment to the next one's; a time, or a time ago, as one moment.
        Both in `zone`.

    Raises:
        ValueError: `text` is none of SPANS, or not between FIRST and LAST.
    """
    wanted = text.strip().lower()
    try:
        found = _moment(wanted, now, zone) or _days(wanted, now, zone)
    except OverflowError as error:
        raise ValueError(f"out of range: {text[:40]!r}") from error
    if found is None:
        raise ValueError(f"{text[:40]!r} is no time. Write {SPANS}")
    if not FIRST <= found.start <= found.end < LAST:
        raise ValueError(f"out of range: {text[:40]!r}")
    return found


def _moment(wanted: str, now: datetime, zone: tzinfo | None) -> TimeSpan | None:
    if ago := _AGO.fullmatch(wanted):
        at = (now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})).astimezone(zone)
    elif _TIME.fullmatch(wanted.upper()):
        read = datetime.fromisoformat(wanted.upper().replace("Z", "+00:00"))
        at = read.astimezone(zone) if read.tzinfo else _in_zone(read, zone)
    else:
        return None
    return TimeSpan(at, at)


def _days(wanted: str, now: datetime, zone: tzinfo | None) -> TimeSpan | None:
    """The days from one to another, the second not included."""
    today = now.astimezone(zone).date()
    if wanted in ("today", "yesterday"):
        first = today - timedelta(days=wanted == "yesterday")
        last = first + timedelta(days=1)
    elif parts := _DATE.fullmatch(wanted):
        year, month, day = (int(part or "1") for part in parts.groups())
        first = date(year, month, day)
        if parts[3]:
            last = first + timedelta(days=1)
        else:
            last = date(year + 1, 1, 1) if month == 12 or not parts[2] else date(year, month + 1, 1)
    else:
        return None
    return TimeSpan(*(_in_zone(datetime.combine(at, time_of_day()), zone) for at in (first, last)))


def _in_zone(naive: datetime, zone: tzinfo | None) -> datetime:
    return naive.replace(tzinfo=zone) if zone else naive.astimezone()
