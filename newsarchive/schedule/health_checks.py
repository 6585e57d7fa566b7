"""The signs that a source isn't well, one function each.

Pure: facts in, an alarm or None out. Everything is held against the source's own past; a source
without a past gives only the alarms that need none. Tested in tests/schedule/test_health.py.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from newsarchive.schedule.health_records import Alarm, Document, Facts, Poll
from newsarchive.schedule.silence import PAST, TWICE, no_new_story, streak

USUAL_POLLS = 40  # polls that "usual" is taken from
FEW = 5  # pages or stories below which shares mean nothing
BAD_SHARE = 0.5  # of pages or stories; above it something broke
USUAL_SHARE = 0.15  # usual share up to which a bad one is news
SHORT = 0.4  # of the usual number of words; below it texts were cut
CERTIFICATE = timedelta(days=14)
_REFUSED = ("401", "402", "403", "406", "429", "451", "202")


# ---------------------------------------------------------------- feeds, sitemaps, section pages


def name_of(document: Document) -> str:
    return document.asked or document.url


def document_signs(facts: Facts) -> Iterable[Alarm]:
    if not facts.polls:
        return
    seen = {name_of(d): None for p in facts.polls for d in p.documents}
    asked = {name_of(d): None for d in facts.polls[-1].documents}
    for url in asked | {url: None for url in facts.wanted if url in seen}:
        history = [d for p in facts.polls for d in p.documents if name_of(d) == url]
        for rule in (_empty, _not_a_feed, _fails, _moved):
            alarm = rule(facts, url, history)
            if alarm is not None:
                yield alarm


def usual_entries(polls: Sequence[Poll], url: str) -> float | None:
    """The median of candidates a poll; None while fewer than three polls gave any."""
    counts = [
        d.candidates
        for p in polls
        for d in p.documents
        if name_of(d) == url and not d.failure and d.candidates
    ]
    return statistics.median(counts) if len(counts) >= PAST else None


def _empty(facts: Facts, url: str, history: Sequence[Document]) -> Alarm | None:
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
    return Alarm(
        source=facts.source,
        kind="alive but empty",
        subject=url,
        evidence=f"It answers and names no article{was}" + (f" ({strange})" if strange else ""),
        next_step="Open it in a browser; the outlet may have a new feed",
    )


def _not_a_feed(facts: Facts, url: str, history: Sequence[Document]) -> Alarm | None:
    last = history[-1]
    if "not expected" not in last.problems:
        return None
    return Alarm(
        source=facts.source,
        kind="not a feed",
        subject=url,
        evidence=f"It answers {last.status or ''} with a document of kind {last.kind or 'unknown'}".replace(
            "  ", " "
        ),
        next_step="Open it in a browser; it may be a block page, or the feed has moved",
    )


def _fails(facts: Facts, url: str, history: Sequence[Document]) -> Alarm | None:
    failures = streak(history, lambda d: bool(d.failure))
    last = history[-1]
    if last.failure == "robots":
        return Alarm(
            source=facts.source,
            kind="robots forbids",
            subject=url,
            evidence="robots.txt now refuses it",
            next_step="Respect it, or ask the outlet",
        )
    if failures < TWICE:
        return None
    return Alarm(
        source=facts.source,
        kind="document fails",
        subject=url,
        evidence=f"{failures} polls in a row: {last.failure}",
        next_step="Open it in a browser; take it out of the source file if it is gone for good",
    )


def _moved(facts: Facts, url: str, history: Sequence[Document]) -> Alarm | None:
    last = history[-1]
    target = last.moved_to or (last.url if last.asked and last.url != last.asked else "")
    if not target or target == url:
        return None
    return Alarm(
        source=facts.source,
        kind="feed moved",
        subject=url,
        evidence=f"It now lives at {target}",
        next_step=f"Write the new address into sources/{facts.source}.toml",
    )


# ---------------------------------------------------------------- the source as a whole


def source_signs(facts: Facts, now: datetime) -> Iterable[Alarm]:
    rules = (_all_fail, _robots, no_new_story, _blocked, _extraction, _fetches_fail)
    for rule in rules:
        alarm = rule(facts, now)
        if alarm is not None:
            yield alarm
    for host, until in sorted(facts.certificates.items()):
        if until - now <= CERTIFICATE:
            days = (until - now) / timedelta(days=1)
            yield Alarm(
                source=facts.source,
                kind="certificate expires",
                subject=host,
                evidence=f"in {days:.0f} days" if days >= 0 else f"{-days:.0f} days ago",
                next_step="Nothing to do here unless fetches begin to fail",
            )


def _all_fail(facts: Facts, _now: datetime) -> Alarm | None:
    def is_dead(poll: Poll) -> bool:
        return bool(poll.documents) and all(d.failure and d.failure != "robots" for d in poll.documents)

    count = streak(facts.polls, is_dead)
    if count < TWICE:
        return None
    reasons = sorted({d.failure for d in facts.polls[-1].documents})
    since = facts.polls[-count].at
    return Alarm(
        source=facts.source,
        kind="source fails",
        evidence=f"{count} polls in a row, since {since:%Y-%m-%d %H:%M} UTC, nothing could be fetched: {', '.join(reasons)}",
        next_step="Check the site in a browser and this machine with `newsarchive doctor`",
    )


def _robots(facts: Facts, _now: datetime) -> Alarm | None:
    if not facts.polls:
        return None
    last, past = facts.polls[-1], facts.polls[-1 - USUAL_POLLS : -1]
    asked = last.robots + last.pages + last.failed
    before = sum(p.robots for p in past) / max(sum(p.robots + p.pages + p.failed for p in past), 1)
    if last.robots < FEW or last.robots <= BAD_SHARE * asked or before > USUAL_SHARE:
        return None
    return Alarm(
        source=facts.source,
        kind="robots forbids",
        evidence=f"robots.txt refuses {last.robots} of {asked} pages; before, {100 * before:.0f} %",
        next_step="Respect it, or ask the outlet",
    )


def _blocked(facts: Facts, _now: datetime) -> Alarm | None:
    alarm = _blocked_by_status(facts)
    if alarm is not None or not facts.days:
        return alarm
    today, past = facts.days[-1], facts.days[:-1]
    seen = today.stories + today.blocked
    before = sum(d.blocked for d in past) / max(sum(d.stories + d.blocked for d in past), 1)
    if today.blocked < FEW or today.blocked <= BAD_SHARE * seen or before > USUAL_SHARE:
        return None
    return Alarm(
        source=facts.source,
        kind="block page",
        evidence=f"{today.blocked} of {seen} pages on {today.day} are challenges or consent walls; before, {100 * before:.0f} %",
        next_step="Slow down (delay in the source file), or ask the outlet for access",
    )


def _blocked_by_status(facts: Facts) -> Alarm | None:
    if not facts.polls:
        return None

    def refused(poll: Poll) -> int:
        return sum(n for status, n in poll.statuses.items() if status in _REFUSED)

    last, past = facts.polls[-1], facts.polls[-1 - USUAL_POLLS : -1]
    asked = sum(last.statuses.values())
    before = sum(map(refused, past)) / max(sum(sum(p.statuses.values()) for p in past), 1)
    count = refused(last)
    if count < FEW or count <= BAD_SHARE * asked or before > USUAL_SHARE:
        return None
    codes = ", ".join(f"{n} times {s}" for s, n in sorted(last.statuses.items()) if s in _REFUSED)
    return Alarm(
        source=facts.source,
        kind="block page",
        evidence=f"{count} of {asked} answers refuse us ({codes}); before, {100 * before:.0f} %",
        next_step="Slow down (delay in the source file), or ask the outlet for access",
    )


def _extraction(facts: Facts, _now: datetime) -> Alarm | None:
    """The last day with enough stories against the median of the days before."""
    full = [d for d in facts.days if d.stories >= FEW]
    if len(full) < PAST + 1:
        return None
    last, past = full[-1], full[:-1]
    for name in ("without_text", "without_title", "without_date"):
        share = getattr(last, name) / last.stories
        before = statistics.median(getattr(d, name) / d.stories for d in past)
        if share > BAD_SHARE and before <= USUAL_SHARE:
            return _broke(
                facts,
                f"{100 * share:.0f} % of {last.stories} stories on {last.day} are {name.replace('_', ' ')}; usually {100 * before:.0f} %",
            )
    words = statistics.median(d.median_words for d in past)
    if last.median_words < SHORT * words:
        return _broke(
            facts, f"A story of {last.day} has {last.median_words} words in the middle; usually {words:.0f}"
        )
    return None


def _broke(facts: Facts, evidence: str) -> Alarm:
    return Alarm(
        source=facts.source,
        kind="extraction broke",
        evidence=evidence,
        next_step="Look at one with `newsarchive show URL`; a layout change needs a rule in the source file",
    )


def _fetches_fail(facts: Facts, _now: datetime) -> Alarm | None:
    last = facts.polls[-TWICE:]
    past = facts.polls[-TWICE - USUAL_POLLS : -TWICE]
    if len(last) < TWICE or not all(p.failed >= FEW and p.failed > 0.2 * p.fetches for p in last):
        return None
    before = sum(p.failed for p in past) / max(sum(p.fetches for p in past), 1)
    if before > USUAL_SHARE:
        return None
    return Alarm(
        source=facts.source,
        kind="fetches fail",
        evidence=f"{last[-1].failed} of {last[-1].fetches} fetches of the last poll failed; before, {100 * before:.0f} %",
        next_step="The crawl's report names the reasons",
    )
