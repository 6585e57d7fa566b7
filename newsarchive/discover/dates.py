"""Dates as feeds, sitemaps and sites write them.

Pure; never guesses a day: what can't be read is None. Tested in tests/discover/test_dates.py.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from urllib.parse import urlsplit

from newsarchive.times import FIRST, LAST

_ISO = re.compile(
    r"""\s*(\d{4})-?(\d{2})(?:-?(\d{2}))?
        (?:[T\s]\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?
        \s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?\s*\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMERIC = re.compile(r"\s*(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*\Z")
_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([/_-]?)(0?[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]|(?<=\D)[1-9]))?(?!\d)"
)
_LONG = 100  # characters; longer texts aren't dates


def parse_date(text: str | None) -> datetime | None:
    """The moment that `text` names, aware, UTC; None if it names none.

    Reads ISO 8601 and W3CDTF (also with a blank for the T, without colons, without a day), RFC 822 and
    2822 with their usual faults (no weekday, two-digit year, zone names), and `2026/11/24 03:48`.
    A date without a zone is taken to be UTC.
    """
    if not text or len(text) > _LONG:
        return None
    try:
        moment = _parse(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and FIRST <= moment < LAST else None


def _parse(text: str) -> datetime | None:
    if found := _ISO.match(text):
        return _from_parts(found.groups()[:6], found[7])
    if found := _NUMERIC.match(text):
        return _from_parts(found.groups(), None)
    return _rfc822(text)


def _from_parts(parts: tuple[str | None, ...], zone: str | None) -> datetime:
    year, month, day, hour, minute, second = (int(p) if p else None for p in parts)
    moment = datetime(
        year or 0, month or 0, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=_zone(zone)
    )
    return moment.astimezone(UTC)


def _zone(text: str | None) -> timezone:
    if not text or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if text[0] == "-" else shift)


def _rfc822(text: str) -> datetime | None:
    """RFC 822; a weekday that isn't English, or isn't followed by a comma, is passed over."""
    body = re.sub(r"\s+", " ", text).strip()
    body = re.sub(r"^[^\W\d]{2,12}\.?,? (?=\d)", "", body)
    parts = parsedate_tz(body)
    if parts is None:
        return None
    zone = timezone(timedelta(seconds=parts[9] or 0))
    hour, minute, second = parts[3], parts[4], min(parts[5], 59)
    extra = timedelta(days=1) if hour == 24 else timedelta()
    moment = datetime(
        parts[0], parts[1], parts[2], hour % 24 if hour == 24 else hour, minute, second, tzinfo=zone
    )
    return (moment + extra).astimezone(UTC)


def date_in_url(url: str) -> tuple[datetime, datetime] | None:
    """The day or month that a URL's path names, as its first moment and the first after it; else None.

    Reads `/2026/11/24/`, `/2026/11/`, `20261124`, `2026-11-24`. Six digits alone (`202611`) are taken for an id.
    """
    for found in _IN_URL.finditer(urlsplit(url).path):
        year, gap, month, day = int(found[1]), found[2], int(found[3]), found[4]
        if not gap and not day:
            continue
        try:
            start = datetime(year, month, int(day) if day else 1, tzinfo=UTC)
        except ValueError:
            continue
        if day:
            return start, start + timedelta(days=1)
        return start, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return None
