"""How values are written for readers: dates, numbers, durations, sizes, addresses.

Pure; the templates' filters. Never makes HTML. Tested in tests/browse/test_filters.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from newsarchive.languages import counted
from newsarchive.times import from_micros, parse_iso

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def moment(value: object) -> datetime | None:
    """Return the time that a column holds (ISO text or microseconds), None if it holds none."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, int):
        return from_micros(value)
    if isinstance(value, str) and value:
        try:
            return parse_iso(value)
        except ValueError:
            return None
    return None


def day(value: object) -> str:
    """Return `24 Nov 2026`, empty if there is no time."""
    at = moment(value)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}" if at else ""


def long_day(value: object) -> str:
    """Return `Monday, 2 November 2026`."""
    at = moment(value)
    return f"{DAYS[at.weekday()]}, {at.day} {LONG_MONTHS[at.month - 1]} {at.year}" if at else ""


def days_before(value: datetime, days: int) -> str:
    """Return the date `days` days before a time, as a date field has it: `2026-11-24`."""
    return (value - timedelta(days=days)).date().isoformat()


def clock(value: object) -> str:
    """Return `24 Nov 2026, 03:40`, in UTC as all times here; empty if there is no time."""
    at = moment(value)
    return f"{day(at)}, {at:%H:%M}" if at else ""


def machine(value: object) -> str:
    """Return the time for `<time datetime=…>`: `2026-11-24T03:40:12Z`."""
    at = moment(value)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def short_lasting(seconds: float) -> str:
    """Return the length of a time for axes, in its largest fitting unit: `40 s`, `3 h`, `2 y`."""
    for size, name in ((31_557_600, "y"), (604_800, "w"), (86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def number(value: object) -> str:
    """Return `12,345`."""
    return f"{value:,}" if isinstance(value, int) else str(value if value is not None else "")


def size(octets: int | None) -> str:
    """Return `43 kB`, `1.2 MB`."""
    if octets is None:
        return ""
    if octets < 1000:
        return f"{octets} B"
    for unit in ("kB", "MB", "GB"):
        octets_in = octets / {"kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
        if octets_in < 1000 or unit == "GB":
            return f"{octets_in:.0f} {unit}" if octets_in >= 10 else f"{octets_in:.1f} {unit}"
    return ""


def web_url(value: object) -> str:
    """Return `value` if a link may lead there: http or https with a host; else empty."""
    if not isinstance(value, str) or any(ord(c) <= 32 for c in value):
        return ""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return ""
    return value if parts.scheme.lower() in ("http", "https") and host else ""


def listed(values: Iterable[str]) -> str:
    """Return `A, B and C`."""
    items = [v for v in values if v]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def signed(added: int | None, removed: int | None) -> str:
    """Return `+120 −40 characters`; empty where none was added or removed."""
    count = counted(max(added or 0, removed or 0), "character").partition(" ")[2]
    return f"+{added or 0:,} \u2212{removed or 0:,} {count}" if added or removed else ""
