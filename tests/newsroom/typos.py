"""Typos: put into a story at publication, mended by a later edit.

Pure. Tested in tests/newsroom/test_edits.py.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache

from tests.newsroom.generate import LANGUAGES, vocabulary
from tests.newsroom.story import PressStory

QUOTED = re.compile(r"“[^”]{8,}”|„[^“]{8,}“|«[^»]{8,}»|「[^」]{4,}」")
_WORD = re.compile(r"[^\W\d_]{5,}")


def misspell(text: str, rng: random.Random) -> str:
    """`text` with a typo: two letters of one plain word change places.

    A plain word is no name, no figure and is in no quotation; where scripts have no spaces, two
    kana change places.
    """
    quoted = [m.span() for m in QUOTED.finditer(text)]
    words = [
        m
        for m in _WORD.finditer(text)
        if m[0][0] == m[0][0].lower()
        and m[0] not in _proper()
        and (len(m[0]) >= 6 or not m[0].isascii())
        and _swaps(m[0])
        and not any(a <= m.start() < b for a, b in quoted)
    ]
    if not words:
        return text + text[-1:]
    word = rng.choice(words)
    i = rng.choice(_swaps(word[0]))
    w = word[0]
    return text[: word.start()] + w[:i] + w[i + 1] + w[i] + w[i + 2 :] + text[word.end() :]


def _swaps(word: str) -> list[int]:
    if re.search(r"[\u3040-\u9fff]", word):
        return [m.start() for m in re.finditer(r"(?=([\u3041-\u3096])(?!\1)[\u3041-\u3096])", word)]
    return [i for i in range(1, len(word) - 2) if word[i] != word[i + 1]]


@cache
def _proper() -> frozenset[str]:
    """Words that name a person, a place or a time, in any language."""
    lists = ("first", "last", "place", "street", "weekday", "month")
    return frozenset({"hundred", "thirty", "twelve"}) | frozenset(
        part
        for language in LANGUAGES
        for name in lists
        for entry in vocabulary(language).words[name]
        for part in entry.split()
    )


def insert_typo(story: PressStory, rng: random.Random) -> PressStory:
    """The story with a typo that a later edit `typo` mends."""
    places = [i for i in range(len(story.paragraphs)) if i not in story.headings]
    rng.shuffle(places)
    for index in places:
        right = story.paragraphs[index]
        wrong = misspell(right, rng)
        if len(wrong) == len(right):
            paragraphs = (*story.paragraphs[:index], wrong, *story.paragraphs[index + 1 :])
            return replace(story, paragraphs=paragraphs, typo=(index, right))
    return story


def typo_is_there(story: PressStory) -> bool:
    """Whether the typo is still there and nothing else of its paragraph was edited."""
    if story.typo is None:
        return False
    index, right = story.typo
    now = story.paragraphs[index] if index < len(story.paragraphs) else ""
    return now != right and len(now) == len(right) and sorted(now) == sorted(right)
