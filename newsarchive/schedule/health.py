"""Is a source well? What is usual for it, what isn't any more, and which of that is news.

Pure: takes what polls and days brought and the time, returns alarms. The checks themselves are in
`health_checks`. Tested in tests/schedule/test_health.py; a month of outlets in tests/schedule/test_health_month.py.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

from newsarchive.schedule.health_checks import (
    USUAL_POLLS,
    document_alarms,
    longest_gap,
    source_alarms,
    usual_entries,
)
from newsarchive.schedule.health_records import Alarm, AlarmKind, Facts, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual for a source, for `health` and for people."""

    entries: Mapping[str, float]  # document -> entries a poll
    stories_by_weekday: tuple[float | None, ...]  # Monday first; None where no such day is known
    longest_gap: timedelta | None  # between two polls that brought new stories
    failure_share: float  # of fetches
    words: float | None  # of a story, the median day


def alarms_of(facts: Facts, now: datetime) -> tuple[Alarm, ...]:
    """Return the alarms of a source, in the order of `AlarmKind`. Empty while it is well or nothing is known."""
    alarms = _one_for_robots(facts, [*document_alarms(facts), *source_alarms(facts, now), *_failures(facts)])
    kinds = {alarm.kind for alarm in alarms}
    if "source fails" in kinds:
        alarms = [a for a in alarms if a.kind not in ("document fails", "no new story", "made to wait")]
    elif "made to wait" in kinds:
        alarms = [a for a in alarms if a.kind not in ("document fails", "no new story")]
    elif facts.polls and {name_of(d) for d in facts.polls[-1].documents} <= {a.subject for a in alarms}:
        alarms = [a for a in alarms if a.kind != "no new story"]  # that follows from the rest
    order = get_args(AlarmKind)
    return tuple(sorted(alarms, key=lambda a: (order.index(a.kind), a.subject)))


def _failures(facts: Facts) -> list[Alarm]:
    if not facts.failures:
        return []
    evidence = (
        f"{len(facts.failures)} captures, pages or stories could not be indexed; first {facts.failures[0]}"
    )
    step = "Update newsarchive and run newsarchive ingest; newsarchive doctor names them"
    return [Alarm(source=facts.source, kind="not indexed", evidence=evidence, next_step=step)]


def _one_for_robots(facts: Facts, alarms: list[Alarm]) -> list[Alarm]:
    """Where robots.txt refuses all documents of a source, that is one trouble, not one for each and one for its pages."""
    refused = [a for a in alarms if a.kind == "robots forbids"]
    documents = {name_of(d) for d in facts.polls[-1].documents} if facts.polls else set()
    if not documents or not documents <= {a.subject for a in refused}:
        return alarms
    what = f"all {len(documents)} documents" if len(documents) > 1 else refused[0].subject
    whole = replace(refused[0], subject="", evidence=f"robots.txt now refuses {what}")
    return [a for a in alarms if a not in refused] + [whole]


def usual(facts: Facts) -> Usual:
    """Return what is usual for the source, taken from its past."""
    past = facts.polls[-USUAL_POLLS:]
    urls = {name_of(d) for p in past for d in p.documents}
    weekdays: list[list[int]] = [[] for _ in range(7)]
    for day in facts.days:
        weekdays[day.day.weekday()].append(day.stories)
    fetches = sum(p.fetches for p in past)
    words = [d.median_words for d in facts.days if d.stories and d.median_words]
    return Usual(
        entries={u: m for u in sorted(urls) if (m := usual_entries(past, u)) is not None},
        stories_by_weekday=tuple(statistics.mean(w) if w else None for w in weekdays),
        longest_gap=longest_gap(facts.polls),
        failure_share=sum(p.failed for p in past) / fetches if fetches else 0.0,
        words=statistics.median(words) if words else None,
    )


# ---------------------------------------------------------------- once each


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What to report, and what to remember."""

    new: tuple[Alarm, ...]
    recovered: tuple[str, ...]  # keys of alarms that are no more
    standing: tuple[Alarm, ...]  # reported before, still true


def settle(alarms: Sequence[Alarm], reported: Iterable[str]) -> Settled:
    """Return which alarms are news, and which that were reported are over.

    Args:
        alarms: What is wrong now, of all sources.
        reported: Keys of the alarms that were reported and not yet taken back.
    """
    known = set(reported)
    now = {alarm.key: alarm for alarm in alarms}
    return Settled(
        new=tuple(a for k, a in now.items() if k not in known),
        recovered=tuple(sorted(k for k in known if k not in now)),
        standing=tuple(a for k, a in now.items() if k in known),
    )


def recovery_text(key: str) -> str:
    """Return the sentence that says that an alarm is over."""
    source, kind, subject = [*key.split("|", 2), "", ""][:3]
    return f"{source}: recovered from '{kind}'" + (f" {subject}" if subject else "") + "."
