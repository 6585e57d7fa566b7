"""Writing stories: versions, changes, events, texts, authors and tags.

A story is replaced as a whole, so that its rows never depend on what was there before; texts, authors and tags that
several stories share go with the last that holds them. Part of `write.Index`. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.connection import Row, from_row, rows, to_row
from newsarchive.index.folding import folded
from newsarchive.index.rows import (
    NewStory,
    StoredCapture,
    StoryExtension,
    StoryRow,
    VersionRow,
)
from newsarchive.index.write_copies import CopyTables


class StoryTables(CopyTables):
    """stories and all that belongs to them."""

    def replace_stories(
        self, stories: Sequence[NewStory], url_ids: Iterable[int], captures: Sequence[StoredCapture]
    ) -> None:
        """Put `stories` in the place of all stories that had one of `url_ids`.

        Args:
            url_ids: All URLs of these stories, and of those that were there before.
            captures: All captures of these URLs, as the index holds them.
        """
        touched = set(url_ids)
        old = {r[0] for r in self._in("SELECT story_id FROM story_urls WHERE url_id IN (?)", touched)}
        self.mark_copies({*old, *(s.id for s in stories)})
        loose = self._loose(old)
        self.db.executemany("DELETE FROM stories WHERE id = ?", [(s,) for s in old])
        self._insert_stories(stories)
        self._show(stories, captures)
        for table, ids in loose.items():
            self._drop_loose(table, ids)
        self.db.executemany("DELETE FROM dirty_urls WHERE url_id = ?", [(u,) for u in touched])

    def extend_story(self, more: StoryExtension, url_ids: Iterable[int]) -> None:
        """Add to a story what its further captures, all of these URLs, gave."""
        story = more.story
        flags = self.db.execute(_FLAGS, (story.id,)).fetchone()
        row = to_row(story, StoryRow)
        names = ", ".join(f"{name} = :{name}" for name in row if name != "id")
        self.db.execute(f"UPDATE stories SET {names} WHERE id = :id", row)  # noqa: S608 - fields of StoryRow
        if flags != self.db.execute(_FLAGS, (story.id,)).fetchone():
            self.db.execute(_FLAG_TEXTS, (story.id,))
        for seen in map(to_row, more.seen):
            self.db.execute(_SEEN_VERSION, seen)
            self.db.execute(_SEEN_TEXT, seen)
        self._insert_parts([story])
        if story.versions:
            self.mark_copies([story.id])
        shown = [(story.id, *what, capture) for capture, what in story.shown.items()]
        self.db.executemany(_SHOW, shown)
        self.db.executemany("DELETE FROM dirty_urls WHERE url_id = ?", [(u,) for u in url_ids])

    def touch_stories(self) -> None:
        """Count all stories as written since the schedule noted last when they are due."""
        self.db.execute("INSERT OR IGNORE INTO touched_stories SELECT id FROM stories")

    def touched_stories(self, most: int) -> list[int]:
        """Return stories that were written since, at most so many; one may be gone again."""
        return [r[0] for r in self.db.execute("SELECT story_id FROM touched_stories LIMIT ?", (most,))]

    def drop_touched(self, story_ids: Iterable[int]) -> None:
        """Record that the schedule has noted when these are due."""
        self.db.executemany("DELETE FROM touched_stories WHERE story_id = ?", [(s,) for s in story_ids])

    def state_of(self, url_ids: Iterable[int]) -> tuple[StoryRow, Any] | None:
        """Return the story at these URLs that can go on, with its state; None if there is none, or no single one."""
        sql = "SELECT DISTINCT s.story_id FROM story_states s JOIN story_urls u ON u.story_id = s.story_id WHERE u.url_id IN (?)"
        found = {r[0] for r in self._in(sql, url_ids)}
        if len(found) != 1:
            return None
        [number] = found
        data = self.db.execute("SELECT data FROM story_states WHERE story_id = ?", (number,)).fetchone()[0]
        row = rows(self.db, "SELECT * FROM stories WHERE id = ?", (number,))[0]
        return from_row(StoryRow, row), compact_ids.unpack_json(data)

    def story_places(self, story: int) -> tuple[set[int], set[str]]:
        """Return the ids of a story's URLs, and the originals that its pages name."""
        urls = self.db.execute("SELECT url_id FROM story_urls WHERE story_id = ?", (story,))
        originals = self.db.execute("SELECT url FROM syndication WHERE story_id = ?", (story,))
        return {u for (u,) in urls}, {u for (u,) in originals}

    def _loose(self, stories: set[int]) -> dict[str, set[int]]:
        """Rows of shared tables that these stories use."""
        names = {
            "texts": "SELECT text_id FROM versions WHERE story_id IN (?)",
            "authors": "SELECT author_id FROM version_authors JOIN versions v ON v.id = version_id"
            " WHERE v.story_id IN (?)",
            "tags": "SELECT tag_id FROM version_tags JOIN versions v ON v.id = version_id WHERE v.story_id IN (?)",
        }
        return {table: {r[0] for r in self._in(sql, stories)} for table, sql in names.items()}

    def _drop_loose(self, table: str, ids: set[int]) -> None:
        """Delete those of these rows that no version uses any more."""
        held = {
            "texts": "SELECT text_id FROM versions WHERE text_id IN (?)",
            "authors": "SELECT author_id FROM version_authors WHERE author_id IN (?)",
            "tags": "SELECT tag_id FROM version_tags WHERE tag_id IN (?)",
        }[table]
        free = ids - {r[0] for r in self._in(held, ids)}
        delete = f"DELETE FROM {table} WHERE id = ?"  # noqa: S608 - one of three names
        self.db.executemany(delete, [(i,) for i in sorted(free)])

    def drop_unused(self) -> None:
        """Delete all texts, authors and tags that no version uses: what a merge of indexes leaves of stories that several had."""
        for table, used in _USED.items():
            self.db.execute(f"DELETE FROM {table} WHERE NOT EXISTS ({used} = {table}.id)")  # noqa: S608 - names of ours

    def _insert_stories(self, stories: Sequence[NewStory]) -> None:
        self._insert("stories", (to_row(s, StoryRow) for s in stories))
        self._insert_parts(stories)
        self._insert("story_urls", ({"url_id": u, "story_id": s.id} for s in stories for u in s.url_ids))
        parts = ({"story_id": s.id, "number": n, "url_id": u} for s in stories for n, u in s.parts)
        self._insert("story_parts", parts)
        aliases = ({"alias": a, "story_id": s.id} for s in stories for a in s.aliases)
        self._insert("story_aliases", aliases, ignore=True)
        originals = ((s, u, k) for s in stories for u, k in s.syndicated)
        self._insert("syndication", ({"story_id": s.id, "url": u, "url_key": k} for s, u, k in originals))

    def _insert_parts(self, stories: Sequence[NewStory]) -> None:
        """Rows of versions and of what happened, for stories that have rows; where they go on."""
        versions = [v for s in stories for v in s.versions]
        self._insert("texts", map(_text_row, {v.text_id: v for v in versions}.values()), ignore=True)
        self._insert("versions", map(to_row, versions))
        details = (
            {"version_id": v.id, "data": compact_ids.pack_json(v.details)} for v in versions if v.details
        )
        self._insert("version_details", details)
        self._insert_names("author", versions, lambda v: v.author_names)
        self._insert_names("tag", versions, lambda v: v.tag_names)
        for table in ("changes", "events", "field_changes"):
            self._insert(table, (to_row(r) for s in stories for r in getattr(s, table)))
        self.db.executemany("DELETE FROM story_states WHERE story_id = ?", [(s.id,) for s in stories])
        states = ((s.id, compact_ids.pack_json(s.state)) for s in stories if s.state is not None)
        self._insert("story_states", ({"story_id": s, "data": data} for s, data in states))

    def _insert_names(
        self,
        kind: str,
        versions: Sequence[VersionRow],
        names_of: Callable[[VersionRow], tuple[str, ...]],
    ) -> None:
        """Rows of authors (or tags) and of what joins them to versions."""
        links = [(v.id, n, i) for v in versions for i, n in enumerate(dict.fromkeys(names_of(v)))]
        names = sorted({name for _, name, _ in links})
        self._insert(f"{kind}s", ({"id": compact_ids.hash63(kind, n), "name": n} for n in names), ignore=True)
        joined = (
            {"version_id": v, f"{kind}_id": compact_ids.hash63(kind, n), "place": i} for v, n, i in links
        )
        self._insert(f"version_{kind}s", joined)

    def _show(self, stories: Sequence[NewStory], captures: Sequence[StoredCapture]) -> None:
        """Write what each capture showed, where it differs from what the index says."""
        shown = {c: (s.id, *what) for s in stories for c, what in s.shown.items()}
        nothing = (None, None, None)
        changed = [
            (*shown.get(c.id, nothing), c.id)
            for c in captures
            if shown.get(c.id, nothing) != (c.story_id, c.version_no, c.event)
        ]
        self.db.executemany(_SHOW, changed)


