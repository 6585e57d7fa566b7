"""A million stories in many indexes: their size, how fast one search over all is, how long a merge takes.

    python -m tests.bench.federated --folder DIR [--stories 1000000] [--shards 16] [--made 12500] [--words 120] [--rounds 3] [--merged 16]

`--made` invented stories (tests/bench/index.py) are written through the index's own functions; each index has their rows several
times, under other ids, URLs and hashes of copies (tests/cluster/test_bench_shape.py compares it with a real one). The first `--merged` are
merged as `newsarchive fleet merge` does. DIR needs some 9 kB a story, and thrice that for what is merged; it is kept. Prints its machine; asserts nothing.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from newsarchive.config import Config, ExtractConfig
from newsarchive.index.connection import FILENAME
from newsarchive.index.federated import search_all
from newsarchive.index.search import SearchQuery
from newsarchive.index.write import open_index
from newsarchive.ingest.rebuilding import merge
from newsarchive.ingest.shards import remove
from newsarchive.ingest.story_copies import refresh_copies
from newsarchive.model import Source
from tests.bench import index as stories_of
from tests.bench import measure
from tests.bench.index import Words, write

CAPTURES = 2  # of a story
BATCH = 500
MADE = re.compile(r"sqlite_.*|_sqlite_migrations|texts_fts.*")  # not copied: SQLite makes them


def make(folder: Path, shards: int, stories: int, made: int) -> list[Path]:
    """The indexes; those that are there already stay."""
    base, paths = folder / "made.db", [folder / f"{n:03}.db" for n in range(shards)]
    each = stories // shards // made  # times that the stories that were made are in an index
    if not base.exists():
        with timed("made one by one", base, made) as draft, open_index(draft) as index:
            words = Words(4)
            for first in range(0, made, BATCH):
                write(index, range(first, min(first + BATCH, made)), words, CAPTURES)
            refresh_copies(index)
    for number, path in enumerate(paths):
        if not path.exists():
            with timed("copied under other ids", path, each * made) as draft:
                copy_as_others(base, draft, range(number * each, (number + 1) * each))
    return paths


@contextmanager
def timed(what: str, path: Path, stories: int) -> Iterator[Path]:
    """Give a path for an index that gets its name when it is whole."""
    began, draft = time.process_time(), path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    yield draft
    draft.rename(path)
    spent = (time.process_time() - began) / stories * 1000
    print(f"{path.name}: {stories} stories {what}, {spent:.2f} CPU ms a story", flush=True)


def copy_as_others(made: Path, path: Path, numbers: range) -> None:
    """Write an index in which each row that was made is once for each number: under another id, URL and hashes of copies."""
    with open_index(path) as index:
        db = index.db
        db.create_function("xor32", 2, _xor32, deterministic=True)
        for sql in ("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -200000"):
            db.execute(sql)
        db.execute("ATTACH ? AS made", (str(made),))
        tables = db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
        dropped = db.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'").fetchall()
        with db:
            for name, _ in dropped:
                db.execute(f"DROP TRIGGER {name}")
            for (table,) in tables:
                for number in () if MADE.fullmatch(table) else numbers:
                    info = db.execute(f"PRAGMA main.table_info({table})").fetchall()
                    columns = ", ".join(_other(db, table, name, number) for _, name, *_ in info)
                    db.execute(
                        f"INSERT OR IGNORE INTO main.{table} SELECT {columns} FROM made.{table} ORDER BY 1"
                    )
            db.execute("INSERT INTO texts_fts(texts_fts) VALUES ('rebuild')")
            for _, sql in dropped:
                db.execute(sql)
        db.execute("ANALYZE")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _other(db: sqlite3.Connection, table: str, column: str, number: int) -> str:
    """A column as another story has it; ids are known by their size, those of authors and sources stay."""
    mask = random.Random(number).getrandbits(40)
    if column in ("url", "url_key"):
        return f"replace({column}, '.example/', '.example/{number}/')"
    if table == "copy_samples" and column in ("runs", "hashes"):
        return f"xor32({column}, {mask % 2**32})"
    if (table, column) == ("copy_hashes", "hash"):
        mask %= 2**32
    elif column == "author_id" or table == "authors" or not _is_id(db, table, column):
        return column
    return f"(({column} | {mask}) - ({column} & {mask})) AS {column}"


def _is_id(db: sqlite3.Connection, table: str, column: str) -> bool:
    sql = f"SELECT max({column}) FROM (SELECT {column} FROM made.{table} WHERE typeof({column}) = 'integer' LIMIT 1000)"
    return (db.execute(sql).fetchone()[0] or 0) > 2**58


def _xor32(data: bytes, mask: int) -> bytes:
    """These 32-bit numbers, each XOR `mask`."""
    masks = int.from_bytes(mask.to_bytes(4, "little") * (len(data) // 4), "little")
    return (int.from_bytes(data, "little") ^ masks).to_bytes(len(data), "little")


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
        "common word, edited": SearchQuery(text=common, changed=True),
        "common word, 30 days": SearchQuery(text=common, since=date(2020, 3, 1), until=date(2020, 3, 30)),
        "common word, all versions": SearchQuery(text=common, all_versions=True),
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
    for name, default in (
        ("stories", 1_000_000),
        ("shards", 16),
        ("made", 12_500),
        ("words", 120),
        ("rounds", 3),
    ):
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
    print(
        f"  peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB",
        flush=True,
    )
    if options.merged:
        merging(options.folder / "merged", paths[: options.merged], options.stories // options.shards)


def merging(root: Path, paths: list[Path], each: int) -> None:
    """Merge as `newsarchive fleet merge` does."""
    root.mkdir(exist_ok=True)
    sources = {
        name: Source(name=name, title=name, homepage=f"https://{name}.example/")
        for name in (f"outlet-{n}" for n in range(20))
    }
    began, cpu, count = time.monotonic(), time.process_time(), each * len(paths)
    merge(root, paths, config=Config(extract=ExtractConfig(workers=1)), sources=sources)
    spent = (time.process_time() - cpu) / count * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = (root / FILENAME).stat().st_size / 1e9
    print(
        f"merge of {count} stories: {time.monotonic() - began:.0f} s, CPU {spent:.2f} ms a story, {size:.2f} GB, peak memory {peak:.0f} MiB"
    )
    remove(root / FILENAME)


if __name__ == "__main__":
    main()
