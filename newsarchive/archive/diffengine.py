"""A diffengine database: each version's title and text as a page of its date, the feeds it was found in.

diffengine keeps what readability made of a page, not the page: the capture that is made of it says so, and where the Wayback Machine
has the page itself. Reads the database; writes nothing. Tested in tests/archive/test_peer_imports.py.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

from newsarchive.archive.peer_contents import PeerContents, hosts_of, time_of, url_or_empty
from newsarchive.archive.url_lists import Outline
from newsarchive.errors import UsageError
from newsarchive.index.connection import connect_readonly
from newsarchive.warc.kept_pages import KeptPage

PROGRAM = "diffengine"
FILENAME = "diffengine.db"
MAGIC = b"SQLite format 3\0"
TABLES = {"feed", "entry", "entryversion"}

FEEDS = """
SELECT feed.url, feed.name, (
    SELECT entry.url FROM feedentry JOIN entry ON entry.id = feedentry.entry_id
    WHERE feedentry.feed_id = feed.url ORDER BY entry.id DESC LIMIT 1
) FROM feed ORDER BY feed.url
"""
VERSIONS = "SELECT id, url, created, title, summary, archive_url FROM entryversion ORDER BY created, id"
NO_VERSION = "SELECT count(*) FROM entry WHERE id NOT IN (SELECT entry_id FROM entryversion)"


def is_diffengine(path: Path) -> bool:
    """Return whether a file is a database of diffengine, or a folder holds one."""
    path = path / FILENAME if path.is_dir() else path
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return False
    try:
        with closing(connect_readonly(path)) as db:
            return {name for (name,) in db.execute("SELECT name FROM sqlite_master")} >= TABLES
    except sqlite3.DatabaseError:
        return False


def read_diffengine(path: Path) -> PeerContents:
    """Return what is in a database; the versions are read as they are taken.

    Raises:
        UsageError: the database can't be read.
    """
    path = path / FILENAME if path.is_dir() else path
    lost: Counter[str] = Counter()
    try:
        with closing(connect_readonly(path)) as db:
            feeds = [(url_or_empty(url), name, url_or_empty(entry)) for url, name, entry in db.execute(FEEDS)]
            hosts = hosts_of(
                filter(None, (url_or_empty(u) for (u,) in db.execute("SELECT url FROM entryversion")))
            )
            [(missing,)] = db.execute(NO_VERSION)
    except sqlite3.DatabaseError as error:
        raise UsageError(
            f"not a database of diffengine that can be read: {error}", where=str(path)
        ) from error
    lost["feeds whose address can't be fetched"] += sum(not url for url, _, _ in feeds)
    lost["stories of which diffengine has no version"] += missing
    outlines = tuple(Outline(url, _site(entry), str(name or "")) for url, name, entry in feeds if url)
    return PeerContents(program=PROGRAM, lost=lost, pages=_pages(path, lost), feeds=outlines, hosts=hosts)


def _site(entry: str) -> str:
    """The homepage of a story's outlet: a feed may have a host of its own."""
    return "/".join(entry.split("/")[:3]) + "/" if entry else ""


def _pages(path: Path, lost: Counter[str]) -> Iterator[KeptPage]:
    with closing(connect_readonly(path)) as db:
        for number, url, created, title, summary, archive_url in db.execute(VERSIONS):
            checked, at = url_or_empty(url), time_of(created)
            if not checked or at is None or not isinstance(summary, str):
                lost["versions without an address, a date or a text that can be read"] += 1
                continue
            body = _html(str(title or ""), summary)
            made_of = f"title and summary of entryversion {number}"
            yield KeptPage(
                url=checked, at=at, body=body, made_of=made_of, archived_at=url_or_empty(archive_url)
            )


def _html(title: str, summary: Any) -> bytes:
    """A page of a title and the paragraphs that diffengine kept, which are HTML already."""
    name = escape(" ".join(title.split()))
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{name}</title></head>'
        f"<body><article><h1>{name}</h1>\n{summary}\n</article></body></html>\n"
    )
    return page.encode("utf-8", "replace")
