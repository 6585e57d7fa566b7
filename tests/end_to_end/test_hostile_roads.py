"""Pages that are made to cost, by each way in: crawled, rebuilt from the WARC, imported, browsed. The limits are the same.

Processor time and the largest of the processes are those of the command and all its children, as the system counts them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.warc import list_files
from tests.extract.hostile_pages import PAGES, page
from tests.measured import MAX_MB, ROOT, measured

HOST = "gazette.test"
SHOWN = (
    "paragraphs never closed",
    "a byline of one name",
    "37,000 attributes",
    "marks on a letter",
    "deep linked data",
)
BODIES = {
    f"/news/{n}/a-{n}-story-that-costs": PAGES[name]().encode()[:8_000_000]
    for n, name in enumerate(SHOWN, 1001)
}
BODIES["/news/1100/a-template-that-wasnt-filled"] = (
    page().replace("<body>", "<body {{ class }} {...props}>").encode()
)
SECONDS = 120  # of processor time for all pages
BROWSE = """
import asyncio, re, sqlite3
from pathlib import Path
from newsarchive.browse.page_urls import ROOT
from newsarchive.browse.server import app
root = Path({root!r})
captures, stories = (
    [row[0] for row in sqlite3.connect(root / "index.db").execute(f"SELECT id FROM {{table}}")] for table in ("captures", "stories")
)
paths = [f"{{ROOT}}/capture/{{i}}{{end}}" for i in captures for end in ("", "/page", "/raw")] + [f"{{ROOT}}/story/{{i}}" for i in stories]
datasette = app(root)
async def ask():
    return [(await datasette.client.get(path)).status_code for path in paths]
answer = [list(zip(paths, asyncio.run(ask()))), len(captures)]
"""


@dataclass(frozen=True)
class Used:
    """What a command and its children took, and what it said."""

    seconds: float
    mb: int
    code: int
    said: str


# A process counts as its own what its parent held when it was started: so a small one starts the command.
RUNNER = """
import json, resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=sys.stdout, stderr=subprocess.STDOUT).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, code]), file=sys.stderr)
"""


def used(*command: str) -> Used:
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, mb, code = json.loads(done.stderr)
    return Used(seconds, mb, code, done.stdout)


def verb(root: Path, *words: str) -> Used:
    return used(sys.executable, "-m", "newsarchive", "--archive", str(root), *words)


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        body = BODIES.get(self.path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def texts(root: Path) -> dict[str, list[tuple[str, int]]]:
    """Title and length of the text of each version; none of a page whose beginning, all that is read of it, has no text."""
    archive = Archive(root)
    found = {path: archive.story(f"http://{HOST}{path}").versions for path in BODIES}
    return {path: [(v.title, len(v.text)) for v in versions] for path, versions in found.items()}


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Used]]:
    """Road -> (archive, what it took)."""
    live, other = (tmp_path_factory.mktemp("roads") / name for name in ("live", "other"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        for root in (live, other):
            Archive.create(root)
            (root / FILENAME).write_text(
                f'[network]\nconnect_to = ["{HOST}:80:127.0.0.1:{port}"]\nallow = ["{HOST}:80", "127.0.0.1:{port}"]\n'
                "[crawl]\ndelay = 0\n[extract]\nworkers = 1\n"
            )
        urls = [word for path in BODIES for word in ("--url", f"http://{HOST}{path}")]
        found = {"crawled": (live, verb(live, "crawl", *urls))}
        server.shutdown()
    crawled = texts(live)
    found["rebuilt"] = (live, verb(live, "rebuild"))
    assert texts(live) == crawled
    [file] = list_files(live)
    found["imported"] = (other, verb(other, "import", str(live / "warc" / file.filename), "--domain", HOST))
    found["extracted"] = (live, verb(live, "reextract", "--all"))
    return found


@pytest.mark.parametrize("road", ["crawled", "rebuilt", "imported", "extracted"])
def test_pages_made_to_cost_stay_within_the_limits_by_each_road(roads, road):
    root, took = roads[road]
    assert took.code == 0, took.said[-2_000:]
    assert took.mb <= MAX_MB
    assert took.seconds <= SECONDS
    assert texts(root) == texts(roads["crawled"][0])


def test_pages_made_to_cost_are_browsed_within_the_limits(roads):
    took = measured(BROWSE.format(root=str(roads["crawled"][0])), cpu=SECONDS)
    assert took.ended_by == 0
    assert took.mb <= MAX_MB
    answers, captures = took.answer
    assert captures == len(BODIES) + 1  # robots.txt, which isn't there
    assert [
        (path, status) for path, status in answers if status != 200 and not path.endswith(("/page", "/raw"))
    ] == []
    assert [status for path, status in answers if path.endswith("/page")].count(200) >= len(BODIES)
