"""One search over the indexes of all shards finds what the merged index has."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet
from newsarchive.cluster.fleet_index import merge_shards
from newsarchive.index import SearchQuery
from newsarchive.index.federated import search_all
from tests.cluster.making import NAMES, fleet_of


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    fleet = fleet_of(tmp_path_factory.mktemp("search"), 4, stories=3)
    for name in fleet.names:
        Archive(fleet.folder(name)).ingest()
    merge_shards(fleet)
    return fleet


def paths(fleet: Fleet) -> list[Path]:
    return [fleet.folder(name) / "index.db" for name in fleet.names]


@pytest.mark.parametrize(
    "wanted",
    [
        SearchQuery(newest=True),
        SearchQuery(text="harbour", newest=True),
        SearchQuery(text="moor", sources=("moor",), newest=True),
        SearchQuery(text="nothing of the kind"),
    ],
    ids=lambda wanted: wanted.text or "all",
)
def test_newest_first_it_is_what_one_index_gives(fleet: Fleet, wanted: SearchQuery) -> None:
    found, whole = search_all(paths(fleet), wanted), Archive(fleet.root).search(wanted)
    assert {hit.url for hit in found.hits} == {hit.url for hit in whole.hits}
    # the page that two outlets captured is a story of one of them in each of their indexes
    assert 0 <= found.total - whole.total <= 1


def test_ranked_the_best_of_each_shard_are_among_the_best(fleet: Fleet) -> None:
    found = search_all(paths(fleet), SearchQuery(text="ferry moor", limit=3))
    assert {hit.source for hit in found.hits} == {"moor"}
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_every_story_is_on_one_page_of_the_answer(fleet: Fleet) -> None:
    pages = [
        search_all(paths(fleet), SearchQuery(text="ferry", limit=4, offset=n)).hits for n in range(0, 24, 4)
    ]
    urls = [hit.url for page in pages for hit in page]
    assert len(urls) == len(set(urls)) >= 3 * len(NAMES)
