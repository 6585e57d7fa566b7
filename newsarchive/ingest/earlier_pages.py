"""Pages that differ from the one before at their address in numbers alone: they get its article, without a worker.

Most fetches of a known page bring other bytes and the same text. What comes out is what extraction would give
(`extract.other_numbers`), so an index made again is the same whichever way a page went. Never writes, and never raises for what
is in a page. Tested in tests/ingest/test_earlier_pages.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from newsarchive.counters import form_of
from newsarchive.extract import EXTRACTOR, EXTRACTOR_VERSION, article_from_json
from newsarchive.index import compact_ids
from newsarchive.index.rows import EarlierPage
from newsarchive.index.write import Index
from newsarchive.ingest.extraction_job import Extracted, ExtractionJob
from newsarchive.ingest.ingest_report import MACHINE
from newsarchive.ingest.page_sources import has_page
from newsarchive.model import Capture
from newsarchive.warc import Payload, read_payload


@dataclass(frozen=True, slots=True)
class _Shown:
    """What showed a page last at its address. `result` is of its job; None if the page is in the index."""

    capture: Capture
    page: int
    result: Future[Extracted] | None = None


class EarlierPages:
    """Finds the page before a page, and takes over its article where that is right."""

    def __init__(self, index: Index, root: Path) -> None:
        self._index = index
        self._root = root
        self._stored: dict[str, _Shown] = {}  # by URL, of the batch in hand
        self._under_way: dict[str, _Shown] = {}  # by URL, of this pass, not yet in the index

    def look_up(self, captures: Iterable[Capture]) -> None:
        """Find what the index has of the addresses of these captures."""
        found = self._index.last_full({c.url for c in captures if _is_plain(c)})
        self._stored = {
            s.capture.url: _Shown(s.capture, s.page_id) for s in found if s.page_id and _is_plain(s.capture)
        }

    def taken_over(self, job: ExtractionJob, capture: Capture) -> Future[Extracted] | None:
        """Return the result of a page's job by the article of the page before; None if it must be extracted."""
        earlier = self._under_way.get(job.url) or self._stored.get(job.url)
        if earlier is None or not _is_plain(capture) or capture.fetched_at < earlier.capture.fetched_at:
            return None
        try:
            made = self._made(earlier, job, capture)
        except MACHINE:
            raise
        except Exception:  # whatever is in either page: extraction says more
            return None
        if made is None:
            return None
        done: Future[Extracted] = Future()
        done.set_result(made)
        return done

    def begin(self, capture: Capture, page: int, result: Future[Extracted]) -> None:
        """Remember a capture as the last of its address; its page isn't in the index yet."""
        if _is_plain(capture):
            self._under_way[capture.url] = _Shown(capture, page, result)

    def end(self, captures: Iterable[Capture]) -> None:
        """Forget captures that are in the index now."""
        for capture in captures:
            known = self._under_way.get(capture.url)
            if known and known.capture.warc_record_id == capture.warc_record_id:
                del self._under_way[capture.url]

    def _made(self, earlier: _Shown, job: ExtractionJob, capture: Capture) -> Extracted | None:
        """The result of a page by the one before, if the present extractor made that with the same rules, none of them dated."""
        page = (
            _as_stored(earlier.result.result())
            if earlier.result is not None
            else self._index.earlier_page(earlier.page)
        )
        if page is None or page.rules != job.rules_fingerprint:
            return None
        if any(rule.since or rule.until for rule in job.rules):
            return None
        if (page.extractor, page.extractor_version) != (EXTRACTOR, EXTRACTOR_VERSION) or page.kind == "empty":
            return None
        from newsarchive.extract.other_numbers import LARGEST, with_other_numbers

        before, after = self._payload(earlier.capture, LARGEST + 1), self._payload(capture, LARGEST + 1)
        same_type = before.content_type == after.content_type
        said = compact_ids.unpack_text(page.data)
        made = with_other_numbers(before.body, after.body, said) if same_type else None
        return _taken(page, said, made, job, earlier.page) if made is not None else None

    def _payload(self, capture: Capture, limit: int) -> Payload:
        place = (capture.warc_filename, capture.warc_offset, capture.warc_length)
        return read_payload(self._root, *place, limit=limit)


def _as_stored(result: Extracted) -> EarlierPage:
    """What the index will have of a page; raises ValueError if that is no article."""
    article_from_json(result.data)
    month = compact_ids.month_number(result.job.first_at)
    return EarlierPage(
        data=result.packed,
        rules=result.job.rules_fingerprint,
        kept_hashes=result.kept_hashes,
        shows=result.shows,
        month=month,
        kind=result.kind,
        extractor=result.extractor,
        extractor_version=result.extractor_version,
    )


def _taken(page: EarlierPage, said: str, made: str, job: ExtractionJob, number: int) -> Extracted:
    """The result of a job whose article, as JSON, is that of a page (`said`) with other numbers in removed blocks: its kept
    texts are the same, and what it shows."""
    month = compact_ids.month_number(job.first_at)
    shows = page.shows
    if page.month != month:
        shows = compact_ids.shows_id(form_of(article_from_json(json.loads(made))), month)
    return Extracted(
        job=job,
        packed=page.data if made == said else compact_ids.pack_text(made),
        kept_hashes=page.kept_hashes,
        shows=shows,
        kind=page.kind,
        extractor=page.extractor,
        extractor_version=page.extractor_version,
        taken_from=number,
    )


def _is_plain(capture: Capture) -> bool:
    """Whether a capture is a page as it was served, with its bytes."""
    return capture.kind == "response" and has_page(capture)
