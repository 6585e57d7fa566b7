"""Front pages over time, from an archive's captures of them: read, filtered, listed, as JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.errors import NothingFoundError
from newsarchive.fronts import find_front, read_fronts
from newsarchive.index import reading
from newsarchive.model import RecordRef
from newsarchive.sources import write_source
from newsarchive.times import Clock, iso_seconds
from tests.browse.chromium import find_chromium
from tests.cli.test_cli import run
from tests.ingest.press import SITE, SOURCES, START, answer, by_others, html, text, write

FRONT = f"{SITE}/"
NAMES = {n: f"/news/2026/03/02/story-{n}-of-the-harbour-{100400 + ord(n)}" for n in "abcdefgh"}


def front(order: str, **headlines: str) -> bytes:
    """A front page with these stories; of some the headline is another."""
    cards = "".join(
        f'<article><h2><a href="{NAMES[n]}">{headlines.get(n, f"Story {n} of the harbour and its ships")}</a></h2></article>'
        for n in order
    )
    return f"<!doctype html><title>The Gazette</title><main>{cards}</main>".encode()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A front fetched every quarter of an hour; two of its stories are archived, one of these withheld."""
    made = Archive.create(tmp_path_factory.mktemp("fronts") / "a", clock=Clock(START))
    (made.root / FILENAME).write_text("[extract]\nworkers = 1\n")
    write_source(made.root, SOURCES["gazette"])
    pages = [
        front("abcdef"), front("bacdef", b="Ferry sails at last"), None, front("bcadefg"), front("bcdefg", b="Ferry sails at last"),
        front("bcdefg"),
    ]  # fmt: skip
    last: RecordRef | None = None
    for number, page in enumerate(pages):
        status = 200 if page else 304
        one = answer(
            FRONT,
            page or b"",
            hour=number / 4,
            status=status,
            reason="section",
            previous=None if page else last,
        )
        [ref] = write(made.root, [one], f"run-{number}")
        last = ref or last
    write(
        made.root,
        [
            answer(SITE + NAMES["b"], html("Ferry", text(1)), hour=2),
            answer(SITE + NAMES["h"], html("Hidden", text(2)), hour=2),
        ],
        "stories",
    )
    opened = Archive(made.root, clock=Clock(START))
    opened.ingest()
    opened.decide("withhold", SITE + NAMES["h"], reason="court order")
    return opened


def test_the_front_pages_of_an_archive_are_those_that_are_polled_for_links(archive: Archive) -> None:
    assert [(p.url, p.source, p.captures) for p in archive.front_pages()] == [(FRONT, "gazette", 6)]


@pytest.mark.parametrize("key", [FRONT, "gazette", "http://www.gazette.example"])
def test_a_front_is_found_by_address_or_source(archive: Archive, key: str) -> None:
    assert archive.front(key).page.url == FRONT


def test_an_unknown_front_is_refused_with_the_next_step(archive: Archive) -> None:
    with pytest.raises(NothingFoundError, match="newsarchive fronts"):
        archive.front("https://elsewhere.example/")


