"""Pages that are made to cost, and pages that say odd things, by each way in: crawled, rebuilt from the WARC, imported, browsed.

What is read of them and the limits are the same. Processor time and the largest of the processes are those of the command and all its children, as the system counts them.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.text import escaped
from newsarchive.warc import list_files
from tests.extract.hostile_pages import PAGES, page
from tests.ingest.press import SITE
from tests.ingest.test_hostile_captures import PAGE, look, put, record
from tests.measured import MAX_MB, ROOT, measured

HOST = "gazette.test"


def linked(value: object) -> str:
    """Linked data of an article; a text is put there as it is."""
    text = value if isinstance(value, str) else json.dumps({"@type": "NewsArticle", **value})  # type: ignore[dict-item]
    return f'<script type="application/ld+json">{text}</script>'


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
MOVED, FARSI = "/news/2000/moved", "/fa/news/2011/اعزام-نیروهای-تازه-به-بندر"
CONTROLS = "a\x1b]0;x\x07b\x9b31mc\u202ed\u2066e"
ODD = {
    f"/news/{n}/an-odd-page-of-the-outlet": made.encode("utf-8", "surrogatepass")
    for n, made in enumerate(
        [
            page().replace("<body>", "<body {{ body_class }} {...props} {x} {%if%}>"),
            page().replace("<article>", "<article {{#if lead}}class={ lead }>"),
            page(head=f'<link rel=canonical href="http://reader:secret@{HOST}/news/2001/an-odd-page-of-the-outlet">'),
            page(head=f'<meta property="og:url" content="http://reader:secret@{HOST}/x"><link rel=amphtml href="//me@{HOST}/amp">'),
            page(head=linked({"headline": "Bad \ud800 title", "author": "\udfff", "@id": "\ud800"}), title="Bad \ud800 &#xdfff; title"),
            page(head=linked({"datePublished": "9999-12-31T23:59:59-23:59", "dateModified": "0000-00-00"})),
            page(head=linked("[" * 100_000)),
            page(head="<base href='http://['><link rel=stylesheet href=/x.css>"),
            page(body="<r {><i <%= x %>><1>"),
            page(head=linked({"headline": CONTROLS, "author": {"name": CONTROLS}}), title=CONTROLS),
        ],
        2001,
    )
} | {quote(FARSI): page(title="اعزام").encode()}  # fmt: skip
LINKS = [f"http://{HOST}{path}" for path in (*ODD, MOVED) if path != quote(FARSI)]
DOCUMENTS = {
    "/rss": ("<rss><channel><title>&#xd800;</title>" + "".join(f"<item><title>Bad &#xd800; {CONTROLS} title</title><link>{url}</link></item>" for url in LINKS[:4])).encode(),
    "/json": json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "\ud800", "items": [{"url": url, "title": f"Bad \udfff {CONTROLS}", "date_published": "9999-99-99"} for url in LINKS[4:8]]}).encode(),
    "/map": ("<urlset>" + f"<url><loc>{LINKS[0]}</loc><lastmod>9999-12-31T23:59:59-23:59</lastmod></url>" + "".join(f"<url><loc>{url}</loc><lastmod>{datetime.now(UTC):%Y-%m-%d}</lastmod></url>" for url in LINKS[8:])).encode(),
}  # fmt: skip
DOCUMENTS_TYPES = {"/json": "application/feed+json", "/rss": "application/rss+xml", "/map": "application/xml"}
ASKED: list[str] = []
BROWSE = """
import asyncio, re, sqlite3
from pathlib import Path
from newsarchive.browse_links import ROOT
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
        ASKED.append(self.path)
        body = BODIES.get(self.path) or ODD.get(self.path) or DOCUMENTS.get(self.path, b"")
        self.send_response(302 if self.path == MOVED else 200 if body else 404)
        if self.path == MOVED:
            self.send_header("Location", FARSI.encode().decode("latin-1"))  # each byte as it is
        self.send_header("Content-Type", DOCUMENTS_TYPES.get(self.path, "text/html; charset=utf-8"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def texts(root: Path) -> dict[str, list[tuple[str, int]]]:
    """Title and length of the text of each version; none of a page whose beginning, all that is read of it, has no text."""
    archive = Archive(root)
    found = {path: archive.story(f"http://{HOST}{path}").versions for path in BODIES}
    return {path: [(v.title, len(v.text)) for v in versions] for path, versions in found.items()}


@contextmanager
def served(*roots: Path) -> Iterator[ThreadingHTTPServer]:
    """The outlet's server, and archives that reach it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        for root in roots:
            Archive.create(root)
            (root / FILENAME).write_text(
                f'[network]\nconnect_to = ["{HOST}:80:127.0.0.1:{port}"]\nallow = ["{HOST}:80", "127.0.0.1:{port}"]\n'
                "[crawl]\ndelay = 0\n[extract]\nworkers = 1\n"
            )
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Used]]:
    """Road -> (archive, what it took)."""
    live, other = (tmp_path_factory.mktemp("roads") / name for name in ("live", "other"))
    with served(live, other):
        urls = [word for path in BODIES for word in ("--url", f"http://{HOST}{path}")]
        found = {"crawled": (live, verb(live, "crawl", *urls))}
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


# ---------------------------------------------------------------- pages that say odd things


def read(root: Path) -> dict[str, tuple[str, str]]:
    """Title and text of each odd page."""
    archive = Archive(root)
    latest = {path: archive.story(f"http://{HOST}{path}").versions[-1] for path in ODD}
    return {path: (version.title, version.text) for path, version in latest.items()}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Used]]:
    """Road -> (archive, what its command took and said), of odd pages that feeds and a sitemap name."""
    live, other = (tmp_path_factory.mktemp("odd") / name for name in ("live", "other"))
    source = {"name": "gazette", "homepage": f"http://{HOST}/", "domains": [HOST], "feeds": [f"http://{HOST}/{n}" for n in ("rss", "json")], "sitemaps": [f"http://{HOST}/map"]}  # fmt: skip
    with served(live, other):
        for root in (live, other):
            (root / "sources" / "gazette.toml").write_text(
                "".join(f"{key} = {json.dumps(value)}\n" for key, value in source.items())
            )
        found = {"crawled": (live, verb(live, "crawl"))}
    crawled = read(live)
    found["rebuilt"] = (live, verb(live, "rebuild"))
    assert read(live) == crawled
    [file] = list_files(live)
    found["imported"] = (other, verb(other, "import", str(live / "warc" / file.filename)))
    return found


@pytest.mark.parametrize("road", ["crawled", "rebuilt", "imported"])
def test_an_odd_page_is_the_same_by_each_road(odd, road):
    root, took = odd[road]
    assert took.code == 0, took.said[-2_000:]
    found = read(root)
    assert found == read(odd["crawled"][0])
    assert [path for path, (_, text) in found.items() if "harbour wall is to be rebuilt" not in text] == []
    with closing(sqlite3.connect(root / "index.db")) as db:
        urls = [url for (url,) in db.execute("SELECT url FROM urls UNION SELECT canonical_url FROM versions")]
        assert [url for url in urls if "@" in url or not url.isascii()] == []
        assert db.execute("SELECT count(*) FROM failures").fetchone() == (0,)


def test_a_location_in_raw_utf8_leads_to_the_page_that_it_names(odd):
    assert odd["crawled"][1].code == 0
    assert quote(FARSI) in ASKED
    assert [path for path in ASKED if "%C3%98" in path] == []


@pytest.mark.parametrize(
    "words",
    [["search", ""], ["search", "", "--json"], ["changes"], ["export"], ["cdxj"], ["schedule", "show"]],
)
@pytest.mark.parametrize("road", ["crawled", "imported"])
def test_an_odd_page_steers_no_terminal(odd, road, words):
    root, took = odd[road]
    for said in (took.said, verb(root, *words).said):
        assert escaped(said.replace("\r", "")) == said.replace("\r", "")


def test_odd_pages_are_browsed(odd):
    took = measured(BROWSE.format(root=str(odd["imported"][0])), cpu=SECONDS)
    assert took.mb <= MAX_MB
    answers, captures = took.answer
    assert captures > len(ODD)
    assert {status for path, status in answers if not path.endswith(("/page", "/raw"))} == {200}
    assert {status for path, status in answers} <= {200, 404}


def test_a_donated_file_of_the_year_9999_with_deep_json_is_taken_as_far_as_it_goes(tmp_path):
    donated, root = tmp_path / "donated", tmp_path / "a"
    late = look(url=f"{SITE}/late", date="9999-12-31T23:59:59Z")
    deep = look(url=f"{SITE}/deep", facts={"candidate": {"url": PAGE, "kind": "feed", "title": "\ud800"}})
    put(donated, [look(), late, deep], "donated")
    path = donated / "warc" / "donated.warc.gz"
    nested = b'newsarchive: {"outcome": "response", "deep": ' + b"[" * 100_000 + b"\r\n"
    told = {"WARC-Record-ID": "<urn:uuid:8>", "Content-Type": "application/warc-fields"}
    path.write_bytes(path.read_bytes() + record("metadata", PAGE, "2026-03-02T06:00:00Z", nested, told))
    Archive.create(root)
    for words in (
        ("import", str(path), "--domain", "gazette.example"),
        ("rebuild",),
        ("rebuild", "--check"),
    ):
        took = verb(root, *words)
        assert took.code == 0, (words, took.said[-2_000:])
        assert took.mb <= MAX_MB
    assert Archive(root).story(PAGE).title == "Crane repaired"
    answers, _ = measured(BROWSE.format(root=str(root)), cpu=SECONDS).answer
    assert {status for path, status in answers if "/story/" in path} == {200}
