"""The archive's captures as a CDXJ index, for pywb and other replay tools.

One line a capture, sorted: `SURT TIMESTAMP {json}`. Files still open and files of 304 answers are left
out: a 304 in replay blanks the page. Sorts on disk. Tested in tests/warc/test_cdxj.py.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import TextIO

from newsarchive.errors import BadUrlError
from newsarchive.model import Capture
from newsarchive.urls import key_or_empty, surt
from newsarchive.warc import files
from newsarchive.warc.capture_reader import read_captures
from newsarchive.warc.record import safe_url
from newsarchive.warc.sorted_lines import SortedLines


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
        ArchiveNotWritableError: there is no folder for temporary files.
    """
    try:
        temporary = tempfile.TemporaryDirectory(prefix="newsarchive-cdxj-")
    except OSError as error:
        raise files.not_writable(error, Path(os.environ.get("TMPDIR", "/tmp"))) from error  # noqa: S108 - named, not used
    with temporary as folder:
        lines, count = SortedLines(Path(folder)), 0
        for item in files.list_files(root):
            if item.is_open or item.is_checks:
                continue
            for capture in read_captures(root, item.filename):
                if key_or_empty(capture.url) not in without and (line := cdxj_line(capture, base)):
                    lines.add(line)
        for line in lines:
            out.write(line)
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
