"""The body of a capture, read from its WARC record: of one that repeats an earlier answer, that answer's.

Reads the index and the WARC files, writes nothing. Tested in tests/browse/test_capture.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newsarchive.browse import queries
from newsarchive.browse.views import MissingError, Reading
from newsarchive.index.compact_ids import capture_id

if TYPE_CHECKING:
    from newsarchive.warc import Payload


def payload_of(reading: Reading, row: dict[str, Any]) -> tuple[Payload, int | None]:
    """Return the capture's payload, and the id of the capture that holds its body if that is another one.

    Args:
        row: `warc_filename`, `warc_offset` and `warc_length` of the capture.

    Raises:
        MissingError: the WARC files are not at hand.
        NothingFoundError, ArchiveDamagedError: as `warc.read_payload`.
    """
    payload = _read(reading, row)
    if payload.refers_to is None or payload.body:
        return payload, None
    number = capture_id(payload.refers_to.record_id)
    earlier = reading.row(queries.CAPTURE, id=number)
    if earlier is None:
        return payload, None
    full = _read(reading, earlier)
    content_type = payload.content_type or full.content_type
    return replace(payload, body=full.body, truncated=full.truncated, content_type=content_type), number


def _read(reading: Reading, row: dict[str, Any]) -> Payload:
    from newsarchive.warc import read_payload

    if reading.place.root is None:
        raise MissingError("The WARC files are not at hand.")
    return read_payload(reading.place.root, row["warc_filename"], row["warc_offset"], row["warc_length"])
