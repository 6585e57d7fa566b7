"""Of imported files the index takes what is the archive's own, or was chosen; whatever changes, live = rebuilt."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from newsarchive.errors import NothingFoundError
from newsarchive.index import imported_hosts, open_index, reading, stats
from newsarchive.index.integrity import compare_indexes
from newsarchive.ingest import IngestReport, ingest, rebuild, warc_scan
from newsarchive.ingest.import_scope import Choice, add_choice
from newsarchive.model import Source
from newsarchive.warc import purge
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, by_others, html, take, text, write

OTHER, THIRD = "https://www.other.example", "https://third.example"
URLS = (f"{SITE}/a", f"{SITE}/b", f"{OTHER}/c", "https://live.other.example/d", f"{THIRD}/e")
OTHER_SOURCE = Source(name="other", title="The Other", homepage=OTHER + "/", domains=("other.example",))
BOTH = {**SOURCES, "other": OTHER_SOURCE}


def pages(hour: float = 0, urls: tuple[str, ...] = URLS) -> list[tuple[str, float, bytes]]:
    return [(u, hour + i, html(f"Title {u[-1]}", text(URLS.index(u)))) for i, u in enumerate(urls)]


@pytest.fixture
def name(tmp_path: Path) -> str:
    """An archive in tmp_path / "a" with one imported file of three outlets; the file's name."""
    (tmp_path / "a").mkdir()
    return take(tmp_path / "a", by_others(tmp_path / "f.warc.gz", pages())).filenames[0]


@pytest.fixture
def root(tmp_path: Path, name: str) -> Path:
    return tmp_path / "a"


def run(root: Path, sources: Mapping[str, Source] = SOURCES) -> IngestReport:
    """One ingest; the index is then what a rebuild makes."""
    report = ingest(root, config=CONFIG, sources=sources)
    other = root.parent / "rebuilt"
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir()
    for file in ("warc", "imports.jsonl", "purged.jsonl", "MANIFEST"):
        if (root / file).exists():
            (other / file).symlink_to(root / file)
    ingest(other, config=CONFIG, sources=sources)
    assert compare_indexes(root / "index.db", other / "index.db") == ()
    return report


def stories(root: Path) -> dict[str, str]:
    """The last letter of each story's URL, and its source."""
    with reading(root / "index.db") as db:
        return {u[-1]: s for u, s in db.execute("SELECT url, source FROM stories")}


def hosts(root: Path) -> set[tuple[str, str, int]]:
    with reading(root / "index.db") as db:
        return {(h.host, h.source, h.captures) for h in imported_hosts(db)}


# ---------------------------------------------------------------- what is taken


def test_strangers_are_left_out_and_counted(root: Path) -> None:
    report = run(root)
    assert stories(root) == {"a": "gazette", "b": "gazette"}
    assert (report.captures, report.pages) == (2, 2)
    assert hosts(root) == {
        ("gazette.example", "gazette", 2),
        ("www.other.example", "", 1),
        ("live.other.example", "", 1),
        ("third.example", "", 1),
    }
    with reading(root / "index.db") as db:
        assert stats(db)["sources"] == 1
        assert db.execute("SELECT count(*) FROM urls").fetchone()[0] == 2


@pytest.mark.parametrize(
    ("choice", "sources", "found"),
    [
        (Choice(), SOURCES, "ab"),
        (Choice(), BOTH, "abcd"),
        (Choice(), {}, ""),
        (Choice(domains=("third.example",)), SOURCES, "abe"),
        (Choice(domains=("other.example",)), SOURCES, "abcd"),
        (Choice(domains=("live.other.example",)), SOURCES, "abd"),
        (Choice(domains=("hird.example",)), SOURCES, "ab"),
        (Choice(sources=("other",)), BOTH, "cd"),
        (Choice(sources=("other",), domains=("third.example",)), BOTH, "cde"),
        (Choice(sources=("other",), domains=("gazette.example",)), BOTH, "abcd"),
        (Choice(sources=("nobody",)), BOTH, ""),
    ],
)
def test_a_choice_says_what_is_indexed(
    root: Path, name: str, choice: Choice, sources: Mapping[str, Source], found: str
) -> None:
    add_choice(root, [name], choice, now=START)
    run(root, sources)
    assert "".join(sorted(stories(root))) == found


def test_a_chosen_domain_without_a_source_has_one_by_its_name(root: Path, name: str) -> None:
    add_choice(root, [name], Choice(domains=("third.example", "gazette.example")), now=START)
    run(root)
    assert stories(root) == {"a": "gazette", "b": "gazette", "e": "third-example"}


def test_a_source_without_domains_has_the_hosts_of_its_addresses(root: Path) -> None:
    run(root, {"t": Source(name="t", homepage="https://www.third.example/", feeds=(f"{OTHER}/feed",))})
    assert stories(root) == {"c": "t", "d": "t", "e": "t"}


