"""Are two indexes the same? For `rebuild --check` and for every test of it.

Compares all our tables row by row, ids included; only the migrations table and FTS5's own tables are left
out, and for these SQLite's integrity-check must pass and the same queries must give the same rows. Reads
only. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from newsarchive.index.connection import open_readonly
from newsarchive.index.folding import WORD
from newsarchive.index.search import SearchQuery, search

QUERIES = 50
SHOWN = 5  # rows of each table that a report names
_LEFT_OUT = re.compile(r"sqlite_.*|_sqlite_migrations|texts_fts.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs. `left` is what the first index has and the second hasn't, or None."""

    table: str
    left: str | None
    right: str | None

    def to_text(self) -> str:
        """Return one line for a person."""
        return f"{self.table}: live {self.left or '(nothing)'}; rebuilt {self.right or '(nothing)'}"


def compare_indexes(left: Path, right: Path, *, queries: int = QUERIES) -> tuple[Difference, ...]:
    """Return everything in which two indexes differ, at most SHOWN rows a table; empty if they are the same.

    Raises:
        NothingFoundError, ArchiveDamagedError: one of them can't be opened.
    """
    with closing(open_readonly(left)) as a, closing(open_readonly(right)) as b:
        found = list(_tables(a, b))
        broken = Difference(table="texts_fts", left=_integrity(left), right=_integrity(right))
        if broken.left or broken.right:
            return (*found, broken)
        return (*found, *_searches(a, b, queries))


def _tables(a: sqlite3.Connection, b: sqlite3.Connection) -> Iterator[Difference]:
    sql = "SELECT type || ' ' || name, sql FROM sqlite_master ORDER BY 1"
    schemas = [
        {n: s for n, s in db.execute(sql) if not _LEFT_OUT.fullmatch(n.partition(" ")[2])} for db in (a, b)
    ]
    for name in sorted(schemas[0].keys() | schemas[1].keys()):
        if schemas[0].get(name) != schemas[1].get(name):
            yield Difference(table=name, left=schemas[0].get(name), right=schemas[1].get(name))
    for name in sorted(schemas[0].keys() & schemas[1].keys()):
        kind, _, table = name.partition(" ")
        if kind == "table":
            yield from itertools.islice(_rows(a, b, table), SHOWN)


def _rows(a: sqlite3.Connection, b: sqlite3.Connection, table: str) -> Iterator[Difference]:
    """Rows that only one of the two has; both are read in the order of their key."""
    columns = [r for r in a.execute(f"PRAGMA table_info({table})") if r[5]]
    columns.sort(key=lambda r: r[5])
    where = [r[0] for r in columns]
    sql = f"SELECT * FROM {table} ORDER BY {', '.join(r[1] for r in columns)}"  # noqa: S608 - names from SQLite
    ours, theirs = a.execute(sql), b.execute(sql)
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        first = tuple(one[i] for i in where) if one is not None else None
        second = tuple(other[i] for i in where) if other is not None else None
        if one != other:
            is_left = second is None or (first is not None and first <= second)
            is_right = first is None or (second is not None and second <= first)
            yield Difference(
                table=table, left=_shown(one) if is_left else None, right=_shown(other) if is_right else None
            )
        if second is None or (first is not None and first <= second):
            one = next(ours, None)
        if first is None or (second is not None and second <= first):
            other = next(theirs, None)


def _shown(row: tuple[object, ...] | None) -> str | None:
    if row is None:
        return None
    return ", ".join(repr(v)[:60] for v in row)


def _integrity(path: Path) -> str | None:
    """What FTS5's own check says of the full-text index against the texts; None if all is well."""
    with closing(sqlite3.connect(path)) as db:
        try:
            db.execute("INSERT INTO texts_fts(texts_fts, rank) VALUES ('integrity-check', 1)")
            db.rollback()
        except sqlite3.DatabaseError as error:
            return f"integrity-check: {error}"
    return None


def _searches(a: sqlite3.Connection, b: sqlite3.Connection, queries: int) -> list[Difference]:
    found = []
    for text in _words(a, queries):
        wanted = SearchQuery(text=text, all_versions=True, limit=50)
        one, other = search(a, wanted), search(b, wanted)
        if one != other:
            found.append(
                Difference(table=f"search for {text!r}", left=str(one.total), right=str(other.total))
            )
    return found


def _words(db: sqlite3.Connection, queries: int) -> list[str]:
    """Words and pairs of words of the index, from all parts of it; always the same ones."""
    texts = db.execute("SELECT title, substr(text, 1, 400) FROM texts ORDER BY id LIMIT ?", (queries * 4,))
    words: list[str] = []
    for i, (title, text) in enumerate(texts):
        seen = WORD.findall(title) + WORD.findall(text)
        if seen:
            words.append(seen[i % len(seen)])
            if len(seen) > 1:
                words.append(f'"{seen[0]} {seen[1]}"')
    return list(dict.fromkeys(words))[:queries]
