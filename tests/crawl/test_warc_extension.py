"""Fail closed: what can't be archived is not handed on, and ends the crawl with exit code 5."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError
from newsarchive.model import Capture
from newsarchive.warc import WarcStore
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, plain


def test_a_locked_archive_gets_no_request(child: CrawlChild, root: Path) -> None:
    with Origin({"/a": plain()}) as origin:
        with WarcStore(root, crawl_id="other"), pytest.raises(ArchiveLockedError):
            child.run(make_plan(root, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",)))
        assert origin.connections == 0
        report = child.run(make_plan(root, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",)))
        assert report.sources[0].new == 1


def test_an_archive_that_is_gone_gets_no_request(child: CrawlChild, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with Origin({"/a": plain()}) as origin:
        with pytest.raises(ArchiveNotWritableError):
            child.run(make_plan(blocked, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",)))
        assert origin.connections == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_archive_gets_no_request(child: CrawlChild, root: Path) -> None:
    root.chmod(0o500)
    with Origin({"/a": plain()}) as origin:
        with pytest.raises(ArchiveNotWritableError):
            child.run(make_plan(root, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",)))
        assert origin.connections == 0


def limited(size: int) -> Callable[[], None]:
    """Let files of the child grow to `size` bytes and no further, as a full disk does."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_disk_that_fills_up_ends_the_crawl_with_code_5_and_loses_nothing(
    root: Path, captures: Callable[[], list[Capture]]
) -> None:
    body = os.urandom(100_000)
    with Origin({f"/{n}": plain(body + bytes([n])) for n in range(30)}) as origin:
        plan = make_plan(root, *(f"{origin.url}/{n}" for n in range(30)), allow=(f"127.0.0.1:{origin.port}",))
        process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive.crawl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=limited(1_000_000),
        )
        with CrawlChild() as child:
            child._process = process
            report = child._converse(process, plan, None)
            asked = len(origin.log)
        process.stdout.close()  # type: ignore[union-attr]
    assert report.exit_code == 5
    assert report.stopped == "archive not writable"
    assert str(root) in report.error
    kept = [c for c in captures() if c.http_status == 200]
    assert 0 < len(kept) == report.sources[0].new < 30
    assert asked <= len(kept) + 3


def test_an_archive_lost_during_the_crawl_ends_it_with_code_5(child: CrawlChild, root: Path) -> None:
    with Origin({f"/{n}": plain() for n in range(40)}) as origin:
        plan = make_plan(root, *(f"{origin.url}/{n}" for n in range(40)), allow=(f"127.0.0.1:{origin.port}",))

        def lose(event: dict) -> None:
            if event.get("url", "").endswith("/3"):
                shutil.rmtree(root / "warc")
                for _ in range(100):  # the child may write a commit while the folder is being removed
                    with suppress(OSError):
                        shutil.rmtree(root / "crawls", ignore_errors=True)
                        (root / "crawls").write_text("in the way")
                        break

        report = child.run(plan, lose)
        assert report.exit_code == 5
        assert report.sources[0].new < 40


def test_durable_before_told(child: CrawlChild, root: Path) -> None:
    """When the parent hears of a fetch, its commit is already in commits.jsonl."""
    from newsarchive.warc import read_commits

    missing: list[str] = []
    with Origin({f"/{n}": plain() for n in range(10)}) as origin:
        plan = make_plan(root, *(f"{origin.url}/{n}" for n in range(10)), allow=(f"127.0.0.1:{origin.port}",))

        def look(event: dict) -> None:
            if event["event"] == "fetched":
                told = {i for commit in read_commits(root, plan.crawl_id) for i in commit.record_ids}
                if event["warc_record_id"] not in told:
                    missing.append(event["url"])

        child.run(plan, look)
    assert missing == []
