"""Import: the archive's own pages continue their stories, strangers stay in the WARC until they are chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.maintenance import Imported, LeftOut
from newsarchive.config import FILENAME
from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.index.search import SearchQuery
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.ingest.press import SITE, SOURCES, START, by_others, html, text

STRANGE = [f"https://www.paper-{n}.example/news/{n}" for n in range(8)]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive.create(tmp_path / "a", clock=Clock(START))
    (made.root / FILENAME).write_text("[extract]\nworkers = 1\n")
    write_source(made.root, SOURCES["gazette"])
    return Archive(made.root, clock=Clock(START))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of the gazette's page twice, with an edit, among those of eight strangers."""
    own = [
        (f"{SITE}/a", 0.0, html("Pier opens", text(1))),
        (f"{SITE}/a", 9.0, html("Pier opens late", text(1))),
    ]
    strangers = [(u, 1.0 + i / 60, html(f"Strange {i}", text(10 + i))) for i, u in enumerate(STRANGE)]
    twice = [(STRANGE[3] + "/more", 4.0, html("Strange too", text(30)))]
    return by_others(tmp_path / "cc.warc.gz", [*own, *strangers, *twice])


def found(archive: Archive) -> list[str]:
    return sorted(hit.source for hit in archive.search(SearchQuery(text="")).hits)


def is_whole(archive: Archive) -> bool:
    report = archive.rebuild(check=True)
    return bool(report.equal) and archive.verify().exit_code == 0


def test_by_default_only_the_own_sources_are_indexed_and_the_rest_is_told(
    archive: Archive, file: Path
) -> None:
    done = archive.import_files([file])
    assert found(archive) == ["gazette"]
    assert [v.title for v in archive.story(f"{SITE}/a").versions] == ["Pier opens", "Pier opens late"]
    assert done.files[0].captures == 11
    assert (done.ingest.captures, done.ingest.pages) == (2, 2)
    assert (done.left_out.captures, done.left_out.domains) == (9, 8)
    assert next(iter(done.left_out.largest.items())) == ("paper-3.example", 2)
    assert is_whole(archive)


def test_what_was_left_out_stays_in_the_warc_and_in_the_cdxj(
    archive: Archive, file: Path, tmp_path: Path
) -> None:
    archive.import_files([file])
    with (tmp_path / "out.cdxj").open("w+") as out:
        assert archive.cdxj(out) == 11
    assert archive.verify().report.captures == 11


def test_a_domain_adds_to_the_own_sources(archive: Archive, file: Path) -> None:
    done = archive.import_files([file], domains=["paper-3.example"])
    assert found(archive) == ["gazette", "paper-3-example", "paper-3-example"]
    assert (done.left_out.captures, done.left_out.domains) == (7, 7)
    assert is_whole(archive)


def test_a_source_narrows(archive: Archive, file: Path) -> None:
    write_source(archive.root, Source(name="three", homepage="https://paper-3.example/"))
    archive = Archive(archive.root, clock=archive.clock)
    archive.import_files([file], sources=["three"])
    assert found(archive) == ["three", "three"]
    assert is_whole(archive)
    archive.import_files([file])
    assert found(archive) == ["gazette", "three", "three"]
    assert is_whole(archive)


def test_importing_again_with_another_domain_adds_and_copies_nothing(archive: Archive, file: Path) -> None:
    archive.import_files([file])
    for names in (["paper-1.example"], ["paper-2.example"], []):
        done = archive.import_files([file], domains=names)
        assert done.files[0].already
    assert found(archive) == ["gazette", "paper-1-example", "paper-2-example"]
    assert len(list((archive.root / "warc" / "imported").iterdir())) == 1
    assert done.ingest.captures == 0
    assert (done.left_out.captures, done.left_out.domains) == (7, 6)
    assert is_whole(archive)


def test_a_source_added_later_has_its_imported_history_and_loses_it_when_removed(
    archive: Archive, file: Path
) -> None:
    archive.import_files([file])
    path = write_source(archive.root, Source(name="three", homepage="https://paper-3.example/"))
    later = Archive(archive.root, clock=archive.clock)
    later.ingest()
    assert found(later) == ["gazette", "three", "three"]
    assert is_whole(later)
    Path(path).unlink()
    again = Archive(archive.root, clock=archive.clock)
    again.ingest()
    assert found(again) == ["gazette"]
    assert is_whole(again)


def test_a_backup_knows_what_was_chosen(archive: Archive, file: Path, tmp_path: Path) -> None:
    archive.import_files([file], domains=["paper-3.example"])
    archive.backup(tmp_path / "copy")
    copy = Archive(tmp_path / "copy", clock=archive.clock)
    (copy.root / "index.db").unlink()
    copy.rebuild()
    assert found(copy) == found(archive)
    assert is_whole(copy)


def test_an_archive_without_sources_takes_the_file_and_says_what_to_do(tmp_path: Path, file: Path) -> None:
    empty = Archive.create(tmp_path / "empty", clock=Clock(START))
    done = empty.import_files([file])
    assert done.left_out.captures == 11
    assert "newsarchive import --domain" in "\n".join(done.lines([file]))


@pytest.mark.parametrize(
    ("options", "error"),
    [({"sources": ["nobody"]}, NothingFoundError), ({"domains": ["https://x.example/"]}, UsageError)],
)
def test_a_wrong_choice_is_refused_before_anything_is_copied(
    archive: Archive, file: Path, options: dict[str, list[str]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        archive.import_files([file], **options)
    assert not (archive.root / "warc" / "imported").exists()


def test_the_words_name_files_strangers_and_the_next_step(archive: Archive, file: Path) -> None:
    lines = archive.import_files([file]).lines([file])
    assert lines[0] == "cc.warc.gz: 11 captures"
    assert "9 captures of 8 domains" in lines[2]
    assert "paper-3.example (2)" in lines[2]
    assert "and 3 more" in lines[2]
    assert f"newsarchive import --domain paper-3.example {file}" in lines[3]


def test_nothing_is_said_of_strangers_where_there_are_none(archive: Archive, tmp_path: Path) -> None:
    own = by_others(tmp_path / "own.warc.gz", [(f"{SITE}/a", 0.0, html("Pier opens", text(1)))])
    done = archive.import_files([own])
    assert done.left_out == LeftOut(captures=0, domains=0, largest={})
    assert len(done.lines([own])) == 2


def test_unreadable_addresses_are_told_as_such(archive: Archive, tmp_path: Path) -> None:
    bad = by_others(tmp_path / "bad.warc.gz", [("http://[::1/x", 0.0, b"x")])
    done: Imported = archive.import_files([bad])
    assert done.left_out.largest == {"(unreadable addresses)": 1}
    assert "--domain example.org" in "\n".join(done.lines([bad]))
