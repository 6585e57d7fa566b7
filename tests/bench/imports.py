"""What a file of strangers' pages costs to import: left out, as by default, and chosen.

    python -m tests.bench.imports [--pages 1000] [--size 60000]

Each page is an invented article on a host of its own, within navigation and scripts up to the size given. Runs the whole
command `newsarchive import` on the same file in two archives; prints CPU of all its processes and what was indexed. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.sources import write_source
from tests.bench.measure import run
from tests.ingest.press import SOURCES, by_others, html, text


def page(number: int, size: int) -> bytes:
    """An article of twenty paragraphs in a page of about `size` bytes."""
    story = html(f"Story number {number}", text(number, 20))
    links = "".join(
        f'<li class="item"><a href="/section/{i}/{number}">Section {i}</a></li>' for i in range(200)
    )
    script = f"<script>var state = {json.dumps([number, 'x' * 40] * max(0, (size - len(story) - len(links)) // 50))};</script>"
    return story.replace(b"<footer>", f"<nav><ul>{links}</ul></nav>{script}<footer>".encode())


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=1000)
    options.add_argument("--size", type=int, default=60_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = [
            (f"https://paper-{n}.strangers.example/news/{n}", n / 3600, page(n, given.size))
            for n in range(given.pages)
        ]
        file = by_others(Path(folder) / "cc-news.warc.gz", pages)
        print(f"{given.pages} pages of {given.pages} hosts, {file.stat().st_size / 1e6:.1f} MB of WARC")
        for name, choice in (("left out", []), ("chosen", ["--domain", "strangers.example"])):
            archive = Archive.create(Path(folder) / name.replace(" ", "-"))
            write_source(archive.root, SOURCES["gazette"])
            command = [
                sys.executable,
                "-m",
                "newsarchive",
                "--archive",
                str(archive.root),
                "import",
                "--json",
            ]
            done = run([*command, *choice, str(file)])
            told = json.loads(done.stdout)
            print(
                f"{name}: {done.cpu:.2f} s of CPU, {told['ingest']['pages']} pages extracted, "
                f"{told['left_out']['captures']} captures left out, "
                f"index {(archive.root / 'index.db').stat().st_size / 1e6:.2f} MB"
            )


if __name__ == "__main__":
    main()
