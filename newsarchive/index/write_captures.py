"""Writing captures, their URLs and what may connect them; removing what was purged.

Part of `write.Index`. The rows of a URL and of a day are the same for every order of arrival.
Tested in tests/index/test_write.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.capture_rows import CAPTURES, capture_row, extras, stored_capture
from newsarchive.index.rows import NewCapture, StoredCapture
from newsarchive.index.write_connection import Tables
from newsarchive.times import micros


class CaptureTables(Tables):
    """captures, capture_extras, urls, url_identities, dirty_urls, source_days."""

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
        self._insert(
            "sources", ({"id": compact_ids.source_id(n), "name": n} for n in sorted(names)), ignore=True
        )
        files = sorted({n.capture.warc_filename for n in fresh})
        self._insert(
            "warc_files", ({"id": compact_ids.warc_file_id(f), "name": f} for f in files), ignore=True
        )
        self._merge_urls(fresh)
        self._insert("captures", (capture_row(n) for n in fresh))
        more = ((n.id, extras(n.capture)) for n in fresh)
        self._insert(
            "capture_extras", ({"capture_id": i, "data": compact_ids.to_json(x)} for i, x in more if x)
        )
        self._count_days(fresh)
        self._add_identities(fresh)
        return len(fresh)

    def _merge_urls(self, fresh: Sequence[NewCapture]) -> None:
        """Bring the rows of table urls up to date: first, last and last full capture, in any order of arrival."""
        ids = {compact_ids.url_id(n.capture.url) for n in fresh}
        found = self._rows("SELECT * FROM urls WHERE id IN (?)", ids)
        merged = {row["id"]: row for row in found}
        for new in fresh:
            number = compact_ids.url_id(new.capture.url)
            merged[number] = _merged(merged.get(number), new)
        self.database.table("urls").upsert_all(merged.values(), pk="id")

    def _count_days(self, fresh: Sequence[NewCapture]) -> None:
        counts: Counter[tuple[int, int, int, str]] = Counter()
        sizes: Counter[tuple[int, int, int, str]] = Counter()
        for n in fresh:
            reason = compact_ids.REASONS.index(n.capture.reason)
            key = (
                compact_ids.source_id(n.source),
                compact_ids.day_number(n.capture.fetched_at),
                reason,
                n.outcome,
            )
            counts[key] += 1
            sizes[key] += n.capture.warc_length
        self.db.executemany(
            "INSERT INTO source_days (source_id, day, reason, outcome, n, bytes) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes",
            [(*key, n, sizes[key]) for key, n in counts.items()],
        )

    def _add_identities(self, fresh: Sequence[NewCapture]) -> None:
        pairs = {
            (compact_ids.identity_id(k), compact_ids.url_id(n.capture.url))
            for n in fresh
            for k in n.identities
        }
        self.add_identities(pairs)
        self.mark_dirty({compact_ids.url_id(n.capture.url) for n in fresh if n.identities})

    def add_identities(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Add (identity, URL) pairs; those already there are passed over."""
        self.db.executemany("INSERT OR IGNORE INTO url_identities VALUES (?, ?)", sorted(pairs))

    def mark_dirty(self, url_ids: Iterable[int]) -> None:
        """Remember that the stories of these URLs must be put together again."""
        self.db.executemany("INSERT OR IGNORE INTO dirty_urls VALUES (?)", [(u,) for u in url_ids])

    def captures_of(self, url_ids: Iterable[int]) -> list[StoredCapture]:
        """Every capture of these URLs, in the order of (fetched_at, seq, id)."""
        found = [stored_capture(row) for row in self._rows(f"{CAPTURES} WHERE c.url_id IN (?)", url_ids)]
        return sorted(found, key=lambda c: (c.capture.fetched_at, c.capture.seq, c.id))

    def captures_by_id(self, ids: Iterable[int]) -> dict[int, StoredCapture]:
        """Those of these captures that the index holds."""
        found = self._rows(f"{CAPTURES} WHERE c.id IN (?)", ids)
        return {row["id"]: stored_capture(row) for row in found}

    def dirty_urls(self, limit: int) -> list[int]:
        """URLs whose stories must be put together again, at most `limit`, lowest ids first."""
        return [
            r[0] for r in self.db.execute("SELECT url_id FROM dirty_urls ORDER BY url_id LIMIT ?", (limit,))
        ]

    def count_dirty(self) -> int:
        """How many URLs are dirty."""
        return int(self.db.execute("SELECT count(*) FROM dirty_urls").fetchone()[0])

    def beside(self, url_ids: Iterable[int]) -> set[int]:
        """All URLs of the stories that now hold these URLs."""
        sql = """SELECT DISTINCT b.url_id FROM story_urls a JOIN story_urls b ON b.story_id = a.story_id
            WHERE a.url_id IN (?)"""
        return {r[0] for r in self._in(sql, url_ids)}

    def rendered_of(self, url_ids: Iterable[int]) -> set[str]:
        """Record ids of the captures of these URLs that were also rendered in a browser."""
        sql = f"{CAPTURES} WHERE c.kind = 4 AND c.url_id IN (?)"
        found = (stored_capture(row).capture.refers_to for row in self._rows(sql, url_ids))
        return {ref.record_id for ref in found if ref}

    # ------------------------------------------------------------ removal (what was purged from the WARCs)

    def repeating(self, digests: Iterable[str]) -> list[StoredCapture]:
        """Captures that repeat one of these payloads. Reads the whole table: for the rare removal only."""
        packed = [compact_ids.pack_digest(d) for d in digests]
        found = self._rows(f"{CAPTURES} WHERE c.kind = 1 AND c.digest IN (?)", packed)
        return [stored_capture(row) for row in found]

    def remove_captures(self, captures: Sequence[StoredCapture]) -> None:
        """Remove captures that no story shows any more, and count their days anew."""
        for stored in captures:
            capture = stored.capture
            new = NewCapture(capture=capture, source=capture.source, url_key="", domain="")
            reason = compact_ids.REASONS.index(capture.reason)
            day = (
                compact_ids.source_id(capture.source),
                compact_ids.day_number(capture.fetched_at),
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


def _merged(row: dict[str, Any] | None, new: NewCapture) -> dict[str, Any]:
    """A URL's row with one more capture."""
    capture, at = new.capture, micros(new.capture.fetched_at)
    number = compact_ids.source_id(new.source)
    if row is None:
        row = {
            "id": compact_ids.url_id(capture.url),
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
        row |= {"last_status": capture.http_status, "last_reason": compact_ids.REASONS.index(capture.reason)}
    is_full = capture.kind == "response" and capture.http_status == 200 and not capture.truncated
    if is_full and (
        row["full_at"] is None or place > (row["full_at"], row["full_seq"], row["full_capture_id"])
    ):
        row |= {"full_at": at, "full_seq": capture.seq, "full_capture_id": new.id}
        row |= {"etag": capture.etag, "last_modified": capture.last_modified}
    row |= {"known": int(row["known"] or new.is_known), "n_captures": row["n_captures"] + 1}
    return row
