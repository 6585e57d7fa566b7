"""newsarchive: archive news pages as WARC, read clean text, follow every edit.

    from newsarchive import Archive, extract_article

Both are loaded when first used: importing this package loads neither Scrapy, trafilatura nor Datasette.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsarchive.version import __version__

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.extract import extract_article

__all__ = ["Archive", "__version__", "extract_article"]


def __getattr__(name: str) -> Any:
    if name == "Archive":
        from newsarchive.archive import Archive

        return Archive
    if name == "extract_article":
        from newsarchive.extract import extract_article

        return extract_article
    raise AttributeError(f"module 'newsarchive' has no attribute {name!r}")
