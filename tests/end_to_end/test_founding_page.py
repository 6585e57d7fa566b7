"""The founding test page, served on loopback under its own URL, crawled and indexed: every field as expected."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.index import VersionRow
from newsarchive.index.search import SearchQuery
from newsarchive.times import iso_seconds, parse_iso


@contextmanager
def served(pages: dict[str, tuple[str, bytes]]) -> Iterator[int]:
    """Serves path -> (content type, body) on 127.0.0.1; yields the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("text/plain", b"none"))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def expected(shared: Path) -> dict:
    return json.loads((shared / "mee" / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def archive(shared: Path, expected: dict, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    url = expected["url"].replace("https://", "http://")
    host, path = urlsplit(url).netloc, urlsplit(url).path
    feed = f"<rss version='2.0'><channel><title>t</title><item><link>{url}</link></item></channel></rss>"
    pages = {
        path: ("text/html; charset=utf-8", (shared / "mee" / "page.html").read_bytes()),
        "/rss": ("application/rss+xml", feed.encode()),
    }
    folder = tmp_path_factory.mktemp("mee") / "a"
    Archive.create(folder)
    with served(pages) as port:
        (folder / FILENAME).write_text(
            f'[network]\nconnect_to = ["{host}:80:127.0.0.1:{port}"]\n'
            f'allow = ["{host}:80", "127.0.0.1:{port}"]\n[crawl]\ndelay = 0\n[extract]\nworkers = 1\n'
        )
        (folder / "sources" / "mee.toml").write_text(
            f'homepage = "http://{host}/"\ndomains = ["{host}"]\nfeeds = ["http://{host}/rss"]\n'
        )
        Archive(folder).crawl()
    return Archive(folder)


@pytest.fixture
def version(archive: Archive, expected: dict) -> VersionRow:
    return archive.story(expected["url"]).pick()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", lambda v: v.title),
        ("description", lambda v: v.description),
        ("captions", lambda v: v.captions.split("\n")),
        ("paragraphs", lambda v: list(v.paragraphs)),
        ("published_at", lambda v: iso_seconds(parse_iso(v.published_at))),
        ("modified_at", lambda v: iso_seconds(parse_iso(v.modified_at))),
        ("authors", lambda v: list(v.author_names)),
        ("publisher", lambda v: v.publisher),
        ("language", lambda v: v.language),
        ("section", lambda v: v.section),
    ],
)
def test_the_field_is_as_expected(version, expected, field, value):
    assert value(version) == expected[field]


def test_nothing_of_the_boilerplate_is_in_the_text_or_found_by_a_search(archive, version, expected):
    everything = "\n".join([version.title, version.description, version.text, version.captions])
    assert [words for words in expected["must_not_contain"] if words in everything] == []
    assert archive.search(SearchQuery(text='"stay informed with"')).total == 0
    assert archive.search(SearchQuery(text='"russian ambassador"')).total == 1


def test_what_was_removed_is_kept_with_its_reason(archive, version):
    reasons = {block.reason for block in archive.removed(version)}
    assert {"newsletter", "republishing notice"} <= reasons
