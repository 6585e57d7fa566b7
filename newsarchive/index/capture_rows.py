"""A capture as a row of the index, and back.

A look costs few bytes: what is rare (a redirect's target, an error, what a feed said) stands as JSON in
capture_extras, and most looks have none. Pure. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.rows import NewCapture, StoredCapture
from newsarchive.model import Candidate, Capture, RecordRef
from newsarchive.times import from_micros, iso, micros, parse_iso

CAPTURES = """SELECT c.id, c.url_id, c.page_id, c.story_id, c.version_no, c.event, c.warc_offset, c.warc_length,
    c.record, c.digest, c.fetched_at, c.seq, c.http_status, c.kind, c.reason, u.url, s.name AS source,
    w.name AS warc_filename, x.data AS extras
FROM captures c JOIN urls u ON u.id = c.url_id JOIN sources s ON s.id = c.source_id
JOIN warc_files w ON w.id = c.warc_file_id LEFT JOIN capture_extras x ON x.capture_id = c.id"""


def extras(capture: Capture) -> dict[str, Any]:
    """What a capture's row has no column for, if there is any; most looks have none."""
    found: dict[str, Any] = {
        name: value
        for name in ("location", "truncated", "error", "redirect_from", "continues", "robots_tag")
        if (value := getattr(capture, name)) is not None
    }
    if capture.content_type and "text/html" not in capture.content_type.lower():
        found["content_type"] = capture.content_type
    if capture.candidate:
        said = {k: v for k, v in asdict(capture.candidate).items() if v}
        found["candidate"] = {k: iso(v) if isinstance(v, datetime) else v for k, v in said.items()}
    if capture.refers_to and (
        capture.refers_to.url != capture.url or capture.kind in ("same-payload", "rendered")
    ):
        found["refers_to"] = [capture.refers_to.record_id, capture.refers_to.url]
    return found


def capture_row(new: NewCapture) -> dict[str, Any]:
    """The row of table captures, its story not yet known."""
    capture = new.capture
    return {
        "id": new.id,
        "url_id": compact_ids.url_id(capture.url),
        "page_id": new.page_id,
        "source_id": compact_ids.source_id(new.source),
        "warc_file_id": compact_ids.warc_file_id(capture.warc_filename),
        "warc_offset": capture.warc_offset,
        "warc_length": capture.warc_length,
        "record": compact_ids.pack_record(capture.warc_record_id),
        "digest": compact_ids.pack_digest(capture.payload_digest),
        "fetched_at": micros(capture.fetched_at),
        "seq": capture.seq,
        "http_status": capture.http_status,
        "kind": compact_ids.KINDS.index(capture.kind),
        "reason": compact_ids.REASONS.index(capture.reason),
    }


def stored_capture(row: Mapping[str, Any]) -> StoredCapture:
    """The capture that `capture_row` and `extras` wrote, joined with its URL, source and file."""
    more: dict[str, Any] = json.loads(row["extras"]) if row["extras"] else {}
    at = from_micros(row["fetched_at"])
    digest = compact_ids.unpack_digest(row["digest"])
    refers = more.pop("refers_to", None)
    candidate = more.pop("candidate", None)
    return StoredCapture(
        id=row["id"],
        url_id=row["url_id"],
        page_id=row["page_id"],
        story_id=row["story_id"],
        version_no=row["version_no"],
        event=row["event"],
        capture=Capture(
            warc_filename=row["warc_filename"],
            warc_offset=row["warc_offset"],
            warc_length=row["warc_length"],
            warc_record_id=compact_ids.unpack_record(row["record"]),
            url=row["url"],
            fetched_at=at,
            kind=compact_ids.KINDS[row["kind"]],
            http_status=row["http_status"],
            payload_digest=digest,
            seq=row["seq"],
            source=row["source"],
            reason=compact_ids.REASONS[row["reason"]],
            candidate=_candidate(candidate) if candidate else None,
            refers_to=RecordRef(
                record_id=refers[0], url=refers[1], fetched_at=at, payload_digest=digest or ""
            )
            if refers
            else None,
            **more,
        ),
    )


def _candidate(said: dict[str, Any]) -> Candidate:
    times: dict[str, Any] = {k: parse_iso(said[k]) for k in ("published_at", "lastmod") if k in said}
    return Candidate(**(said | times | {"authors": tuple(said.get("authors", ()))}))
