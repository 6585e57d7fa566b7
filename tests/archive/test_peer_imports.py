"""Imports of what ArchiveBox, changedetection.io and diffengine leave: versions at their dates, and what can't be taken."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import brotli
import pytest

from newsarchive.archive import Archive
from newsarchive.archive.peer_contents import time_of
from newsarchive.archive.peer_imports import is_peer
from newsarchive.config import FILENAME
from newsarchive.sources import write_source
from newsarchive.times import Clock, iso_seconds
from tests.archive.peers import FERRY, archivebox, changedetection, diffengine, followed, page, snapshot
from tests.cli.test_cli import run
from tests.crawl.origin import Origin, plain
from tests.ingest.press import SITE, SOURCES, START, by_others, text

WATCHED = "http://s.test/news/ferry"
FIRST, SECOND, THIRD = 1772449200, 1772452800, 1772456400  # 11:00, 12:00, 13:00 UTC on 2 March 2026


def new(root: Path) -> Archive:
    """An archive without sources."""
    made = Archive.create(root, clock=Clock(START))
    (made.root / FILENAME).write_text("[extract]\nworkers = 1\n")
    return Archive(made.root, clock=Clock(START))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = new(tmp_path / "a")
    write_source(made.root, SOURCES["gazette"])
    return made


def versions(archive: Archive, url: str) -> list[tuple[str, str]]:
    return [(v.title, v.first_seen_at) for v in archive.story(url).versions]


def is_whole(archive: Archive) -> bool:
    return bool(archive.rebuild(check=True).equal) and archive.verify().exit_code == 0


# ---------------------------------------------------------------- ArchiveBox


def test_a_snapshot_is_its_warc_where_that_holds_the_page_else_the_html_that_was_kept(
    archive: Archive, tmp_path: Path
) -> None:
    done = archive.import_peer(archivebox(tmp_path / "box"))
    assert versions(archive, FERRY) == [("Ferry sails", "2026-03-02T06:00:00Z")]
    assert versions(archive, f"{SITE}/news/bridge") == [("Bridge shut", "2026-03-02T07:30:00Z")]
    assert versions(archive, f"{SITE}/news/pier") == [("Pier mended", "2026-03-02T09:00:00Z")]
    assert (done.program, done.warcs, done.pages, done.exit_code) == ("ArchiveBox", 2, 2, 3)
    assert done.lost == {"snapshots without a WARC or HTML of their page": 1}
    assert is_whole(archive)


def test_the_records_of_kept_html_say_who_kept_it_and_what_it_is_made_of(
    archive: Archive, tmp_path: Path
) -> None:
    done = archive.import_peer(archivebox(tmp_path / "box"))
    assert done.imported
    [name] = done.imported.files[0].filenames
    data = gzip.decompress((archive.root / "warc" / name).read_bytes())
    assert data.count(b"WARC-Type: resource\r\n") == 2
    assert b"kept-by: ArchiveBox\r\nmade-of: singlefile.html\r\n" in data


def test_the_same_folder_again_is_the_same_file_and_a_grown_one_gives_what_is_new(
    archive: Archive, tmp_path: Path
) -> None:
    box = archivebox(tmp_path / "box")
    archive.import_peer(box)
    again = archive.import_peer(box)
    assert again.imported
    assert again.imported.files[0].already
    snapshot(box, "1772460000.0", f"{SITE}/news/new", {"output.html": page("A new one", 5)})
    archive.import_peer(box)
    assert versions(archive, f"{SITE}/news/new") == [("A new one", "2026-03-02T14:00:00Z")]
    assert len(archive.story(FERRY).versions) == 1
    assert is_whole(archive)


def test_a_damaged_warc_costs_its_own_records_alone(archive: Archive, tmp_path: Path) -> None:
    box = archivebox(tmp_path / "box")
    broken = snapshot(box, "1772450000.0", f"{SITE}/news/torn", {"output.html": page("Torn", 6)})
    (broken / "warc").mkdir()
    file = by_others(broken / "warc" / "x.warc.gz", [(f"{SITE}/news/torn", 0.0, page("Torn", 6))])
    file.write_bytes(file.read_bytes()[:-200])
    done = archive.import_peer(box)
    assert versions(archive, FERRY) == [("Ferry sails", "2026-03-02T06:00:00Z")]
    assert len(archive.story(f"{SITE}/news/torn").versions) == 1
    assert done.exit_code == 3
    assert is_whole(archive)


def test_a_folder_of_strangers_is_kept_and_its_domains_named(archive: Archive, tmp_path: Path) -> None:
    url = "https://paper.example/1"
    snapshot(tmp_path / "box", "1772452800.0", url, {"output.html": page("Strange")})
    done = archive.import_peer(tmp_path / "box")
    assert done.imported
    assert done.imported.left_out.largest == {"paper.example": 1}
    archive.import_peer(tmp_path / "box", domains=["paper.example"])
    assert versions(archive, url) == [("Strange", "2026-03-02T12:00:00Z")]


# ---------------------------------------------------------------- changedetection.io


@pytest.mark.parametrize("later", [False, True], ids=["url-watches.json", "watch.json"])
@pytest.mark.parametrize("unpacked", [False, True], ids=["zip", "folder"])
def test_html_snapshots_are_versions_and_texts_are_kept_as_conversions(
    archive: Archive, tmp_path: Path, later: bool, unpacked: bool
) -> None:
    path = changedetection(tmp_path / "b.zip", *followed([FIRST, SECOND, THIRD]), later=later)
    if unpacked:
        zipfile.ZipFile(path).extractall(tmp_path / "data")
        path = tmp_path / "data"
    done = archive.import_peer(path)
    assert versions(archive, FERRY) == [
        ("Ferry 1", "2026-03-02T12:00:00Z"),
        ("Ferry 2", "2026-03-02T13:00:00Z"),
    ]
    assert (done.program, done.pages, done.lost, done.urls) == ("changedetection.io", 3, {}, ())
    assert done.imported
    assert done.imported.files[0].problems == (
        "1 pages converted by another program; they are kept, and not indexed",
    )
    assert done.exit_code == 3
    assert is_whole(archive)


def test_a_watch_of_a_pages_source_has_pages_as_snapshots(archive: Archive, tmp_path: Path) -> None:
    watch = {"w1": {"url": f"source:{FERRY}", "paused": True}}
    files = {"w1/history.txt": f"{SECOND},a.txt\n".encode(), "w1/a.txt": page("Ferry sails")}
    done = archive.import_peer(changedetection(tmp_path / "b.zip", watch, files))
    assert versions(archive, FERRY) == [("Ferry sails", "2026-03-02T12:00:00Z")]
    assert done.exit_code == 0


def test_what_a_watch_holds_that_cant_be_read_is_counted(archive: Archive, tmp_path: Path) -> None:
    watches = {
        "w1": {"url": FERRY, "paused": False},
        "w2": {"url": "https://gazette.example/{% now 'utc' %}"},
        "w3": {"url": "file:///etc/passwd"},
        "../w4": {"url": FERRY},
    }
    history = f"{SECOND},gone.txt\nnever,x.txt\n{THIRD},../../other.txt\n{FIRST},bad.txt.br\nno line\n"
    files = {"w1/history.txt": history.encode(), "w1/bad.txt.br": b"\x00\xff\x00"}
    done = archive.import_peer(changedetection(tmp_path / "b.zip", watches, files))
    assert done.lost == {"watches whose address can't be fetched": 2, "snapshots that can't be read": 4}
    assert (done.pages, done.urls, done.exit_code) == (0, (FERRY,), 3)


def test_a_snapshot_that_unpacks_to_more_than_a_page_is_refused(archive: Archive, tmp_path: Path) -> None:
    watches, files = followed([SECOND])
    files[f"w1/{SECOND}.html.br"] = brotli.compress(b"<p>" + bytes(65 << 20), quality=1)
    files["w1/0.txt.br"] = b""
    done = archive.import_peer(changedetection(tmp_path / "b.zip", watches, files))
    assert (done.pages, done.lost) == (0, {"snapshots that can't be read": 1})


def test_a_watched_address_is_captured_now_and_continues_its_snapshots(tmp_path: Path) -> None:
    with Origin() as origin:
        origin.shapes[WATCHED] = plain(page("Ferry now"))
        path = changedetection(tmp_path / "b.zip", *followed([SECOND, THIRD], paused=False, url=WATCHED))
        Archive.create(tmp_path / "a")
        (tmp_path / "a" / FILENAME).write_text(
            f'contact = "desk@archive.example"\n[network]\nconnect_to = ["s.test:80:127.0.0.1:{origin.port}"]\n'
            f'allow = ["127.0.0.1:{origin.port}"]\n[crawl]\ndelay = 0\n[extract]\nworkers = 1\n'
        )
        code, out, err = run("--archive", tmp_path / "a", "import", "--json", path)
    said = json.loads(out)
    assert (code, said["urls"], said["lost"]) == (0, [WATCHED], {}), err
    titles = [v.title for v in Archive(tmp_path / "a").story(WATCHED).versions]
    assert titles == ["Ferry 0", "Ferry 1", "Ferry now"]


# ---------------------------------------------------------------- diffengine


def summary(seed: int) -> str:
    return "".join(f"<p>{p}</p>" for p in text(seed))


def test_a_diffengine_database_gives_its_versions_at_their_dates_and_sources_of_its_feeds(
    tmp_path: Path,
) -> None:
    made = new(tmp_path / "a")
    shown = [
        (FERRY, "Ferry sails & returns", "2026-03-02 12:00:00.123456", summary(1)),
        (FERRY, "Ferry sails late", "2026-03-02 13:30:00", summary(1)),
        (f"{SITE}/news/pier", "Pier <mended>", "2026-03-02 14:00:00", summary(2)),
    ]
    done = made.import_peer(diffengine(tmp_path / "diffengine.db", shown))
    assert versions(made, FERRY) == [
        ("Ferry sails & returns", "2026-03-02T12:00:00Z"),
        ("Ferry sails late", "2026-03-02T13:30:00Z"),
    ]
    assert versions(made, f"{SITE}/news/pier") == [("Pier <mended>", "2026-03-02T14:00:00Z")]
    assert made.extract(f"{SITE}/news/pier").paragraphs == tuple(text(2))
    assert (done.sources, done.pages, done.exit_code) == (("gazette",), 3, 0)
    source = Archive(made.root).sources["gazette"]
    assert (source.feeds, source.domains) == (("https://feeds.gazette.example/rss",), ("gazette.example",))
    assert is_whole(Archive(made.root, clock=Clock(START)))


def test_where_the_wayback_machine_has_the_page_is_kept_beside_a_version(tmp_path: Path) -> None:
    made = new(tmp_path / "a")
    done = made.import_peer(
        diffengine(tmp_path / "d.db", [(FERRY, "Ferry", "2026-03-02 12:00:00", summary(1))])
    )
    assert done.imported
    data = gzip.decompress((made.root / "warc" / done.imported.files[0].filenames[0]).read_bytes())
    assert b"made-of: title and summary of entryversion 1\r\n" in data
    assert f"archived-at: https://web.archive.org/web/20260302000000/{FERRY}\r\n".encode() in data


def test_rows_of_diffengine_that_cant_be_taken_are_counted(tmp_path: Path) -> None:
    made = new(tmp_path / "a")
    path = diffengine(
        tmp_path / "d.db",
        [
            ("javascript:1", "x", "2026-03-02 12:00:00", "<p>x</p>"),
            (FERRY, "Ferry", "sometime", summary(1)),
            (FERRY, "Ferry", "2026-03-02 12:00:00", summary(1)),
        ],
        feed="nowhere",
    )
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO entry VALUES (9, 'https://gazette.example/9', '2026-03-01', '2026-03-01')")
    done = made.import_peer(path)
    assert done.lost == {
        "feeds whose address can't be fetched": 1,
        "stories of which diffengine has no version": 1,
        "versions without an address, a date or a text that can be read": 2,
    }
    assert (done.pages, done.sources, done.exit_code) == (1, (), 3)
    assert len(made.story(FERRY).versions) == 1


# ---------------------------------------------------------------- recognising


def test_only_what_a_known_program_left_is_recognised(tmp_path: Path) -> None:
    box = archivebox(tmp_path / "box")
    backup = changedetection(tmp_path / "b.zip", *followed([FIRST]))
    database = diffengine(tmp_path / "d.db", [])
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.json").write_text('{"url": "x"}')
    with closing(sqlite3.connect(tmp_path / "o.db")) as db, db:
        db.execute("CREATE TABLE feed (url)")
    with zipfile.ZipFile(tmp_path / "o.zip", "w") as out:
        out.writestr("archive/x.warc.gz", b"")
    warc = by_others(tmp_path / "w.warc.gz", [(FERRY, 0.0, page("Ferry"))])
    known = [box, box / "archive", box / "archive" / "1772452800.0", backup, database]
    unknown = [other, tmp_path / "o.db", tmp_path / "o.zip", warc, tmp_path / "none"]
    assert ([is_peer(p) for p in known], [is_peer(p) for p in unknown]) == ([True] * 5, [False] * 5)


def test_a_folder_of_nobody_is_refused_with_the_next_step(tmp_path: Path) -> None:
    run("init", "--archive", tmp_path / "a")
    (tmp_path / "b").mkdir()
    code, _, err = run("--archive", tmp_path / "a", "import", tmp_path / "b")
    assert (code, "ArchiveBox, changedetection.io or diffengine" in err, "WARC files one by one" in err) == (
        2,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1772452800.0", "2026-03-02T12:00:00Z"),
        (1772452800, "2026-03-02T12:00:00Z"),
        ("2026-03-02T12:00:00.5+01:00", "2026-03-02T11:00:00Z"),
        ("2026-03-02 12:00:00", "2026-03-02T12:00:00Z"),
        ("nan", None), ("1e99", None), (None, None), ([], None), ("../x", None), ("", None), (-5, None),
    ],
)  # fmt: skip
def test_times_of_peers(value: object, expected: str | None) -> None:
    found = time_of(value)
    assert (iso_seconds(found) if found else None) == expected
