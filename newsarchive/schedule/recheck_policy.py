"""When should a page be fetched again, and how many known pages may one run fetch?

Pure: takes a page's history and the time, returns a time; takes a host's budget and its sources' polls, returns a
number. It reads no clock, no database and no network. Re-checks must never use what the polls and new stories of the
rest of the day will need. Tested in tests/schedule/test_recheck_policy.py and tests/schedule/test_recheck_budget.py.
How the policies compare, measured: tests/bench/schedule.py.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsarchive.config import RecheckConfig
from newsarchive.schedule.edit_counts import EditCounts
from newsarchive.schedule.edit_rates import Rates, rates_of
from newsarchive.schedule.health_records import Poll

HINT_FLOOR = 5 * 60.0  # seconds between a check and the one that a hint asks for
DOUBT = 10 * 60.0  # seconds after a doubtful capture; the versions let a check this much later confirm it
GONE = 5.0  # a page that is gone waits so many times as long
WORTHLESS = 0.03  # hints that are true less often aren't followed: plain re-checks find as much
NEVER_SEEN = 1e6  # worth of a page never captured


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of a page's checks. Times aware, UTC."""

    first_seen_at: datetime
    published_at: datetime | None = None
    last_checked_at: datetime | None = None  # None: never captured
    last_changed_at: datetime | None = None  # capture that first showed the latest version
    checks: int = 0  # captures, the first included
    changes: int = 0  # versions after the first
    hinted_at: datetime | None = None  # a feed or sitemap said then that the page changed
    is_gone: bool = False  # 404 or 410, twice
    is_doubtful: bool = False  # the last capture lacks text that was there


def next_check(history: History, config: RecheckConfig, rates: Rates | None = None) -> datetime | None:
    """Return the next moment at which a page is due; None when its life has ended.

    Without `rates` the wait is the story's age at the last check times `ratio`. With them it follows from how often stories
    of that outlet are edited at that age, how lively this one was, and whether edits are announced
    (`rates.Rates.wait`). Either way at least `floor` and at most `cap`; the life ends `end` after the
    story came out or last changed. A page that is gone may come back: it is fetched whenever its age has
    doubled (`GONE` times `ratio`), whatever the rates say. A hint younger than the last check makes
    the page due at the hint, even after its end, but not within 5 minutes after a check. After a doubtful
    capture the page is due 10 minutes later, even after its end.

    Args:
        history: What is known of the page.
        config: `[recheck]` of the archive, in seconds.
        rates: What was learnt of the outlet; None for the simple rule.

    Returns:
        A moment, possibly in the past (then the page is due); `first_seen_at` for a page never captured.
    """
    checked = history.last_checked_at
    if checked is None:
        return history.first_seen_at
    if history.is_doubtful:
        return checked + timedelta(seconds=DOUBT)
    hint = history.hinted_at
    if hint is not None and hint > checked and (rates is None or rates.hint_precision >= WORTHLESS):
        return max(hint, checked + timedelta(seconds=HINT_FLOOR))
    born = born_at(history)
    edited = history.last_changed_at if history.changes and history.last_changed_at else None
    if history.is_gone:
        rates = None
        config = replace(config, ratio=GONE * config.ratio)
    wait = next_wait(
        first=(history.first_seen_at - born).total_seconds(),
        age=(checked - born).total_seconds(),
        since_edit=None if edited is None else (checked - edited).total_seconds(),
        edits=history.changes,
        config=config,
        rates=rates,
        at=checked.timestamp(),
    )
    return None if wait is None else checked + timedelta(seconds=wait)


def next_wait(
    *,
    first: float,
    age: float,
    since_edit: float | None,
    edits: int,
    config: RecheckConfig,
    rates: Rates | None = None,
    at: float | None = None,
) -> float | None:
    """Return what `next_check` does, in seconds after the last check and without hints.

    Args:
        first: Age at the first capture.
        age: Age at the last check.
        since_edit: Time from the last edit that was seen to the last check; None if there was none.
        edits: Edits seen so far.
        at: When the last check was, seconds since 1970; None leaves the outlet's hours alone.
    """
    calm = age if since_edit is None else min(age, since_edit)
    if calm >= config.end:
        return None
    if rates is None:
        wait = config.ratio * calm
    else:
        wait = rates.wait(first=first, age=age, since_edit=since_edit, edits=edits, at=at)
    floor = config.floor if rates is None else rates.floor_at(age, config)
    return min(max(wait, floor), config.cap)


