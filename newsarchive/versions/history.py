"""The life of one story: its versions, and what happened to it between them.

Given all captures of a story in any order, and a function that compares two articles, it says which captures
show which version. A version is a state that a reader would distinguish from the one before. Block pages, consent
pages, paywall stubs, soft 404s, torn captures and texts that are missing once are events, never versions; a change of the page's own
details is a field change. Only captures of the story's main form make versions: the AMP or print form of a
page says the same in other words. Pure. Tested in tests/versions/test_history.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from newsarchive.model import Article, Change, FieldChange
from newsarchive.text import fold
from newsarchive.urls import is_homepage, key_or_empty, url_form, url_key
from newsarchive.versions.extraction_jitter import judged_as_before
from newsarchive.versions.observation import (
    READABLE,
    EventKind,
    Observation,
    cut_of,
    ends_early,
    is_stub_of,
    page_event,
)

Compare = Callable[[Article, Article], Change]
# Times in a row that a returned state must be seen before another return is an edit and not flapping.
SETTLED = 3
# A text that is missing is gone once a check this much later agrees: the schedule's shortest interval.
CONFIRMED = timedelta(minutes=10)
REMEMBERED = 12  # versions back that a state may return to


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A state of the story. `record_id` is that of the first capture that showed it."""

    number: int  # from 1, for display; citations use `record_id`
    record_id: str
    url: str
    first_seen_at: datetime
    last_seen_at: datetime
    last_record_id: str
    captures: int
    article: Article
    change: Change | None = None  # from the version before; None for the first
    not_before: datetime | None = None  # when the version before was last seen: the change came after
    same_as: int | None = None  # the earlier version whose text came back
    flapping: bool = False  # it alternated with another version


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the story but made no version."""

    kind: EventKind
    record_id: str
    at: datetime
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRecord:
    """Fields that differ between two captures of one version: dates, section, tags, image …"""

    record_id: str
    at: datetime
    url: str
    changes: tuple[FieldChange, ...]


Status = Literal["live", "gone", "paywalled", "blocked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A story's whole history."""

    versions: tuple[Version, ...]
    events: tuple[Event, ...]
    field_changes: tuple[FieldRecord, ...]
    shown: Mapping[str, int]  # record id -> number of the version that the capture showed
    status: Status


def chain(observations: Iterable[Observation], compare: Compare) -> Chain:
    """Return the history of a story from a set of its captures.

    Args:
        observations: Its captures, in any order; all articles made by one extractor under one template
            each outlet and month.
        compare: `newsarchive.diff.compare`; handed in, since the rooms don't know each other.

    Returns:
        The same chain for every order of arrival. A story of which nothing readable was captured has no
        version.
    """
    ordered = sorted({o.record_id: o for o in observations}.values(), key=lambda o: o.order)
    state = _Reading(compare, ordered)
    for observation in ordered:
        state.read(observation)
    return state.chain()


@dataclass(slots=True)
class _Open:
    """A version that is being gathered."""

    version: Version
    latest: Article  # as last seen, for comparison
    run: int = 1  # captures in a row that showed it


