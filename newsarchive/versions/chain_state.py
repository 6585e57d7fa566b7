"""What a story's history consists of, and where the reading of its captures ended, so that later captures go on from there.

A `ChainState` holds no article: it names the captures that showed them, so that it is small and never grows with the
number of versions (but for pages behind a paywall, eight bytes each). Values only. Tested in tests/versions/test_history.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

from newsarchive.model import Article, Change, FieldChange
from newsarchive.text import fold
from newsarchive.times import from_micros, micros
from newsarchive.versions.observation import STUB, EventKind, without_prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLifetime:
    """Which captures showed a version. `record_id` is that of the first."""

    number: int  # from 1, for display; citations use `record_id`
    record_id: str
    url: str
    first_seen_at: datetime
    last_seen_at: datetime
    last_record_id: str
    captures: int
    same_as: int | None = None  # the earlier version whose text came back
    flapping: bool = False  # it alternated with another version


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(VersionLifetime):
    """A state of the story."""

    article: Article
    change: Change | None = None  # from the version before; None for the first
    not_before: datetime | None = None  # when the version before was last seen: the change came after


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
    """A story's whole history, or what later captures add to it."""

    versions: tuple[Version, ...]
    events: tuple[Event, ...]
    field_changes: tuple[FieldRecord, ...]
    shown: Mapping[str, int]  # record id -> number of the version that the capture showed
    status: Status
    earlier: tuple[
        VersionLifetime, ...
    ] = ()  # of a history that went on: the versions before that may differ now
    state: ChainState | None = None  # None where later captures can't go on from here


# ---------------------------------------------------------------- where it ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A state of the text as a capture showed it."""

    record_id: str  # of the capture whose page it is
    title: str  # folded
    length: int  # characters of the text
    turned: tuple[int, ...] = ()  # blocks judged otherwise than on that page (`extraction_jitter`)


@dataclass(slots=True)
class WholeTexts:
    """What must be known of all states to find out whether one is the beginning of another.

    Attributes:
        longest: Folded characters of the longest state.
        marked: Of each state that may be a stub (`without_prompt`) and was not taken for one: a checksum of its
            paragraphs -> its folded characters.
        breaks_off: The page ended early when it was first seen, and none of its states was whole.
    """

    longest: int = 0
    marked: dict[int, int] = field(default_factory=dict)
    breaks_off: bool = False

    def add(self, article: Article) -> None:
        """Note a state that was read."""
        self.longest = max(self.longest, _size([fold(p) for p in article.paragraphs]))

    def add_uncut(self, article: Article) -> None:
        """Note that a state was not taken for the beginning of another one."""
        text, prompts = without_prompt(article)
        if article.free_access is False or prompts:
            key = _of_stub(text)
            self.marked[key] = min(self.marked.get(key, 1 << 62), _size(text))

    def may_cut(self, article: Article) -> bool:
        """Return whether `article` may be the beginning of one of the states."""
        text, prompts = without_prompt(article)
        return (article.free_access is False or prompts) and _size(text) <= STUB * self.longest

    def may_be_told_by(self, article: Article) -> bool:
        """Return whether one of the states may be the beginning of `article`, or broken off where that goes on."""
        if self.breaks_off and not article.page_end:
            return True
        if not self.marked:
            return False
        full = [fold(p) for p in article.paragraphs]
        most = STUB * _size(full)
        return any(self.marked.get(key, 1 << 62) <= most for key in _of_whole(full))


ENOUGH = 20  # characters of a stub's last paragraph that its checksum covers


def _size(text: Sequence[str]) -> int:
    return sum(map(len, text))


def _of_stub(text: Sequence[str]) -> int:
    last = text[-1].rstrip(" .…") if text else ""
    whole = _checksum(text[:-1])
    return zlib.crc32(_bytes(last[:ENOUGH]), whole) if len(last) >= ENOUGH else whole


def _of_whole(text: Sequence[str]) -> Iterator[int]:
    """The checksums of all stubs that `text` may begin with."""
    sofar = _checksum(())
    yield sofar
    for paragraph in text:
        yield zlib.crc32(_bytes(paragraph[:ENOUGH]), sofar)
        sofar = _checksum((paragraph,), sofar)
        yield sofar


def _checksum(text: Sequence[str], sofar: int = 0) -> int:
    for paragraph in text:
        sofar = zlib.crc32(_bytes(paragraph + "\n"), sofar)
    return sofar


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """Where the reading of a story's captures ended; of a story with one URL, under all its spellings."""

    versions: tuple[tuple[VersionLifetime, Shown, int], ...]  # the last ones; how often in a row it was shown
    current: int  # number of the version shown last
    last_read: Mapping[str, str]  # URL -> record id of the last capture that a reader could read
    trouble: EventKind | None
    doubtful: (
        tuple[datetime, str] | None
    )  # since when the text is missing; record id of the first such capture
    moved_to: tuple[str, ...]
    texts: WholeTexts

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "versions": [[*_of_lifetime(v), *_of_shown(s), run] for v, s, run in self.versions],
            "current": self.current,
            "last_read": dict(sorted(self.last_read.items())),
            "trouble": self.trouble,
            "doubtful": [micros(self.doubtful[0]), self.doubtful[1]] if self.doubtful else None,
            "moved_to": list(self.moved_to),
            "longest": self.texts.longest,
            "marked": sorted(self.texts.marked.items()),
            "breaks_off": self.texts.breaks_off,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The state that `to_json` wrote."""
        doubtful = value["doubtful"]
        return cls(
            versions=tuple((_lifetime(v[:9]), _shown(v[9:13]), v[13]) for v in value["versions"]),
            current=value["current"],
            last_read=value["last_read"],
            trouble=value["trouble"],
            doubtful=(from_micros(doubtful[0]), doubtful[1]) if doubtful else None,
            moved_to=tuple(value["moved_to"]),
            texts=WholeTexts(value["longest"], dict(value["marked"]), value["breaks_off"]),
        )


def _of_lifetime(v: VersionLifetime) -> list[Any]:
    times = micros(v.first_seen_at), micros(v.last_seen_at)
    return [v.number, v.record_id, v.url, *times, v.last_record_id, v.captures, v.same_as, v.flapping]


def _lifetime(v: Sequence[Any]) -> VersionLifetime:
    return VersionLifetime(
        number=v[0],
        record_id=v[1],
        url=v[2],
        first_seen_at=from_micros(v[3]),
        last_seen_at=from_micros(v[4]),
        last_record_id=v[5],
        captures=v[6],
        same_as=v[7],
        flapping=v[8],
    )


def _of_shown(s: Shown) -> list[Any]:
    return [s.record_id, s.title, s.length, list(s.turned)]


def _shown(v: Sequence[Any]) -> Shown:
    return Shown(record_id=v[0], title=v[1], length=v[2], turned=tuple(v[3]))
