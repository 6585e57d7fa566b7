"""What a feed, sitemap or section page proposes: bytes in, candidates out; and how to fill the past.

Pure: takes what was fetched, a source and the time; fetches nothing and remembers nothing. Tested in
tests/discover/.
"""

from __future__ import annotations

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
