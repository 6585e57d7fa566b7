"""Does replayweb.page's engine show what the server had sent? wabac.js in headless Chromium, on every kind of revisit.

    python -m tests.bench.replay [--folder DIR]

DIR (default: ~/.cache/newsarchive-conformance) holds the tools of `tests.bench.conformance`; the engine comes from npm. Two crawls of one archive, which the store itself writes, fetch each URL of the matrix; each
capture of a page is then held against what the server had sent, once from the WARC files, once from a WACZ. Prints a line for
each capture that differs, and a sum; exit 1 if one does. It needs npm, Chromium and playwright.
"""

from __future__ import annotations

import argparse
import base64
import functools
import gzip
import http.server
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import zstandard

from newsarchive.model import Capture, RecordRef
from newsarchive.warc import WarcStore, list_files
from newsarchive.warc.capture_metadata import reference
from tests.bench.conformance import decoded, tools
from tests.browse.chromium import ARGUMENTS, find_chromium, from_npm
from tests.warc.making import NOON, answer, exchange

ENGINE = "2.27.3"  # version of @webrecorder/wabac
HOST = "http://harbour.example"
TEXT = b"".join(
    b"<p>Paragraph %d: the council voted on the ferry plan after a long night.</p>" % n for n in range(40)
)
PAGE = (
    b"<!doctype html><html><head><meta charset=utf-8><title>Ferry</title></head><body>"
    + TEXT
    + b"</body></html>"
)
GZ, BR, ZS = gzip.compress(PAGE, mtime=0), brotli.compress(PAGE), zstandard.compress(PAGE)
LOCATION = re.compile(rb"Location: /(\S+)")
ENGINE_DECODES = ("gzip", "br", "deflate")  # it gives the bytes of other codings as they are
GZIP, BROTLI, ZSTD = (f"Content-Encoding: {name}" for name in ("gzip", "br", "zstd"))
MOVED = "301 Moved Permanently"