def born_at(history: History) -> datetime:
    """Return when the story came out: what it says, unless it says a time after we saw it."""
    if history.published_at is None:
        return history.first_seen_at
    return min(history.published_at, history.first_seen_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHistory:
    """A page with its history. `key` is whatever the caller finds it by."""

    key: str
    history: History
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A page that is due now, or will be.

    `worth` orders pages when a budget is short: the edits that a check now is expected to find.
    """

    key: str
    source: str
    due_at: datetime
    worth: float
    reason: str


def due(
    pages: Iterable[PageHistory],
    now: datetime,
    config: RecheckConfig,
    rates: Mapping[str, Rates] | None = None,
) -> tuple[Due, ...]:
    """Return the pages that are due at `now`, the worthiest first.

    Args:
        rates: Source -> what was learnt of it; the simple rule for sources that aren't in it.
    """
    found = list(_dues(pages, now, config, rates or {}, until=now))
    found.sort(key=lambda d: (-d.worth, d.due_at, d.key))
    return tuple(found)


def agenda(
    pages: Iterable[PageHistory],
    now: datetime,
    config: RecheckConfig,
    rates: Mapping[str, Rates] | None = None,
) -> tuple[Due, ...]:
    """Return all pages that will be due again, soonest first; worth as if fetched `now`."""
    found = list(_dues(pages, now, config, rates or {}, until=None))
    found.sort(key=lambda d: (d.due_at, d.key))
    return tuple(found)


def _dues(
    pages: Iterable[PageHistory],
    now: datetime,
    config: RecheckConfig,
    rates: Mapping[str, Rates],
    *,
    until: datetime | None,
) -> Iterator[Due]:
    """The pages that are due by `until` (None: ever)."""
    guess = rates_of(EditCounts(), config)
    for page in pages:
        own = rates.get(page.source)
        moment = next_check(page.history, config, own)
        if moment is None or (until is not None and moment > until):
            continue
        yield Due(
            key=page.key,
            source=page.source,
            due_at=moment,
            worth=worth(page.history, now, own or guess),
            reason=_reason(page.history, own),
        )


def worth(history: History, now: datetime, rates: Rates) -> float:
    """Return edits that a check at `now` is expected to find: those due at this age since the last check.

    A hint counts for the share of hints that are true, a doubtful capture for one edit. A page never captured is worth more than any.
    """
    checked = history.last_checked_at
    if checked is None:
        return NEVER_SEEN
    born = born_at(history)
    first = (history.first_seen_at - born).total_seconds()
    age = (checked - born).total_seconds()
    later = max((now - born).total_seconds(), age)
    lively = rates.factor(first, age, history.changes)
    plain = lively * rates.expected(age, later)
    is_hinted = history.hinted_at is not None and history.hinted_at > checked
    return plain + float(history.is_doubtful) + (rates.hint_precision if is_hinted else 0.0)


def _reason(history: History, rates: Rates | None) -> str:
    if history.last_checked_at is None:
        return "never captured"
    if history.is_doubtful:
        return "the last capture broke off"
    if history.hinted_at is not None and history.hinted_at > history.last_checked_at:
        return "a feed or sitemap says it changed"
    return "its age" if rates is None else "edits of this outlet's stories at its age"


# ---------------------------------------------------------------- how many in one run

RECENT = 40  # polls that "usual" is taken from
ORDINARY = 0.9  # of the polls, the cheapest; the first one, which fetches all that is listed, isn't usual
HEADROOM = 1.5  # of what polls and new stories usually cost
BURST = 3.0  # times its even share of the rest of the day that one run may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a source will need of a host's budget until midnight (UTC), this run included."""

    fetches: int
    polls: int  # still to come today, this one included


def need_of(polls: Sequence[Poll], now: datetime) -> Need | None:
    """Return what the source's polls and new stories will need today; None if it was never polled.

    Args:
        polls: Oldest first; those of which nothing was asked left out.
    """
    recent = polls[-RECENT:]
    if not recent:
        return None
    moments = [p.at for p in recent if p.at < now] + [now]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(moments)]
    gap = max(statistics.median(gaps), 1.0) if gaps else 86400.0
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    count = 1 + int((midnight - now).total_seconds() / gap)
    costs = sorted(max(p.fetches - p.changed - p.unchanged, 0) for p in recent)
    cost = statistics.mean(costs[: max(1, int(ORDINARY * len(costs)))])
    return Need(fetches=math.ceil(HEADROOM * cost * count), polls=count)


def allowance(left: int, needs: Sequence[Need | None]) -> int:
    """Return how many known stories of a host one run may fetch again.

    Args:
        left: Of the host's budget for the day.
        needs: One for each source that lives on the host; None for one never polled.

    Returns:
        0 to `left`; half of it where nothing is known of a source's needs.
    """
    known = [need for need in needs if need is not None]
    if len(known) < len(needs) or not known:
        return max(left, 0) // 2
    spare = max(left - sum(need.fetches for need in known), 0)
    return int(spare * min(1.0, BURST / max(need.polls for need in known)))
