"""What one look at one URL says, for stories and versions: a capture with the article made of it.

Values only. Built by ingest from a `Capture` and the `Article` after the template layer. Tested through
tests/versions/.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsarchive.model import Article, Candidate, CaptureKind, Truncated

# What a reader can read as a story; every other kind of page is an event.
READABLE = frozenset(["article", "live blog", "gallery", "video"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One capture of a URL, with what extraction made of it.

    `article` is None for redirects, failures and pages that aren't HTML; for "same-payload" and
    "not-modified" it may be given (that of the payload referred to) or None (the last one of this URL).
    """

    record_id: str
    url: str
    fetched_at: datetime
    seq: int = 0
    kind: CaptureKind = "response"
    http_status: int | None = 200
    redirect_from: str | None = None
    location: str | None = None  # of a redirect: where it leads, or what its header says if that is no URL
    continues: str | None = None  # fetched as a further page of the article whose first page this URL is
    guid: str | None = None  # the feed's; that of `candidate` if None
    candidate: Candidate | None = None
    article: Article | None = None
    truncated: Truncated | None = None
    error: str | None = None

    @property
    def order(self) -> tuple[datetime, int, str]:
        """By time, then by place in the crawl; the same for every order of arrival."""
        return self.fetched_at, self.seq, self.record_id

    @property
    def feed_guid(self) -> str:
        """The feed's identifier of the story, stripped; empty if there is none."""
        found = self.guid or (self.candidate.guid if self.candidate else None)
        return (found or "").strip()

    @property
    def is_redirect(self) -> bool:
        return self.http_status is not None and 300 <= self.http_status < 400 and self.http_status != 304

    @property
    def readable(self) -> Article | None:
        """The article, if a reader could read the story on this page."""
        ok = self.http_status is None or 200 <= self.http_status < 300 or self.http_status == 304
        if self.article is None or not ok or self.article.page_kind not in READABLE:
            return None
        return self.article
