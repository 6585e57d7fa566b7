"""Extracts one page: the job, its result, and the function that a worker runs.

The page is read from its WARC where it is extracted, so that no page text goes through a pipe to a worker.
Never raises for what a page is: what can't be read or extracted becomes an empty article with a warning.
Tested in tests/ingest/test_worker_pool.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive.counters import form_of
from newsarchive.errors import NewsarchiveError, reason_of
from newsarchive.index import compact_ids
from newsarchive.model import Article, SiteRule

MAX_PAGE = 8 * 1024 * 1024  # bytes of a decoded page that is extracted
SMALL = 128 * 1024  # bytes of a decoded page, and
FEW_TAGS = (
    2_000  # of "<" in it, up to which extraction takes at most some seconds, whatever the page is made of
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionJob:
    """A page and where its bytes lie. `content_type` is the header's, None to take the stored answer's."""

    page_id: int
    url: str
    source: str
    first_at: datetime
    warc_record_id: str  # of the capture that holds them
    warc_filename: str
    warc_offset: int
    warc_length: int
    content_type: str | None = None
    rules: tuple[SiteRule, ...] = ()
    rules_fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The article, packed as it is stored, with all that is made of it alone. `seconds` is processor time."""

    job: ExtractionJob
    packed: bytes  # JSON (`compact_ids.pack_json`)
    kept_hashes: bytes  # `site_template.hashes_of`
    shows: int  # `compact_ids.shows_id`
    kind: str
    extractor: str
    extractor_version: str
    seconds: float = 0.0
    error: str = ""
    taken_from: int | None = None  # the page of its URL from which it differs in removed blocks alone

    @property
    def data(self) -> Any:
        """The article as JSON's kinds of values."""
        return compact_ids.unpack_json(self.packed)


def extract(root: Path, job: ExtractionJob) -> Extracted:
    """Read the page from its WARC and extract it."""
    import time

    from newsarchive.extract import extract_article
    from newsarchive.warc import read_payload

    began = time.process_time()
    try:
        payload = read_payload(root, job.warc_filename, job.warc_offset, job.warc_length, limit=MAX_PAGE)
        article = extract_article(
            payload.body,
            job.url,
            content_type=job.content_type or payload.content_type,
            rules=job.rules,
            fetched_at=job.first_at,
        )
        return replace(extracted(job, article), seconds=time.process_time() - began)
    except NewsarchiveError as error:  # the record is damaged; verify says more
        return failed(job, str(error))
    except (OSError, MemoryError):  # the machine's, not the page's
        raise
    except Exception as error:  # any page must leave the others alone, whatever a parser does with it
        return failed(job, f"the extractor failed: {reason_of(error)}")


def is_small(root: Path, job: ExtractionJob) -> bool:
    """Return whether a page is so small that it may be extracted without limits; one that can't be read is."""
    from newsarchive.warc import read_payload

    try:
        body = read_payload(root, job.warc_filename, job.warc_offset, job.warc_length, limit=SMALL + 1).body
    except NewsarchiveError:
        return True
    return len(body) <= SMALL and body.count(b"<") <= FEW_TAGS


def failed(job: ExtractionJob, why: str) -> Extracted:
    """Return the result for a page that couldn't be extracted: an empty article that says why."""
    from newsarchive.extract import EXTRACTOR, EXTRACTOR_VERSION

    article = Article(
        url=job.url,
        page_kind="empty",
        extractor=EXTRACTOR,
        extractor_version=EXTRACTOR_VERSION,
        confidence=0.0,
        warnings=(why,),
    )
    return extracted(job, article, error=why)


def extracted(job: ExtractionJob, article: Article, error: str = "") -> Extracted:
    """Return the result of a job."""
    from newsarchive.extract import article_to_json, site_template

    return Extracted(
        job=job,
        packed=compact_ids.pack_json(article_to_json(article)),
        kept_hashes=site_template.hashes_of(article),
        shows=compact_ids.shows_id(form_of(article), compact_ids.month_number(job.first_at)),
        kind=article.page_kind,
        extractor=article.extractor,
        extractor_version=article.extractor_version,
        error=error,
    )
