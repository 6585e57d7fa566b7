"""Which story of which outlet copies whose: live, in any order, as in a rebuild."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newsarchive.index import reading, story
from newsarchive.index.copied_texts import copies, outlet_pairs, relatives
from newsarchive.index.write import open_index
from newsarchive.ingest import ingest, rebuild, story_copies
from newsarchive.ingest.story_copies import WORTH, refresh_copies
from newsarchive.ingest.worker_pool import GivenUpError, Pool
from newsarchive.model import Source
from newsarchive.versions import Decision, append_decision
from tests.index.build import Told, build
from tests.ingest.press import CONFIG, START, answer, html, write

NAMES = ("agency", "harbour", "valley")
SOURCES = {
    n: Source(name=n, title=n, homepage=f"https://{n}.example/", domains=(f"{n}.example",)) for n in NAMES
}
WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "st", "l")]


def text(seed: int, paragraphs: int = 8) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=40)).capitalize() + "." for _ in range(paragraphs)]


def url(source: str, number: int) -> str:
    return f"https://{source}.example/news/2026/{number}/ferry-{number}-sails-again-today"


REPORT = text(1)
PRINTED = [
    ("agency", 1, REPORT, 0.0),
    ("harbour", 2, [*text(2, 1), *REPORT[1:5]], 1.0),
    ("valley", 3, REPORT[:4], 2.0),
    ("valley", 4, text(4), 3.0),
    ("agency", 5, REPORT[2:], 4.0),
]


def printed(root: Path, which: Sequence[tuple[str, int, list[str], float]]) -> None:
    for source, number, words, hour in which:
        page = html(f"Ferry {number}", words)
        write(
            root,
            [answer(url(source, number), page, hour=hour, source=source, seq=number)],
            f"crawl-{number}-{hour}",
        )
        ingest(root, config=CONFIG, sources=SOURCES)


def found(root: Path) -> set[tuple[str, str, int]]:
    """(copy, original, percent): each as source and number."""
    with reading(root / "index.db") as db:
        return {
            (
                f"{c.source} {c.url.split('/')[5]}",
                f"{c.original_source} {c.original_url.split('/')[5]}",
                c.percent,
            )
            for c in copies(db)
        }


EXPECTED = {("harbour 2", "agency 1"), ("valley 3", "agency 1"), ("agency 5", "harbour 2")}


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(PRINTED))))[::17])
def test_a_copy_names_the_outlet_that_was_seen_first_whatever_came_first(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    printed(tmp_path, [PRINTED[n] for n in order])
    assert {(a, b) for a, b, _ in found(tmp_path)} == EXPECTED
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_an_edit_that_takes_the_text_away_ends_the_copy_and_gives_the_others_another_original(
    tmp_path: Path,
) -> None:
    printed(tmp_path, PRINTED)
    printed(tmp_path, [("agency", 1, [*REPORT[:1], *text(9, 3)], 9.0)])
    assert {(a, b) for a, b, _ in found(tmp_path)} == {("valley 3", "harbour 2"), ("agency 5", "harbour 2")}
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


class Workers(Pool):
    """A pool that calls here, or that has lost its workers."""

    has_workers = True

    def __init__(self, *, is_lost: bool) -> None:
        self.size, self.is_lost, self.given = 3, is_lost, list[int]()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        self.given.append(len(arguments[0]))
        done: Future[Any] = Future()
        if self.is_lost:
            done.set_exception(GivenUpError("died"))
        else:
            done.set_result(function(*arguments))
        return done


@pytest.mark.parametrize("is_lost", [False, True])
def test_runs_of_many_texts_are_made_by_workers_and_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_lost: bool
) -> None:
    monkeypatch.setattr(story_copies, "AT_ONCE", 25)
    texts = {url("agency", n): text(n % 7, 5) for n in range(2 * WORTH + 30)}
    for number, (at, words) in enumerate(texts.items()):
        write(tmp_path, [answer(at, html("Ferry", words), source="agency", seq=number)], f"crawl-{number}")
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    with open_index(tmp_path / "index.db") as index:
        ids = sorted(r[0] for r in index.db.execute("SELECT id FROM stories"))
        before = {i: index.runs_of(i) for i in ids}
        assert min(map(len, before.values())) > 40
        with index.batch():
            index.drop_samples(ids)
            index.mark_copies(ids[: WORTH - 1])
        pool = Workers(is_lost=is_lost)
        assert (refresh_copies(index, pool=pool), pool.given) == (WORTH - 1, [])
        with index.batch():
            index.mark_copies(ids[WORTH - 1 :])
        assert refresh_copies(index, pool=pool) == len(ids) - WORTH + 1
        assert pool.given == [5] * 10  # two batches of 25; the third has one story
        assert {i: index.runs_of(i) for i in ids} == before
        assert index.dirty_copies(1) == []


def test_a_withheld_story_copies_nothing_and_is_no_original(tmp_path: Path) -> None:
    printed(tmp_path, PRINTED)
    decision = Decision(kind="withhold", urls=(url("agency", 1),), at=START, reason="a court said so")
    append_decision(tmp_path / "decisions.jsonl", decision)
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    assert "agency 1" not in str(found(tmp_path))
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_the_relatives_of_one_story_are_found_without_reading_all_stories(tmp_path: Path) -> None:
    many = [Told(url("valley", n), [(f"Ferry {n}", f"words {n}")]) for n in range(300)]
    index = build(tmp_path / "index.db", many)
    with closing(sqlite3.connect(index)) as db:
        db.execute("ANALYZE")  # as after a rebuild: SQLite plans by the number of stories then
        db.execute("INSERT INTO copies SELECT id, id + 1, 90 FROM stories ORDER BY id DESC LIMIT 1")
        db.commit()
    steps: list[int] = []
    with reading(index) as db:
        number = story(db, url("valley", 7)).id
        db.set_progress_handler(lambda: steps.append(1), 100)
        assert relatives(db, number) == ()
    assert len(steps) * 100 < 300


def test_pairs_of_outlets_and_the_relatives_of_a_story_are_counted(tmp_path: Path) -> None:
    printed(tmp_path, PRINTED)
    with reading(tmp_path / "index.db") as db:
        pairs = {(p.original_source, p.source): p.stories for p in outlet_pairs(db)}
        family = relatives(db, story(db, url("valley", 3)).id)
        alone = relatives(db, story(db, url("valley", 4)).id)
        assert copies(db, source="valley", original="agency")[0].percent >= 90
        assert copies(db, since="2099-01-01") == ()
    assert pairs == {("agency", "harbour"): 1, ("agency", "valley"): 1, ("harbour", "agency"): 1}
    assert [r.source for r in family] == ["agency", "harbour", "valley", "agency"]
    assert family[0].percent is None
    assert alone == ()
