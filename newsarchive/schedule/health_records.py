"""What is known of a source's health: polls, days, certificates; and what an alarm is.

Values only. Tested in tests/schedule/test_health.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

AlarmKind = Literal[
    "alive but empty",  # a feed answers, and names nothing
    "not a feed",  # a feed or sitemap answers with another kind of document
    "document fails",  # a feed, sitemap or section page can't be fetched, while others can
    "source fails",  # none of them can
    "network down here",  # most sources can't be reached, all at once
    "made to wait",  # nothing was asked for: it wishes to be left alone, its budget is spent
    "budget too small",  # pages are left for want of it, day after day
    "robots forbids",  # robots.txt refuses what it allowed
    "feed moved",  # it redirects, or says itself that it lives elsewhere
    "no new story",  # for longer than usual
    "block page",  # pages answer with challenges, refusals or consent walls
    "extraction broke",  # texts, titles or dates are missing that used to be there
    "fetches fail",  # far more than usual
    "certificate expires",  # soon
    "not indexed",  # captures, pages or stories that the program failed on
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed, sitemap or section page at one poll."""

    url: str
    kind: str = ""
    status: int | None = None
    entries: int = 0
    candidates: int = 0
    unknown: int = 0
    is_unchanged: bool = False
    problems: Mapping[str, int] = field(default_factory=dict)
    moved_to: str = ""
    asked: str = ""  # the URL that was asked, if a redirect led to `url`
    failure: str = ""
    count: int = 1  # polls in a row that this one is for


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One run's poll of one source; or several of a day long past joined (`poll_history.joined`)."""

    source: str
    at: datetime
    documents: tuple[Document, ...] = ()
    fetches: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    robots: int = 0  # pages that robots.txt refused
    left: Mapping[str, int] = field(default_factory=dict)  # why requests weren't made -> how many
    statuses: Mapping[str, int] = field(default_factory=dict)
    count: int = 1  # polls that this one is for
    fruitful: int = 0  # … that brought something new; 0 where it is for itself alone
    began: datetime | None = None  # the first of those, `at` being the last
    gap: timedelta = timedelta()  # the longest time between two of those

    @property
    def first_at(self) -> datetime:
        """When the first of the polls was that this one is for."""
        return self.began or self.at

    @property
    def pages(self) -> int:
        """Pages that came."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one day brought of one source: new stories and how whole they were."""

    day: date
    stories: int
    without_title: int = 0
    without_date: int = 0
    without_text: int = 0
    blocked: int = 0  # challenge pages and consent walls among the captures
    median_words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAway:
    """Polls in a row in which no document of a source could be had, and at least in the first none was asked for; or
    (`of_pages`) in which its documents came and its pages made us wait."""

    reason: str  # as in the report: "asked to wait", "budget spent" …
    since: datetime
    polls: int = 1
    of_pages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of a source's health; polls and days oldest first."""

    source: str
    polls: tuple[Poll, ...] = ()
    days: tuple[Day, ...] = ()
    certificates: Mapping[str, datetime] = field(default_factory=dict)  # host -> not valid after
    kept_away: KeptAway | None = None
    wanted: tuple[
        str, ...
    ] = ()  # documents of the source's file; what was seen of one last counts until the next poll
    failures: tuple[
        str, ...
    ] = ()  # "story URL: reason" of each capture, page or story that could not be indexed


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a person should see to. `key` is the same as long as it is the same trouble."""

    source: str
    kind: AlarmKind
    subject: str = ""  # the URL or host it is about; empty for the whole source
    evidence: str
    next_step: str = ""

    @property
    def key(self) -> str:
        """Source, kind and subject."""
        return f"{self.source}|{self.kind}|{self.subject}"

    def to_text(self) -> str:
        """Return one paragraph for a person."""
        about = f" {self.subject}" if self.subject else ""
        step = f" {self.next_step}." if self.next_step else ""
        return f"{self.source}: {self.kind}{about}. {self.evidence}.{step}"


def name_of(document: Document) -> str:
    """Return the URL by which a source knows a document."""
    return document.asked or document.url


def is_dead(poll: Poll) -> bool:
    """Return whether none of a source's documents could be had."""
    return bool(poll.documents) and all(d.failure and d.failure != "robots" for d in poll.documents)


def poll_of(report: Mapping[str, Any], at: datetime) -> Poll:
    """Return a source's part of a crawl's report (as in report.json) as a poll; absent keys count as nothing."""
    outcomes = report.get("outcomes") or {}
    return Poll(
        source=str(report["name"]),
        at=at,
        documents=tuple(_document(d) for d in report.get("documents") or ()),
        fetches=int(report.get("fetches") or 0),
        new=int(report.get("new") or 0),
        changed=int(report.get("changed") or 0),
        unchanged=int(report.get("unchanged") or 0),
        failed=sum((report.get("failed") or {}).values()),
        robots=int(outcomes.get("robots") or 0),
        statuses=dict(report.get("statuses") or {}),
        left=dict(report.get("left") or {}),
    )


WISHED = frozenset({"interrupted", "outside the night window", "max_pages reached"})  # no outlet's doing
WAIT = "asked to wait"
NETWORK = frozenset({"dns", "no connection", "connection refused", "timeout"})
MOST_DOWN = 0.5  # of the sources of a run, at least three: more that can't be reached are no fault of theirs


def kept_away(before: KeptAway | None, poll: Poll) -> KeptAway | None:
    """Return what is to be remembered of a source that couldn't be asked, after one more poll; None once it answered."""
    if any(not document.failure for document in poll.documents):
        return _pages_kept_away(before, poll)
    reasons = [reason for reason in poll.left if reason not in WISHED]
    if before is not None:
        polls = before.polls + int(bool(reasons or poll.documents))
        return replace(before, polls=polls, reason=reasons[0] if reasons else before.reason)
    return KeptAway(reason=reasons[0], since=poll.at) if reasons and not poll.documents else None


def _pages_kept_away(before: KeptAway | None, poll: Poll) -> KeptAway | None:
    """The same of a poll whose documents came. One without a page to fetch says nothing of the pages."""
    known = before if before is not None and before.of_pages else None
    if poll.pages:
        return None
    if WAIT not in poll.left:
        return known
    return (
        replace(known, polls=known.polls + 1)
        if known
        else KeptAway(reason=WAIT, since=poll.at, of_pages=True)
    )


def unreachable(polls: Iterable[Poll]) -> tuple[str, ...]:
    """Return the sources of one run that nothing could be had from for reasons of the network, if they are most of
    at least three: then the network is down here."""
    asked = [poll for poll in polls if poll.documents]
    down = [p.source for p in asked if all(d.failure in NETWORK for d in p.documents)]
    return tuple(down) if len(asked) >= 3 and len(down) > MOST_DOWN * len(asked) else ()


def _document(row: Mapping[str, Any]) -> Document:
    known = {name: row[name] for name in Document.__dataclass_fields__ if row.get(name) is not None}
    return Document(**known)
