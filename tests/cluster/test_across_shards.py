"""What lies in two shards: each is what one archive would have made of it, and what a reader expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet
from newsarchive.cluster.fleet_index import merge_shards
from newsarchive.errors import NewsarchiveError, NothingFoundError
from newsarchive.index import reading
from newsarchive.index.federated import search_all
from newsarchive.index.integrity import compare_indexes
from newsarchive.index.search import SearchQuery, search
from newsarchive.model import Exchange
from newsarchive.sources import write_source
from tests.cluster.making import as_one, in_one_process, outlet, url
from tests.ingest.press import answer, html, text, write

AMP = url("fast-pages", 1)
TWO = "https://long-reads.example/agency/ferry-1?page=2"
LINKS = f"<div class='pages'><a href='{url('agency', 1)}'>1</a> <a href='{TWO}'>2</a></div>"
REPORT = text(5, 8)


def page(number: int, words: Sequence[str] = (), **more: str) -> bytes:
    return html(f"Ferry {number}", words or text(number), **more)


def link(kind: str, to: str) -> str:
    return f'<link rel="{kind}" href="{to}">'


@dataclass(frozen=True, kw_only=True)
class Trap:
    """Captures of three outlets, each in another shard, and what is true of the fleet's index."""

    captures: Mapping[str, Sequence[Exchange]]
    stories: int
    expected: Callable[[Archive], bool]


TRAPS = {
    "an AMP form at another outlet's domain": Trap(
        captures={
            "agency": [answer(url("agency", 1), page(1, head=link("amphtml", AMP)), source="agency", seq=1)],
            "fast-pages": [answer(AMP, page(1, head=link("canonical", url("agency", 1))), hour=1, source="fast-pages", seq=2)],
        },
        stories=1,
        expected=lambda a: a.story(AMP).id == a.story(url("agency", 1)).id and len(a.story(AMP).versions) == 1,
    ),
    "a further page at another outlet's domain": Trap(
        captures={
            "agency": [
                answer(url("agency", 1), page(1, REPORT, after=LINKS), source="agency", seq=1),
                answer(TWO, page(1, text(7, 8), after=LINKS), hour=0.1, source="agency", seq=2, reason="continuation"),
            ],
            "long-reads": [answer(TWO, page(1, text(7, 8), after=LINKS), hour=2, source="long-reads", seq=3)],
        },
        stories=2,  # page 2 is of another site, which shows it as an article of its own
        expected=lambda a: len(a.story(url("agency", 1)).versions) == 1,
    ),
    "a redirect to another outlet's page": Trap(
        captures={
            "valley": [
                answer(url("valley", 1), b"", hour=4, status=301, headers=[("Location", url("coast", 1))], source="valley", seq=1),
                answer(url("coast", 1), page(1), hour=4.1, source="valley", seq=2, redirect_from=url("valley", 1)),
            ],
            "coast": [answer(url("coast", 1), page(1), source="coast", seq=3)],
        },
        stories=1,
        expected=lambda a: a.story(url("valley", 1)).url == url("coast", 1) and len(a.story(url("coast", 1)).versions) == 1,
    ),
    "one URL at two outlets": Trap(
        captures={
            "agency": [answer(url("agency", 1), page(1), hour=1, source="agency", seq=1)],
            "valley": [answer(url("agency", 1), page(1), source="valley", seq=2)],
        },
        stories=1,
        expected=lambda a: len(a.story(url("agency", 1)).versions) == 1,
    ),
    "one URL at two outlets, edited between": Trap(
        captures={
            "agency": [answer(url("agency", 1), page(1), source="agency", seq=1)],
            "valley": [
                answer(url("agency", 1), page(1, [*text(1), "The pilots were told by letter."]), hour=5, source="valley", seq=2),
                answer(url("valley", 1), page(1, [*text(1), "The pilots were told by letter."]), hour=6, source="valley", seq=3),
            ],
        },
        stories=2,
        expected=lambda a: [v.text.count("letter") for v in a.story(url("agency", 1)).versions] == [0, 1],
    ),
    "one report at three outlets": Trap(
        captures={
            "coast": [answer(url("coast", 1), page(1, REPORT), hour=2, source="coast", seq=1)],
            "agency": [answer(url("agency", 1), page(1, REPORT), source="agency", seq=2)],
            "valley": [
                answer(url("valley", 1), page(1, REPORT[1:7]), hour=1, source="valley", seq=3),
                answer(url("valley", 2), page(2), hour=1, source="valley", seq=4),
            ],
        },
        stories=4,
        expected=lambda a: {(one.url, one.original_url) for one in a.copies()} == {(url(name, 1), url("agency", 1)) for name in ("coast", "valley")},
    ),
}  # fmt: skip


