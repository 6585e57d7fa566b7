"""The index: clean text and metadata in SQLite, searched, browsed, made again at will.

A pure function of the WARCs, the decisions, the source files and the extractor; see docs/tables.md for its
tables. The search itself is `newsarchive.index.search.search`. Names are loaded when first used: reading and searching load neither sqlite-utils nor the URL rules.
Tested in tests/index/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive.lazy_names import lazy_names

if TYPE_CHECKING:
    from newsarchive.index.activity import changes
    from newsarchive.index.connection import open_readonly, reading
    from newsarchive.index.counts import (
        SourceRow,
        days,
        failures,
        feeds,
        imported_hosts,
        sources,
        stats,
        yields,
    )
    from newsarchive.index.integrity import Difference, compare_indexes
    from newsarchive.index.read import StoredStory, article, story, version, versions
    from newsarchive.index.recheck_rows import (
        KnownUrls,
        PastCheck,
        RecheckRow,
        due_rows,
        due_rows_at,
        keys_with_story,
        last_checks,
        parts_of,
        past_checks,
    )
    from newsarchive.index.rows import ChangeRow, VersionRow
    from newsarchive.index.search import SearchHit, SearchQuery, SearchResult
    from newsarchive.index.snippets import highlight, marked, snippet, unmarked
    from newsarchive.index.write import Index, open_index

_NAMES = {
    "integrity": ("Difference", "compare_indexes"),
    "counts": ("SourceRow", "days", "failures", "feeds", "imported_hosts", "sources", "stats", "yields"),
    "connection": ("open_readonly", "reading"),
    "activity": ("changes",),
    "rows": ("ChangeRow", "VersionRow"),
    "recheck_rows": (
        "KnownUrls",
        "PastCheck",
        "RecheckRow",
        "due_rows",
        "due_rows_at",
        "keys_with_story",
        "last_checks",
        "parts_of",
        "past_checks",
        "past_checks",
    ),
    "read": ("StoredStory", "article", "story", "version", "versions"),
    "search": ("SearchResult", "SearchHit", "SearchQuery"),
    "snippets": ("highlight", "marked", "snippet", "unmarked"),
    "write": ("Index", "open_index"),
}

__getattr__ = lazy_names(__name__, _NAMES)

__all__ = [
    "ChangeRow",
    "Difference",
    "Index",
    "KnownUrls",
    "PastCheck",
    "RecheckRow",
    "SearchHit",
    "SearchQuery",
    "SearchResult",
    "SourceRow",
    "StoredStory",
    "VersionRow",
    "article",
    "changes",
    "compare_indexes",
    "days",
    "due_rows",
    "due_rows_at",
    "failures",
    "feeds",
    "highlight",
    "imported_hosts",
    "keys_with_story",
    "last_checks",
    "marked",
    "open_index",
    "open_readonly",
    "parts_of",
    "past_checks",
    "reading",
    "snippet",
    "sources",
    "stats",
    "story",
    "unmarked",
    "version",
    "versions",
    "yields",
]
