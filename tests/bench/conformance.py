"""Do tools that others wrote take our WARCs? On an archive of more than 1,000 pages written by the store itself.

    python -m tests.bench.conformance [--folder DIR] [--pages 1000] [--keep]

DIR (default: ~/.cache/newsarchive-conformance) holds the tools in a virtual environment of their own, made at
the first run: warcio, FastWARC, cdxj-indexer, wacz, pywb; warcio.js if npm is there; headless Chromium if
it is installed. Prints one line a check; exit 1 if one fails. Screenshots stay in DIR/screenshots.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import gzip
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import zstandard

from newsarchive.archive import Archive
from newsarchive.index.search import SearchQuery
from newsarchive.model import Capture, Exchange, Tls
from newsarchive.warc import (
    WarcStore,
    import_file,
    list_files,
    read_captures,
    read_payload,
    verify,
    write_cdxj,
)
from tests.warc.making import answer, exchange
from tests.warc.writers import CONTAINERS, WRITERS

TOOLS = [
    "warcio==1.8.1",
    "fastwarc==2.0.1",
    "cdxj-indexer==1.5.0",
    "wacz==0.6.0",
    "pywb==2.10.0",
    "setuptools<81",
]
NODE_TOOL = "warcio@2.4.11"
HOST = "http://harbour.example"
STYLE = "<style>body{font:22px Georgia;margin:40px;max-width:700px}h1{color:#0a4}</style>"


def html(title: str, number: int) -> bytes:
    lines = "".join(
        f"<p>Paragraph {n} of page {number}: the ferry left at {n % 24:02d}:{number % 60:02d}.</p>"
        for n in range(30)
    )
    return f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{STYLE}</head><body><h1>{title}</h1>{lines}</body></html>".encode()


def zdeflate(data: bytes) -> bytes:
    return zlib.compress(data)


SHAPES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("plain", lambda b: answer(b)),
    ("gzip", lambda b: answer(gzip.compress(b, mtime=0), "Content-Encoding: gzip")),
    ("br", lambda b: answer(brotli.compress(b, quality=4), "Content-Encoding: br")),
    ("deflate", lambda b: answer(zdeflate(b), "Content-Encoding: deflate")),
    ("chunked", lambda b: answer(b, chunks=[1000, 37])),
    ("chunked-gzip", lambda b: answer(gzip.compress(b, mtime=0), "Content-Encoding: gzip", chunks=[300])),
    ("http10", lambda b: b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + b),
    ("no-reason", lambda b: b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n" + b),
    ("latin1", lambda b: answer(b, "X-Place: caf\xe9", "X-OddCASE:   two  spaces")),
    ("cookies", lambda b: answer(b, "Set-Cookie: a=1", "Set-Cookie: b=2")),
]
ODD: list[tuple[str, bytes]] = [
    ("zstd", answer(zstandard.compress(html("zstd", 1)), "Content-Encoding: zstd")),
    ("bare-lf", b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + html("bare LF", 1)),
    ("long-header", answer(html("long header", 1), "X-Long: " + "y" * 20_000)),
    ("folded", answer(html("folded", 1), "X-Folded: a\r\n  b")),
    (
        "no-colon",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nno colon here\r\n\r\n" + html("no colon", 1),
    ),
    ("empty", answer(b"")),
    ("no-content", b"HTTP/1.1 204 No Content\r\n\r\n"),
    ("moved", answer(b"", f"Location: {HOST}/plain/0", status="301 Moved Permanently")),
    ("not-found", answer(b"<h1>Not found</h1>", status="404 Not Found")),
    ("gone", answer(b"<h1>Gone</h1>", status="410 Gone")),
    ("busy", answer(b"later", "Retry-After: 60", status="503 Service Unavailable")),
    ("nul", b'HTTP/1.1 200 O\0K\r\nContent-Type: text/html\0\r\nETag: "a\0b"\r\n\r\n' + html("NUL", 1)),
    ("cr", b'HTTP/1.1 200 OK\r\nContent-Type: text/html\rX-Injected: 1\r\nETag: "a"\r\n\r\n' + html("CR", 1)),
]
# A CR in a header or URL: every reader finds the record, pywb refuses to serve it (500), as it should.
HOSTILE = {f"{HOST}/odd/cr", f"{HOST}/evil%0D%0AWARC-Injected:%20yes"}
URLS = [
    "/q?z=1&a=2&utm_source=x",
    "/a%2Fb%20c",
    "/stra\u00dfe",
    "/UPPER/Case",
    "/colon:8080/;p=1",
    "/evil\r\nWARC-Injected: yes",
]


def exchanges(pages: int) -> Iterator[Exchange]:
    """More than `pages` pages, their revisits and checks, and everything odd."""
    seq = 0
    tls = Tls(version="tls/1.3", cipher="TLS_AES_256_GCM_SHA384", certificate_sha256="ab" * 32)

    def one(path: str, wire: bytes | None, **more: object) -> Exchange:
        nonlocal seq
        seq += 1
        item = exchange(seq, HOST + path, tls=tls if seq % 3 == 0 else None, request=asked(path), **more)  # type: ignore[arg-type]
        return dataclasses.replace(item, response=io.BytesIO(wire) if wire is not None else None)

    def asked(path: str) -> bytes:
        safe = re.sub(r"[^!-~]", "_", path)
        return f"GET {safe} HTTP/1.1\r\nHost: harbour.example\r\nCookie: secret=1\r\n\r\n".encode()

    for number in range(-(-pages // len(SHAPES))):
        for name, make in SHAPES:
            yield one(f"/{name}/{number}", make(html(f"{name} {number}", number)))
    for name, make in SHAPES:  # looked at again: the same payload, then 304
        yield one(f"/{name}/0", make(html(f"{name} 0", 0)))
        yield one(f"/{name}/1", b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    for name, wire in ODD:
        yield one(f"/odd/{name}", wire)
    for path in URLS:
        yield one(path, answer(html(f"URL {len(path)}", 1)))
    yield one(
        "/cut",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<p>only this",
        truncated="disconnect",
        error="lost",
    )
    yield one("/dropped", None, error="connection lost")


# ---------------------------------------------------------------- the checks


class Checks:
    """Runs checks, prints a line for each, remembers whether all held."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def tell(self, name: str, holds: bool, note: str = "") -> None:
        print(f"{'ok  ' if holds else 'FAIL'} {name:44} {note}", flush=True)
        if not holds:
            self.failed.append(name)

    def run(self, name: str, command: list[str], **more: object) -> str:
        started = time.perf_counter()
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, **more)  # type: ignore[call-overload]
        last = (run.stderr or run.stdout).strip().splitlines()[-1:] if run.returncode else []
        self.tell(name, run.returncode == 0, f"{time.perf_counter() - started:.1f} s {' '.join(last)[:160]}")
        return str(run.stdout)


