"""What was purged from the WARCs leaves the index, too: the rows that a rebuild would no longer make.

The list of purged records is beside the WARCs (`purged.jsonl`), so that every catching-up finds what is
still to be forgotten, also after a crash. Tested in tests/ingest/test_purged.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from newsarchive.errors import NewsarchiveError
from newsarchive.index import compact_ids
from newsarchive.index.rows import NewCapture, StoredCapture
from newsarchive.index.write import Index
from newsarchive.ingest.page_intake import Intake
from newsarchive.model import Capture
from newsarchive.urls import domain, url_key
from newsarchive.warc import purges_in_force, read_payload
from newsarchive.warc.capture_metadata import header_value
from newsarchive.warc.files import shards_of


def purged_records(root: Path) -> frozenset[str]:
    """Return the record ids of all captures whose purge is in force; of a fleet, in its shards."""
    places = (root, *shards_of(root))
    return frozenset(r for place in places for purge in purges_in_force(place) for r in purge.record_ids)


def forget(index: Index, intake: Intake, root: Path, records: Iterable[str]) -> int:
    """Remove the rows of these captures, and of all that only they held; their stories are dirty then.

    Returns:
        How many captures were removed.
    """
    records = tuple(records)
    index.drop_capture_failures(records)
    known = index.captures_by_id(compact_ids.capture_id(r) for r in records)
    if not known:
        return 0
    with index.batch():
        touched = _take_apart(index, known)
        index.remove_captures(list(known.values()))
        index.forget_identities(touched)
        again: list[int] = []
        for url in sorted(touched):
            again += _settle_url(index, root, url)
        intake.make_again(again)
    return len(known)


def _take_apart(index: Index, known: dict[int, StoredCapture]) -> set[int]:
    """Remove the stories of these captures. Returns the URLs that lose a capture or a payload."""
    repeats = index.repeating({c.capture.payload_digest for c in known.values() if c.capture.payload_digest})
    touched = {c.url_id for c in known.values()} | {c.url_id for c in repeats if c.page_id is not None}
    index.take_stories_apart(touched)
    return touched


def settle_again(index: Index, intake: Intake, root: Path, urls: Collection[int]) -> None:
    """Write again what is known of these URLs, of whose captures several indexes had some."""
    with index.batch():
        index.touch_templates_at(urls)
        again = [page for url in sorted(urls) for page in _settle_url(index, root, url)]
        intake.make_again(again)


def _settle_url(index: Index, root: Path, url: int) -> list[int]:
    """Write what is left of a URL. Returns its pages that must be made again, as of another first capture."""
    left = index.captures_of([url])
    pages = index.pages_at([url])
    payloads = {c.page_id for c in left if c.capture.kind in compact_ids.WITH_BYTES}
    payloads |= {
        c.page_id for c in left if c.capture.refers_to and _is_there(index, c.capture.refers_to.record_id)
    }
    index.remove_pages(pages - payloads)
    if not left:
        index.remove_urls([url])
        return []
    index.recount_url([_again(root, c.capture) for c in left])
    return sorted(pages & {p for p in payloads if p is not None})


def _is_there(index: Index, record: str) -> bool:
    return bool(index.known_captures([compact_ids.capture_id(record)]))


def _again(root: Path, capture: Capture) -> NewCapture:
    """A capture that the index holds as it came in, with the validators that its row doesn't keep."""
    if capture.kind == "response" and capture.http_status == 200:
        try:
            payload = read_payload(
                root, capture.warc_filename, capture.warc_offset, capture.warc_length, limit=0
            )
        except NewsarchiveError:  # the record is damaged; verify says more
            payload = None
        if payload is not None:
            capture = replace(
                capture,
                etag=header_value(payload.header("ETag")),
                last_modified=header_value(payload.header("Last-Modified")),
            )
    return NewCapture(
        capture=capture, source=capture.source, url_key=url_key(capture.url), domain=domain(capture.url)
    )
