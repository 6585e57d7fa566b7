"""Stories on several pages, from the server to the index: one story, the whole text, edits where they are."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.browse import app
from newsarchive.times import Clock
from tests.browse.conftest import Reader
from tests.end_to_end.test_scripted_month import check, follow
from tests.newsroom import Newsroom
from tests.newsroom.story import PressStory
from tests.press import START, connect, crawl, following, newsroom

OUTLET = "courier"
DAY = timedelta(days=1)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with newsroom(outlets=(OUTLET,), long_from=8, noise=False, stories=6) as room:
        yield room


@pytest.fixture
def archive(room: Newsroom, tmp_path: Path) -> Archive:
    return following(tmp_path / "a", room, Clock(START))


def long_one(room: Newsroom, pages: int = 3) -> PressStory:
    """A story on so many pages; none of its paragraphs is the outlet's doing."""
    site = room.state.outlet_state(OUTLET).site
    return next(s for s in room.outlets[OUTLET].stories() if site.pages_of(s) == pages)


def url_of(room: Newsroom, story: PressStory) -> str:
    return room.outlets[OUTLET].url + story.path


@pytest.fixture
def later(collector: Collector) -> Callable[[Archive, Newsroom], Archive]:
    """Lets a day pass for an archive and its newsroom, crawls again, and gives the archive as it is then."""

    def crawl_again(archive: Archive, room: Newsroom) -> Archive:
        again = Archive(archive.root, clock=Clock(room.advance(DAY)))
        collector.run(again)
        return again

    return crawl_again


def rows(archive: Archive, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive.index)) as db:
        return db.execute(sql, values).fetchall()


def asked(room: Newsroom, path: str) -> list[int]:
    """The statuses of all answers to requests for `path`."""
    return [entry.status for entry in room.log if entry.path == path]


def test_a_story_on_three_pages_is_one_story_with_its_whole_text(room, archive, collector):
    long = long_one(room)
    crawl(collector, archive.root, START)
    found = archive.story(url_of(room, long))
    assert tuple(found.versions[-1].text.split("\n\n")) == long.paragraphs
    assert len(found.versions) == 1
    assert [asked(room, f"{long.path}{more}") for more in ("", "?page=2", "?page=3", "?page=4")] == [
        [200],
        [200],
        [200],
        [],
    ]
    assert len(rows(archive, "SELECT id FROM stories")) == len(room.outlets[OUTLET].stories())
    told = rows(
        archive,
        "SELECT reason, version_no FROM captures_read WHERE url LIKE ? ORDER BY seq",
        f"%{long.path}%",
    )
    assert told == [("new", 1), ("continuation", 1), ("continuation", 1)]
    extras = rows(
        archive,
        "SELECT extras FROM captures_read WHERE reason = 'continuation' AND url LIKE ?",
        f"%{long.path}%",
    )
    assert [json.loads(str(x))["continues"] for (x,) in extras] == [url_of(room, long)] * 2
    assert (
        "joined from 3 pages"
        in rows(archive, "SELECT warnings FROM versions WHERE url = ?", url_of(room, long))[0][0]
    )
    for story in room.outlets[OUTLET].stories():
        assert archive.story(url_of(room, story)).versions[-1].text == story.text, story.title
    assert archive.rebuild(check=True).equal


def edited(room: Newsroom, story: PressStory, page: int, *, silent: bool = True) -> tuple[str, ...]:
    """The story's paragraphs after a number on one of its pages has become another."""
    paragraphs = list(story.paragraphs)
    span = room.state.outlet_state(OUTLET).site.span(story, page)
    index = next(i for i in span if re.search(r"\b[2-8]\d+\b", paragraphs[i]))
    paragraphs[index] = re.sub(r"\b[2-8](\d+)\b", r"9\1", paragraphs[index], count=1)
    more = {"modified_at": story.modified_at} if silent else {}
    room.edit(url_of(room, story), "set", silent=silent, paragraphs=tuple(paragraphs), **more)
    return tuple(paragraphs)


def test_an_edit_on_page_two_alone_is_one_version_of_the_whole(room, archive, collector, later):
    long = long_one(room)
    crawl(collector, archive.root, START)
    text = edited(room, long, 2)
    room.clear_log()
    archive = later(archive, room)
    assert [asked(room, f"{long.path}{more}") for more in ("", "?page=2", "?page=3")] == [[304], [200], [304]]
    found = archive.story(url_of(room, long))
    assert [v.text.split("\n\n") for v in found.versions] == [list(long.paragraphs), list(text)]
    change = rows(archive, "SELECT kind, significant FROM changes")
    assert change == [("number", True)]
    told = rows(
        archive,
        "SELECT version_no FROM captures_read WHERE url LIKE ? ORDER BY fetched_at, seq",
        f"%{long.path}%",
    )
    assert [n for (n,) in told] == [1, 1, 1, 2, 2, 2]
    removed = [block.text for block in archive.removed(found.versions[-1])]
    assert [f"Page {n} of 3" in removed for n in (1, 2, 3)] == [True] * 3
    assert not set(removed) & set(text)
    with closing(Reader(app(archive.root))) as browse:
        page = f"/-/news/story/{found.id}"
        blocks = browse.json(f"{page}.json?removed=1")["blocks"]
        assert tuple(b["text"] for b in blocks if b["kept"]) == text
        assert [b["text"] for b in blocks if not b["kept"]] == removed
        assert "it stands on several pages" in browse.html(page)
        assert browse.html(page).count("page=2</td>") == 2
    assert archive.rebuild(check=True).equal


