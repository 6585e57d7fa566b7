"""A million stories in many indexes: their size, how fast one search over all is, how long a merge takes.

    python -m tests.bench.federated --folder DIR [--stories 1000000] [--shards 16] [--made 2] [--words 120] [--rounds 3]

Invented stories (tests/bench/index.py) are written through the index's own functions into the first `--made` indexes; the
others are copies of these, since only their number and size matter for a search. Those that were made are merged. DIR needs
some 12 kB a story, and is kept. Prints its machine; asserts nothing.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from shutil import copyfile

from newsarchive.index.federated import search_all
from newsarchive.index.merging import merge_indexes
from newsarchive.index.search import SearchQuery
from newsarchive.index.write import open_index
from tests.bench import index as stories_of
from tests.bench import measure
from tests.bench.index import Words, write

CAPTURES = 2  # of a story
BATCH = 500


def make(folder: Path, shards: int, stories: int, made: int) -> list[Path]:
    """The indexes; those that are there already stay."""
    paths = [folder / f"{n:03}.db" for n in range(shards)]
    each, words = stories // shards, Words(4)
    for number, path in enumerate(paths):
        if path.exists():
            continue
        if number >= made:
            copyfile(paths[number % made], path)
            continue
        began, draft = time.process_time(), path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with open_index(draft) as index:
            index.db.execute("PRAGMA synchronous = OFF")
            for first in range(number * each, (number + 1) * each, BATCH):
                write(index, range(first, min(first + BATCH, (number + 1) * each)), words, CAPTURES)
            index.db.execute("ANALYZE")
            index.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        draft.rename(path)
        print(
            f"{path.name}: {each} stories, {(time.process_time() - began) / each * 1000:.2f} CPU ms a story",
            flush=True,
        )
    return paths


def searches(paths: list[Path], rounds: int) -> None:
    words = Words(4).words
    common, middle, rare = words[0], words[300], words[20_000]
    asked = {
        "rare word": SearchQuery(text=rare),
        "middling word": SearchQuery(text=middle),
        "common word": SearchQuery(text=common),
        "common word, newest": SearchQuery(text=common, newest=True),
        "two words": SearchQuery(text=f"{common} {middle}"),
        "phrase": SearchQuery(text=f'"{common} {words[1]}"'),
        "common word, one source": SearchQuery(text=common, sources=("outlet-3",)),
        "nothing typed": SearchQuery(),
    }
    everything: list[float] = []
    for name, wanted in asked.items():
        walls, cpus = [], []
        for _ in range(rounds):
            began, cpu = time.monotonic(), time.process_time()
            found = search_all(paths, wanted)
            walls.append(time.monotonic() - began)
            cpus.append(time.process_time() - cpu)
        everything += walls
        print(
            f"  {name:26} median {statistics.median(walls):7.2f} s, CPU {statistics.median(cpus):7.2f} s, {found.total} stories",
            flush=True,
        )
    print(
        f"  all {len(everything)} searches: p50 {at(everything, 0.5):.2f} s, p95 {at(everything, 0.95):.2f} s"
    )


def at(values: list[float], share: float) -> float:
    """The value below which this share of them is."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--folder", type=Path, required=True)
    for name, default in (("stories", 1_000_000), ("shards", 16), ("made", 2), ("words", 120), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    print(measure.machine())
    stories_of.TEXT = options.words
    options.folder.mkdir(parents=True, exist_ok=True)
    paths = make(options.folder, options.shards, options.stories, options.made)
    size = sum(path.stat().st_size for path in paths)
    print(
        f"{options.shards} indexes of {options.stories // options.shards} stories: {size / 1e9:.1f} GB, {size / options.stories:.0f} bytes a story"
    )
    searches(paths, options.rounds)
    merged = options.folder / "merged.db"
    merged.unlink(missing_ok=True)
    began, cpu = time.monotonic(), time.process_time()
    merge_indexes(paths[: options.made], merged)
    count = options.made * (options.stories // options.shards)
    print(
        f"merge of {count} stories: {time.monotonic() - began:.0f} s, CPU {(time.process_time() - cpu) / count * 1000:.2f} ms a story, {merged.stat().st_size / 1e9:.2f} GB"
    )
    merged.unlink()


if __name__ == "__main__":
    main()
