"""How much two articles have in common, for questions of identity only.

Not a diff: pairs of words are counted, so that two stories about one subject have little in common and a
heavily edited story has much. Pure. Tested in tests/versions/test_content_overlap.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from newsarchive.model import Article
from newsarchive.text import fold

WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")
MUCH = 0.2  # of the pairs of words: more is an edited story
NEXT_TO_NOTHING = 0.05  # less is another story
# Of 10,000 random pairs of unrelated texts 99.9 % share less than 0.16 of the pairs of words and no more than 0.67 of the
# words of the headline; of 546 true edits none shares less than 0.37 of the pairs (full texts of the shared set, 2026-11-28).
BACKGROUND = 0.14  # less is what any two texts of one subject share
OTHER_HEADLINE, SAME_HEADLINE = 0.3, 0.67
ENOUGH = 40  # words that a text must have to be judged


@dataclass(frozen=True, slots=True)
class Likeness:
    """0 to 1 each; None where one of the two has too little text to judge."""

    body: float | None
    title: float | None

    @property
    def is_other_text(self) -> bool:
        """Most of the text differs (of the title, where there is no text)."""
        if self.body is not None:
            return self.body < MUCH
        return self.title is not None and self.title < OTHER_HEADLINE

    @property
    def agrees(self) -> bool:
        """Texts or headlines are alike, or there is too little of both to judge."""
        return not self.is_other_text or (self.title is not None and self.title > SAME_HEADLINE)

    @property
    def is_wholly_other(self) -> bool:
        """Text and headline changed wholly; the less the text has in common, the more the headline may."""
        if self.body is None:
            return False
        title = self.title or 0.0
        return (self.body < MUCH and title < OTHER_HEADLINE) or (
            self.body < BACKGROUND and title <= SAME_HEADLINE
        )

    @property
    def is_unrelated(self) -> bool:
        """Neither text nor title has anything in common, and there is something to judge."""
        known = [x for x in (self.body, self.title) if x is not None]
        return bool(known) and all(x < NEXT_TO_NOTHING for x in known)


def likeness(a: Article, b: Article) -> Likeness:
    """Return what two articles have in common; of a short text against a long one, how much of the short one."""
    return Likeness(
        _share(_pairs(a.text), _pairs(b.text), ENOUGH), _share(_words(a.title), _words(b.title), 3)
    )


@lru_cache(maxsize=2048)
def _pairs(text: str) -> frozenset[str]:
    words = WORD.findall(fold(text).lower())
    return frozenset(f"{x} {y}" for x, y in pairwise(words))


@lru_cache(maxsize=2048)
def _words(title: str) -> frozenset[str]:
    """Words of a title that say something: four letters or more, or single letters of unspaced scripts."""
    found = WORD.findall(fold(title).lower())
    return frozenset(w for w in found if len(w) > 3 or w.isdigit() or not w.isascii())


def _share(a: frozenset[str], b: frozenset[str], least: int) -> float | None:
    if min(len(a), len(b)) < least:
        return None
    return len(a & b) / min(len(a), len(b))
