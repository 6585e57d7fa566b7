"""An archive whose WARC files are in a place alone answers as before: shown, browsed, cited, exported, rebuilt."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsarchive.archive import Archive
from newsarchive.archive.replaying import prepare
from newsarchive.browse import app
from newsarchive.cli import group
from newsarchive.config import FILENAME
from newsarchive.errors import UsageError
from newsarchive.index.search import SearchQuery
from tests.object_store import ObjectStore
from tests.press import Press


def stored_at(archive: Archive, place: str) -> Archive:
    """The archive with this place in its settings."""
    path = archive.root / FILENAME
    path.write_text(f'{path.read_text()}\n[storage]\nplace = "{place}"\n')
    return Archive(archive.root, clock=archive.clock)


def answers(archive: Archive, press: Press, folder: Path) -> Mapping[str, object]:
    """What reading verbs and pages of browse say, the time of saying it left out."""
    story = archive.story(press.headline_url)
    version = story.versions[-1]
    folder.mkdir()
    cdxj = io.StringIO()
    archive.cdxj(cdxj)
    archive.export(SearchQuery(), form="wacz", output=folder / "all.wacz")
    archive.backup(folder / "backup")
    datasette = app(archive.root)

    async def pages() -> list[tuple[int, bytes]]:
        versions = (await datasette.client.get(f"/-/news/story/{story.id}.json")).json()["versions"]
        capture = f"/-/news/capture/{versions[0]['first_capture_id']}"
        found = [await datasette.client.get(f"{capture}{end}") for end in ("/raw", "/page", ".json")]
        return [(one.status_code, one.content) for one in found]

    return {
        "page": archive.page(version),
        "extract": archive.extract(press.headline_url),
        "cite": archive.cite(press.headline_url),
        "proof": archive.prove(press.headline_url),
        "cdxj": cdxj.getvalue(),
        "wacz": records_in(folder / "all.wacz"),
        "backup": sorted((p.name, p.read_bytes()) for p in (folder / "backup" / "warc").iterdir()),
        "browse": asyncio.run(pages()),
    }


def records_in(wacz: Path) -> set[bytes]:
    """The records of a WACZ but the one that says when it was made."""
    with zipfile.ZipFile(wacz) as archive:
        data = gzip.decompress(archive.read("archive/data.warc.gz"))
    return {part for part in data.split(b"\r\n\r\nWARC/1.1\r\n") if b"warcinfo" not in part[:200]}


def test_every_verb_answers_as_before(press: Press, place: str, tmp_path: Path) -> None:
    archive = stored_at(press.copy(tmp_path / "a"), place)
    before = answers(archive, press, tmp_path / "before")
    done = archive.upload(drop_local=True)
    assert done.uploaded == done.dropped > 0
    assert list((archive.root / "warc").rglob("*.warc.gz*")) == []
    assert answers(archive, press, tmp_path / "after") == before
    assert archive.verify().report.findings == ()
    assert archive.rebuild(check=True).equal is True
    assert archive.reextract(everything=True).pages > 5
    assert archive.rebuild(check=True).equal is True


def test_pywb_is_told_of_the_place(press: Press, objects: ObjectStore, tmp_path: Path) -> None:
    place = objects.bucket()
    archive = stored_at(press.copy(tmp_path / "a"), place)
    archive.upload(drop_local=True)
    (tmp_path / "pywb").mkdir()
    assert prepare(archive, tmp_path / "pywb") > 10
    collection = json.loads((tmp_path / "pywb" / "config.yaml").read_text())["collections"]["news"]
    assert collection["archive_paths"] == [f"{archive.root / 'warc'}/", f"{place}/"]


def test_the_verb_uploads_and_takes_a_lost_disk_over(press: Press, place: str, tmp_path: Path) -> None:
    archive = stored_at(press.copy(tmp_path / "a"), place)

    def run(*args: object) -> str:
        done = CliRunner().invoke(group, [*map(str, args)], standalone_mode=False)
        assert (done.exit_code, done.return_value) == (0, 0), done.output
        return done.output

    assert "0 local copies removed" in run("upload", "--archive", archive.root)
    stories = archive.stats()["stories"]
    fresh = stored_at(Archive.create(tmp_path / "b"), place)
    for name, source in archive.sources.items():
        (fresh.root / "sources" / f"{name}.toml").write_text(
            (archive.root / "sources" / f"{name}.toml").read_text()
        )
        assert source.name == name
    assert "files entered" in run("upload", "--archive", fresh.root, "--adopt")
    fresh = Archive(fresh.root)
    fresh.ingest()
    assert fresh.stats()["stories"] == stories


def test_without_a_place_it_is_said_how_to_name_one(press: Press, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\[storage\] place"):
        press.copy(tmp_path / "a").upload()


def test_a_place_that_refuses_is_named_and_is_no_fault_of_the_program(
    press: Press, objects: ObjectStore, tmp_path: Path
) -> None:
    archive = stored_at(press.copy(tmp_path / "a"), f"{objects.bucket()[:-6]}x/press")
    command = [sys.executable, "-m", "newsarchive", "upload", "--archive", str(archive.root)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 5, done.stderr
    assert "no such bucket" in done.stderr
    assert "Traceback" not in done.stderr
