"""Words that a page shows as struck out or inserted (`<del>`, `<s>`, `<ins>`): out of the text or in it, and still shown.

While a block's text is put together such words are between two noncharacters, which no text may hold. Pure.
Tested in tests/extract/test_hidden_text.py.
"""

from __future__ import annotations

import re
from typing import Literal

from newsarchive.model import WordEdit

_OPEN: dict[str, str] = {"delete": "\ufdd0", "add": "\ufdd2"}
_CLOSE: dict[str, str] = {"delete": "\ufdd1", "add": "\ufdd3"}
_MARK = re.compile("[\ufdd0-\ufdd3]")
_TOUCHING = re.compile("\ufdd1\ufdd0|\ufdd3\ufdd2")
_PIECE = re.compile("\ufdd0([^\ufdd1]*+)(?:\ufdd1|$)|\ufdd2([^\ufdd3]*+)(?:\ufdd3|$)|([^\ufdd0-\ufdd3]+)")
_SPACES = re.compile(" {2,}")


def mark(text: str, op: Literal["delete", "add"]) -> str:
    """Return `text` between the marks of what is struck out or inserted; blank text as it is."""
    return f"{_OPEN[op]}{text}{_CLOSE[op]}" if text.strip() else text


def unmark(text: str) -> tuple[str, tuple[WordEdit, ...], bool]:
    """Return a block's text without marks and what is struck out, its words, and whether all of it is struck out.

    Returns:
        The text; the words if any were marked, else none; True with the struck text itself if no other is there.
    """
    if text.isascii() or not _MARK.search(text):
        return text, (), False
    words = []
    for struck, inserted, plain in _PIECE.findall(_TOUCHING.sub("", text)):
        op: Literal["keep", "add", "delete"] = "delete" if struck else "add" if inserted else "keep"
        words.append(WordEdit(op=op, text=struck or inserted or plain))
    left = _SPACES.sub(" ", "".join(w.text for w in words if w.op != "delete")).strip()
    if not any(c.isalnum() for c in left):
        return _SPACES.sub(" ", "".join(w.text for w in words)).strip(), (), True
    return left, tuple(words), False
