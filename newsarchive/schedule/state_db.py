"""`state.db`: what the schedule remembers that isn't in the WARCs.

Which sources were polled to the end, requests made today, hosts that asked to be left alone, the last
runs, how often stories are edited, what feeds say changed, what was reported. All of it may be lost:
that costs a few unconditional polls, early re-checks and a message sent twice, nothing else. Holds no text and
no story. Tested in tests/schedule/test_state_db.py and tests/schedule/test_learning.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from newsarchive.errors import ArchiveDamagedError, ArchiveNotWritableError
from newsarchive.index.connection import connect_readonly
from newsarchive.times import iso_seconds, parse_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS polled (source TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS liars (url TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent (
    day TEXT NOT NULL, host TEXT NOT NULL, requests INTEGER NOT NULL, PRIMARY KEY (day, host)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS not_before (host TEXT PRIMARY KEY, until TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    crawl_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT NOT NULL,
    exit_code INTEGER NOT NULL, summary TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tallies (source TEXT PRIMARY KEY, counted_at TEXT NOT NULL, tally TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listed (
    document TEXT NOT NULL, url TEXT NOT NULL, at TEXT NOT NULL, title TEXT NOT NULL, seen_on TEXT NOT NULL,
    PRIMARY KEY (document, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sub_sitemaps (
    source TEXT NOT NULL, url TEXT NOT NULL, lastmod TEXT NOT NULL DEFAULT '', listed_at TEXT NOT NULL,
    read_at TEXT NOT NULL DEFAULT '', new_at TEXT NOT NULL DEFAULT '', PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS poll_clocks (url TEXT PRIMARY KEY, polled_at TEXT NOT NULL, clock TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hints (url TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS polls (
    source TEXT NOT NULL, at TEXT NOT NULL, poll TEXT NOT NULL, PRIMARY KEY (source, at)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reported (key TEXT PRIMARY KEY, at TEXT NOT NULL, message TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
    key TEXT NOT NULL, channel TEXT NOT NULL, at TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (key, channel)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS missed (
    url TEXT PRIMARY KEY, source TEXT NOT NULL, found_at TEXT NOT NULL, tries INTEGER NOT NULL,
    next_at TEXT NOT NULL, why TEXT NOT NULL, target TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS missed_by_source ON missed (source, next_at);
CREATE TABLE IF NOT EXISTS rechecks (
    url TEXT PRIMARY KEY, source TEXT NOT NULL, due_at TEXT NOT NULL, noted_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rechecks_by_time ON rechecks (source, due_at);
CREATE INDEX IF NOT EXISTS rechecks_by_note ON rechecks (noted_at);
CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
KEPT_DAYS = 7  # of requests by host
KEPT_RUNS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One crawl as `status` shows it."""

    crawl_id: str
    started_at: datetime
    ended_at: datetime
    exit_code: int
    summary: str


