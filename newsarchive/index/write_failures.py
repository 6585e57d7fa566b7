"""Writing which captures, pages and stories could not be indexed, and why.

Part of `write.Index`. Tested in tests/ingest/test_failures.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsarchive.index.connection import made, rows
from newsarchive.index.rows import FailureKind, FailureRecord
from newsarchive.index.write_connection import Tables


class FailureTables(Tables):
    """failures."""

    def put_failures(self, failures: Iterable[FailureRecord]) -> None:
        """Write failures, each in the place of an earlier one of the same capture, page or story."""
        self.database.table("failures").upsert_all((f.row() for f in failures), pk="id")

    def failures_of_others(self, version: str) -> list[FailureRecord]:
        """Return what other versions of the program than `version` failed on."""
        found = rows(self.db, "SELECT * FROM failures WHERE program_version != ? ORDER BY id", (version,))
        return [made(FailureRecord, row) for row in found]

    def drop_failures(self, kind: FailureKind, url_ids: Iterable[int]) -> None:
        """Remove the failures of one kind at these URLs."""
        self.db.executemany(
            "DELETE FROM failures WHERE kind = ? AND url_id = ?", [(kind, u) for u in url_ids]
        )

    def drop_page_failures(self, page_ids: Iterable[int]) -> None:
        """Remove the failures of these pages, which were extracted again."""
        self.db.executemany("DELETE FROM failures WHERE page_id = ?", [(p,) for p in page_ids])

    def drop_capture_failures(self, records: Iterable[str]) -> None:
        """Remove the failures of these captures, which left the WARCs or are read from another place."""
        sql = "DELETE FROM failures WHERE kind = 'capture' AND warc_record_id = ?"
        known = {r[0] for r in self.db.execute("SELECT warc_record_id FROM failures WHERE kind = 'capture'")}
        if gone := known.intersection(records):
            with self.batch():
                self.db.executemany(sql, [(r,) for r in sorted(gone)])
