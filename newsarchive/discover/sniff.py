"""From bytes as served to text, and what kind of document the text is.

Believes the bytes before what a server says of them: gzip is unpacked wherever it occurs, a feed is found
behind whatever is before it. Bounded: never more than `limit` bytes of text, each step one pass. Reads no network.
Tested in tests/discover/test_sniff.py.
"""

from __future__ import annotations

import html
import re
import zlib
from dataclasses import dataclass
from typing import Literal

from newsarchive.web.charset import decode

LIMIT = 50 * 1024 * 1024  # sitemaps.org: a sitemap has at most 50 MB (52,428,800 bytes) unpacked
HEAD = 4096  # characters in which a declaration or an HTML tag must show

Shape = Literal["xml", "json", "text", "html", "empty"]

_ROOT = re.compile(
    r"<(?:[\w-]{1,20}:)?(?:rss|rdf|feed|urlset|sitemapindex|channel)(?=[\s>/])[^<]{0,4000}>", re.IGNORECASE
)
_ROOT_ESCAPED = re.compile(r"&lt;(?:\?xml|rss|feed|urlset|sitemapindex|rdf:RDF)(?=[\s&?])", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:[\w-]{1,20}:)?(?:item|entry|url|sitemap)[\s>]", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|script|div|table|p|a|h1)(?=[\s>])", re.IGNORECASE
)
_URL_LINE = re.compile(r"\s*https?://\S+\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A document as text. `start` is where its root element begins (XML), else 0."""

    shape: Shape
    text: str
    start: int = 0
    charset: str = "utf-8"
    is_cut: bool = False
    is_repaired: bool = False  # characters were replaced


def unpack(body: bytes, content_type: str | None = None, *, limit: int = LIMIT) -> Unpacked:
    """`body` as text with its shape.

    Args:
        body: The payload, transfer and content coding removed. A gzip file inside is unpacked.
        content_type: The header's value, if there was one.
        limit: Bytes of unpacked text that are read at most.
    """
    data, is_cut = _gunzip(body, limit)
    text, charset, is_repaired = decode(data, content_type)
    shape, start, text = _shape(text, content_type or "")
    return Unpacked(
        shape=shape, text=text, start=start, charset=charset, is_cut=is_cut, is_repaired=is_repaired
    )


def _gunzip(body: bytes, limit: int) -> tuple[bytes, bool]:
    """`body` without up to two layers of gzip, and whether something of it is missing."""
    is_cut = False
    for _ in range(2):
        if not body.startswith(b"\x1f\x8b"):
            break
        body, torn = _inflate(body, limit)
        is_cut = is_cut or torn
    return body[:limit], is_cut or len(body) > limit


def _inflate(body: bytes, limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest.startswith(b"\x1f\x8b") and size <= limit:
        unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            part = unzip.decompress(rest, limit + 1 - size)
        except zlib.error:
            return b"".join(parts), True
        parts.append(part)
        size += len(part)
        if not unzip.eof:
            return b"".join(parts), True
        rest = unzip.unused_data
    return b"".join(parts), size > limit


def _shape(text: str, content_type: str) -> tuple[Shape, int, str]:
    """Shape, start of the root element, and the text (unescaped, if a feed was shown as HTML)."""
    lead = text[:HEAD].lstrip("\ufeff\x00 \t\r\n")
    if not lead and not text.strip():
        return "empty", 0, ""
    if lead.startswith(("{", "[")):
        return "json", 0, text
    if _URL_LINE.match(lead.partition("\n")[0]):
        return "text", 0, text
    root = _ROOT.search(text)
    if root and (not _HTML.match(lead) or _ENTRY.search(text, root.end())):
        return "xml", root.start(), text
    escaped = _ROOT_ESCAPED.search(text)
    if escaped:
        inner = html.unescape(text[escaped.start() :])
        root = _ROOT.search(inner)
        if root and _ENTRY.search(inner, root.end()):
            return "xml", root.start(), inner
    if _HTML.search(text[: 16 * HEAD]) or "html" in content_type.lower():
        return "html", 0, text
    return ("xml" if lead.startswith("<") else "text"), 0, text