def test_pages_of_another_archive_keep_the_name_of_a_source_that_both_have(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "a"
    write(there, [
        answer(f"{THIRD}/e", html("E", text(4)), source="gazette"),
        answer(f"{SITE}/a", html("A", text(0)), source="their-gazette", seq=1),
        answer(f"{OTHER}/c", html("C", text(2)), source="theirs", seq=2),
    ])  # fmt: skip
    taken = take(here, next((there / "warc").glob("*.warc.gz")))
    run(here)
    assert stories(here) == {"e": "gazette", "a": "gazette"}
    add_choice(here, taken.filenames, Choice(domains=("other.example",)), now=START)
    run(here)
    assert stories(here) == {"e": "gazette", "a": "gazette", "c": "theirs"}
    run(here, {})
    assert stories(here) == {"c": "theirs"}


def test_pages_of_the_own_crawl_are_indexed_whatever_their_host(root: Path) -> None:
    write(root, [answer(f"{THIRD}/e", html("E", text(4)), hour=50)])
    run(root)
    assert stories(root)["e"] == "gazette"
    with reading(root / "index.db") as db:
        sql = "SELECT count(*) FROM captures c JOIN urls u ON u.id = c.url_id WHERE u.url = ?"
        assert db.execute(sql, (f"{THIRD}/e",)).fetchone()[0] == 1


def test_addresses_that_cannot_be_read_are_left_out_and_counted(tmp_path: Path) -> None:
    bad = [("http://[::1/x", 1.0, b"x"), ("http://a b.example/", 2.0, b"x"), *pages()]
    take(tmp_path / "a", by_others(tmp_path / "f.warc.gz", bad))
    run(tmp_path / "a")
    assert stories(tmp_path / "a") == {"a": "gazette", "b": "gazette"}
    assert ("", "", 2) in hosts(tmp_path / "a")


# ---------------------------------------------------------------- what changes later


STEPS: list[tuple[Mapping[str, Source], str]] = [
    (SOURCES, "ab"),
    (BOTH, "abcd"),
    ({"other": OTHER_SOURCE}, "cd"),
    ({}, ""),
    ({"gazette": Source(name="gazette", domains=("gazette.example", "third.example"))}, "abe"),
    ({"x": Source(name="x", domains=("gazette.example", "live.other.example"))}, "abd"),
]


@pytest.mark.parametrize("first", STEPS, ids=lambda s: s[1] or "none")
@pytest.mark.parametrize("second", STEPS, ids=lambda s: s[1] or "none")
def test_the_sources_may_change_and_the_index_follows(
    root: Path, first: tuple[Mapping[str, Source], str], second: tuple[Mapping[str, Source], str]
) -> None:
    for sources, found in (first, second):
        run(root, sources)
        assert "".join(sorted(stories(root))) == found
        assert set(stories(root).values()) <= set(sources)


def test_a_second_choice_adds_to_what_is_indexed(root: Path, name: str) -> None:
    run(root)
    add_choice(root, [name], Choice(domains=("third.example",)), now=START)
    report = run(root)
    assert stories(root) == {"a": "gazette", "b": "gazette", "e": "third-example"}
    assert report.pages == 1


def test_a_domain_that_becomes_a_source_takes_its_name(root: Path, name: str) -> None:
    add_choice(root, [name], Choice(domains=("other.example",)), now=START)
    run(root)
    assert stories(root)["c"] == "other-example"
    run(root, BOTH)
    assert stories(root)["c"] == "other"
    with reading(root / "index.db") as db:
        assert {s for (s,) in db.execute("SELECT name FROM sources")} == {"gazette", "other"}


def test_files_that_hold_nothing_of_a_new_source_are_not_read_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(root)
    read: list[str] = []
    real = warc_scan.read_captures
    monkeypatch.setattr(warc_scan, "read_captures", lambda *a: read.append(a[1]) or real(*a))  # type: ignore[func-returns-value]
    far = {**SOURCES, "far": Source(name="far", domains=("far.example",))}
    ingest(root, config=CONFIG, sources=far)
    assert read == []
    ingest(root, config=CONFIG, sources={**BOTH, **far})
    assert len(read) == 1
    ingest(root, config=CONFIG, sources={**BOTH, **far})
    assert len(read) == 1


@pytest.mark.parametrize("crawled_first", [True, False])
def test_an_imported_history_and_a_crawl_make_one_chain_in_either_order(
    tmp_path: Path, crawled_first: bool
) -> None:
    root = tmp_path / "a"
    old = by_others(tmp_path / "f.warc.gz", pages())
    if not crawled_first:
        take(root, old)
        run(root)
    write(root, [answer(f"{SITE}/a", html("Title a, corrected", [*text(0), "One more line."]), hour=90)])
    run(root)
    take(root, old)
    run(root)
    with reading(root / "index.db") as db:
        sql = "SELECT v.title FROM versions v JOIN stories s ON s.id = v.story_id WHERE s.url = ? ORDER BY version_no"
        titles = [t for (t,) in db.execute(sql, (f"{SITE}/a",))]
    assert titles == ["Title a", "Title a, corrected"]


@pytest.mark.parametrize("sources", [SOURCES, BOTH, {}], ids=["same", "more", "none"])
def test_an_import_that_broke_off_is_taken_up_under_other_sources(
    root: Path, sources: Mapping[str, Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_scan, "BATCH", 1)
    monkeypatch.setattr("newsarchive.ingest.ingester.AHEAD", 0)

    def stop(what: str, done: int, total: int | None) -> None:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        ingest(root, config=CONFIG, sources=SOURCES, on_progress=stop)
    with reading(root / "index.db") as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone()[0] == 1
    run(root, sources)


def test_an_index_from_before_the_choices_is_set_right(root: Path) -> None:
    with open_index(root / "index.db") as index, index.batch():
        index.set_ingested_to(
            next((root / "warc/imported").iterdir()).relative_to(root / "warc").as_posix(), 1
        )
    run(root)
    assert stories(root) == {"a": "gazette", "b": "gazette"}


def test_a_purge_in_an_imported_file_is_counted(root: Path) -> None:
    run(root)
    for url in (f"{SITE}/a", f"{THIRD}/e"):
        purge(root, [url], "a court said so", now=START)
        run(root)
    assert stories(root) == {"b": "gazette"}
    assert {(h, n) for h, _, n in hosts(root)} == {("gazette.example", 1), ("www.other.example", 1), ("live.other.example", 1)}  # fmt: skip


def test_a_page_whose_payload_was_left_out_gets_it_when_it_is_chosen(tmp_path: Path) -> None:
    root, there = tmp_path / "a", tmp_path / "there"
    url = f"{THIRD}/e"
    first = write(there, [answer(url, html("E", text(4)), source="")], "one")
    full = take(root, next((there / "warc").glob("*.warc.gz"))).filenames
    shutil.rmtree(there / "warc")
    write(there, [answer(url, html("E", text(4)), source="", hour=5, previous=first[0])], "two")
    repeat = take(root, next((there / "warc").glob("*.warc.gz"))).filenames
    add_choice(root, repeat, Choice(domains=("third.example",)), now=START)
    run(root)
    assert stories(root) == {}
    add_choice(root, full, Choice(domains=("third.example",)), now=START)
    run(root)
    assert stories(root) == {"e": "third-example"}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_in_whatever_order_live_is_rebuilt(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files overlap; some are copies of others."""
    rng = random.Random(seed)
    monkeypatch.setattr(warc_scan, "BATCH", rng.choice([1, 3, 100]))
    root = tmp_path / "a"
    names: list[str] = []
    for step in range(8):
        what = rng.choice(["import", "crawl", "choose", "purge", "nothing"]) if step else "import"
        some = tuple(rng.sample(URLS, 3))
        if what == "import":
            path = by_others(tmp_path / f"{step}.warc.gz", pages(rng.randrange(3), some))
            names += take(root, path).filenames
        elif what == "crawl":
            write(root, [answer(u, html(f"Crawl {step}", text(URLS.index(u))), hour=60 + step + i / 10, seq=i) for i, u in enumerate(some)], f"c{step}")  # fmt: skip
        elif what == "choose":
            domains = rng.choice([(), ("other.example",), ("third.example", "gazette.example")])
            choice = Choice(domains=domains, sources=rng.choice([(), ("other",), ("gazette",)]))
            add_choice(root, [rng.choice(names)], choice, now=START)
        elif what == "purge":
            with suppress(NothingFoundError):
                purge(root, [some[0]], "seed", now=START)
        run(root, rng.choice(STEPS)[0])


def test_a_rebuild_check_of_an_archive_with_imports_says_equal(root: Path) -> None:
    ingest(root, config=CONFIG, sources=SOURCES)
    report = rebuild(root, config=CONFIG, sources=BOTH, check=True)
    assert (report.equal, report.differences) == (True, ())


def test_hundreds_of_strangers_cost_no_page_no_row_and_no_source(tmp_path: Path) -> None:
    strangers = [
        (f"https://paper-{n}.example/news/{n}", n / 60, html(f"T {n}", text(n, 1))) for n in range(300)
    ]
    take(tmp_path / "a", by_others(tmp_path / "cc.warc.gz", [*strangers, *pages()]))
    report = run(tmp_path / "a")
    assert (report.captures, report.pages, report.stories) == (2, 2, 2)
    with reading(tmp_path / "a" / "index.db") as db:
        found = imported_hosts(db)
        assert stats(db)["sources"] == 1
    assert sum(h.captures for h in found if not h.source) == 303