@pytest.mark.parametrize("fault", ["404", pytest.param("503", marks=pytest.mark.slow)])
def test_a_page_that_fails_once_is_no_edit(room, archive, fault, collector, later):
    long = long_one(room)
    crawl(collector, archive.root, START)
    room.fault(fault, OUTLET, f"{long.path}?page=2")
    archive = later(archive, room)
    assert int(fault) in asked(room, f"{long.path}?page=2")
    assert [v.text for v in archive.story(url_of(room, long)).versions] == [long.text]
    room.clear_faults()
    text = edited(room, long, 1, silent=False)
    archive = later(archive, room)
    assert [v.text for v in archive.story(url_of(room, long)).versions] == [long.text, "\n\n".join(text)]
    assert archive.rebuild(check=True).equal


def test_a_page_that_was_missing_at_first_is_no_edit_when_it_comes(room, archive, collector, later):
    long = long_one(room)
    room.fault("404", OUTLET, f"{long.path}?page=2")
    crawl(collector, archive.root, START)
    found = archive.story(url_of(room, long))
    assert len(found.versions[-1].text) < len(long.text)
    assert (
        "not in the archive"
        in rows(archive, "SELECT warnings FROM versions WHERE url = ?", url_of(room, long))[0][0]
    )
    room.clear_faults()
    archive = later(archive, room)
    assert [v.text for v in archive.story(url_of(room, long)).versions] == [long.text]
    assert rows(archive, "SELECT kind FROM changes") == []
    assert archive.rebuild(check=True).equal


@pytest.mark.slow
def test_a_story_that_grows_to_a_second_page_gets_an_ordinary_version(room, archive, collector, later):
    short = next(s for s in room.outlets[OUTLET].stories() if len(s.paragraphs) < 8)
    crawl(collector, archive.root, START)
    more = tuple(p + " So it was told a second time." for p in long_one(room).paragraphs[:9])
    room.edit(url_of(room, short), "set", paragraphs=short.paragraphs + more)
    archive = later(archive, room)
    found = archive.story(url_of(room, short))
    assert [v.text.split("\n\n") for v in found.versions] == [
        list(short.paragraphs),
        [*short.paragraphs, *more],
    ]
    assert archive.rebuild(check=True).equal


def test_a_second_page_found_by_itself_is_a_part_and_asks_for_the_first(room, archive, collector):
    long = long_one(room)
    crawl(collector, archive.root, START, urls=(f"{url_of(room, long)}?page=2",))
    assert [asked(room, f"{long.path}{more}") for more in ("", "?page=2", "?page=3")] == [[200], [200], [200]]
    assert rows(archive, "SELECT url FROM stories") == [(url_of(room, long),)]
    assert archive.story(f"{url_of(room, long)}?page=2").versions[-1].text == long.text
    assert archive.rebuild(check=True).equal


@pytest.mark.slow
def test_an_import_of_the_same_files_in_reverse_order_gives_the_same_chain(room, archive, tmp_path):
    long = long_one(room)
    with Collector() as collector:  # which seals the files
        crawl(collector, archive.root, START)
        edited(room, long, 3)
        archive = Archive(archive.root, clock=Clock(room.advance(DAY)))
        collector.run(archive)
    there = archive.story(url_of(room, long))
    assert len(there.versions) == 2
    other = Archive(connect(tmp_path / "b", room, Clock(room.now())).root, clock=Clock(room.now()))
    shutil.copytree(archive.root / "sources", other.root / "sources", dirs_exist_ok=True)
    other = Archive(other.root, clock=Clock(room.now()))
    for file in sorted((archive.root / "warc").rglob("*.warc.gz"), reverse=True):
        other.import_files([file])
    here = other.story(url_of(room, long))
    assert [(v.text, v.first_seen_at) for v in here.versions] == [
        (v.text, v.first_seen_at) for v in there.versions
    ]
    assert [v.change_kind for v in here.versions] == [v.change_kind for v in there.versions]
    assert other.rebuild(check=True).equal


@pytest.mark.slow
def test_a_scripted_week_of_long_stories_is_told_exactly(tmp_path):
    options = {"outlets": (OUTLET,), "long_from": 6, "seed": 5, "stories": 12, "per_day": 3.0}
    with newsroom(days=6.0, start=START, **options) as room:
        archive = follow(tmp_path / "a", room, 6.5)
        site = room.state.outlet_state(OUTLET).site
        assert sum(site.pages_of(s) > 1 for s in room.outlets[OUTLET].stories()) > 10
        assert check(archive, room) == []
        for story in room.outlets[OUTLET].stories():
            if not story.paywalled:
                assert archive.story(url_of(room, story)).versions[-1].text == story.text
    assert archive.rebuild(check=True).equal
