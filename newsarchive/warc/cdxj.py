"""The archive's captures as a CDXJ index, for pywb and other replay tools.

One line a capture, sorted: `SURT TIMESTAMP {json}`. Files still open and files of 304 answers are left
out: a 304 in replay blanks the page. Sorts on disk, file by file. Tested in tests/warc/test_cdxj.py.
"""

from __future__ import annotations

import heapq
import json
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from newsarchive.errors import BadUrlError
from newsarchive.model import Capture
from newsarchive.urls import key_or_empty, surt
from newsarchive.warc import files
from newsarchive.warc.capture_reader import read_captures
from newsarchive.warc.record import safe_url

AT_ONCE = 200  # sorted files merged in one go


def write_cdxj(root: Path, out: TextIO, *, base: str = "", without: Collection[str] = ()) -> int:
    """Write the index of all sealed files.

    Args:
        out: Takes the lines, each with its line end.
        base: Put before each file name, for tools that find the files elsewhere.
        without: Keys (`url_key`) of URLs whose captures are left out.

    Returns:
        The number of lines.

    Raises:
        ArchiveDamagedError: a file isn't whole.
    """
    with tempfile.TemporaryDirectory(prefix="newsarchive-cdxj-") as folder:
        runs: list[Path] = []
        for number, item in enumerate(files.list_files(root)):
            if item.is_open or item.is_checks:
                continue
            captures = (c for c in read_captures(root, item.filename) if key_or_empty(c.url) not in without)
            lines = sorted(line for c in captures if (line := cdxj_line(c, base)))
            run = Path(folder) / f"{number}"
            run.write_text("".join(lines), encoding="utf-8")
            runs.append(run)
        while len(runs) > AT_ONCE:
            merged = Path(folder) / f"m{len(runs)}"
            with merged.open("w", encoding="utf-8") as file:
                _merge(runs[:AT_ONCE], file.write)
            runs = [*runs[AT_ONCE:], merged]
        return _merge(runs, out.write)


def _merge(runs: Iterable[Path], write: Callable[[str], object]) -> int:
    count = 0
    with ExitStack() as stack:
        opened: list[Iterator[str]] = [stack.enter_context(run.open(encoding="utf-8")) for run in runs]
        for line in heapq.merge(*opened):
            write(line)
            count += 1
    return count


def cdxj_line(capture: Capture, base: str = "") -> str:
    """Return the capture's line; empty for one that replay must not see (a failed fetch, a 304, a rendering)."""
    if capture.kind in ("failed", "not-modified", "rendered"):
        return ""
    is_revisit = capture.kind == "same-payload"
    url = safe_url(capture.url)  # files of others may hold a password in it
    mime = (capture.content_type or "").partition(";")[0].strip().lower() or "unk"
    fields = {
        "url": url,
        "mime": "warc/revisit" if is_revisit else mime,
        "status": str(capture.http_status) if capture.http_status is not None else None,
        "digest": capture.payload_digest,
        "length": str(capture.warc_length),
        "offset": str(capture.warc_offset),
        "filename": base + capture.warc_filename,
    }
    kept = {k: v for k, v in fields.items() if v is not None}
    return f"{_key(url)} {capture.fetched_at:%Y%m%d%H%M%S} {json.dumps(kept, ensure_ascii=True)}\n"


def _key(url: str) -> str:
    try:
        return surt(url)
    except BadUrlError:
        return url
