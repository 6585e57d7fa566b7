"""The words of this project as frozen dataclasses; values only, no behaviour that decides.

Source -> Candidate -> Exchange (on the wire) -> Capture (on disk) -> Article -> Version -> Change, Story.
What two rooms need of each other is here, so that no room imports its neighbour.
Digests are `sha1:BASE32`; times aware, UTC; record ids `urn:uuid:…` without angle brackets.
Tested through every room that uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, Literal

# ---------------------------------------------------------------- what long work reports

Progress = Callable[[str, int, int | None], None]  # (what is done, how much so far, of how much or None)
Say = Callable[[str], None]  # takes a line for a person

# ---------------------------------------------------------------- sources and candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule:
    """A dated rule of one outlet: what to keep, to drop or to take as the root of the article."""

    action: Literal["keep", "drop", "root"]
    selector: str  # CSS
    since: date | None = None  # by the page's fetch date; None = always
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet: one TOML file. `name` is `[a-z0-9-]{1,40}` and is also the file's stem."""

    name: str
    title: str = ""
    homepage: str = ""
    language: str = ""
    domains: tuple[str, ...] = ()  # hosts (with subdomains) whose pages belong to it
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()  # news sitemaps or sitemap indexes
    sections: tuple[str, ...] = ()  # pages that list articles
    article_patterns: tuple[str, ...] = ()  # regexes searched in the URL; empty = learnt by shape
    exclude_patterns: tuple[str, ...] = ()
    delay: float | None = None  # seconds between two requests to one host; None = archive's default
    daily_budget: int | None = None  # requests a day and host; None = archive's default
    obey_robots: bool = True
    utc_offset: int | None = None  # minutes ahead of UTC of its times without a zone; None = learnt
    night: str = ""  # "HH:MM-HH:MM" UTC in which alone it is crawled; empty = always
    cookies_file: str = ""  # Netscape format, path relative to the archive; never archived
    login_header: str = ""  # "Name: value" taken from the environment variable named here
    render: bool = False
    requisites: bool = True  # fetch the stylesheets, images and fonts of its pages, too
    enabled: bool = True
    formerly: tuple[str, ...] = ()  # names it had; what was captured under them is its own
    rules: tuple[SiteRule, ...] = ()


