"""The versions that an export takes, one after the other: which ones, in which order, with which columns.

Reads the index through one cursor; memory does not grow with the number of stories. Writes nothing.
Tested in tests/export/test_exported.py.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from newsarchive.index import read
from newsarchive.index.rows import VersionRow
from newsarchive.index.search import SearchQuery, matching_versions, versions_by_time

# No file format needs them, and terminals, spreadsheets and editors obey some: controls but tab and line end,
# and the marks that reorder a line (embeddings, overrides, isolates). Marks of direction (U+200E, U+200F) stay.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]|[\u2028\u2029]")


def clean(text: str) -> str:
    """Return `text` without control characters; line ends of every kind become `\\n`."""
    if text.replace("\n", " ").isprintable():
        return text
    return _CONTROLS.sub(_replacement, text.replace("\r\n", "\n"))


def _replacement(found: re.Match[str]) -> str:
    return "\n" if found[0] in "\r\x0b\x0c\x85\u2028\u2029" else ""


def one_line(text: str) -> str:
    """Return `text` on one line, without control characters."""
    if text.isprintable() and "  " not in text:  # of white space only the plain space is printable
        return text.strip()
    return " ".join(clean(text).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedVersion:
    """A version of a story, and what its story is now."""

    version: VersionRow
    story_url: str  # where the story is now; `version.url` is where this version was
    domain: str
    status: str  # live, gone, …
    n_versions: int
    news_at: str  # when the story came out, as far as is known


_STORY = "SELECT url, domain, status, n_versions, news_at FROM stories WHERE id = ?"


def exported_versions(
    db: sqlite3.Connection, wanted: SearchQuery, *, history: bool = False, by_time: bool = False
) -> Iterator[ExportedVersion]:
    """Yield the versions that `wanted` describes, newest story first; its `limit` counts stories, 0 means all.

    Args:
        history: Every version of each story, oldest first; else the latest that matches.
        by_time: In the order in which versions were first seen, whatever their stories. Needs one id a story in memory.
    """
    if by_time:
        stories = None if wanted == SearchQuery(limit=0) else {s for s, _ in matching_versions(db, wanted)}
        chosen = dict(matching_versions(db, wanted)) if stories is not None and not history else {}
        for story, number in versions_by_time(db):
            if stories is None or (story in stories and (history or chosen.get(story) == number)):
                yield from _read(db, story, number)
        return
    for story, number in matching_versions(db, wanted):
        yield from _read(db, story, None if history else number)


def _read(db: sqlite3.Connection, story: int, number: int | None) -> Iterator[ExportedVersion]:
    url, domain, status, n_versions, news_at = db.execute(_STORY, (story,)).fetchone()
    for version in read.versions(db, story, number):
        yield ExportedVersion(
            version=version,
            story_url=url,
            domain=domain,
            status=status,
            n_versions=n_versions,
            news_at=news_at,
        )


# ---------------------------------------------------------------- the columns of tables

_OF_VERSION = (
    *("title", "description", "text", "captions", "authors", "publisher", "language", "section", "tags"),
    *("published_at", "modified_at", "date_is_weak", "first_seen_at", "last_seen_at", "n_captures", "words"),
    *("url", "canonical_url", "image_url", "free_access", "page_kind"),
    *("change_kind", "significant", "silent", "chars_added", "chars_removed"),
    *("text_fingerprint", "payload_digest", "warc_record_id", "warc_filename", "warc_offset", "warc_length"),
    *("extractor", "extractor_version", "confidence"),
)
# name -> type: what Parquet's schema is made of. Ids are text: they have 63 bits, more than JSON readers keep.
COLUMNS: dict[str, type] = {
    **{"story_id": str, "version_no": int, "n_versions": int, "is_latest": bool, "status": str},
    **{"source": str, "domain": str, "story_url": str},
    **dict.fromkeys(_OF_VERSION, str),
    **dict.fromkeys(("authors", "tags", "captions"), list),
    **dict.fromkeys(
        ("n_captures", "words", "chars_added", "chars_removed", "warc_offset", "warc_length"), int
    ),
    **dict.fromkeys(("date_is_weak", "free_access", "significant", "silent"), bool),
    "confidence": float,
}


_MADE: dict[str, Callable[[ExportedVersion], Any]] = {
    **{name: attrgetter(name) for name in ("n_versions", "status", "domain", "story_url")},
    "story_id": lambda exported: str(exported.version.story_id),
    "authors": lambda exported: [one_line(name) for name in exported.version.author_names],
    "tags": lambda exported: [one_line(name) for name in exported.version.tag_names],
    "captions": lambda exported: [one_line(line) for line in exported.version.captions.split("\n") if line],
}


def to_columns(exported: ExportedVersion, names: Iterable[str] = COLUMNS) -> dict[str, Any]:
    """Return the row of a table: these columns in order, texts without control characters, times in ISO 8601."""
    version, row = exported.version, {}
    for name in names:
        value = _MADE[name](exported) if name in _MADE else getattr(version, name)
        row[name] = clean(value) if isinstance(value, str) else value
    return row
