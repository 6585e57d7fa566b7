"""What one capture more of a story costs, by how many versions it has.

    python -m tests.bench.long_story [--versions 2000] [--words 900]

A live blog of one URL gets a capture with a new version again and again; each is indexed by itself, without extraction (pages
are made as extraction would give them). Prints milliseconds of CPU for what comes after extraction: rows of the capture and
page, the story put together and written. Prints its machine; asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.extract import article_to_json
from newsarchive.index import compact_ids
from newsarchive.index.rows import NewCapture, PageRow
from newsarchive.index.write import Index, open_index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.story_builder import learn_templates, settle
from newsarchive.model import Article, Block, Capture
from newsarchive.urls import domain, url_key
from newsarchive.versions import Observation, identity_keys
from tests.bench.index import Words

URL = "https://outlet.example/news/live/4711/the-long-day"
START = datetime(2026, 3, 1, tzinfo=UTC)
MARKS = (10, 50, 125, 250, 500, 1000, 1500, 2000)  # versions at which figures are printed
AROUND = 10  # captures whose median is a figure


def states(words: Words, count: int, size: int) -> Iterator[Article]:
    """States of one length: an entry comes on top, the oldest goes."""
    entries = [words.some(60).capitalize() + "." for _ in range(count + size // 60)]
    for i in range(count):
        shown = reversed(entries[i : i + size // 60])
        blocks = tuple(Block(kind="paragraph", text=entry, kept=True, place="main>p") for entry in shown)
        yield Article(
            url=URL,
            title="The long day",
            language="en",
            page_kind="live blog",
            published_at=START,
            modified_at=START + timedelta(minutes=5 * i),
            blocks=blocks,
            extractor="bench",
            extractor_version="1",
        )


def capture_of(number: int) -> Capture:
    return Capture(
        warc_filename="news-000000.warc.gz",
        warc_offset=number * 90_000,
        warc_length=40_000,
        warc_record_id=f"urn:uuid:{uuid.UUID(int=number + 1)}",
        url=URL,
        fetched_at=START + timedelta(minutes=5 * number),
        kind="response",
        http_status=200,
        payload_digest=compact_ids.unpack_digest(compact_ids.hash63(str(number)).to_bytes(20, "big")),
        source="outlet",
        reason="recheck",
    )


def take(index: Index, capture: Capture, article: Article) -> None:
    """What ingest does with a capture and its article."""
    page = compact_ids.page_id(URL, capture.payload_digest or "")
    new = NewCapture(
        capture=capture,
        source="outlet",
        url_key=url_key(URL),
        domain=domain(URL),
        page_id=page,
        identities=identity_keys(Observation.of(capture, article)),
    )
    row = PageRow(
        id=page,
        url=URL,
        source="outlet",
        first_at=capture.fetched_at,
        kind=article.page_kind,
        extractor="bench",
        extractor_version="1",
        data=compact_ids.pack_json(article_to_json(article)),
    )
    with index.batch():
        index.add_captures([new])
        index.put_pages([row])


def measure(root: Path, versions: int, size: int) -> Iterator[float]:
    """Milliseconds of CPU for each capture."""
    index = open_index(root / "index.db")
    for number, article in enumerate(states(Words(4), versions, size)):
        capture = capture_of(number)
        began = time.process_time()
        take(index, capture, article)
        learn_templates(index, 40)
        settle(index, Decided(root), lambda *_: None)
        yield (time.process_time() - began) * 1000
    index.close()


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--versions", type=int, default=2000)
    parser.add_argument("--words", type=int, default=900)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        costs: list[float] = []
        for cost in measure(Path(folder), options.versions, options.words):
            costs.append(cost)
            if len(costs) in MARKS:
                around = costs[-AROUND:]
                print(
                    f"  version {len(costs):5}: {statistics.median(around):7.1f} ms (slowest {max(around):.1f})",
                    flush=True,
                )


if __name__ == "__main__":
    main()