CandidateKind = Literal["feed", "news-sitemap", "sitemap", "section", "archive", "manual"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A URL that discovery proposes, with what the feed or sitemap said of it."""

    url: str
    kind: CandidateKind
    found_on: str = ""  # URL of the feed, sitemap or page
    title: str | None = None
    guid: str | None = None
    published_at: datetime | None = None
    lastmod: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    zone: int | None = None  # minutes by which its times were put back, since they state no zone


# ---------------------------------------------------------------- exchanges and captures

# The index keeps a reason by its place in this list: new ones come last.
Reason = Literal[
    "new",
    "recheck",
    "feed",
    "sitemap",
    "section",
    "robots",
    "probe",
    "requisite",
    "import",
    "manual",
    "continuation",
]
Truncated = Literal["disconnect", "time", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    version: str  # "tls/1.3"
    cipher: str
    certificate_sha256: str  # hex, of the leaf certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLocation:
    """Where the record is that a capture names."""

    filename: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRef:
    """Names an earlier capture, for revisits."""

    record_id: str
    url: str
    fetched_at: datetime
    payload_digest: str
    place: RecordLocation | None = field(default=None, compare=False)  # if the asker knows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP exchange as it went over the wire, before it is written.

    `request` and `response` are the very bytes (1xx responses stripped, secrets not yet redacted).
    `response` is a seekable binary file, read from 0; None when nothing came.
    """

    url: str
    started_at: datetime
    request: bytes
    response: BinaryIO | None
    ip: str | None = None
    port: int | None = None
    tls: Tls | None = None
    truncated: Truncated | None = None
    error: str | None = None
    crawl_id: str = ""
    seq: int = 0  # counts the exchanges of one crawl
    source: str = ""
    reason: Reason = "new"
    candidate: Candidate | None = None
    redirect_from: str | None = None  # URL that redirected here
    continues: str | None = None  # of a further page of an article: the URL of its first page
    seconds: float | None = None  # how long it took
    previous: RecordRef | None = None  # last full capture of this URL, if the asker knows it
    extra: Mapping[str, object] = field(default_factory=dict)  # goes into the metadata record
    secret_headers: tuple[str, ...] = ()  # request headers to redact beside Cookie and the authorizations


# "rendered": what a browser made of the page that `refers_to` names
CaptureKind = Literal["response", "same-payload", "not-modified", "failed", "rendered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One HTTP exchange on disk. `warc_offset` and `warc_length` are those of the gzip member that
    holds the response (or revisit; or, for a failed fetch, the metadata record)."""

    warc_filename: str  # final name, relative to warc/, never with `.open`
    warc_offset: int
    warc_length: int
    warc_record_id: str
    url: str
    fetched_at: datetime
    kind: CaptureKind
    http_status: int | None = None
    content_type: str | None = None  # the header's value
    payload_digest: str | None = None  # the spec's reading: de-chunked, content coding kept
    payload_length: int | None = None  # bytes, same reading
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None  # of a redirect: an absolute URL, or what the header says if that is none
    truncated: Truncated | None = None
    error: str | None = None
    refers_to: RecordRef | None = None
    crawl_id: str = ""
    seq: int = 0
    source: str = ""
    reason: Reason = "new"
    candidate: Candidate | None = None
    redirect_from: str | None = None
    continues: str | None = None  # of a further page of an article: the URL of its first page
    robots_tag: str | None = None  # X-Robots-Tag, tdm-reservation …


# ---------------------------------------------------------------- articles


def table_rows(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows and cells of a table's text."""
    return tuple(tuple(line.split("\t")) for line in text.split("\n"))


BlockKind = Literal[
    "paragraph",
    "heading",
    "quote",
    "list_item",
    "table_row",
    "caption",
    "credit",
    "embed",
    "entry",
    "title",
    "description",
    "byline",
    "date",
    "other",
    "table",
    "notice",
]
# What a notice of the outlet says of the story's own history.
NoticeKind = Literal["correction", "clarification", "update", "retraction", "embargo", "editor's note"]
PageKind = Literal[
    "article",
    "live blog",
    "gallery",
    "video",
    "front page",
    "block page",
    "consent page",
    "soft 404",
    "listing",
    "profile",
    "product",
    "not html",
    "empty",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of the page, in page order, kept in the article's text or removed with a reason.

    The text of a table has a line for each row, cells parted by tabs; no other text has tabs.
    """

    kind: BlockKind
    text: str
    kept: bool
    reason: str = ""  # why removed ("newsletter", "republishing notice", "related", "site template, …")
    place: str = ""  # DOM place: "main>article.node>div.field--name-body>p"
    at: datetime | None = None  # of a live blog's entry; the day that a notice gives
    notice: NoticeKind | None = None  # of a notice
    words: tuple[WordEdit, ...] = ()  # if the page shows some as struck out ("delete") or inserted ("add")
    links: tuple[tuple[str, str], ...] = ()  # (words, address) of a kept block's links

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows of a table, each of its cells; none of any other block."""
        return table_rows(self.text) if self.kind == "table" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which page of an article that is set on several pages; addresses as this page names them."""

    stem: str  # what the addresses of all its pages have in common; not a URL
    number: int  # of this page, from 1
    last: int  # the highest number that this page knows of
    pages: tuple[tuple[int, str], ...]  # (number, address) of this page and those that it names, ascending

    @property
    def following(self) -> str:
        """The address of the next page; empty if this page names none."""
        return dict(self.pages).get(self.number + 1, "")

    @property
    def first(self) -> str:
        """The address of the first page; empty if this page doesn't name it."""
        return dict(self.pages).get(1, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What extraction gives for one capture."""

    url: str
    title: str = ""
    description: str = ""  # standfirst
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published_at: datetime | None = None
    modified_at: datetime | None = None
    date_is_weak: bool = False  # only the URL or a copyright line says so
    published_as: str = ""  # ISO 8601 as the page states it: its own offset, or none; a day if it names a day
    modified_as: str = ""
    language: str = ""  # ISO 639-1
    section: str = ""
    tags: tuple[str, ...] = ()
    image_url: str = ""
    captions: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    embeds: tuple[str, ...] = ()  # addresses of posts, videos and charts in the text, in page order
    pictures: tuple[str, ...] = ()  # addresses of pictures in the text
    canonical_url: str = ""  # as the page declares it, made absolute; may be a trap
    og_url: str = ""
    amp_url: str = ""
    jsonld_id: str = ""
    free_access: bool | None = None
    page_kind: PageKind = "article"
    blocks: tuple[Block, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)  # field -> "json-ld", "og", "h1" …
    extractor: str = ""
    extractor_version: str = ""
    confidence: float = 1.0
    warnings: tuple[str, ...] = ()
    part: Part | None = None  # of an article on several pages; None where the page is the whole article
    page_end: str = ""  # the last tags of a page whose root element doesn't end; it may have been cut

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The kept texts of the body, in order."""
        return tuple(b.text for b in self.blocks if b.kept)

    @property
    def text(self) -> str:
        """The body: paragraphs joined by an empty line."""
        return "\n\n".join(self.paragraphs)

    @property
    def notices(self) -> tuple[Block, ...]:
        """The outlet's notices, in the text or beside it."""
        return tuple(b for b in self.blocks if b.kind == "notice")

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(words, address) of the links in the text, in order."""
        return tuple(link for b in self.blocks if b.kept for link in b.links)

    @property
    def removed(self) -> tuple[Block, ...]:
        """What was taken for boilerplate, with reasons."""
        return tuple(b for b in self.blocks if not b.kept)


# ---------------------------------------------------------------- versions and changes

OpName = Literal["keep", "add", "delete", "edit", "move", "split", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordEdit:
    """A run of characters inside an edited unit. `op` is keep, add or delete."""

    op: Literal["keep", "add", "delete"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditOp:
    """One step of an edit script over units (paragraphs or sentences).

    `before` and `after` are indexes into the two sequences of units; `words` is filled for an edit
    (also for a move, split or merge in which words changed).
    """

    op: OpName
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    words: tuple[WordEdit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that differs: title, description, authors, captions, published_at, section …"""

    name: str
    before: str
    after: str
    words: tuple[WordEdit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened between two versions."""

    kind: str  # the weightiest of `kinds`
    kinds: tuple[str, ...]
    significant: bool
    reason: str  # of `significant`, one clause
    silent: bool  # text changed; no notice found, the page's dates unchanged
    chars_added: int
    chars_removed: int
    share: float  # of the text touched, 0..1
    is_version: bool = True  # headline, standfirst, byline, captions or text differ to a reader
    fields: tuple[FieldChange, ...] = ()
    ops: tuple[EditOp, ...] = ()  # over paragraphs
    before: tuple[str, ...] = ()  # the paragraphs
    after: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing that a reader could see differs."""
        return not self.kinds
