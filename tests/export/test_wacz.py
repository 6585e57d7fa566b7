"""WACZ: what is in it, and the round trip: an archive that imports it has the same stories, versions and ids."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.export import to_columns
from newsarchive.export.exported import exported_versions
from newsarchive.index import reading
from newsarchive.index.search import SearchQuery
from newsarchive.model import Exchange
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.ingest.press import SITE, SOURCES, START, answer, by_others, html, text, write

from .stories import ALL

PIER = html("Pier opens", text(1))
PLACES = ("warc_filename", "warc_offset", "warc_length")  # of the file that holds the record


def empty_archive(root: Path) -> Archive:
    made = Archive.create(root, clock=Clock(START))
    (made.root / FILENAME).write_text("[extract]\nworkers = 1\n")
    write_source(made.root, SOURCES["gazette"])
    return Archive(made.root, clock=Clock(START))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Own captures (an edit, the same bytes again, a 304, a feed) and a file of others; one story is withheld."""
    made = empty_archive(tmp_path_factory.mktemp("full") / "a")
    first = write(made.root, [answer(f"{SITE}/a", PIER)], "one")[0]
    write(
        made.root,
        [
            answer(f"{SITE}/a", PIER, hour=2, previous=first, reason="recheck"),
            answer(f"{SITE}/a", b"", hour=3, status=304, previous=first, reason="recheck"),
            answer(f"{SITE}/a", html("Pier opens late", text(1)), hour=9, reason="recheck"),
            answer(f"{SITE}/secret", html("Secret", text(5)), hour=9),
            answer(f"{SITE}/feed", b"<rss/>", hour=9, content_type="text/xml", reason="feed"),
        ],
        "two",
    )
    made.ingest()
    foreign = by_others(
        tmp_path_factory.mktemp("others") / "x.warc.gz", [(f"{SITE}/b", 4.0, html("Crane sold", text(7)))]
    )
    made.import_files([foreign])
    made.decide("withhold", f"{SITE}/secret", reason="court order")
    return made


def rows(archive: Archive) -> list[dict[str, object]]:
    """Every version, without the places of its record."""
    with reading(archive.index) as db:
        found = [to_columns(each) for each in exported_versions(db, ALL, history=True)]
    return [{name: value for name, value in row.items() if name not in PLACES} for row in found]


def test_an_archive_that_imports_it_is_the_same(full: Archive, tmp_path: Path) -> None:
    assert full.export(ALL, form="wacz", output=tmp_path / "all.wacz").versions == 3
    other = empty_archive(tmp_path / "b")
    other.import_files([tmp_path / "all.wacz"])
    assert rows(other) == rows(full)
    assert [row["title"] for row in rows(other)] == ["Crane sold", "Pier opens", "Pier opens late"]
    assert other.verify().exit_code == 0
    assert other.rebuild(check=True).equal
    for url in (f"{SITE}/a", f"{SITE}/b"):
        assert [c.warc_record_id for c in other.story(url).captures] == [
            c.warc_record_id for c in full.story(url).captures
        ]


def test_only_the_chosen_stories_are_in_it(full: Archive, tmp_path: Path) -> None:
    full.export(SearchQuery(text='"crane sold"', limit=0), form="wacz", output=tmp_path / "one.wacz")
    with zipfile.ZipFile(tmp_path / "one.wacz") as wacz:
        everything = b"".join(wacz.read(name) for name in wacz.namelist())
        with wacz.open("archive/imported.warc.gz") as file:
            urls = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(file)]
    assert urls == [None, f"{SITE}/b"]
    assert b"gazette.example/a" not in everything
    assert b"secret" not in everything.lower()


def test_the_datapackage_states_the_digest_and_size_of_every_entry(full: Archive, tmp_path: Path) -> None:
    full.export(ALL, form="wacz", output=tmp_path / "all.wacz")
    with zipfile.ZipFile(tmp_path / "all.wacz") as wacz:
        assert wacz.testzip() is None
        text = wacz.read("datapackage.json")
        package = json.loads(text)
        for resource in package["resources"]:
            data = wacz.read(resource["path"])
            assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
            assert resource["bytes"] == len(data)
        stored = {info.filename for info in wacz.infolist() if info.compress_type == zipfile.ZIP_STORED}
        digest = json.loads(wacz.read("datapackage-digest.json"))
        names = set(wacz.namelist())
    assert (package["profile"], package["wacz_version"]) == ("data-package", "1.1.1")
    assert digest == {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(text).hexdigest()}
    assert {name for name in names if name.startswith(("archive/", "indexes/"))} <= stored
    assert {resource["path"] for resource in package["resources"]} == names - {
        "datapackage.json",
        "datapackage-digest.json",
    }


