"""`newsarchive doctor`: is this machine fit, and how to mend it if not.

Reads only; changes nothing but a probe file that it removes. Tested in tests/archive/test_doctor.py.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import NewsarchiveError

NAMED = 20  # captures, pages and stories that are named
MIN_SPACE = 1_000_000_000  # bytes; below it a crawl of a large outlet can end within a day


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check: its name, whether it passed, what was seen, how to mend it."""

    name: str
    ok: bool
    detail: str
    mend: str = ""


def examine(folder: Path) -> list[CheckResult]:
    """Return every check, in the order in which to mend."""
    checks: list[Callable[[], CheckResult]] = [
        python,
        fts5,
        lxml_clean,
        brotli,
        *(lambda d=d, m=m: library(d, m) for d, m in LIBRARIES.items()),
    ]
    return [_safely(check) for check in checks] + list(archive(folder)) + list(index_failures(folder))


LIBRARIES = {
    "scrapy": "scrapy",
    "trafilatura": "trafilatura",
    "warcio": "warcio",
    "sqlite-utils": "sqlite_utils",
    "datasette": "datasette",
}


def _safely(check: Callable[[], CheckResult]) -> CheckResult:
    try:
        return check()
    except Exception as error:  # a broken install raises anything at import; that is the finding
        name = getattr(check, "__name__", "library")
        return CheckResult(
            name=name,
            ok=False,
            detail=f"{type(error).__name__}: {error}",
            mend="pip install --force-reinstall newsarchive",
        )


def python() -> CheckResult:
    """Check for Python 3.11 or newer."""
    version = ".".join(map(str, sys.version_info[:3]))
    return CheckResult(
        name="python", ok=sys.version_info >= (3, 11), detail=version, mend="Install Python 3.11 or newer."
    )


def fts5() -> CheckResult:
    """Check that SQLite has full-text search."""
    with sqlite3.connect(":memory:") as db:
        try:
            db.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
            ok = True
        except sqlite3.OperationalError:
            ok = False
    db.close()
    return CheckResult(
        name="sqlite fts5",
        ok=ok,
        detail=f"SQLite {sqlite3.sqlite_version}",
        mend="Use a Python whose sqlite3 is built with FTS5 (python.org's and every distribution's are).",
    )


def lxml_clean() -> CheckResult:
    """Check for lxml.html.clean, a package of its own since lxml 5.2: justext, which trafilatura uses, needs it."""
    try:
        importlib.import_module("lxml_html_clean")
        ok, detail = True, "lxml_html_clean " + importlib.metadata.version("lxml_html_clean")
    except ImportError as error:
        ok, detail = False, str(error)
    return CheckResult(name="lxml html clean", ok=ok, detail=detail, mend="pip install lxml_html_clean")


def brotli() -> CheckResult:
    """Check that Brotli decodes; the dead package brotlipy shadows it and breaks every `br` answer."""
    module = importlib.import_module("brotli")
    ok = hasattr(module.Decompressor, "process")
    return CheckResult(
        name="brotli",
        ok=ok,
        detail=getattr(module, "__file__", "") or "",
        mend="pip uninstall brotlipy && pip install --force-reinstall brotli",
    )


def library(distribution: str, module: str) -> CheckResult:
    """Check that a library is there and imports."""
    importlib.import_module(module)
    return CheckResult(name=distribution, ok=True, detail=importlib.metadata.version(distribution))


def archive(folder: Path) -> Iterator[CheckResult]:
    """Check the archive's folder: there, writable, with room."""
    if not folder.is_dir():
        yield CheckResult(
            name="archive",
            ok=False,
            detail=f"no folder {folder}",
            mend=f"newsarchive init --archive {folder}",
        )
        return
    probe = folder / f".probe-{os.getpid()}"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
        yield CheckResult(name="archive writable", ok=True, detail=str(folder))
    except OSError as error:
        yield CheckResult(
            name="archive writable",
            ok=False,
            detail=f"{folder}: {error.strerror}",
            mend="Give yourself write access, or mount it read-write.",
        )
    free = shutil.disk_usage(folder).free
    yield CheckResult(
        name="space left",
        ok=free >= MIN_SPACE,
        detail=f"{free / 1e9:.1f} GB",
        mend=f"Free at least {MIN_SPACE / 1e9:.0f} GB on the disk of {folder}.",
    )


def index_failures(folder: Path) -> Iterator[CheckResult]:
    """Yield captures, pages and stories that could not be indexed, if there is an index."""
    from newsarchive.index import failures, reading
    from newsarchive.index.connection import FILENAME

    if not (folder / FILENAME).exists():
        return
    try:
        with reading(folder / FILENAME) as db:
            found = failures(db)
    except NewsarchiveError as error:
        yield CheckResult(name="index", ok=False, detail=error.what, mend=error.next_step)
        return
    lines = [f.to_text() for f in found[:NAMED]]
    more = [f"and {len(found) - NAMED} more"] if len(found) > NAMED else []
    yield CheckResult(
        name="index",
        ok=not found,
        detail="; ".join([*lines, *more]) or "everything could be indexed",
        mend="Update newsarchive, then: newsarchive ingest. If the extractor died for want of memory: newsarchive rebuild. "
        "What fails still is a fault of newsarchive: please report it.",
    )
