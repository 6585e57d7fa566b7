"""The article of a page that differs from an earlier one of the same address in numbers and tokens alone.

Counters, nonces and times of generation make the bytes of a page others at each fetch. Where every one of them is in a place that
gives nothing to the article, or in one block that was removed, the article is the earlier one with those numbers set; extraction
would give the same. In any doubt there is no answer here; it never judges a block. Pure. Tested in tests/extract/test_other_numbers.py.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from newsarchive.counters import may_count, without_numbers
from newsarchive.extract.article_json import block_from_json

MOST = 100  # places
LARGEST = 4 * 1024 * 1024  # bytes of a page
LONG_TOKEN = 16  # characters of a token that may hold other letters, too
STRIDE = 1024  # bytes that are compared at once
NEAR = 2_000  # bytes before a place in which the tag that it is in begins
_TOKEN = re.compile(rb"[0-9A-Za-z+/=_-]+")
_WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/=_-")
_PIECE = re.compile(rb"[0-9A-Za-z]+")
_DIGITS = bytes.maketrans(b"0123456789", b"0" * 10)
_ATTRIBUTE = re.compile(rb"""\s([^\s=<>"'/]+)(?:\s*=\s*(?:"[^"<>]*|'[^'<>]*|[^\s"'<>]*))?""")
_ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|.)")  # in JSON; the letter of a line break is none of a word
# Attributes that give nothing but addresses, or nothing at all.
_INERT = re.compile(
    rb"nonce|value|src|srcset|href|action|integrity|style|on[a-z]+|data-(?![a-z-]*(?:date|time|publi|modif))[a-z0-9-]+"
)
_STATING = re.compile(
    rb"<(?:meta|time|base|html|link(?![^>]{0,200}stylesheet))\b"
)  # tags whose attributes become fields


def with_other_numbers(before: bytes, after: bytes, article: str) -> str | None:
    """Return the article of the page `after`, given that of the page `before`; None where it must be extracted.

    Args:
        before, after: Two pages of one address as served, content-decoded, with the same content type.
        article: What extraction (`EXTRACTOR`) gave for `before`, with no rules of an outlet or the same undated ones, as JSON without spaces,
            letters as they are. The answer is the same but for texts of removed blocks, and shows the same (`counters.form_of`).
    """
    if len(before) != len(after) or len(after) > LARGEST or b"\0" in after:
        return None
    places = _runs(before, after)
    if places is None:
        return None
    texts: list[tuple[str, str]] = []
    runs: list[str] = []
    lower = after.lower()
    for begin, end in places:
        old, new = before[begin:end], after[begin:end]
        is_number = old.translate(_DIGITS) == new.translate(_DIGITS)
        place = _place(lower, begin)
        if place == "text" and is_number:
            texts.append((_text_around(before, begin, end), _text_around(after, begin, end)))
        elif place == "inert" and (is_number or (_is_token(old) and _is_token(new))):
            runs += _pieces(old, new) if is_number else [old.decode("ascii").strip("+/=_-")]
        elif place != "comment":
            return None
    return _changed(article, dict(texts), runs)


def _runs(before: bytes, after: bytes) -> list[tuple[int, int]] | None:
    """The tokens in which two pages of one length differ; None if they differ in anything else, or in more than MOST."""
    found: list[tuple[int, int]] = []
    end = 0
    for place in _differences(before, after):
        if before[place] not in _WORD or after[place] not in _WORD:
            return None
        if place < end:
            continue
        begin = place
        while begin > end and after[begin - 1] in _WORD:
            begin -= 1
        token = _TOKEN.match(after, begin)
        end = token.end() if token else place + 1
        found.append((begin, end))
        if len(found) > MOST:
            return None
    return found


def _differences(before: bytes, after: bytes) -> Iterator[int]:
    """The places of the bytes in which two pages of one length differ."""
    for at in range(0, len(after), STRIDE):
        one, other = before[at : at + STRIDE], after[at : at + STRIDE]
        if one != other:
            yield from (at + n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)


def _is_token(run: bytes) -> bool:
    """Whether a run of letters and digits is made for machines."""
    return len(run) >= LONG_TOKEN and any(b"0" <= bytes([c]) <= b"9" for c in run) and not run.isdigit()


def _pieces(old: bytes, new: bytes) -> list[str]:
    """The words and numbers of a run that differ from those of another of its form."""
    both = zip(_PIECE.findall(old), _PIECE.findall(new), strict=True)
    return [piece.decode("ascii") for piece, other in both if piece != other]


def _place(page: bytes, at: int) -> str:
    """Where a byte of a page in lower case is: "text", "comment", "inert" or, for what states something or isn't known, ""."""
    for name in (b"script", b"style"):
        begin = page.rfind(b"<" + name, 0, at)
        if begin > page.rfind(b"</" + name, 0, at):
            head_end = page.find(b">", begin, at)
            if head_end < 0:
                return _attribute_place(page, begin, at)
            return "" if b"json" in page[begin:head_end] else "inert"
    comment = page.rfind(b"<!--", 0, at)
    if comment > page.rfind(b"-->", 0, at):
        return "" if b"<" in page[comment + 4 : at] else "comment"
    begin = page.rfind(b"<", max(at - NEAR, 0), at)
    if begin < 0:
        return ""
    return "text" if b">" in page[begin:at] else _attribute_place(page, begin, at)


def _attribute_place(page: bytes, begin: int, at: int) -> str:
    """Whether a byte in a tag that begins at `begin` is in an attribute that gives nothing: "inert", else ""."""
    if begin < at - NEAR or _STATING.match(page, begin):
        return ""
    found = next((one for one in _ATTRIBUTE.finditer(page, begin, at) if one.end() == at), None)
    return "inert" if found and _INERT.fullmatch(found[1]) else ""


def _text_around(page: bytes, begin: int, end: int) -> str:
    """The text between two tags around a place, as blocks have it; empty if it is no ASCII."""
    start = page.rfind(b">", 0, begin) + 1
    stop = page.find(b"<", end)
    try:
        text = page[start : stop if stop >= 0 else len(page)].decode("ascii")
    except UnicodeDecodeError:
        return ""
    return " ".join(html.unescape(text).split())


def _changed(article: str, texts: dict[str, str], runs: list[str]) -> str | None:
    """The article with other texts in removed blocks; None if it says any of what changed elsewhere."""
    words = _ESCAPE.sub(" ", article) if runs and "\\" in article else article
    if any(re.search(rf"(?<![0-9A-Za-z]){re.escape(run)}(?![0-9A-Za-z])", words) for run in runs):
        return None
    blocks = json.loads(article).get("blocks", ()) if texts else ()
    for old, new in texts.items():
        found = [block for block in blocks if old in block["text"]] if old else []
        if len(found) != 1 or found[0]["text"].count(old) != 1:
            return None
        block = block_from_json(found[0])
        text = block.text.replace(old, new)
        if not (may_count(block) and may_count(block, text)):
            return None
        if without_numbers(text) != without_numbers(block.text):  # a character that was written as a number
            return None
        before, after = (json.dumps(t, ensure_ascii=False) for t in (block.text, text))
        if article.count(before) != 1:
            return None
        article, found[0]["text"] = article.replace(before, after), text
    return article
