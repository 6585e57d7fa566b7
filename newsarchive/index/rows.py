"""What the index is given and gives back: one frozen dataclass for each kind of thing.

Field names are the columns' names. Values only; ids are made here from what a thing is (`compact`), so that
nobody counts. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from newsarchive.index import compact_ids
from newsarchive.model import Capture
from newsarchive.times import micros


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapture:
    """A capture for the index.

    `identities` are the keys that may connect it with other captures; empty for what can be no story (feeds,
    robots.txt). `page_id` names its page, None if it has none or none is known yet.
    """

    capture: Capture
    source: str
    url_key: str
    domain: str
    page_id: int | None = None
    identities: tuple[str, ...] = ()

    @property
    def id(self) -> int:
        """The capture's id."""
        return compact_ids.capture_id(self.capture.warc_record_id)

    @property
    def is_known(self) -> bool:
        """The server gave an answer of its own to the URL, so discovery needn't ask again."""
        status = self.capture.http_status or 0
        return 200 <= status < 400 or status in (401, 402, 404, 410, 451)

    @property
    def outcome(self) -> str:
        """What health counts it as: the status ("200", "404"), "same", "not-modified" or "failed"."""
        kinds = {
            "same-payload": "same",
            "not-modified": "not-modified",
            "failed": "failed",
            "rendered": "rendered",
        }
        return kinds.get(self.capture.kind) or str(self.capture.http_status or "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """One payload at one URL, as extraction gave it, before the template layer. `data` is JSON's kind of value."""

    id: int
    url: str
    source: str
    first_at: datetime  # of the earliest capture that showed it
    kind: str
    extractor: str
    extractor_version: str
    rules: str = ""  # fingerprint of the site rules that were applied
    data: Any = None

    def row(self) -> dict[str, Any]:
        """The row of table pages."""
        return {
            "id": self.id,
            "url_id": compact_ids.url_id(self.url),
            "source_id": compact_ids.source_id(self.source),
            "month": compact_ids.month_number(self.first_at),
            "first_at": micros(self.first_at),
            "kind": self.kind,
            "extractor": self.extractor,
            "extractor_version": self.extractor_version,
            "rules": self.rules,
            "data": compact_ids.pack_json(self.data),
        }


FailureKind = Literal["capture", "page", "story"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRecord:
    """A capture, a page or a story that could not be indexed, and why. It names no time: a rebuild writes the same row.

    A capture without a readable URL has no `url_id` and no other row. Of a page that could not be extracted the first
    capture that shows it is named, of a story its first capture.
    """

    kind: FailureKind
    source: str
    url: str
    url_id: int | None
    page_id: int | None = None
    warc_record_id: str
    warc_filename: str
    warc_offset: int
    reason: str  # exception and message, one line
    program_version: str  # another one tries again

    @property
    def id(self) -> int:
        """By what failed."""
        return compact_ids.hash63("failure", self.kind, str(self.page_id or self.warc_record_id))

    def row(self) -> dict[str, Any]:
        """The row of table failures."""
        return {"id": self.id, **{f.name: getattr(self, f.name) for f in fields(self)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """What a person decided about the stories of some URLs, given by their keys."""

    kind: str
    url_keys: tuple[str, ...]
    record_id: str
    reason: str
    decided_at: str

    @property
    def id(self) -> int:
        """By what was decided, when and why."""
        return compact_ids.hash63(self.kind, *self.url_keys, self.record_id, self.reason, self.decided_at)

    @property
    def connects(self) -> bool:
        """Whether it makes one story of its URLs, so that their captures must be looked at together."""
        return self.kind == "merge" and len(self.url_keys) > 1

    def row(self) -> dict[str, Any]:
        """The row of table decisions."""
        return {
            "id": self.id,
            "kind": self.kind,
            "urls": compact_ids.to_json(self.url_keys),
            "record_id": self.record_id,
            "reason": self.reason,
            "decided_at": self.decided_at,
        }


def decision_key(number: int) -> str:
    """The identity that connects the URLs of a decision."""
    return f"decision:{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedHost:
    """How many captures of a host an imported file holds, and under which source they are indexed."""

    file: str  # relative to warc/
    host: str  # empty for addresses that can't be read
    said: str  # the source that the captures themselves name; empty in files of other programs
    source: str  # empty if they are left out of the index
    captures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCapture:
    """A capture as the index holds it, with what it showed when its story was last put together."""

    id: int
    url_id: int
    page_id: int | None
    story_id: int | None
    version_no: int | None
    event: str | None
    capture: Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A version: the columns of table versions, with its text and the names in its byline and tags."""

    version_no: int
    is_latest: bool
    source: str
    url: str
    title: str
    description: str
    author_names: tuple[str, ...]
    publisher: str
    language: str
    section: str
    tag_names: tuple[str, ...]
    image_url: str
    canonical_url: str
    free_access: bool | None
    page_kind: str
    published_at: str | None
    modified_at: str | None
    date_is_weak: bool
    first_seen_at: str
    last_seen_at: str
    n_captures: int
    first_capture_id: int
    last_capture_id: int
    page_id: int
    warc_filename: str
    warc_offset: int
    warc_length: int
    warc_record_id: str
    payload_digest: str
    text: str
    captions: str
    folded: str
    text_id: int
    text_fingerprint: str
    paragraph_kinds: str
    words: int
    extractor: str
    extractor_version: str
    confidence: float
    warnings: tuple[str, ...] = ()
    flapping: bool = False
    change_kind: str = ""
    significant: bool | None = None
    silent: bool | None = None
    chars_added: int | None = None
    chars_removed: int | None = None

    @property
    def id(self) -> int:
        """The version's id: that of its first capture."""
        return self.first_capture_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """A change between two versions, named by their ids."""

    before_id: int
    after_id: int
    changed_at: str  # when the new version was first seen
    not_before: str  # when the old one was last seen: the edit lies between the two
    kind: str
    kinds: tuple[str, ...]
    significant: bool
    silent: bool
    reason: str
    chars_added: int
    chars_removed: int
    share: float
    title_before: str
    title_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """Something that happened to a story without making a version."""

    capture_id: int
    happened_at: str
    kind: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChangeRecord:
    """A field that changed without making a version."""

    capture_id: int
    changed_at: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRecord:
    """A whole story: its row and all rows that hang on it.

    `shown` says for each capture of the story which version it showed and which event it was.
    """

    id: int
    source: str
    url: str
    domain: str
    title: str
    description: str = ""
    language: str = ""
    section: str = ""
    image_url: str = ""
    free_access: bool | None = None
    page_kind: str = "article"
    status: str = "live"
    news_at: str
    published_at: str | None = None
    modified_at: str | None = None
    first_seen_at: str
    last_checked_at: str
    last_changed_at: str
    n_captures: int
    n_changes: int
    same_because: tuple[str, ...] = ()
    withheld: bool = False
    withheld_reason: str = ""
    versions: tuple[VersionRecord, ...] = ()
    changes: tuple[ChangeRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    field_changes: tuple[FieldChangeRecord, ...] = ()
    url_ids: tuple[int, ...] = ()
    aliases: tuple[int, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()  # (number, URL id) of further pages of the article
    syndicated: tuple[tuple[str, str], ...] = ()  # (URL of the original, its key)
    shown: Mapping[int, tuple[int | None, str | None]] = field(default_factory=dict)
