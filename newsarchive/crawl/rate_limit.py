"""How fast may one host be fetched from? Delays, budgets, back-off, Retry-After, night windows, patience.

The functions are pure: a host's `Pace`, what it answered and `now` in, a new `Pace` out. Times are the plan's,
so that a simulation may run fast. `RateLimitMiddleware` acts on them: it refuses what mustn't be asked in this
run, and sets the delay of the downloader's slot for the host, as AutoThrottle does (which knows no Retry-After,
no budget and no 5xx). Tested in tests/crawl/test_rate_limit.py.
"""

from __future__ import annotations

import asyncio
import re
import time as machine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from newsarchive.crawl.address_guard import host_port
from newsarchive.crawl.failures import NotFetched, is_reached
from newsarchive.crawl.fetch import GONE, Fetch, Outcome
from newsarchive.crawl.host_addresses import HostAddresses
from newsarchive.crawl.warc_extension import ArchiveMiddleware, exchange_archived
from newsarchive.model import Source
from newsarchive.plan import Plan
from newsarchive.times import utc

LONGEST_WAIT = timedelta(days=7)  # a Retry-After beyond it is taken for nonsense and cut
SLOWEST = 60.0  # seconds; the adaptive delay grows no further
LONGEST_CRAWL_DELAY = 120.0  # seconds; a host whose robots.txt asks for more isn't asked for anything else
LONGEST_REST = 10.0  # seconds; a host rests as long as its last answer took, but no longer
TOO_SLOW = 6  # answers in a row that came too late before a host is left alone for the run
UNREACHABLE = 3  # connections in a row that failed before a host is left alone for the run
TROUBLED = 6  # fetches in a row that failed, after which a host's pages are tried once each, not three times
TOO_MUCH_TROUBLE = 14  # after so many a host is left alone for the run: two pages tried thrice, eight once
PATIENCE = 600.0  # seconds of a run that a host's troubles may cost beyond its configured delay
SHORT_STOP = 60.0  # seconds; a host that asks for no longer rest is waited for within the run
DEFAULT_STOP = timedelta(minutes=15)  # for a 429 without Retry-After
LISTEN = 0.25  # seconds in which a request that waits learns that the crawl is being stopped
PARTS_AT_ONCE = 6  # what a page asks for while a browser loads it


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The state of one host in one run."""

    base: float  # seconds between two requests, as configured
    delay: float  # the present one, adapted to the host's answers; never below `base`
    budget: int  # requests that may still be made
    next_at: datetime | None = None
    not_before: datetime | None = None  # the host asked to be left alone until then
    broken: int = 0  # connections in a row that failed
    timeouts: int = 0  # answers in a row that didn't come in time
    failed: int = 0  # fetches in a row that failed, whatever the reason
    lost: float = 0.0  # seconds that its troubles have cost
    night: str = ""
    reserved: int = 0  # of the budget, for the polls to come today: documents may use it, pages not
    until: datetime | None = None  # when its pages are left for the next run
    too_slow: bool = False  # its robots.txt asks for more patience than there is

    @classmethod
    def start(cls, *, delay: float, budget: int, **more: Any) -> Pace:
        """Return the pace of a host that hasn't been asked yet in this run; `more` are other fields."""
        return cls(base=delay, delay=delay, budget=budget, **more)


def stop_reason(pace: Pace, now: datetime, *, is_page: bool = False) -> str:
    """Decide why a host gets no more requests (or, with `is_page`, none for pages) in this run; empty if it does."""
    if pace.budget <= (pace.reserved if is_page else 0):
        return "budget spent"
    if pace.too_slow:
        return "asks for too long a delay"
    if is_page and pace.until is not None and now >= pace.until:
        return "out of time"
    if pace.not_before is not None and (pace.not_before - now).total_seconds() > SHORT_STOP:
        return "asked to wait"
    if pace.broken >= UNREACHABLE:
        return "host unreachable"
    if pace.timeouts >= TOO_SLOW or (pace.lost > PATIENCE and not pace.failed):
        return "host too slow"
    if pace.failed >= TOO_MUCH_TROUBLE or pace.lost > PATIENCE:
        return "host in trouble"
    if pace.night and not in_window(pace.night, now):
        return "outside the night window"
    return ""


