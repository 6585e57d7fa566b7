"""What a block's words alone tell: their number and shape, and whether they end in a photographer's credit.

Pure text in, numbers out. Tested in tests/extract/test_features.py.
"""

from __future__ import annotations

import math
import re
import string

from newsarchive.extract.blocks import RawBlock

_WORD = re.compile(r"\w+")
_STOP = tuple('.!?…。！？।؟۔"”’»」』）)')
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\d{1,2}:\d\d|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,9}\s?(?:min|hours?|hrs?|days?|Std|Stunden)\b"
)
_LABELLED = re.compile(
    r"(?:photo|image|picture|foto|bild|fotos|credit|illustration|video|imagen|crédito|source|quelle|写真|图|图片|사진)\s?"
    r"(?:credit|by|courtesy|via)?\s?[:/]",
    re.I,
)
_BRACKETED = re.compile(
    r"[(\[](?:photo|image|picture|foto|bild|credit|pic|file|illustration|imago|handout|©)[^)\]]{0,80}[)\]]\.?$",
    re.I,
)
_BY_AGENCY = re.compile(
    r"(?:getty images?|shutterstock|istock|reuters|afp|ap photo|epa|imago|picture alliance|alamy|unsplash|pexels|dpa|xinhua|anadolu|"
    r"wikimedia|ritzau|ntb|scanpix)[^.!?]{0,50}$"
)
_AGENCY = re.compile(
    r"[(\[|/](?:getty|reuters|afp|ap|epa|dpa|imago|alamy|shutterstock|courtesy|via|image|photo|foto)\b", re.I
)
_LETTER = re.compile(r"[^\W\d_]")
_CAPITALS, _SMALL, _DIGITS = (
    s.encode() for s in (string.ascii_uppercase, string.ascii_lowercase, string.digits)
)


def is_credited(text: str) -> bool:
    """Whether a short text begins with a label such as "Photo:", or ends with a credit in brackets or an agency's name."""
    if _LABELLED.match(text) or _BY_AGENCY.search(text[-80:].lower()):
        return True
    return text.rstrip(".").endswith((")", "]")) and bool(_BRACKETED.search(text))


def words(text: str) -> list[str]:
    """Lower-case words."""
    return _WORD.findall(text.lower())


def _counts(text: str) -> tuple[int, int, int]:
    """Letters, capital letters and digits."""
    if not text.isascii():
        return len(_LETTER.findall(text)), sum(map(str.isupper, text)), sum(map(str.isdigit, text))
    data = text.encode()
    n = len(data)
    upper = n - len(data.translate(None, _CAPITALS))
    return upper + n - len(data.translate(None, _SMALL)), upper, n - len(data.translate(None, _DIGITS))


def link_density(b: RawBlock) -> float:
    """Return the share of a block's characters that are in links; a break of line counts as none."""
    return b.link_chars / max(1, len(b.text) - b.text.count("\n"))


def shape(b: RawBlock, ws: list[str]) -> list[float]:
    """The first twenty numbers of a block's row: size to mean length of a word, in the order of features.TEXT."""
    t = b.text
    n, k = len(t), len(ws)
    letters, upper, digits = _counts(t)
    first = t[:1]
    return [
        math.log1p(b.size),
        math.log1p(k),
        min(b.links, 20),
        link_density(b),
        b.bold_chars / max(1, n),
        t.endswith(_STOP),
        t.endswith((":", "：")),
        t.endswith(("…", "...", "[…]")),
        first.islower(),
        first in "\"“„«‘'「",
        t.count(",") / (n / 100 + 1),
        digits / max(1, n),
        upper / max(1, letters),
        sum(map(str.isupper, [w[0] for w in t.split()])) / max(1, k),
        float("|" in t or "»" in t or "›" in t or "•" in t or "→" in t or " / " in t),
        float("@" in t or "©" in t or "®" in t),
        min(len(_DATE.findall(t)), 3) if n < 200 else 0,
        "?" in t,
        min(t.count(". ") + t.count("。") + t.count("! ") + t.count("? "), 10),
        n / max(1, k),
    ]


def credit(text: str) -> float:
    """1 if the text begins or ends with a photographer's credit, 0.5 if it names an agency in brackets."""
    if len(text) > 500:
        return 0.0
    if is_credited(text):
        return 1.0
    return 0.5 if _AGENCY.search(text) else 0.0
