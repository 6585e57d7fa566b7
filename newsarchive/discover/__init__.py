"""What a feed, sitemap or section page proposes: bytes in, candidates out; and how to fill the past.

Pure: takes what was fetched, a source and the time; fetches nothing and remembers nothing. Names are loaded when
first used. Tested in tests/discover/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive.lazy_names import lazy_names

if TYPE_CHECKING:
    from newsarchive.discover.backfill import WAYS, Ask, Backfill, Span, Step
    from newsarchive.discover.discovery import (
        FEEDS,
        SITEMAPS,
        Discovery,
        DocumentKind,
        Follow,
        Problem,
        changed_since,
        select,
    )
    from newsarchive.discover.document import discover
    from newsarchive.discover.url_shapes import Shapes, learn_shapes, resembles_article

_NAMES = {
    "backfill": ("WAYS", "Ask", "Backfill", "Span", "Step"),
    "discovery": (
        "FEEDS",
        "SITEMAPS",
        "Discovery",
        "DocumentKind",
        "Follow",
        "Problem",
        "changed_since",
        "select",
    ),
    "document": ("discover",),
    "url_shapes": ("Shapes", "learn_shapes", "resembles_article"),
}
__getattr__ = lazy_names(__name__, _NAMES)

__all__ = [
    "FEEDS",
    "SITEMAPS",
    "WAYS",
    "Ask",
    "Backfill",
    "Discovery",
    "DocumentKind",
    "Follow",
    "Problem",
    "Shapes",
    "Span",
    "Step",
    "changed_since",
    "discover",
    "learn_shapes",
    "resembles_article",
    "select",
]
