"""What one crawl is asked to do, as JSON: the parent writes it, the crawl's child process reads it.

A plan is complete: the child reads no configuration file and asks the index only which URLs are
known. Pure. Tested in tests/test_plan.py.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

from newsarchive.config import CrawlConfig, NetworkConfig, RecheckConfig, WarcConfig
from newsarchive.model import Candidate, RecordRef, Source
from newsarchive.times import iso, parse_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL that the plan names itself: a feed to poll, a story to fetch again, a page to probe."""

    url: str
    source: str
    reason: Literal[
        "feed",
        "sitemap",
        "section",
        "robots",
        "new",
        "recheck",
        "probe",
        "manual",
        "requisite",
        "continuation",
    ]
    etag: str | None = None
    last_modified: str | None = None
    previous: RecordRef | None = None  # last full capture of it
    priority: float = 0.0  # higher first, when a budget is short
    parts: tuple[Target, ...] = ()  # the known further pages of its article, in their order
    candidate: Candidate | None = None  # what a document said of a page that no run has got yet

    def to_json(self) -> str:
        """Return one line of JSON."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Target:
        """Return the target that `to_json` wrote.

        Raises:
            ValueError: not such a text.
        """
        return typing.cast(Target, decode(cls, json.loads(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One crawl. `archive` is an absolute path; `now` is the run's anchor in time."""

    crawl_id: str  # "20261124T034012-3f9a"
    archive: str
    now: datetime
    sources: tuple[Source, ...] = ()
    targets: tuple[Target, ...] = ()
    follow: bool = True  # fetch the unknown articles that feeds, sitemaps and sections name
    user_agent: str = ""
    network: NetworkConfig = field(default_factory=NetworkConfig)
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    recheck: RecheckConfig = field(default_factory=RecheckConfig)
    warc: WarcConfig = field(default_factory=WarcConfig)
    spent: dict[str, int] = field(default_factory=dict)  # host -> requests already made today
    not_before: dict[str, datetime] = field(default_factory=dict)  # host -> Retry-After of earlier runs
    reserved: dict[str, int] = field(default_factory=dict)  # host -> requests that today's next polls need
    waiting: tuple[str, ...] = ()  # new pages that failed before, and whose next try isn't due yet
    doubted: tuple[str, ...] = ()  # documents whose pages hardly ever were stories
    clicks: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # source -> parameters that say where one clicked
    patience: float = 0.0  # seconds after which a host's pages are left for the next run; 0 = none
    is_tick: bool = (
        False  # another run follows soon, in a process of its own: it goes on with this one's WARC files
    )
    speed: float = 1.0  # seconds of the plan's clock a second outside (simulations)

    def to_json(self) -> str:
        """Return one line of JSON."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Return the plan that `to_json` wrote.

        Raises:
            ValueError: not such a text.
        """
        return typing.cast(Plan, decode(cls, json.loads(text)))


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def to_json(values: Any) -> str:
    """Return a dataclass as one line of JSON that `decode` reads."""
    return json.dumps(dataclasses.asdict(values), default=_encode, ensure_ascii=False)


def _encode(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


# The form in JSON of each kind of value.
_FORMS: dict[Any, Any] = {str: str, bool: bool, int: int, float: int | float, datetime: str, date: str, tuple: list, dict: dict, Literal: str}  # fmt: skip


def decode(kind: Any, value: Any) -> Any:
    """Return `value` (from JSON) as `kind`: dataclasses, tuples, dicts, dates, optionals, literals.

    Raises:
        ValueError: the shape doesn't fit.
    """
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        inner = [k for k in typing.get_args(kind) if k is not type(None)]
        return None if value is None else decode(inner[0], value)
    if not isinstance(value, _FORMS.get(origin or kind, object)) or (
        origin is Literal and value not in typing.get_args(kind)
    ):
        raise ValueError(f"expected {kind}, got {value!r:.80}")
    if origin is tuple:
        return tuple(decode(typing.get_args(kind)[0], v) for v in value)
    if origin is dict:
        return {k: decode(typing.get_args(kind)[1], v) for k, v in value.items()}
    if kind is datetime:
        return parse_iso(value)
    if kind is date:
        return date.fromisoformat(value)
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise ValueError(f"expected an object for {kind}, got {type(value).__name__}")
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{k: decode(hints[k], v) for k, v in value.items() if k in hints})  # type: ignore[operator]
    return value
