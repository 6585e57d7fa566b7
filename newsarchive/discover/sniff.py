"""From bytes as served to text, and what kind of document the text is.

Believes the bytes before what a server says of them: gzip is unpacked wherever it occurs, a
charset is taken only if the bytes can be read in it, a feed is found behind whatever stands before
it. Bounded: never more than `limit` bytes of text, each step one pass. Reads no network.
Tested in tests/discover/test_sniff.py.
"""

from __future__ import annotations

import codecs
import html
import re
import zlib
from dataclasses import dataclass
from typing import Literal

from newsarchive.text import without_surrogates

LIMIT = 50 * 1024 * 1024  # sitemaps.org: a sitemap has at most 50 MB (52,428,800 bytes) unpacked
HEAD = 4096  # characters in which a declaration or an HTML tag must show

Shape = Literal["xml", "json", "text", "html", "empty"]

# Browsers read these labels as their supersets (WHATWG Encoding Standard, section 4.2).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Python's codecs that are no charset of a document.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first characters of a document, "<?" or "<x", in encodings that aren't ASCII (XML 1.0, appendix F).
_UNMARKED = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
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
    text = without_surrogates(text)
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


def decode(data: bytes, content_type: str | None = None) -> tuple[str, str, bool]:
    """`data` as text, the charset used, and whether characters had to be replaced.

    A byte order mark decides. Else UTF-8, if the bytes are UTF-8 (other charsets hardly ever are by
    chance); else the first of the header's, the XML declaration's and the meta tag's charset in which
    the bytes can be read; else UTF-8 or Windows-1252, whichever loses less.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), name, False
    for mark, name in _UNMARKED:
        if data.startswith(mark):
            return data.decode(name, "replace"), name, False
    names = _declared_charsets(data, content_type)
    seven_bit = [n for n in names if n in ("iso2022_jp", "hz", "utf-7")]
    for name in [*seven_bit, "utf-8", *names]:
        try:
            return data.decode(name), name, False
        except (UnicodeDecodeError, LookupError):
            continue
    return _decode_lossy(data, names)


def _decode_lossy(data: bytes, names: list[str]) -> tuple[str, str, bool]:
    """`data` in whichever charset loses least: broken in one place is better than wrong in all."""
    best = ("", "", len(data) + 1)
    for name in ["utf-8", *names]:
        text = data.decode(name, "replace")
        lost = text.count("\ufffd")
        if lost < best[2]:
            best = (text, name, lost)
    high = sum(1 for b in data[:100_000] if b >= 0x80)
    if best[1] and best[2] * 4 <= max(high, 1):
        return best[0], best[1], True
    text = data.decode("cp1252", "replace")
    return text, "cp1252", "\ufffd" in text


def _declared_charsets(data: bytes, content_type: str | None) -> list[str]:
    head = data[:HEAD]
    labels = [m[1] for m in [_CHARSET.search(content_type or "")] if m]
    labels += [m[1].decode("ascii", "ignore") for m in (_DECLARED.search(head), _META.search(head)) if m]
    names = []
    for label in labels:
        try:
            name = codecs.lookup(label).name
            "".encode(name)
        except (
            LookupError,
            TypeError,
            ValueError,
        ):  # unknown, or a codec that isn't a charset (rot13, undefined)
            continue
        if name not in _NO_CHARSETS:
            names.append(_SUPERSETS.get(name, name))
    return names


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
