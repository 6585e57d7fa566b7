"""What recurs on an outlet's pages is taken out, whatever came first, and no edit comes of it."""

from __future__ import annotations

from pathlib import Path

from newsarchive.index import changes, compare_indexes, reading, story
from newsarchive.ingest import ingest, rebuild
from tests.ingest.press import CONFIG, SITE, SOURCES, answer, html, text, write

BOX = "<p>Every Thursday our harbour quiz waits for its keenest readers on the notice board.</p>"
URLS = [f"{SITE}/news/{i}/district-{i}-debates-the-crane" for i in range(9)]


def look(root: Path, numbers: range, crawl: str, hour: float = 0) -> None:
    """One crawl of some stories, each with the box."""
    write(
        root,
        [
            answer(URLS[i], html(f"District {i}", text(i), after=BOX), hour=hour + i / 10, seq=i)
            for i in numbers
        ],
        crawl,
    )
    ingest(root, config=CONFIG, sources=SOURCES)


def test_a_new_template_sets_only_those_stories_going_that_lose_another_text_to_it(tmp_path: Path) -> None:
    look(tmp_path, range(3), "one")
    alone = answer(f"{SITE}/news/20/a-story-without-the-box", html("Without", text(20)), hour=1)
    write(tmp_path, [alone], "two")
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    write(
        tmp_path, [answer(URLS[i], html(f"District {i}", text(i)), hour=2 + i) for i in range(5, 7)], "three"
    )
    report = ingest(tmp_path, config=CONFIG, sources=SOURCES)
    assert (report.templates, report.stories) == (1, 2)
    again = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert again.equal, again.to_text()


def test_a_box_that_recurs_is_learnt_and_taken_out_of_stories_that_were_there_before(tmp_path: Path) -> None:
    look(tmp_path, range(1), "one")
    with reading(tmp_path / "index.db") as db:
        before = story(db, URLS[0]).versions[0].text
    look(tmp_path, range(1, 9), "two")
    with reading(tmp_path / "index.db") as db:
        for i, url in enumerate(URLS):
            shown = story(db, url).versions[0].paragraphs
            assert set(text(i)) <= set(shown)
            assert "quiz" not in "".join(shown)
        assert changes(db) == ()
        assert "\n\n".join(text(0)) in before


def test_a_story_seen_before_and_after_the_learning_has_one_version(tmp_path: Path) -> None:
    look(tmp_path, range(2), "one")
    look(tmp_path, range(2, 9), "two", hour=5)
    look(tmp_path, range(9), "three", hour=10)
    with reading(tmp_path / "index.db") as db:
        assert all(story(db, url).n_versions == 1 for url in URLS)
        assert changes(db) == ()


def test_one_page_at_a_time_gives_what_all_at_once_gives(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for i in (5, 3, 8, 0, 7, 1, 2, 6, 4):
        look(one, range(i, i + 1), f"crawl-{i}")
    (other / "warc").mkdir(parents=True)
    for file in (one / "warc").glob("*.warc.gz"):
        (other / "warc" / file.name).write_bytes(file.read_bytes())
    ingest(other, config=CONFIG, sources=SOURCES)
    assert compare_indexes(one / "index.db", other / "index.db") == ()
