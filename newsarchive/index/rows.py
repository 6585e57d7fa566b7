"""The rows of the index, one frozen dataclass for each kind, for writing and for reading alike.

A field is a column of the table unless its metadata say `ELSEWHERE`; the schema, the inserts and the reading
take names, order and types from here. Ids are hashes of what a thing is (`compact_ids`), so that nobody counts.
Values only. Tested in tests/index/test_write.py and tests/index/test_rows.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from newsarchive.index import compact_ids
from newsarchive.model import Article, Capture

ELSEWHERE = {"elsewhere": True}  # metadata of a field that another table holds

# ---------------------------------------------------------------- what is given to the index


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCapture:
    """A capture for the index.

    `identities` are the keys that may connect it with other captures; empty for what can be no story (feeds,
    robots.txt) and for a capture of a page whose keys are all there. `page_id` names its page, None if it has none or none
    is known yet.
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
    def may_be_story(self) -> bool:
        """Whether it belongs to a story, or may."""
        return self.page_id is not None or bool(self.identities)

    @property
    def is_known(self) -> bool:
        """The server gave an answer of its own to the URL, so discovery needn't ask again."""
        status = self.capture.http_status or 0
        return 200 <= status < 400 or status in (401, 402, 404, 410, 451)

    @property
    def outcome(self) -> str:
        """What health counts it as: the status ("200", "404"), "same", "not-modified", "rendered" or "failed"."""
        kind = self.capture.kind
        if kind == "response":
            return str(self.capture.http_status or "failed")
        return "same" if kind == "same-payload" else kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """One payload at one URL, as extraction gave it, before the template layer. `data` is packed (`compact_ids.pack_json`)."""

    id: int
    url: str
    source: str
    first_at: datetime  # of the earliest capture that showed it
    kind: str
    extractor: str
    extractor_version: str
    rules: str = ""  # fingerprint of the site rules that were applied
    data: bytes = b""
    kept_hashes: bytes = b""  # of its kept texts (`site_template.hashes_of`)
    shows: int = 0  # the same for pages of a month that show the same (`compact_ids.shows_id`)


@dataclass(frozen=True, slots=True)
class EarlierPage:
    """What the index keeps of a page that another may take over. `month` is that of `shows`."""

    data: bytes
    rules: str
    kept_hashes: bytes
    shows: int
    month: int
    kind: str
    extractor: str
    extractor_version: str


FailureKind = Literal["capture", "page", "story"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRow:
    """A capture, a page or a story that could not be indexed, and why. It names no time: a rebuild writes the same row.

    A capture without a readable URL has no `url_id` and no other row. Of a page that could not be extracted the first
    capture that shows it is named, of a story its first capture.
    """

    id: int
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

    def to_text(self) -> str:
        """Return one line for people: what failed, where it is in the WARC, why."""
        return f"{self.kind} {self.url} ({self.warc_record_id}): {self.reason}"


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
        """Whether it makes one story of its URLs, so that their captures must be read together."""
        return self.kind == "merge" and len(self.url_keys) > 1


def decision_key(number: int) -> str:
    """Return the identity that connects the URLs of a decision."""
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
    shows: (
        int | None
    )  # the same for its URL's pages of a month that differ in counters alone; None without a page
    story_id: int | None
    version_no: int | None
    event: str | None
    capture: Capture


# ---------------------------------------------------------------- stories


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version with its text. `id` is that of its first capture; `change_kind` and the fields after it compare it
    with the version before. Times are ISO 8601, UTC, to the second."""

    id: int
    story_id: int
    version_no: int
    is_latest: bool
    source: str
    url: str
    title: str
    description: str
    authors: str  # by commas, for people and filters
    publisher: str
    language: str
    section: str
    tags: str
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
    text: str = field(metadata=ELSEWHERE)
    captions: str = field(metadata=ELSEWHERE)  # by lines
    author_names: tuple[str, ...] = field(metadata=ELSEWHERE)
    tag_names: tuple[str, ...] = field(metadata=ELSEWHERE)
    details: Mapping[str, Any] = field(
        default_factory=dict, metadata=ELSEWHERE, hash=False
    )  # `version_details`

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs of the body."""
        return tuple(self.text.split("\n\n")) if self.text else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """An edit between two versions of a story. It lies between `not_before` (when the old version was last seen)
    and `changed_at` (when the new one was first seen)."""

    id: int
    story_id: int
    before_id: int
    after_id: int
    changed_at: str
    not_before: str
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
    before_no: int = field(metadata=ELSEWHERE)
    after_no: int = field(metadata=ELSEWHERE)
    url: str = field(metadata=ELSEWHERE)
    source: str = field(metadata=ELSEWHERE)
    language: str = field(metadata=ELSEWHERE)
    before_record_id: str = field(metadata=ELSEWHERE)
    after_record_id: str = field(metadata=ELSEWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened to a story without making a version: gone, back, moved, paywalled …"""

    id: int
    story_id: int
    capture_id: int
    happened_at: str
    kind: str
    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChangeRow:
    """A field that changed without making a version."""

    id: int
    story_id: int
    capture_id: int
    changed_at: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A story as lists show it: its latest version's words, its counts, whether it is still there."""

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
    news_at: str  # its own date if that can be true, else its first capture
    published_at: str | None = None
    modified_at: str | None = None
    first_seen_at: str
    last_checked_at: str
    last_changed_at: str
    n_versions: int = 0
    n_captures: int
    n_changes: int = 0
    latest_version_id: int | None = None
    same_because: tuple[str, ...] = ()
    withheld: bool = False
    withheld_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStory(StoryRow):
    """A whole story for the index: its row and all rows that belong to it.

    `shown` says for each capture of the story which version it showed and which event it was.
    """

    versions: tuple[VersionRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    field_changes: tuple[FieldChangeRow, ...] = ()
    url_ids: tuple[int, ...] = ()
    aliases: tuple[int, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()  # (number, URL id) of further pages of the article
    syndicated: tuple[tuple[str, str], ...] = ()  # (URL of the original, its key)
    shown: Mapping[int, tuple[int | None, str | None]] = field(default_factory=dict)
    state: Any = None  # JSON's kinds of values; where later captures go on, None where all must be read again


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenVersion:
    """What further captures change in the row of a version that was there."""

    id: int
    is_latest: bool
    last_seen_at: str
    last_capture_id: int
    n_captures: int
    flapping: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryExtension:
    """What further captures add to a story: its row as it is now with the new rows alone, and versions seen again."""

    story: NewStory
    seen: tuple[SeenVersion, ...]


# What a version's row takes from an article as it is. The others have another form in the row, or are named there.
_OTHER_FORM = {"url", "authors", "tags", "captions", "published_at", "modified_at"}
FROM_ARTICLE = tuple(
    f.name
    for f in fields(VersionRow)
    if f.name not in _OTHER_FORM and f.name in {a.name for a in fields(Article)}
)
