"""The texts of one WARC file as a table: a row a page, without an archive.

For collections of others (CC-NEWS, say) that nobody wants to follow, only to read. A page that can't be extracted is a
row that says why. Tested in tests/cluster/test_warc_texts.py.
"""

from __future__ import annotations

import json
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
from newsarchive.warc.files import whole_file

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


def result_path(folder: Path, warc: Path, form: str) -> Path:
    """Return the file of `folder` that holds the texts of a WARC file.

    Raises:
        UsageError: no such form.
    """
    if form not in FORMS:
        raise UsageError(f"no form '{form}'", next_step=f"There are: {', '.join(FORMS)}")
    name = warc.name.removesuffix(".gz").removesuffix(".warc")
    return folder / f"{name}{FORMS[form]}"


def extract_file(warc: Path, result: Path, form: str) -> dict[str, int]:
    """Extract every page of a WARC file into `result`, which is written whole or not at all.

    Returns:
        How many pages there are, how many of them gave no text, how many failed.

    Raises:
        ArchiveDamagedError: the file can't be read to its end.
        UsageError: pyarrow isn't installed.
    """
    counts = {"pages": 0, "empty": 0, "failed": 0}
    result.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(result) as draft:
        if form == "parquet":
            write_rows(draft, _rows(warc, counts), COLUMNS)
        else:
            with draft.open("w", encoding="utf-8") as out:
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(warc, counts))
    return counts


def _rows(warc: Path, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
    with (
        tempfile.TemporaryDirectory(prefix="newsarchive-") as folder,
        Pool(Path(folder), 1, isolates=True) as pool,
    ):
        linked = Path(folder, "warc", "imported", warc.name)
        linked.parent.mkdir(parents=True)
        linked.symlink_to(warc.resolve())
        outlets = Outlets({})
        waiting: deque[tuple[Capture, Future[Extracted]]] = deque()
        for capture in read_captures(Path(folder), f"imported/{warc.name}"):
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
