"""Several outlets' stories on one event: what each says that none of the others says.

Sentence by sentence: a sentence is shared if most of its words, in pairs, are in one sentence of another story. No versions
are compared here; `compare` does that. Pure. Tested in tests/diff/test_side_by_side.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.text import fold, sentences

SHARED = 0.5  # of a sentence's pairs of words
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and the numbers of the other stories that say it, too; none if it is only here."""

    text: str
    also_in: tuple[int, ...]


def side_by_side(texts: Sequence[Sequence[str]], languages: Sequence[str]) -> list[list[list[Said]]]:
    """Return for each story its paragraphs, each as its sentences with where else they are said.

    Args:
        texts: The paragraphs of each story.
        languages: ISO 639-1 of each, or empty.
    """
    split = [
        [sentences(p, language) for p in paragraphs]
        for paragraphs, language in zip(texts, languages, strict=True)
    ]
    pairs = [[[_pairs(s) for s in paragraph] for paragraph in paragraphs] for paragraphs in split]
    held = [_by_pair(paragraphs) for paragraphs in pairs]
    return [
        [
            [
                Said(text, tuple(m for m in range(len(texts)) if m != n and _is_in(found, held[m])))
                for text, found in zip(paragraph, pairs[n][at], strict=True)
            ]
            for at, paragraph in enumerate(split[n])
        ]
        for n in range(len(texts))
    ]


def _pairs(sentence: str) -> Pairs:
    words = _WORD.findall(fold(sentence).lower())
    return frozenset(pairwise(words)) or frozenset((word, "") for word in words)


def _by_pair(paragraphs: Sequence[Sequence[Pairs]]) -> dict[tuple[str, str], set[int]]:
    """The sentences of a story that hold each pair of words."""
    found: dict[tuple[str, str], set[int]] = {}
    number = 0
    for paragraph in paragraphs:
        for sentence in paragraph:
            for pair in sentence:
                found.setdefault(pair, set()).add(number)
            number += 1
    return found


def _is_in(sentence: Pairs, held: dict[tuple[str, str], set[int]]) -> bool:
    counts: dict[int, int] = {}
    for pair in sentence:
        for number in held.get(pair, ()):
            counts[number] = counts.get(number, 0) + 1
    return bool(counts) and max(counts.values()) >= SHARED * len(sentence)
