"""The second opinion: which words does trafilatura keep? Nothing else calls trafilatura.

Given our own pruned tree, so that the page isn't parsed again. A failure or an empty answer means "no opinion",
never an error.
Tested in tests/extract/test_trafilatura_vote.py.
"""

from __future__ import annotations

import copy
import logging

from lxml import etree

from newsarchive.web.html_tree import Element

_PRUNED = (
    "script", "style", "noscript", "template", "svg", "iframe", "nav", "select", "footer", "object", "canvas", "video",
    "audio", "input", "textarea",
)  # fmt: skip
MAX_ELEMENTS = 12_000  # above which it isn't asked either: from 20,000 it can take minutes
MAX_CHARS = 300_000  # characters of text above which the second opinion isn't asked (it takes 1 s per 1.2 MB)


def kept_texts(root: Element) -> tuple[str, str]:
    """Return the words that trafilatura's precision mode and its default mode keep, one line a block.

    Empty without an opinion. `root` isn't changed.
    """
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    pruned = copy.deepcopy(root)
    _prune(pruned)
    return _text(pruned, favor_precision=True), _text(pruned, favor_precision=False)


def _text(root: Element, *, favor_precision: bool) -> str:
    """What one mode keeps; trafilatura works on a copy of a tree that it is given."""
    import trafilatura

    try:
        found = trafilatura.bare_extraction(
            root, with_metadata=False, include_comments=False, favor_precision=favor_precision, fast=True
        )
    except Exception:  # a third party's walk over anybody's markup: any error means "no opinion"
        return ""
    return str(getattr(found, "text", None) or "")


def _prune(root: Element) -> None:
    for element in list(root.iter("form", "button")):
        if len(element.text_content()) <= 2000 and element.getparent() is not None:
            element.drop_tree()  # whole pages stand in one form on some systems, or in a button that was never closed
    etree.strip_elements(root, *_PRUNED, with_tail=False)
