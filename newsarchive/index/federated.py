"""One search over many indexes: the same query in each, hits joined by time or rank, counts added.

Not by ATTACH, which SQLite ends at ten databases. A story that two indexes have is shown once, and counted twice in the
total. Tested in tests/cluster/test_fleet_search.py.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from newsarchive.index.connection import reading
from newsarchive.index.search import MAX_LIMIT, SearchHit, SearchQuery, SearchResult, search

AT_ONCE = 8  # indexes that are searched at once


def search_all(indexes: Sequence[Path], wanted: SearchQuery) -> SearchResult:
    """Return the stories of all indexes that `wanted` describes, as `search` does for one; raises as `search_each`."""
    return search_each(indexes, wanted)[0]


def search_each(indexes: Sequence[Path], wanted: SearchQuery) -> tuple[SearchResult, tuple[Path, ...]]:
    """Return the same, and for each hit the index that has it.

    Raises:
        NothingFoundError, ArchiveDamagedError: an index can't be opened.
        UsageError: the page that is asked for is too far down for many indexes.
    """
    last = wanted.offset + min(wanted.limit, MAX_LIMIT)
    part = replace(wanted, limit=last, offset=0)

    def one(path: Path) -> SearchResult:
        with reading(path) as db:
            return search(db, part)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(one, indexes))
    pairs = ([(hit, path) for hit in result.hits] for path, result in zip(indexes, found, strict=True))
    hits: dict[str, tuple[SearchHit, Path]] = {}
    for hit, path in heapq.merge(*pairs, key=lambda pair: _order(pair[0])):
        hits.setdefault(
            hit.url, (hit, path)
        )  # the first, so that each page of the answer leaves out the same
    shown = tuple(hits.values())[wanted.offset : last]
    months = Counter[str]()
    for result in found:
        months.update(dict(result.months))
    result = SearchResult(
        total=sum(result.total for result in found),
        ranked=sum(result.ranked for result in found),
        hits=tuple(hit for hit, _ in shown),
        months=tuple(sorted(months.items())),
        match=next((result.match for result in found), ""),
        too_short=next((result.too_short for result in found), ()),
        is_capped=any(result.is_capped for result in found),
    )
    return result, tuple(path for _, path in shown)


def _order(hit: SearchHit) -> tuple[float, list[int]]:
    """Best first; where nothing is ranked, newest first. Equals stay in the order of their indexes."""
    return -hit.score, [] if hit.score else [-ord(c) for c in hit.published_at or hit.first_seen_at]
