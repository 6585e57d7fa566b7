"""A process killed in the middle of its work costs nothing: the result is what it would have been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.engine import Engine, Failed, LocalEngine
from newsarchive.cluster.fleet import Fleet
from newsarchive.cluster.fleet_index import merge_shards
from newsarchive.cluster.work import Receipt, WorkItem, perform
from newsarchive.config import FILENAME
from newsarchive.errors import ArchiveLockedError
from newsarchive.index import failures, reading
from newsarchive.index.integrity import compare_indexes
from newsarchive.locks import WARC_LOCK, is_locked
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.warc import list_files
from newsarchive.warc.places import place_at
from newsarchive.warc.uploading import read_list
from tests.cluster.killing import builder_of, ended, extractor_of, killed_once
from tests.cluster.making import NAMES, as_one, fleet_of, url
from tests.ingest.press import by_others, html, text
from tests.newsroom import Newsroom
from tests.object_store import ObjectStore, wait_for
from tests.press import SETTINGS

pytestmark = pytest.mark.cluster


@pytest.fixture
def engine() -> Iterator[Engine]:
    with LocalEngine(2) as engine:
        yield engine


def rebuilds(fleet: Fleet, **more: bool) -> list[WorkItem]:
    return [WorkItem(unit="rebuild", place=fleet.root, item=name, **more) for name in fleet.names]


def failed_pages(fleet: Fleet) -> dict[str, str]:
    """Why pages of the shards were marked as failed, by URL."""
    found = {}
    for name in fleet.names:
        if (path := fleet.folder(name) / "index.db").exists():
            with reading(path) as db:
                found |= {row.url: row.reason for row in failures(db)}
    return found


def test_a_process_killed_while_it_makes_an_index(engine: Engine, tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 2, stories=8)
    with killed_once(lambda: builder_of(fleet.root)) as killed:
        found = list(engine.run(rebuilds(fleet)))
    assert len(killed) == 1
    assert not [one for one in found if isinstance(one, Failed)]
    merge_shards(fleet)
    assert compare_indexes(as_one(fleet, tmp_path / "one").index, fleet.index) == ()
    assert failed_pages(fleet) == {}


def warcs_in(folder: Path, files: int = 3, pages: int = 8) -> list[Path]:
    folder.mkdir()
    return [
        by_others(
            folder / f"far-{n}.warc.gz",
            [
                (f"https://far.example/{n}/{i}", i, html(f"Far {n} {i}", text(10 * n + i)))
                for i in range(pages)
            ],
        )
        for n in range(files)
    ]


def extracts(paths: list[Path], to: Path) -> list[WorkItem]:
    return [WorkItem(unit="extract", place=to, item=str(path), options={"form": "jsonl"}) for path in paths]


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.jsonl"))}


def test_a_process_killed_while_it_extracts_a_file(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    paths = warcs_in(tmp_path / "in")
    for work in extracts(paths, tmp_path / "whole"):
        perform(work)
    with killed_once(lambda: extractor_of(tmp_path / "temporary")) as killed:
        found = list(engine.run(extracts(paths, tmp_path / "out")))
    assert len(killed) == 1
    assert [one.counts for one in found if isinstance(one, Receipt)] == [
        {"pages": 8, "empty": 0, "failed": 0}
    ] * 3
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")


# ---------------------------------------------------------------- pages that harm their process

MISBEHAVIOUR = {
    "os.kill(os.getpid(), 9)": "3 worker processes ended on this page",
    "while True: pass": "processor time",
}


@pytest.mark.parametrize("code", MISBEHAVIOUR, ids=["kills", "stalls"])
def test_a_page_that_harms_its_process_is_marked_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        f"""import os
import newsarchive.extract as room
import newsarchive.ingest.worker_pool as pool
pool.CPU_SECONDS = 2
real = room.extract_article
def extract_article(html, url, **options):
    if url == {url("moor", 2)!r}:
        {code}
    return real(html, url, **options)
room.extract_article = extract_article
"""
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path.cwd())]))
    fleet = fleet_of(tmp_path / "press", 2, stories=3)
    with LocalEngine(2) as engine:
        found = list(engine.run(rebuilds(fleet)))
    assert not [one for one in found if isinstance(one, Failed)]
    [(marked, why)] = failed_pages(fleet).items()
    assert marked == url("moor", 2)
    assert MISBEHAVIOUR[code] in why
    for name in NAMES:
        archive = Archive(fleet.folder(fleet.shard_of(f"https://{name}.example/")))
        for number in range(3):
            assert bool(archive.story(url(name, number)).versions) is (url(name, number) != marked)


# ---------------------------------------------------------------- everything twice


def at_once(work: WorkItem) -> list[Receipt | Exception]:
    """Do it in two processes at the same time."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(perform, work) for _ in range(2)]
        return [future.exception() or future.result() for future in futures]  # type: ignore[misc]


