"""Many indexes made one: rows are copied table by table, full text is made once at the end.

The ids of all rows are hashes of what they are about, so that rows of several indexes fit beside each other. What
connects stories of several indexes (a URL or an identity that more than one has, a text that may be copied) is returned, for `ingest.shards` to
put together again; nothing is decided here. Tested in tests/ingest/test_shards.py.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive.index.write import open_for_writing

# Tables whose rows are added up, or where the furthest one holds; of all others an equal key is the same row.
_SUMS = {
    "warc_files": "ingested_to = max(ingested_to, excluded.ingested_to)",
    "source_days": "n = n + excluded.n, bytes = bytes + excluded.bytes",
}
_MADE = re.compile(r"sqlite_.*|_sqlite_migrations|texts_fts.*")  # not copied


@dataclass(slots=True)
class Shared:
    """What more than one of the merged indexes has; ids."""

    urls: set[int] = field(default_factory=set)
    identities: set[int] = field(default_factory=set)
    stories: set[int] = field(default_factory=set)  # made again of all their captures
    near: set[int] = field(
        default_factory=set
    )  # stories that may be a copy of one of another index, or its original


def merge_indexes(parts: Iterable[Path], into: Path, *, least: int) -> Shared:
    """Copy the rows of all `parts` into a new index.

    Args:
        parts: Indexes that nobody writes to.
        into: Its path; there is no file yet.
        least: Hashes that a story's sample shares with another index if it may be a copy.

    Returns:
        What must be put together again, as several of them have it.

    Raises:
        ArchiveNotWritableError, ArchiveDamagedError: as `open_for_writing`; a part is of another schema.
    """
    shared = Shared()
    with closing(open_for_writing(into).conn) as db:
        for pragma in ("foreign_keys = OFF", "synchronous = OFF"):  # a merge that was cut short is made again
            db.execute(f"PRAGMA {pragma}")
        dropped = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        with db:
            for name, _ in dropped:
                db.execute(f"DROP TRIGGER {name}")
        for part in parts:
            _copy(db, part, shared, least)
        with db:
            db.execute("INSERT OR IGNORE INTO touched_stories SELECT id FROM stories")
            db.execute("INSERT INTO texts_fts(texts_fts) VALUES ('rebuild')")
            for _, sql in dropped:
                db.execute(sql)
    return shared


def _copy(db: sqlite3.Connection, part: Path, shared: Shared, least: int) -> None:
    db.execute("ATTACH ? AS part", (str(part),))
    try:
        with db:
            shared.urls |= _in_both(db, "urls", "id")
            shared.identities |= _in_both(db, "url_identities", "identity")
            db.execute(_TWICE)
            shared.stories |= {story for (story,) in db.execute("SELECT id FROM temp.twice")}
            shared.near |= {story for (story,) in db.execute(_NEAR, (least,))}
            for (table,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
                if not _MADE.fullmatch(table):
                    _copy_table(db, table)
    finally:
        db.execute("DROP TABLE IF EXISTS temp.twice")
        db.execute("DETACH part")


# Stories that are here already, all or part of them. Of the part their rows aren't copied: they are made of the captures.
_TWICE = """CREATE TEMP TABLE twice AS SELECT a.id FROM part.stories a JOIN main.stories b ON b.id = a.id
    UNION SELECT a.story_id FROM part.versions a JOIN main.versions b ON b.id = a.id"""
_OF_STORY = "NOT IN (SELECT id FROM temp.twice)"
_OF_VERSION = "NOT IN (SELECT id FROM part.versions WHERE story_id IN (SELECT id FROM temp.twice))"
_KEPT = {"captures", "dirty_copies", "touched_stories"}
_NEAR = """SELECT a.story_id FROM part.copy_hashes a WHERE EXISTS (SELECT 1 FROM main.copy_hashes b WHERE b.hash = a.hash)
    GROUP BY a.story_id HAVING count(*) >= ?"""


def _in_both(db: sqlite3.Connection, table: str, column: str) -> set[int]:
    sql = f"SELECT DISTINCT a.{column} FROM part.{table} a JOIN main.{table} b ON b.{column} = a.{column}"  # noqa: S608 - names of ours
    return {number for (number,) in db.execute(sql)}


def _copy_table(db: sqlite3.Connection, table: str) -> None:
    columns = {name: place for _, name, *_, place in db.execute(f"PRAGMA main.table_info({table})")}
    keys = [name for name, place in columns.items() if place]
    which = "true"
    if table == "stories":
        which = f"id {_OF_STORY}"
    elif "story_id" in columns and table not in _KEPT:
        which = f"story_id {_OF_STORY}"
    elif "version_id" in columns:
        which = f"version_id {_OF_VERSION}"
    rows = f"SELECT * FROM part.{table} WHERE {which} ORDER BY {', '.join(keys)}"  # noqa: S608 - names of ours
    conflict = f"UPDATE SET {_SUMS[table]}" if table in _SUMS else "NOTHING"
    db.execute(f"INSERT INTO main.{table} {rows} ON CONFLICT DO {conflict}")