class State:
    """The state of one archive's schedule; a context manager.

    Args:
        path: Of state.db; made if it isn't there.
        is_readonly: Whether nothing is to be written, not even the file made: what isn't there is empty.

    Raises:
        ArchiveNotWritableError: the file can't be made or written.
        ArchiveDamagedError: it is no database; deleting it is safe.
    """

    def __init__(self, path: Path, *, is_readonly: bool = False) -> None:
        self._path = path
        if is_readonly and path.exists():
            with self._writing():
                self._db = connect_readonly(path)
            return
        with self._writing():
            self._db = sqlite3.connect(":memory:" if is_readonly else path, timeout=10, isolation_level=None)
        try:
            self._make()
        except BaseException:
            self._db.close()
            raise

    def _make(self) -> None:
        with self._writing():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(SCHEMA)

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _not_writable(self, error: Exception) -> ArchiveNotWritableError:
        return ArchiveNotWritableError(
            f"the schedule's state can't be written: {error}",
            where=str(self._path),
            next_step="Free some space, or give yourself write access",
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._not_writable(error) from error
        except sqlite3.DatabaseError as error:
            raise ArchiveDamagedError(
                f"the schedule's state can't be read: {error}",
                where=str(self._path),
                next_step="Delete this file; it only holds what is due when",
            ) from error

    def read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query gives."""
        with self._writing():
            return self._db.execute(sql, values).fetchall()

    def write(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run one statement for many rows, all or none."""
        with self._writing():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(sql, rows)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def forget(self, names_it: Callable[[str], bool]) -> None:
        """Remove every row with a text that names something, and what is left of removed rows in the files."""
        self._db.create_function("names_it", 1, lambda value: isinstance(value, str) and names_it(value))
        for (table,) in self.read("SELECT name FROM sqlite_master WHERE type = 'table'"):
            for column in self.read(f"PRAGMA table_info({table})"):
                self.write(f"DELETE FROM {table} WHERE names_it({column[1]})", [()])  # noqa: S608 - names of SCHEMA
        with self._writing():
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rename_source(self, old: str, new: str) -> None:
        """Put what is remembered of a source under its new name."""
        for table in ("polled", "tallies", "sub_sitemaps", "polls", "missed", "rechecks"):
            self.write(f"UPDATE OR REPLACE {table} SET source = ? WHERE source = ?", [(new, old)])  # noqa: S608 - names of SCHEMA
        self.write(
            "UPDATE missed SET target = json_replace(target, '$.source', source) WHERE source = ?", [(new,)]
        )
        alarms, before = (
            "UPDATE OR REPLACE reported SET key = ? || substr(key, ?) WHERE instr(key, ?) = 1",
            f"alarm {old}|",
        )
        self.write(alarms, [(f"alarm {new}|", len(before) + 1, before)])

    # ------------------------------------------------------------ polls

    def polled_whole(self) -> set[str]:
        """Sources whose last polls ended with nothing left to fetch: "not modified" hides nothing of them."""
        return {row[0] for row in self.read("SELECT source FROM polled")}

    def begin_polls(self, sources: Iterable[str]) -> None:
        """Mark these sources as not polled whole until `end_polls` says otherwise."""
        self.write("DELETE FROM polled WHERE source = ?", ((s,) for s in sources))

    def end_polls(self, sources: Iterable[str]) -> None:
        """Mark these sources as polled whole."""
        self.write("INSERT OR IGNORE INTO polled VALUES (?)", ((s,) for s in sources))

    def liars(self) -> set[str]:
        """URLs whose server said "not modified" of other bytes."""
        return {row[0] for row in self.read("SELECT url FROM liars")}

    def add_liars(self, urls: Iterable[str]) -> None:
        """Ask these without validators from now on."""
        self.write("INSERT OR IGNORE INTO liars VALUES (?)", ((u,) for u in urls))

    # ------------------------------------------------------------ politeness across runs

    def spent(self, day: date) -> dict[str, int]:
        """Return requests made on that day (UTC), by host."""
        return dict(self.read("SELECT host, requests FROM spent WHERE day = ?", (day.isoformat(),)))

    def add_spent(self, day: date, requests: Mapping[str, int]) -> None:
        """Count further requests; days long past are forgotten."""
        sql = (
            "INSERT INTO spent VALUES (?, ?, ?)"
            " ON CONFLICT (day, host) DO UPDATE SET requests = requests + excluded.requests"
        )
        self.write(sql, ((day.isoformat(), host, n) for host, n in requests.items()))
        oldest = date.fromordinal(max(1, day.toordinal() - KEPT_DAYS)).isoformat()
        self.write("DELETE FROM spent WHERE day < ?", [(oldest,)])

    def not_before(self, now: datetime) -> dict[str, datetime]:
        """Return hosts that asked to be left alone until later than `now`."""
        rows = self.read("SELECT host, until FROM not_before")
        until = {host: parse_iso(text) for host, text in rows}
        return {host: moment for host, moment in until.items() if moment > now}

    def set_not_before(self, hosts: Mapping[str, datetime]) -> None:
        """Record until when these hosts are left alone."""
        rows = ((host, iso_seconds(until)) for host, until in hosts.items())
        self.write("INSERT OR REPLACE INTO not_before VALUES (?, ?)", rows)

    # ------------------------------------------------------------ runs and other facts

    def add_run(self, run: RunRow) -> None:
        """Remember a crawl; only the last KEPT_RUNS are kept."""
        row = (
            run.crawl_id,
            iso_seconds(run.started_at),
            iso_seconds(run.ended_at),
            run.exit_code,
            run.summary,
        )
        self.write("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?)", [row])
        old = "DELETE FROM runs WHERE crawl_id NOT IN (SELECT crawl_id FROM runs ORDER BY started_at DESC LIMIT ?)"
        self.write(old, [(KEPT_RUNS,)])

    def runs(self, limit: int = 10) -> tuple[RunRow, ...]:
        """Return the last crawls, latest first."""
        rows = self.read("SELECT * FROM runs ORDER BY started_at DESC, crawl_id DESC LIMIT ?", (limit,))
        return tuple(
            RunRow(
                crawl_id=row[0],
                started_at=parse_iso(row[1]),
                ended_at=parse_iso(row[2]),
                exit_code=row[3],
                summary=row[4],
            )
            for row in rows
        )

    def get(self, key: str, default: Any = None) -> Any:
        """Return a fact that `put` stored, as JSON's kinds of values."""
        rows = self.read("SELECT value FROM facts WHERE key = ?", (key,))
        return json.loads(rows[0][0]) if rows else default

    def put(self, key: str, value: Any) -> None:
        """Store a fact."""
        row = (key, json.dumps(value, ensure_ascii=False))
        self.write("INSERT OR REPLACE INTO facts VALUES (?, ?)", [row])
