"""What is purged or withheld in a fleet is in no shard, in no search of all shards, in no merged index."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.erasing import follow_in_merged
from newsarchive.browse import app
from newsarchive.browse_links import ROOT
from newsarchive.cluster.fleet import Fleet
from newsarchive.cluster.fleet_index import merge_shards
from newsarchive.cluster.fleet_wide import purge_everywhere, withhold_everywhere
from newsarchive.errors import ArchiveLockedError, NothingFoundError, UsageError
from newsarchive.index.integrity import compare_indexes
from newsarchive.locks import index_lock
from tests.archive.test_erasing import remnants
from tests.browse.conftest import Reader
from tests.cli.test_cli import run
from tests.cluster.making import fleet_of, url
from tests.ingest.press import answer, text, write

pytestmark = pytest.mark.cluster
SHARED = url("coast", 1)  # coast and valley, which are in two shards, both captured it
TITLE, SAID = "Ferry 1 of coast", text(31)[0]
PATH = "coast.example/news/2026/1/"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indexed and merged; a feed of a third outlet, in a third shard, names the story."""
    fleet = fleet_of(tmp_path_factory.mktemp("fleet") / "press", 4, stories=3)
    assert len({fleet.shard_of(url(name, 1)) for name in ("coast", "valley", "moor")}) == 3
    feed = f"<rss><channel><item><title>{TITLE}</title><link>{SHARED}</link></item></channel></rss>".encode()
    looks = [answer("https://moor.example/feed", feed, hour=30, seq=90, source="moor", reason="feed")]
    write(fleet.folder(fleet.shard_of(url("moor", 1))), looks, "feed")
    for name in fleet.names:
        Archive(fleet.folder(name)).ingest()
    merge_shards(fleet)
    return fleet.root


@pytest.fixture
def fleet(merged: Path, tmp_path: Path) -> Fleet:
    shutil.copytree(merged, tmp_path / "press")
    return Fleet(tmp_path / "press")


def said(fleet: Fleet, root: Path, story: int, capture: int) -> set[str]:
    """Where readers are shown something of the story: verbs and pages of an archive, and the search of all shards."""
    verbs = ["search", "ferry"], ["show", SHARED], ["versions", SHARED], ["export"], ["changes"], ["events"]
    found = {words[0]: run("--archive", root, *words)[1] for words in verbs}
    found["fleet search"] = run("fleet", "search", "ferry", "--fleet", fleet.root, "--limit", "500")[1]
    reader = Reader(app(root))
    pages = "search?q=coast", f"story/{story}", f"capture/{capture}", f"capture/{capture}/page", "changes.atom", "export?form=jsonl"  # fmt: skip
    found |= {page: reader.get(f"{ROOT}/{page}").text for page in pages}
    reader.close()
    return {place for place, shown in found.items() if any(w in shown for w in (TITLE, SAID, PATH))}


def of_story(root: Path) -> tuple[int, int]:
    story = Archive(root).story(SHARED)
    return story.id, story.captures[0].id


def everywhere(fleet: Fleet) -> list[Path]:
    return [fleet.root, *(fleet.folder(fleet.shard_of(url(name, 1))) for name in ("coast", "valley"))]


@pytest.mark.parametrize("asked", [SHARED, url("valley", 40)], ids=["the page", "what was moved to it"])
def test_nothing_of_a_story_purged_in_a_fleet_is_left_below_its_folder(fleet: Fleet, asked: str) -> None:
    ids = of_story(fleet.root)
    assert said(fleet, fleet.root, *ids) >= {"search", "show", "fleet search", f"story/{ids[0]}"}
    words = [TITLE, SAID, PATH]
    assert {name.split("/")[0] for name, _ in remnants(fleet.root, words)} == {"index.db", "shards"}
    stories = Archive(fleet.root).stats()["stories"]
    reports = purge_everywhere(fleet, asked, reason="a court said so")
    assert set(reports) == {fleet.shard_of(url(name, 1)) for name in ("coast", "valley", "moor")}
    assert {name.rsplit("/")[-1] for name, _ in remnants(fleet.root, words)} == {"purged.jsonl"}
    for root in everywhere(fleet):
        assert said(fleet, root, *ids) == set()
    assert Archive(fleet.root).stats()["stories"] == stories - 1
    live = (fleet.root / "index.db").rename(fleet.root / "followed.db")
    merge_shards(fleet)
    assert compare_indexes(fleet.index, live) == ()
    with pytest.raises(NothingFoundError, match="no capture in the fleet"):
        purge_everywhere(fleet, asked, reason="a court said so")


