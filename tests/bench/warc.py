"""How fast WARCs are written, read and verified, beside `warcio check` and gzip in the same run.

    python -m tests.bench.warc [--pages 2000] [--warcio /path/to/venv/bin/warcio] [--keep DIR]

Makes an archive of pages like those of news sites (plain, gzip and chunked, revisits, 304, failures), then
measures CPU and wall time of whole processes. Prints machine, versions, sizes and ratios; asserts nothing.
"""

from __future__ import annotations

import argparse
import gzip
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
from pathlib import Path

from newsarchive.warc import WarcStore, list_files
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
    if given.keep is None:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
