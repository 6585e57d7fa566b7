"""Writing the index: captures and pages as they come, whole stories as they are put together.

Every method belongs into `with index.batch():`, one transaction; outside of one, SQLite would sync each
write. Nothing here decides: what is one story and what is a version is handed in. A story is replaced as a
whole, so that its rows never depend on what stood there before. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from newsarchive.index import compact
from newsarchive.index.door import open_for_writing, rows
from newsarchive.index.records import (
    DecisionRecord,
    NewCapture,
    Page,
    StoredCapture,
    StoryRecord,
    VersionRecord,
    capture_row,
    decision_key,
    extras,
    stored_capture,
)
from newsarchive.times import micros

if TYPE_CHECKING:
    from sqlite_utils import Database

_CHUNK = 400  # values in one IN (…)


def open_index(path: Path) -> Index:
    """The index at `path` for writing, migrations applied; made if absent. Hold `index_lock` meanwhile.

    Raises:
        ArchiveNotWritableError, ArchiveDamagedError: as `door.open_for_writing`.
    """
    return Index(open_for_writing(path))


class Index:
    """The index, opened for writing. A context manager that closes it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.db: sqlite3.Connection = database.conn

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        self.database.close()

    def batch(self) -> AbstractContextManager[Database]:
        """One transaction: all of it or nothing."""
        return self.database.atomic()

    def _insert(self, table: str, records: Iterable[dict[str, Any]], *, ignore: bool = False) -> None:
        self.database.table(table).insert_all(records, ignore=ignore, batch_size=500)

    def _in(self, sql: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of `sql`, in which `(?)` stands for the values, some hundred at a time."""
        given = list(values)
        for at in range(0, len(given), _CHUNK):
            part = given[at : at + _CHUNK]
            yield from self.db.execute(sql.replace("(?)", f"({', '.join('?' * len(part))})"), part)

    # ------------------------------------------------------------ sources and files

    def set_sources(self, sources: Sequence[Mapping[str, str]]) -> None:
        """Let the sources' rows be these: name, title, homepage, language, config (JSON text).

        A source that isn't among them stays, by name alone, while a capture is of it.
        """
        names = ("name", "title", "homepage", "language", "config")
        found = {
            r[0]: tuple(r)
            for r in self.db.execute("SELECT name, title, homepage, language, config FROM sources")
        }
        wanted = {s["name"]: tuple(s[n] for n in names) for s in sources}
        wanted |= {n: (n, "", "", "", "{}") for n in found.keys() - wanted.keys() if self._has_captures(n)}
        if wanted == found:
            return
        with self.batch():
            self.db.executemany(
                "DELETE FROM sources WHERE name = ?", [(n,) for n in found.keys() - wanted.keys()]
            )
            rows = [
                {"id": compact.source_id(n), **dict(zip(names, v, strict=True))} for n, v in wanted.items()
            ]
            self.database.table("sources").upsert_all(rows, pk="id")

    def _has_captures(self, source: str) -> bool:
        sql = "SELECT 1 FROM source_days WHERE source_id = ? UNION ALL SELECT 1 FROM urls WHERE source_id = ? LIMIT 1"
        number = compact.source_id(source)
        return self.db.execute(sql, (number, number)).fetchone() is not None

    def ingested_to(self) -> dict[str, int]:
        """Up to which byte each WARC file has been read."""
        return dict(self.db.execute("SELECT name, ingested_to FROM warc_files"))

    def set_ingested_to(self, name: str, offset: int) -> None:
        """Remember that `name` has been read up to `offset`."""
        self._insert("warc_files", [{"id": compact.warc_file_id(name), "name": name}], ignore=True)
        self.db.execute("UPDATE warc_files SET ingested_to = ? WHERE name = ?", (offset, name))

    # ------------------------------------------------------------ captures

    def known_captures(self, ids: Iterable[int]) -> set[int]:
        """Which of these captures the index holds."""
        return {row[0] for row in self._in("SELECT id FROM captures WHERE id IN (?)", ids)}

    def add_captures(self, new: Sequence[NewCapture]) -> int:
        """Add captures with their URLs, identities and day counts; those already there are passed over.

        Returns:
            How many were new. Their URLs are dirty now, if they can belong to a story.
        """
        known = self.known_captures(n.id for n in new)
        fresh = list({n.id: n for n in new if n.id not in known}.values())
        names = {n.source for n in fresh}
        self._insert("sources", ({"id": compact.source_id(n), "name": n} for n in sorted(names)), ignore=True)
        files = sorted({n.capture.warc_filename for n in fresh})
        self._insert("warc_files", ({"id": compact.warc_file_id(f), "name": f} for f in files), ignore=True)
        self._merge_urls(fresh)
        self._insert("captures", (capture_row(n) for n in fresh))
        more = ((n.id, extras(n.capture)) for n in fresh)
        self._insert("capture_extras", ({"capture_id": i, "data": compact.to_json(x)} for i, x in more if x))
        self._count_days(fresh)
        self._add_identities(fresh)
        return len(fresh)

    def _merge_urls(self, fresh: Sequence[NewCapture]) -> None:
        """Bring the rows of table urls up to date: first, last and last full capture, in any order of arrival."""
        ids = {compact.url_id(n.capture.url) for n in fresh}
        found = rows_in(self, "SELECT * FROM urls WHERE id IN (?)", ids)
        merged = {row["id"]: row for row in found}
        for new in fresh:
            number = compact.url_id(new.capture.url)
            merged[number] = _merged(merged.get(number), new)
        self.database.table("urls").upsert_all(merged.values(), pk="id")

    def _count_days(self, fresh: Sequence[NewCapture]) -> None:
        counts: Counter[tuple[int, int, int, str]] = Counter()
        sizes: Counter[tuple[int, int, int, str]] = Counter()
        for n in fresh:
            reason = compact.REASONS.index(n.capture.reason)
            key = (compact.source_id(n.source), compact.day_number(n.capture.fetched_at), reason, n.outcome)
            counts[key] += 1
            sizes[key] += n.capture.warc_length
        self.db.executemany(
            "INSERT INTO source_days (source_id, day, reason, outcome, n, bytes) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes",
            [(*key, n, sizes[key]) for key, n in counts.items()],
        )

    def _add_identities(self, fresh: Sequence[NewCapture]) -> None:
        pairs = {(compact.identity_id(k), compact.url_id(n.capture.url)) for n in fresh for k in n.identities}
        self.add_identities(pairs)
        self.mark_dirty({compact.url_id(n.capture.url) for n in fresh if n.identities})

    def add_identities(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Add (identity, URL) pairs; those already there are passed over."""
        self.db.executemany("INSERT OR IGNORE INTO url_identities VALUES (?, ?)", sorted(pairs))

    def mark_dirty(self, url_ids: Iterable[int]) -> None:
        """Remember that the stories of these URLs must be put together again."""
        self.db.executemany("INSERT OR IGNORE INTO dirty_urls VALUES (?)", [(u,) for u in url_ids])

    def captures_of(self, url_ids: Iterable[int]) -> list[StoredCapture]:
        """Every capture of these URLs, in the order of (fetched_at, seq, id)."""
        found = [stored_capture(row) for row in rows_in(self, f"{_CAPTURES} WHERE c.url_id IN (?)", url_ids)]
        return sorted(found, key=lambda c: (c.capture.fetched_at, c.capture.seq, c.id))

    def captures_by_id(self, ids: Iterable[int]) -> dict[int, StoredCapture]:
        """Those of these captures that the index holds."""
        found = rows_in(self, f"{_CAPTURES} WHERE c.id IN (?)", ids)
        return {row["id"]: stored_capture(row) for row in found}

    def dirty_urls(self, limit: int) -> list[int]:
        """URLs whose stories must be put together again, at most `limit`, lowest ids first."""
        return [
            r[0] for r in self.db.execute("SELECT url_id FROM dirty_urls ORDER BY url_id LIMIT ?", (limit,))
        ]

    def count_dirty(self) -> int:
        """How many URLs are dirty."""
        return int(self.db.execute("SELECT count(*) FROM dirty_urls").fetchone()[0])

    def connected(self, url_ids: Iterable[int]) -> set[int]:
        """All URLs that shared identities connect with these, themselves included."""
        reached: set[int] = set()
        edge = set(url_ids)
        while edge:
            reached |= edge
            keys = {r[0] for r in self._in("SELECT identity FROM url_identities WHERE url_id IN (?)", edge)}
            found = {r[0] for r in self._in("SELECT url_id FROM url_identities WHERE identity IN (?)", keys)}
            edge = found - reached
        return reached

    def beside(self, url_ids: Iterable[int]) -> set[int]:
        """All URLs of the stories that now hold these URLs."""
        sql = """SELECT DISTINCT b.url_id FROM story_urls a JOIN story_urls b ON b.story_id = a.story_id
            WHERE a.url_id IN (?)"""
        return {r[0] for r in self._in(sql, url_ids)}

    # ------------------------------------------------------------ removal (what was purged from the WARCs)

    def repeating(self, digests: Iterable[str]) -> list[StoredCapture]:
        """Captures that repeat one of these payloads. Reads the whole table: for the rare removal only."""
        packed = [compact.pack_digest(d) for d in digests]
        found = rows_in(self, f"{_CAPTURES} WHERE c.kind = 1 AND c.digest IN (?)", packed)
        return [stored_capture(row) for row in found]

    def remove_captures(self, captures: Sequence[StoredCapture]) -> None:
        """Remove captures that no story shows any more, and count their days anew."""
        for stored in captures:
            capture = stored.capture
            new = NewCapture(capture=capture, source=capture.source, url_key="", domain="")
            reason = compact.REASONS.index(capture.reason)
            day = (
                compact.source_id(capture.source),
                compact.day_number(capture.fetched_at),
                reason,
                new.outcome,
            )
            self.db.execute(
                "UPDATE source_days SET n = n - 1, bytes = bytes - ?"
                " WHERE source_id = ? AND day = ? AND reason = ? AND outcome = ?",
                (capture.warc_length, *day),
            )
            self.db.execute("DELETE FROM captures WHERE id = ?", (stored.id,))
        self.db.execute("DELETE FROM source_days WHERE n = 0")

    def remove_pages(self, ids: Iterable[int]) -> None:
        """Remove pages; the captures that showed them have none then."""
        given = [(i,) for i in ids]
        self.db.executemany(
            "UPDATE captures SET page_id = NULL WHERE page_id = ?"
            " AND url_id = (SELECT url_id FROM pages WHERE id = page_id)",
            given,
        )
        self.db.executemany("DELETE FROM pages WHERE id = ?", given)

    def pages_at(self, url_ids: Iterable[int]) -> set[int]:
        """The pages of these URLs."""
        return {r[0] for r in self._in("SELECT id FROM pages WHERE url_id IN (?)", url_ids)}

    def remove_urls(self, url_ids: Iterable[int]) -> None:
        """Remove the rows of URLs that have no captures and pages any more."""
        for table, column in (("dirty_urls", "url_id"), ("url_identities", "url_id"), ("urls", "id")):
            delete = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - three fixed names
            self.db.executemany(delete, [(u,) for u in url_ids])

    def count_url_anew(self, captures: Sequence[NewCapture]) -> None:
        """Write the row of a URL from all its captures."""
        row: dict[str, Any] | None = None
        for new in captures:
            row = _merged(row, new)
        self.database.table("urls").upsert_all([row] if row else [], pk="id")

    # ------------------------------------------------------------ pages

    def pages_first_at(self, ids: Iterable[int]) -> dict[int, int]:
        """Of these pages those that are there, with the microsecond of their first capture."""
        return dict(self._in("SELECT id, first_at FROM pages WHERE id IN (?)", ids))

    def page_data(self, ids: Iterable[int]) -> dict[int, Any]:
        """The articles of these pages, before the template layer, as JSON's kinds of values."""
        return {
            r[0]: compact.unpack_json(r[1])
            for r in self._in("SELECT id, data FROM pages WHERE id IN (?)", ids)
        }

    def page_months(self, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """(source id, month) of these pages."""
        return {
            r[0]: (r[1], r[2])
            for r in self._in("SELECT id, source_id, month FROM pages WHERE id IN (?)", ids)
        }

    def put_pages(self, pages: Iterable[Page]) -> None:
        """Add pages, or write them anew (extraction was repeated). Their URLs must have rows."""
        self.database.table("pages").upsert_all((page.row() for page in pages), pk="id")

    def link_pages(self, page_ids: Mapping[int, int]) -> None:
        """Give captures (by id) their page, where it wasn't known when they came."""
        self.db.executemany(
            "UPDATE captures SET page_id = ? WHERE id = ?", [(page, c) for c, page in page_ids.items()]
        )

    def without_page(self, digests: Iterable[str]) -> list[StoredCapture]:
        """Captures that repeat one of these payloads and have no page yet."""
        packed = [compact.pack_digest(d) for d in digests]
        sql = f"{_CAPTURES} WHERE c.page_id IS NULL AND c.kind = 1 AND c.digest IN (?)"
        return [stored_capture(row) for row in rows_in(self, sql, packed)]

    def stale_pages(
        self, version: str, rules: Mapping[str, str], *, sources: Sequence[str] = (), since: int = 0
    ) -> list[int]:
        """Pages that another version of the extractor made, or other site rules than `rules` (by source).

        Args:
            sources: Only of these; all if empty.
            since: Only first captured at this microsecond or later.
        """
        wanted = set(sources)
        found: list[int] = []
        sql = "SELECT id FROM pages WHERE source_id = ? AND extractor_version = ? AND rules = ? AND first_at >= ?"
        for source, made_by, under in self._makes():
            if (wanted and source not in wanted) or (made_by, under) == (version, rules.get(source, "")):
                continue
            found += [r[0] for r in self.db.execute(sql, (compact.source_id(source), made_by, under, since))]
        return sorted(found)

    def _makes(self) -> list[tuple[str, str, str]]:
        """(source, extractor version, rules) of the pages, each once."""
        return self.db.execute(
            "SELECT s.name, m.extractor_version, m.rules FROM sources s JOIN"
            " (SELECT DISTINCT source_id, extractor_version, rules FROM pages) m ON m.source_id = s.id ORDER BY 1, 2, 3"
        ).fetchall()

    def pages_of(self, *, sources: Sequence[str] = (), since: int = 0) -> list[int]:
        """All pages first captured at microsecond `since` or later; of these sources, if any is named."""
        numbers = compact.to_json([compact.source_id(s) for s in sources])
        sql = """SELECT id FROM pages WHERE first_at >= ?
            AND (? = '[]' OR source_id IN (SELECT value FROM json_each(?))) ORDER BY id"""
        return [r[0] for r in self.db.execute(sql, (since, numbers, numbers))]

    def page_urls(self, ids: Iterable[int]) -> dict[int, int]:
        """The URL ids of these pages."""
        return dict(self._in("SELECT id, url_id FROM pages WHERE id IN (?)", ids))

    def forget_identities(self, url_ids: Iterable[int]) -> None:
        """Remove all identities of these URLs, and what the templates of their months were learnt from."""
        given = [(u,) for u in url_ids]
        self.db.executemany("DELETE FROM url_identities WHERE url_id = ?", given)
        self.db.executemany(
            "UPDATE templates SET learnt_from = '' WHERE (source_id, month) IN"
            " (SELECT source_id, month FROM pages WHERE url_id = ?)",
            given,
        )

    # ------------------------------------------------------------ stories

    def replace_stories(
        self, stories: Sequence[StoryRecord], url_ids: Iterable[int], captures: Sequence[StoredCapture]
    ) -> None:
        """Put `stories` in the place of all stories that had one of `url_ids`.

        Args:
            url_ids: All URLs of these stories, and of those that stood there before.
            captures: All captures of these URLs, as the index holds them.
        """
        touched = set(url_ids)
        old = {r[0] for r in self._in("SELECT story_id FROM story_urls WHERE url_id IN (?)", touched)}
        loose = self._loose(old)
        self.db.executemany("DELETE FROM stories WHERE id = ?", [(s,) for s in old])
        self._insert_stories(stories)
        self._show(stories, captures)
        for table, ids in loose.items():
            self._drop_loose(table, ids)
        self.db.executemany("DELETE FROM dirty_urls WHERE url_id = ?", [(u,) for u in touched])

    def _loose(self, stories: set[int]) -> dict[str, set[int]]:
        """Rows of shared tables that these stories hold on to."""
        names = {
            "texts": "SELECT text_id FROM versions WHERE story_id IN (?)",
            "authors": "SELECT author_id FROM version_authors JOIN versions v ON v.id = version_id"
            " WHERE v.story_id IN (?)",
            "tags": "SELECT tag_id FROM version_tags JOIN versions v ON v.id = version_id WHERE v.story_id IN (?)",
        }
        return {table: {r[0] for r in self._in(sql, stories)} for table, sql in names.items()}

    def _drop_loose(self, table: str, ids: set[int]) -> None:
        """Delete those of these rows that nobody holds any more."""
        held = {
            "texts": "SELECT text_id FROM versions WHERE text_id IN (?)",
            "authors": "SELECT author_id FROM version_authors WHERE author_id IN (?)",
            "tags": "SELECT tag_id FROM version_tags WHERE tag_id IN (?)",
        }[table]
        free = ids - {r[0] for r in self._in(held, ids)}
        delete = f"DELETE FROM {table} WHERE id = ?"  # noqa: S608 - one of three names
        self.db.executemany(delete, [(i,) for i in sorted(free)])

    def _insert_stories(self, stories: Sequence[StoryRecord]) -> None:
        versions = [(s, v) for s in stories for v in s.versions]
        texts = ("title", "description", "text", "captions", "folded")
        self._insert(
            "texts", ({"id": v.text_id} | {t: getattr(v, t) for t in texts} for _, v in versions), ignore=True
        )
        self._insert("stories", (_story_row(s) for s in stories))
        self._insert("versions", (_version_row(s, v) for s, v in versions))
        self._insert_names("author", versions, lambda v: v.author_names)
        self._insert_names("tag", versions, lambda v: v.tag_names)
        for table in ("changes", "events", "field_changes"):
            self._insert(table, (_part_row(table, s, r) for s in stories for r in getattr(s, table)))
        self._insert("story_urls", ({"url_id": u, "story_id": s.id} for s in stories for u in s.url_ids))
        aliases = ({"alias": a, "story_id": s.id} for s in stories for a in s.aliases)
        self._insert("story_aliases", aliases, ignore=True)
        originals = ((s, u, k) for s in stories for u, k in s.syndicated)
        self._insert("syndication", ({"story_id": s.id, "url": u, "url_key": k} for s, u, k in originals))

    def _insert_names(
        self,
        kind: str,
        versions: Sequence[tuple[StoryRecord, VersionRecord]],
        names_of: Callable[[VersionRecord], tuple[str, ...]],
    ) -> None:
        """Rows of authors (or tags) and of what joins them to versions."""
        links = [(v.id, n, i) for _, v in versions for i, n in enumerate(dict.fromkeys(names_of(v)))]
        names = sorted({name for _, name, _ in links})
        self._insert(f"{kind}s", ({"id": compact.hash63(kind, n), "name": n} for n in names), ignore=True)
        joined = ({"version_id": v, f"{kind}_id": compact.hash63(kind, n), "place": i} for v, n, i in links)
        self._insert(f"version_{kind}s", joined)

    def _show(self, stories: Sequence[StoryRecord], captures: Sequence[StoredCapture]) -> None:
        """Write what each capture showed, where it differs from what stands there."""
        shown = {c: (s.id, *what) for s in stories for c, what in s.shown.items()}
        nothing = (None, None, None)
        changed = [
            (*shown.get(c.id, nothing), c.id)
            for c in captures
            if shown.get(c.id, nothing) != (c.story_id, c.version_no, c.event)
        ]
        self.db.executemany(
            "UPDATE captures SET story_id = ?, version_no = ?, event = ? WHERE id = ?", changed
        )

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
                self.add_identities((compact.identity_id(decision_key(record.id)), u) for u in found)
            self.mark_dirty(found)

    def drop_decisions(self, ids: Iterable[int]) -> None:
        """Follow these decisions no more; the URLs that they named are dirty."""
        known = self.decisions()
        for number in ids:
            found = self.urls_with_keys(known[number])
            self.db.execute(
                "DELETE FROM url_identities WHERE identity = ?", (compact.identity_id(decision_key(number)),)
            )
            self.db.execute("DELETE FROM decisions WHERE id = ?", (number,))
            self.mark_dirty(found)

    def urls_with_keys(self, keys: Iterable[str]) -> set[int]:
        """URLs that can belong to stories and have one of these keys."""
        sql = """SELECT u.id FROM urls u WHERE u.url_key IN (?)
            AND EXISTS (SELECT 1 FROM url_identities i WHERE i.url_id = u.id)"""
        return {r[0] for r in self._in(sql, keys)}

    # ------------------------------------------------------------ templates

    def dirty_months(self) -> list[tuple[int, int]]:
        """(source id, month) of every page of a dirty URL, and of templates whose pages were touched."""
        return self.db.execute(
            "SELECT p.source_id, p.month FROM dirty_urls d JOIN pages p ON p.url_id = d.url_id"
            " UNION SELECT source_id, month FROM templates WHERE learnt_from = '' ORDER BY 1, 2"
        ).fetchall()

    def drop_template_without_pages(self, source_id: int, month: int) -> bool:
        """Remove the template of a month that has no pages any more. Returns whether it had none."""
        sql = "SELECT 1 FROM pages WHERE source_id = ? AND month = ? LIMIT 1"
        if self.db.execute(sql, (source_id, month)).fetchone():
            return False
        self.db.execute("DELETE FROM templates WHERE source_id = ? AND month = ?", (source_id, month))
        return True

    def pages_to_learn(self, source_id: int, month: int, count: int) -> list[int]:
        """The pages that an outlet's month is learnt from: of the `count` URLs with the lowest ids the first one."""
        sql = """SELECT id, min(first_at) FROM pages WHERE source_id = ? AND month = ?
            AND kind NOT IN ('front page', 'block page', 'consent page', 'soft 404', 'not html', 'empty')
            GROUP BY url_id ORDER BY url_id LIMIT ?"""
        return [r[0] for r in self.db.execute(sql, (source_id, month, count))]

    def template_pages(self, source_id: int, month: int) -> list[int] | None:
        """The pages that the stored template was learnt from; None if there is no template."""
        sql = "SELECT learnt_from FROM templates WHERE source_id = ? AND month = ?"
        row = self.db.execute(sql, (source_id, month)).fetchone()
        return list(json.loads(row[0])) if row and row[0] else None

    def template(self, source_id: int, month: int) -> Any:
        """The template of an outlet's month as JSON's kinds of values; None if there is none."""
        sql = "SELECT data FROM templates WHERE source_id = ? AND month = ?"
        row = self.db.execute(sql, (source_id, month)).fetchone()
        return compact.unpack_json(row[0]) if row else None

    def put_template(self, source_id: int, month: int, learnt_from: Sequence[int], data: object) -> bool:
        """Write the template of an outlet's month; the month's URLs are dirty if it differs from before.

        Returns:
            Whether it differs.
        """
        differs = bool(self.template(source_id, month) != data)
        row = {
            "source_id": source_id,
            "month": month,
            "learnt_from": compact.to_json(list(learnt_from)),
            "data": compact.pack_json(data),
        }
        self.database.table("templates").upsert(row, pk=("source_id", "month"))
        if differs:
            sql = "INSERT OR IGNORE INTO dirty_urls SELECT DISTINCT url_id FROM pages WHERE source_id = ? AND month = ?"
            self.db.execute(sql, (source_id, month))
        return differs


# ---------------------------------------------------------------- rows

_CAPTURES = """SELECT c.id, c.url_id, c.page_id, c.story_id, c.version_no, c.event, c.warc_offset, c.warc_length,
    c.record, c.digest, c.fetched_at, c.seq, c.http_status, c.kind, c.reason, u.url, s.name AS source,
    w.name AS warc_filename, x.data AS extras
FROM captures c JOIN urls u ON u.id = c.url_id JOIN sources s ON s.id = c.source_id
JOIN warc_files w ON w.id = c.warc_file_id LEFT JOIN capture_extras x ON x.capture_id = c.id"""


def rows_in(index: Index, sql: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    """The rows of `sql` as dicts; `(?)` in it stands for the values."""
    given = list(values)
    found: list[dict[str, Any]] = []
    for at in range(0, len(given), _CHUNK):
        part = given[at : at + _CHUNK]
        found += rows(index.db, sql.replace("(?)", f"({', '.join('?' * len(part))})"), part)
    return found


def _merged(row: dict[str, Any] | None, new: NewCapture) -> dict[str, Any]:
    """A URL's row with one more capture."""
    capture, at = new.capture, micros(new.capture.fetched_at)
    number = compact.source_id(new.source)
    if row is None:
        row = {
            "id": compact.url_id(capture.url),
            "url": capture.url,
            "url_key": new.url_key,
            "domain": new.domain,
            "source_id": number,
            "known": 0,
            "n_captures": 0,
            "first_at": at,
            "last_at": -1,
            "last_seq": -1,
            "last_capture_id": -1,
            "full_at": None,
            "full_seq": None,
            "full_capture_id": None,
            "etag": None,
            "last_modified": None,
        }
    if (at, number) < (row["first_at"], row["source_id"]):
        row |= {"first_at": at, "source_id": number}
    place = (at, capture.seq, new.id)
    if place > (row["last_at"], row["last_seq"], row["last_capture_id"]):
        row |= {"last_at": at, "last_seq": capture.seq, "last_capture_id": new.id}
        row |= {"last_status": capture.http_status, "last_reason": compact.REASONS.index(capture.reason)}
    is_full = capture.kind == "response" and capture.http_status == 200 and not capture.truncated
    if is_full and (
        row["full_at"] is None or place > (row["full_at"], row["full_seq"], row["full_capture_id"])
    ):
        row |= {"full_at": at, "full_seq": capture.seq, "full_capture_id": new.id}
        row |= {"etag": capture.etag, "last_modified": capture.last_modified}
    row |= {"known": int(row["known"] or new.is_known), "n_captures": row["n_captures"] + 1}
    return row


_NOT_COLUMNS = {"versions", "changes", "events", "field_changes", "url_ids", "aliases", "syndicated", "shown"}


def _story_row(story: StoryRecord) -> dict[str, Any]:
    row = {f.name: getattr(story, f.name) for f in fields(story) if f.name not in _NOT_COLUMNS}
    return row | {
        "n_versions": len(story.versions),
        "n_captures": len(story.shown),
        "latest_version_id": story.versions[-1].id if story.versions else None,
        "same_because": compact.to_json(story.same_because),
    }


_TEXT_PARTS = {"author_names", "tag_names", "text", "captions", "folded"}


def _version_row(story: StoryRecord, version: VersionRecord) -> dict[str, Any]:
    row = {f.name: getattr(version, f.name) for f in fields(version) if f.name not in _TEXT_PARTS}
    return row | {
        "id": version.id,
        "story_id": story.id,
        "authors": ", ".join(version.author_names),
        "tags": ", ".join(version.tag_names),
        "warnings": compact.to_json(version.warnings),
    }


def _part_row(table: str, story: StoryRecord, record: Any) -> dict[str, Any]:
    row = {f.name: getattr(record, f.name) for f in fields(record)}
    if table == "changes":
        key = [str(record.before_id), str(record.after_id)]
        row["kinds"] = compact.to_json(record.kinds)
    else:
        key = [str(record.capture_id), getattr(record, "name", "") or record.kind]
    return {"id": compact.hash63(table, *key), "story_id": story.id, **row}
