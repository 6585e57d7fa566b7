"""Writing stories: each replaced as a whole, so that its rows never depend on what was there before.

Part of `write.Index`. Texts, authors and tags that several stories share go with the last that holds them.
Tested in tests/index/test_write.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from newsarchive.index import compact_ids
from newsarchive.index.connection import Row, Tables, to_row
from newsarchive.index.folding import folded
from newsarchive.index.rows import NewStory, StoredCapture, StoryRow, VersionRow


class StoryTables(Tables):
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
        loose = self._loose(old)
        self.db.executemany("DELETE FROM stories WHERE id = ?", [(s,) for s in old])
        self._insert_stories(stories)
        self._show(stories, captures)
        for table, ids in loose.items():
            self._drop_loose(table, ids)
        self.db.executemany("DELETE FROM dirty_urls WHERE url_id = ?", [(u,) for u in touched])

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

    def _insert_stories(self, stories: Sequence[NewStory]) -> None:
        versions = [v for s in stories for v in s.versions]
        self._insert("texts", map(_text_row, {v.text_id: v for v in versions}.values()), ignore=True)
        self._insert("stories", (to_row(s, StoryRow) for s in stories))
        self._insert("versions", map(to_row, versions))
        self._insert_names("author", versions, lambda v: v.author_names)
        self._insert_names("tag", versions, lambda v: v.tag_names)
        for table in ("changes", "events", "field_changes"):
            self._insert(table, (to_row(r) for s in stories for r in getattr(s, table)))
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
        self.db.executemany(
            "UPDATE captures SET story_id = ?, version_no = ?, event = ? WHERE id = ?", changed
        )


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
