"""How large the index grows and how fast it answers, on invented stories.

    python -m tests.bench.index [--stories 20000] [--captures 10] [--keep FILE]

Writes stories through the index's own write functions (every fifth is edited once), each captured `captures`
times, then prints bytes a capture and a story by table, and the time of searches. No page is extracted; the
words are invented and spread as in a natural language (Zipf). Prints its machine; asserts nothing.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.index import compact_ids, due_rows, open_readonly, stats
from newsarchive.index.rows import NewCapture, NewStory, PageRow
from newsarchive.index.search import SearchQuery, search
from newsarchive.index.write import Index, open_index
from newsarchive.ingest.ingester import current_version
from newsarchive.model import Capture
from newsarchive.times import iso_seconds
from tests.index.build import Told, record

START = datetime(2020, 1, 1, tzinfo=UTC)
WORDS = 40_000
TEXT = 500  # words of a story, about
PER_CAPTURE = (
    "captures",
    "captures_by_url",
    "captures_by_story",
    "captures_without_page",
    "capture_extras",
    "source_days",
)


class Words:
    """Invented words, frequent ones first."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        parts = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "dra", "ple", "sto", "gri"]
        made = (
            "".join(self._random.choices(parts, k=2 + i % 4)) + str(i % 7 or "") for i in itertools.count()
        )
        self.words = list(itertools.islice(dict.fromkeys(itertools.islice(made, WORDS * 4)), WORDS))
        self._weights = list(itertools.accumulate(1 / (i + 2) for i in range(len(self.words))))

    def some(self, count: int) -> str:
        return " ".join(self._random.choices(self.words, cum_weights=self._weights, k=count))


def repeated_captures(number: int, url: str, count: int, first: datetime) -> list[Capture]:
    """The captures of one story: the first a full answer, the rest 304s, but for an edit in every fifth story."""
    found = []
    for i in range(count):
        is_full = i == 0 or (i == 1 and number % 5 == 0)
        found.append(
            Capture(
                warc_filename=f"news-{number // 5000:06d}.warc.gz",
                warc_offset=(number % 5000) * 90_000 + i * 700,
                warc_length=40_000 if is_full else 650,
                warc_record_id=f"urn:uuid:{uuid.UUID(int=compact_ids.hash63(url, str(i)) << 64 | number)}",
                url=url,
                fetched_at=first + timedelta(hours=i * i, microseconds=number),
                kind="response" if is_full else "not-modified",
                http_status=200 if is_full else 304,
                content_type="text/html; charset=utf-8",
                payload_digest=compact_ids.unpack_digest(compact_ids.hash63(url, str(i)).to_bytes(20, "big")),
                seq=number % 1000,
                source=f"outlet-{number % 20}",
                reason="new" if i == 0 else "recheck",
            )
        )
    return found