# what the first crawl and the second one get
MATRIX: dict[str, tuple[bytes, bytes]] = {
    "same": (answer(PAGE), answer(PAGE)),
    "length-then-chunks": (answer(PAGE), answer(PAGE, chunks=[100])),
    "chunks-then-length": (answer(PAGE, chunks=[100]), answer(PAGE)),
    "other-chunks": (answer(PAGE, chunks=[100]), answer(PAGE, chunks=[37])),
    "gzip-same": (answer(GZ, GZIP), answer(GZ, GZIP)),
    "gzip-other-chunks": (answer(GZ, GZIP, chunks=[100]), answer(GZ, GZIP, chunks=[37])),
    "gzip-length-then-chunks": (answer(GZ, GZIP), answer(GZ, GZIP, chunks=[50])),
    "gzip-head-lost": (answer(GZ, GZIP), answer(GZ)),
    "gzip-head-came": (answer(GZ), answer(GZ, GZIP)),
    "brotli-same": (answer(BR, BROTLI), answer(BR, BROTLI)),
    "brotli-head-lost": (answer(BR, BROTLI), answer(BR)),
    "brotli-head-came": (answer(BR), answer(BR, BROTLI)),
    "zstd-same": (answer(ZS, ZSTD), answer(ZS, ZSTD)),
    "gzip-then-x-gzip": (answer(GZ, GZIP), answer(GZ, "Content-Encoding: x-gzip")),
    "found-then-gone": (answer(PAGE), answer(PAGE, status="404 Not Found")),
    "gone-then-found": (answer(PAGE, status="404 Not Found"), answer(PAGE)),
    "busy-then-found": (answer(PAGE, status="503 Service Unavailable"), answer(PAGE)),
    "moved-elsewhere": (answer(b"moved", "Location: /a", status=MOVED), answer(b"moved", "Location: /b", status=MOVED)),
    "moved-then-found": (answer(PAGE, "Location: /a", status=MOVED), answer(PAGE)),
    "found-then-moved": (answer(PAGE), answer(PAGE, "Location: /a", status=MOVED)),
    "other-type": (answer(PAGE), answer(PAGE).replace(b"text/html", b"text/plain")),
    "not-modified": (answer(PAGE, 'ETag: "1"'), b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'),
    "empty": (answer(b""), answer(b"")),
    "a": (answer(b"<p>a</p>"), answer(b"<p>a</p>")),
    "b": (answer(b"<p>b</p>"), answer(b"<p>b</p>")),
    "changed": (answer(PAGE), answer(PAGE.replace(b"ferry", b"tram"))),
}  # fmt: skip


def build(root: Path) -> list[Capture]:
    """Two crawls, an hour apart; the second knows the first's captures, as it would from the index."""
    root.mkdir()
    known: dict[str, RecordRef] = {}
    found: list[Capture] = []
    for crawl in (0, 1):
        with WarcStore(root, crawl_id=f"crawl-{crawl}", min_free=0) as store:
            for number, (name, sent) in enumerate(MATRIX.items()):
                url, at = f"{HOST}/{name}", NOON + timedelta(hours=crawl, seconds=number)
                store.commit(
                    exchange(number, url, response=sent[crawl], previous=known.get(url), started_at=at)
                )
            found += store.sync()
        known |= {c.url: ref for c in found if (ref := reference(c)) is not None}
    return found


def without_chunks(framed: bytes) -> bytes:
    size, _, rest = framed.partition(b"\r\n")
    count = int(size, 16)
    return rest[:count] + without_chunks(rest[count + 2 :]) if count else b""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser gets to see of a capture."""

    status: int
    content_type: str
    body: bytes


def expected(name: str, crawl: int) -> Shown:
    """What was sent: of a redirect its target's answer, of a 304 the answer that it is about."""
    head, _, body = MATRIX[name][crawl].partition(b"\r\n\r\n")
    if moved := LOCATION.search(head):
        return expected(moved[1].decode(), crawl)
    if b" 304 " in head:
        return expected(name, 0)
    if b"Transfer-Encoding: chunked" in head:
        body = without_chunks(body)
    coding = re.search(r"Content-Encoding: (\S+)", head.decode("latin-1"))
    known = coding[1] if coding and coding[1] in ENGINE_DECODES else None
    kind = re.search(r"Content-Type: (\S+);", head.decode("latin-1"))
    return Shown(int(head.split()[1]), kind[1] if kind else "", decoded(known, body))


class Files(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, with ranges, as WACZ needs them."""

    def log_message(self, *_args: object) -> None: ...

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if wanted is None:
            super().do_GET()
            return
        data = Path(self.translate_path(self.path)).read_bytes()
        first, last = wanted.groups()
        start = int(first) if first else len(data) - int(last)
        part = data[start : int(last) + 1 if first and last else len(data)]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a loopback port; its address."""
    handler = functools.partial(Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


LOAD = """async ([name, source]) => {
  await navigator.serviceWorker.register("/sw.js", {scope: "/"});
  const worker = (await navigator.serviceWorker.ready).active;
  return await new Promise((good, bad) => {
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data.msg_type === "collAdded") good(name);
      if (event.data.error) bad(new Error(event.data.error));
    });
    worker.postMessage({msg_type: "addColl", name, file: {sourceUrl: source}, skipExisting: false});
  });
}"""
ASK = """async (url) => {
  const answer = await fetch(url);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return [answer.status, (answer.headers.get("content-type") || "").split(";")[0], btoa(text)];
}"""


def check(page: Any, name: str, source: str, captures: list[Capture]) -> list[str]:
    """The captures that the engine shows otherwise than they were sent, as sentences.

    They are asked for as they are (`id_`); redirects are rewritten (`mp_`), so that they lead into the archive.
    """
    page.evaluate(LOAD, [name, source])
    wrong = []
    for capture in captures:
        crawl = int(capture.fetched_at >= NOON + timedelta(hours=1))
        path = capture.url.removeprefix(HOST + "/")
        is_redirect = LOCATION.search(MATRIX[path][crawl]) is not None
        mode = "mp_" if is_redirect else "id_"
        status, kind, text = page.evaluate(
            ASK, f"/w/{name}/{capture.fetched_at:%Y%m%d%H%M%S}{mode}/{capture.url}"
        )
        got, wanted = Shown(status, kind, base64.b64decode(text)), expected(path, crawl)
        if is_redirect and wanted.body in got.body:
            got = replace(got, body=wanted.body)
        if got != wanted:
            place = f"{name} {path} #{crawl + 1} {capture.kind}"
            wrong.append(
                f"{place}: {got.status} {got.content_type} {got.body[:40]!r} for {wanted.status} {wanted.content_type} {wanted.body[:40]!r}"
            )
    return wrong


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--folder", type=Path, default=Path.home() / ".cache" / "newsarchive-conformance")
    folder: Path = options.parse_args().folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    bin_, chromium = tools(folder), find_chromium()
    engine = from_npm("@webrecorder/wabac", ENGINE, "dist/sw.js")
    if chromium is None or engine is None:
        print("skip: needs Chromium and @webrecorder/wabac from npm")
        return 0
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(dir=folder) as work, sync_playwright() as play:
        root, web = Path(work) / "archive", Path(work) / "web"
        captures = build(root)
        web.mkdir()
        shutil.copy(engine, web / "sw.js")
        (web / "index.html").write_text("<!doctype html><title>replay</title>")
        mains = [root / "warc" / f.filename for f in list_files(root) if not f.is_checks]
        (web / "all.warc.gz").write_bytes(b"".join(path.read_bytes() for path in mains))
        made = [str(bin_ / "wacz"), "create", "-o", str(web / "all.wacz"), *map(str, mains)]
        subprocess.run(made, check=True, capture_output=True)
        browser = play.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        with served(web) as address:
            page = browser.new_page()
            page.goto(address + "/index.html")
            wrong = [
                line
                for name in ("warc", "wacz")
                for line in check(page, name, f"{address}/all.{name}{'.gz' * (name == 'warc')}", captures)
            ]
        browser.close()
    print("\n".join(wrong))
    revisits = sum(c.kind == "same-payload" for c in captures)
    print(
        f"{2 * len(captures) - len(wrong)} of {2 * len(captures)} as they were sent; {revisits} revisits, from WARC and from WACZ"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
