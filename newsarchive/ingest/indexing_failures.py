"""What can't be indexed: whose fault an error is, and how it is written down.

An error that one capture, page or story causes becomes a row of table `failures`, and everything else goes on. An
error of the machine (disk, memory, SQLite, a damaged archive) stops the work. Tested in tests/ingest/test_failures.py.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from newsarchive import __version__
from newsarchive.errors import ArchiveDamagedError, ArchiveLockedError, ArchiveNotWritableError
from newsarchive.index import compact_ids
from newsarchive.index.rows import FailureKind, FailureRecord
from newsarchive.model import Capture

if TYPE_CHECKING:
    from newsarchive.ingest.extraction_job import ExtractionJob

# Errors of the machine or of the archive, never of what a page says.
MACHINE = (
    OSError,
    MemoryError,
    sqlite3.Error,
    ArchiveDamagedError,
    ArchiveLockedError,
    ArchiveNotWritableError,
)


def failure(
    kind: FailureKind, what: Capture | ExtractionJob, source: str, reason: str, *, has_row: bool = True
) -> FailureRecord:
    """Return the row for a capture, for the story that it begins, or for the page of a job.

    Args:
        has_row: Whether the capture is in the index; not without a readable URL.
    """
    return FailureRecord(
        kind=kind,
        source=source,
        url=what.url,
        url_id=compact_ids.url_id(what.url) if has_row else None,
        page_id=None if isinstance(what, Capture) else what.page_id,
        warc_record_id=what.warc_record_id,
        warc_filename=what.warc_filename,
        warc_offset=what.warc_offset,
        reason=reason,
        program_version=__version__,
    )
