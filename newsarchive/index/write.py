"""Writing the index: captures and pages as they come, whole stories as they are put together.

Every method belongs into `with index.batch():`, one transaction; outside of one, SQLite would sync each
write. Nothing here decides: what is one story and what is a version is handed in. Its parts are in
`write_captures`, `write_pages`, `write_stories` and `write_copies`; here are the opening, sources, files, failures and
decisions. sqlite-utils is imported when the index is opened. Tested in tests/index/test_connection.py,
tests/index/test_write.py, tests/ingest/test_import_scope.py and tests/ingest/test_failures.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.errors import ArchiveDamagedError, UsageError
from newsarchive.index import compact_ids
from newsarchive.index.connection import (
    APPLICATION_ID,
    BUSY_MS,
    SCHEMA,
    check_schema,
    damaged,
    from_row,
    rows,
    to_row,
    unwritable,
)
from newsarchive.index.rows import DecisionRecord, FailureKind, FailureRow, ImportedHost, decision_key
from newsarchive.index.write_pages import PageTables
from newsarchive.index.write_stories import StoryTables

if TYPE_CHECKING:
    from sqlite_utils import Database


def open_for_writing(path: Path) -> Database:
    """Return the database with the present schema, WAL, foreign keys on; made if it isn't there.

    Raises:
        ArchiveNotWritableError: the file can't be written.
        ArchiveDamagedError: not a database, not one of ours, or one of another schema.
    """
    from sqlite_utils import Database

    from newsarchive.index.schema import migrations

    try:
        connection = sqlite3.connect(path, timeout=BUSY_MS / 1000)
    except sqlite3.OperationalError as error:
        raise unwritable(path, error) from error
    try:
        is_new = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not is_new:
            check_schema(connection, path)
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "cache_size = -64000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        database = Database(connection, execute_plugins=False)
        if is_new:
            with database.atomic():  # so that a reader finds nothing or all
                migrations.apply(database)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA}")
    except sqlite3.OperationalError as error:
        connection.close()
        raise unwritable(path, error) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(path, str(error)) from error
    except ArchiveDamagedError:
        connection.close()
        raise
    return database


def open_index(path: Path) -> Index:
    """Return the index at `path` for writing, made if absent. Hold `index_lock` meanwhile.

    Raises:
        ArchiveNotWritableError, ArchiveDamagedError: as `open_for_writing`.
    """
    return Index(open_for_writing(path))


class Index(PageTables, StoryTables):
    """The index, opened for writing. A context manager that closes it."""

    def rename_sources(self, names: Mapping[str, str]) -> None:
        """Put what the index has under former names (keys) under the present ones (values).

        Raises:
            UsageError: it has captures under both; only a rebuild can learn the templates of both together.
        """
        for old, new in names.items():
            if self._has_captures(old):
                if self._has_captures(new):
                    raise UsageError(
                        f"the index has captures of '{old}' and of '{new}', which are one source now",
                        next_step="Run `newsarchive rebuild`",
                    )
                self._rename_source(old, new)

    def _rename_source(self, old: str, new: str) -> None:
        numbers = compact_ids.source_id(new), compact_ids.source_id(old)
        with self.batch():
            self.db.execute("INSERT OR IGNORE INTO sources (id, name) VALUES (?, ?)", (numbers[0], new))
            for table in (
                "stories",
                "versions",
                "text_versions",
                "copy_samples",
                "failures",
                "imported_hosts",
            ):
                self.db.execute(f"UPDATE {table} SET source = ? WHERE source = ?", (new, old))  # noqa: S608 - our tables
            for table in ("urls", "pages", "captures", "templates", "source_days"):
                self.db.execute(f"UPDATE {table} SET source_id = ? WHERE source_id = ?", numbers)  # noqa: S608 - as above
            self.db.execute("DELETE FROM sources WHERE name = ?", (old,))

    def set_sources(self, sources: Sequence[Mapping[str, str]]) -> None:
        """Replace the rows of table sources: name, title, homepage, language, config (JSON text).

        A source that isn't among them is kept, by name alone, while a capture is of it.
        """
        names = ("name", "title", "homepage", "language", "config")
        found = {
            r[0]: tuple(r)
            for r in self.db.execute("SELECT name, title, homepage, language, config FROM sources")
        }
        wanted = {s["name"]: tuple(s.get(n, "{}" if n == "config" else "") for n in names) for s in sources}
        wanted |= {n: (n, "", "", "", "{}") for n in found.keys() - wanted.keys() if self._has_captures(n)}
        if wanted == found:
            return
        with self.batch():
            for name in found.keys() - wanted.keys():
                number = compact_ids.source_id(name)
                self.db.execute("DELETE FROM templates WHERE source_id = ?", (number,))  # its pages are gone
                self.db.execute("DELETE FROM sources WHERE id = ?", (number,))
            rows = [
                {"id": compact_ids.source_id(n), **dict(zip(names, v, strict=True))}
                for n, v in wanted.items()
            ]
            self._upsert("sources", rows)

    def _has_captures(self, source: str) -> bool:
        sql = "SELECT 1 FROM source_days WHERE source_id = ? UNION ALL SELECT 1 FROM urls WHERE source_id = ? LIMIT 1"
        number = compact_ids.source_id(source)
        return self.db.execute(sql, (number, number)).fetchone() is not None

    def ingested_to(self) -> dict[str, int]:
        """Return up to which byte each WARC file has been read."""
        return dict(self.db.execute("SELECT name, ingested_to FROM warc_files"))

    def set_ingested_to(self, name: str, offset: int) -> None:
        """Remember that `name` has been read up to `offset`."""
        self._insert("warc_files", [{"id": compact_ids.warc_file_id(name), "name": name}], ignore=True)
        self.db.execute("UPDATE warc_files SET ingested_to = ? WHERE name = ?", (offset, name))

    # ------------------------------------------------------------ imported files

    def decided_by(self) -> dict[str, str]:
        """Return by what was decided about each imported file that the index knows; empty if nobody noted it."""
        sql = """SELECT w.name, coalesce(i.decided_by, '') FROM warc_files w
            LEFT JOIN imported_files i ON i.warc_file_id = w.id WHERE w.name LIKE 'imported/%' ORDER BY w.name"""
        return dict(self.db.execute(sql))

    def set_decided_by(self, texts: Mapping[str, str]) -> None:
        """Record by what was decided about these files; they have rows then."""
        rows = [{"id": compact_ids.warc_file_id(name), "name": name} for name in texts]
        self._insert("warc_files", rows, ignore=True)
        self.db.executemany(
            "INSERT OR REPLACE INTO imported_files VALUES (?, ?)",
            [(compact_ids.warc_file_id(name), text) for name, text in texts.items()],
        )

    def imported_hosts(self, name: str) -> list[ImportedHost]:
        """Return what an imported file holds; nothing while it hasn't been read to its end."""
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
        """Count a file as unread; what of it is in the index stays."""
        number = compact_ids.warc_file_id(name)
        self.db.execute("DELETE FROM imported_hosts WHERE warc_file_id = ?", (number,))
        self.db.execute("UPDATE warc_files SET ingested_to = 0 WHERE id = ?", (number,))

    # ------------------------------------------------------------ failures

    def put_failures(self, failures: Iterable[FailureRow]) -> None:
        """Write failures, each in the place of an earlier one of the same capture, page or story."""
        self._upsert("failures", map(to_row, failures))

    def failures_of_others(self, version: str) -> list[FailureRow]:
        """Return what other versions of the program than `version` failed on."""
        found = rows(self.db, "SELECT * FROM failures WHERE program_version != ? ORDER BY id", (version,))
        return [from_row(FailureRow, row) for row in found]

    def failing_urls(self, kind: FailureKind) -> set[int]:
        """Return the URLs with failures of this kind."""
        found = self.db.execute("SELECT url_id FROM failures WHERE kind = ? AND url_id IS NOT NULL", (kind,))
        return {r[0] for r in found}

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

    # ------------------------------------------------------------ removal

    def wipe(self) -> None:
        """Clear what is left of removed rows in the files: in free pages, in the log, in FTS5."""
        with self.batch():
            self.db.execute("INSERT INTO texts_fts(texts_fts) VALUES ('optimize')")
        self.db.execute("VACUUM")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def take_stories_apart(self, url_ids: Iterable[int]) -> None:
        """Remove every story that may hold a capture of these URLs; they are dirty then."""
        urls = self.connected(url_ids)
        urls |= self.beside(urls)
        self.replace_stories([], urls, self.captures_of(urls))
        self.mark_dirty(urls)

    def hide_pages(self, capture_ids: Iterable[int]) -> None:
        """Take these captures' pages from them; a page that no capture shows any more goes."""
        ids = list(capture_ids)
        pages = {p for (p,) in self._in("SELECT page_id FROM captures WHERE id IN (?)", ids) if p is not None}
        self.db.executemany("UPDATE captures SET page_id = NULL WHERE id = ?", [(i,) for i in ids])
        sql = """SELECT p.id FROM pages p WHERE p.id IN (?)
            AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.url_id = p.url_id AND c.page_id = p.id)"""
        self.remove_pages([r[0] for r in self._in(sql, pages)])

    # ------------------------------------------------------------ decisions

    def decisions(self) -> dict[int, tuple[str, ...]]:
        """Return the URL keys of the decisions that were followed so far, by the decision's id."""
        found = self.db.execute("SELECT id, urls FROM decisions")
        return {r[0]: tuple(json.loads(r[1])) for r in found}

    def put_decisions(self, records: Sequence[DecisionRecord]) -> None:
        """Follow these decisions from now on: their URLs are connected (if they merge) and dirty."""
        self._insert("decisions", (_decision_row(r) for r in records))
        for record in records:
            found = self.urls_with_keys(record.url_keys)
            if record.connects:
                self.add_identities((compact_ids.identity_id(decision_key(record.id)), u) for u in found)
            self.mark_dirty(found)

    def drop_decisions(self, ids: Iterable[int]) -> None:
        """Follow these decisions no more; the URLs that they named are dirty."""
        known = self.decisions()
        for number in ids:
            found = self.urls_with_keys(known[number])
            self.db.execute(
                "DELETE FROM url_identities WHERE identity = ?",
                (compact_ids.identity_id(decision_key(number)),),
            )
            self.db.execute("DELETE FROM decisions WHERE id = ?", (number,))
            self.mark_dirty(found)

    def urls_with_keys(self, keys: Iterable[str]) -> set[int]:
        """Return URLs that can belong to stories and have one of these keys."""
        sql = """SELECT u.id FROM urls u WHERE u.url_key IN (?)
            AND EXISTS (SELECT 1 FROM url_identities i WHERE i.url_id = u.id)"""
        return {r[0] for r in self._in(sql, keys)}


def _decision_row(record: DecisionRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "kind": record.kind,
        "urls": compact_ids.to_json(record.url_keys),
        "record_id": record.record_id,
        "reason": record.reason,
        "decided_at": record.decided_at,
    }
