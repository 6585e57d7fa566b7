"""Why a request is made, and what came of it: the `Fetch` that travels in `Request.meta["newsarchive"]`.

Pure. Loads no Scrapy, and pickles, so that a request can wait in any scheduler's queue.
Tested in tests/crawl/test_fetch.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from newsarchive.model import Candidate, Capture, Reason, RecordRef
from newsarchive.plan import Target

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

META = "newsarchive"  # the key of Request.meta
MAX_PAGES = "max_pages reached"  # why a page is left of which a person wants no more
GONE = frozenset({404, 410})
REFUSALS = frozenset({"opted out", "redirect to another scheme", "robots"})
DOCUMENTS = frozenset({"feed", "sitemap", "section"})
PAGES = frozenset({"new", "recheck", "manual", "continuation"})
AHEAD = 50  # what a redirect or a retry adds to its request's priority
# Request.priority by reason, and of new pages by what named them: documents, then fresh pages, then old lists.
PRIORITIES = {"robots": 100, "continuation": 30, "probe": 20, "requisite": -10} | dict.fromkeys(DOCUMENTS, 20)
NAMED_BY = {"section": -1, "sitemap": -2, "archive": -2}

OF_CAPTURE: tuple[str, ...] = ("kind", "seq", "warc_filename", "warc_offset", "warc_length", "warc_record_id")
OF_CAPTURE += ("payload_digest", "etag", "last_modified")

OutcomeKind = Literal["ok", "unchanged", "changed", "gone", "failed", "refused", "left"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fetch came to. `reason` says why for "failed", "refused" and "left" (not asked in this run)."""

    kind: OutcomeKind
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class Fetch:
    """The first part is the asker's (most of it goes into the WARC), the second is filled while it is fetched."""

    reason: Reason = "new"
    source: str = ""
    candidate: Candidate | None = None
    etag: str | None = None  # validators of the last capture
    last_modified: str | None = None
    previous: RecordRef | None = None
    depth: int = 0  # of a document or stylesheet: how many others led to it
    page: str = ""  # of a requisite: the page that it is for
    continues: str | None = None  # of a further page of an article: the URL of its first page
    parts: tuple[Target, ...] = ()  # the known further pages of the article of which this is a page
    priority: float = 0.0  # among fetches of the same reason, higher first

    is_guess: bool = False  # nobody said why it is made: HTML is taken for a story, all else for none
    redirect_from: str | None = None
    cookies: tuple[tuple[str, str], ...] = ()  # set in this chain of redirects, by this very host
    secret_headers: tuple[str, ...] = ()  # names of request headers whose values aren't archived
    extra: Mapping[str, object] = field(default_factory=dict)
    is_answering: bool = False  # bytes of the answer have come
    capture: Capture | None = None
    failure: str = ""  # "" or a kind, see failures.classify
    error: str = ""
    size: int = 0  # bytes of the answer on the wire
    seconds: float = 0.0

    @classmethod
    def of(cls, exchange: Request | Response) -> Fetch:
        """Return the request's own as it is; a bare one if it never came as far as our middlewares."""
        found: Fetch = exchange.meta.setdefault(META, cls())
        return found

    @classmethod
    def begin(cls, request: Request) -> Fetch:
        """Return the request's own, to be filled: made up for somebody else's request, and renewed when a
        middleware asks again (a retry or a redirect takes the first one's meta along)."""
        given = request.meta.get(META)
        came_from = (request.meta.get("redirect_urls") or [None])[-1]
        if isinstance(given, cls):
            if given.capture is None and not given.failure:
                return given
            made = given.again(came_from)
        else:
            made = cls(redirect_from=came_from, is_guess=True)
        request.meta[META] = made
        return made

    @classmethod
    def from_target(cls, target: Target) -> Fetch:
        """Return the fetch of what a plan names itself."""
        names = ("source", "reason", "etag", "last_modified", "previous", "parts", "priority", "candidate")
        return cls(**{name: getattr(target, name) for name in names})

    def again(self, came_from: str | None) -> Fetch:
        """Return it as it was before anything came. After a redirect validators and the earlier capture stay
        behind: they belong to the old URL."""
        made = replace(
            self, redirect_from=came_from, is_answering=False, capture=None, failure="", error="", extra={}
        )
        if came_from != self.redirect_from:
            made.etag = made.last_modified = made.previous = None
        return made

    @property
    def is_document(self) -> bool:
        """A feed, sitemap or section page, which names pages."""
        return self.reason in DOCUMENTS

    @property
    def is_page(self) -> bool:
        """A story, what may be one, or a further page of one."""
        return self.reason in PAGES

    @property
    def rank(self) -> int:
        """The `Request.priority` of this fetch."""
        named_by = self.candidate.kind if self.candidate is not None and self.reason == "new" else ""
        return PRIORITIES.get(self.reason, 0) + NAMED_BY.get(named_by, 0) + int(self.priority)

    def fail(self, kind: str, error: str = "") -> None:
        """Record that it failed, unless that is recorded already."""
        if not self.failure:
            self.failure, self.error = kind, error or kind


def outcome_of(fetch: Fetch, status: int | None) -> Outcome:
    """Decide what the last answer to a fetch means; `status` is None where none came."""
    if fetch.failure == "address refused":
        return Outcome("refused", fetch.error)
    if fetch.failure:
        return Outcome("refused" if fetch.failure in REFUSALS else "failed", fetch.failure)
    if status == 304:
        return Outcome("unchanged")
    if status in GONE:
        return Outcome("gone")
    if status is None or not 200 <= status < 300:
        return Outcome("failed", f"HTTP {status}")
    capture, previous = fetch.capture, fetch.previous
    if capture is not None and capture.kind == "same-payload":
        return Outcome("unchanged")
    if previous is not None and capture is not None and capture.payload_digest:
        return Outcome("unchanged" if capture.payload_digest == previous.payload_digest else "changed")
    return Outcome("ok")


def event_of(url: str, first_url: str, fetch: Fetch, status: int | None) -> dict[str, Any]:
    """Return the event of one fetch for the parent; plain values, no body."""
    event: dict[str, Any] = {
        "url": first_url,
        "final_url": url,
        "source": fetch.source,
        "reason": fetch.reason,
        "status": status,
        "failure": fetch.failure,
        "bytes": fetch.size,
        "found_on": fetch.candidate.found_on if fetch.candidate else "",
    }
    capture = fetch.capture
    if capture is not None:
        event |= {name: getattr(capture, name) for name in OF_CAPTURE}
        event["fetched_at"] = capture.fetched_at.isoformat()
    return event
