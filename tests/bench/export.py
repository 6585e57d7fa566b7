"""What each format of `newsarchive export` costs on a large archive.

    python -m tests.bench.export [--stories 100000] [--keep DIR] [--formats git jsonl …]

Writes invented stories through the index's own write functions (500 words each, every fifth edited once), exports all of them with the
command line in a process of its own, and prints megabytes written a second, CPU and the peak memory: of git's export newsarchive's,
`git fast-import`'s and the checkout's.
`--keep DIR` leaves the archive there and takes it again if it holds one. WACZ isn't among the formats: it is made of WARC files,
which these stories haven't. Prints its machine; asserts nothing.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.export import FORMATS
from newsarchive.index.write import open_index
from tests.bench.index import Words, batches, write
from tests.bench.measure import machine, run


def fill(root: Path, stories: int) -> None:
    """Make an archive of so many stories, without WARC files."""
    Archive.create(root)
    words = Words(4)
    with open_index(root / "index.db") as index:
        for numbers in batches(stories):
            write(index, numbers, words, 2)
        index.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def written(path: Path) -> int:
    """Bytes of a file, or of the files in a folder; of a git repository those that are checked out."""
    if path.is_file():
        return path.stat().st_size
    return sum(
        p.stat().st_size for p in path.rglob("*") if p.is_file() and ".git" not in p.relative_to(path).parts
    )


def main() -> None:
    """Export in each format and print a row of a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep the archive here")
    parser.add_argument("--formats", nargs="*", default=[name for name in FORMATS if name != "wacz"])
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder) / "archive"
        if not (root / "index.db").exists():
            fill(root, options.stories)
        print("| format | MB | s | MB/s | CPU s | MB a second of CPU | MiB |\n|---|---|---|---|---|---|---|")
        for form in options.formats:
            out = Path(folder) / "out"
            command = [sys.executable, "-m", "newsarchive", "--archive", str(root), "export"]
            used = run([*command, "--format", form, "-o", str(out)])
            size = written(out) / 1e6
            parts = [name for name in ("main", "fast-import", "checkout") if name in used.peaks]
            spent = " + ".join(f"{used.cpus[name]:.0f}" for name in parts)
            peaks = ", ".join(f"{used.peaks[name]:.0f}" for name in parts)
            speed = (f"{used.wall:.0f}", f"{size / used.wall:.1f}", spent, f"{size / used.cpu:.1f}")
            row = (form, f"{size:.0f}", *speed, peaks)
            print(f"| {' | '.join(row)} |", flush=True)
            shutil.rmtree(out) if out.is_dir() else out.unlink()


if __name__ == "__main__":
    main()