def tools(folder: Path) -> Path:
    """The virtual environment with the tools; made if it isn't there."""
    venv = folder / "venv"
    if not (venv / "ready").exists():
        print(f"setting up {', '.join(TOOLS)} in {venv}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run(
            [str(venv / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", *TOOLS], check=True
        )
        (venv / "ready").write_text("")
    if shutil.which("npm") and not (folder / "node/node_modules/warcio").is_dir():
        (folder / "node").mkdir(exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", NODE_TOOL],
            cwd=folder / "node",
            check=False,
            stderr=subprocess.DEVNULL,
        )
    return venv / "bin"


def check_files(root: Path, bin_: Path, checks: Checks, folder: Path) -> None:
    """Everything that reads a file and says yes or no."""
    records = 0
    for item in list_files(root):
        path = str(root / "warc" / item.filename)
        kind = "checks" if item.is_checks else "pages"
        checks.run(f"gzip -t ({kind})", ["gzip", "-t", path])
        checks.run(f"warcio check ({kind})", [str(bin_ / "warcio"), "check", path])
        index = checks.run(f"warcio index ({kind})", [str(bin_ / "warcio"), "index", path])
        checks.run(
            f"fastwarc check ({kind})", [str(bin_ / "fastwarc"), "check", "-q", "-o", os.devnull, path]
        )
        count = len(index.splitlines())
        records += count
        with gzip.open(path) as file:
            plain = file.read()
        checks.tell(
            f"no header injected ({kind})",
            b"\nWARC-Injected" not in plain.replace(b"\r", b""),
            f"{count} records",
        )
        checks.tell(f"no secret in the file ({kind})", b"secret=1" not in plain)
        payload_digests(bin_, path, checks, kind)
    report = verify(root)
    checks.tell(
        "newsarchive verify",
        report.is_whole and report.records == records,
        f"{report.records} records, warcio counts {records}",
    )
    checks.run("sha256sum -c MANIFEST", ["sha256sum", "-c", "--quiet", "MANIFEST"], cwd=root)
    main = str(root / "warc" / next(f.filename for f in list_files(root) if not f.is_checks))
    wacz = str(folder / "archive.wacz")
    checks.run("wacz create", [str(bin_ / "wacz"), "create", "-o", wacz, "--detect-pages", main])
    checks.run("wacz validate", [str(bin_ / "wacz"), "validate", "-f", wacz])


def payload_digests(bin_: Path, path: str, checks: Checks, kind: str) -> None:
    """FastWARC's check of payload digests hashes a revisit's empty block: those alone may fail."""
    out = subprocess.run(
        [str(bin_ / "fastwarc"), "check", "-p", "-o", "/dev/stdout", path],
        capture_output=True,
        text=True,
        check=False,
    )
    failed = set(re.findall(r"(urn:uuid:[0-9a-f-]+)\S*: .*PAYLOAD_FAIL", out.stdout))
    with gzip.open(path) as file:
        revisits = set(
            re.findall(
                r"WARC-Type: revisit\r\nWARC-Record-ID: <(urn:uuid:[0-9a-f-]+)>",
                file.read().decode("latin-1"),
            )
        )
    checks.tell(
        f"fastwarc check -p, but revisits ({kind})",
        failed <= revisits,
        f"{len(failed)} of {len(revisits)} revisits, by its reading",
    )


def check_indexes(root: Path, bin_: Path, checks: Checks, folder: Path) -> None:
    """Our CDXJ against those that others make of the same file."""
    own = io.StringIO()
    write_cdxj(root, own)
    lines = own.getvalue().splitlines()
    main = root / "warc" / next(f.filename for f in list_files(root) if not f.is_checks)
    other = checks.run("cdxj-indexer", [str(bin_ / "cdxj-indexer"), "-s", str(main)]).splitlines()
    ours, theirs = {_place(line): line for line in lines}, {_place(line): line for line in other}
    checks.tell(
        "our CDXJ has the same records as theirs",
        ours.keys() == theirs.keys(),
        f"{len(ours)} and {len(theirs)}",
    )
    same = sum(theirs[p].split(" ")[:2] == ours[p].split(" ")[:2] for p in ours if p in theirs)
    differ = [
        f"{ours[p].split(' ')[0]} | {theirs[p].split(' ')[0]}"
        for p in ours
        if p in theirs and theirs[p].split(" ")[:2] != ours[p].split(" ")[:2]
    ]
    checks.tell("… with the same key and time", same == len(ours), f"{same} of {len(ours)} {differ[:2]}")
    node = folder / "node/node_modules/warcio/dist/cli.js"
    if node.exists() and shutil.which("node"):
        found = checks.run("warcio.js cdx-index", ["node", str(node), "cdx-index", str(main)]).splitlines()
        pages = sum("urn:newsarchive:" not in line for line in found)
        note = f"{pages} lines, and {len(found) - pages} renderings"
        checks.tell("warcio.js finds as many", pages == len(other), note)
    else:
        print("skip warcio.js: no npm here")


def _place(line: str) -> tuple[str, str]:
    fields = json.loads(line.split(" ", 2)[2])
    return fields["offset"], fields["length"]


# ---------------------------------------------------------------- files of others

READ = """
import json, sys
from fastwarc.warc import ArchiveIterator, WarcRecordType
pages = WarcRecordType.response | WarcRecordType.revisit | WarcRecordType.resource
for name in sys.argv[1:]:
    count, error = 0, ""
    try:
        with open(name, "rb") as file:
            for record in ArchiveIterator(file, record_types=pages):
                count += (record.headers.get("WARC-Target-URI") or "").strip("<>").startswith("http")
    except Exception as problem:
        error = str(problem)
    print(json.dumps([name, count, error]))
"""


def check_foreign(bin_: Path, checks: Checks, folder: Path) -> None:
    """Files in the manner of other writers: as many captures as FastWARC reads are taken, or their loss is reported."""
    work = Path(tempfile.mkdtemp(dir=folder))
    paths = []
    for writer, records in WRITERS.items():
        for container, pack in CONTAINERS.items():
            paths.append(work / f"{writer}-{container}.bin".replace(" ", "-"))
            paths[-1].write_bytes(pack(records()))
    read = checks.run("FastWARC reads files of others", [str(bin_ / "python"), "-c", READ, *map(str, paths)])
    short, total = [], 0
    for line in read.splitlines():
        name, count, _ = json.loads(line)
        root = work / "archive"
        shutil.rmtree(root, ignore_errors=True)
        (root / "warc").mkdir(parents=True)
        taken = import_file(root, Path(name))
        total += taken.captures
        if taken.captures + taken.lost < count:
            short.append(f"{Path(name).name}: {taken.captures} of {count}")
    note = f"{total} captures of {len(paths)} files of {len(WRITERS)} writers {short[:3]}"
    checks.tell("import takes what FastWARC reads", not short, note)
    shutil.rmtree(work)


# ---------------------------------------------------------------- replay


@contextlib.contextmanager
def pywb(root: Path, bin_: Path, folder: Path, *, own_index: bool) -> Iterator[str]:
    """pywb over the archive on a loopback port; the address of its collection."""
    work = Path(tempfile.mkdtemp(dir=folder))
    subprocess.run([str(bin_ / "wb-manager"), "init", "news"], cwd=work, check=True, capture_output=True)
    collection = work / "collections" / "news"
    mains = [root / "warc" / f.filename for f in list_files(root) if not f.is_checks]
    if own_index:
        for path in mains:
            (collection / "archive" / path.name).symlink_to(path)
        with (collection / "indexes" / "index.cdxj").open("w") as out:
            write_cdxj(root, out)
    else:
        subprocess.run(
            [str(bin_ / "wb-manager"), "add", "news", *map(str, mains)],
            cwd=work,
            check=True,
            capture_output=True,
        )
    with wayback(work, bin_) as address:
        yield address


@contextlib.contextmanager
def wayback(work: Path, bin_: Path) -> Iterator[str]:
    """pywb over the collection "news" of a folder, which is removed afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (work / "log").open("w")
    server = subprocess.Popen(
        [str(bin_ / "wayback"), "-b", "127.0.0.1", "-p", str(port)], cwd=work, stdout=log, stderr=log
    )
    try:
        wait_for(port, server)
        yield f"http://127.0.0.1:{port}/news"
    finally:
        server.terminate()
        server.wait()
        log.close()
        shutil.rmtree(work)


def check_export(bin_: Path, checks: Checks, folder: Path) -> None:
    """An exported WACZ is valid, and pywb serves its pages."""
    from tests.bench.replayweb_page import crawl  # which imports this file

    work = Path(tempfile.mkdtemp(dir=folder))
    crawl(work / "archive")
    wacz = work / "lantern.wacz"
    Archive(work / "archive").export(SearchQuery(limit=0), form="wacz", output=wacz)
    checks.run("wacz validate, of an export", [str(bin_ / "wacz"), "validate", "-f", str(wacz)])
    manager = str(bin_ / "wb-manager")
    subprocess.run([manager, "init", "news"], cwd=work, check=True, capture_output=True)
    checks.run("wb-manager add, of an export", [manager, "add", "--unpack-wacz", "news", str(wacz)], cwd=work)
    with zipfile.ZipFile(wacz) as file:
        lines = [
            json.loads(line.split(" ", 2)[2]) for line in file.read("indexes/index.cdx").decode().splitlines()
        ]
    with wayback(work, bin_) as address:
        got = [fetch(f"{address}/2030id_/{line['url']}")[0] for line in lines]
    found = sum(str(status) == line["status"] for status, line in zip(got, lines, strict=True))
    checks.tell("pywb serves an exported WACZ", found == len(lines) > 0, f"{found} of {len(lines)}")


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit("pywb ended by itself")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("pywb doesn't answer")


def fetch(url: str) -> tuple[int, bytes]:
    """Status and decoded body, without proxies and redirects."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, br, deflate, zstd"})
    try:
        with opener.open(request, timeout=60) as got:
            return got.status, decoded(got.headers.get("Content-Encoding"), got.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, decoded(error.headers.get("Content-Encoding"), error.read())


def decoded(coding: str | None, body: bytes) -> bytes:
    known = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "deflate": zlib.decompress,
        "zstd": zstandard.decompress,
    }
    return known[coding](body) if coding in known and body else body


