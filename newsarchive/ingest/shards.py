"""An index made in parts by several processes, each of some sources, and the parts merged into one.

Stories, versions and templates belong to one outlet, but for what a redirect or an AMP form connects. So captures are
parted by source (sources that fetched one URL stay together), each part is made like any index, and after the merge
only the stories that more than one part has something of are put together again. The merged index equals the one that
a single process makes, row by row. Tested in tests/ingest/test_shards.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from newsarchive.config import Config
from newsarchive.index import compact_ids
from newsarchive.index.connection import explained
from newsarchive.index.merging import Shared, merge_indexes
from newsarchive.index.write import open_index
from newsarchive.ingest.import_scope import Imports
from newsarchive.ingest.ingest_report import IngestReport
from newsarchive.ingest.ingester import Ingester
from newsarchive.ingest.page_sources import Outlets
from newsarchive.ingest.warc_scan import Range, unread
from newsarchive.model import Source
from newsarchive.versions.copies import LEAST
from newsarchive.warc import read_captures

Seen = Mapping[str, Collection[int]]  # source -> ids of the URLs that it has captures of


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What an index is made from: an archive, and up to which byte of each WARC file."""

    root: Path
    config: Config
    sources: Mapping[str, Source]
    upto: Mapping[str, int]


def urls_of_sources(material: Material, part: Range) -> tuple[Counter[str], dict[str, set[int]]]:
    """Return how many captures a range of a WARC file has of each source, and of which URLs."""
    outlets = Outlets(material.sources)
    imports = Imports(material.root, outlets)
    counts: Counter[str] = Counter()
    urls: dict[str, set[int]] = defaultdict(set)
    for capture in read_captures(material.root, part.filename, part.start, part.end):
        admitted = imports.admit(capture)
        if admitted is not None:
            name = outlets.name_of(admitted.source, admitted.url)
            counts[name] += 1
            urls[name].add(compact_ids.url_id(admitted.url))
            if admitted.refers_to:
                urls[name].add(compact_ids.url_id(admitted.refers_to.url))
    return counts, dict(urls)


def parts_of(counts: Mapping[str, int], urls: Iterable[Seen], parts: int) -> list[frozenset[str]]:
    """Part the sources into at most `parts` sets of about equally many captures; who shares a URL stays together."""
    leader = {name: name for name in counts}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    first: dict[int, str] = {}
    for seen in urls:
        for name, ids in seen.items():
            for url in ids:
                one, other = sorted((find(first.setdefault(url, name)), find(name)))
                leader[other] = one
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(counts):
        groups[find(name)].append(name)
    weights = {one: sum(counts[name] for name in names) for one, names in groups.items()}
    found: list[list[str]] = [[] for _ in range(min(parts, len(groups)))]
    load = [0] * len(found)
    for one in sorted(groups, key=lambda one: (-weights[one], one)):
        place = load.index(min(load))
        found[place] += groups[one]
        load[place] += weights[one]
    return [frozenset(names) for names in found]


def build_part(material: Material, path: Path, names: frozenset[str]) -> IngestReport:
    """Make the index of some sources at `path`."""
    root, config, sources = material.root, material.config, material.sources
    with (
        Ingester(root, config=config, sources=sources, workers=1, only=names) as one,
        explained(path),
        open_index(path) as index,
    ):
        index.db.execute("PRAGMA synchronous = OFF")  # a part that was cut short is made again
        report = one.take_in(index, material.upto) + one.put_together(index, is_part=True)
        index.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return report


def build_in_parts(material: Material, path: Path, processes: int) -> tuple[IngestReport, Shared] | None:
    """Make the index at `path` by several processes.

    Returns:
        What was done, and what several parts share, for `Ingester.connect_parts`; None if all belongs together, and
        nothing was done.
    """
    with processes_for(processes) as pool:
        counts: Counter[str] = Counter()
        seen = []
        ranges = unread(material.root, {}, material.upto)
        for more, urls in pool.map(partial(urls_of_sources, material), ranges):
            counts += more
            seen.append(urls)
        chosen = parts_of(counts, seen, processes)
        if len(chosen) < 2:
            return None
        paths = [path.with_name(f"{path.name}.part-{n}") for n in range(len(chosen))]
        try:
            reports = list(pool.map(partial(build_part, material), paths, chosen))
            with explained(path):
                shared = merge_indexes(paths, path, least=LEAST)
        finally:
            remove(*paths)
    return sum(reports, IngestReport()), shared


@contextmanager
def processes_for(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give `count` fresh processes; what waits is given up if the caller fails."""
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def remove(*paths: Path) -> None:
    """Remove databases with what SQLite keeps beside them."""
    for path in paths:
        for ending in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
