"""Writing the index: captures and pages as they come, whole stories as they are put together.

Every method belongs into `with index.batch():`, one transaction; outside of one, SQLite would sync each
write. Nothing here decides: what is one story and what is a version is handed in. Its parts stand in
`write_captures`, `write_failures`, `write_imports`, `write_pages` and `write_stories`. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from newsarchive.index import compact_ids
from newsarchive.index.connection import open_for_writing
from newsarchive.index.rows import DecisionRecord, decision_key
from newsarchive.index.write_captures import CaptureTables
from newsarchive.index.write_failures import FailureTables
from newsarchive.index.write_imports import ImportTables
from newsarchive.index.write_pages import PageTables
from newsarchive.index.write_stories import StoryTables


def open_index(path: Path) -> Index:
    """The index at `path` for writing, migrations applied; made if absent. Hold `index_lock` meanwhile.

    Raises:
        ArchiveNotWritableError, ArchiveDamagedError: as `door.open_for_writing`.
    """
    return Index(open_for_writing(path))


class Index(CaptureTables, FailureTables, ImportTables, PageTables, StoryTables):
    """The index, opened for writing. A context manager that closes it."""

    def set_sources(self, sources: Sequence[Mapping[str, str]]) -> None:
        """Let the sources' rows be these: name, title, homepage, language, config (JSON text).

        A source that isn't among them stays, by name alone, while a capture is of it.
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
            self.db.executemany(
                "DELETE FROM sources WHERE name = ?", [(n,) for n in found.keys() - wanted.keys()]
            )
            rows = [
                {"id": compact_ids.source_id(n), **dict(zip(names, v, strict=True))}
                for n, v in wanted.items()
            ]
            self.database.table("sources").upsert_all(rows, pk="id")

    def _has_captures(self, source: str) -> bool:
        sql = "SELECT 1 FROM source_days WHERE source_id = ? UNION ALL SELECT 1 FROM urls WHERE source_id = ? LIMIT 1"
        number = compact_ids.source_id(source)
        return self.db.execute(sql, (number, number)).fetchone() is not None

    def ingested_to(self) -> dict[str, int]:
        """Up to which byte each WARC file has been read."""
        return dict(self.db.execute("SELECT name, ingested_to FROM warc_files"))

    def set_ingested_to(self, name: str, offset: int) -> None:
        """Remember that `name` has been read up to `offset`."""
        self._insert("warc_files", [{"id": compact_ids.warc_file_id(name), "name": name}], ignore=True)
        self.db.execute("UPDATE warc_files SET ingested_to = ? WHERE name = ?", (offset, name))

    # ------------------------------------------------------------ taking apart

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
        """The URL keys of the decisions that were followed so far, by the decision's id."""
        found = self.db.execute("SELECT id, urls FROM decisions")
        return {r[0]: tuple(json.loads(r[1])) for r in found}

    def put_decisions(self, records: Sequence[DecisionRecord]) -> None:
        """Follow these decisions from now on: their URLs are connected (if they merge) and dirty."""
        self._insert("decisions", (r.row() for r in records))
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
        """URLs that can belong to stories and have one of these keys."""
        sql = """SELECT u.id FROM urls u WHERE u.url_key IN (?)
            AND EXISTS (SELECT 1 FROM url_identities i WHERE i.url_id = u.id)"""
        return {r[0] for r in self._in(sql, keys)}
