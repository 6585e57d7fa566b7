"""A page that differs from the one before in numbers alone gets its article, and the index is that of an extraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsarchive.counters import form_of
from newsarchive.extract import article_to_json, extract_article, site_template
from newsarchive.index import reading
from newsarchive.index.compact_ids import shows_id, unpack_json
from newsarchive.ingest import ingest, page_intake, rebuild
from newsarchive.model import Exchange, SiteRule, Source
from newsarchive.versions import Observation, identity_keys
from newsarchive.warc import purge
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write

STORY = f"{SITE}/news/4711/the-ferry"


def page(reads: int, item: int = 10) -> bytes:
    """A story with a counter in its footer."""
    made = html(
        "The ferry is late", [*text(3), f"The ferry took {item} hours, said the harbour master to the crowd."]
    )
    return made.replace(b"</body>", b"<footer><p>Read %d times</p></footer></body>" % reads)


def crawl(
    root: Path, number: int, *exchanges: Exchange, sources: Mapping[str, Source] = SOURCES
) -> tuple[int, bool]:
    """One crawl and its ingest: how many pages it made, and whether any was extracted."""
    write(root, exchanges, f"crawl-{number}")
    report = ingest(root, config=CONFIG, sources=sources)
    return report.pages, report.extract_seconds > 0


def assert_as_extracted(root: Path, *bodies: bytes) -> None:
    with reading(root / "index.db") as db:
        sql = "SELECT data, kept_hashes, shows, month FROM pages ORDER BY first_at, id"
        stored = db.execute(sql).fetchall()
    articles = [extract_article(body, STORY) for body in bodies]
    assert [unpack_json(row[0]) for row in stored] == [article_to_json(article) for article in articles]
    assert [row[1] for row in stored] == [site_template.hashes_of(article) for article in articles]
    assert [row[2] for row in stored] == [
        shows_id(form_of(article), row[3]) for article, row in zip(articles, stored, strict=True)
    ]


def test_a_counter_costs_no_extraction_whichever_way_the_index_is_made(tmp_path: Path) -> None:
    bodies = [page(4711 + n) for n in range(4)]
    assert crawl(tmp_path, 0, answer(STORY, bodies[0], hour=1)) == (1, True)
    assert crawl(tmp_path, 1, answer(STORY, bodies[1], hour=2)) == (1, False)
    later = [answer(STORY, body, hour=3 + n, seq=n) for n, body in enumerate(bodies[2:])]
    assert crawl(tmp_path, 2, *later) == (2, False)
    assert_as_extracted(tmp_path, *bodies)
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_what_a_page_shows_is_that_of_its_month(tmp_path: Path) -> None:
    assert crawl(tmp_path, 0, answer(STORY, page(4711), hour=1)) == (1, True)
    assert crawl(tmp_path, 1, answer(STORY, page(4712), hour=24 * 40)) == (1, False)
    assert_as_extracted(tmp_path, page(4711), page(4712))
    with reading(tmp_path / "index.db") as db:
        assert db.execute("SELECT count(DISTINCT shows), count(DISTINCT month) FROM pages").fetchone() == (
            2,
            2,
        )


@pytest.mark.parametrize(
    "later",
    [
        answer(STORY, page(4711, item=12), hour=2),
        answer(STORY, page(47110), hour=2),
        answer(STORY, page(4712), hour=0.5),
        answer(STORY + "?page=9", page(4712), hour=2),
        answer(STORY, page(4712), hour=2, content_type="text/html; charset=windows-1252"),
    ],
    ids=["a number in the text", "one digit more", "an older capture", "another address", "another charset"],
)  # fmt: skip
def test_what_else_changed_is_extracted(tmp_path: Path, later: Exchange) -> None:
    crawl(tmp_path, 0, answer(STORY, page(4711), hour=1))
    assert crawl(tmp_path, 1, later) == (1, True)


def test_rules_of_the_outlet_that_are_others_or_dated_are_applied(tmp_path: Path) -> None:
    def ruled(rule: SiteRule) -> dict[str, Source]:
        return {"gazette": replace(SOURCES["gazette"], rules=(rule,))}

    always = ruled(SiteRule(action="drop", selector="footer"))
    dated = ruled(SiteRule(action="drop", selector="footer", since=date(2026, 1, 1)))
    assert crawl(tmp_path, 0, answer(STORY, page(4711), hour=1)) == (1, True)
    assert crawl(tmp_path, 1, answer(STORY, page(4712), hour=2), sources=always)[1] is True
    assert crawl(tmp_path, 2, answer(STORY, page(4713), hour=3), sources=always) == (1, False)
    assert crawl(tmp_path, 3, answer(STORY, page(4714), hour=4), sources=dated)[1] is True
    assert crawl(tmp_path, 4, answer(STORY, page(4715), hour=5), sources=dated) == (1, True)


def test_without_the_page_before_the_index_is_the_same(tmp_path: Path) -> None:
    other = f"{SITE}/news/4712/the-pier"
    crawl(tmp_path, 0, answer(STORY, page(4711), hour=1), answer(other, page(1, item=30), hour=1, seq=1))
    crawl(tmp_path, 1, answer(STORY, page(4712), hour=2))
    purge(tmp_path, [other], "they asked", now=START)
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    assert crawl(tmp_path, 2, answer(STORY, page(4713), hour=3)) == (1, False)
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


@pytest.mark.parametrize("later", [4711, 4712], ids=["the same bytes", "another counter"])
def test_a_capture_that_repeats_a_page_is_connected_by_the_keys_that_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    asked: list[str] = []

    def keys(seen: Observation) -> tuple[str, ...]:
        asked.append(seen.record_id)
        return identity_keys(seen)

    monkeypatch.setattr(page_intake, "identity_keys", keys)
    crawl(tmp_path, 0, answer(STORY, page(4711), hour=1))
    assert len(asked) == 1
    crawl(tmp_path, 1, answer(STORY, page(later), hour=2))
    assert len(asked) == 1
    with reading(tmp_path / "index.db") as db:
        assert db.execute("SELECT n_captures FROM stories").fetchall() == [(2,)]
    moved = answer(STORY, page(later), hour=3, redirect_from=f"{SITE}/short/4711")
    crawl(tmp_path, 2, moved)
    assert len(asked) == 2
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_captures_whose_keys_fail_are_rows_whichever_way_the_index_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys(seen: Observation) -> tuple[str, ...]:
        raise ValueError("an odd address")

    monkeypatch.setattr(page_intake, "identity_keys", keys)
    for number, reads in enumerate((4711, 4711, 4712)):
        crawl(tmp_path, number, answer(STORY, page(reads), hour=1 + number))
    with reading(tmp_path / "index.db") as db:
        assert db.execute("SELECT count(*) FROM failures WHERE kind = 'capture'").fetchone() == (3,)
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()
