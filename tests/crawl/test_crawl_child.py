"""The child process: plans one after another, events, stops, and a parent that dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.crawl.crawl_child import CrawlChild, error_from
from newsarchive.crawl.crawl_report import Report
from newsarchive.errors import ArchiveLockedError, NewsarchiveError
from newsarchive.locks import WARC_LOCK, is_locked
from newsarchive.model import Capture
from newsarchive.warc import list_files, verify
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, Shape, plain


def test_one_child_does_plan_after_plan(tmp_path: Path) -> None:
    with Origin({"/a": plain()}) as origin, CrawlChild() as child:
        pids = set()
        for name in ("one", "two", "three"):
            (tmp_path / name).mkdir()
            plan = make_plan(tmp_path / name, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",))
            report = child.run(plan)
            pids.add(child.pid)
            folder = tmp_path / name / "crawls" / plan.crawl_id
            assert Report.from_json((folder / "report.json").read_text()) == report
            assert json.loads((folder / "plan.json").read_text())["crawl_id"] == plan.crawl_id
        assert len(pids) == 1
    for name in ("one", "two", "three"):
        assert [f.is_open for f in list_files(tmp_path / name)] == [False]


def test_crawls_of_one_child_share_a_file_until_it_ends(tmp_path: Path) -> None:
    with Origin({f"/{n}": plain() for n in range(3)}) as origin, CrawlChild() as child:
        for number in range(3):
            plan = make_plan(tmp_path, f"{origin.url}/{number}", allow=(f"127.0.0.1:{origin.port}",))
            assert child.run(plan).exit_code == 0
        assert [f.is_open for f in list_files(tmp_path)] == [True]
        assert verify(tmp_path).is_whole
    assert [f.is_open for f in list_files(tmp_path)] == [False]
    assert verify(tmp_path).captures == 4  # three pages, and robots.txt once


@pytest.mark.parametrize("pages", [50, 1500])  # of 1,500 most are not scheduled yet
def test_an_interrupt_ends_the_crawl_and_keeps_what_was_done(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]], pages: int
) -> None:
    missed = set()
    with Origin({f"/{n}": plain() for n in range(50)}) as origin:
        urls = [f"{origin.url}/{n}" for n in range(pages)]
        plan = make_plan(root, *urls, reason="new", allow=(f"127.0.0.1:{origin.port}",))

        def stop(event: dict) -> None:
            if event.get("url", "").endswith("/5") and event["event"] == "fetched":
                child.interrupt()
            if event["event"] == "missed":
                missed.add(event["url"])

        report = child.run(plan, stop)
    assert report.stopped == "interrupted"
    assert 0 < report.sources[0].new < 50
    assert sum(report.sources[0].left.values()) + report.sources[0].new == pages
    done = {c.url for c in captures() if c.http_status == 200} & set(urls)
    assert len(done) == report.sources[0].new
    assert missed == set(urls) - done
    child.close()
    assert not any(f.is_open for f in list_files(root))


def test_an_interrupt_before_the_crawl_has_begun_is_not_lost(root: Path) -> None:
    with Origin({f"/{n}": plain() for n in range(50)}) as origin, CrawlChild() as child:
        plan = make_plan(root, *(f"{origin.url}/{n}" for n in range(50)), allow=(f"127.0.0.1:{origin.port}",))
        child.interrupt()
        report = child.run(plan)
        assert report.stopped == "interrupted"
        assert len(origin.log) < 50
        assert sum(report.sources[0].left.values()) + report.sources[0].new == 50
        again = child.run(make_plan(root, f"{origin.url}/0", allow=(f"127.0.0.1:{origin.port}",)))
        assert (again.stopped, again.sources[0].new) == ("", 1)


def test_a_second_interrupt_cuts_what_is_under_way_and_keeps_the_piece(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]]
) -> None:
    started = threading.Event()
    shape = Shape((b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\nsome", b""), pause=0.0)
    with Origin({"/hang": shape}) as origin:
        plan = make_plan(root, origin.url + "/hang", allow=(f"127.0.0.1:{origin.port}",))

        def twice() -> None:
            origin.wait_for(2)
            child.interrupt()
            started.wait(0.2)
            child.interrupt()

        thread = threading.Thread(target=twice)
        thread.start()
        report = child.run(plan)
        thread.join()
    assert report.stopped == "interrupted"
    [capture] = [c for c in captures() if c.url.endswith("/hang")]
    assert (capture.kind, capture.truncated) == ("response", "time")


def test_an_exception_in_the_parent_ends_the_crawl_cleanly(root: Path) -> None:
    with Origin({f"/{n}": plain() for n in range(50)}) as origin, CrawlChild() as child:
        plan = make_plan(root, *(f"{origin.url}/{n}" for n in range(50)), allow=(f"127.0.0.1:{origin.port}",))

        def fail(event: dict) -> None:
            if event["event"] == "fetched":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            child.run(plan, fail)
        assert child.pid is None
    assert not any(f.is_open for f in list_files(root))


@pytest.mark.parametrize("how", ["close", "term"])
def test_the_child_ends_clean_when_stdin_closes_or_it_is_told_to(root: Path, how: str) -> None:
    with Origin({f"/{n}": plain() for n in range(200)}) as origin:
        plan = make_plan(
            root, *(f"{origin.url}/{n}" for n in range(200)), allow=(f"127.0.0.1:{origin.port}",)
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive.crawl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(plan.to_json() + "\n")
        process.stdin.flush()
        for line in process.stdout:
            if json.loads(line)["event"] == "fetched":
                break
        if how == "close":
            process.stdin.close()
        else:
            process.send_signal(signal.SIGTERM)
        events = [json.loads(line) for line in process.stdout]
        assert process.wait(20) == 0
        process.stdin.close()
        process.stdout.close()
    assert events[-1]["event"] == "report"
    assert events[-1]["report"]["stopped"] == "interrupted"
    assert not any(f.is_open for f in list_files(root))


@pytest.mark.parametrize("seconds", [0, 0.02, 0.05, 0.1])
def test_a_crawl_whose_parent_died_before_it_began_is_not_done(root: Path, seconds: float) -> None:
    """The end of stdin comes with the plan, as where the parent died while the child started, or some time after it."""
    script = (
        "import asyncio, sys, newsarchive.crawl.crawl_process as process\n"
        "def lines(on_line):\n"
        "    on_line(sys.argv[1])\n"
        "    process.threading.Event().wait(float(sys.argv[2]))\n"
        "    on_line(None)\n"
        "process._read_lines = lines\n"
        "sys.exit(process.main())\n"
    )
    with Origin({f"/{n}": plain() for n in range(400)}) as origin:
        plan = make_plan(
            root, *(f"{origin.url}/{n}" for n in range(400)), allow=(f"127.0.0.1:{origin.port}",)
        )
        command = [sys.executable, "-c", script, plan.to_json(), str(seconds)]
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False
        )
        assert ended.returncode == 0, ended.stderr.decode()
        assert len(origin.log) < (200 if seconds else 1)
    assert not is_locked(root / WARC_LOCK)
    assert not any(f.is_open for f in list_files(root))


def test_the_child_ends_when_its_parent_is_killed(root: Path, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from newsarchive.crawl.crawl_child import CrawlChild; from newsarchive.plan import Plan\n"
        "plan = Plan.from_json(pathlib.Path(sys.argv[1]).read_text())\n"
        "child = CrawlChild()\n"
        "child.run(plan, lambda e: e['event'] == 'fetched' and print(child.pid, flush=True))\n"
    )
    with Origin({f"/{n}": plain() for n in range(400)}) as origin:
        plan = make_plan(
            root, *(f"{origin.url}/{n}" for n in range(400)), allow=(f"127.0.0.1:{origin.port}",)
        )
        (tmp_path / "plan.json").write_text(plan.to_json())
        parent = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "plan.json")], stdout=subprocess.PIPE, text=True
        )
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        parent.stdout.close()
        ended = threading.Event()
        for _ in range(500):
            if not is_alive(pid):
                break
            ended.wait(0.02)
        assert not is_alive(pid)
    assert not any(f.is_open for f in list_files(root))
    assert verify(root).findings == ()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_child_that_is_killed_is_an_error_and_the_next_plan_gets_a_new_one(root: Path) -> None:
    with Origin({f"/{n}": plain() for n in range(50)}) as origin, CrawlChild() as child:
        allow = (f"127.0.0.1:{origin.port}",)

        def kill(event: dict) -> None:
            if event["event"] == "fetched" and child.pid:
                os.kill(child.pid, signal.SIGKILL)

        with pytest.raises(NewsarchiveError, match="SIGKILL"):
            child.run(make_plan(root, *(f"{origin.url}/{n}" for n in range(50)), allow=allow), kill)
        report = child.run(make_plan(root, origin.url + "/0", allow=allow))
        assert report.sources[0].new == 1
        assert len(report.recovered) == 1


def test_what_a_killed_child_leaves_behind_holds_nobody_up(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a browser does that outlives its crawl: it holds the child's stderr."""
    left = tmp_path / "left"
    (tmp_path / "sitecustomize.py").write_text(
        "import subprocess, sys\n"
        "if 'newsarchive.crawl' in sys.orig_argv:\n"
        "    child = subprocess.Popen(['sleep', '60'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)\n"
        f"    open({str(left)!r}, 'w').write(str(child.pid))\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with Origin({"/a": Shape(pieces=(b"HTTP/1.1 200 OK\r\n",), pause=30.0)}) as origin, CrawlChild() as child:
        allow = (f"127.0.0.1:{origin.port}",)
        killer = threading.Timer(0.0, lambda: (origin.wait_for(1), os.kill(child.pid or 0, signal.SIGKILL)))
        killer.start()
        with pytest.raises(NewsarchiveError, match="SIGKILL"):
            child.run(make_plan(root, origin.url + "/a", allow=allow))
        killer.join()
    number = int(left.read_text())
    os.kill(number, 0)  # it is still there
    os.kill(number, signal.SIGKILL)


def test_a_plan_that_cant_be_read_is_an_error_and_not_the_end() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "newsarchive.crawl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for line in ("not json", '{"crawl_id": "x"}'):
        process.stdin.write(line + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["event"] == "error"
    process.stdin.close()
    assert process.stdout.read() == ""
    process.stdout.close()
    assert process.wait(30) == 0


def test_errors_come_back_as_themselves() -> None:
    event = {"error": "ArchiveLockedError", "what": "locked", "where": "/a", "next_step": "wait"}
    error = error_from(event)
    assert isinstance(error, ArchiveLockedError)
    assert str(error) == "locked (/a). wait."
    assert type(error_from({"error": "os", "what": "x"})) is NewsarchiveError