def wait(pace: Pace, now: datetime) -> float:
    """Return the seconds until the next request may go, 0 for none."""
    moments = [moment for moment in (pace.next_at, pace.not_before) if moment is not None]
    return max(0.0, *((moment - now).total_seconds() for moment in moments)) if moments else 0.0


def started(pace: Pace, now: datetime) -> Pace:
    """Return the pace after a request has been sent at `now`."""
    return replace(pace, budget=pace.budget - 1, next_at=now + timedelta(seconds=pace.delay))


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
    """Return the pace after an answer (or a failure, `status` None).

    The host rests at least as long as its answer took (at most 10 s), so that one crawler never keeps
    it more than half busy; a 429 or 5xx doubles the delay, a good answer brings it back by half. The delay counts
    from when the request was sent, not from when a connection for it was first tried.

    Args:
        took: Seconds from when the request was sent to the end of the answer, in the plan's time.
        retry_after: The header's value on a 429 or 503.
        is_reached: Whether there was a connection at all; after some without, the host is left alone.
        is_late: Whether the answer didn't come in time; likewise.
    """
    delay = pace.delay
    if status is None or status == 429 or status >= 500:
        delay = min(SLOWEST, max(pace.base, delay * 2)) if pace.base else 0.0
    else:
        delay = max(pace.base, delay / 2)
    pause = max(min(took, LONGEST_REST), pace.delay - took) if pace.base else 0.0
    earliest = now + timedelta(seconds=pause)
    next_at = max(earliest, pace.next_at) if pace.next_at else earliest
    if delay > pace.delay:
        next_at = max(next_at, now + timedelta(seconds=delay))
    until = waits_until(status, retry_after, now)
    asked = (until - now).total_seconds() if until is not None else 0.0
    has_failed = status is None or (status >= 400 and status not in GONE)
    return replace(
        pace,
        delay=delay,
        next_at=next_at,
        not_before=until or pace.not_before,
        broken=0 if is_reached else pace.broken + 1,
        timeouts=pace.timeouts + 1 if is_late else 0,
        failed=pace.failed + 1 if has_failed else 0,
        lost=pace.lost + delay - pace.base + (asked if asked <= SHORT_STOP else 0.0),
    )


def rested(pace: Pace, now: datetime, seconds: float) -> Pace:
    """Return the pace of a host that is left alone for `seconds` before a page of it is tried again."""
    next_at = now + timedelta(seconds=seconds)
    return replace(pace, next_at=max(next_at, pace.next_at) if pace.next_at else next_at)


def slowed(pace: Pace, seconds: float) -> Pace:
    """Return the pace of a host whose robots.txt asks for `seconds` between two requests; the one under way counts.
    One that asks for more than two minutes gets no further request."""
    next_at = pace.next_at + timedelta(seconds=seconds - pace.delay) if pace.next_at else None
    if seconds > LONGEST_CRAWL_DELAY:
        return replace(pace, too_slow=True)
    if seconds <= pace.delay:
        return replace(pace, base=max(pace.base, seconds))
    return replace(pace, base=seconds, delay=seconds, next_at=next_at)


def waits_until(status: int | None, retry_after: str | None, now: datetime) -> datetime | None:
    """Return until when a host asked to be left alone: Retry-After of a 429 or 503, or a quarter of an hour
    for a 429 without one; None if it didn't ask."""
    if status not in (429, 503):
        return None
    parsed = parse_retry_after(retry_after, now) if retry_after is not None else None
    return now + DEFAULT_STOP if parsed is None and status == 429 else parsed