def check_replay(root: Path, captures: list[Capture], address: str, checks: Checks, name: str) -> None:
    """Every page with a body of its own: pywb's `id_` bytes are the decoded original."""
    wanted = [
        c
        for c in captures
        if c.url not in HOSTILE
        and c.kind in ("response", "same-payload")
        and c.http_status == 200
        and not c.truncated
    ]
    bodies = {c.payload_digest: c for c in captures if c.kind == "response"}
    wrong: list[str] = []
    for capture in wanted:
        holder = bodies[capture.payload_digest]
        original = read_payload(root, holder.warc_filename, holder.warc_offset, holder.warc_length).body
        status, got = fetch(f"{address}/{capture.fetched_at:%Y%m%d%H%M%S}id_/{capture.url}")
        if (status, got) != (200, original):
            wrong.append(f"{capture.url} ({status}, {len(got)} bytes for {len(original)})")
    checks.tell(
        f"pywb id_ bytes, {name}", not wrong, f"{len(wanted) - len(wrong)} of {len(wanted)} pages {wrong[:3]}"
    )


def check_browser(address: str, folder: Path, checks: Checks) -> None:
    """Headless Chromium shows a chunked and gzipped page, a revisit of it, and a page after a 304 check.

    pywb's frame takes the title of the page inside it once that is there; the archive's URLs don't hold it.
    """
    chromium = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
    )
    if chromium is None:
        print("skip Chromium: not installed")
        return
    shots = folder / "screenshots"
    shots.mkdir(exist_ok=True)
    pages = [
        ("chunked-gzip", "2026112412000", "/chunked-gzip/2", "chunked-gzip 2"),
        ("revisit", "2030", "/chunked-gzip/0", "chunked-gzip 0"),
        ("after-304", "2030", "/chunked-gzip/1", "chunked-gzip 1"),
    ]
    base = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-proxy-server",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'profile'}",
    ]
    for name, when, path, title in pages:
        shot = shots / f"{name}.png"
        dump = [*base, "--dump-dom", f"{address}/{when}/{HOST}{path}"]
        for _ in range(4):  # the dump may come before the frame has its title
            dom = subprocess.run(dump, capture_output=True, text=True, timeout=120, check=False).stdout
            if title in dom:
                break
        command = [*base, "--window-size=900,700", f"--screenshot={shot}", f"{address}/{when}/{HOST}{path}"]
        subprocess.run(command, capture_output=True, timeout=120, check=False)
        size = shot.stat().st_size if shot.exists() else 0
        checks.tell(f"Chromium through pywb: {name}", title in dom and size > 8000, f"{shot} {size} bytes")


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--folder", type=Path, default=Path.home() / ".cache" / "newsarchive-conformance")
    options.add_argument("--pages", type=int, default=1000)
    options.add_argument("--keep", action="store_true", help="leave the archive in FOLDER/archive")
    given = options.parse_args()
    folder: Path = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    bin_ = tools(folder)
    root = folder / "archive"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    with WarcStore(root, crawl_id="run-1", info={"robots": "obey"}, min_free=0) as store:
        store.add_source("harbour", 'title = "Harbour Gazette"')
        for number, item in enumerate(exchanges(given.pages)):
            capture = store.commit(item)
            if number < 10:
                store.add_rendered(capture, html(f"rendered {number}", number))
    captures = [c for f in list_files(root) for c in read_captures(root, f.filename)]
    print(
        f"{len(captures)} captures, {sum(f.size for f in list_files(root)) / 1e6:.1f} MB in {len(list_files(root))} files"
    )
    checks = Checks()
    check_files(root, bin_, checks, folder)
    check_indexes(root, bin_, checks, folder)
    check_foreign(bin_, checks, folder)
    check_export(bin_, checks, folder)
    with pywb(root, bin_, folder, own_index=False) as address:
        check_replay(root, captures, address, checks, "its own index")
        check_browser(address, folder, checks)
    with pywb(root, bin_, folder, own_index=True) as address:
        check_replay(root, captures, address, checks, "our CDXJ")
    if not given.keep:
        shutil.rmtree(root)
    print(f"{len(checks.failed)} checks failed" if checks.failed else "all checks hold")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
