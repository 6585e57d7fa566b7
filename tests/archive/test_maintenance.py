"""Verify, back up, purge, decide, import: on an archive made the ordinary way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import (
    ArchiveDamagedError,
    ArchiveLockedError,
    ArchiveNotWritableError,
    NothingFoundError,
)
from newsarchive.index.rows import FailureRow
from newsarchive.index.search import SearchQuery
from newsarchive.index.write import open_index
from newsarchive.locks import warc_lock
from newsarchive.times import Clock
from newsarchive.warc import WarcStore
from tests.press import START, following, newsroom
from tests.warc.making import answer, exchange, page, read_all


def test_a_fresh_archive_is_whole(press):
    verified = Archive(press.folder).verify()
    assert (verified.exit_code, verified.report.findings) == (0, ())
    assert verified.report.captures > 30


def test_the_live_index_is_what_the_warcs_give(press, tmp_path):
    report = press.copy(tmp_path / "a").rebuild(check=True)
    assert (report.equal, report.differences) == (True, ())


def test_a_flipped_byte_is_named_with_its_file(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    victim = max((archive.root / "warc").glob("*.warc.gz"), key=lambda p: p.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 0xFF
    victim.write_bytes(data)
    verified = archive.verify()
    assert verified.exit_code == 4
    assert victim.name in {f.file for f in verified.report.findings}


def test_verify_names_what_could_not_be_indexed(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    lost = FailureRow(
        id=1, kind="page", source="harbour", url=press.plain_url, url_id=1, warc_record_id="urn:uuid:1",
        warc_filename="x.warc.gz", warc_offset=0, reason="extractor died", program_version="0",
    )  # fmt: skip
    with open_index(archive.index) as index:
        lost = replace(lost, url_id=index.db.execute("SELECT min(id) FROM urls").fetchone()[0])
        index.put_failures([lost])
    verified = archive.verify()
    assert f"not indexed: page {press.plain_url} (urn:uuid:1): extractor died" in verified.lines()
    assert (verified.exit_code, len(verified.as_dict()["not_indexed"])) == (0, 1)


def _tear(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size, count = (db.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_size", "page_count"))
    with path.open("r+b") as file:
        file.seek(count // 2 * size)
        file.write(b"\xa5" * size)


DAMAGE = [
    ("index.db", _tear, "index: index.db: ", "newsarchive rebuild"),
    ("index.db", lambda p: p.write_bytes(b"no database" * 99), "index: index.db: ", "newsarchive rebuild"),
    ("state.db", lambda p: p.write_bytes(b"no database" * 99), "index: state.db: ", "delete this file"),
    ("decisions.jsonl", lambda p: p.write_bytes(b"\xff\n"), "config: decisions.jsonl: ", ":1"),
    ("imports.jsonl", lambda p: p.write_bytes(b"{}\n"), "config: imports.jsonl: ", ":1"),
    ("purged.jsonl", lambda p: p.write_bytes(b"{'a\n{}\n"), "config: purged.jsonl: ", ":1"),
    ("watches.jsonl", lambda p: p.write_bytes(b"[\n\n"), "config: watches.jsonl: ", ":1"),
]


@pytest.mark.parametrize(
    ("name", "spoil", "begin", "advice"), DAMAGE, ids=lambda v: v if isinstance(v, str) else ""
)
def test_verify_names_what_is_spoilt_beside_the_warcs_and_goes_on(
    press, tmp_path, name, spoil, begin, advice
):
    archive = press.copy(tmp_path / "a")
    spoil(archive.root / name)
    verified = archive.verify()
    assert verified.exit_code == 4
    [line] = [line for line in verified.lines() if line.startswith(begin)]
    assert advice in line
    assert [f.file for f in verified.report.findings] == [name]
    assert verified.report.captures > 30


def test_a_backup_answers_like_the_original(press, tmp_path):
    archive = Archive(press.folder)
    archive.backup(tmp_path / "copy")
    copy = Archive(tmp_path / "copy")
    assert copy.story(press.headline_url) == archive.story(press.headline_url)
    assert copy.verify().exit_code == 0


def test_a_copy_made_before_all_was_indexed_is_whole(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    with WarcStore(archive.root, crawl_id="beside", min_free=0) as store:
        store.commit(exchange(1, "http://harbour.example/new", response=answer(page(1))))
        store.sync()
        report = archive.backup(tmp_path / "copy")
    assert report.problems == ()
    copy = Archive(tmp_path / "copy")
    assert copy.verify().report.findings == ()
    assert copy.rebuild(check=True).equal


def test_a_backup_that_was_cut_short_doesnt_verify_and_can_be_taken_up(press, tmp_path):
    archive = press.copy(tmp_path / "a")

    def stop(text, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.backup(tmp_path / "copy", on_progress=stop)
    with pytest.raises(ArchiveDamagedError, match="cut short"):
        Archive(tmp_path / "copy").verify()
    archive.backup(tmp_path / "copy")
    assert Archive(tmp_path / "copy").verify().exit_code == 0


def test_a_backup_of_a_backup_restores_the_archive(press, tmp_path):
    Archive(press.folder).backup(tmp_path / "copy")
    Archive(tmp_path / "copy").backup(tmp_path / "restored")
    restored = Archive(tmp_path / "restored")
    assert restored.verify().exit_code == 0
    assert restored.story(press.headline_url) == Archive(press.folder).story(press.headline_url)
    assert (restored.root / "newsarchive.toml").read_text() == (press.folder / "newsarchive.toml").read_text()


@pytest.fixture
def read_only(press, tmp_path):
    """An archive in which nothing can be written, its index in SQLite's log."""
    archive = press.copy(tmp_path / "a")
    place = archive.root
    if os.geteuid() == 0:
        mounted = tmp_path / "mounted"
        mounted.mkdir()
        commands = [["mount", "--bind", place, mounted], ["mount", "-o", "remount,bind,ro", mounted]]
        if any(subprocess.run(c, capture_output=True).returncode for c in commands):
            subprocess.run(["umount", mounted], capture_output=True)
            pytest.skip("root may write everywhere, and can't mount here")
        yield Archive(mounted)
        subprocess.run(["umount", mounted], check=True)
    else:
        place.chmod(0o555)
        yield archive
        place.chmod(0o755)


