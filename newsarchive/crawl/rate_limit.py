"""How fast may one host be asked? Delays, budgets, back-off, Retry-After, night windows.

Pure: a host's `Pace`, what it answered and `now` in, a new `Pace` or a verdict out. Reads no clock and
draws no random number (jitter is handed in). Times are the plan's, so that a simulation may run fast.
Tested in tests/crawl/test_rate_limit.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from newsarchive.times import utc

LONGEST_WAIT = timedelta(days=7)  # a Retry-After beyond it is taken for nonsense and cut
SLOWEST = 60.0  # seconds; the adaptive delay grows no further
CRAWL_DELAY_CAP = 600.0  # seconds; robots.txt may ask for more, and gets this
RETRIES = 2  # after the first attempt
BACKOFF = 2.0  # seconds before the first retry, doubled for the second
TOO_SLOW = 6  # answers in a row that came too late before a host is left alone for the run
UNREACHABLE = 3  # connections in a row that failed before a host is left alone for the run
SHORT_STOP = 60.0  # seconds; a host that asks for no longer rest is waited for within the run
DEFAULT_STOP = timedelta(minutes=15)  # for a 429 without Retry-After


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The state of one host in one run."""

    base: float  # seconds between two requests, as configured
    delay: float  # the present one, adapted to the host's answers; never below `base`
    budget: int  # requests that may still be made
    made: int = 0
    next_at: datetime | None = None
    not_before: datetime | None = None  # the host asked to be left alone until then
    broken: int = 0  # connections in a row that failed
    timeouts: int = 0  # answers in a row that didn't come in time
    night: str = ""

    @classmethod
    def start(cls, *, delay: float, budget: int, not_before: datetime | None = None, night: str = "") -> Pace:
        """A host that hasn't been asked yet in this run."""
        return cls(base=delay, delay=delay, budget=budget, not_before=not_before, night=night)


@dataclass(frozen=True, slots=True)
class Verdict:
    """May the next request go now? `wait` seconds of the plan's time if not at once; `stop` names why
    this host gets no more requests in this run."""

    wait: float = 0.0
    stop: str = ""


def verdict(pace: Pace, now: datetime) -> Verdict:
    """What to do with the next request to a host.

    Returns:
        A stop for a spent budget, a Retry-After that lies more than a minute ahead, an unreachable host
        or a closed night window; else the seconds to wait, 0 for none.
    """
    if pace.budget <= 0:
        return Verdict(stop="budget spent")
    asked = (pace.not_before - now).total_seconds() if pace.not_before is not None else 0.0
    if asked > SHORT_STOP:
        return Verdict(stop="asked to wait")
    if pace.broken >= UNREACHABLE:
        return Verdict(stop="host unreachable")
    if pace.timeouts >= TOO_SLOW:
        return Verdict(stop="host too slow")
    if pace.night and not in_window(pace.night, now):
        return Verdict(stop="outside the night window")
    due = (pace.next_at - now).total_seconds() if pace.next_at is not None else 0.0
    return Verdict(wait=max(asked, due, 0.0))


def started(pace: Pace, now: datetime) -> Pace:
    """The pace after a request has been sent at `now`."""
    return replace(
        pace, made=pace.made + 1, budget=pace.budget - 1, next_at=now + timedelta(seconds=pace.delay)
    )


def answered(
    pace: Pace,
    now: datetime,
    *,
    took: float,
    status: int | None,
    retry_after: str | None = None,
    is_reached: bool = True,
    is_late: bool = False,
) -> Pace:
    """The pace after an answer (or a failure, `status` None).

    The host rests at least as long as its answer took (at most 10 s), so that one crawler never keeps
    it more than half busy; a 429 or 5xx doubles the delay, a good answer brings it back by half.

    Args:
        took: Seconds that the answer took, in the plan's time.
        retry_after: The header's value on a 429 or 503.
        is_reached: Whether there was a connection at all; after some without, the host is left alone.
        is_late: Whether the answer didn't come in time; likewise.
    """
    delay = pace.delay
    if status is None or status == 429 or status >= 500:
        delay = min(SLOWEST, max(pace.base, delay * 2)) if pace.base else 0.0
    else:
        delay = max(pace.base, delay / 2)
    rest = min(took, 10.0) if pace.base else 0.0
    earliest = now + timedelta(seconds=rest)
    next_at = max(earliest, pace.next_at) if pace.next_at else earliest
    if delay > pace.delay:
        next_at = max(next_at, now + timedelta(seconds=delay))
    until = waits_until(status, retry_after, now) or pace.not_before
    return replace(
        pace,
        delay=delay,
        next_at=next_at,
        not_before=until,
        broken=0 if is_reached else pace.broken + 1,
        timeouts=pace.timeouts + 1 if is_late else 0,
    )


def slowed(pace: Pace, seconds: float) -> Pace:
    """The pace of a host whose robots.txt asks for `seconds` between two requests; the one under way counts."""
    next_at = pace.next_at + timedelta(seconds=seconds - pace.delay) if pace.next_at else None
    if seconds <= pace.delay:
        return replace(pace, base=max(pace.base, seconds))
    return replace(pace, base=seconds, delay=seconds, next_at=next_at)


def waits_until(status: int | None, retry_after: str | None, now: datetime) -> datetime | None:
    """Until when a host asked to be left alone: Retry-After of a 429 or 503, or a quarter of an hour
    for a 429 without one; None if it didn't ask."""
    if status not in (429, 503):
        return None
    if retry_after is None:
        return now + DEFAULT_STOP if status == 429 else None
    parsed = parse_retry_after(retry_after, now)
    if parsed is None and status == 429:
        return now + DEFAULT_STOP
    return parsed


def parse_retry_after(value: str, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names, in seconds or as a date; None if unreadable.

    Returns:
        `now` at the earliest, seven days ahead at the latest.
    """
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        return now + min(timedelta(seconds=int(text)), LONGEST_WAIT)
    try:
        moment = utc(parsedate_to_datetime(text))
    except (ValueError, IndexError, TypeError):
        return None
    return min(max(moment, now), now + LONGEST_WAIT)


def backoff(attempt: int, jitter: float) -> float:
    """Seconds before retry number `attempt` (1 for the first): 2, 4, … spread by half either way.

    Args:
        jitter: A number from 0 to 1, drawn by the caller.
    """
    return BACKOFF * 2.0 ** (attempt - 1) * (0.5 + jitter)


def in_window(window: str, now: datetime) -> bool:
    """Does `now` lie in a window `HH:MM-HH:MM` (UTC)? It may span midnight; an unreadable one is closed
    never (True), since `sources` refuses it when it is read."""
    found = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", window)
    if not found:
        return True
    begin = time(int(found[1]) % 24, int(found[2]))
    end = time(int(found[3]) % 24, int(found[4]))
    clock = now.astimezone(UTC).time().replace(second=0, microsecond=0)
    return begin <= clock < end if begin <= end else clock >= begin or clock < end
