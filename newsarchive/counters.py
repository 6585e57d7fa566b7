"""Numbers beside a text that change by themselves: readers, comments, minutes since. Pages that differ in them alone show the same.

Only numbers of removed blocks count as such, and none that may be a date or a time. Never says that a page is unchanged: only what is shown of it. Pure. Tested in tests/test_counters.py.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from newsarchive.model import Article, Block

_NUMBER = re.compile("[0-9]+")
_DATE_LIKE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d[:./-]\d|\d\s*h\s*\d")
_KINDS = frozenset(["paragraph", "heading", "list_item", "quote", "other"])  # of blocks that fill no field


def may_count(block: Block, text: str = "") -> bool:
    """Return whether the numbers of a block may change by themselves; `text` in place of its own, if given."""
    is_beside = not block.kept and block.kind in _KINDS and block.notice is None and not block.words
    return is_beside and not _DATE_LIKE.search(text or block.text)


def without_numbers(text: str) -> str:
    """Return a text with 0 in the place of each number."""
    return _NUMBER.sub("0", text)


def show_the_same(one: Article, other: Article) -> bool:
    """Return whether two articles differ in such numbers at most."""
    return one == other or (len(one.blocks) == len(other.blocks) and _without(one) == _without(other))


def form_of(article: Article) -> str:
    """Return 32 hex digits that are the same for articles that show the same."""
    said = repr((replace(_without(article), origins={}), sorted(article.origins.items())))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _without(article: Article) -> Article:
    return replace(article, blocks=tuple(map(_block_without, article.blocks)))


def _block_without(block: Block) -> Block:
    text = without_numbers(block.text)
    return replace(block, text=text) if text != block.text and may_count(block) else block
