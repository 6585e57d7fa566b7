"""What shows that a source isn't well, one check each.

Pure: facts in; a kind of alarm with its evidence out, or None. Everything is compared with the source's own past; a
source without a past gives only the alarms that need none. "No new story" needs a sense of time: the longest time
without one so far, the weekdays and the source's youth decide what is long for it. Tested in
tests/schedule/test_health.py and, over months of outlets of different pace, in tests/schedule/test_health_month.py.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from newsarchive.schedule.health_records import Alarm, AlarmKind, Document, Facts, Poll, is_dead, name_of

TWICE = 2  # polls in a row after which a failure is an alarm; one may be a hiccup
PAST = 3  # polls that make a past
LONG_WAIT = timedelta(hours=1)  # without a document, after which being made to wait is an alarm
SHORT_DAYS = 3  # days in a row on which the budget left much undone
SHORT_SHARE = 0.2  # of what was wanted on a day: fewer pages left, mostly re-checks, come the next day
USUAL_POLLS = 40  # polls that "usual" is taken from
FEW = 5  # pages or stories below which shares mean nothing
BAD_SHARE = 0.5  # of pages or stories; above it something broke
USUAL_SHARE = 0.15  # usual share up to which a bad one is news
SHORT = 0.4  # of the usual number of words; below it texts were cut
CERTIFICATE = timedelta(days=14)
GAP_DAYS = 28  # days of polls whose gaps between new stories are usual
GAP_FACTOR = 1.5  # no new story for so many times the longest usual gap …
GAP_LEAST = timedelta(hours=3)  # … and at least this much longer than it
# The least wait while less than a week is known: a weekend, Friday 18 to Monday 8.
GAP_YOUNG = timedelta(hours=62)
EXPECTED = 8.0  # stories usual in that time; at random times, so many stay away once in 3,000 times
_REFUSED = ("401", "402", "403", "406", "429", "451", "202")

Finding = tuple[AlarmKind, str]  # kind, evidence
NEXT_STEPS: dict[AlarmKind, str] = {
    "alive but empty": "Open it in a browser; the outlet may have a new feed",
    "not a feed": "Open it in a browser; it may be a block page, or the feed has moved",
    "document fails": "Open it in a browser; take it out of the source file if it is gone for good",
    "source fails": "Check the site in a browser and this machine with `newsarchive doctor`",
    "network down here": "Check this machine's network and DNS",
    "made to wait": "Slow down (delay, daily_budget in sources/{source}.toml), or ask the outlet",
    "budget too small": "Raise daily_budget in sources/{source}.toml if the outlet can bear it",
    "robots forbids": "Respect it, or ask the outlet",
    "feed moved": "Write the new address into sources/{source}.toml",
    "no new story": "Check whether the site has newer stories than its feeds",
    "block page": "Slow down (delay in the source file), or ask the outlet for access",
    "extraction broke": "Read one with `newsarchive show URL`; a layout change needs a rule in the source file",
    "fetches fail": "The crawl's report names the reasons",
    "certificate expires": "Nothing to do here unless fetches begin to fail",
}


def _alarm(facts: Facts, finding: Finding, subject: str = "") -> Alarm:
    kind, evidence = finding
    step = NEXT_STEPS[kind].format(source=facts.source)
    return Alarm(source=facts.source, kind=kind, subject=subject, evidence=evidence, next_step=step)


def streak(items: Sequence[Any], test: Callable[[Any], bool]) -> int:
    """Return how many of the last items pass in a row."""
    return sum(1 for _ in itertools.takewhile(test, reversed(items)))


def _polls_in_a_row(items: Sequence[Any], test: Callable[[Any], bool]) -> int:
    """How many of the last polls pass in a row, by items that are for one or several."""
    return sum(item.count for item in itertools.takewhile(test, reversed(items)))


def _is_news(count: int, of: int, before: float) -> bool:
    """Is `count` a bad share of `of`, where the usual share `before` was good?"""
    return count >= FEW and count > BAD_SHARE * of and before <= USUAL_SHARE


# ---------------------------------------------------------------- feeds, sitemaps, section pages


def document_alarms(facts: Facts) -> Iterable[Alarm]:
    """Yield the alarms about single feeds, sitemaps and section pages."""
    if not facts.polls:
        return
    seen = {name_of(d): None for p in facts.polls for d in p.documents}
    asked = {name_of(d): None for d in facts.polls[-1].documents}
    for url in asked | {url: None for url in facts.wanted if url in seen}:
        history = [d for p in facts.polls for d in p.documents if name_of(d) == url]
        for check in (_empty, _not_a_feed, _fails, _moved):
            if found := check(facts, url, history):
                yield _alarm(facts, found, url)


def usual_entries(polls: Sequence[Poll], url: str) -> float | None:
    """Return the median of candidates a poll; None while fewer than three polls gave any."""
    documents = (d for p in polls for d in p.documents if name_of(d) == url)
    counts = [d.candidates for d in documents if not d.failure and d.candidates]
    return statistics.median(counts) if len(counts) >= PAST else None


def _empty(facts: Facts, url: str, history: Sequence[Document]) -> Finding | None:
    last = history[-1]
    if last.failure or (last.is_unchanged and len(history) == 1) or "not expected" in last.problems:
        return None
    state = next((d for d in reversed(history) if not d.failure and not d.is_unchanged), None)
    if state is None or state.candidates or state.kind in ("sitemap-index", ""):
        return None
    normal = usual_entries(facts.polls[:-1], url)
    if normal is None and not any(d.candidates for d in history):
        return None  # it never gave anything; `add` has said so
    was = f", usually {normal:.0f}" if normal else ""
    strange = ", ".join(f"{count} {code}" for code, count in state.problems.items() if code != "empty")
    return "alive but empty", f"It answers and names no article{was}" + (f" ({strange})" if strange else "")


def _not_a_feed(_facts: Facts, _url: str, history: Sequence[Document]) -> Finding | None:
    last = history[-1]
    if "not expected" not in last.problems:
        return None
    status = f" {last.status}" if last.status else ""
    return "not a feed", f"It answers{status} with a document of kind {last.kind or 'unknown'}"


def _fails(_facts: Facts, _url: str, history: Sequence[Document]) -> Finding | None:
    last = history[-1]
    if last.failure == "robots":
        return "robots forbids", "robots.txt now refuses it"
    failures = _polls_in_a_row(history, lambda d: bool(d.failure))
    return ("document fails", f"{failures} polls in a row: {last.failure}") if failures >= TWICE else None


def _moved(_facts: Facts, url: str, history: Sequence[Document]) -> Finding | None:
    last = history[-1]
    target = last.moved_to
    return ("feed moved", f"It now lives at {target}") if target and target != url else None


# ---------------------------------------------------------------- the source as a whole


def source_alarms(facts: Facts, now: datetime) -> Iterable[Alarm]:
    """Yield the alarms about the source as a whole."""
    for check in (
        _all_fail,
        _made_to_wait,
        _budget,
        _robots,
        no_new_story,
        _blocked,
        _extraction,
        _fetches_fail,
    ):
        if found := check(facts, now):
            yield _alarm(facts, found)
    for host, until in sorted(facts.certificates.items()):
        if until - now <= CERTIFICATE:
            days = (until - now) / timedelta(days=1)
            evidence = f"in {days:.0f} days" if days >= 0 else f"{-days:.0f} days ago"
            yield _alarm(facts, ("certificate expires", evidence), host)


def _all_fail(facts: Facts, _now: datetime) -> Finding | None:
    count = _polls_in_a_row(facts.polls, is_dead)
    if count < TWICE:
        return None
    reasons = ", ".join(sorted({d.failure for d in facts.polls[-1].documents}))
    since = f"{facts.polls[-streak(facts.polls, is_dead)].first_at:%Y-%m-%d %H:%M} UTC"
    return "source fails", f"{count} polls in a row, since {since}, nothing could be fetched: {reasons}"


def _made_to_wait(facts: Facts, now: datetime) -> Finding | None:
    away = facts.kept_away
    if away is None or away.polls < TWICE or now - away.since < LONG_WAIT:
        return None
    since = f"{away.polls} polls in a row, since {away.since:%Y-%m-%d %H:%M} UTC"
    what = "no page" if away.of_pages else "nothing"
    return "made to wait", f"{since}, {what} could be fetched: {away.reason}"


def _budget(facts: Facts, _now: datetime) -> Finding | None:
    """Much of what was wanted left for want of budget on each of the last days."""
    left: dict[date, int] = {}
    fetched: dict[date, int] = {}
    for poll in facts.polls:
        day = poll.at.date()
        left[day] = max(left.get(day, 0), poll.left.get("budget spent", 0))
        fetched[day] = fetched.get(day, 0) + poll.fetches
    count = streak(sorted(left), lambda day: left[day] > SHORT_SHARE * (left[day] + fetched[day]))
    if count < SHORT_DAYS:
        return None
    return "budget too small", f"On each of {count} days pages were left because the host's budget was spent"


def _robots(facts: Facts, _now: datetime) -> Finding | None:
    if not facts.polls:
        return None
    last, past = facts.polls[-1], facts.polls[-1 - USUAL_POLLS : -1]
    asked = last.robots + last.pages + last.failed
    before = sum(p.robots for p in past) / max(sum(p.robots + p.pages + p.failed for p in past), 1)
    if not _is_news(last.robots, asked, before):
        return None
    return (
        "robots forbids",
        f"robots.txt refuses {last.robots} of {asked} pages; before, {100 * before:.0f} %",
    )


def _blocked(facts: Facts, _now: datetime) -> Finding | None:
    return _blocked_by_status(facts) or _blocked_by_pages(facts)


def _blocked_by_pages(facts: Facts) -> Finding | None:
    if not facts.days:
        return None
    today, past = facts.days[-1], facts.days[:-1]
    seen = today.stories + today.blocked
    before = sum(d.blocked for d in past) / max(sum(d.stories + d.blocked for d in past), 1)
    if not _is_news(today.blocked, seen, before):
        return None
    pages = f"{today.blocked} of {seen} pages on {today.day} are challenges or consent walls"
    return "block page", f"{pages}; before, {100 * before:.0f} %"


def _blocked_by_status(facts: Facts) -> Finding | None:
    if not facts.polls:
        return None

    def refused(poll: Poll) -> int:
        return sum(n for status, n in poll.statuses.items() if status in _REFUSED)

    last, past = facts.polls[-1], facts.polls[-1 - USUAL_POLLS : -1]
    asked = sum(last.statuses.values())
    before = sum(map(refused, past)) / max(sum(sum(p.statuses.values()) for p in past), 1)
    count = refused(last)
    if not _is_news(count, asked, before):
        return None
    codes = ", ".join(f"{n} times {s}" for s, n in sorted(last.statuses.items()) if s in _REFUSED)
    return "block page", f"{count} of {asked} answers refuse us ({codes}); before, {100 * before:.0f} %"


def _extraction(facts: Facts, _now: datetime) -> Finding | None:
    """The last day with enough stories against the median of the days before."""
    full = [d for d in facts.days if d.stories >= FEW]
    if len(full) < PAST + 1:
        return None
    last, past = full[-1], full[:-1]
    for name in ("without_text", "without_title", "without_date"):
        share = getattr(last, name) / last.stories
        before = statistics.median(getattr(d, name) / d.stories for d in past)
        if share > BAD_SHARE and before <= USUAL_SHARE:
            are = f"{100 * share:.0f} % of {last.stories} stories on {last.day} are {name.replace('_', ' ')}"
            return "extraction broke", f"{are}; usually {100 * before:.0f} %"
    words = statistics.median(d.median_words for d in past)
    if last.median_words < SHORT * words:
        has = f"A story of {last.day} has {last.median_words} words in the middle"
        return "extraction broke", f"{has}; usually {words:.0f}"
    return None


def _fetches_fail(facts: Facts, _now: datetime) -> Finding | None:
    last = facts.polls[-TWICE:]
    past = facts.polls[-TWICE - USUAL_POLLS : -TWICE]
    if len(last) < TWICE or not all(p.failed >= FEW and p.failed > 0.2 * p.fetches for p in last):
        return None
    before = sum(p.failed for p in past) / max(sum(p.fetches for p in past), 1)
    if before > USUAL_SHARE:
        return None
    asked = max(last[-1].fetches, last[-1].failed)  # what failed before it was sent is no fetch
    failed = f"{last[-1].failed} of {asked} requests of the last poll failed"
    return "fetches fail", f"{failed}; before, {100 * before:.0f} %"


# ---------------------------------------------------------------- no new story


def longest_gap(polls: Sequence[Poll]) -> timedelta | None:
    """Return the longest time between new stories, in the four weeks before the last one; None if unknown."""
    last = max((p.at for p in polls if p.new), default=None)
    if last is None:
        return None
    fruitful = [p for p in polls if p.new and p.at >= last - timedelta(days=GAP_DAYS)]
    gaps = [later.first_at - earlier.at for earlier, later in itertools.pairwise(fruitful)]
    return max(gaps + [p.gap for p in fruitful if p.gap], default=None)


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


def no_new_story(facts: Facts, now: datetime) -> Finding | None:
    """Find that no new story came for longer than is usual for the source."""
    fruitful = [p for p in facts.polls if p.new]
    longest = longest_gap(facts.polls)
    if sum(p.fruitful or 1 for p in fruitful) < PAST or longest is None:
        return None
    known = facts.polls[-1].at - facts.polls[0].at
    limit = max(GAP_FACTOR * longest, longest + GAP_LEAST)
    if known < timedelta(days=8):
        limit = max(limit, GAP_YOUNG)
    silent = facts.polls[-1].at - fruitful[-1].at
    polls_since = _polls_in_a_row(facts.polls, lambda p: not p.new)
    if silent <= limit or polls_since < TWICE or facts.polls[-1].at > now:
        return None
    expected = _expected(facts.polls, fruitful[-1].at, facts.polls[-1].at)
    if expected < EXPECTED:
        return None
    since = f"None since {fruitful[-1].at:%Y-%m-%d %H:%M} UTC ({_span(silent)}, {polls_since} polls)"
    usual = f"the longest time without one was {_span(longest)}, {expected:.0f} were to be expected"
    return "no new story", f"{since}; {usual}"


def _span(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    if hours >= 48:
        return f"{hours / 24:.1f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
