"""How fast WARCs are written, read and verified, beside `warcio check` and gzip in the same run.

    python -m tests.bench.warc [--pages 2000] [--warcio /path/to/venv/bin/warcio] [--keep DIR]

Makes an archive of pages like those of news sites (plain, gzip and chunked, revisits, 304, failures), then
measures CPU and wall time of whole processes, and CPU of single steps beside warcio's. Prints machine, versions, sizes and ratios; asserts nothing.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from newsarchive.warc import WarcStore, list_files, read_captures, read_payload, read_raw
from newsarchive.warc.http_message import parse_head
from newsarchive.warc.record import block_of, build_head, parse_record_head
from newsarchive.warc.writer import WarcWriter
from tests.warc.making import answer, exchange

WORDS = [
    "ferry",
    "council",
    "harbour",
    "minister",
    "storm",
    "school",
    "bridge",
    "vote",
    "budget",
    "river",
    "strike",
    "market",
    "court",
    "doctor",
]


def text(pick: random.Random, size: int) -> bytes:
    """HTML of about that size that compresses about as news pages do (5 to 6 times)."""
    out: list[str] = []
    length = 0
    while length < size:
        kind, number = pick.choice(WORDS), pick.randrange(10**6)
        words = " ".join(pick.choice(WORDS) + str(pick.randrange(300)) for _ in range(12))
        out.append(
            f'<div class="card card--{kind}" data-id="{number}"><a href="/{kind}/{number}">{words}</a></div>\n'
        )
        length += len(out[-1])
    return "".join(out).encode()


def build(root: Path, pages: int) -> tuple[int, float, float]:
    """Writes the archive; bytes on the wire, CPU seconds and wall seconds of the store."""
    pick = random.Random(1)
    bodies = [text(pick, pick.randrange(20_000, 260_000)) for _ in range(40)]
    wires = []
    for n in range(pages):
        body = bodies[n % 40] + str(n).encode()
        if n % 20 == 19:
            wires.append((n, b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'))
        elif n % 20 == 18:
            wires.append((n, b""))
        elif n % 2:
            wires.append((n, answer(gzip.compress(body, 6), "Content-Encoding: gzip", chunks=[16_000])))
        else:
            wires.append((n, answer(body)))
    cpu, wall = time.process_time(), time.perf_counter()
    with WarcStore(root, crawl_id="bench", max_size=12_000_000, min_free=0) as store:
        for n, wire in wires:
            store.commit(
                exchange(n, f"http://h.example/{n if n % 7 else 0}", response=wire, crawl_id="bench")
            )
            if n % 5 == 4:
                store.sync()
    return sum(len(w) for _, w in wires), time.process_time() - cpu, time.perf_counter() - wall


def run(command: list[str]) -> tuple[float, float, int]:
    """CPU and wall seconds of a whole process with its children, and its exit code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    code = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - wall, code


VERIFY = "import sys; from pathlib import Path; from newsarchive.warc import verify\nr = verify(Path(sys.argv[1]), jobs=int(sys.argv[2]))\nsys.exit(not r.is_whole)"
READ = (
    "import sys; from pathlib import Path; from newsarchive.warc import list_files, read_captures\n"
    "root = Path(sys.argv[1]); [c for f in list_files(root) for c in read_captures(root, f.filename)]"
)


