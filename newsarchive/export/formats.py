"""The formats of an export, the one call that writes any of them, and the one that yields its bytes.

Tested in tests/export/test_formats.py.
"""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO

from newsarchive.errors import UsageError
from newsarchive.export.citations import cite, csl
from newsarchive.export.exported import ExportedVersion, exported_versions
from newsarchive.export.git_export import fast_import, write_repository
from newsarchive.export.story_files import story_path, to_markdown, to_text
from newsarchive.export.table_formats import csv_lines, jsonl, write_parquet
from newsarchive.export.wacz import write_wacz
from newsarchive.index.search import SearchQuery
from newsarchive.model import Progress

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

Versions = Iterable[ExportedVersion]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was written."""

    format: str
    output: str  # path; "-" for stdout
    versions: int

    def to_text(self) -> str:
        """Return one line for people."""
        return f"{self.versions} versions in {self.output}"


def _bibtex(versions: Versions) -> Iterator[str]:
    for each in versions:
        yield cite(each.version, "bibtex") + "\n\n"


def _ris(versions: Versions) -> Iterator[str]:
    for each in versions:
        yield cite(each.version, "ris")


def _wikipedia(versions: Versions) -> Iterator[str]:
    for each in versions:
        yield cite(each.version, "wikipedia") + "\n"


def _csl(versions: Versions) -> Iterator[str]:
    sign = "[\n"
    for each in versions:
        yield sign + json.dumps(csl(each.version), ensure_ascii=False)
        sign = ",\n"
    yield "[]\n" if sign == "[\n" else "\n]\n"


STREAMS: dict[str, Callable[[Versions], Iterator[str]]] = {
    "jsonl": jsonl,
    "csv": csv_lines,
    "bibtex": _bibtex,
    "ris": _ris,
    "csl": _csl,
    "wikipedia": _wikipedia,
}
FOLDERS: dict[str, tuple[str, Callable[[ExportedVersion], str]]] = {
    "markdown": (".md", to_markdown),
    "text": (".txt", to_text),
}
FORMATS = (*STREAMS, *FOLDERS, "parquet", "git", "wacz")
_WITH_JUMPS = {"parquet", "wacz"}  # how they are written
_NEEDS_PATH = {*FOLDERS, *_WITH_JUMPS}  # what can't go to stdout
PIECE = 256 * 1024
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: what is in it decides its bytes


def export(
    root: Path,
    db: sqlite3.Connection,
    wanted: SearchQuery,
    *,
    form: str,
    output: Path | None = None,
    history: bool = False,
    on_progress: Progress = lambda _text, _done, _total: None,
) -> ExportReport:
    """Write the versions that `wanted` describes.

    Args:
        root: The archive's folder; only WACZ reads more of it than the index.
        form: One of `FORMATS`.
        output: File or, for markdown, text and git, a new or empty folder; None = stdout. A file appears whole or not at all.
        history: Every version of each story, not only the latest that matches. git and wacz always take every version.

    Raises:
        UsageError: the format needs `output`, it exists, or a package is missing.
    """
    if output is None and form in _NEEDS_PATH:
        raise UsageError(f"{form} can't be written to stdout", next_step="Say where with -o PATH")
    counted = _Counted(_versions(db, wanted, form, history), on_progress)
    if form in FOLDERS:
        folder = _new_folder(output)
        for relative, text in _story_texts(form, counted):
            path = folder / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    elif form == "git" and output is not None:
        write_repository(_new_folder(output), counted)
    elif form in _WITH_JUMPS and output is not None:
        with _whole_file(output) as part:
            _write_file(root, db, part, form, counted)
    else:
        with _stream(output) as file:
            for piece in _pieces(form, counted):
                file.write(piece)
    return ExportReport(format=form, output=str(output or "-"), versions=counted.count)


def stream(
    root: Path, db: sqlite3.Connection, wanted: SearchQuery, *, form: str, history: bool = False
) -> Iterator[bytes]:
    """Yield what `export` writes, in pieces of about `PIECE` bytes; a folder as a zip file. Arguments and errors as there."""
    versions = _versions(db, wanted, form, history)
    if form in _WITH_JUMPS:
        with TemporaryDirectory(prefix="newsarchive-") as folder:
            path = Path(folder) / "out"
            _write_file(root, db, path, form, versions)
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
        return
    held = bytearray()
    for piece in _zipped(form, versions) if form in FOLDERS else _pieces(form, versions):
        held += piece
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _versions(db: sqlite3.Connection, wanted: SearchQuery, form: str, history: bool) -> Versions:
    whole = history or form in ("git", "wacz")
    return exported_versions(db, wanted, history=whole, by_time=form == "git")


def _pieces(form: str, versions: Versions) -> Iterator[bytes]:
    return fast_import(versions) if form == "git" else (text.encode() for text in STREAMS[form](versions))


def _write_file(root: Path, db: sqlite3.Connection, path: Path, form: str, versions: Versions) -> None:
    if form == "parquet":
        write_parquet(path, versions)
    else:
        write_wacz(root, db, path, versions)


def _zipped(form: str, versions: Versions) -> Iterator[bytes]:
    """A zip file of the folder, as it grows."""
    out = _Sink()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in _story_texts(form, versions):
            archive.writestr(zipfile.ZipInfo(path, ZIP_EPOCH), text, zipfile.ZIP_DEFLATED)
            yield out.taken()
    yield out.taken()


class _Sink(io.RawIOBase):
    """A file that can only be written to; `taken` returns what was written since."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self._held += data
        return memoryview(data).nbytes

    def taken(self) -> bytes:
        data = bytes(self._held)
        self._held.clear()
        return data


class _Counted:
    """Passes versions on and counts them."""

    def __init__(self, versions: Versions, on_progress: Progress) -> None:
        self._versions, self._on_progress = versions, on_progress
        self.count = 0

    def __iter__(self) -> Iterator[ExportedVersion]:
        for each in self._versions:
            self.count += 1
            if self.count % 100 == 0:
                self._on_progress("", self.count, None)
            yield each


def _story_texts(form: str, versions: Versions) -> Iterator[tuple[str, str]]:
    """Each version's path and text in a folder."""
    suffix, render = FOLDERS[form]
    for each in versions:
        number = each.version.version_no
        relative = story_path(each, suffix)
        if number != each.n_versions:  # of a history each version is a file
            relative = f"{relative.removesuffix(suffix)}-v{number}{suffix}"
        yield relative, render(each)


def _new_folder(output: Path | None) -> Path:
    if output is None:
        raise UsageError("a folder is needed", next_step="Say where with -o FOLDER")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UsageError("it exists and isn't an empty folder", where=str(output))
    output.mkdir(parents=True, exist_ok=True)
    return output


@contextmanager
def _whole_file(output: Path) -> Iterator[Path]:
    """A path beside `output` that becomes it when all went well."""
    part = output.with_name(output.name + ".part")
    try:
        yield part
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _stream(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        with nullcontext(sys.stdout.buffer) as out:
            yield out
            out.flush()
        return
    with _whole_file(output) as part, part.open("wb") as file:
        yield file