def told(number: int, words: Words) -> Told:
    text = "\n\n".join(words.some(TEXT // 10) for _ in range(10))
    title = words.some(9).capitalize()
    versions = [(title, text)]
    if number % 5 == 0:
        versions.append((title, text + "\n\n" + words.some(30)))
    return Told(
        url=f"https://outlet-{number % 20}.example/news/{100000 + number}/{title.lower().replace(' ', '-')[:60]}",
        versions=versions,
        source=f"outlet-{number % 20}",
        authors=(f"Author {number % 500}",),
        published=START + timedelta(minutes=30 * number),
    )


def write(index: Index, numbers: range, words: Words, captures: int) -> None:
    """One batch of stories."""
    stories: list[NewStory] = []
    new: list[NewCapture] = []
    pages: list[PageRow] = []
    for number in numbers:
        one = told(number, words)
        seen = repeated_captures(number, one.url, captures, one.published or START)
        full = [c for c in seen if c.kind == "response"]
        ids = [compact_ids.page_id(c.url, c.payload_digest or "") for c in full]
        story = record(one, full[: len(one.versions)], ids)
        shown = {compact_ids.capture_id(c.warc_record_id): (len(one.versions), None) for c in seen}
        shown[compact_ids.capture_id(seen[0].warc_record_id)] = (1, None)
        stories.append(replace(story, shown=shown, last_checked_at=iso_seconds(seen[-1].fetched_at)))
        for capture in seen:
            page = compact_ids.page_id(capture.url, capture.payload_digest or "") if capture in full else None
            new.append(
                NewCapture(
                    capture=capture,
                    source=capture.source,
                    url_key=capture.url[8:],
                    domain="x.example",
                    page_id=page,
                    identities=(capture.url,),
                )
            )
        pages += [
            PageRow(id=i, url=one.url, source=one.source, first_at=c.fetched_at, kind="article", extractor="bench", extractor_version=current_version(),
                 data=compact_ids.pack_json({"blocks": [{"kind": "paragraph", "text": p, "kept": True} for p in one.versions[0][1].split("\n\n")]}))
            for i, c in zip(ids, full, strict=True)
        ]  # fmt: skip
    with index.batch():
        index.add_captures(new)
        index.put_pages(pages)
        urls = [u for s in stories for u in s.url_ids]
        index.replace_stories(stories, urls, index.captures_of(urls))


def sizes(path: Path, stories: int, captures: int) -> None:
    """Bytes by table, for a capture and for a story."""
    with closing(sqlite3.connect(path)) as db:
        found = dict(
            db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC").fetchall()
        )
    total = sum(found.values())
    per_capture = sum(found.get(name, 0) for name in PER_CAPTURE) / (stories * captures)
    print(
        f"size {total / 1e6:.1f} MB; {per_capture:.0f} bytes a capture; {(total / stories) - per_capture * captures:.0f} bytes a story without its captures"
    )
    for name, size in list(found.items())[:12]:
        print(f"  {name:26} {size / 1e6:9.1f} MB {size / stories:8.0f} bytes a story")


def timed(path: Path, words: Words) -> None:
    """Processor times of searches: median and slowest of seven, milliseconds (the machine may be busy)."""
    common, middle, rare = words.words[0], words.words[300], words.words[20_000]
    asked = {
        "rare word": SearchQuery(text=rare),
        "middling word": SearchQuery(text=middle),
        "common word": SearchQuery(text=common),
        "common word, all versions": SearchQuery(text=common, all_versions=True),
        "common word, newest": SearchQuery(text=common, newest=True),
        "two words": SearchQuery(text=f"{common} {middle}"),
        "phrase": SearchQuery(text=f'"{common} {words.words[1]}"'),
        "common word, one source": SearchQuery(text=common, sources=("outlet-3",)),
        "common word, last 30 days": SearchQuery(text=common, since=datetime.now(UTC).date() - timedelta(days=30)),
        "common word, changed": SearchQuery(text=common, changed=True),
        "common word, gone": SearchQuery(text=common, gone=True),
        "common word, one section": SearchQuery(text=common, section="none"),
        "common word, one author": SearchQuery(text=common, author="Author 7"),
        "nothing typed": SearchQuery(),
    }  # fmt: skip
    with closing(open_readonly(path)) as db:
        for name, wanted in asked.items():
            times = []
            for _ in range(7):
                began = time.process_time()
                found = search(db, wanted)
                times.append((time.process_time() - began) * 1000)
            print(
                f"  {name:28} {statistics.median(times):8.1f} ms (slowest {max(times):.1f}), {found.total} stories"
            )
        began = time.process_time()
        count = sum(1 for _ in due_rows(db))
        print(
            f"  {'due rows of all stories':28} {(time.process_time() - began) * 1000:8.1f} ms, {count} rows"
        )
        began = time.process_time()
        stats(db)
        print(f"  {'stats':28} {(time.process_time() - began) * 1000:8.1f} ms")


def batches(count: int, size: int = 500) -> Iterator[range]:
    for first in range(0, count, size):
        yield range(first, min(count, first + size))


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--stories", type=int, default=20_000)
    parser.add_argument("--captures", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="keep the database here")
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "index.db"
        words = Words(4)
        began = time.process_time()
        with open_index(path) as index:
            for numbers in batches(options.stories):
                write(index, numbers, words, options.captures)
            seconds = time.process_time() - began
            index.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        print(
            f"{options.stories} stories, {options.captures} captures each: {seconds / options.stories * 1000:.2f} ms CPU a story written (with making its words)"
        )
        sizes(path, options.stories, options.captures)
        timed(path, words)


if __name__ == "__main__":
    main()