def test_stories_rise_fall_and_go_and_a_capture_that_changed_nothing_counts(archive: Archive) -> None:
    view = archive.front(FRONT)
    a = next(s for s in view.stories if s.url.endswith(NAMES["a"]))
    assert (view.captures, view.passed_over) == (6, 0)
    assert [(p.position, (p.at - START) // timedelta(minutes=15)) for p in a.places] == [
        (1, 0),
        (2, 1),
        (3, 3),
        (None, 4),
    ]
    assert a.last_at == START + timedelta(minutes=45)
    assert [s.url[-17] for s in view.stories[:2]] == [NAMES["b"][-17], NAMES["c"][-17]]


def test_headlines_that_take_turns_are_tested(archive: Archive) -> None:
    view = archive.front(FRONT)
    b = next(s for s in view.stories if s.url.endswith(NAMES["b"]))
    assert b.headlines == "tested"
    assert [(h.headline, h.captures, h.turns) for h in b.shown] == [
        ("Story b of the harbour and its ships", 3, 3),
        ("Ferry sails at last", 3, 2),
    ]
    assert {s.headlines for s in view.stories if s is not b} == {""}


def test_a_span_that_begins_with_a_repeated_page_has_what_it_repeats(archive: Archive) -> None:
    view = archive.front(FRONT, START + timedelta(minutes=25), START + timedelta(minutes=40))
    assert (view.captures, view.passed_over) == (1, 0)
    assert [s.headline for s in view.stories][:2] == [
        "Ferry sails at last",
        "Story a of the harbour and its ships",
    ]


def test_archived_stories_are_named_and_withheld_ones_are_nowhere(tmp_path: Path) -> None:
    made = Archive.create(tmp_path / "a", clock=Clock(START))
    (made.root / FILENAME).write_text("[extract]\nworkers = 1\n")
    write_source(made.root, SOURCES["gazette"])
    pages = [answer(SITE + NAMES[n], html(f"Told {n}", text(ord(n))), hour=1) for n in "bh"]
    write(made.root, [answer(FRONT, front("ahbc"), reason="section"), *pages], "one")
    opened = Archive(made.root, clock=Clock(START))
    opened.ingest()
    opened.decide("withhold", SITE + NAMES["h"], reason="court order")
    view = opened.front(FRONT)
    assert [s.url.removeprefix(SITE) for s in view.stories] == [NAMES["a"], NAMES["b"], NAMES["c"]]
    assert view.story_ids == {SITE + NAMES["b"]: opened.story(SITE + NAMES["b"]).id}


def test_captures_that_others_made_are_among_them(tmp_path: Path) -> None:
    made = Archive.create(tmp_path / "a", clock=Clock(START))
    (made.root / FILENAME).write_text("[extract]\nworkers = 1\n")
    write_source(made.root, SOURCES["gazette"])
    write(made.root, [answer(FRONT, front("abc"), hour=2, reason="section")], "one")
    opened = Archive(made.root, clock=Clock(START))
    opened.import_files([by_others(tmp_path / "x.warc.gz", [(FRONT, 1.0, front("bac"))])])
    view = opened.front(FRONT)
    assert [p.position for p in next(s for s in view.stories if s.url.endswith(NAMES["a"])).places] == [2, 1]


def test_of_many_captures_some_are_read_and_the_rest_is_counted(archive: Archive) -> None:
    with reading(archive.index) as db:
        page = find_front(db, FRONT)
        view = read_fronts(archive.root, db, page, START, START + timedelta(days=1), most=3)
    assert (view.captures, view.passed_over) == (6, 3)
    assert view.last_at == START + timedelta(minutes=75)


def test_the_command_line_lists_pages_prints_a_front_and_gives_json(archive: Archive) -> None:
    on = ("--archive", archive.root, "fronts")
    code, out, _ = run(*on)
    assert (code, FRONT in out) == (0, True)
    code, out, _ = run(*on, "gazette")
    assert (
        code,
        "headlines tested: Story b of the harbour and its ships (3) | Ferry sails at last (3)" in out,
    ) == (0, True)
    code, out, _ = run(*on, "--json", FRONT)
    said = json.loads(out)
    assert (code, said["page"], len(said["stories"])) == (0, FRONT, 7)
    assert said["stories"][0]["places"][0] == {"at": iso_seconds(START), "position": 2, "size": "small"}
    assert run(*on, "nobody")[0] == 1
    assert run(*on, FRONT, "--since", "2020-01-01", "--until", "2020-01-02")[0] == 1


@pytest.mark.browser
def test_a_picture_of_the_last_capture_is_drawn_by_choice(archive: Archive, tmp_path: Path) -> None:
    if find_chromium() is None:
        pytest.skip("no Chromium (Debian: apt-get install chromium; or set NEWSARCHIVE_CHROMIUM)")
    code, out, _ = run("--archive", archive.root, "fronts", "gazette", "--picture", tmp_path / "front.png")
    data = (tmp_path / "front.png").read_bytes()
    assert (code, "Story g of the harbour" in out) == (0, True)
    assert (data[:8], int.from_bytes(data[16:20], "big")) == (b"\x89PNG\r\n\x1a\n", 2400)
