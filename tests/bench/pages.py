"""Serves a folder of real pages on loopback, as a process of its own, for the benchmarks.

    python -m tests.bench.pages --data DIR --mode hosts|paths [--tls-dir DIR] [--limit N] [--again same|counter]

DIR is laid out as `shared/data/extraction`: `truth.jsonl.gz` and the pages it names. Two modes:
`hosts` serves each page under its own URL (by Host header, http and TLS under a CA made for the run);
`paths` serves all of them under http://127.0.0.1:PORT/p/N.html. Prints one JSON line with the
addresses, then serves until its stdin closes. A page is sent as stored (gzip) to who accepts gzip. With `--again
same` every other page has an ETag and answers 304 to it; with `--again counter` a number in every page is another each time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from newsarchive.urls import check_url
from tests.certificates import issue, server_context


@dataclass
class Page:
    """One page: the URL under which it is served, and its file (several = one after another)."""

    url: str
    files: list[Path]
    rows: list[dict[str, object]]
    served: int = 0
    etag: str = ""  # answered with 304


@dataclass
class Site:
    pages: dict[str, Page] = field(default_factory=dict)  # by URL without fragment
    feeds: dict[str, bytes] = field(default_factory=dict)  # by URL
    counts: bool = False  # whether a page has a counter that moves with each fetch
    lock: threading.Lock = field(default_factory=threading.Lock)


def load_rows(data: Path) -> list[dict[str, object]]:
    """The truth rows that have a URL, in their order."""
    with gzip.open(data / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if row.get("url")]


def wire_url(url: str) -> str:
    """The URL as a client requests it: no fragment, a path at least, percent-encoded."""
    return check_url(url)


def build(data: Path, mode: str, base: str = "", limit: int = 0) -> Site:
    """All pages and one generated feed per host (mode `hosts`) or one in all (mode `paths`)."""
    site = Site()
    lists: dict[str, list[str]] = {}
    for number, row in enumerate(load_rows(data)[: limit or None]):
        url = wire_url(str(row["url"])) if mode == "hosts" else f"{base}/p/{number}.html"
        parts = urlsplit(url)
        page = site.pages.setdefault(url, Page(url=url, files=[], rows=[]))
        page.files.append(data / str(row["html_path"]))
        page.rows.append(row)
        lists.setdefault(f"{parts.scheme}://{parts.netloc}/-/bench-feed.xml", []).append(url)
    for feed, urls in lists.items():
        items = "".join(
            f"<item><title>{escape(u)}</title><link>{escape(u)}</link><guid>{escape(u)}</guid></item>"
            for u in dict.fromkeys(urls)
        )
        site.feeds[feed] = (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>bench</title>{items}</channel></rss>'
        ).encode()
    return site


def handler(site: Site, scheme: str) -> type[BaseHTTPRequestHandler]:
    """A request handler that answers for `site` under `scheme`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            url = f"{scheme}://{self.headers.get('Host', '')}{self.path}"
            if url in site.feeds:
                self._send(200, "application/rss+xml", site.feeds[url])
            elif url in site.pages:
                self._page(site.pages[url])
            else:
                self._send(404, "text/plain", b"not here\n")

        def _page(self, page: Page) -> None:
            with site.lock:
                file = page.files[min(page.served, len(page.files) - 1)]
                page.served += 1
                count = page.served
            if page.etag and self.headers.get("If-None-Match") == page.etag:
                self._send(304, "text/html", b"")
                return
            body = file.read_bytes()
            if site.counts:
                counter = b"<p class=counter>Read %d times</p></body>" % (4000 + count)
                body = gzip.compress(gzip.decompress(body).replace(b"</body>", counter, 1))
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                etag = [f"ETag: {page.etag}"] if page.etag else []
                self._send(200, "text/html", body, "Content-Encoding: gzip", *etag)
            else:
                self._send(200, "text/html", gzip.decompress(body))

        def _send(self, status: int, kind: str, body: bytes, *more: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            for line in more:
                self.send_header(*line.split(": ", 1))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mode", choices=["hosts", "paths"], default="hosts")
    parser.add_argument("--tls-dir", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--again", choices=["same", "counter"])
    options = parser.parse_args()
    plain = Server(("127.0.0.1", 0), BaseHTTPRequestHandler)
    base = f"http://127.0.0.1:{plain.server_address[1]}"
    site = build(options.data, options.mode, base, options.limit)
    site.counts = options.again == "counter"
    for number, page in enumerate(site.pages.values() if options.again == "same" else ()):
        page.etag = f'"{number}"' if number % 2 else ""
    plain.RequestHandlerClass = handler(site, "http")
    servers = [plain]
    answer: dict[str, object] = {"http": plain.server_address[1], "feeds": sorted(site.feeds)}
    if options.mode == "hosts":
        hosts = sorted({urlsplit(url).hostname or "" for url in site.pages})
        ca, server_file = issue(options.tls_dir, *hosts)
        context = server_context(server_file)
        secure = Server(("127.0.0.1", 0), handler(site, "https"))
        secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
        servers.append(secure)
        answer |= {"https": secure.server_address[1], "ca": str(ca), "hosts": hosts}
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps(answer), flush=True)
    sys.stdin.read()
    for server in servers:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