def test_an_entry_that_has_an_extra_field_has_one_in_the_directory_too(full: Archive, tmp_path: Path) -> None:
    """wabac.js 2.27 takes an entry without one in the directory to begin right behind its name."""
    full.export(ALL, form="wacz", output=tmp_path / "all.wacz")
    data = (tmp_path / "all.wacz").read_bytes()
    with zipfile.ZipFile(tmp_path / "all.wacz") as wacz:
        for info in wacz.infolist():
            has_own = data[info.header_offset + 28 : info.header_offset + 30] != b"\0\0"
            assert has_own == bool(info.extra), info.filename


def test_the_index_leads_to_each_record(full: Archive, tmp_path: Path) -> None:
    full.export(ALL, form="wacz", output=tmp_path / "all.wacz")
    with zipfile.ZipFile(tmp_path / "all.wacz") as wacz:
        lines = wacz.read("indexes/index.cdx").decode().splitlines()
        assert lines == sorted(lines)
        seen = []
        for line in lines:
            key, _, rest = line.partition(" ")
            entry = json.loads(rest.partition(" ")[2])
            with wacz.open(f"archive/{entry['filename']}") as file:
                file.seek(int(entry["offset"]))
                record = next(iter(ArchiveIterator(file)))
                assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
            seen.append((key, entry["mime"]))
    assert seen == [
        ("example,gazette)/a", "text/html"),
        ("example,gazette)/a", "warc/revisit"),
        ("example,gazette)/a", "text/html"),
        ("example,gazette)/b", "text/html"),
    ]


def test_the_pages_are_the_versions_with_their_text(full: Archive, tmp_path: Path) -> None:
    full.export(ALL, form="wacz", output=tmp_path / "all.wacz")
    with zipfile.ZipFile(tmp_path / "all.wacz") as wacz:
        head, *pages = map(json.loads, wacz.read("pages/pages.jsonl").decode().splitlines())
    assert head["format"] == "json-pages-1.0"
    assert [(page["url"], page["title"]) for page in pages] == [
        (f"{SITE}/b", "Crane sold"),
        (f"{SITE}/a", "Pier opens"),
        (f"{SITE}/a", "Pier opens late"),
    ]
    assert all(page["text"].count("That was item") == 5 for page in pages)


def test_the_files_of_a_page_are_in_it_each_as_it_was_nearest_in_time(tmp_path: Path) -> None:
    css, other = f"{SITE}/style.css", f"{SITE}/fonts.css"
    page = html(
        "Pier opens", text(1), head='<link rel="stylesheet" href="/style.css">', after='<img src="/old.png">'
    )

    def file(url: str, body: bytes, kind: str, hour: float, **more: object) -> Exchange:
        return answer(url, body, hour=hour, content_type=kind, reason="requisite", **more)  # type: ignore[arg-type]

    made = empty_archive(tmp_path / "a")
    exchanges = [
        answer(f"{SITE}/a", page, hour=1),
        file(css, b'@import "fonts.css"; body { background: url(/bg.png) }', "text/css", 1.1),
        file(css, b"body { color: red }", "text/css", 50),
        file(other, b"@font-face { src: url(/f.woff2) }", "text/css", 1.1),
        file(f"{SITE}/f.woff2", b"font", "font/woff2", 1.2),
        file(f"{SITE}/old.png", b"", "text/html", 1.2, status=301, headers=[("Location", "/new.png")]),
        file(f"{SITE}/new.png", b"new", "image/png", 1.3),
        file(f"{SITE}/bg.png", b"bg", "image/png", 1.3),
        file(f"{SITE}/unrelated.png", b"no", "image/png", 1.3),
        answer(f"{SITE}/b", html("Crane sold", text(7)), hour=60),
    ]
    write(made.root, exchanges, "one")
    made.ingest()
    made.export(SearchQuery(text='"pier opens"', limit=0), form="wacz", output=tmp_path / "one.wacz")
    with zipfile.ZipFile(tmp_path / "one.wacz") as wacz:
        lines = [line.split(" ", 2) for line in wacz.read("indexes/index.cdx").decode().splitlines()]
        pages = wacz.read("pages/pages.jsonl").decode().count('"url"')
    assert [(json.loads(entry)["url"].removeprefix(SITE), at[8:12]) for _, at, entry in lines] == [
        ("/a", "0700"),
        ("/bg.png", "0718"),
        ("/f.woff2", "0712"),
        ("/fonts.css", "0706"),
        ("/new.png", "0718"),
        ("/old.png", "0712"),
        ("/style.css", "0706"),
    ]
    assert pages == 1
    other_archive = empty_archive(tmp_path / "b")
    other_archive.import_files([tmp_path / "one.wacz"])
    assert len(rows(other_archive)) == 1
    assert other_archive.verify().exit_code == 0