def steps(root: Path) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Single steps of reading and writing, ours and warcio's, on the same bytes."""
    found = (c for f in list_files(root) for c in read_captures(root, f.filename))
    captures = list(islice((c for c in found if c.kind == "response"), 200))
    path = {c.warc_filename: root / "warc" / c.warc_filename for c in captures}
    places = [(c.warc_filename, c.warc_offset, c.warc_length) for c in captures]
    wire = answer(text(random.Random(2), 60_000))
    fields = [("WARC-Type", "response"), *((f"WARC-Field-{n}", "x" * 30) for n in range(10))]
    head = build_head([*fields, ("Content-Length", str(len(wire)))])

    def theirs(parse: bool) -> None:
        for name, offset, _ in places:
            with path[name].open("rb") as file:
                file.seek(offset)
                record = next(iter(ArchiveIterator(file, no_record_parse=not parse)))
                (record.content_stream() if parse else record.raw_stream).read()

    def write_theirs() -> None:
        writer = WARCWriter(io.BytesIO(), warc_version="1.1")
        for _ in range(50):
            block = io.BytesIO(wire)
            writer.write_record(
                writer.create_warc_record("http://h.example/", "response", payload=block, length=len(wire))
            )

    def write_ours() -> None:
        with tempfile.TemporaryDirectory() as folder:
            writer = WarcWriter(Path(folder), "a.warc.gz", 6)
            for _ in range(50):
                writer.write([(head, block_of(wire))])
            writer.abandon()

    def many(step: Callable[[], object]) -> Callable[[], object]:
        return lambda: [step() for _ in range(5000)]

    record_heads = StatusAndHeadersParser(["WARC/1.1"])
    http_heads = StatusAndHeadersParser(["HTTP/"])
    yield (
        "record head read",
        many(lambda: parse_record_head(head)),
        many(lambda: record_heads.parse(io.BytesIO(head))),
    )
    yield "HTTP head read", many(lambda: parse_head(wire)), many(lambda: http_heads.parse(io.BytesIO(wire)))
    yield "records by offset", lambda: [read_raw(root, *place) for place in places], lambda: theirs(False)
    yield "bodies by offset", lambda: [read_payload(root, *place) for place in places], lambda: theirs(True)
    yield "response written", write_ours, write_theirs


def cpu_of(step: Callable[[], object]) -> float:
    """CPU seconds of the best of three runs."""
    times = []
    for _ in range(3):
        before = time.process_time()
        step()
        times.append(time.process_time() - before)
    return min(times)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=2000)
    options.add_argument("--warcio", default=str(Path(sys.executable).parent / "warcio"))
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    root = given.keep or Path(tempfile.mkdtemp(prefix="newsarchive-bench-"))
    root.mkdir(exist_ok=True)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, zlib {zlib.ZLIB_RUNTIME_VERSION}"
    )
    wire, cpu, wall = build(root, given.pages)
    paths = [str(root / "warc" / f.filename) for f in list_files(root)]
    size = sum(f.size for f in list_files(root))
    print(
        f"{given.pages} exchanges, {wire / 1e6:.1f} MB on the wire, {size / 1e6:.1f} MB of WARC in {len(paths)} files"
    )
    print(
        f"write: {cpu / given.pages * 1000:.2f} ms CPU, {wall / given.pages * 1000:.2f} ms wall an exchange (fsync every 5)"
    )
    rows = [
        ("newsarchive verify, one process", [sys.executable, "-c", VERIFY, str(root), "1"]),
        ("newsarchive verify, all cores", [sys.executable, "-c", VERIFY, str(root), "0"]),
        ("newsarchive read_captures", [sys.executable, "-c", READ, str(root)]),
        ("gzip -t", ["gzip", "-t", *paths]),
        ("sha256sum -c", ["sh", "-c", f"cd {root} && sha256sum -c MANIFEST"]),
        ("warcio check", [given.warcio, "check", *paths]),
    ]
    for name, command in rows:
        cpu, wall, code = min(run(command) for _ in range(3))
        print(
            f"{name:34} {cpu:6.2f} s CPU {wall:6.2f} s wall  {size / 1e6 / cpu:7.1f} MB/s CPU  {wire / 1e6 / cpu:7.1f} MB/s of wire  exit {code}"
        )
    for name, ours, theirs in steps(root):
        mine, other = cpu_of(ours), cpu_of(theirs)
        print(f"{name:20} ours {mine:6.3f} s CPU, warcio {other:6.3f}: {other / mine:.1f} times ours")
    if given.keep is None:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
