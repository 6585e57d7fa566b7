"""Bad input gets a clear error and loses nothing: each case through the ordinary commands."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import SourceFailedError
from newsarchive.locks import warc_lock
from newsarchive.times import Clock
from tests.newsroom import Newsroom
from tests.press import START, connect, crawl, following, newsroom

# Root as an ordinary user, who may not write where the mode forbids it.
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with newsroom(outlets=("courier",), stories=6) as room:
        yield room


@pytest.fixture
def archive(room, tmp_path) -> Iterator[Archive]:
    """A new archive with one source, not crawled yet."""
    room.clear_faults()
    yield following(tmp_path / "a", room, Clock(START))
    room.clear_faults()


def looks(archive: Archive, url: str) -> list[tuple[int | None, str]]:
    """(status, kind) of each capture of `url` in the index."""
    with closing(sqlite3.connect(archive.index)) as db:
        return db.execute(
            "SELECT http_status, kind FROM captures_read WHERE url = ? ORDER BY seq", (url,)
        ).fetchall()


def command(archive: Archive, *words: str, by: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*by, sys.executable, "-m", "newsarchive", "--archive", str(archive.root), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("fault", ["broken-xml", "feed-html", "empty-feed"])
def test_a_broken_feed_is_told_and_the_sitemap_still_finds_the_stories(archive, room, collector, fault):
    room.fault(fault, "courier")
    done = crawl(collector, archive.root, START)
    documents = {d.url: d for s in done.crawl.sources for d in s.documents}
    feed = documents[room.outlets["courier"].feed]
    assert feed.failure or feed.problems
    assert archive.stats()["stories"] == 6


@pytest.mark.parametrize(
    ("fault", "options"),
    [("empty-body", {}), ("not-html", {}), ("wrong-charset", {}), ("huge", {}), ("cut", {})],
)
def test_an_odd_page_is_kept_counted_and_stops_nothing(archive, room, collector, fault, options):
    url = room.outlets["courier"].urls()[0]
    room.fault(fault, "courier", prefix=url.split("example", 1)[1], **options)
    crawl(collector, archive.root, START)
    assert looks(archive, url)
    assert archive.stats()["stories"] >= 5
    assert archive.verify().exit_code == 0
    assert archive.rebuild(check=True).equal


def test_a_server_that_fails_is_told_and_the_story_comes_with_the_next_run(archive, room, collector):
    url = room.outlets["courier"].urls()[0]
    room.fault("500", "courier", prefix=url.split("example", 1)[1])
    assert "500" in crawl(collector, archive.root, START).as_text()
    room.clear_faults()
    crawl(collector, archive.root, room.advance(timedelta(hours=1)))
    assert archive.story(url).versions


def test_an_unreachable_site_is_refused_with_the_reason(archive):
    config = archive.root / "newsarchive.toml"
    text = config.read_text().replace("connect_to = [", 'connect_to = ["closed.example:80:127.0.0.1:9", ')
    config.write_text(text.replace("allow = [", 'allow = ["closed.example:80", "127.0.0.1:9", '))
    with pytest.raises(SourceFailedError, match="connection refused"):
        Archive(archive.root).add("http://closed.example/")


def test_a_second_crawl_on_the_same_archive_exits_75_and_fetches_nothing(archive, room):
    room.clear_log()
    with warc_lock(archive.root):
        process = command(archive, "crawl")
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (75, "")
    assert "lock" in err
    assert room.log == []


def test_ctrl_c_leaves_a_sound_archive_and_the_next_run_goes_on(archive, room, collector):
    room.fault("slow", "courier", prefix="/", seconds=1.0)
    room.clear_log()
    process = command(archive, "crawl")
    while not any((archive.root / "crawls").glob("*/commits.jsonl")) or len(room.log) < 4:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert not list((archive.root / "warc").glob("*.open"))
    assert archive.verify().exit_code == 0
    room.clear_faults()
    crawl(collector, archive.root, room.now())
    assert archive.stats()["stories"] == 6
    assert archive.rebuild(check=True).equal


def test_a_full_disk_stops_the_crawl_with_exit_5_and_later_it_goes_on(archive, room, collector):
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "from newsarchive.cli import main\n"
        f"main(['--archive', {str(archive.root)!r}, 'crawl'])"
    )
    done = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, timeout=120)
    assert done.returncode == 5, done.stdout + done.stderr
    assert str(archive.root) in done.stdout + done.stderr
    crawl(collector, archive.root, room.now())
    assert archive.stats()["stories"] == 6
    assert archive.verify().exit_code == 0
    assert archive.rebuild(check=True).equal


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere")
def test_a_read_only_archive_exits_5_before_the_first_fetch(archive, room):
    room.clear_log()
    archive.root.chmod(0o555)
    try:
        process = command(archive, "crawl", by=UNPRIVILEGED)
        _, err = process.communicate(timeout=60)
    finally:
        archive.root.chmod(0o755)
    assert process.returncode == 5
    assert str(archive.root) in err
    assert room.log == []


def test_a_site_without_feeds_is_followed_by_its_section_pages(room, tmp_path, collector):
    said: list[str] = []
    archive = connect(tmp_path / "b", room, Clock(START))
    for prefix in ("/rss", "/feed", "/robots.txt", "/sitemap", "/news-sitemap"):
        room.fault("404", "courier", prefix=prefix)
    source = archive.add(room.outlets["courier"].homepage, name="courier", say=said.append)
    assert (source.feeds, source.sitemaps) == ((), ())
    assert source.sections
    assert any("no feed" in line for line in said)
    crawl(collector, archive.root, START)
    room.clear_faults()
    assert archive.stats()["stories"] >= 4
