"""Writing what imported files hold and what was decided about it.

Part of `write.Index`. Tested in tests/ingest/test_import_scope.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from newsarchive.index import compact_ids
from newsarchive.index.rows import ImportedHost
from newsarchive.index.write_connection import Tables


class ImportTables(Tables):
    """imported_files, imported_hosts; where captures lie."""

    def decided_by(self) -> dict[str, str]:
        """By what was decided about each imported file that the index knows; empty if nobody noted it."""
        sql = """SELECT w.name, coalesce(i.decided_by, '') FROM warc_files w
            LEFT JOIN imported_files i ON i.warc_file_id = w.id WHERE w.name LIKE 'imported/%' ORDER BY w.name"""
        return dict(self.db.execute(sql))

    def set_decided_by(self, texts: Mapping[str, str]) -> None:
        """Note by what was decided about these files; they have rows then."""
        rows = [{"id": compact_ids.warc_file_id(name), "name": name} for name in texts]
        self._insert("warc_files", rows, ignore=True)
        self.db.executemany(
            "INSERT OR REPLACE INTO imported_files VALUES (?, ?)",
            [(compact_ids.warc_file_id(name), text) for name, text in texts.items()],
        )

    def imported_hosts(self, name: str) -> list[ImportedHost]:
        """What an imported file holds; nothing while it hasn't been read to its end."""
        sql = "SELECT host, said, source, captures FROM imported_hosts WHERE warc_file_id = ?"
        found = self.db.execute(sql, (compact_ids.warc_file_id(name),))
        return [ImportedHost(file=name, host=h, said=s, source=o, captures=n) for h, s, o, n in found]

    def put_imported_hosts(self, hosts: Iterable[ImportedHost]) -> None:
        """Add what files hold that were read to their end now."""
        self.db.executemany(
            "INSERT OR REPLACE INTO imported_hosts VALUES (?, ?, ?, ?, ?)",
            [(compact_ids.warc_file_id(h.file), h.host, h.said, h.source, h.captures) for h in hosts],
        )

    def read_again(self, name: str) -> None:
        """Let a file count as unread; what of it is in the index stays."""
        number = compact_ids.warc_file_id(name)
        self.db.execute("DELETE FROM imported_hosts WHERE warc_file_id = ?", (number,))
        self.db.execute("UPDATE warc_files SET ingested_to = 0 WHERE id = ?", (number,))

    def places(self, ids: Iterable[int]) -> dict[int, tuple[str, int]]:
        """File and offset of those of these captures that the index holds."""
        sql = """SELECT c.id, w.name, c.warc_offset FROM captures c JOIN warc_files w ON w.id = c.warc_file_id
            WHERE c.id IN (?)"""
        return {row[0]: (row[1], row[2]) for row in self._in(sql, ids)}

    def records_in(self, name: str) -> dict[str, str]:
        """The URLs of a file's captures, by record id. Reads the whole table: for rare decisions only."""
        sql = "SELECT c.record, u.url FROM captures c JOIN urls u ON u.id = c.url_id WHERE c.warc_file_id = ?"
        found = self.db.execute(sql, (compact_ids.warc_file_id(name),))
        return {compact_ids.unpack_record(record): url for record, url in found}
