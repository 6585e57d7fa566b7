"""What was purged from the WARCs leaves the index as if it had never been there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.index import reading, stats
from newsarchive.index.search import SearchQuery, search
from newsarchive.ingest import ingest, rebuild
from newsarchive.warc import purge
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write

URLS = [f"{SITE}/news/{i}/district-{i}-debates-the-crane" for i in range(5)]
BOX = "<p>Subscribe to the Gazette's evening letter and never miss a crane again.</p>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    pages = [html(f"District {i} debates", text(i), after=BOX) for i in range(5)]
    first = write(tmp_path, [answer(u, p, hour=i, seq=i, headers=[("ETag", f'"{i}"')]) for i, (u, p) in enumerate(zip(URLS, pages, strict=True))], "one")  # fmt: skip
    write(
        tmp_path,
        [
            answer(URLS[0] + "?utm_source=x", pages[0], hour=10, seq=1, reason="recheck"),
            answer(
                URLS[1], html("District 1 has debated", [*text(1), "One late line more."]), hour=11, seq=2
            ),
            answer(URLS[2], pages[2], hour=12, seq=3, reason="recheck", previous=first[2]),
            answer(URLS[3], b"", hour=13, seq=4, status=301, headers=[("Location", URLS[3] + "-at-last")]),
            answer(URLS[3] + "-at-last", pages[3], hour=13.1, seq=5, redirect_from=URLS[3]),
        ],
        "two",
    )
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    return tmp_path


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_a_purged_story_is_gone_from_the_index(root: Path, number: int) -> None:
    with reading(root / "index.db") as db:
        before = stats(db)
    done = purge(root, [URLS[number]], "a court said so", now=START + timedelta(days=9))
    assert done.captures
    ingest(root, config=CONFIG, sources=SOURCES)
    with reading(root / "index.db") as db:
        after = stats(db)
        assert after["captures"] == before["captures"] - len(done.captures)
        assert search(db, SearchQuery(text=f'"item {number}1"', all_versions=True)).total == int(number == 3)
        assert (after["stories"] == before["stories"] - 1) == (number != 3)
    report = rebuild(root, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_all_stories_of_an_outlet_may_be_purged(root: Path) -> None:
    purge(root, [*URLS, URLS[3] + "-at-last"], "the outlet asked", now=START + timedelta(days=9))
    ingest(root, config=CONFIG, sources=SOURCES)
    with reading(root / "index.db") as db:
        counts = stats(db)
        assert (counts["captures"], counts["stories"], counts["pages"]) == (0, 0, 0)
    report = rebuild(root, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_nothing_of_a_purged_text_is_left_in_the_index_files(root: Path) -> None:
    title = b"District 4 debates"
    assert any(title in file.read_bytes() for file in root.glob("index.db*"))
    purge(root, [URLS[4]], "a court said so", now=START + timedelta(days=9))
    ingest(root, config=CONFIG, sources=SOURCES)
    for file in root.glob("index.db*"):
        content = file.read_bytes()
        assert title not in content
        assert URLS[4].encode() not in content
