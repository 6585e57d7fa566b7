"""Which stories hold a phrase, those of the days around a given text first: for finding copies.

Other than a search it counts nothing and ranks nothing, and stops as soon as it has enough. Reads only; imports
neither sqlite-utils nor the extractor. Tested in tests/index/test_near_duplicates.py.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from newsarchive.index.folding import query
from newsarchive.index.search import MATCHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A story whose latest version holds what was looked for."""

    story_id: int
    version_id: int
    source: str


def near(db: sqlite3.Connection, text: str, around: int, limit: int) -> tuple[Holder, ...]:
    """Stories that hold `text`, those of the days nearest to a given text's first; nothing is counted or ranked.

    Args:
        text: As for `search`; without words nothing is found.
        around: Id of the text whose day counts.
        limit: At most so many of its day and earlier, and so many later ones.
    """
    found: list[tuple[int, Holder]] = []
    match = query(text).match
    for side, order in (("<= ?", "DESC"), ("> ?", "ASC")) if match else ():
        sql = f"SELECT f.rowid, v.story_id, v.version_id, v.source {MATCHING} AND f.rowid {side} AND v.is_latest = 1"
        for at, story, version, source in db.execute(
            f"{sql} ORDER BY f.rowid {order} LIMIT ?", (match, around, limit)
        ):
            found.append((abs(at - around), Holder(story_id=story, version_id=version, source=source)))
    return tuple(holder for _, holder in sorted(found, key=lambda row: (row[0], row[1].version_id)))
