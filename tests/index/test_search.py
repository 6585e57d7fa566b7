"""Search: what is found, in which order, how it is cut, and what it says of lost words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.index import search as search_module
from newsarchive.index.connection import open_readonly
from newsarchive.index.search import SearchQuery, SearchResult, search
from newsarchive.index.snippets import unmarked
from tests.index.build import Told, build
from tests.index.test_folding import NASTY

SITE = "https://gazette.example/"
STORIES = [
    Told(
        SITE + "toll",
        [("Bridge toll agreed", "The toll is 12 pounds.\n\nThe mayor was furious."), ("Bridge toll agreed", "The toll is 15 pounds.")],
        published=datetime(2026, 1, 5, 8, tzinfo=UTC),
        section="Transport",
        authors=("Ann Lee", "Bo Chen"),
    ),
    Told(SITE + "school", [("School opens", "A school opened. Pupils pay no toll on the bridge.")], published=datetime(2026, 2, 9, 12, tzinfo=UTC)),
    Told(SITE + "gone", [("Gone story", "A bridge fell.")], status="gone", published=datetime(2026, 2, 10, 9, tzinfo=UTC)),
    Told("https://anzeiger.example/a", [("Brücke gesperrt", "Die Brücke ist gesperrt, die Maut steigt.")], source="anzeiger", language="de", published=datetime(2026, 2, 10, 7, tzinfo=UTC)),
    Told("https://ribao.example/1", [("气候变化会议", "气候变化会议在北京举行。")], source="ribao", language="zh", description="各国代表出席"),
    Told("https://shimbun.example/1", [("東京のニュース", "東京で大きなニュースがあった。")], source="shimbun", language="ja"),
    Told("https://khao.example/1", [("ข่าวรัฐสภา", "การประชุมรัฐสภาไทยวันนี้ที่กรุงเทพ")], source="khao", language="th"),
    Told(SITE + "secret", [("Withheld bridge", "Nobody may read of this bridge.")], withheld=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = build(tmp_path_factory.mktemp("index") / "index.db", STORIES)
    with closing(open_readonly(path)) as opened:
        yield opened


def ends(found: SearchResult) -> list[str]:
    return [hit.url.rsplit("/", 1)[1] for hit in found.hits]


@pytest.mark.parametrize(
    ("wanted", "urls"),
    [
        (SearchQuery(text="toll"), ["toll", "school"]),  # in the title before in the text
        (SearchQuery(text="bridge", newest=True), ["gone", "school", "toll"]),
        (SearchQuery(text="bridge", newest=True, limit=1), ["gone"]),
        (SearchQuery(text="bridge", newest=True, limit=1, offset=1), ["school"]),
        (SearchQuery(text="bridge", newest=True, limit=5, offset=2), ["toll"]),
        (SearchQuery(text="bridge", newest=True, offset=9), []),
        (SearchQuery(text="bridge", limit=1, sources=("gazette",)), ["toll"]),
        (SearchQuery(text="brucke"), ["a"]),
        (SearchQuery(text="bridge", changed=True), ["toll"]),
        (SearchQuery(text="bridge", gone=True), ["gone"]),
        (SearchQuery(text="bridge", section="transport"), ["toll"]),
        (SearchQuery(text="bridge", author="chen"), ["toll"]),
        (SearchQuery(text="bridge", author="%"), []),
        (SearchQuery(text="bridge OR maut", language="de"), ["a"]),
        (SearchQuery(text="bridge", sources=("anzeiger",)), []),
        (SearchQuery(text="bridge", since=date(2026, 2, 9), newest=True), ["gone", "school"]),
        (SearchQuery(text="bridge", since=date(2026, 2, 10)), ["gone"]),
        (SearchQuery(text="bridge", until=date(2026, 2, 9), newest=True), ["school", "toll"]),
        (SearchQuery(text="bridge", until=date(1960, 1, 1)), []),
        (SearchQuery(text="气候"), ["1"]),
        (SearchQuery(text="代表"), ["1"]),
        (SearchQuery(text="東京"), ["1"]),
        (SearchQuery(text="รัฐสภา"), ["1"]),
        (SearchQuery(text="nobody"), []),
        (SearchQuery(text="furious"), []),
        (SearchQuery(text="furious", all_versions=True), ["toll"]),
        (SearchQuery(text="12 pounds", all_versions=True, newest=True), ["toll"]),
    ],
)  # fmt: skip
def test_search_finds(db: Any, wanted: SearchQuery, urls: list[str]) -> None:
    found = search(db, wanted)
    assert ends(found) == urls
    if not (wanted.limit < 20 or wanted.offset):
        assert found.total == len(urls)


def test_the_total_and_the_months_count_all_hits_however_few_are_shown(db: Any) -> None:
    found = search(db, SearchQuery(text="bridge", limit=1))
    assert found.total == 3
    assert found.months == (("2026-01", 1), ("2026-02", 2))


def test_a_removed_word_is_found_and_says_which_version_lost_it(db: Any) -> None:
    hit = search(db, SearchQuery(text="furious", all_versions=True)).hits[0]
    assert (hit.version_no, hit.n_versions, hit.lost_in, hit.matching) == (1, 2, 2, (1,))
    assert hit.lost_at is not None
    assert "\x01furious\x02" in hit.snippet


def test_a_word_of_all_versions_is_one_hit_and_not_lost(db: Any) -> None:
    found = search(db, SearchQuery(text="toll", all_versions=True))
    hit = found.hits[0]
    assert (found.total, hit.version_no, hit.matching, hit.lost_in) == (2, 2, (1, 2), None)


def test_an_empty_query_lists_all_stories_newest_first(db: Any) -> None:
    found = search(db, SearchQuery(limit=4))
    assert found.total == 7
    assert found.hits[0].title == "ข่าวรัฐสภา"
    assert ends(search(db, SearchQuery(language="en"))) == ["gone", "school", "toll"]
    assert ends(search(db, SearchQuery(changed=True))) == ["toll"]
    assert ends(search(db, SearchQuery(gone=True))) == ["gone"]
    assert ends(search(db, SearchQuery(author="ann", section="TRANSPORT"))) == ["toll"]
    assert ends(search(db, SearchQuery(since=date(2026, 2, 9), until=date(2026, 2, 9)))) == ["school"]
    assert ends(search(db, SearchQuery(sources=("anzeiger", "ribao")))) == ["1", "a"]


def test_a_withheld_story_is_never_found(db: Any) -> None:
    for text in ("", "withheld", "bridge", "nobody"):
        for all_versions in (False, True):
            found = search(db, SearchQuery(text=text, all_versions=all_versions, limit=100))
            assert all("secret" not in hit.url for hit in found.hits)


@pytest.mark.parametrize("text", NASTY)
def test_any_query_text_survives(db: Any, text: str) -> None:
    for all_versions in (False, True):
        for newest in (False, True):
            search(db, SearchQuery(text=text, all_versions=all_versions, newest=newest))


def test_the_hit_is_shown_where_it_is_in_description_or_text(db: Any) -> None:
    assert search(db, SearchQuery(text="代表")).hits[0].snippet == "各国\x01代表\x02出席"
    assert (
        search(db, SearchQuery(text="maut")).hits[0].snippet
        == "Die Brücke ist gesperrt, die \x01Maut\x02 steigt."
    )


def test_a_common_word_ranks_only_the_newest_but_counts_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "RANKED", 3)
    many = [
        Told(
            f"{SITE}{i}",
            [(f"Story {i}", "common " + "common " * i)],
            published=datetime(2026, 1, 1 + i, tzinfo=UTC),
        )
        for i in range(6)
    ]
    with closing(open_readonly(build(tmp_path / "index.db", many))) as opened:
        found = search(opened, SearchQuery(text="common"))
        assert (found.total, found.ranked) == (6, 3)
        assert {unmarked(hit.title) for hit in found.hits} == {"Story 3", "Story 4", "Story 5"}
        assert search(opened, SearchQuery(text="common", newest=True)).total == 6
        assert len(search(opened, SearchQuery(text="common", newest=True)).hits) == 6


def test_the_newest_of_very_many_are_counted_unless_all_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "COUNTED", 4)
    many = [
        Told(f"{SITE}{i}", [(f"Story {i}", "common words")], published=datetime(2026, 1 + i, 3, tzinfo=UTC))
        for i in range(6)
    ]
    with closing(open_readonly(build(tmp_path / "index.db", many))) as opened:
        for asked in (
            SearchQuery(text="common"),
            SearchQuery(),
            SearchQuery(text="common", all_versions=True),
        ):
            few = replace(asked, limit=2)
            found = search(opened, few)
            assert (found.total, found.is_capped, found.months[0]) == (4, True, ("2026-03", 1))
            every = search(opened, replace(few, count_all=True))
            assert (every.total, every.is_capped, every.months[0]) == (6, False, ("2026-01", 1))
            assert every.hits == found.hits
        below = search(opened, SearchQuery(text="common", newest=True, limit=2, offset=4))
        assert [unmarked(hit.title) for hit in below.hits] == ["Story 1", "Story 0"]
        assert (below.total, below.is_capped) == (6, False)


def test_two_stories_with_the_same_text_are_two_hits(tmp_path: Path) -> None:
    same = [Told(SITE + "1", [("Same", "words")]), Told(SITE + "2", [("Same", "words")])]
    for told in same:
        told.published = datetime(2026, 1, 1, tzinfo=UTC)
    with closing(open_readonly(build(tmp_path / "index.db", same))) as opened:
        assert search(opened, SearchQuery(text="words")).total == 2
        assert opened.execute("SELECT count(*) FROM texts").fetchone()[0] == 1


def test_a_search_loads_no_crawler_no_extractor_no_browser() -> None:
    code = (
        "import sys, newsarchive.index.search, newsarchive.index.read, newsarchive.index.connection\n"
        "heavy = {'scrapy', 'twisted', 'trafilatura', 'lxml', 'datasette', 'sqlite_utils', 'warcio', 'tldextract', 'publicsuffixlist'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).stderr.strip() == b""
    )
