"""Spiders of users, each in a Scrapy project of its own: their pages are archived, indexed and shown like all others."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.ingest import Ingester
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.warc import verify
from tests.conftest import ROOT
from tests.crawl.origin import Origin, Shape, plain

PROJECTS = ROOT / "tests" / "spiders" / "projects"
STORIES = [f"/2026/11/story-{n}" for n in range(6)]
SETTINGS = """
SPIDER_MODULES = ["theirs"]
ADDONS = {"newsarchive.crawl.addon.Newsarchive": 0}
NEWSARCHIVE_DIR = "archive"
"""


def story(number: int) -> Shape:
    text = "".join(
        f"<p>Sentence {i} of story {number} says that the tide turned before noon.</p>" for i in range(9)
    )
    head = f'<title>Story {number}</title><meta property="og:type" content="article">'
    return plain(
        f"<!doctype html><html lang=en>{head}<article><h1>Story {number}</h1>{text}</article>".encode()
    )


def typed(kind: bytes, body: bytes) -> Shape:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
    return Shape((head + body,))


def shapes() -> dict[str, Shape | list[Shape]]:
    def section(numbers: range, more: str = "") -> Shape:
        links = "".join(f'<article><a href="{STORIES[n]}">Story {n}</a></article>' for n in numbers)
        return plain(f"<html><main>{links}{more}</main>".encode())

    def api(numbers: range, more: str | None) -> Shape:
        stories = [{"url": STORIES[n], "title": f"Story {n}"} for n in numbers]
        text = json.dumps({"stories": stories, "next": more}).encode()
        return typed(b"application/json", text)

    entries = "".join(f"<url><loc>http://harbour.test{path}</loc></url>" for path in STORIES)
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    return {
        "/login": plain(b"<p>Welcome", headers=[b"Set-Cookie: session=TOPSECRETCOOKIE; Path=/"]),
        "/latest": section(range(3), '<a class="older" href="/older">Older</a>'),
        "/older": section(range(3, 6)),
        "/api?page=1": api(range(3), "/api?page=2"),
        "/api?page=2": api(range(3, 6), None),
        "/sitemap.xml": typed(b"application/xml", sitemap.encode()),
        **{path: story(number) for number, path in enumerate(STORIES)},
    }


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(shapes()) as running:
        yield running


def run(folder: Path, origin: Origin, spider: str) -> subprocess.CompletedProcess[str]:
    """Run a spider of `projects/` in a project of its own, whose archive is in it."""
    archive = folder / "archive"
    if not archive.exists():
        Archive.create(archive)
        dial = f'connect_to = ["harbour.test:80:127.0.0.1:{origin.port}"]'
        text = f'[network]\nallow = ["127.0.0.1:{origin.port}"]\n{dial}\n[crawl]\ndelay = 0.0\n[extract]\nworkers = 1\n'
        (archive / "newsarchive.toml").write_text(text)
        write_source(
            archive,
            Source(name="harbour", domains=("harbour.test",), sections=("http://harbour.test/latest",)),
        )
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = project\n")
    (folder / "project.py").write_text(SETTINGS)
    (folder / "theirs.py").write_text((PROJECTS / f"{spider}.py").read_text())
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "harbour", "-O", "items.jsonl"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def ingest(archive: Archive) -> None:
    with Ingester(archive.root, config=archive.config, sources=archive.sources) as ingester:
        ingester.catch_up()


@pytest.mark.parametrize("spider", [path.stem for path in sorted(PROJECTS.glob("[a-z]*.py"))])
def test_a_users_spider_leaves_an_archive_like_any_other(tmp_path: Path, origin: Origin, spider: str) -> None:
    if spider == "item_limit":
        pytest.importorskip("scrapy_itemlimit", reason="scrapy-itemlimit isn't installed")
    result = run(tmp_path, origin, spider)
    assert result.returncode == 0, result.stderr
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text().splitlines()]
    stories = [f"http://harbour.test{path}" for path in STORIES]
    found = sorted(item["url"] for item in items)
    assert len(found) == 4 if spider == "item_limit" else found == stories
    archive = Archive(tmp_path / "archive")
    ingest(archive)
    assert verify(archive.root).is_whole
    assert archive.rebuild(check=True).equal
    if spider in (
        "json_pages",
        "section_reader",
        "sitemap_spider",
    ):  # the others' lists are pages like any other
        assert archive.stats()["stories"] == 6
    assert {archive.story(url).source for url in found} == {"harbour"}


def test_a_login_sends_its_cookie_on_and_leaves_no_secret_in_the_archive(
    tmp_path: Path, origin: Origin
) -> None:
    result = run(tmp_path, origin, "section_reader")
    asked = {request.split(b" ", 2)[1].decode(): request for request in origin.log}
    assert b"password=TOPSECRETWORD" in asked["/login"]
    assert all(b"session=TOPSECRETCOOKIE" in asked[path] for path in ("/latest", "/older", *STORIES))
    for path in (tmp_path / "archive").rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        assert b"TOPSECRETWORD" not in data
        assert b"Cookie: session" not in data.replace(b"Set-Cookie: session", b"")
    assert "TOPSECRETWORD" not in result.stderr
    [report] = (tmp_path / "archive" / "crawls").glob("*/report.json")
    values = json.loads(report.read_text())
    assert values["sources"][0]["new"] == 6
    assert {d["kind"] for d in values["sources"][0]["documents"]} == {"html"}


def test_what_is_known_is_not_fetched_again_by_a_subclass(tmp_path: Path, origin: Origin) -> None:
    run(tmp_path, origin, "json_pages")
    ingest(Archive(tmp_path / "archive"))
    origin.log.clear()
    result = run(tmp_path, origin, "json_pages")
    assert result.returncode == 0, result.stderr
    assert sorted(set(origin.paths) - {"/robots.txt"}) == ["/api?page=1", "/api?page=2"]