@dataclass(slots=True)
class _Reading:
    """Goes through the captures once, in order."""

    compare: Compare
    ordered: Sequence[Observation]
    versions: list[_Open] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    fields: list[FieldRecord] = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=dict)
    current: int = -1
    last_article: dict[str, Article] = field(default_factory=dict)
    trouble: dict[str, EventKind] = field(default_factory=dict)  # url key -> what is wrong with it now
    doubtful: dict[str, tuple[datetime, Article]] = field(default_factory=dict)  # url key -> the first stub
    told: set[tuple[str, str]] = field(default_factory=set)
    main_form: str = ""
    waiting: list[Observation] = field(default_factory=list)  # other forms, seen before the main one
    states: tuple[Article, ...] = ()  # all that were read, each object once

    def __post_init__(self) -> None:
        readable = [o for o in self.ordered if o.readable]
        forms = [url_form(o.url) for o in readable]
        self.main_form = "" if "" in forms or not forms else max(sorted(set(forms)), key=forms.count)
        self.states = tuple({id(a): a for o in readable if (a := o.readable)}.values())

    def read(self, observation: Observation) -> None:
        if observation.is_redirect:
            self._redirected(observation)
            return
        article = self._article(observation)
        kind, detail = page_event(observation, article)
        if kind is None and article is not None:
            current = self.versions[self.current].latest if self.current >= 0 else None
            kind, detail = cut_of(article, current, self.states)
        state = article if kind is None else observation.broken_off
        if state is not None:
            kind, detail = self._missing(observation, state) or (kind, detail)
        if kind is not None:
            self._trouble(observation, kind, detail)
        elif article is not None:
            self._back(observation)
            self._seen(observation, article)

    def _article(self, observation: Observation) -> Article | None:
        if observation.readable:
            self.last_article[observation.url] = observation.readable
            return observation.readable
        if observation.article is None and observation.kind in ("same-payload", "not-modified"):
            return self.last_article.get(observation.url)
        return None

    # ------------------------------------------------------------ events

    def _redirected(self, observation: Observation) -> None:
        if not observation.location:
            return
        here, there = url_key(observation.url), key_or_empty(observation.location)
        if there == here:
            return
        target = observation.location if there else ""  # what a server says may be no URL at all
        if there and is_homepage(target):
            self._trouble(observation, "gone", "redirect to the homepage")
        elif (here, target) not in self.told:
            self.told.add((here, target))
            self._event(observation, "moved", target)

    def _trouble(self, observation: Observation, kind: EventKind, detail: str) -> None:
        key = url_key(observation.url)
        if self.trouble.get(key) != kind:
            self.trouble[key] = kind
            self._event(observation, kind, detail)

    def _back(self, observation: Observation) -> None:
        was = self.trouble.pop(url_key(observation.url), None)
        self.doubtful.pop(url_key(observation.url), None)
        if was and was != "text missing":  # of a capture that failed there is nothing to report
            self._event(observation, "back", f"was {was}")

    def _event(self, observation: Observation, kind: EventKind, detail: str) -> None:
        self.events.append(
            Event(
                kind=kind,
                record_id=observation.record_id,
                at=observation.fetched_at,
                url=observation.url,
                detail=detail,
            )
        )

    def _missing(self, observation: Observation, article: Article) -> tuple[EventKind, str] | None:
        """Whether the page breaks off or most of its text is missing, and no later check has agreed yet: a doubtful capture.

        A page that was cut on its way has the validators of the whole one: "not modified" agrees with nothing there.
        """
        if url_form(observation.url) != self.main_form:
            return None
        if self.current >= 0:
            whole: Article | None = self.versions[self.current].latest
        else:
            whole = self._whole_later(observation) if article.page_end else None
        if whole is None or not self._is_doubtful(article, whole):
            return None
        key = url_key(observation.url)
        first, state = self.doubtful.get(key, (observation.fetched_at, article))
        if self.compare(state, article).is_version:  # another stub: the doubt begins again
            first, state = observation.fetched_at, article
        agrees = observation.kind != "not-modified" or not article.page_end
        if agrees and observation.fetched_at - first >= CONFIRMED:
            return None
        self.doubtful[key] = first, state
        return "text missing", f"{len(article.text)} of {len(whole.text)} characters"

    def _is_doubtful(self, article: Article, whole: Article) -> bool:
        """Where the outlet gives notice itself of a text that it took out, nothing is doubtful."""
        if ends_early(article, whole):
            return article.page_kind not in READABLE or self.compare(whole, article).is_version
        return is_stub_of(article, whole) and not self.compare(whole, article).reason.startswith(
            "a notice of"
        )

    def _whole_later(self, observation: Observation) -> Article | None:
        """The first later state of a page that is seen for the first time, if the page ends there."""
        after = (o.readable for o in self.ordered if o.order > observation.order and o.url == observation.url)
        return next((a for a in after if a is not None and not a.page_end), None)

    # ------------------------------------------------------------ versions

    def _seen(self, observation: Observation, article: Article) -> None:
        if self.current < 0:
            if url_form(observation.url) == self.main_form:
                self._begin(observation, article, None)
            else:
                self.waiting.append(observation)
            return
        here = self.versions[self.current]
        if here.latest == article or url_form(observation.url) != self.main_form:
            self._same(observation, article, None)
            return
        change = self.compare(here.latest, article)
        if change.is_version and (steady := judged_as_before(here.latest, article)) is not article:
            article, change = steady, self.compare(here.latest, steady)
        if not change.is_version:
            self._same(observation, article, change)
            return
        earlier = self._earlier(article)
        if earlier is None:
            self._begin(observation, article, change)
        elif (here.version.same_as or here.version.flapping) and here.run < SETTLED:
            self._flaps(observation, earlier, article)
        else:
            kinds = tuple(dict.fromkeys(("restored", *change.kinds)))
            change = replace(change, kind="restored", kinds=kinds)
            self._begin(observation, article, change, same_as=earlier)

    def _earlier(self, article: Article) -> int | None:
        """The number of the earlier version that reads like `article`."""
        for open_ in reversed(self.versions[-REMEMBERED:]):
            if open_ is self.versions[self.current] or not _may_be_alike(open_.latest, article):
                continue
            if open_.latest == article or not self.compare(open_.latest, article).is_version:
                return open_.version.same_as or open_.version.number
        return None

    def _begin(
        self,
        observation: Observation,
        article: Article,
        change: Change | None,
        same_as: int | None = None,
    ) -> None:
        before = self.versions[self.current].version.last_seen_at if self.current >= 0 else None
        version = Version(
            number=len(self.versions) + 1,
            record_id=observation.record_id,
            url=observation.url,
            first_seen_at=observation.fetched_at,
            last_seen_at=observation.fetched_at,
            last_record_id=observation.record_id,
            captures=1,
            article=article,
            change=change,
            not_before=before,
            same_as=same_as,
        )
        self.shown.update({o.record_id: version.number for o in (observation, *self.waiting)})
        self.versions.append(_Open(replace(version, captures=1 + len(self.waiting)), article))
        self.waiting.clear()
        self.current = len(self.versions) - 1

    def _same(self, observation: Observation, article: Article, change: Change | None) -> None:
        here = self.versions[self.current]
        details = tuple(f for f in change.fields if f.name in FIELDS) if change else ()
        if details:
            self.fields.append(
                FieldRecord(
                    record_id=observation.record_id,
                    at=observation.fetched_at,
                    url=observation.url,
                    changes=details,
                )
            )
        if change is not None:
            here.latest = article
        here.run += 1
        self._place(observation, here)

    def _flaps(self, observation: Observation, earlier: int, article: Article) -> None:
        """A B A was a restoration; from the next turn on two states alternate, and there are no more versions."""
        now = self.versions[self.current].version
        known = max(
            v.version.number for v in self.versions if earlier in (v.version.number, v.version.same_as)
        )
        other = self.versions[known - 1]
        pair = f"versions {min(known, now.number)} and {max(known, now.number)} by turns"
        if not now.flapping:
            self._event(observation, "flapping", pair)
        for open_ in (self.versions[self.current], other):
            open_.version = replace(open_.version, flapping=True)
        self.current = known - 1
        other.run = 1
        other.latest = article
        self._place(observation, other)

    def _place(self, observation: Observation, here: _Open) -> None:
        version = here.version
        here.version = replace(
            version,
            last_seen_at=observation.fetched_at,
            last_record_id=observation.record_id,
            captures=version.captures + 1,
        )
        self.shown[observation.record_id] = version.number

    # ------------------------------------------------------------ the answer

    def chain(self) -> Chain:
        return Chain(
            versions=tuple(o.version for o in self.versions),
            events=tuple(self.events),
            field_changes=tuple(self.fields),
            shown=dict(self.shown),
            status=self._status(),
        )

    def _status(self) -> Status:
        """By the last capture that showed anything of the page itself."""
        for observation in reversed(self.ordered):
            key = url_key(observation.url)
            if observation.record_id in self.shown and key not in self.trouble:
                return "live"
            if (kind := self.trouble.get(key)) in _STATUS:
                return _STATUS[kind]
        return "live"


_STATUS: dict[EventKind | None, Status] = {
    "gone": "gone",
    "paywalled": "paywalled",
    "blocked": "blocked",
    "consent": "blocked",
}
# Fields whose change alone makes no version.
FIELDS = frozenset(
    ["published_at", "modified_at", "section", "tags", "image_url", "credits", "publisher", "language", "free_access", "notices", "links", "embeds", "pictures"]
)  # fmt: skip


def _may_be_alike(a: Article, b: Article) -> bool:
    """A quick no to most pairs: two states that read alike have one headline and nearly one length."""
    return fold(a.title) == fold(b.title) and abs(len(a.text) - len(b.text)) < 400
