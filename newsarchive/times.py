"""Times: parse, print, compare; always aware, always UTC.

Reads no clock except in `Clock`, which the command line, the crawl and browse hand down.
Tested in tests/test_times.py.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Moments from outside lie between: four digits a year, and room to add to and take from.
FIRST, LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Clock:
    """Time for one run: the wall clock read once, then a monotonic clock on top.

    Within a run the answers never go back, even if somebody sets the machine's clock.

    Args:
        start: The anchor; the wall clock's present if None.
        speed: How many seconds pass here while one passes outside (for simulations).
    """

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self._anchor = utc(start) if start is not None else datetime.now(UTC)
        self._mono = time.monotonic()
        self.speed = speed

    def now(self) -> datetime:
        """Return the present, aware, UTC, with microseconds."""
        passed = (time.monotonic() - self._mono) * self.speed
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
