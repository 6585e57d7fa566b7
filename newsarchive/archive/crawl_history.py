"""What is kept of crawls that are long over: one line each, in place of their folders.

A run every quarter of an hour leaves 35,000 folders a year. What they say of pages is in the WARCs, too. Never touches a
crawl of the last days. Tested in tests/archive/test_crawl_history.py.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.warc.files import append_lines

KEPT = timedelta(days=30)  # in which a crawl's plan, commits and report are kept
FILENAME = "past.jsonl"  # in the folder `crawls`
MOST = 500  # folders that one run folds
TOTALS = (
    "started_at",
    "ended_at",
    "stopped",
    "exchanges",
    "bytes",
    "wall_seconds",
    "cpu_seconds",
    "peak_memory",
)
COUNTS = ("found", "new", "changed", "unchanged", "fetches", "failed", "left")


def fold(root: Path, now: datetime) -> int:
    """Write a line for each crawl that began more than KEPT ago, and delete its folder; return how many there were.

    Raises:
        OSError: it can't be written.
    """
    oldest = f"{now - KEPT:%Y%m%dT%H%M%S}"
    folders = sorted(f for f in (root / "crawls").glob("[0-9]*T*") if f.name < oldest and f.is_dir())[:MOST]
    return _fold(root, folders)


def fold_naming(root: Path, names_it: Callable[[str], bool]) -> int:
    """Do the same with every crawl whose files have a line that names something. The caller holds the archive's lock.

    Raises:
        OSError: it can't be written.
    """
    folders = [f for f in sorted((root / "crawls").glob("[0-9]*T*")) if f.is_dir() and _holds(f, names_it)]
    return _fold(root, folders)


def _holds(folder: Path, names_it: Callable[[str], bool]) -> bool:
    files = (path.read_text("utf-8", "replace") for path in folder.iterdir() if path.is_file())
    return any(map(names_it, files))


def _fold(root: Path, folders: list[Path]) -> int:
    if not folders:
        return 0
    lines = "".join(json.dumps(_summary(folder), ensure_ascii=False) + "\n" for folder in folders)
    append_lines(root / "crawls" / FILENAME, lines.encode("utf-8", "replace"), durable=True)
    for folder in folders:
        shutil.rmtree(folder)
    return len(folders)


def _summary(folder: Path) -> dict[str, Any]:
    """What the line says of one crawl: of a killed one, which left no report, only its name."""
    found: dict[str, Any] = {"crawl_id": folder.name}
    with suppress(OSError, ValueError, AttributeError):  # none was written; no JSON; no object
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        found |= {name: report[name] for name in TOTALS if report.get(name)}
        counts = {s["name"]: {n: s[n] for n in COUNTS if s.get(n)} for s in report.get("sources", ())}
        found["sources"] = {name: values for name, values in counts.items() if values}
    return found
