"""One thing to fetch, what came of it, and what follows from that.

Pure: a `Job` and its `Answer` in, an `Outcome` out. Tested in tests/crawl/test_jobs.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

from newsarchive.crawl.address_guard import SCHEMES
from newsarchive.errors import BadUrlError
from newsarchive.model import Candidate, Capture, Reason, RecordRef
from newsarchive.plan import Target
from newsarchive.urls import check_url

MAX_REDIRECTS = 10
RETRY_STATUSES = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
RETRY_FAILURES = frozenset({"disconnect", "timeout", "connection refused", "no connection"})
UNREACHED = frozenset({"dns", "connection refused", "no connection", "tls"})
GONE = frozenset({404, 410})
BLIND_EVERY = 16  # one look in so many is made without validators, to find those that lie
DOCUMENTS: Mapping[str, Literal["feed", "sitemap", "section"]] = {
    "feed": "feed",
    "sitemap": "sitemap",
    "section": "section",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A URL to fetch."""

    url: str
    source: str
    reason: Reason
    candidate: Candidate | None = None
    etag: str | None = None
    last_modified: str | None = None
    previous: RecordRef | None = None
    priority: float = 0.0
    redirects: tuple[str, ...] = ()  # URLs that led here, oldest first
    cookies: tuple[tuple[str, str], ...] = ()  # set on the way here, by this very host
    depth: int = 0  # of a document: how many others led to it
    page: str = ""  # of a requisite: the page that it is for
    continues: str = ""  # of a further page of an article: the URL of its first page
    parts: tuple[Target, ...] = ()  # the known further pages of the article of which this is a page

    @property
    def is_document(self) -> bool:
        """A feed, sitemap or section page, which names pages."""
        return self.reason in DOCUMENTS

    @property
    def is_page(self) -> bool:
        """A story, what may be one, or a further page of one."""
        return self.reason in ("new", "recheck", "manual", "continuation")

    @property
    def validators(self) -> dict[str, str]:
        """Request headers that ask for an answer only if the page changed."""
        found = {}
        if self.etag:
            found["If-None-Match"] = self.etag
        if self.last_modified:
            found["If-Modified-Since"] = self.last_modified
        return found

    @classmethod
    def from_target(cls, target: Target) -> Job:
        """The job for what a plan names itself."""
        return cls(
            url=check_url(target.url),
            source=target.source,
            reason=target.reason,
            etag=target.etag,
            last_modified=target.last_modified,
            previous=target.previous,
            priority=target.priority,
            parts=target.parts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came: a response (`status`), or a failure and its kind (see `tap.classify`)."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    cookies: tuple[tuple[str, str], ...] = ()  # that it sets
    body: bytes = b""  # decoded; may be empty where nobody needs it
    capture: Capture | None = None
    failure: str = ""
    error: str = ""
    seconds: float = 0.0
    size: int = 0  # bytes on the wire

    @property
    def is_reached(self) -> bool:
        """Was there a connection to the host?"""
        return self.failure not in UNREACHED and (self.failure != "timeout" or self.size > 0)


OutcomeKind = Literal["ok", "unchanged", "changed", "redirect", "gone", "retry", "failed", "refused", "left"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` says why for "failed", "refused" and "left" (not asked in this run), in words to count by."""

    kind: OutcomeKind
    reason: str = ""


def judge(job: Job, answer: Answer, *, can_retry: bool) -> Outcome:
    """What an answer means.

    Args:
        can_retry: Whether the job may be tried again; if not, what would be "retry" is "failed".
    """
    if answer.failure:
        if answer.failure == "address refused":
            return Outcome("refused", answer.error)
        if answer.failure == "opted out":
            return Outcome("refused", "opted out")
        if can_retry and answer.failure in RETRY_FAILURES:
            return Outcome("retry", answer.failure)
        return Outcome("failed", answer.failure)
    status = answer.status or 0
    if status == 304:
        return Outcome("unchanged")
    if 300 <= status < 400 and "location" in answer.headers:
        return Outcome("redirect")
    if status in GONE:
        return Outcome("gone")
    if status in RETRY_STATUSES and can_retry:
        return Outcome("retry", f"HTTP {status}")
    if not 200 <= status < 300:
        return Outcome("failed", f"HTTP {status}")
    return _judge_payload(job, answer)


def _judge_payload(job: Job, answer: Answer) -> Outcome:
    capture, previous = answer.capture, job.previous
    if capture is not None and capture.kind == "same-payload":
        return Outcome("unchanged")
    if previous is not None and capture is not None and capture.payload_digest:
        same = capture.payload_digest == previous.payload_digest
        return Outcome("unchanged" if same else "changed")
    return Outcome("ok")


def redirected(job: Job, answer: Answer) -> Job | Outcome:
    """The job that a redirect leads to, or why it leads nowhere.

    Validators and the earlier capture stay behind: they belong to the old URL. Cookies go along within one
    chain of redirects, to the host that set them, since some sites send a visitor round until he has one.
    """
    if len(job.redirects) >= MAX_REDIRECTS:
        return Outcome("failed", "too many redirects")
    try:
        target = urljoin(job.url, answer.headers.get("location", "").strip())
        if urlsplit(target).scheme.lower() not in SCHEMES:
            return Outcome("refused", "redirect to another scheme")
        url = check_url(target)
    except (BadUrlError, ValueError):
        return Outcome("failed", "redirect to a bad URL")
    cookies = _cookies_for(url, job, answer)
    if (url == job.url or url in job.redirects) and cookies == job.cookies:
        return Outcome("failed", "redirect loop")
    return replace(
        job,
        url=url,
        redirects=(*job.redirects, job.url),
        cookies=cookies,
        etag=None,
        last_modified=None,
        previous=None,
    )


def _cookies_for(url: str, job: Job, answer: Answer) -> tuple[tuple[str, str], ...]:
    """What goes along to `url`: nothing to another host, nor from https to http."""
    is_weaker = job.url.startswith("https:") and url.startswith("http:")
    if lane_of(url) != lane_of(job.url) or is_weaker:
        return ()
    return tuple(sorted((dict(job.cookies) | dict(answer.cookies)).items()))


def set_cookies(values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Names and values of Set-Cookie headers; what can't be read, or is no cookie any more, is left out."""
    found = {}
    for value in values:
        first, *attributes = value.split(";")
        name, equals, content = first.strip().partition("=")
        is_gone = any(a.strip().lower().replace(" ", "") in ("max-age=0", "max-age=-1") for a in attributes)
        if (
            equals
            and name
            and not is_gone
            and all(" " < c < "\x7f" and c not in ',;"' for c in name + content)
        ):
            found[name] = content
    return tuple(found.items())


def lies(job: Job, answer: Answer) -> bool:
    """Do the validators call the page unchanged although its bytes differ?

    Strong ETags and, where there is none, Last-Modified are held against the digests; a weak ETag
    promises no equal bytes.
    """
    capture, previous = answer.capture, job.previous
    if answer.status != 200 or capture is None or previous is None or not capture.payload_digest:
        return False
    if capture.payload_digest == previous.payload_digest:
        return False
    if job.etag or capture.etag:
        return bool(job.etag) and job.etag == capture.etag and not str(job.etag).startswith("W/")
    return bool(job.last_modified) and job.last_modified == capture.last_modified


def is_blind(job: Job, crawl_id: str) -> bool:
    """Is this look made without validators? One in sixteen is, chosen by hash, so that it can be repeated."""
    if job.reason == "recheck" or not job.validators:
        return False
    digest = hashlib.sha256(f"{crawl_id} {job.url}".encode()).digest()
    return digest[0] % BLIND_EVERY == 0


def lane_of(url: str) -> str:
    """The host that is asked, with its port unless that is the scheme's own: `example.org`, `127.0.0.1:8000`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port is None or port == SCHEMES.get(parts.scheme) else f"{host}:{port}"


_RANKS = {"feed": 1, "news-sitemap": 1, "manual": 1, "section": 2, "sitemap": 3, "archive": 3}


def rank(job: Job, count: int) -> tuple[int, float, int]:
    """Where a job stands in its host's queue: what continues an article begun, documents, then fresh pages with a re-check after every
    second, then what old lists name.

    Args:
        count: How many jobs of this rank the host has been given.
    """
    if job.reason == "continuation":
        return (-1, float(count), count)
    if job.is_document or job.reason == "probe":
        return (0, -job.priority, count)
    if job.reason == "requisite":
        return (4, float(count), count)
    if job.reason == "recheck":
        return (1, count * 2 + 0.5, count)
    kind = job.candidate.kind if job.candidate else "manual"
    return (_RANKS[kind], float(count), count)
