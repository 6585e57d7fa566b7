"""Which other stories of the archive say the same: near-duplicates and syndicated copies that name no original.

A few long phrases of the text are looked for word by word, in the stories of the days nearest to it first, for
copies appear soon; what is found is compared as a whole by runs of five words. Reads only. Tested in tests/browse/test_story_copies.py.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

from newsarchive.index import read
from newsarchive.index.near_duplicates import Holder, near

PHRASE = 7  # words of a phrase that is looked for
PHRASES = 5
PIECE = 16  # characters of a phrase where words aren't parted by spaces
RUN = 5  # words of a run that is compared
CANDIDATES = 8
HOLDERS = 16  # of a phrase, on either side of the story's day
ENOUGH = 0.3  # of the shorter text's runs; agency reports with a new lead share 0.5 and more
_WORD = re.compile(r"\w+")


def copies(
    connection: sqlite3.Connection, story_id: int, text_id: int, paragraphs: Sequence[str]
) -> list[dict[str, Any]]:
    """Other stories with much of the same text, the most alike first.

    Args:
        text_id: Of the version that `paragraphs` are from; its day is where the search begins.

    Returns:
        For each: story_id, version_id, title, source, published_at, url, `share` of the shorter
        text's runs of words that both have, `words` of its text.
    """
    own = runs(paragraphs)
    if not own:
        return []
    found: Counter[Holder] = Counter()
    for phrase in phrases(paragraphs):
        holders = near(connection, f'"{phrase}"', text_id, HOLDERS)
        found.update(holder for holder in holders if holder.story_id != story_id)
    made = []
    for holder, _ in found.most_common(CANDIDATES):
        version = read.version(connection, holder.version_id)
        share = likeness(own, runs(version.paragraphs))
        if share >= ENOUGH:
            facts = {
                "story_id": holder.story_id,
                "version_id": holder.version_id,
                "title": version.title,
                "source": holder.source,
            }
            facts |= {"published_at": version.published_at, "url": version.url, "words": version.words}
            made.append({**facts, "share": round(share, 3)})
    return sorted(made, key=lambda m: -float(m["share"]))


def phrases(paragraphs: Sequence[str]) -> list[str]:
    """A phrase from the middle of each of the longest paragraphs, in page order."""
    longest = sorted(range(len(paragraphs)), key=lambda i: -len(paragraphs[i]))[:PHRASES]
    made = []
    for i in sorted(longest):
        words = _WORD.findall(paragraphs[i])
        if len(words) < PHRASE and len(paragraphs[i]) >= 2 * PIECE:
            middle = len(paragraphs[i]) // 2
            piece = re.split(r"[\s\W]", paragraphs[i][middle : middle + PIECE])
            made.append(max(piece, key=len))
        elif len(words) >= PHRASE:
            start = (len(words) - PHRASE) // 2
            made.append(" ".join(words[start : start + PHRASE]))
    return made


def runs(paragraphs: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of five words (of characters where a text has hardly any spaces), case folded."""
    text = "\n".join(paragraphs).casefold()
    words: Sequence[str] = _WORD.findall(text)
    if words and len(text) / len(words) > 12:  # no spaces between words
        words = [c for c in text if c.isalnum()]
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def likeness(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """How much of the smaller set is in the other, 0..1."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0