def parse_retry_after(value: str, now: datetime) -> datetime | None:
    """Return the moment that a Retry-After header names, in seconds or as a date; None if unreadable.

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


def in_window(window: str, now: datetime) -> bool:
    """Decide whether `now` lies in a window `HH:MM-HH:MM` (UTC). It may span midnight; an unreadable one is
    closed never (True), since `sources` refuses it when it is read."""
    found = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", window)
    if not found:
        return True
    begin = time(int(found[1]) % 24, int(found[2]))
    end = time(int(found[3]) % 24, int(found[4]))
    clock = now.astimezone(UTC).time().replace(second=0, microsecond=0)
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


class RateLimitMiddleware(ArchiveMiddleware):
    """The last downloader middleware before the downloader. Whatever the scheduler, no host is asked more often
    than its pace allows."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._plan, self._clock = self._archive.plan, self._archive.clock
        self._hosts: dict[str, Pace] = {}
        self._names: dict[str, str] = {}  # a host without `www.` -> the name under which it is paced
        self._owners: dict[str, str] = {}  # host -> the source that owns it, if one does
        self._asked: dict[str, float] = {}  # host -> the machine's monotonic time of the last request
        self._addresses = HostAddresses(self._archive.guard)
        crawler.signals.connect(self._answered, signal=exchange_archived)

    async def process_request(self, request: Request) -> None:
        """Pass a request on to its host's slot.

        Raises:
            NotFetched: the host gets no more requests in this run ("left").
        """
        host, fetch = self.host_of(request.url), Fetch.begin(request)
        is_part = request.meta.get("is_part")  # of a page that a browser loads: at once, as a browser does
        self.pace(host, fetch.source)
        if host in self._owners:
            await self._addresses.find(self._owners[host], host, request)
        while not (reason := self.stop_reason(host, fetch)) and not is_part:
            seconds = self.due(host) - machine.monotonic()
            if seconds <= 0:
                break
            await asyncio.sleep(min(seconds, LISTEN))
        if reason:
            raise NotFetched(Outcome("left", reason))
        slot = f"{host} parts" if is_part else host
        request.meta["download_slot"] = slot
        pace = self._hosts[host] = started(self.pace(host, fetch.source), self._clock.now())
        self._asked[host] = machine.monotonic()
        if slot == host:
            self._settings[host] = {
                "delay": pace.delay / self._plan.speed,
                "concurrency": self._plan.crawl.per_host,
            }
        else:
            self._settings[slot] = {"delay": 0, "concurrency": PARTS_AT_ONCE}

    @property
    def _slots(self) -> dict[str, Any]:
        return self._crawler.engine.downloader.slots

    @property
    def _settings(self) -> dict[str, dict[str, Any]]:
        """What the downloader makes new slots from: DOWNLOAD_SLOTS."""
        return self._crawler.engine.downloader.per_slot_settings

    def host_of(self, url: str) -> str:
        """Return the name under which a URL's host is paced: `www.` and the bare name share that which came first."""
        host = host_port(url)
        return self._names.setdefault(host.removeprefix("www."), host)

    def pace(self, host: str, source: str) -> Pace:
        """Return the pace of a host, which is that of the source that owns it, or else asks for it first."""
        if host not in self._hosts:
            owner = next((s for s in self._plan.sources if owns(s, host)), None)
            pace = pace_of(self._plan, host, owner or self._archive.source(source))
            if self._plan.patience:
                pace = replace(pace, until=self._clock.now() + timedelta(seconds=self._plan.patience))
            self._hosts[host] = pace
            if owner is not None:
                self._owners[host] = owner.name
        return self._hosts[host]

    def stop_reason(self, host: str, fetch: Fetch) -> str:
        """Return why a host gets no more requests like this one in this run; empty if it does."""
        engine = self._crawler.engine
        if not engine.running or engine._slot is None or engine._slot.closing is not None:
            return "interrupted"
        is_page = not fetch.is_document and fetch.reason != "robots"
        return stop_reason(self.pace(host, fetch.source), self._clock.now(), is_page=is_page)

    def due(self, host: str) -> float:
        """Return the machine's monotonic time at which the next request to a host may go: its slot lets it, and the
        delay is over since one to another host of its outlet at its address."""
        pace, slot = self._hosts.get(host), self._slots.get(host)
        if pace is None:
            return 0.0
        delay, neighbours = pace.delay / self._plan.speed, self._addresses.neighbours(host)
        moments = [self._asked.get(name, 0.0) + delay for name in neighbours]
        if slot is not None:
            moments.append(float(slot.lastseen + slot.delay))
        elif seconds := wait(pace, self._clock.now()):  # what it asked for in an earlier run may not be over
            moments.append(machine.monotonic() + seconds / self._plan.speed)
        return max(moments, default=0.0)

    def is_troubled(self, host: str) -> bool:
        """Return whether the last fetches from the host failed."""
        return host in self._hosts and self._hosts[host].failed > 0

    def is_reached(self, host: str) -> bool:
        """Return whether the last request reached the host."""
        return host in self._hosts and not self._hosts[host].broken

    def may_retry(self, host: str) -> bool:
        """Return whether a page of the host may be tried again: not when many have failed in a row."""
        return host not in self._hosts or self._hosts[host].failed < TROUBLED

    def rest(self, host: str, seconds: float) -> None:
        """Stop requests to a host for some of the plan's seconds."""
        self._set(host, rested(self._hosts[host], self._clock.now(), seconds))

    def slow(self, host: str, source: str, seconds: float) -> None:
        """Ask a host no more often than its robots.txt wishes."""
        pace = self.pace(host, source)
        if seconds > pace.base:
            self._set(host, slowed(pace, seconds))

    def waits(self) -> dict[str, datetime]:
        """Return the hosts that asked to be left alone, and until when."""
        now = self._clock.now()
        return {
            h: p.not_before for h, p in self._hosts.items() if p.not_before is not None and p.not_before > now
        }

    def _answered(self, request: Request, fetch: Fetch, response: Response | None) -> None:
        host = self.host_of(request.url)
        if host not in self._hosts:  # somebody's request that went round this middleware
            return
        self._asked[host] = machine.monotonic() - fetch.seconds
        status = response.status if response is not None and fetch.failure != "disconnect" else None
        retry_after = response.headers.get("Retry-After") if response is not None else None
        self._set(
            host,
            answered(
                self._hosts[host],
                self._clock.now(),
                took=fetch.seconds * self._plan.speed,
                status=status,
                retry_after=retry_after.decode("latin-1") if retry_after else None,
                is_reached=is_reached(fetch.failure, fetch.size),
                is_late=fetch.failure == "timeout",
            ),
        )

    def _set(self, host: str, pace: Pace) -> None:
        """Take a pace over into the host's slot, whose delay counts from the start of the last request."""
        self._hosts[host] = pace
        slot = self._slots.get(host)
        if slot is not None:
            left = wait(pace, self._clock.now()) / self._plan.speed
            since = machine.monotonic() - slot.lastseen if left else 0.0
            slot.delay = max(since + left, pace.delay / self._plan.speed)


def owns(source: Source, host: str) -> bool:
    """Decide whether a host is one of a source's own: named by its URLs, or under one of its domains."""
    urls = (source.homepage, *source.feeds, *source.sitemaps, *source.sections)
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    is_under = any(name == d or name.endswith("." + d) for d in source.domains)
    return is_under or host in {host_port(url) for url in urls if url}


def pace_of(plan: Plan, host: str, source: Source) -> Pace:
    """Return the pace with which a plan begins to ask a host on behalf of a source."""
    daily = source.daily_budget if source.daily_budget is not None else plan.crawl.daily_budget
    twins = {host, host.removeprefix("www."), f"www.{host}"}
    left = daily - sum(plan.spent.get(twin, 0) for twin in twins)
    budget = min(plan.crawl.run_budget, left)
    return Pace.start(
        delay=float(source.delay if source.delay is not None else plan.crawl.delay),
        budget=budget,
        reserved=max(0, min(sum(plan.reserved.get(twin, 0) for twin in twins), daily // 4) - (left - budget)),
        not_before=max((plan.not_before[twin] for twin in twins if twin in plan.not_before), default=None),
        night=source.night,
    )
