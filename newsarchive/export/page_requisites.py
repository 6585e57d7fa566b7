"""Where the archive has the stylesheets, pictures and fonts of an archived page: each as it was nearest in time to the page.

The same files that a crawl fetches for a page. Reads the index and the WARC files; writes nothing. Tested in
tests/export/test_wacz.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from newsarchive.errors import NewsarchiveError
from newsarchive.index.read import CaptureRow, nearest_answer
from newsarchive.times import micros, parse_iso
from newsarchive.warc import Payload, read_payload
from newsarchive.web.links import redirect_target
from newsarchive.web.page_files import of_page, of_sheet

DEPTH = 4  # of stylesheets that import each other, and of redirects

Place = tuple[str, int, int]  # of a record: file name, offset, length


def page_requisites(root: Path, db: sqlite3.Connection, capture: CaptureRow) -> Iterator[Place]:
    """Yield the places of the records that a captured page needs, each once; none if the capture holds no page."""
    page = _read(root, (capture.warc_filename, capture.warc_offset, capture.warc_length))
    if capture.kind != "response" or capture.http_status != 200 or page is None or not _is(page, "html"):
        return
    at = micros(parse_iso(capture.fetched_at))
    done = {capture.url}
    todo = [(url, DEPTH) for url in of_page(page.body, capture.url)]
    while todo:
        url, depth = todo.pop(0)
        found = nearest_answer(db, url, at) if depth and url not in done else None
        done.add(url)
        if found is None:
            continue
        place = (found["warc_filename"], found["warc_offset"], found["warc_length"])
        yield place
        answer = _read(root, place)
        if answer is not None and found["http_status"] >= 300:
            todo.append((redirect_target(found["url"], answer.header("location") or ""), depth - 1))
        elif answer is not None and _is(answer, "css"):
            todo += [(link, depth - 1) for link in of_sheet(answer.body, found["url"])]


def _is(payload: Payload, kind: str) -> bool:
    return kind in (payload.content_type or "").lower()


def _read(root: Path, place: Place) -> Payload | None:
    try:
        return read_payload(root, *place)
    except NewsarchiveError:
        return None