def spread(folder: Path, captures: Mapping[str, Sequence[Exchange]], shards: int) -> Fleet:
    """A fleet with each of these outlets in the next shard, indexed."""
    fleet = Fleet.create(folder, shards=shards)
    in_one_process(fleet)
    for number, (name, made) in enumerate(captures.items()):
        shard = fleet.folder(fleet.names[number % shards])
        write_source(shard, outlet(name))
        write(shard, list(made), name)
    for name in fleet.names:
        Archive(fleet.folder(name)).ingest()
    return Fleet(folder)


@pytest.mark.parametrize("shards", [1, 2, 3])
@pytest.mark.parametrize("trap", TRAPS)
def test_merged_it_is_what_one_archive_makes_of_it(tmp_path: Path, trap: str, shards: int) -> None:
    fleet = spread(tmp_path / "press", TRAPS[trap].captures, shards)
    merge_shards(fleet)
    whole, merged = as_one(fleet, tmp_path / "one"), Archive(fleet.root)
    assert compare_indexes(whole.index, merged.index) == ()
    assert merged.stats()["stories"] == TRAPS[trap].stories
    assert TRAPS[trap].expected(merged)


@pytest.mark.parametrize("trap", TRAPS)
def test_asked_apart_each_page_is_found_once(tmp_path: Path, trap: str) -> None:
    """A search of the shards doesn't know that two of them have one story; it shows no URL twice."""
    fleet = spread(tmp_path / "press", TRAPS[trap].captures, 3)
    paths = [fleet.folder(name) / "index.db" for name in fleet.names]
    urls = [hit.url for hit in search_all(paths, SearchQuery(text="ferry")).hits]
    assert len(urls) == len(set(urls))
    merge_shards(fleet)
    assert {hit.url for hit in Archive(fleet.root).search(SearchQuery(text="ferry")).hits} <= set(urls)


def test_what_a_shard_purges_is_read_until_the_next_merge_without_its_page(tmp_path: Path) -> None:
    """The merged index is a copy of another time: its rows are there, the bytes are gone at once."""
    fleet = spread(tmp_path / "press", TRAPS["one report at three outlets"].captures, 3)
    merge_shards(fleet)
    shard, merged = Archive(fleet.folder("001")), Archive(fleet.root)
    [version] = merged.story(url("agency", 1)).versions
    with reading(merged.index) as db:
        before = search(db, SearchQuery(text="ferry")).total
        shard.purge(url("agency", 1), reason="a court said so")
        assert search(db, SearchQuery(text="ferry")).total == before
        with pytest.raises(NewsarchiveError, match="purged"):
            merged.page(version)
        merge_shards(fleet)
    assert Archive(fleet.root).search(SearchQuery(text="ferry")).total == before - 1
    with pytest.raises(NothingFoundError):
        Archive(fleet.root).story(url("agency", 1))
    # what copied it copies the one that was seen first of those that are left
    assert {(one.url, one.original_url) for one in Archive(fleet.root).copies()} == {
        (url("coast", 1), url("valley", 1))
    }
    assert compare_indexes(as_one(fleet, tmp_path / "one").index, fleet.index) == ()