_USED = {
    "texts": "SELECT 1 FROM text_versions WHERE text_id",
    "authors": "SELECT 1 FROM version_authors WHERE author_id",
    "tags": "SELECT 1 FROM version_tags WHERE tag_id",
}
_SHOW = "UPDATE captures SET story_id = ?, version_no = ?, event = ? WHERE id = ?"
_FLAGS = "SELECT n_changes > 0, status = 'gone', section FROM stories WHERE id = ?"
_FLAG_TEXTS = """UPDATE text_versions SET (changed, gone, section) =
        (SELECT n_changes > 0, status = 'gone', section FROM stories WHERE id = text_versions.story_id)
    WHERE (text_id, version_id) IN (SELECT text_id, id FROM versions WHERE story_id = ?)"""
_SEEN_VERSION = """UPDATE versions SET is_latest = :is_latest, last_seen_at = :last_seen_at,
    last_capture_id = :last_capture_id, n_captures = :n_captures, flapping = :flapping WHERE id = :id"""
_SEEN_TEXT = """UPDATE text_versions SET is_latest = :is_latest
    WHERE version_id = :id AND text_id = (SELECT text_id FROM versions WHERE id = :id)"""


def _text_row(version: VersionRow) -> Row:
    title, description, text, captions = version.title, version.description, version.text, version.captions
    row = {
        "id": version.text_id,
        "title": title,
        "description": description,
        "text": text,
        "captions": captions,
    }
    return row | {"folded": folded(title, description, text, captions)}
