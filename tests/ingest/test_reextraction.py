"""A changed extractor re-makes texts and tells no edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import newsarchive.extract
import newsarchive.extract.extractor_version
from newsarchive.extract import extract_article
from newsarchive.index import changes, reading, stats, story
from newsarchive.ingest import ingest, rebuild, reextract
from newsarchive.model import Article, SiteRule, Source
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write

URLS = [f"{SITE}/news/{i}/district-{i}-debates-the-crane" for i in range(6)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    exchanges = []
    for i, url in enumerate(URLS):
        exchanges.append(
            answer(url, html(f"District {i}", text(i), after="<p>Ours alone.</p>"), hour=i, seq=i)
        )
        again = [*text(i), "A sentence that came later."] if i == 2 else text(i)
        exchanges.append(
            answer(
                url, html(f"District {i}", again, after=f"<p>Ours alone.</p><!-- {i} -->"), hour=20 + i, seq=i
            )
        )
    write(tmp_path, exchanges)
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    return tmp_path


def altered(html_: bytes, url: str, **options: Any) -> Article:
    """An extractor that loses every first paragraph, shouts in headlines and has a version of its own."""
    article = extract_article(html_, url, **options)
    kept = [b for b in article.blocks if b.kept]
    blocks = tuple(replace(b, kept=False, reason="altered") if b in kept[:1] else b for b in article.blocks)
    return replace(article, title=article.title.upper(), blocks=blocks, extractor_version="altered-1")


@pytest.fixture
def altered_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsarchive.extract, "extract_article", altered)
    monkeypatch.setattr(newsarchive.extract, "EXTRACTOR_VERSION", "altered-1")


def test_an_altered_extractor_tells_no_false_edit(root: Path, altered_extractor: None) -> None:
    with reading(root / "index.db") as db:
        before = [(c.url, c.kinds, c.changed_at) for c in changes(db)]
        assert [url for url, _, _ in before] == [URLS[2]]
    assert ingest(root, config=CONFIG, sources=SOURCES).stale_pages == 12
    report = reextract(root, config=CONFIG, sources=SOURCES)
    assert (report.pages, report.stale_pages) == (12, 0)
    with reading(root / "index.db") as db:
        assert [(c.url, c.kinds, c.changed_at) for c in changes(db)] == before
        assert story(db, URLS[0]).title == "DISTRICT 0"
        assert story(db, URLS[0]).n_versions == 1
        assert {r[0] for r in db.execute("SELECT extractor_version FROM versions")} == {"altered-1"}
    checked = rebuild(root, config=CONFIG, sources=SOURCES, check=True)
    assert checked.equal, checked.to_text()


def test_pages_that_are_as_the_extractor_makes_them_are_left_alone(root: Path) -> None:
    assert reextract(root, config=CONFIG, sources=SOURCES).pages == 0
    assert reextract(root, config=CONFIG, sources=SOURCES, everything=True).pages == 12
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


def test_only_what_is_asked_for_is_made_anew_and_what_would_be_compared_with_it(
    root: Path, altered_extractor: None
) -> None:
    assert reextract(root, config=CONFIG, sources=SOURCES, names=["another"]).pages == 0
    since = START + timedelta(hours=24)  # the second looks at the last two stories
    report = reextract(root, config=CONFIG, sources=SOURCES, since=since)
    assert (report.pages, report.stale_pages) == (4, 8)
    assert reextract(root, config=CONFIG, sources=SOURCES, names=["gazette"]).pages == 8


def test_a_page_that_a_new_extractor_made_is_never_compared_with_an_old_one(
    root: Path, altered_extractor: None
) -> None:
    same = html("District 0", text(0), after="<p>Ours alone.</p><!-- later -->")
    write(root, [answer(URLS[0], same, hour=50, reason="recheck")], "two")
    report = ingest(root, config=CONFIG, sources=SOURCES)
    assert (report.pages, report.stale_pages) == (3, 10)
    with reading(root / "index.db") as db:
        found = story(db, URLS[0])
        assert (found.title, found.n_versions, found.n_captures) == ("DISTRICT 0", 1, 3)


def test_a_new_site_rule_makes_the_pages_of_its_source_stale(root: Path) -> None:
    rule = SiteRule(action="drop", selector="article p:last-of-type")
    ruled: dict[str, Source] = {"gazette": replace(SOURCES["gazette"], rules=(rule,))}
    report = ingest(root, config=CONFIG, sources=ruled)
    assert report.stale_pages == 12
    assert "newsarchive reextract" in report.to_text()
    assert reextract(root, config=CONFIG, sources=ruled).pages == 12
    with reading(root / "index.db") as db:
        assert stats(db)["pages"] == 12
    checked = rebuild(root, config=CONFIG, sources=ruled, check=True)
    assert checked.equal, checked.to_text()
