"""The formats of an export, and the one call that writes any of them.

Tested in tests/export/test_formats.py.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newsarchive.errors import UsageError
from newsarchive.export.citations import cite, csl
from newsarchive.export.exported import ExportedVersion, exported_versions
from newsarchive.export.git_export import fast_import, write_repository
from newsarchive.export.story_files import story_path, to_markdown, to_text
from newsarchive.export.table_formats import csv_lines, jsonl, write_parquet
from newsarchive.export.wacz import write_wacz
from newsarchive.index.search import SearchQuery
from newsarchive.model import Progress

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
# What can't go to stdout: it is a folder, or is written with jumps.
_NEEDS_PATH = {*FOLDERS, "parquet", "wacz"}


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
    is_git = form == "git"
    versions = exported_versions(db, wanted, history=history or form in ("git", "wacz"), by_time=is_git)
    counted = _Counted(versions, on_progress)
    if form in FOLDERS:
        _write_folder(_new_folder(output), form, counted)
    elif is_git and output is not None:
        write_repository(_new_folder(output), counted)
    elif form in ("parquet", "wacz") and output is not None:
        with _whole_file(output) as part:
            if form == "parquet":
                write_parquet(part, counted)
            else:
                write_wacz(root, db, part, counted)
    else:
        pieces = fast_import(counted) if is_git else (text.encode() for text in STREAMS[form](counted))
        with _stream(output) as file:
            for piece in pieces:
                file.write(piece)
    return ExportReport(format=form, output=str(output or "-"), versions=counted.count)


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


def _write_folder(folder: Path, form: str, versions: Versions) -> None:
    suffix, render = FOLDERS[form]
    for each in versions:
        number = each.version.version_no
        relative = story_path(each, suffix)
        if number != each.n_versions:  # of a history each version is a file
            relative = f"{relative.removesuffix(suffix)}-v{number}{suffix}"
        path = folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(each), encoding="utf-8")


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
