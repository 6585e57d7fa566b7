"""Writing pages (what extraction gave) and the templates learnt from them. Part of `write.Index`. Tested in tests/index/test_write.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.rows import (
    EarlierPage,
    PageRow,
)
from newsarchive.index.write_captures import CaptureTables
from newsarchive.times import micros


class PageTables(CaptureTables):
    """pages, templates."""

    def pages_first_at(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the microsecond of the first capture of those of these pages that are there."""
        return dict(self._in("SELECT id, first_at FROM pages WHERE id IN (?)", ids))

    def page_data(self, ids: Iterable[int]) -> dict[int, Any]:
        """Return the articles of these pages, before the template layer, as JSON's kinds of values."""
        return {
            r[0]: compact_ids.unpack_json(r[1])
            for r in self._in("SELECT id, data FROM pages WHERE id IN (?)", ids)
        }

    def earlier_page(self, page: int) -> EarlierPage | None:
        """Return what is kept of a page; None without such a page."""
        sql = "SELECT data, rules, kept_hashes, shows, month, kind, extractor, extractor_version FROM pages WHERE id = ?"
        found = self.db.execute(sql, (page,)).fetchone()
        return EarlierPage(*found) if found else None

    def page_months(self, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return (source id, month) of these pages."""
        return {
            r[0]: (r[1], r[2])
            for r in self._in("SELECT id, source_id, month FROM pages WHERE id IN (?)", ids)
        }

    def put_pages(self, pages: Iterable[PageRow]) -> None:
        """Add pages, or write them again (extraction was repeated). Their URLs must have rows."""
        self._upsert("pages", map(_page_row, pages))

    def link_pages(self, page_ids: Mapping[int, int]) -> None:
        """Give captures (by id) their page, where it wasn't known when they came."""
        self.db.executemany(
            "UPDATE captures SET page_id = ? WHERE id = ?", [(page, c) for c, page in page_ids.items()]
        )

    def stale_pages(
        self, version: str, rules: Mapping[str, str], *, sources: Sequence[str] = (), since: int = 0
    ) -> list[int]:
        """Return pages that another version of the extractor made, or other site rules than `rules` (by source).

        Args:
            sources: Only of these; all if empty.
            since: Only first captured at this microsecond or later.
        """
        wanted = set(sources)
        found: list[int] = []
        sql = "SELECT id FROM pages WHERE source_id = ? AND extractor_version = ? AND rules = ? AND first_at >= ?"
        for source, made_by, under in self._makes():
            if (wanted and source not in wanted) or (made_by, under) == (version, rules.get(source, "")):
                continue
            found += [
                r[0] for r in self.db.execute(sql, (compact_ids.source_id(source), made_by, under, since))
            ]
        return sorted(found)

    def stale_beside_new(self, version: str, rules: Mapping[str, str]) -> list[int]:
        """Return the stale pages (as `stale_pages`) that are connected with a page of a dirty URL that isn't stale."""
        sql = """SELECT p.id, s.name, p.extractor_version, p.rules FROM pages p JOIN sources s ON s.id = p.source_id
            WHERE p.url_id IN (?)"""
        found: list[int] = []
        seen: set[int] = set()
        for (url,) in self.db.execute("SELECT url_id FROM dirty_urls ORDER BY url_id").fetchall():
            if url in seen:
                continue
            part = self.connected([url])
            seen |= part
            pages = {r[0]: (r[2], r[3]) == (version, rules.get(r[1], "")) for r in self._in(sql, part)}
            if any(pages.values()):
                found += [page for page, is_new in pages.items() if not is_new]
        return sorted(found)

    def _makes(self) -> list[tuple[str, str, str]]:
        """(source, extractor version, rules) of the pages, each once: one after another by their index, which is long."""
        sql = "SELECT extractor_version, rules FROM pages WHERE source_id = ? AND {} ORDER BY 1, 2 LIMIT 1"
        further = (sql.format("extractor_version = ? AND rules > ?"), sql.format("extractor_version > ?"))
        found = []
        for number, name in self.db.execute("SELECT id, name FROM sources ORDER BY name").fetchall():
            made = self.db.execute(further[1], (number, "")).fetchone()
            while made:
                found.append((name, *made))
                made = (
                    self.db.execute(further[0], (number, *made)).fetchone()
                    or self.db.execute(further[1], (number, made[0])).fetchone()
                )
        return found

    def pages_of(self, *, sources: Sequence[str] = (), since: int = 0) -> list[int]:
        """Return all pages first captured at microsecond `since` or later; of these sources, if any is named."""
        numbers = compact_ids.to_json([compact_ids.source_id(s) for s in sources])
        sql = """SELECT id FROM pages WHERE first_at >= ?
            AND (? = '[]' OR source_id IN (SELECT value FROM json_each(?))) ORDER BY id"""
        return [r[0] for r in self.db.execute(sql, (since, numbers, numbers))]

    def page_urls(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the URL ids of these pages."""
        return dict(self._in("SELECT id, url_id FROM pages WHERE id IN (?)", ids))

    def forget_identities(self, url_ids: Iterable[int]) -> None:
        """Remove all identities of these URLs, and what the templates of their months were learnt from."""
        given = [(u,) for u in url_ids]
        self.db.executemany("DELETE FROM url_identities WHERE url_id = ?", given)
        self.db.executemany(
            "UPDATE templates SET learnt_from = '' WHERE (source_id, month) IN"
            " (SELECT source_id, month FROM pages WHERE url_id = ?)",
            given,
        )

    # ------------------------------------------------------------ templates

    def dirty_months(self) -> list[tuple[int, int]]:
        """Return (source id, month) of every page of a dirty URL, and of templates whose pages were touched."""
        return self.db.execute(
            "SELECT p.source_id, p.month FROM dirty_urls d CROSS JOIN pages p ON p.url_id = d.url_id"
            " UNION SELECT source_id, month FROM templates WHERE learnt_from = '' ORDER BY 1, 2"
        ).fetchall()

    def touch_templates_at(self, url_ids: Iterable[int]) -> None:
        """Mark the templates of all sources that have captures of these URLs: their pages may be others now."""
        sources = {r[0] for r in self._in("SELECT source_id FROM captures WHERE url_id IN (?)", url_ids)}
        sql = "UPDATE templates SET learnt_from = '' WHERE source_id = ?"
        self.db.executemany(sql, [(source,) for source in sorted(sources)])

    def drop_template_without_pages(self, source_id: int, month: int) -> bool:
        """Remove the template of a month that has no pages any more. Returns whether it had none."""
        sql = "SELECT 1 FROM pages WHERE source_id = ? AND month = ? LIMIT 1"
        if self.db.execute(sql, (source_id, month)).fetchone():
            return False
        self.db.execute("DELETE FROM templates WHERE source_id = ? AND month = ?", (source_id, month))
        return True

    def pages_to_learn(self, source_id: int, month: int, count: int) -> list[int]:
        """Return the pages that an outlet's month is learnt from: of the `count` URLs with the lowest ids the first one."""
        given = {"source": source_id, "month": month, "count": count}
        return [r[0] for r in self.db.execute(_TO_LEARN, given)]

    def template_pages(self, source_id: int, month: int) -> list[int] | None:
        """Return the pages that the stored template was learnt from; None if there is no template."""
        sql = "SELECT learnt_from FROM templates WHERE source_id = ? AND month = ?"
        row = self.db.execute(sql, (source_id, month)).fetchone()
        return list(json.loads(row[0])) if row and row[0] else None

    def template(self, source_id: int, month: int) -> Any:
        """Return the template of an outlet's month as JSON's kinds of values; None if there is none."""
        sql = "SELECT data FROM templates WHERE source_id = ? AND month = ?"
        row = self.db.execute(sql, (source_id, month)).fetchone()
        return compact_ids.unpack_json(row[0]) if row else None

    def put_template(self, source_id: int, month: int, learnt_from: Sequence[int], data: object) -> None:
        """Write the template of an outlet's month."""
        row = {
            "source_id": source_id,
            "month": month,
            "learnt_from": compact_ids.to_json(list(learnt_from)),
            "data": compact_ids.pack_json(data),
        }
        self._upsert("templates", [row], key=("source_id", "month"))

    def kept_hashes(self, source_id: int, month: int) -> Iterator[tuple[int, bytes]]:
        """Return the URL of each page of an outlet's month, and the hashes of its kept texts."""
        sql = "SELECT url_id, kept_hashes FROM pages WHERE source_id = ? AND month = ?"
        yield from self.db.execute(sql, (source_id, month))


# From URL to URL, so that a page that was captured a thousand times is no more work than one.
_TO_LEARN = """WITH RECURSIVE found(url) AS (
    SELECT min(url_id) FROM pages WHERE source_id = :source AND month = :month
    UNION ALL SELECT (SELECT min(url_id) FROM pages WHERE source_id = :source AND month = :month AND url_id > found.url)
    FROM found WHERE found.url IS NOT NULL
) SELECT page FROM (
    SELECT (SELECT id FROM pages WHERE source_id = :source AND month = :month AND url_id = found.url
        AND kind NOT IN ('front page', 'block page', 'consent page', 'soft 404', 'not html', 'empty')
        ORDER BY first_at, id LIMIT 1) AS page
    FROM found WHERE found.url IS NOT NULL
) WHERE page IS NOT NULL LIMIT :count"""


def _page_row(page: PageRow) -> dict[str, Any]:
    return {
        "id": page.id,
        "url_id": compact_ids.url_id(page.url),
        "source_id": compact_ids.source_id(page.source),
        "month": compact_ids.month_number(page.first_at),
        "first_at": micros(page.first_at),
        "kind": page.kind,
        "kept_hashes": page.kept_hashes,
        "shows": page.shows,
        "extractor": page.extractor,
        "extractor_version": page.extractor_version,
        "rules": page.rules,
        "data": page.data,
    }
