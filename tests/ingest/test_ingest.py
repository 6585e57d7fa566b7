"""Ingest: from WARC files to stories, in any order, after any interruption."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveDamagedError, ArchiveLockedError
from newsarchive.index import changes, open_readonly, read, reading, stats, story
from newsarchive.index.integrity import compare_indexes
from newsarchive.index.search import SearchQuery, search
from newsarchive.ingest import Ingester, IngestReport, ingest, rebuild
from newsarchive.locks import index_lock
from newsarchive.model import Candidate, Exchange, RecordRef
from newsarchive.times import Clock
from newsarchive.versions import Decision, append_decision
from newsarchive.warc import WarcStore, read_payload
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write

URL = SITE + "/news/1000/harbour-crane-repaired"


def take(root: Path) -> IngestReport:
    return ingest(root, config=CONFIG, sources=SOURCES)


def same_as_rebuilt(root: Path) -> None:
    report = rebuild(root, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_a_page_becomes_a_story(tmp_path: Path) -> None:
    write(tmp_path, [answer(URL, html("Crane repaired", text(1), published=START - timedelta(hours=3)))])
    report = take(tmp_path)
    assert (report.captures, report.pages, report.stories) == (1, 1, 1)
    with reading(tmp_path / "index.db") as db:
        found = story(db, URL)
        version = found.versions[0]
        assert (found.title, found.source, found.status) == ("Crane repaired", "gazette", "live")
        assert version.author_names == ("Ann Lee",)
        assert version.published_at == "2026-03-02T03:00:00Z"
        assert set(text(1)) <= set(version.paragraphs)
        assert search(db, SearchQuery(text='"item 11" repaired')).total == 1
        assert read.pages(db, version)[0].article["title"] == "Crane repaired"


def test_nothing_new_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, [answer(URL, html("Crane repaired", text(1)))])
    take(tmp_path)
    before = (tmp_path / "index.db").read_bytes()
    report = take(tmp_path)
    assert (report.captures, report.pages, report.stories) == (0, 0, 0)
    assert report.to_text() == "Nothing new to index."
    assert (tmp_path / "index.db").read_bytes() == before


def test_an_edit_becomes_a_version_and_a_change(tmp_path: Path) -> None:
    one = text(3)
    two = [p for p in one if "item 32" not in p]
    write(
        tmp_path,
        [
            answer(URL, html("Crane repaired", one), hour=0, seq=1),
            answer(URL, html("Crane repaired", one, after="<!-- 4711 readers -->"), hour=1, seq=2),
            answer(URL, html("Crane repaired", two), hour=2, seq=3, reason="recheck"),
        ],
    )
    assert take(tmp_path).pages == 3
    with reading(tmp_path / "index.db") as db:
        found = story(db, URL)
        assert [(v.n_captures, v.is_latest) for v in found.versions] == [(2, False), (1, True)]
        change = changes(db)[0]
        assert (change.before_no, change.after_no) == (1, 2)
        assert (change.not_before, change.changed_at) == ("2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z")
        assert search(db, SearchQuery(text='"item 32"')).total == 0
        assert search(db, SearchQuery(text='"item 32"', all_versions=True)).hits[0].lost_in == 2
    same_as_rebuilt(tmp_path)


def test_the_same_payload_is_extracted_once(tmp_path: Path) -> None:
    page = html("Crane repaired", text(1))
    first = write(tmp_path, [answer(URL, page)], "one")[0]
    again = [answer(URL, page, hour=i, seq=i, reason="recheck", previous=first) for i in range(1, 4)]
    again.append(answer(URL, b"", hour=5, seq=9, status=304, reason="recheck", previous=first))
    write(tmp_path, again, "two")
    report = take(tmp_path)
    assert (report.captures, report.pages) == (5, 1)
    with reading(tmp_path / "index.db") as db:
        found = story(db, URL)
        assert (found.n_captures, found.n_versions, found.last_checked_at) == (5, 1, "2026-03-02T11:00:00Z")
        assert [c.version_no for c in read.captures(db, found.id)] == [1] * 5
    same_as_rebuilt(tmp_path)


def test_what_is_no_article_is_a_row_and_no_story(tmp_path: Path) -> None:
    write(
        tmp_path,
        [
            answer(
                SITE + "/feed.xml",
                b"<rss><channel/></rss>",
                content_type="application/rss+xml",
                reason="feed",
            ),
            answer(SITE + "/robots.txt", b"User-agent: *", content_type="text/plain", reason="robots"),
            answer(SITE + "/news", html("News", text(2)), reason="section"),
            answer(SITE + "/a.png", b"\x89PNG", content_type="image/png", reason="requisite"),
            answer(SITE + "/news/1/refused-by-server", b"", error="connection refused"),
            answer(SITE + "/news/2/never-was-there", b"no", status=404),
        ],
    )
    report = take(tmp_path)
    assert (report.captures, report.pages, report.stories) == (6, 0, 0)
    with reading(tmp_path / "index.db") as db:
        assert stats(db)["captures"] == 6
        assert db.execute("SELECT count(*) FROM captures_read").fetchone() == (6,)
        assert stats(db)["stories"] == 0


def test_an_empty_page_and_a_pdf_are_kept_and_marked(tmp_path: Path) -> None:
    write(
        tmp_path,
        [
            answer(SITE + "/news/3/empty-page-of-ours", b""),
            answer(SITE + "/news/4/report-as-paper", b"%PDF-1.4 ...", content_type="application/pdf"),
        ],
    )
    report = take(tmp_path)
    assert report.empty_pages == 1
    with reading(tmp_path / "index.db") as db:
        kinds = {
            s.page_kind
            for s in (
                story(db, SITE + "/news/3/empty-page-of-ours"),
                story(db, SITE + "/news/4/report-as-paper"),
            )
        }
        assert kinds == {"empty", "not html"}
        assert stats(db)["statuses"] == {"unreadable": 2}


def test_a_story_that_goes_and_comes_back_says_so(tmp_path: Path) -> None:
    page = html("Crane repaired", text(1))
    write(
        tmp_path,
        [
            answer(URL, page, hour=0, seq=1),
            answer(URL, b"gone", hour=1, seq=2, status=410, reason="recheck"),
            answer(URL, page, hour=2, seq=3, reason="recheck"),
        ],
    )
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        found = story(db, URL)
        assert [e.kind for e in found.events] == ["gone", "back"]
        assert (found.status, found.n_versions) == ("live", 1)


def test_a_redirect_joins_the_two_urls(tmp_path: Path) -> None:
    new = SITE + "/news/1000/crane-is-repaired-at-last"
    page = html("Crane repaired", text(1))
    write(
        tmp_path,
        [
            answer(URL, page, hour=0, seq=1),
            answer(URL, b"", hour=1, seq=2, status=301, headers=[("Location", new)], reason="recheck"),
            answer(new, page, hour=1.01, seq=3, reason="recheck", redirect_from=URL),
        ],
    )
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        assert story(db, URL).id == story(db, new).id
        assert story(db, URL).urls == tuple(sorted((URL, new)))
        assert story(db, URL).url == new
        assert story(db, URL).same_because
    same_as_rebuilt(tmp_path)


def test_what_the_feed_said_fills_what_the_page_leaves_out(tmp_path: Path) -> None:
    said = Candidate(
        url=URL, kind="feed", title="From the feed", guid="g-1", published_at=START - timedelta(days=2)
    )
    write(tmp_path, [answer(URL, b"<html><body><article>" + b"".join(f"<p>{p}</p>".encode() for p in text(1)) + b"</article></body></html>", candidate=said)])  # fmt: skip
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        found = story(db, URL)
        assert found.published_at == "2026-02-28T06:00:00Z"
        assert found.title


# ---------------------------------------------------------------- any order, any interruption


PAGES = 12


def month(seed: int) -> list[list[Exchange]]:
    """Several crawls of an outlet: new pages, edits, moves, repeats, failures, one boilerplate line on all."""
    rng = random.Random(seed)
    box = "<p>Subscribe to the Gazette's evening letter and never miss a crane again.</p>"
    crawls: list[list[Exchange]] = [[], [], [], []]
    for i in range(PAGES):
        url = f"{SITE}/news/{2000 + i}/district-{i}-debates-the-crane"
        bodies = [html(f"District {i} debates", text(i), after=box, published=START)]
        bodies.append(
            html(f"District {i} debates on", [*text(i), f"A late line about {i} barges."], after=box)
        )
        guid = Candidate(url=url, kind="feed", guid=f"guid-{i}")
        crawls[0].append(answer(url, bodies[0], hour=i / 60, seq=i, candidate=guid))
        kind = rng.randrange(5)
        if kind == 0:
            crawls[1].append(answer(url, bodies[1], hour=10 + i / 60, seq=i, reason="recheck"))
        elif kind == 1:
            crawls[1].append(answer(url, b"", hour=10 + i / 60, seq=i, status=404, reason="recheck"))
        elif kind == 2:
            moved = url.replace("debates", "has-debated")
            crawls[1].append(
                answer(url, b"", hour=10 + i / 60, seq=i, status=301, headers=[("Location", moved)])
            )
            crawls[1].append(answer(moved, bodies[1], hour=10.01 + i / 60, seq=100 + i, redirect_from=url))
        elif kind == 3:
            crawls[2].append(answer(url, bodies[0], hour=20 + i / 60, seq=i, reason="recheck"))
            crawls[3].append(
                answer(url + "?utm_source=letter", bodies[1], hour=30 + i / 60, seq=i, reason="manual")
            )
        crawls[3].append(
            answer(
                f"{SITE}/feed.xml",
                b"<rss/>",
                hour=31 + i / 60,
                seq=200 + i,
                reason="feed",
                content_type="text/xml",
            )
        )
    return crawls


def warcs(tmp_path: Path, seed: int) -> Path:
    """An archive with one WARC a crawl."""
    root = tmp_path / f"whole-{seed}"
    for number, crawl in enumerate(month(seed)):
        write(root, crawl, f"crawl-{number}")
    return root


def copied(files: Sequence[Path], root: Path) -> None:
    (root / "warc").mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, root / "warc" / file.name)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_of_arrival_gives_the_same_index(tmp_path: Path, seed: int) -> None:
    whole = warcs(tmp_path, seed)
    files = sorted((whole / "warc").glob("*.warc.gz"))
    take(whole)
    with closing(open_readonly(whole / "index.db")) as db:
        assert db.execute("SELECT count(*) FROM templates").fetchone()[0] == 1
        assert db.execute("SELECT count(*) FROM story_urls").fetchone()[0] > stats(db)["stories"] >= PAGES
        assert len(changes(db)) >= 2
    for number, order in enumerate(
        (files[::-1], files[2:] + files[:2], random.Random(seed).sample(files, len(files)))
    ):
        root = tmp_path / f"other-{number}"
        for file in order:
            copied([file], root)
            take(root)
        assert compare_indexes(whole / "index.db", root / "index.db") == ()


def test_small_batches_give_the_same_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = warcs(tmp_path, 3)
    take(whole)
    other = tmp_path / "other"
    copied(sorted((whole / "warc").glob("*.warc.gz")), other)
    monkeypatch.setattr("newsarchive.ingest.warc_scan.BATCH", 1)
    monkeypatch.setattr("newsarchive.ingest.story_builder.AT_ONCE", 1)
    take(other)
    assert compare_indexes(whole / "index.db", other / "index.db") == ()


KILLED = """
import os, sys
from pathlib import Path
from newsarchive.index.write import Index
from newsarchive.ingest import ingest
from newsarchive.ingest import warc_scan
from tests.ingest.press import CONFIG, SOURCES
countdown = int(sys.argv[2])
warc_scan.BATCH = 7
old = Index.batch
def batch(self):
    global countdown
    countdown -= 1
    if countdown < 0:
        os._exit(9)
    return old(self)
