"""An index that several processes made in parts is the one that a single process makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.index.integrity import compare_indexes
from newsarchive.index.merging import merge_indexes
from newsarchive.ingest import ingest, rebuild
from newsarchive.ingest.import_scope import Choice, add_choice
from newsarchive.ingest.rebuilding import NEW
from newsarchive.ingest.shards import Material, build_part, parts_of
from newsarchive.model import Source
from newsarchive.versions import Decision, append_decision
from newsarchive.warc import list_files, purge
from tests.ingest.press import CONFIG, START, answer, by_others, html, take, text, write

NAMES = ("agency", "harbour", "valley", "coast")
SOURCES = {
    n: Source(name=n, title=n.title(), homepage=f"https://{n}.example/", domains=(f"{n}.example",))
    for n in NAMES
}
BOX = "<p>Subscribe to our evening letter and never miss a crane again.</p>"


def url(source: str, number: int) -> str:
    return f"https://{source}.example/news/2026/{number}/ferry-{number}-sails-again-today"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four outlets that have to do with each other in every way that an archive knows."""
    root = tmp_path_factory.mktemp("shards")
    first = [
        answer(url(n, i), html(f"Ferry {i}", text(10 * k + i), after=BOX), hour=i, source=n, seq=10 * k + i)
        for k, n in enumerate(NAMES)
        for i in range(6)
    ]
    report = text(77, 8)
    moved = url("coast", 41)
    later = [
        answer(url("harbour", 1), html("Ferry 1 stays", text(11), after=BOX), hour=20, source="harbour", seq=90),
        answer(url("valley", 2), b"", hour=20, status=404, source="valley", seq=91),
        # one report at two outlets, and a URL of one outlet that another one fetched
        answer(url("agency", 30), html("Report", report), hour=21, source="agency", seq=92),
        answer(url("valley", 31), html("Report", report[1:6]), hour=22, source="valley", seq=93),
        answer(url("agency", 3), html("Ferry 3", text(3), after=BOX), hour=23, source="harbour", seq=94),
        # a redirect and an AMP form across outlets
        answer(url("valley", 40), b"", hour=24, status=301, headers=[("Location", moved)], source="valley", seq=95),
        answer(moved, html("Moved", text(41)), hour=24.01, source="coast", seq=96, redirect_from=url("valley", 40)),
        answer(
            "https://amp.coast.example/42",
            html("Amp", text(42), head=f'<link rel="canonical" href="{url("agency", 42)}">'),
            hour=25,
            source="coast",
            seq=97,
        ),
        answer(url("agency", 42), html("Amp", text(42)), hour=26, source="agency", seq=98),
        answer(url("coast", 50), html("Private", text(50)), hour=27, source="coast", seq=99),
    ]  # fmt: skip
    write(root, first, "one")
    write(root, later, "two")
    foreign = [(f"https://stranger.example/{i}", i, html(f"Far {i}", text(200 + i))) for i in range(3)]
    names = take(root, by_others(root / "foreign.warc.gz", foreign)).filenames
    add_choice(root, names, Choice.of(domains=["stranger.example"]), now=START)
    at = START + timedelta(days=3)
    append_decision(
        root / "decisions.jsonl", Decision(kind="merge", urls=(url("agency", 5), url("coast", 5)), at=at)
    )
    purge(root, [url("coast", 50)], "asked for", now=at)
    ingest(root, config=CONFIG, sources=SOURCES)
    return root


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_parts_that_are_merged_equal_the_whole(root: Path, parts: int) -> None:
    report = rebuild(root, config=CONFIG, sources=SOURCES, check=True, parts=parts)
    assert report.differences == ()
    assert report.equal
    assert report.ingest.pages > 25
    assert list(root.glob(NEW + "*")) == []


def test_without_what_connects_them_parts_are_not_the_whole(root: Path, tmp_path: Path) -> None:
    """So the fixture holds stories that cross outlets, which the merge alone doesn't put together."""
    material = Material(
        root=root, config=CONFIG, sources=SOURCES, upto={f.filename: f.size for f in list_files(root)}
    )
    parts = [{"agency", "harbour"}, {"valley"}, {"coast", "stranger-example"}]
    paths = [tmp_path / f"{n}.db" for n in range(3)]
    for path, names in zip(paths, map(frozenset, parts), strict=True):
        build_part(material, path, names)
    shared = merge_indexes(paths, tmp_path / "merged.db", least=2)
    assert shared.urls == set()
    assert len(shared.identities) >= 2  # the redirect, the decision
    different = {d.table for d in compare_indexes(root / "index.db", tmp_path / "merged.db")}
    assert {"stories", "versions"} <= different


def groups() -> Iterator[tuple[dict[str, int], list[dict[str, set[int]]]]]:
    yield {"a": 5, "b": 3, "c": 3, "d": 1}, [{"a": {1}, "b": {2}}, {"c": {2, 3}, "d": {4}}]


def test_sources_that_share_a_url_stay_together_and_parts_are_even() -> None:
    for counts, seen in groups():
        assert parts_of(counts, seen, 2) == [frozenset("bc"), frozenset("ad")]
        assert parts_of(counts, seen, 9) == [frozenset("bc"), frozenset("a"), frozenset("d")]


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.integers(0, 12), min_size=1), min_size=1),
    st.integers(1, 5),
)
def test_every_source_is_in_one_part_and_no_url_in_two(urls: dict[str, set[int]], parts: int) -> None:
    found = parts_of({name: len(ids) for name, ids in urls.items()}, [urls], parts)
    assert len(found) <= parts
    assert Counter(name for names in found for name in names) == Counter(list(urls))
    held = [set[int]().union(*(urls[name] for name in names)) for names in found]
    assert sum(map(len, held)) == len(set[int]().union(*held))
