"""WACZ 1.1.1: the chosen stories' WARC records with a CDXJ index, the list of pages and their text.

Exchanges are copied byte for byte, so that an archive which imports the file has the same captures, versions and
ids. Only captures of the chosen stories get in, the records that revisits among them point to, and the stylesheets,
pictures and fonts of their pages.
Tested in tests/export/test_wacz.py.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from newsarchive.export.exported import ExportedVersion, clean, one_line
from newsarchive.export.page_requisites import page_requisites
from newsarchive.index.read import captures, record_place
from newsarchive.times import iso_seconds
from newsarchive.version import __version__
from newsarchive.warc import ExchangeWriter, SortedLines, StoredExchange, cdxj_line, find_exchange

PIECE = 1 << 20
SOFTWARE = f"newsarchive {__version__}"
# A field of no meaning and no content. Readers that trust the central directory (wabac.js, so replayweb.page) look into an entry's own
# head only if it says that there is an extra field; there ours have one, of ZIP64, which the directory doesn't repeat.
_EXTRA = b"\x35\xd9\0\0"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry: what the file is made of decides its bytes


def write_wacz(root: Path, db: sqlite3.Connection, path: Path, versions: Iterable[ExportedVersion]) -> None:
    """Write the WACZ file of these versions' stories; versions of a story must follow each other.

    Memory holds one id a story and one number a capture.

    Raises:
        ArchiveDamagedError: a record can't be read.
    """
    with ExitStack() as stack:
        beside = tempfile.TemporaryDirectory(prefix=path.name, dir=path.parent)
        folder = Path(stack.enter_context(beside))
        stories = _write_pages(folder / "pages.jsonl", versions)
        package = _Package(stack.enter_context(zipfile.ZipFile(path, "w", allowZip64=True)))
        index = SortedLines(folder)
        with_foreign = _write_warc(root, db, package, stories, index, foreign=False)
        if with_foreign:
            _write_warc(root, db, package, with_foreign, index, foreign=True)
        with package.entry("indexes/index.cdx", zipfile.ZIP_STORED) as file:
            for line in index:
                file.write(line.encode())
        with package.entry("pages/pages.jsonl") as file, (folder / "pages.jsonl").open("rb") as pages:
            while piece := pages.read(PIECE):
                file.write(piece)
        package.close()


def _write_pages(path: Path, versions: Iterable[ExportedVersion]) -> list[int]:
    """Write the list of pages; return the ids of their stories."""
    stories: list[int] = []
    with path.open("w", encoding="utf-8") as file:
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Versions of stories", "hasText": True}
        file.write(json.dumps(head) + "\n")
        for each in versions:
            version = each.version
            page = {
                "id": f"{version.id:x}",
                "url": one_line(version.url),
                "ts": version.first_seen_at,
                "title": one_line(version.title),
                "text": clean(version.text),
            }
            file.write(json.dumps(page, ensure_ascii=False) + "\n")
            if not stories or version.story_id != stories[-1]:
                stories.append(version.story_id)
    return stories


def _write_warc(
    root: Path,
    db: sqlite3.Connection,
    package: _Package,
    stories: Iterable[int],
    index: SortedLines,
    *,
    foreign: bool,
) -> list[int]:
    """Write the exchanges of one kind; return the stories that have some of the other."""
    name = "imported.warc.gz" if foreign else "data.warc.gz"
    other: list[int] = []
    done: set[int] = set()
    with package.entry(f"archive/{name}", zipfile.ZIP_STORED) as file:
        writer = ExchangeWriter(root, file, name, datetime.now(UTC), foreign=foreign)
        for story in stories:
            for exchange in _exchanges(root, db, story):
                if exchange.is_foreign != foreign:
                    other.append(story)
                    continue
                key = hash((exchange.capture.warc_filename, exchange.capture.warc_offset))
                if key in done:
                    continue
                done.add(key)
                if line := cdxj_line(writer.copy(exchange)):
                    index.add(line)
    return other


def _exchanges(root: Path, db: sqlite3.Connection, story: int) -> Iterator[StoredExchange]:
    """The story's exchanges, and those of the files of its pages, each behind the one that it refers to."""
    for capture in captures(db, story):
        yield from _with_origin(root, db, capture.warc_filename, capture.warc_offset)
        for name, offset, _ in page_requisites(root, db, capture):
            yield from _with_origin(root, db, name, offset)


def _with_origin(root: Path, db: sqlite3.Connection, filename: str, offset: int) -> Iterator[StoredExchange]:
    exchange = find_exchange(root, filename, offset)
    refers_to = exchange.capture.refers_to
    place = record_place(db, refers_to.record_id) if refers_to is not None else None
    if place is not None:
        yield find_exchange(root, *place)
    yield exchange


class _Package:
    """The entries of a WACZ, and datapackage.json, which states their sizes and digests."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._resources: list[dict[str, Any]] = []

    @contextmanager
    def entry(self, path: str, compression: int = zipfile.ZIP_DEFLATED) -> Iterator[_Hashed]:
        """Open a new entry for writing."""
        with self._archive.open(_entry(path, compression), "w", force_zip64=True) as file:
            hashed = _Hashed(file)
            yield hashed
        self._resources.append(
            {"name": Path(path).name, "path": path, "hash": hashed.digest(), "bytes": hashed.size}
        )

    def close(self) -> None:
        """Write datapackage.json and its digest."""
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": "News stories",
            "created": iso_seconds(datetime.now(UTC)),
            "software": SOFTWARE,
            "resources": self._resources,
        }
        text = json.dumps(package, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(text).hexdigest()}
        self._archive.writestr(_entry("datapackage.json"), text)
        self._archive.writestr(_entry("datapackage-digest.json"), json.dumps(digest))


def _entry(path: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, _EPOCH)
    info.compress_type = compression
    info.external_attr = 0o644 << 16
    info.extra = _EXTRA
    return info


class _Hashed:
    """Writes to a file and digests what it writes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sum = file, hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._sum.update(data)
        self.size += len(data)
        return self._file.write(data)

    def digest(self) -> str:
        return "sha256:" + self._sum.hexdigest()
