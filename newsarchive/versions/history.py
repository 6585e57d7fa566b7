"""The life of one story: its versions, and what happened to it between them.

Given all captures of a story in any order, and a function that compares two articles, it says which captures
show which version. A version is a state that a reader would distinguish from the one before. Block pages, consent
pages, paywall stubs, soft 404s, torn captures and texts that are missing once are events, never versions; a change of the page's own
details is a field change. Only captures of the story's main form make versions: the AMP or print form of a
page says the same in other words. Later captures go on from the state in which the reading ended, with the same
answer as if all were read again. Pure. Tested in tests/versions/test_history.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from newsarchive.counters import show_the_same
from newsarchive.model import Article, Change
from newsarchive.text import fold
from newsarchive.urls import is_homepage, key_or_empty, url_form, url_key
from newsarchive.versions.chain_state import (
    Chain,
    ChainState,
    Event,
    FieldRecord,
    Shown,
    Status,
    Version,
    VersionLifetime,
    WholeTexts,
)
from newsarchive.versions.extraction_jitter import judged_as_before, turn, turned_places
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
Load = Callable[[str], Article]
# Times in a row that a returned state must be seen before another return is an edit and not flapping.
SETTLED = 3
# A text that is missing is gone once a check this much later agrees: the schedule's shortest interval.
CONFIRMED = timedelta(minutes=10)
PROSE = 200  # characters; no longer paragraph is a line that changes by itself (diff.noise)
REMEMBERED = 12  # versions back that a state may return to


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
    state = _Reading(compare, _in_order(observations))
    state.read_all()
    return state.chain()


def continue_chain(
    state: ChainState, observations: Iterable[Observation], compare: Compare, load: Load
) -> Chain | None:
    """Return what later captures add to a story's history.

    Args:
        state: Where its reading ended (`Chain.state`).
        observations: The captures since then, all later than those before, at the same URL under any spelling.
        load: Returns the article that a capture showed, by the capture's record id.

    Returns:
        The new versions, events and field changes, and the earlier versions as they are now. Together with
        what was there the same as `chain` of all captures. None if the answer to earlier captures may change:
        then all must be read again.
    """
    reading = _Reading(compare, _in_order(observations))
    reading.go_on_from(state, load)
    try:
        reading.read_all()
    except _EarlierChanges:
        return None
    return reading.chain()


def _in_order(observations: Iterable[Observation]) -> list[Observation]:
    return sorted({o.record_id: o for o in observations}.values(), key=lambda o: o.order)


class _EarlierChanges(Exception):
    """What an earlier capture showed may have to be judged otherwise."""


class _Seen:
    """A state of the text as a capture showed it; read when it is asked for."""

    def __init__(self, record_id: str, load: Callable[[], Article], shown: Shown | None = None) -> None:
        self.record_id = record_id
        self._load = load
        self._shown = shown
        self._article: Article | None = None

    @classmethod
    def of(cls, record_id: str, article: Article, turned: tuple[int, ...] = ()) -> _Seen:
        """The state that `article` is, on the page of this capture."""
        title, length = fold(article.title), len(article.text)
        shown = Shown(record_id=record_id, title=title, length=length, turned=turned)
        return cls(record_id, lambda: article, shown)

    @classmethod
    def stored(cls, shown: Shown, load: Load) -> _Seen:
        """A state of a version that was read earlier."""
        return cls(shown.record_id, lambda: turn(load(shown.record_id), shown.turned), shown)

    @property
    def article(self) -> Article:
        if self._article is None:
            self._article = self._load()
        return self._article

    @property
    def shown(self) -> Shown:
        if self._shown is None:
            self._shown = _Seen.of(self.record_id, self.article).shown
        return self._shown


@dataclass(slots=True)
class _Open:
    """A version that is being gathered."""

    version: VersionLifetime
    latest: _Seen  # as last seen, for comparison
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
    current: int = -1  # place in `versions`
    last_read: dict[str, _Seen] = field(default_factory=dict)  # by URL
    trouble: dict[str, EventKind] = field(default_factory=dict)  # url key -> what is wrong with it now
    doubtful: dict[str, tuple[datetime, _Seen]] = field(default_factory=dict)  # url key -> the first stub
    told: dict[tuple[str, str], None] = field(default_factory=dict)  # redirects, in order
    main_form: str = ""
    waiting: list[Observation] = field(default_factory=list)  # other forms, seen before the main one
    states: tuple[Article, ...] = ()  # all that were read now, each object once
    texts: WholeTexts = field(default_factory=WholeTexts)  # those that were read before
    uncut: dict[int, Article] = field(default_factory=dict)  # those of now that are no stubs
    before: int = 0  # versions that were there before

    def __post_init__(self) -> None:
        readable = [o for o in self.ordered if o.readable]
        forms = [url_form(o.url) for o in readable]
        self.main_form = "" if "" in forms or not forms else max(sorted(set(forms)), key=forms.count)
        self.states = tuple({id(a): a for o in readable if (a := o.readable)}.values())

    def go_on_from(self, state: ChainState, load: Load) -> None:
        """Take up what earlier captures showed."""

        def read(record_id: str) -> _Seen:
            return _Seen(record_id, lambda: load(record_id))

        self.main_form = ""
        self.versions = [_Open(v, _Seen.stored(shown, load), run) for v, shown, run in state.versions]
        self.before = len(self.versions)
        self.current = next(i for i, o in enumerate(self.versions) if o.version.number == state.current)
        self.last_read = {url: read(record) for url, record in state.last_read.items()}
        self.texts = state.texts
        key = url_key(self.versions[-1].version.url)
        self.told = {(key, target): None for target in state.moved_to}
        if state.trouble is not None:
            self.trouble[key] = state.trouble
        if state.doubtful is not None:
            self.doubtful[key] = state.doubtful[0], read(state.doubtful[1])

    def read_all(self) -> None:
        if any(self.texts.may_be_told_by(a) for a in self.states):
            raise _EarlierChanges
        for observation in self.ordered:
            self.read(observation)

    def read(self, observation: Observation) -> None:
        if observation.is_redirect:
            self._redirected(observation)
            return
        seen = self._read_here(observation)
        kind, detail = page_event(observation, seen.article if seen else None)
        if kind is None and seen is not None:
            kind, detail = self._cut(seen.article)
        state = seen if kind is None else _broken_off(observation)
        if state is not None:
            kind, detail = self._missing(observation, state) or (kind, detail)
        if kind is not None:
            self._trouble(observation, kind, detail)
        elif seen is not None:
            self._back(observation)
            self._seen(observation, seen)

    def _read_here(self, observation: Observation) -> _Seen | None:
        if observation.readable:
            self.last_read[observation.url] = _Seen.of(observation.record_id, observation.readable)
            return self.last_read[observation.url]
        if observation.article is None and observation.kind in ("same-payload", "not-modified"):
            return self.last_read.get(observation.url)
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
            self.told[here, target] = None
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

    def _cut(self, article: Article) -> tuple[EventKind | None, str]:
        """Whether this is a stub or a torn copy of a state that was seen whole, before or after."""
        current = self.versions[self.current].latest.article if self.current >= 0 else None
        kind, detail = cut_of(article, current, self.states)
        if kind is None and self.texts.may_cut(article):
            raise _EarlierChanges
        if kind is None:
            self.uncut[id(article)] = article
        return kind, detail

    def _missing(self, observation: Observation, seen: _Seen) -> tuple[EventKind, str] | None:
        """Whether the page breaks off or most of its text is missing, and no later check has agreed yet: a doubtful capture.

        A page that was cut on its way has the validators of the whole one: "not modified" agrees with nothing there.
        """
        if url_form(observation.url) != self.main_form:
            return None
        article = seen.article
        if self.current >= 0:
            whole: Article | None = self.versions[self.current].latest.article
        else:
            whole = self._whole_later(observation) if article.page_end else None
            self.texts.breaks_off |= bool(article.page_end) and whole is None
        if whole is None or not self._is_doubtful(article, whole):
            return None
        key = url_key(observation.url)
        first, state = self.doubtful.get(key, (observation.fetched_at, seen))
        if self.compare(state.article, article).is_version:  # another stub: the doubt begins again
            first, state = observation.fetched_at, seen
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

    def _seen(self, observation: Observation, seen: _Seen) -> None:
        if self.current < 0:
            if url_form(observation.url) == self.main_form:
                self._begin(observation, seen, None)
            else:
                self.waiting.append(observation)
            return
        here = self.versions[self.current]
        latest, article = here.latest.article, seen.article
        if show_the_same(latest, article) or url_form(observation.url) != self.main_form:
            self._same(observation, seen, None)
            return
        change = self.compare(latest, article)
        if change.is_version and (steady := judged_as_before(latest, article)) is not article:
            change = self.compare(latest, steady)
            seen = _Seen.of(seen.record_id, steady, turned_places(article, steady))
        if not change.is_version:
            self._same(observation, seen, change)
            return
        earlier = self._earlier(seen)
        if earlier is None:
            self._begin(observation, seen, change)
        elif (here.version.same_as or here.version.flapping) and here.run < SETTLED:
            self._flaps(observation, earlier, seen)
        else:
            kinds = tuple(dict.fromkeys(("restored", *change.kinds)))
            change = replace(change, kind="restored", kinds=kinds)
            self._begin(observation, seen, change, same_as=earlier)

    def _earlier(self, seen: _Seen) -> int | None:
        """The number of the earlier version that reads like this state."""
        for open_ in reversed(self.versions[-REMEMBERED:]):
            if open_ is self.versions[self.current] or not _may_be_alike(open_.latest.shown, seen.shown):
                continue
            there = open_.latest.article
            if _surely_differ(there, seen.article):
                continue
            if there == seen.article or not self.compare(there, seen.article).is_version:
                return open_.version.same_as or open_.version.number
        return None

    def _begin(
        self,
        observation: Observation,
        seen: _Seen,
        change: Change | None,
        same_as: int | None = None,
    ) -> None:
        before = self.versions[self.current].version.last_seen_at if self.current >= 0 else None
        version = Version(
            number=self.versions[-1].version.number + 1 if self.versions else 1,
            record_id=observation.record_id,
            url=observation.url,
            first_seen_at=observation.fetched_at,
            last_seen_at=observation.fetched_at,
            last_record_id=observation.record_id,
            captures=1 + len(self.waiting),
            article=seen.article,
            change=change,
            not_before=before,
            same_as=same_as,
        )
        self.shown.update({o.record_id: version.number for o in (observation, *self.waiting)})
        self.versions.append(_Open(version, seen))
        self.waiting.clear()
        self.current = len(self.versions) - 1

    def _same(self, observation: Observation, seen: _Seen, change: Change | None) -> None:
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
            here.latest = seen
        here.run += 1
        self._place(observation, here)

    def _flaps(self, observation: Observation, earlier: int, seen: _Seen) -> None:
        """A B A was a restoration; from the next turn on two states alternate, and there are no more versions."""
        now = self.versions[self.current].version
        known = max(
            v.version.number for v in self.versions if earlier in (v.version.number, v.version.same_as)
        )
        place = known - self.versions[0].version.number
        other = self.versions[place]
        pair = f"versions {min(known, now.number)} and {max(known, now.number)} by turns"
        if not now.flapping:
            self._event(observation, "flapping", pair)
        for open_ in (self.versions[self.current], other):
            open_.version = replace(open_.version, flapping=True)
        self.current = place
        other.run = 1
        other.latest = seen
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
        lives = [o.version for o in self.versions]
        return Chain(
            versions=tuple(v for v in lives if isinstance(v, Version)),
            events=tuple(self.events),
            field_changes=tuple(self.fields),
            shown=dict(self.shown),
            status=self._status(),
            earlier=tuple(lives[: self.before]),
            state=self._state(),
        )

    def _state(self) -> ChainState | None:
        """Where the reading ended; None of a story with several URLs, or of which only other forms were read."""
        keys = {url_key(o.url) for o in self.ordered}
        if len(keys) != 1 or self.main_form or self.current < 0:
            return None
        texts = WholeTexts(self.texts.longest, dict(self.texts.marked), self.texts.breaks_off)
        for article in self.states:
            texts.add(article)
        for article in self.uncut.values():
            texts.add_uncut(article)
        doubt = next(iter(self.doubtful.values()), None)
        return ChainState(
            versions=tuple(
                (_lifetime(o.version), o.latest.shown, o.run) for o in self.versions[-REMEMBERED:]
            ),
            current=self.versions[self.current].version.number,
            last_read={url: seen.record_id for url, seen in self.last_read.items()},
            trouble=next(iter(self.trouble.values()), None),
            doubtful=(doubt[0], doubt[1].record_id) if doubt else None,
            moved_to=tuple(target for _, target in self.told),
            texts=texts,
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


def _broken_off(observation: Observation) -> _Seen | None:
    article = observation.broken_off
    return _Seen.of(observation.record_id, article) if article is not None else None


def _may_be_alike(a: Shown, b: Shown) -> bool:
    """A quick no to most pairs: two states that read alike have one headline and nearly one length."""
    return a.title == b.title and abs(a.length - b.length) < 400


def _surely_differ(a: Article, b: Article) -> bool:
    """A quicker no: one of them has a long paragraph that isn't in the other, however it is set in paragraphs."""
    return _has_its_own(a.paragraphs, b.paragraphs) or _has_its_own(b.paragraphs, a.paragraphs)


def _has_its_own(mine: Sequence[str], others: Sequence[str]) -> bool:
    whole = _letters(others), _letters(filter(_is_prose, others))
    return any(not any(_letters([p]) in text for text in whole) for p in mine if _is_prose(p))


def _is_prose(paragraph: str) -> bool:
    """Whether no rule of noise reads it: long, and no table."""
    return len(paragraph) > PROSE and "\t" not in paragraph


def _letters(paragraphs: Iterable[str]) -> str:
    """What is read, without spaces."""
    return "".join("".join(fold(p).split()) for p in paragraphs)


def _lifetime(version: VersionLifetime) -> VersionLifetime:
    return VersionLifetime(**{f.name: getattr(version, f.name) for f in fields(VersionLifetime)})
