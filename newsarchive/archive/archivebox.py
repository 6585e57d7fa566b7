"""An ArchiveBox folder: the WARC of each snapshot where it holds the page, else the HTML that was kept of it.

Knows `archive/<timestamp>/index.json` (to 0.8) and the `index.jsonl` of later releases, whose files are in a folder a plugin. Reads;
writes nothing. Tested in tests/archive/test_peer_imports.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive.archive.peer_contents import MAX_PAGE, PeerContents, time_of, url_or_empty
from newsarchive.text import load_json
from newsarchive.urls import key_or_empty
from newsarchive.warc.http_message import parse_head
from newsarchive.warc.kept_pages import KeptPage
from newsarchive.warc.loose_records import loose_records

PROGRAM = "ArchiveBox"
MAX_INDEX = 16 << 20
HEAD = 64 << 10
DEPTH = 8  # archive/users/NAME/snapshots/DAY/HOST/ID is seven
# The page as a browser had it; then what was made of it. In later releases in a folder of the plugin's name.
KEPT = (("dom", "output.html"), ("singlefile", "singlefile.html"))
_DATED = {"timestamp", "bookmarked_at", "created_at"}
NO_PAGE = "snapshots without a WARC or HTML of their page"


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A snapshot's folder. `times` says when each method ended its work."""

    folder: Path
    url: str
    at: datetime | None
    times: Mapping[str, datetime]


def is_archivebox(path: Path) -> bool:
    """Return whether a folder is ArchiveBox's, or one of its snapshots."""
    return path.is_dir() and next(_indexes(path), None) is not None


def _indexes(folder: Path, depth: int = DEPTH) -> Iterator[Path]:
    """The index of each snapshot in a folder, in order. Links are passed over: what they name is in the folder, too."""
    if own := _index_in(folder):
        yield own
    elif depth:
        for child in sorted(folder.iterdir()):
            if child.is_dir() and not child.is_symlink():
                yield from _indexes(child, depth - 1)


def _index_in(folder: Path) -> Path | None:
    return next(
        (p for name in ("index.jsonl", "index.json") if (p := folder / name).is_file() and _rows(p)), None
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a snapshot's index, its own first; none if it isn't one."""
    with suppress(OSError, ValueError, RecursionError):
        if path.stat().st_size > MAX_INDEX:
            return []
        text = path.read_text(encoding="utf-8", errors="replace")
        parts = text.splitlines() if path.suffix == ".jsonl" else [text]
        rows = [row for part in parts if part.strip() and isinstance(row := load_json(part), dict)]
        rows.sort(key=lambda row: row.get("type") != "Snapshot")
        return rows if rows and isinstance(rows[0].get("url"), str) and _DATED & rows[0].keys() else []
    return []


def read_archivebox(path: Path) -> PeerContents:
    """Return what is in an ArchiveBox folder; the pages are read as they are taken."""
    lost: Counter[str] = Counter()
    warcs: list[Path] = []
    rest: list[_Snapshot] = []
    for index in _indexes(path):
        snapshot = _snapshot(index)
        own = sorted(index.parent.rglob("*.warc.gz"))
        warcs += own
        if not snapshot.url:
            lost["snapshots whose address can't be fetched"] += 1
        elif not _hold_page(own, snapshot.url):
            rest.append(snapshot)
    return PeerContents(program=PROGRAM, lost=lost, pages=_pages(rest, lost), warcs=tuple(warcs))


def _snapshot(index: Path) -> _Snapshot:
    first, *others = _rows(index)
    results = [(str(row.get("plugin")), row) for row in others]
    history = first.get("history")
    for method, done in history.items() if isinstance(history, dict) else ():
        results += (
            [(str(method), row) for row in done if isinstance(row, dict)] if isinstance(done, list) else []
        )
    times = {
        method: at for method, row in results
        if row.get("status") == "succeeded" and (at := time_of(row.get("start_ts") or row.get("timestamp")))
    }  # fmt: skip
    said = (first.get(name) for name in sorted(_DATED, reverse=True))
    at = next((moment for value in said if (moment := time_of(value))), None)
    return _Snapshot(index.parent, url_or_empty(first["url"]), at, times)


def _hold_page(warcs: Iterable[Path], url: str) -> bool:
    """Whether one of these files is whole and has an answer 200 of the page, in HTML."""
    return any(_holds_page(path, key_or_empty(url)) for path in warcs)


def _holds_page(path: Path, key: str) -> bool:
    faults: Counter[str] = Counter()
    found = False
    for record in loose_records(path, path.parent, faults):
        if record.head.type == "response" and key_or_empty(record.head.url) == key:
            http = parse_head(record.block.read(HEAD))
            found |= http.status == 200 and "html" in (http.get("content-type") or "")
    return found and not faults.total()


def _pages(snapshots: Iterable[_Snapshot], lost: Counter[str]) -> Iterator[KeptPage]:
    for snapshot in snapshots:
        page = _kept(snapshot)
        if page is None:
            lost[NO_PAGE] += 1
        else:
            yield page


def _kept(snapshot: _Snapshot) -> KeptPage | None:
    for method, name in KEPT:
        for file in (snapshot.folder / name, snapshot.folder / method / name):
            at = snapshot.times.get(method) or snapshot.at
            if at and file.is_file() and 0 < file.stat().st_size <= MAX_PAGE:
                made_of = file.relative_to(snapshot.folder).as_posix()
                return KeptPage(url=snapshot.url, at=at, body=file.read_bytes(), made_of=made_of)
    return None
