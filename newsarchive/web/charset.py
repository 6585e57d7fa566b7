"""From bytes to characters: the one reader of charsets, for feeds, sitemaps, section pages and articles.

Never raises on any bytes. Believes the bytes before what is said of them: a byte order mark, UTF-8 if it fits,
then the first charset of the HTTP header, the XML declaration and the meta tags in which all bytes can be read,
then a guess by the bytes themselves. Names of charsets mean what browsers read when they meet them (WHATWG
Encoding Standard, by w3lib). Tested in tests/web/test_charset.py.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from w3lib.encoding import read_bom, resolve_encoding

HEAD = 16384  # bytes in which a declaration must be; a script or a comment before it is no rarity
# The first characters of a document, "<?" or "<x", in encodings that aren't ASCII (XML 1.0, appendix F).
_STARTS = (
    (b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"), (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)  # fmt: skip
_CHARSET = re.compile(rb"""charset\s*+=\s*+(?:["']\s*+)?([\w-]+)""", re.I)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w-]+)""", re.I)
_META = re.compile(rb"<meta\b[^>]{0,1000}>", re.I)
# Python's codecs for characters; its others are no charsets (rot13, idna, unicode_escape) or a danger (utf-7).
_CODECS = re.compile(r"utf-(?:8|16|32)|iso|cp\d|gb|big5|euc|shift_jis|koi8|kz1048|mac|ptcp|hz|johab|tis")
_LABELS = {"windows-949": "cp949", "koi8": "koi8-r", "koi8-ru": "koi8-u"}  # that w3lib doesn't know
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32), 127])
_TAG = re.compile(rb"[<>]")  # which no charset has in a character of several bytes
_HIGH = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]{3}")  # in no word of a script that has ASCII's letters, too
# What browsers read where nothing is said (WHATWG Encoding Standard, section 4.2), the likelier first.
_LATIN = ["cp1252", "cp1250", "cp1254", "iso8859_2"]
_OTHERS = ["cp1251", "cp932", "cp949", "gb18030", "big5", "euc_jp", "cp1253", "cp1256", "cp1255", "cp874", "koi8_r", "koi8_u", "iso8859_5", "iso8859_7"]  # fmt: skip
_LANGUAGES = {
    "cp1250": "bs cs hr hu pl ro sk sl sq",
    "cp1254": "az tr",
    "cp1253": "el",
    "cp1255": "he",
    "koi8_u": "uk",
}
_LANGUAGE = re.compile(rb"""(?:\blang\s*=\s*["']?|<language>\s*)([a-z]{2})\b""", re.I)
_BEARABLE = 0.25  # share of what isn't ASCII that may be lost
_SAMPLE = 8192  # bytes that are guessed from


class Decoded(NamedTuple):
    """Characters, Python's name of the charset that gave them, and whether some had to be replaced."""

    text: str
    charset: str
    is_repaired: bool


def decode(data: bytes, content_type: str | None = None) -> Decoded:
    """Return `data` decoded to text.

    Bytes that the charset doesn't know become U+FFFD; control characters and lone surrogates go, and
    what was encoded twice in UTF-8 is read twice.

    Args:
        content_type: The header's value, if there was one.
    """
    charset, mark = read_bom(data)
    if charset is None:
        charset = next((name for start, name in _STARTS if data.startswith(start)), None) or _by_nulls(data)
    if charset is not None:
        return _decoded(data[len(mark or b"") :], charset)
    is_escaped = b"\x1b" in data or b"~{" in data[:HEAD]  # in UTF-8 seldom, in charsets of seven bits always
    with suppress(UnicodeDecodeError):
        if not is_escaped:
            return Decoded(_clean(data), "utf-8", False)
    names = _declared(data, content_type)
    seven_bit = [n for n in names if is_escaped and (n == "hz" or n.startswith("iso2022"))]
    for name in [*seven_bit, "utf-8", *names]:
        with suppress(UnicodeDecodeError):
            return Decoded(_clean(data.decode(name).encode("utf-8", "ignore")), name, False)
    return _decoded(data, _least_lost(data, names) or guess(data))


def _decoded(data: bytes, charset: str) -> Decoded:
    text = _clean(data.decode(charset, "replace").encode("utf-8", "ignore"))
    return Decoded(text, charset, "\ufffd" in text)


def _by_nulls(data: bytes) -> str | None:
    """UTF-16 without a mark, by its empty bytes: more than a quarter of the first 400."""
    head = data[:400]
    if head.count(b"\x00") * 4 <= len(head):
        return None
    odd = head[1::2].count(b"\x00")
    return "utf-16-le" if odd > head[::2].count(b"\x00") else "utf-16-be"


def _declared(data: bytes, content_type: str | None) -> list[str]:
    """The charsets that the header and the document name, most trusted first."""
    labels = _CHARSET.findall((content_type or "").encode("ascii", "ignore"))[:1]
    labels += _XML_ENCODING.findall(data[:400])
    for meta in _META.findall(data[:HEAD]):
        labels += _CHARSET.findall(meta)
    names = (_name(label.decode("ascii", "ignore").lower()) for label in labels)
    return list(dict.fromkeys(name for name in names if name))


def _name(label: str) -> str:
    """Python's name for a label, empty if it is no charset; a document whose label can be read isn't UTF-16."""
    name = resolve_encoding(_LABELS.get(label, label)) or resolve_encoding(label.removeprefix("x-")) or ""
    if name.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return name if _CODECS.match(name) else ""


def _least_lost(data: bytes, names: list[str]) -> str | None:
    """UTF-8 or the declared charset that loses least, if that is little: broken in one place, not wrong in all."""
    best, least = None, _BEARABLE
    for name in ["utf-8", *names]:
        text = data.decode(name, "replace")
        others = len(text) - len(text.encode("ascii", "ignore"))
        share = text.count("\ufffd") / max(others, 1)
        if share < least:
            best, least = name, share
    return best


def guess(data: bytes) -> str:
    """Return the likeliest charset of bytes that are no UTF-8 and say nothing of themselves; cp1252 if none is likely."""
    from charset_normalizer import from_bytes

    sample = _sample(data[: 16 * HEAD])
    names = [*_LATIN, *_OTHERS] if _RUN.search(sample) else _LATIN
    said = _LANGUAGE.search(data[:HEAD])
    names = sorted(names, key=lambda n: not said or said[1].decode().lower() not in _LANGUAGES.get(n, ""))
    found = from_bytes(sample, cp_isolation=names)
    best = found.best()
    if best is None:
        return "cp1252"
    likely = (m for m in found if m.chaos <= best.chaos and m.coherence >= best.coherence)
    equal = {name for match in likely for name in match.could_be_from_charset}
    return resolve_encoding(next((name for name in names if name in equal), "")) or "cp1252"


def _sample(data: bytes) -> bytes:
    """The pieces of text that have more than ASCII, from a little before it; cut where no character is cut."""
    pieces: list[bytes] = []
    size = 0
    for text in _TAG.split(data):
        high = _HIGH.search(text)
        if high and size < _SAMPLE:
            piece = text[max(0, high.start() - 100) :]
            if len(piece) > _SAMPLE:
                end = piece.find(b"\n", _SAMPLE) if b"\n" in piece[_SAMPLE:] else piece.find(b" ", _SAMPLE)
                piece = piece[:end] if end > 0 else piece
            pieces.append(piece)
            size += len(piece)
    return b"\n".join(pieces)


_NONE = re.compile("[\ufffe\uffff]")  # no characters
_TWICE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _once(match: re.Match[str]) -> str:
    """A character of a page that was encoded twice."""
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return match[0]


def _clean(data: bytes) -> str:
    """The characters of UTF-8 without those that no text has; raises UnicodeDecodeError where it isn't UTF-8."""
    text = data.translate(None, _CONTROL).replace(b"\r\n", b"\n").decode("utf-8")
    if "\x80" in text:  # no text has it; "’" encoded twice does
        text = _TWICE.sub(_once, text)
    return _NONE.sub("", text) if "\ufffe" in text or "\uffff" in text else text
