"""Writing stories: each replaced as a whole, so that its rows never depend on what stood there before.

Part of `write.Index`. Texts, authors and tags that several stories share go with the last that holds them.
Tested in tests/index/test_write.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.rows import StoredCapture, StoryRecord, VersionRecord
from newsarchive.index.write_connection import Tables


class StoryTables(Tables):
    """stories and all that hangs on them."""

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
        parts = ({"story_id": s.id, "number": n, "url_id": u} for s in stories for n, u in s.parts)
        self._insert("story_parts", parts)
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
        self._insert(f"{kind}s", ({"id": compact_ids.hash63(kind, n), "name": n} for n in names), ignore=True)
        joined = (
            {"version_id": v, f"{kind}_id": compact_ids.hash63(kind, n), "place": i} for v, n, i in links
        )
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


_NOT_COLUMNS = {
    "versions",
    "changes",
    "events",
    "field_changes",
    "url_ids",
    "aliases",
    "parts",
    "syndicated",
    "shown",
}


def _story_row(story: StoryRecord) -> dict[str, Any]:
    row = {f.name: getattr(story, f.name) for f in fields(story) if f.name not in _NOT_COLUMNS}
    return row | {
        "n_versions": len(story.versions),
        "latest_version_id": story.versions[-1].id if story.versions else None,
        "same_because": compact_ids.to_json(story.same_because),
    }


_TEXT_PARTS = {"author_names", "tag_names", "text", "captions", "folded"}


def _version_row(story: StoryRecord, version: VersionRecord) -> dict[str, Any]:
    row = {f.name: getattr(version, f.name) for f in fields(version) if f.name not in _TEXT_PARTS}
    return row | {
        "id": version.id,
        "story_id": story.id,
        "authors": ", ".join(version.author_names),
        "tags": ", ".join(version.tag_names),
        "warnings": compact_ids.to_json(version.warnings),
    }


def _part_row(table: str, story: StoryRecord, record: Any) -> dict[str, Any]:
    row = {f.name: getattr(record, f.name) for f in fields(record)}
    if table == "changes":
        key = [str(record.before_id), str(record.after_id)]
        row["kinds"] = compact_ids.to_json(record.kinds)
    else:
        key = [str(record.capture_id), getattr(record, "name", "") or record.kind]
    return {"id": compact_ids.hash63(table, *key), "story_id": story.id, **row}