def test_what_only_reads_works_in_a_read_only_archive(read_only):
    assert [source.is_well for source in read_only.health()] == [True] * len(read_only.sources)
    assert read_only.status().lines()
    assert read_only.agenda() is not None


def test_a_read_only_archive_can_be_backed_up(read_only, press, tmp_path):
    report = read_only.backup(tmp_path / "copy")
    assert report.problems == ()
    assert Archive(tmp_path / "copy").verify().exit_code == 0
    assert Archive(tmp_path / "copy").story(press.headline_url) == read_only.story(press.headline_url)


def test_a_spoilt_database_is_no_reason_to_copy_nothing(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    (archive.root / "state.db").write_bytes(b"no database at all" * 99)
    [problem] = archive.backup(tmp_path / "copy").problems
    assert problem.startswith("state.db can't be read")
    assert Archive(tmp_path / "copy").verify().exit_code == 0


def test_a_purged_story_is_gone_and_the_rest_is_whole(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    before = archive.stats()["stories"]
    report = archive.purge(press.plain_url, reason="a court said so")
    assert report.captures
    with pytest.raises(NothingFoundError):
        archive.story(press.plain_url)
    assert archive.stats()["stories"] == before - 1
    assert archive.verify().exit_code == 0
    assert archive.rebuild(check=True).equal
    assert "a court said so" in (archive.root / "purged.jsonl").read_text()


def test_a_purged_page_stays_away_until_its_purge_is_undone(tmp_path):
    with newsroom(outlets=("harbour",), stories=3) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        archive.crawl()
        url = _a_story(archive)
        archive.purge(url, reason="a court said so")
        room.publish("harbour", title="Ferry sails again", paragraphs=["It sailed on Monday at noon."] * 5)
        room.advance(timedelta(minutes=5))
        later = Archive(archive.root, clock=Clock(room.now()))
        done = later.crawl()
        assert [s.outcomes for s in done.crawl.sources] == [{"purged": 1}]
        assert "purged 1" in done.as_text()
        asked = later.crawl(urls=[url])
        assert [s.examples for s in asked.crawl.sources if s.outcomes] == [{"purged": (url,)}]
        with pytest.raises(NothingFoundError):
            later.story(url)
        assert url not in "".join(c.url for c in read_all(archive.root))
        assert url in later.undo_purge(url, reason="appeal")
        later.crawl(urls=[url])
        assert later.story(url).versions
        assert later.rebuild(check=True).equal


def _a_story(archive):
    return next(hit.url for hit in archive.search(SearchQuery(text="")).hits)


def test_a_withheld_story_is_found_nowhere_until_it_is_shown_again(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    wanted = SearchQuery(text=press.new_title)
    archive.decide("withhold", press.headline_url, reason="asked for")
    assert press.headline_url not in [h.url for h in archive.search(wanted).hits]
    assert archive.changes() == ()
    with pytest.raises(NothingFoundError, match="withheld: asked for"):
        archive.story(press.headline_url).pick()
    archive.decide("withhold", press.headline_url, undo=True)
    assert press.headline_url in [h.url for h in archive.search(wanted).hits]


def test_merged_stories_are_one_and_a_rebuild_keeps_it(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.decide("merge", press.plain_url, press.headline_url, reason="same news")
    assert archive.story(press.plain_url).id == archive.story(press.headline_url).id
    assert archive.rebuild(check=True).equal


def test_an_archive_imported_into_an_empty_one_gives_the_same_stories(press, tmp_path):
    old = Archive(press.folder)
    new = Archive.create(tmp_path / "new")
    shutil.rmtree(new.root / "sources")
    shutil.copytree(old.root / "sources", new.root / "sources")
    files = sorted((old.root / "warc").glob("*.warc.gz"))
    new = Archive(new.root)
    new.import_files(files)
    titles = [v.title for v in new.story(press.headline_url).versions]
    assert titles == [press.old_title, press.new_title]


def test_two_writers_never_meet(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    with warc_lock(archive.root), pytest.raises(ArchiveLockedError):
        archive.import_files([next((archive.root / "warc").glob("*.warc.gz"))])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_archive_is_refused_before_any_fetch(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.root.chmod(0o555)
    try:
        with pytest.raises(ArchiveNotWritableError):
            archive.crawl()
    finally:
        archive.root.chmod(0o755)


def test_verify_beside_a_crawl_counts_what_isnt_indexed_yet(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    with WarcStore(archive.root, crawl_id="beside") as store:
        store.commit(exchange(1, "http://gazette.example/new", response=answer(page(1))))
        store.sync()
        beside = archive.verify()
        assert (beside.exit_code, beside.report.waiting) == (0, 1)
        assert beside.lines()[-1].endswith("whole; 1 captures are being indexed")
    after = archive.verify()
    assert (after.exit_code, [f.kind for f in after.report.findings]) == (4, ["missing-row"])
    archive.ingest()
    assert archive.verify().exit_code == 0
