"""No new story for longer than usual: the sign that needs a sense of time.

Pure. A source's longest silence so far, its weekdays and its youth decide what is long for it. Tested in
tests/schedule/test_health.py and, over months of outlets of different pace, in test_health_month.py.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from newsarchive.schedule.health_records import Alarm, Facts, Poll

GAP_DAYS = 28  # days of polls whose gaps between new stories are usual
GAP_FACTOR = 1.5  # no new story for so many times the longest usual gap …
GAP_LEAST = timedelta(hours=3)  # … and at least this much longer than it
# The least wait while less than a week is known: a weekend, Friday 18 to Monday 8.
GAP_YOUNG = timedelta(hours=62)
EXPECTED = 8.0  # stories usual in the silence; at random times, so many stay away once in 3,000 times
TWICE = 2  # polls in a row after which a failure is told; one may be a hiccup
PAST = 3  # polls that make a past


def streak(items: Sequence[Any], test: Callable[[Any], bool]) -> int:
    """How many of the last items pass in a row."""
    count = 0
    for item in reversed(items):
        if not test(item):
            break
        count += 1
    return count


def _gaps(polls: Sequence[Poll]) -> list[timedelta]:
    """Times between polls that brought new stories."""
    moments = [p.at for p in polls if p.new]
    return [later - earlier for earlier, later in itertools.pairwise(moments)]


def longest_gap(polls: Sequence[Poll]) -> timedelta | None:
    """The longest time between new stories, in the four weeks before the last one; None if unknown."""
    last = max((p.at for p in polls if p.new), default=None)
    if last is None:
        return None
    return max(_gaps([p for p in polls if p.at >= last - timedelta(days=GAP_DAYS)]), default=None)


def _expected(polls: Sequence[Poll], since: datetime, until: datetime) -> float:
    """New stories that the weekdays between two moments usually bring."""
    past = [p for p in polls if since - timedelta(days=GAP_DAYS) <= p.at <= since]
    brought: dict[int, list[int]] = {}
    for _, group in itertools.groupby(past, key=lambda p: p.at.date()):
        day = list(group)
        brought.setdefault(day[0].at.weekday(), []).append(sum(p.new for p in day))
    usual = {weekday: statistics.mean(counts) for weekday, counts in brought.items()}
    average = statistics.mean(usual.values())
    hours = int((until - since) / timedelta(hours=1))
    days = ((since + timedelta(hours=h)).weekday() for h in range(hours))
    return sum(usual.get(day, average) for day in days) / 24


def no_new_story(facts: Facts, now: datetime) -> Alarm | None:
    fruitful = [p for p in facts.polls if p.new]
    longest = longest_gap(facts.polls)
    if len(fruitful) < PAST or longest is None:
        return None
    known = facts.polls[-1].at - facts.polls[0].at
    limit = max(GAP_FACTOR * longest, longest + GAP_LEAST)
    if known < timedelta(days=8):
        limit = max(limit, GAP_YOUNG)
    silent = facts.polls[-1].at - fruitful[-1].at
    polls_since = streak(facts.polls, lambda p: not p.new)
    if silent <= limit or polls_since < TWICE or facts.polls[-1].at > now:
        return None
    expected = _expected(facts.polls, fruitful[-1].at, facts.polls[-1].at)
    if expected < EXPECTED:
        return None
    return Alarm(
        source=facts.source,
        kind="no new story",
        evidence=f"None since {fruitful[-1].at:%Y-%m-%d %H:%M} UTC ({_span(silent)}, {polls_since} polls); "
        f"the longest time without one was {_span(longest)}, {expected:.0f} were to be expected",
        next_step="Look whether the site has newer stories than its feeds",
    )


def _span(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    return (
        f"{hours / 24:.1f} days"
        if hours >= 48
        else f"{hours:.0f} hours"
        if hours >= 2
        else f"{hours * 60:.0f} minutes"
    )
