"""The texts of one WARC file as a table: a row a page, without an archive.

For collections of others (CC-NEWS, say) that nobody wants to follow, only to read. A page that can't be extracted is a
row that says why. Tested in tests/cluster/test_warc_texts.py.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.errors import UsageError
from newsarchive.export.exported import clean
from newsarchive.export.table_formats import write_rows
from newsarchive.extract import article_from_json
from newsarchive.ingest.page_sources import Outlets, has_page, page_of
from newsarchive.ingest.worker_pool import Pool
from newsarchive.times import iso
from newsarchive.warc import read_captures
from newsarchive.warc.files import sha256_of
from newsarchive.warc.places import StoragePlace, place_at

if TYPE_CHECKING:
    from newsarchive.ingest.extraction_job import Extracted
    from newsarchive.model import Article, Capture

FORMS = {"parquet": ".parquet", "jsonl": ".jsonl"}
AHEAD = 16  # pages under way
COLUMNS: dict[str, type] = {
    "url": str,
    "fetched_at": str,
    "warc_record_id": str,
    "warc_offset": int,
    "kind": str,
    "title": str,
    "description": str,
    "authors": list,
    "published_at": str,
    "modified_at": str,
    "language": str,
    "text": str,
    "error": str,
}


def folder_of(item: str) -> tuple[str, str]:
    """Return the place of a file, by its path or as in `s3://BUCKET/PREFIX/NAME`, and its name there."""
    folder, _, name = (item if "://" in item else str(Path(item).absolute())).rpartition("/")
    return folder or "/", name


def result_name(warc: str, form: str) -> str:
    """Return the name of the table with the texts of a WARC file.

    Raises:
        UsageError: no such form.
    """
    if form not in FORMS:
        raise UsageError(f"no form '{form}'", next_step=f"There are: {', '.join(FORMS)}")
    return f"{warc.removesuffix('.gz').removesuffix('.warc')}{FORMS[form]}"


def extract_file(warc: str, to: StoragePlace, result: str, form: str) -> dict[str, int]:
    """Extract every page of a WARC file into the table `result` of a place, which is written whole or not at all.

    Args:
        warc: Its path, or its address in an object store, from which it is read by one request.

    Returns:
        How many pages there are, how many of them gave no text, how many failed.

    Raises:
        ArchiveDamagedError: the file can't be read to its end.
        PlaceError: a place can't be reached.
        UsageError: pyarrow isn't installed.
    """
    counts = {"pages": 0, "empty": 0, "failed": 0}
    with tempfile.TemporaryDirectory(prefix=f"newsarchive-{os.getpid()}-") as folder:
        table = Path(folder, "table")
        rows = _rows(Path(folder), _archived(Path(folder), warc), counts)
        if form == "parquet":
            write_rows(table, rows, COLUMNS)
        else:
            with table.open("w", encoding="utf-8") as out:
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        to.put(result, table, sha256_of(table), replaces=True)
    return counts


def _archived(root: Path, warc: str) -> str:
    """Make the WARC file one of an archive in `root`: a link, or a copy. Returns its name there."""
    place, name = folder_of(warc)
    path = root / "warc" / "imported" / name
    path.parent.mkdir(parents=True)
    if "://" in warc:
        with path.open("wb") as out:
            out.writelines(place_at(place).stream(name))
    else:
        path.symlink_to(Path(place, name).resolve())
    return f"imported/{name}"


def _rows(root: Path, filename: str, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
    with Pool(root, 1, isolates=True) as pool:
        outlets = Outlets({})
        waiting: deque[tuple[Capture, Future[Extracted]]] = deque()
        for capture in read_captures(root, filename):
            if not has_page(capture) or capture.kind == "same-payload":
                continue
            number = page_of(capture)
            job = outlets.job(
                capture.source, capture.url, number, capture.fetched_at, capture, capture.content_type
            )
            waiting.append((capture, pool.submit(job)))
            if len(waiting) >= AHEAD:
                yield _row(waiting.popleft(), counts)
        while waiting:
            yield _row(waiting.popleft(), counts)


def _row(one: tuple[Capture, Future[Extracted]], counts: dict[str, int]) -> dict[str, Any]:
    capture, extracted = one[0], one[1].result()
    article: Article = article_from_json(extracted.data)
    counts["pages"] += 1
    counts["failed"] += bool(extracted.error)
    counts["empty"] += not article.text
    row: dict[str, Any] = {name: getattr(article, name, None) for name in COLUMNS} | {
        "url": capture.url,
        "fetched_at": capture.fetched_at,
        "warc_record_id": capture.warc_record_id,
        "warc_offset": capture.warc_offset,
        "kind": article.page_kind,
        "error": extracted.error,
    }
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, tuple):
        return [clean(part) for part in value]
    return clean(value) if isinstance(value, str) else value