def test_a_story_withheld_in_a_fleet_is_shown_nowhere_until_it_is_taken_back(fleet: Fleet) -> None:
    ids = of_story(fleet.root)
    shown = {root: said(fleet, root, *ids) for root in everywhere(fleet)}
    shards = {fleet.shard_of(url("coast", 1)), fleet.shard_of(url("valley", 1))}
    assert set(withhold_everywhere(fleet, SHARED, reason="asked for")) == shards
    for root in everywhere(fleet):
        assert said(fleet, root, *ids) == set()
    assert set(withhold_everywhere(fleet, SHARED, undo=True)) == shards
    assert {root: said(fleet, root, *ids) for root in everywhere(fleet)} == shown
    with pytest.raises(UsageError, match="no withhold of this"):
        withhold_everywhere(fleet, SHARED, undo=True)
    with pytest.raises(NothingFoundError, match="no shard has a story"):
        withhold_everywhere(fleet, url("coast", 77), reason="asked for")


def test_what_is_done_in_one_shard_holds_in_the_merged_index(fleet: Fleet) -> None:
    shard = Archive(fleet.folder(fleet.shard_of(url("moor", 2))))
    shard.decide("withhold", url("moor", 2), reason="asked for")
    assert Archive(fleet.root).story(url("moor", 2)).withheld
    shard.decide("withhold", url("moor", 2), undo=True)
    assert Archive(fleet.root).story(url("moor", 2)).title == "Ferry 2 of moor"
    shard.purge(url("moor", 2), reason="asked for")
    with pytest.raises(NothingFoundError):
        Archive(fleet.root).story(url("moor", 2))
    assert remnants(fleet.root, ["Ferry 2 of moor"]) == []


def test_a_purge_that_met_a_locked_merged_index_is_finished_by_giving_it_again(fleet: Fleet) -> None:
    with index_lock(fleet.root), pytest.raises(ArchiveLockedError):
        purge_everywhere(fleet, SHARED, reason="asked for")
    assert Archive(fleet.root).story(SHARED).title == TITLE
    purge_everywhere(fleet, SHARED, reason="asked for")
    assert remnants(fleet.root, [TITLE]) == []


@pytest.mark.parametrize("words", [["purge", "--yes"], ["withhold"]])
def test_the_folder_of_a_fleet_is_not_an_archive_to_write_to(fleet: Fleet, words: list[str]) -> None:
    code, _, error = run("--archive", fleet.root, *words, SHARED, "--reason", "asked for")
    assert code == 2
    assert "Use `newsarchive fleet` (run, rebuild, verify, purge, withhold)" in error
    assert not (fleet.root / "decisions.jsonl").exists()
    assert Archive(fleet.root).story(SHARED).title == TITLE


@pytest.mark.parametrize(("words", "says"), [(["purge", "--yes"], "removed"), (["withhold"], "Withheld in")])
def test_the_command_line_does_so(fleet: Fleet, words: list[str], says: str) -> None:
    ids = of_story(fleet.root)
    code, out, error = run("fleet", *words, SHARED, "--fleet", fleet.root, "--reason", "asked for")
    assert (code, error) == (0, "")
    assert says in out
    assert said(fleet, fleet.root, *ids) == set()


def test_an_archive_that_is_in_no_fleet_has_nothing_to_follow(tmp_path: Path) -> None:
    Archive.create(tmp_path / "a")
    follow_in_merged(tmp_path / "a")
    assert not (tmp_path / "a" / "index.db").exists()
