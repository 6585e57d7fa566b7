"""Articles on several pages in the index: in any order of arrival one story, and a rebuilt index equals it."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.index.connection import FILENAME
from newsarchive.ingest import Ingester, rebuild
from newsarchive.model import Exchange
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write

URL = f"{SITE}/news/the-harbour-in-winter"
TWO = URL + "?page=2"
LINKS = f"<div class='pages'><a href='{URL}'>1</a> <a href='{TWO}'>2</a></div>"
FIRST, SECOND, NEWER = text(1, 8), text(2, 8), [*text(2, 7), "The pilots were told by letter."]


def page(paragraphs: list[str]) -> bytes:
    return html("The harbour in winter", paragraphs, published=START, after=LINKS)


def rows(root: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(root / FILENAME)) as db:
        return db.execute(sql, values).fetchall()


def indexed(root: Path, order: list[list[Exchange]]) -> list[tuple[object, ...]]:
    """The versions of an archive into which these files came one after the other, each indexed before the next."""
    with Ingester(root, config=CONFIG, sources=SOURCES) as ingester:
        for n, exchanges in enumerate(order):
            write(root, exchanges, crawl_id=f"file{n}")
            ingester.catch_up()
    return rows(
        root,
        "SELECT v.version_no, v.first_seen_at, t.text, v.change_kind, v.url FROM versions v"
        " JOIN texts t ON t.id = v.text_id ORDER BY v.story_id, v.version_no",
    )


def captures() -> list[list[Exchange]]:
    """Two looks at both pages, in four files; the second page was edited between them."""
    return [
        [answer(URL, page(FIRST), hour=0, seq=1)],
        [answer(TWO, page(SECOND), hour=0.1, seq=2, reason="continuation")],
        [answer(URL, page(FIRST), hour=24, seq=1, reason="recheck")],
        [answer(TWO, page(NEWER), hour=24.1, seq=2, reason="continuation")],
    ]


@pytest.mark.parametrize(
    "order", [*itertools.islice(itertools.permutations(range(4)), 0, 24, 5), (3, 2, 1, 0)]
)
def test_pages_in_any_order_are_one_story_with_one_edit(tmp_path: Path, order: tuple[int, ...]) -> None:
    files = captures()
    found = indexed(tmp_path, [files[n] for n in order])
    assert [(row[0], row[1], row[2], row[4]) for row in found] == [
        (1, "2026-03-02T06:00:00Z", "\n\n".join(FIRST + SECOND), URL),
        (2, "2026-03-03T06:00:00Z", "\n\n".join(FIRST + NEWER), URL),
    ]
    assert rows(tmp_path, "SELECT count(*), max(n_captures) FROM stories") == [(1, 2)]
    assert rows(tmp_path, "SELECT p.number, u.url FROM story_parts p JOIN urls u ON u.id = p.url_id") == [
        (2, TWO)
    ]
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert (report.equal, report.differences) == (True, ())


def test_a_second_page_alone_is_found_under_its_old_id_when_the_first_comes(tmp_path: Path) -> None:
    files = captures()
    indexed(tmp_path, [files[1]])
    [(alone,)] = rows(tmp_path, "SELECT id FROM stories")
    with Ingester(tmp_path, config=CONFIG, sources=SOURCES) as ingester:
        write(tmp_path, files[0], crawl_id="later")
        ingester.catch_up()
    assert rows(tmp_path, "SELECT url FROM stories") == [(URL,)]
    assert rows(tmp_path, "SELECT alias FROM story_aliases") == [(alone,)]


def test_a_failed_fetch_of_a_further_page_is_the_story_s(tmp_path: Path) -> None:
    failed = answer(TWO, b"", hour=0.1, seq=2, status=503, reason="continuation")
    indexed(tmp_path, [[answer(URL, page(FIRST), hour=0, seq=1), failed]])
    [(story,)] = rows(tmp_path, "SELECT id FROM stories")
    told = rows(tmp_path, "SELECT reason, http_status, story_id FROM captures_read ORDER BY seq")
    assert told == [("new", 200, story), ("continuation", 503, story)]
    [(warnings,)] = rows(tmp_path, "SELECT warnings FROM versions")
    assert "page 2 of 2 not in the archive" in str(warnings)
