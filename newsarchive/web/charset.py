"""What characters do these bytes stand for, and are they a web page at all?

Never raises on any bytes, never guesses from more than 64 kB. Order: byte order mark, UTF-8 if
it fits, the HTTP header's charset, the page's own declaration, detection, windows-1252.
Tested in tests/extract/test_decode.py.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers read when a page names these (WHATWG Encoding Standard, labels).
_LABELS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "utf8": "utf-8",
    "unicode": "utf-8",
    "utf-16": "utf-8",  # a page whose ASCII declaration can be read isn't UTF-16
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}
_SAFE = re.compile(
    r"utf-?8|utf-?16|utf-?32|iso-?8859-\d+|windows-\d+|cp-?\d+|gb18030|big5|euc[-_]|koi8|mac|iso-2022-jp|hz"
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""", re.I)
_META = re.compile(rb"<meta\b[^>]*>", re.I)
_MAGIC = (
    b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"{\\rtf", b"\x00\x00\x00",
)  # fmt: skip
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|div|p|article|main|section|title|meta|table|h1|span|a|b|i|br|font|center|form|ul|li|img)\b",
    re.I,
)
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 127])
_FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b")


def is_html(data: bytes, content_type: str | None = None) -> bool:
    """Whether `data` looks like a web page. Markup decides; the header only where markup is absent."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(_MAGIC) or _is_feed(head):
        return False
    if _MARKUP.search(head) or _MARKUP.search(head.replace(b"\x00", b"")):
        return True
    return "html" in (content_type or "").lower() and b"\x00" not in head


def _is_feed(head: bytes) -> bool:
    """Whether the first element, after a declaration and comments, is that of a feed or sitemap."""
    at = 0
    while True:
        at = head.find(b"<", at)
        if at < 0:
            return False
        if head.startswith(b"<!--", at):
            at = head.find(b"-->", at)
        elif head.startswith(b"<?", at):
            at = head.find(b">", at)
        else:
            return bool(_FEED.match(head, at))
        if at < 0:
            return False


def decode(data: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The characters of `data` and the name of the encoding that gave them.

    Bytes that the encoding doesn't know become U+FFFD; control characters and lone surrogates are dropped.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _clean(data[len(mark) :].decode(name, "replace")), name
    if data[:400].count(b"\x00") > 100:
        name = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return _clean(data.decode(name, "replace")), name
    names = _declared(data, content_type)
    text = _strict(data, "utf-8")
    if text is not None and not (b"\x1b" in data and "iso-2022-jp" in names):
        return _clean(
            text
        ), "utf-8"  # bytes beyond ASCII that fit UTF-8 are UTF-8, whatever the page declares
    for name in names:
        text = _strict(data, name)
        if text is not None:
            return _clean(text), name
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 200 < len(data.translate(None, bytes(range(128)))) + 200:
        return _clean(text), "utf-8"  # UTF-8 with a few broken bytes
    name = _detected(data)
    return _clean(data.decode(name, "replace")), name


def _declared(data: bytes, content_type: str | None) -> list[str]:
    """Encodings that the header and the page name, as Python names, most trusted first."""
    found: list[bytes] = _CHARSET.findall((content_type or "").encode("ascii", "ignore"))
    found += _XML_ENCODING.findall(data[:200])
    for meta in _META.findall(data[:16384]):
        found += _CHARSET.findall(meta)
    names = []
    for raw in found:
        label = raw.decode("ascii").lower()
        name = _LABELS.get(label, label)
        if _SAFE.match(name) and name not in names:
            names.append(name)
    return names


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None


def _detected(data: bytes) -> str:
    """The likeliest encoding of bytes that aren't UTF-8, from a sample; cp1252 if nothing is likely."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:65536]).best()
    name = best.encoding if best is not None else "cp1252"
    return name if _SAFE.match(name.replace("_", "-")) else "cp1252"


_TWICE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _once(match: re.Match[str]) -> str:
    """A character of a page that was encoded twice."""
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return match[0]


def _clean(text: str) -> str:
    if "\x80" in text:  # no text has it; "’" encoded twice does
        text = _TWICE.sub(_once, text)
    data = text.encode("utf-8", "ignore").translate(None, _CONTROL)
    text = data.replace(b"\r\n", b"\n").decode("utf-8")
    return text.replace("\ufffe", "").replace("\uffff", "")
