"""Where browse has its pages, for feeds, messages and settings that link to them.

Pure; knows neither Datasette nor an archive. Tested in tests/test_browse_links.py.
"""

from __future__ import annotations

ROOT = "/-/news"  # under the address of Datasette


def pages_at(link: str) -> str:
    """Return where the pages are if Datasette is reached under `link`; empty if that is."""
    return f"{link.rstrip('/')}{ROOT}" if link else ""


def page_of_story(pages: str, story: int) -> str:
    """Return where browse shows a story; empty if `pages`, where its pages are, is."""
    return f"{pages}/story/{story}" if pages else ""


def page_of_edit(pages: str, story: int, before: int, after: int) -> str:
    """Return where browse shows the change between two versions; empty if `pages` is."""
    return f"{page_of_story(pages, story)}/diff?before={before}&after={after}" if pages else ""
