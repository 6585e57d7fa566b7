"""The second opinion: which blocks does trafilatura keep? The only door to trafilatura.

Given our own pruned tree, so that the page isn't parsed again. Its words are matched with our blocks, its
markup isn't used. A failure or an empty answer means "no opinion", never an error.
Tested in tests/extract/test_trafilatura_vote.py.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence

from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.word_features import words
from newsarchive.web.html_tree import Element

_PRUNED = (
    "script", "style", "noscript", "template", "svg", "iframe", "form", "nav", "button", "select", "footer", "object",
    "canvas", "video", "audio", "input", "textarea",
)  # fmt: skip
MAX_ELEMENTS = 12_000  # above which it isn't asked either: from 20,000 it can take minutes
MAX_CHARS = 300_000  # characters of text above which the second opinion isn't asked (it takes 1 s per 1.2 MB)


def kept_text(root: Element, *, fast: bool = True) -> str:
    """The words that trafilatura's precision mode keeps, one line a block; empty without an opinion.

    Changes `root`: scripts, forms and navigation are taken out. Pass a copy if it is needed again.
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        _prune(root)
        found = trafilatura.bare_extraction(
            root, with_metadata=False, include_comments=False, favor_precision=True, fast=fast
        )
    except Exception:  # a third party's walk over anybody's markup: any error means "no opinion"
        return ""
    text = getattr(found, "text", None)
    return str(text or "")


def _prune(root: Element) -> None:
    for element in list(root.iter(*_PRUNED)):
        if element.tag in ("form", "button") and len(element.text_content()) > 2000:
            continue  # whole pages stand in one form on some systems, or in a button that was never closed
        if element.getparent() is not None:
            element.drop_tree()


def kept_shares(blocks: Sequence[RawBlock], text: str) -> list[float] | None:
    """For each block the share, 0..1, of its words that stand in `text` in runs of three; None if `text` is empty."""
    if not text:
        return None
    lines = {" ".join(words(line)) for line in text.split("\n")}
    flat = words(text)
    grams = {tuple(flat[i : i + 3]) for i in range(len(flat) - 2)}
    shares = []
    for block in blocks:
        ws = words(block.text)
        if len(ws) < 5:
            shares.append(1.0 if ws and " ".join(ws) in lines else 0.0)
            continue
        own = [tuple(ws[i : i + 3]) for i in range(len(ws) - 2)]
        shares.append(sum(g in grams for g in own) / len(own))
    return shares


def copy_of(root: Element) -> Element:
    """A copy to be pruned."""
    return copy.deepcopy(root)
