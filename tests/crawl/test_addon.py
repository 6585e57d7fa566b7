"""One ADDONS line makes anybody's Scrapy project archive what it fetches."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.settings import Settings

from newsarchive.crawl.addon import CONSOLES, COOKIES, Newsarchive
from newsarchive.model import Capture
from newsarchive.warc import list_files, read_raw
from tests.crawl.origin import Origin, Shape, plain

SPIDER = """
import scrapy

class Theirs(scrapy.Spider):
    name = "theirs"
    custom_settings = SETTINGS

    async def start(self):
        for path in ("/a", "/moved", "/gone", "/short", "/head"):
            method = "HEAD" if path == "/head" else "GET"
            yield scrapy.Request("BASE" + path, method=method, callback=self.parse, errback=self.failed)
        yield scrapy.Request("file:///etc/hostname", callback=self.parse, errback=self.failed)

    def parse(self, response):
        yield {"url": response.url, "status": response.status, "size": len(response.body)}

    def failed(self, failure):
        yield {"failed": failure.request.url}
"""
SETTINGS = '{"ADDONS": {"newsarchive.crawl.addon.Newsarchive": 0}, "NEWSARCHIVE_DIR": "ROOT", "RETRY_TIMES": 1, "DOWNLOAD_HANDLERS": {"http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}}'


def run_spider(folder: Path, root: Path, origin: Origin) -> subprocess.CompletedProcess[str]:
    text = SPIDER.replace("SETTINGS", SETTINGS).replace("BASE", origin.url).replace("ROOT", str(root))
    (folder / "theirs.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "runspider", "theirs.py", "-O", "items.jsonl"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def origin() -> Origin:
    return Origin(
        {
            "/a": plain(),
            "/head": plain(),
            "/moved": plain(b"", "302 Found", [b"Location: /a?from=moved"]),
            "/short": Shape((b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",), close=True),
        }
    )


def test_their_spider_archives_byte_for_byte(
    tmp_path: Path, root: Path, origin: Origin, captures: Callable[[], list[Capture]]
) -> None:
    with origin:
        (root / "newsarchive.toml").write_text(f'[network]\nallow = ["127.0.0.1:{origin.port}"]\n')
        result = run_spider(tmp_path, root, origin)
        assert result.returncode == 0, result.stderr
        found = {c.url.removeprefix(origin.url): c for c in captures()}
        assert {"/a", "/moved", "/a?from=moved", "/gone"} <= set(found)
        assert "/head" not in found
        assert not any("hostname" in url for url in found)
        assert found["/a?from=moved"].redirect_from == origin.url + "/moved"
        assert found["/short"].truncated == "disconnect"
        assert {c.source for c in found.values()} == {"theirs"}
        a = found["/a"]
        assert read_raw(root, a.warc_filename, a.warc_offset, a.warc_length) == plain().sent
        assert not any(f.is_open for f in list_files(root))
        items = (tmp_path / "items.jsonl").read_text()
        assert '"failed": "file:///etc/hostname"' in items
        assert items.count('"size": 1') >= 1


@pytest.mark.parametrize("cookies", [False, True])
def test_what_is_turned_off_is_in_none_of_scrapys_lists(root: Path, cookies: bool) -> None:
    """A component in the list is loaded, also one that its setting turns off, or whose order is None."""
    settings = Settings({"NEWSARCHIVE_DIR": str(root), "COOKIES_ENABLED": cookies})
    Newsarchive().update_settings(settings)
    assert set(CONSOLES) <= set(Settings().getdict("EXTENSIONS_BASE"))
    assert not any(name in settings.getdict("EXTENSIONS_BASE") for name in CONSOLES)
    assert not any(name in settings.getdict("EXTENSIONS") for name in CONSOLES)
    assert (COOKIES in settings.getdict("DOWNLOADER_MIDDLEWARES_BASE")) == cookies


def test_their_spider_fetches_nothing_without_an_archive(tmp_path: Path, origin: Origin) -> None:
    with origin:
        result = run_spider(tmp_path, tmp_path / "absent", origin)
        assert origin.connections == 0
    assert result.returncode != 0
    assert "newsarchive init" in result.stderr