def test_a_file_extracted_twice_and_at_once_gives_the_same_bytes(tmp_path: Path) -> None:
    [work] = extracts(warcs_in(tmp_path / "in", 1), tmp_path / "out")
    perform(work)
    before = tables(tmp_path / "out")
    for form in ("jsonl", "parquet"):
        again = WorkItem(
            unit="extract", place=tmp_path / "out", item=work.item, options={"form": form}, again=True
        )
        assert all(isinstance(one, Receipt) for one in at_once(again))
        first = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir() if p.is_file()}
        perform(again)
        assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir() if p.is_file()} == first
    assert tables(tmp_path / "out") == before


@pytest.mark.parametrize("unit", ["rebuild", "reextract", "verify"])
def test_a_shard_worked_on_twice_and_at_once_is_the_same(tmp_path: Path, unit: str) -> None:
    fleet = fleet_of(tmp_path / "press", 1, stories=3)
    perform(*rebuilds(fleet))
    archive = Archive(fleet.folder("000"))
    warcs = {
        file.filename: (archive.root / "warc" / file.filename).read_bytes()
        for file in list_files(archive.root)
    }
    options = {"everything": True, "wait": 60.0}
    found = at_once(WorkItem(unit=unit, place=fleet.root, item="000", again=True, options=options))
    assert all(isinstance(one, Receipt) for one in found), found
    assert archive.rebuild(check=True).equal is True
    assert {name: (archive.root / "warc" / name).read_bytes() for name in warcs} == warcs


# ---------------------------------------------------------------- crawls


def machine(folder: Path, room: Newsroom, place: str = "") -> Fleet:
    """A fleet of one shard on a machine, with all outlets of the newsroom."""
    fleet = Fleet.create(folder, shards=1)
    shard = fleet.folder("000")
    storage = f'\n[storage]\nplace = "{place}"\nlease = 2.0\n' if place else ""
    (shard / FILENAME).write_text(SETTINGS.format(network=room.config_toml()) + storage)
    for outlet in room.outlets.values():
        write_source(shard, Source(**outlet.source()))
    return Fleet(folder)


def tick(fleet: Fleet) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "newsarchive", "fleet", "run", "--once", "--workers", "1", "--fleet"]
    return subprocess.Popen(
        [*command, str(fleet.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill_all(process: subprocess.Popen[str]) -> None:
    """Kill a command with its processes, as a machine that loses its power does."""
    os.killpg(process.pid, 9)
    process.communicate()


def has_pages(fleet: Fleet) -> bool:
    return any(
        path.read_text().count("\n") > 2 for path in fleet.root.glob("shards/*/crawls/*/commits.jsonl")
    )


def captured(archive: Archive, room: Newsroom) -> bool:
    """Whether each article of the newsroom has a version."""
    return all(archive.story(url).versions for outlet in room.outlets.values() for url in outlet.urls())


def test_a_crawl_killed_in_the_middle_goes_on_and_two_at_once_never_run(tmp_path: Path) -> None:
    with Newsroom(seed=4, stories=6, outlets=("courier",), certificate_days=3650.0) as room:
        fleet = machine(tmp_path / "press", room)
        room.fault("slow", seconds=0.4)
        first = tick(fleet)
        wait_for(lambda: has_pages(fleet), "the first pages")
        room.clear_faults()
        room.fault("slow", seconds=5.0)  # the crawl's process isn't stopped, and must not come to the end
        os.killpg(first.pid, signal.SIGSTOP)
        code, said = ended(tick(fleet))
        kill_all(first)
        assert code == ArchiveLockedError.exit_code, said
        wait_for(lambda: not is_locked(fleet.folder("000") / WARC_LOCK), "the end of what was under way")
        room.clear_faults()
        code, said = ended(tick(fleet))
        assert code == 0, said
        archive = Archive(fleet.folder("000"))
        assert captured(archive, room)
        assert archive.verify().report.findings == ()
        assert archive.rebuild(check=True).equal is True
        assert failed_pages(fleet) == {}


def test_a_machine_that_was_lost_in_mid_crawl_is_replaced_by_another(
    objects: ObjectStore, tmp_path: Path
) -> None:
    """They share no file system, only the object store. When the lost one comes back, it adds what it had."""
    place = objects.bucket()
    with Newsroom(seed=4, stories=6, outlets=("courier",), certificate_days=3650.0) as room:
        one, other = (machine(tmp_path / name, room, place) for name in ("one", "other"))
        room.fault("slow", seconds=0.4)
        lost = tick(one)
        wait_for(lambda: has_pages(one), "the first pages")
        kill_all(lost)
        room.clear_faults()
        code, said = ended(tick(other))
        assert code == 0, said
        held = read_list(place_at(place))
        assert held.fence == 2
        assert captured(Archive(other.folder("000")), room)
        code, said = ended(tick(one))
        assert code == 0, said
        both = read_list(place_at(place))
        assert both.fence == 3
        assert set(both.files) > set(held.files)
        archive = Archive(other.folder("000"))
        assert archive.adopt() == len(both.files) - len(held.files)
        archive.ingest()
        assert archive.verify().report.findings == ()
        assert archive.rebuild(check=True).equal is True
