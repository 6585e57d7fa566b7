"""Writing what stories copy from each other: the runs of words of their texts, and for each copy the story that was seen first.

Nothing here decides what a copy is: `ingest/story_copies.py` does. No row refers to stories by a foreign key, since a story is deleted
and inserted whenever it is put together; every such story is in `dirty_copies` until it was looked after. Tested in
tests/ingest/test_story_copies.py.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from newsarchive.index.connection import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A story as it is compared with others: its latest text."""

    story_id: int
    source: str
    first_seen_at: str
    text_id: int
    size: int = 0  # hashes by which it is looked for

    @property
    def key(self) -> tuple[str, int]:
        """What says which of two was seen first."""
        return self.first_seen_at, self.story_id


class CopyTables(Tables):
    """copy_samples, copy_hashes, copies, dirty_copies."""

    def mark_copies(self, story_ids: Iterable[int]) -> None:
        """Remember that these stories are new, changed or gone."""
        self.db.executemany("INSERT OR IGNORE INTO dirty_copies VALUES (?)", [(s,) for s in story_ids])

    def dirty_copies(self, limit: int, after: int = -1) -> list[int]:
        """Return stories to be compared again, at most `limit`, those with the lowest ids above `after`."""
        sql = "SELECT story_id FROM dirty_copies WHERE story_id > ? ORDER BY story_id LIMIT ?"
        found = self.db.execute(sql, (after, limit))
        return [r[0] for r in found]

    def copies_done(self, story_ids: Iterable[int]) -> None:
        """Take these stories from the dirty ones."""
        self.db.executemany("DELETE FROM dirty_copies WHERE story_id = ?", [(s,) for s in story_ids])

    def stories_to_compare(self, story_ids: Iterable[int]) -> dict[int, Sample]:
        """Return these stories as they are now; those that are gone, withheld or without a text are left out."""
        sql = """SELECT st.id, st.source, st.first_seen_at, v.text_id FROM stories st
            JOIN versions v ON v.id = st.latest_version_id WHERE st.withheld = 0 AND st.id IN (?)"""
        return {r[0]: _sample(*r) for r in self._in(sql, story_ids)}

    def samples(self, story_ids: Iterable[int]) -> dict[int, Sample]:
        """Return the samples that are stored of these stories."""
        return {r[0]: _sample(*r) for r in self._in(_SAMPLES, story_ids)}

    def put_sample(self, sample: Sample, runs: Sequence[int], hashes: Sequence[int]) -> None:
        """Store the runs of a story's text and those of them by which it is looked for, after `drop_samples` of earlier ones."""
        packed = (array("I", runs).tobytes(), array("I", hashes).tobytes())
        row = (sample.story_id, sample.source, sample.first_seen_at, sample.text_id, *packed)
        self.db.execute("INSERT INTO copy_samples VALUES (?, ?, ?, ?, ?, ?)", row)
        self.db.executemany("INSERT INTO copy_hashes VALUES (?, ?)", [(h, sample.story_id) for h in hashes])

    def drop_samples(self, story_ids: Iterable[int]) -> None:
        """Remove the samples of these stories, and what they copy."""
        ids = list(story_ids)
        for number in ids:
            self.db.executemany(
                "DELETE FROM copy_hashes WHERE hash = ? AND story_id = ?",
                [(h, number) for h in self._packed("hashes", number)],
            )
        for sql in ("DELETE FROM copy_samples WHERE story_id = ?", "DELETE FROM copies WHERE story_id = ?"):
            self.db.executemany(sql, [(s,) for s in ids])

    def runs_of(self, story_id: int) -> array[int]:
        """Return the runs of a story's text."""
        return self._packed("runs", story_id)

    def _packed(self, column: Literal["runs", "hashes"], story_id: int) -> array[int]:
        row = self.db.execute(_PACKED[column], (story_id,)).fetchone()
        return array("I", row[0] if row else b"")

    def copies_from(self, story_ids: Iterable[int]) -> set[int]:
        """Return the stories that copy one of these."""
        return {r[0] for r in self._in("SELECT story_id FROM copies WHERE original_id IN (?)", story_ids)}

    def sharing(self, sample: Sample, least: int) -> list[tuple[Sample, int]]:
        """Return the samples of other outlets that share `least` hashes or more, with how many; those seen first at first."""
        hashes = self._packed("hashes", sample.story_id).tolist()
        rows = self.db.execute(_SHARING, (json.dumps(hashes), least, sample.source))
        return sorted(((_sample(*row), shared) for *row, shared in rows), key=lambda pair: pair[0].key)

    def original_of(self, story_id: int) -> Sample | None:
        """Return what a story copies."""
        row = self.db.execute("SELECT original_id FROM copies WHERE story_id = ?", (story_id,)).fetchone()
        return self.samples([row[0]]).get(row[0]) if row else None

    def set_original(self, story_id: int, original_id: int | None, percent: int) -> None:
        """Write what a story copies, or that it copies nothing."""
        self.db.execute("DELETE FROM copies WHERE story_id = ?", (story_id,))
        if original_id is not None:
            self.db.execute("INSERT INTO copies VALUES (?, ?, ?)", (story_id, original_id, percent))

    def text_of(self, text_id: int) -> str:
        """Return a version's text."""
        return str(self.db.execute("SELECT text FROM texts WHERE id = ?", (text_id,)).fetchone()[0])


_PACKED = {
    "runs": "SELECT runs FROM copy_samples WHERE story_id = ?",
    "hashes": "SELECT hashes FROM copy_samples WHERE story_id = ?",
}
_SAMPLES = "SELECT story_id, source, first_seen_at, text_id, length(hashes) / 4 FROM copy_samples WHERE story_id IN (?)"
_SHARING = """SELECT c.story_id, c.source, c.first_seen_at, c.text_id, length(c.hashes) / 4, near.shared FROM (
    SELECT h.story_id, count(*) AS shared FROM json_each(?) j CROSS JOIN copy_hashes h ON h.hash = j.value
    GROUP BY h.story_id HAVING count(*) >= ?
) near JOIN copy_samples c ON c.story_id = near.story_id WHERE c.source != ?"""


def _sample(story_id: int, source: str, first_seen_at: str, text_id: int, size: int = 0) -> Sample:
    return Sample(story_id=story_id, source=source, first_seen_at=first_seen_at, text_id=text_id, size=size)