Index.batch = batch
if __name__ == "__main__":
    ingest(Path(sys.argv[1]), config=CONFIG, sources=SOURCES)
"""


def test_a_killed_ingest_is_made_good_by_the_next(tmp_path: Path) -> None:
    whole = warcs(tmp_path, 4)
    take(whole)
    for steps in (5,):
        root = tmp_path / f"killed-{steps}"
        copied(sorted((whole / "warc").glob("*.warc.gz")), root)
        here = Path(__file__).resolve().parents[2]
        done = subprocess.run([sys.executable, "-c", KILLED, str(root), str(steps)], cwd=here, check=False)
        assert done.returncode == 9
        take(root)
        assert compare_indexes(whole / "index.db", root / "index.db") == ()


def test_a_file_that_is_still_written_is_read_as_far_as_it_is_committed(tmp_path: Path) -> None:
    with Ingester(tmp_path, config=CONFIG, sources=SOURCES) as ingester, WarcStore(tmp_path, crawl_id="now", clock=Clock(START)) as store:  # fmt: skip
        total = IngestReport()
        for i in range(4):
            store.commit(answer(f"{SITE}/news/{i}/story-of-the-day-{i}", html(f"Story {i}", text(i)), seq=i))
            store.sync()
            store.commit(
                answer(f"{SITE}/news/{90 + i}/not-synced-{i}", html(f"Late {i}", text(i)), seq=50 + i)
            )
            total += ingester.catch_up()
            assert total.captures == 2 * i + 1
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        assert stats(db)["stories"] == 8
        names = {r[0] for r in db.execute("SELECT name FROM warc_files")}
        assert not any(name.endswith(".open") for name in names)
    same_as_rebuilt(tmp_path)


def test_a_repeat_that_comes_before_its_payload_gets_its_page_later(tmp_path: Path) -> None:
    page = html("Crane repaired", text(1))
    whole = tmp_path / "whole"
    first = write(whole, [answer(URL, page)], "one")[0]
    write(whole, [answer(URL, page, hour=4, seq=4, reason="recheck", previous=first)], "two")
    files = sorted((whole / "warc").glob("*.warc.gz"), key=lambda f: f.stat().st_size)
    take(whole)
    other = tmp_path / "other"
    for file in files:
        copied([file], other)
        take(other)
    with reading(other / "index.db") as db:
        assert story(db, URL).versions[0].n_captures == 2
    assert compare_indexes(whole / "index.db", other / "index.db") == ()


def test_an_older_capture_that_is_imported_later_falls_into_place(tmp_path: Path) -> None:
    old = html(
        "Crane to be repaired",
        [*text(1)[:4], "Nobody knows when the work begins, and the crane will stand where it stands."],
    )
    new = html("Crane repaired", text(1))
    whole, other = tmp_path / "whole", tmp_path / "other"
    write(whole, [answer(URL, new, hour=50)], "late")
    write(whole, [answer(URL, old, hour=2)], "early")
    late, early = sorted((whole / "warc").glob("*.warc.gz"), key=lambda f: f.name)[::-1]
    take(whole)
    for file in (late, early):
        copied([file], other)
        take(other)
    with reading(other / "index.db") as db:
        assert [v.title for v in story(db, URL).versions] == ["Crane to be repaired", "Crane repaired"]
    assert compare_indexes(whole / "index.db", other / "index.db") == ()


# ---------------------------------------------------------------- locks and damage


def test_an_index_that_is_being_written_refuses_a_second_writer(tmp_path: Path) -> None:
    write(tmp_path, [answer(URL, html("Crane repaired", text(1)))])
    with index_lock(tmp_path), pytest.raises(ArchiveLockedError):
        take(tmp_path)
    assert take(tmp_path).captures == 1


def test_a_file_shorter_than_what_was_read_of_it_is_damage(tmp_path: Path) -> None:
    write(tmp_path, [answer(URL, html("Crane repaired", text(1)))])
    take(tmp_path)
    file = next((tmp_path / "warc").glob("*.warc.gz"))
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(ArchiveDamagedError, match="newsarchive verify"):
        take(tmp_path)


def test_a_truncated_page_is_an_event_and_no_version(tmp_path: Path) -> None:
    page = html("Crane repaired", text(1))
    write(
        tmp_path,
        [
            answer(URL, page, hour=0, seq=1),
            replace(answer(URL, page[:700], hour=1, seq=2, reason="recheck"), truncated="disconnect"),
        ],
    )
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        found = story(db, URL)
        assert (found.n_versions, [e.kind for e in found.events]) == (1, ["truncated"])


def test_pages_of_no_source_belong_to_their_domain(tmp_path: Path) -> None:
    write(
        tmp_path,
        [
            answer(URL, html("Ours", text(1)), source="", reason="manual"),
            answer(
                "https://www.other-paper.example/news/1/a-story-of-theirs", html("Theirs", text(2)), source=""
            ),
        ],
    )
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        assert {s[0] for s in db.execute("SELECT source FROM stories")} == {"gazette", "other-paper-example"}
    same_as_rebuilt(tmp_path)


def test_a_payload_that_another_url_showed_first_is_found(tmp_path: Path) -> None:
    page = html("Crane repaired", text(1))
    first = write(tmp_path, [answer(URL, page)], "one")[0]
    twin = SITE + "/news/1001/harbour-crane-again"
    assert isinstance(first, RecordRef)
    write(tmp_path, [answer(twin, page, hour=1, seq=2, previous=first)], "two")
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        assert story(db, twin).n_captures >= 1
    same_as_rebuilt(tmp_path)


def test_a_version_that_a_304_shows_first_names_the_bytes_it_stands_for(tmp_path: Path) -> None:
    twin = SITE + "/news/1001/harbour-crane-again"
    one, two = html("Crane repaired", text(1)), html("Crane is broken again", text(2))
    first = write(tmp_path, [answer(URL, one, headers=[("ETag", '"1"')])], "one")[0]
    write(
        tmp_path,
        [
            answer(twin, two, hour=2, seq=2, reason="recheck"),
            answer(URL, b"", hour=4, seq=3, status=304, reason="recheck", previous=first),
        ],
        "two",
    )
    decision = Decision(kind="merge", urls=(URL, twin), at=START, reason="one story")
    append_decision(tmp_path / "decisions.jsonl", decision)
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        versions = story(db, URL).versions
        assert [v.title for v in versions] == ["Crane repaired", "Crane is broken again", "Crane repaired"]
        last = versions[2]
        payload = read_payload(tmp_path, last.warc_filename, last.warc_offset, last.warc_length)
        assert payload.body == one
        assert story(db, last.warc_record_id).id == last.story_id
    same_as_rebuilt(tmp_path)


FULL = """
import resource, signal, sys
from pathlib import Path
from newsarchive.errors import NewsarchiveError
from newsarchive.ingest import ingest
from tests.ingest.press import CONFIG, SOURCES
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    ingest(Path(sys.argv[1]), config=CONFIG, sources=SOURCES)
except NewsarchiveError as error:
    sys.exit(error.exit_code)
"""


def test_a_full_disk_is_told_and_costs_nothing(tmp_path: Path) -> None:
    whole = warcs(tmp_path, 5)
    other = tmp_path / "other"
    copied(sorted((whole / "warc").glob("*.warc.gz")), other)
    take(whole)
    here = Path(__file__).resolve().parents[2]
    limit = str((whole / "index.db").stat().st_size // 2)
    done = subprocess.run([sys.executable, "-c", FULL, str(other), limit], cwd=here, check=False)
    assert done.returncode == 5
    take(other)
    assert compare_indexes(whole / "index.db", other / "index.db") == ()


def test_a_front_page_is_no_story(tmp_path: Path) -> None:
    links = "".join(
        f'<div><h2><a href="/news/{i}/story-{i}">Headline number {i}</a></h2></div>' for i in range(30)
    )
    page = f"<!doctype html><html><head><title>The Gazette</title></head><body>{links}</body></html>".encode()
    write(tmp_path, [answer(SITE + "/", page, reason="manual")])
    report = take(tmp_path)
    assert (report.captures, report.stories) == (1, 0)
