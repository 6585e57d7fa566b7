"""The index made again from the WARCs: the whole of it (rebuild), or the texts of some pages (reextract).

A rebuild is made beside the live index, then compared, then copied in. The copy goes through SQLite's backup API: a
reader that holds a snapshot goes on, a fresh one sees the new rows. (Renaming over a database in WAL mode gave fresh
readers the old rows.) After a re-extraction templates and stories follow as at any ingest; no edit comes of it, as
versions are compared between texts made by one extractor. Tested in tests/ingest/test_rebuild.py and
tests/ingest/test_reextraction.py.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from newsarchive.config import Config
from newsarchive.errors import ArchiveNotWritableError
from newsarchive.index.connection import FILENAME, explained
from newsarchive.index.integrity import compare_indexes
from newsarchive.index.merging import merge_indexes
from newsarchive.index.write import Index, open_index
from newsarchive.ingest.ingest_report import IngestReport, RebuildReport
from newsarchive.ingest.ingester import Ingester, current_version, writing
from newsarchive.ingest.shards import Material, build_in_parts, remove
from newsarchive.locks import index_lock
from newsarchive.model import Progress, Source
from newsarchive.times import micros
from newsarchive.versions.copies import LEAST
from newsarchive.warc import list_files

NEW = "index.new.db"
ENOUGH = 64 * 1024 * 1024  # bytes of WARC files from which several processes make up for their start


def rebuild(
    root: Path,
    *,
    config: Config,
    sources: Mapping[str, Source],
    on_progress: Progress | None = None,
    wait: float = 0.0,
    workers: int = 0,
    check: bool = False,
    parts: int = 0,
) -> RebuildReport:
    """Make the index again from the WARCs, decisions and sources, and put it in the place of the live one.

    Args:
        workers: Processes; 0 = `[extract] workers`, else as many as cores.
        parts: How many parts to make apart, each by a process; 0 = as many as workers, if there is enough to do.
        check: Only compare. The live index catches up first; the new one is made from the same bytes and
            thrown away.

    Returns:
        What was done, and where the live index differed.

    Raises:
        As `Ingester.catch_up`.
    """
    began = time.monotonic()
    live, new = root / FILENAME, root / NEW
    with (
        index_lock(root, wait=wait),
        explained(live),
        Ingester(root, config=config, sources=sources, on_progress=on_progress, workers=workers) as worker,
    ):
        upto, stale = _caught_up(live, worker) if check else (None, 0)
        remove(new)
        try:
            if upto is None:
                upto = {file.filename: file.size for file in list_files(root)}
            material = Material(root=root, config=config, sources=sources, upto=upto)
            report = _make(new, worker, material, parts)
            found = compare_indexes(live, new) if check else ()
            if not check:
                put_in_place(new, live)
        finally:
            remove(new)
    return RebuildReport(
        ingest=report + IngestReport(seconds=time.monotonic() - began, stale_pages=stale),
        equal=not found if check else None,
        differences=found,
        replaced=not check,
    )


def _caught_up(live: Path, worker: Ingester) -> tuple[dict[str, int], int]:
    """The live index takes in what is new; how far it has read each file then, and its stale pages."""
    with open_index(live) as index:
        worker.take_in(index)
        worker.put_together(index)
        return index.ingested_to(), worker.count_stale(index)


def _make(new: Path, worker: Ingester, material: Material, parts: int) -> IngestReport:
    if not parts and sum(material.upto.values()) >= ENOUGH:
        parts = worker.size
    done = build_in_parts(material, new, parts) if parts > 1 else None
    with open_index(new) as index:
        if done is not None:
            report = done[0] + worker.connect_parts(index, done[1])
        else:
            report = worker.take_in(index, material.upto) + worker.put_together(index)
        with index.batch():
            index.db.execute("INSERT INTO texts_fts(texts_fts) VALUES ('optimize')")
        index.db.execute("ANALYZE")
        index.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return report


def merge(
    root: Path, parts: Sequence[Path], *, config: Config, sources: Mapping[str, Source], wait: float = 0.0
) -> IngestReport:
    """Make the index of a fleet from those of its shards, and put it in the place of the one before.

    Args:
        root: The fleet's folder.
        parts: The shards' indexes; they may have readers and a writer.
        sources: Of all shards.

    Raises:
        As `Ingester.catch_up`.
    """
    began = time.monotonic()
    live, new = root / FILENAME, root / NEW
    with (
        index_lock(root, wait=wait),
        explained(live),
        Ingester(root, config=config, sources=sources) as worker,
    ):
        remove(new)
        try:
            shared = merge_indexes(parts, new, least=LEAST)
            with open_index(new) as index:
                report = worker.connect_parts(index, shared)
                index.db.execute("ANALYZE")
                index.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            put_in_place(new, live)
        finally:
            remove(new)
    return report + IngestReport(seconds=time.monotonic() - began)


def put_in_place(new: Path, live: Path) -> None:
    """Copy the database `new` over `live`, which may have readers.

    Raises:
        ArchiveNotWritableError: `live` can't be written.
    """
    with closing(sqlite3.connect(new)) as source:
        try:
            with closing(sqlite3.connect(live, timeout=60)) as target:
                target.execute("PRAGMA journal_mode = WAL")
                source.backup(target)
        except sqlite3.OperationalError as error:
            raise ArchiveNotWritableError(
                f"the new index can't be copied in: {error}",
                where=str(live),
                next_step="Free space and run it again",
            ) from error
        except sqlite3.DatabaseError:  # the live file is no database any more: nobody can be reading it
            remove(live)
            with closing(sqlite3.connect(live)) as target:
                source.backup(target)


# ---------------------------------------------------------------- re-extraction


def reextract(
    root: Path,
    *,
    config: Config,
    sources: Mapping[str, Source],
    since: datetime | None = None,
    names: Sequence[str] = (),
    everything: bool = False,
    on_progress: Progress | None = None,
    wait: float = 0.0,
    workers: int = 0,
) -> IngestReport:
    """Make pages again that another extractor version or other site rules made; then catch up.

    Args:
        since: Only pages first captured then or later.
        names: Only of these sources.
        everything: Also pages that the present extractor made.

    Raises:
        As `Ingester.catch_up`.
    """
    began = time.monotonic()
    with Ingester(
        root, config=config, sources=sources, on_progress=on_progress, workers=workers, wait=wait
    ) as one:
        report = one.catch_up()
        with writing(root / FILENAME, wait=wait) as index:
            pages = _chosen(index, one, names, micros(since) if since else 0, everything)
            report += one.make_again(index, pages)
            report += one.put_together(index)
            left = len(index.stale_pages(current_version(), one.rules_prints))
    return report + IngestReport(seconds=time.monotonic() - began - report.seconds, stale_pages=left)


def _chosen(index: Index, one: Ingester, names: Sequence[str], since: int, everything: bool) -> list[int]:
    if everything:
        return index.pages_of(sources=names, since=since)
    return index.stale_pages(current_version(), one.rules_prints, sources=names, since=since)
