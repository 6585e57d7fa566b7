"""How a page ends: by the end of its root element, or by which tags.

A page that breaks off ends otherwise than all other copies of it. Pure; it says nothing of why. Tested in tests/web/test_page_end.py.
"""

from __future__ import annotations

import re

TAIL = 4096  # characters at the end in which the root element must end; scripts and comments follow it
LAST_TAGS = 4  # whose names say how a page without such an end ends
_ROOT_END = re.compile(r"</(?:html|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"<!--.*?(?:-->|\Z)|(<(script|style)\b)[^<>]*+>.*?(?:</\2|\Z)", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*")


def is_ended(text: str) -> bool:
    """Return whether the root element of a page or feed ends within the last 4,096 characters."""
    return _ROOT_END.search(text[-TAIL:]) is not None


def page_end(text: str) -> str:
    """Return how a page ends: empty if its root element does; else its last four tags, `<p </p <footer </footer`, or `-` without any."""
    if is_ended(text):
        return ""
    tags = _TAG.findall(_NO_PAGE.sub(r"\1", text[-TAIL:]))
    return " ".join(tags[-LAST_TAGS:]).lower() or "-"
