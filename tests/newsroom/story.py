"""What the newsroom knows of a story, an edit and a request: values only.

A `PressStory` is the truth against which tests compare what was extracted. Never holds markup. Tested in
tests/newsroom/test_generate.py and test_edits.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

StoryKind = Literal["article", "live blog", "gallery"]


class NewsroomError(RuntimeError):
    """The newsroom was asked for something that it doesn't have, or can't start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEntry:
    """The head of one entry of a live blog; its text is the paragraph with the same index."""

    at: datetime
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PressStory:
    """A story in one state. Times aware, UTC; `path` begins with a slash, percent-encoded.

    `paragraphs` is the whole body in order, headings, block quotes, correction notices and updates
    included, and nothing else.
    """

    outlet: str
    number: int  # counts the outlet's stories, from 1; never changes
    path: str
    guid: str
    title: str
    standfirst: str
    authors: tuple[str, ...]
    section: str  # slug of one of the outlet's sections
    tags: tuple[str, ...]
    published_at: datetime
    modified_at: datetime
    language: str
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    image: str = ""  # path
    kind: StoryKind = "article"
    entries: tuple[LiveEntry, ...] = ()  # of a live blog: one for each paragraph, newest first
    headings: tuple[int, ...] = ()  # indexes of the paragraphs that are set as headings
    quotes: tuple[int, ...] = ()  # indexes of the paragraphs that are set as block quotes
    canonical_url: str = ""  # empty = its own address
    paywalled: bool = False
    typo: tuple[int, str] | None = None  # paragraph with a typo, and how it should read

    @property
    def text(self) -> str:
        """The paragraphs, with an empty line between two."""
        return "\n\n".join(self.paragraphs)

    def to_json(self) -> dict[str, Any]:
        """The story as JSON values; times as ISO 8601, UTC."""
        return cast(dict[str, Any], jsonable(asdict(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptLine:
    """What is going to happen: at a time, to a story, an edit of a kind.

    `kind` is `publish` or one of `edits.KINDS`. `silent`: the page's own date doesn't move.
    """

    at: datetime
    outlet: str
    number: int
    kind: str
    silent: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PressEvent:
    """What has happened: `before` is None for a publication; `status` is what a deleted page answers."""

    at: datetime
    outlet: str
    number: int
    kind: str
    silent: bool
    before: PressStory | None
    after: PressStory
    status: int = 200

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return cast(dict[str, Any], jsonable(asdict(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PressRequest:
    """What the server saw. Header names in lower case; the last of several wins."""

    method: str
    target: str  # path and query as sent
    host: str  # without port, lower case
    headers: Mapping[str, str]
    raw_headers: tuple[tuple[str, str], ...]
    secure: bool
    at: datetime | None = None  # when it had come in whole, by the newsroom's clock
    wall: float = 0.0  # the same in seconds since 1970, outside


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One request and its answer.

    `at` is when the request had come, in the newsroom's time; `wall` the same outside, in seconds since
    1970; `connection` counts the connections.
    """

    at: datetime
    wall: float
    connection: int
    outlet: str
    host: str
    method: str
    path: str  # with the query
    headers: tuple[tuple[str, str], ...]
    status: int  # 0: the connection was dropped without an answer
    sent: int  # bytes of the body on the wire
    fault: str = ""

    def header(self, name: str) -> str | None:
        """The value of a request header, or None."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return cast(dict[str, Any], jsonable(asdict(self)))


def jsonable(value: Any) -> Any:
    """`value` with times as text and tuples as lists, all the way down."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(v) for v in value]
    return value
