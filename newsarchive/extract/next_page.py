"""Where does a page's article go on? Found in the page's bytes, without a parser, for the crawl.

Says yes a little too often rather than too seldom: what it names is fetched and archived; what is joined,
`multipage.part_of` decides later on the parsed page. Pure. Tested in tests/extract/test_next_page.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from newsarchive.extract.pagination import RELS, absolute, named, to_number
from newsarchive.model import Part

LOOKED_AT = 3_000_000  # bytes of a page that are looked at
# A numbered link: its text is a number of one or two digits, perhaps in one element of its own.
_NUMBERED = re.compile(
    rb"<a\s([^<>]{1,1000})>\s*(?:<(?:span|b|strong|em|i)\b[^<>]{0,200}>\s*)?(\d{1,2})\s*<", re.I
)
_A_NUMBER = re.compile(rb">\s*[1-9]\d?\s*<")
_LINK = re.compile(rb"<link\s([^<>]{1,1000})>", re.I)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]{1,500})"|'([^']{1,500})'|([^\s"'>]{1,500}))""", re.I)
_REL = re.compile(rb"""\brel\s*=\s*(?:"([^"]{1,100})"|'([^']{1,100})'|([^\s"'>]{1,100}))""", re.I)
_OG_TYPE = re.compile(rb"""<meta\s[^<>]{0,200}\bog:type\b[^<>]{0,200}>""", re.I)
_ARTICLE = re.compile(rb"""["']article["']""", re.I)
_LD_ARTICLE = re.compile(rb'"@type"\s*:\s*\[?\s*"[a-z]*(?:article|blogposting|report|review)"', re.I)


def onward(page: bytes, url: str) -> Part | None:
    """Which page of an article this seems to be, and the addresses of its other pages; None if it is none.

    Args:
        page: The body, content-decoded, in any charset that holds ASCII; anything else gives None.
        url: The page's own address, after redirects.
    """
    page = page[:LOOKED_AT]
    links = set(_ends(page, url)) | set(_numbered(page, url))
    if not links:
        return None
    try:
        part = named(url, links)
    except ValueError:  # the page's own address can't be taken apart
        return None
    return part if part is not None and _is_article(page) else None


def _is_article(page: bytes) -> bool:
    """Whether the page calls itself an article; what says of itself that it is a website is a list."""
    kind = _OG_TYPE.search(page)
    if kind:
        return bool(_ARTICLE.search(kind[0]))
    return bool(_LD_ARTICLE.search(page))


def _ends(page: bytes, url: str) -> Iterator[str]:
    """What `<link rel=next>` and `rel=prev` name."""
    body = page.find(b"<body")
    for found in _LINK.finditer(page, 0, body if body > 0 else len(page)):
        rel = _value(_REL.search(found[1]))
        if rel and set(rel.lower().split()) & set(RELS):
            href = _value(_HREF.search(found[1]))
            yield from absolute(url, (href,)) if href else ()


def _numbered(page: bytes, url: str) -> Iterator[str]:
    """Links whose text is the very number that their address has."""
    if not _A_NUMBER.search(page):
        return
    for found in _NUMBERED.finditer(page):
        href = _value(_HREF.search(found[1]))
        if href:
            yield from to_number(url, href, int(found[2]))


def _value(found: re.Match[bytes] | None) -> str:
    if found is None:
        return ""
    return html.unescape((found[1] or found[2] or found[3]).decode("utf-8", "replace")).strip()
