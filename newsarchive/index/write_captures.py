"""Writing captures, their URLs and what may connect them; removing what was purged.

Part of `write.Index`. The rows of a URL and of a day are the same for every order of arrival. A capture costs few
bytes: what is rare (a redirect's target, an error, what a feed said) is JSON in capture_extras, and most captures
have none. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.connection import Row, Tables, rows_in
from newsarchive.index.rows import NewCapture, StoredCapture
from newsarchive.model import Candidate, Capture, RecordRef
from newsarchive.times import from_micros, iso, micros, parse_iso

_CAPTURES = """SELECT c.id, c.url_id, c.page_id, p.shows, c.story_id, c.version_no, c.event, c.warc_offset, c.warc_length,
    c.record, c.digest, c.fetched_at, c.seq, c.http_status, c.kind, c.reason, u.url, s.name AS source,
    w.name AS warc_filename, x.data AS extras
FROM captures c JOIN urls u ON u.id = c.url_id JOIN sources s ON s.id = c.source_id
JOIN warc_files w ON w.id = c.warc_file_id LEFT JOIN capture_extras x ON x.capture_id = c.id
LEFT JOIN pages p ON p.id = c.page_id"""


Day = tuple[int, int, int, str]  # source id, day since 1970, reason's code, outcome


class CaptureTables(Tables):
    """captures, capture_extras, urls, url_identities, dirty_urls, source_days."""

    def known_captures(self, ids: Iterable[int]) -> set[int]:
        """Return which of these captures the index holds."""
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
        self._insert("captures", (_capture_row(n) for n in fresh))
        more = ((n.id, _extras(n.capture)) for n in fresh)
        self._insert(
            "capture_extras", ({"capture_id": i, "data": compact_ids.to_json(x)} for i, x in more if x)
        )
        self._count_days(fresh)
        self._add_identities(fresh)
        return len(fresh)

    def _merge_urls(self, fresh: Sequence[NewCapture]) -> None:
        """Bring the rows of table urls up to date: first, last and last full capture, in any order of arrival."""
        ids = {compact_ids.url_id(n.capture.url) for n in fresh}
        found = rows_in(self.db, "SELECT * FROM urls WHERE id IN (?)", ids)
        merged = {row["id"]: row for row in found}
        for new in fresh:
            number = compact_ids.url_id(new.capture.url)
            merged[number] = _merged(merged.get(number), new)
        self._upsert("urls", merged.values())

    def _count_days(self, fresh: Iterable[NewCapture], sign: int = 1) -> None:
        """Count captures by source, day, reason and outcome; `sign` -1 takes them out again."""
        counts: Counter[Day] = Counter()
        sizes: Counter[Day] = Counter()
        for new in fresh:
            counts[_day_of(new)] += sign
            sizes[_day_of(new)] += sign * new.capture.warc_length
        self.db.executemany(
            "INSERT INTO source_days (source_id, day, reason, outcome, n, bytes) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes",
            [(*day, n, sizes[day]) for day, n in counts.items()],
        )

    def _add_identities(self, fresh: Sequence[NewCapture]) -> None:
        urls = [(compact_ids.url_id(n.capture.url), n) for n in fresh if n.may_be_story]
        self.add_identities({(compact_ids.identity_id(k), url) for url, n in urls for k in n.identities})
        self.mark_dirty({url for url, _ in urls}, go_on=True)

    def add_identities(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Add (identity, URL) pairs; those already there are passed over."""
        self.db.executemany("INSERT OR IGNORE INTO url_identities VALUES (?, ?)", sorted(pairs))

    def mark_dirty(self, url_ids: Iterable[int], *, go_on: bool = False) -> None:
        """Remember that the stories of these URLs must be put together again.

        Args:
            go_on: Only captures were added; else what was read before may be otherwise now.
        """
        given = [(u,) for u in url_ids]
        self.db.executemany("INSERT OR IGNORE INTO dirty_urls VALUES (?)", given)
        if not go_on:
            sql = "DELETE FROM story_states WHERE story_id IN (SELECT story_id FROM story_urls WHERE url_id = ?)"
            self.db.executemany(sql, given)

    def urls_with_identities(self, identities: Iterable[int]) -> set[int]:
        """Return the URLs that have one of these identities."""
        sql = "SELECT url_id FROM url_identities WHERE identity IN (?)"
        return {number for (number,) in self._in(sql, sorted(identities))}

    def captures_of(self, url_ids: Iterable[int]) -> list[StoredCapture]:
        """Return every capture of these URLs, in the order of (fetched_at, seq, id)."""
        found = self._captures("c.url_id IN (?)", url_ids)
        return sorted(found, key=lambda c: (c.capture.fetched_at, c.capture.seq, c.id))

    def captures_since(self, url_ids: Iterable[int], moment: int) -> list[StoredCapture]:
        """Return the captures of these URLs made after this microsecond, in the order of `captures_of`."""
        found = self._captures(f"c.fetched_at > {moment:d} AND c.url_id IN (?)", url_ids)
        return sorted(found, key=lambda c: (c.capture.fetched_at, c.capture.seq, c.id))

    def count_captures(self, url_ids: Iterable[int]) -> int:
        """Return how many captures these URLs have."""
        return sum(n for (n,) in self._in("SELECT n_captures FROM urls WHERE id IN (?)", url_ids))

    def url_keys(self, url_ids: Iterable[int]) -> set[str]:
        """Return the keys of these URLs."""
        return {key for (key,) in self._in("SELECT url_key FROM urls WHERE id IN (?)", url_ids)}

    def captures_by_id(self, ids: Iterable[int]) -> dict[int, StoredCapture]:
        """Return those of these captures that the index holds."""
        return {stored.id: stored for stored in self._captures("c.id IN (?)", ids)}

    def last_full(self, urls: Iterable[str]) -> list[StoredCapture]:
        """Return for each of these URLs the last capture that has an answer with its bytes; none of those without."""
        ids = (compact_ids.url_id(url) for url in urls)
        return self._captures("c.id IN (SELECT full_capture_id FROM urls WHERE id IN (?))", ids)

    def dirty_urls(self, limit: int) -> list[int]:
        """Return URLs whose stories must be put together again, at most `limit`, lowest ids first."""
        return [
            r[0] for r in self.db.execute("SELECT url_id FROM dirty_urls ORDER BY url_id LIMIT ?", (limit,))
        ]

    def count_dirty(self) -> int:
        """Return how many URLs are dirty."""
        return int(self.db.execute("SELECT count(*) FROM dirty_urls").fetchone()[0])

    def beside(self, url_ids: Iterable[int]) -> set[int]:
        """Return all URLs of the stories that now hold these URLs."""
        sql = """SELECT DISTINCT b.url_id FROM story_urls a JOIN story_urls b ON b.story_id = a.story_id
            WHERE a.url_id IN (?)"""
        return {r[0] for r in self._in(sql, url_ids)}

    def rendered_of(self, url_ids: Iterable[int]) -> set[str]:
        """Record ids of the captures of these URLs that were also rendered in a browser."""
        found = self._captures("c.kind = 4 AND c.url_id IN (?)", url_ids)
        return {c.capture.refers_to.record_id for c in found if c.capture.refers_to}

    def without_page(self, digests: Iterable[str]) -> list[StoredCapture]:
        """Return captures that repeat one of these payloads and have no page yet."""
        packed = [compact_ids.pack_digest(d) for d in digests]
        return self._captures("c.page_id IS NULL AND c.kind = 1 AND c.digest IN (?)", packed)

    def places(self, ids: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Return file and offset of those of these captures that the index holds."""
        sql = """SELECT c.id, w.name, c.warc_offset FROM captures c JOIN warc_files w ON w.id = c.warc_file_id
            WHERE c.id IN (?)"""
        return {row[0]: (row[1], row[2]) for row in self._in(sql, ids)}

    def records_in(self, name: str) -> dict[str, str]:
        """Return the URLs of a file's captures, by record id. Reads the whole table: for rare decisions only."""
        sql = "SELECT c.record, u.url FROM captures c JOIN urls u ON u.id = c.url_id WHERE c.warc_file_id = ?"
        found = self.db.execute(sql, (compact_ids.warc_file_id(name),))
        return {compact_ids.unpack_record(record): url for record, url in found}

    def _captures(self, where: str, values: Iterable[Any]) -> list[StoredCapture]:
        return [_stored(row) for row in rows_in(self.db, f"{_CAPTURES} WHERE {where}", values)]

    # ------------------------------------------------------------ removal (what was purged from the WARCs)

    def repeating(self, digests: Iterable[str]) -> list[StoredCapture]:
        """Return captures that repeat one of these payloads. Reads the whole table: for the rare removal only."""
        packed = [compact_ids.pack_digest(d) for d in digests]
        return self._captures("c.kind = 1 AND c.digest IN (?)", packed)

    def remove_captures(self, captures: Sequence[StoredCapture]) -> None:
        """Remove captures that no story shows any more, also from the counts of their days."""
        known = (c.capture for c in captures)
        self._count_days(
            (NewCapture(capture=c, source=c.source, url_key="", domain="") for c in known), sign=-1
        )
        self.db.execute("DELETE FROM source_days WHERE n = 0")
        self.db.executemany("DELETE FROM captures WHERE id = ?", [(c.id,) for c in captures])

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
        """Return the pages of these URLs."""
        return {r[0] for r in self._in("SELECT id FROM pages WHERE url_id IN (?)", url_ids)}

    def remove_urls(self, url_ids: Iterable[int]) -> None:
        """Remove the rows of URLs that have no captures and pages any more."""
        for table, column in (("dirty_urls", "url_id"), ("url_identities", "url_id"), ("urls", "id")):
            delete = f"DELETE FROM {table} WHERE {column} = ?"  # noqa: S608 - three fixed names
            self.db.executemany(delete, [(u,) for u in url_ids])

    def recount_url(self, captures: Sequence[NewCapture]) -> None:
        """Write the row of a URL from all its captures."""
        row: Row | None = None
        for new in captures:
            row = _merged(row, new)
        self._upsert("urls", [row] if row else [])


def _day_of(new: NewCapture) -> Day:
    capture = new.capture
    day = compact_ids.day_number(capture.fetched_at)
    return compact_ids.source_id(new.source), day, compact_ids.REASONS.index(capture.reason), new.outcome


def _merged(row: Row | None, new: NewCapture) -> Row:
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


# ---------------------------------------------------------------- a capture as a row, and back


def _extras(capture: Capture) -> Row:
    """What a capture's row has no column for; most captures have none of it."""
    found: Row = {
        name: value
        for name in ("location", "truncated", "error", "redirect_from", "continues", "robots_tag")
        if (value := getattr(capture, name)) is not None
    }
    if capture.content_type and "text/html" not in capture.content_type.lower():
        found["content_type"] = capture.content_type
    if capture.candidate:
        said = {k: v for k, v in asdict(capture.candidate).items() if v}
        found["candidate"] = {k: iso(v) if isinstance(v, datetime) else v for k, v in said.items()}
    if capture.refers_to and (
        capture.refers_to.url != capture.url or capture.kind in ("same-payload", "rendered")
    ):
        found["refers_to"] = [capture.refers_to.record_id, capture.refers_to.url]
    return found


def _capture_row(new: NewCapture) -> Row:
    """The row of table captures, its story not yet known."""
    capture = new.capture
    return {
        "id": new.id,
        "url_id": compact_ids.url_id(capture.url),
        "page_id": new.page_id,
        "source_id": compact_ids.source_id(new.source),
        "warc_file_id": compact_ids.warc_file_id(capture.warc_filename),
        "warc_offset": capture.warc_offset,
        "warc_length": capture.warc_length,
        "record": compact_ids.pack_record(capture.warc_record_id),
        "digest": compact_ids.pack_digest(capture.payload_digest),
        "fetched_at": micros(capture.fetched_at),
        "seq": capture.seq,
        "http_status": capture.http_status,
        "kind": compact_ids.KINDS.index(capture.kind),
        "reason": compact_ids.REASONS.index(capture.reason),
    }


def _stored(row: Row) -> StoredCapture:
    """The capture that `_capture_row` and `_extras` made, joined with its URL, source and file."""
    more: Row = json.loads(row["extras"]) if row["extras"] else {}
    at = from_micros(row["fetched_at"])
    digest = compact_ids.unpack_digest(row["digest"])
    refers = more.pop("refers_to", None)
    candidate = more.pop("candidate", None)
    return StoredCapture(
        id=row["id"],
        url_id=row["url_id"],
        page_id=row["page_id"],
        shows=row["shows"],
        story_id=row["story_id"],
        version_no=row["version_no"],
        event=row["event"],
        capture=Capture(
            warc_filename=row["warc_filename"],
            warc_offset=row["warc_offset"],
            warc_length=row["warc_length"],
            warc_record_id=compact_ids.unpack_record(row["record"]),
            url=row["url"],
            fetched_at=at,
            kind=compact_ids.KINDS[row["kind"]],
            http_status=row["http_status"],
            payload_digest=digest,
            seq=row["seq"],
            source=row["source"],
            reason=compact_ids.REASONS[row["reason"]],
            candidate=_candidate(candidate) if candidate else None,
            refers_to=RecordRef(
                record_id=refers[0], url=refers[1], fetched_at=at, payload_digest=digest or ""
            )
            if refers
            else None,
            **more,
        ),
    )


def _candidate(said: Row) -> Candidate:
    times: Row = {k: parse_iso(said[k]) for k in ("published_at", "lastmod") if k in said}
    return Candidate(**(said | times | {"authors": tuple(said.get("authors", ()))}))
