"""Several outlets' stories on one event: what each says that none of the others says.

Sentence by sentence: a sentence is shared if most of its words, in pairs, and all of its numbers are in one sentence of another
story. No versions are compared here; `compare` does that. Pure. Tested in tests/diff/test_side_by_side.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.text import fold, sentences

SHARED = 0.5  # of a sentence's pairs of words
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")

Pairs = frozenset[tuple[str, str]]


class _Held:
    """The sentences of a story, by the pairs of words in them."""

    def __init__(self, paragraphs: Sequence[Sequence[Pairs]]) -> None:
        self._numbers = [_numbers(sentence) for paragraph in paragraphs for sentence in paragraph]
        self._by_pair: dict[tuple[str, str], list[int]] = {}
        for n, sentence in enumerate(s for paragraph in paragraphs for s in paragraph):
            for pair in sentence:
                self._by_pair.setdefault(pair, []).append(n)

    def says(self, sentence: Pairs) -> bool:
        """Whether one of the sentences says the same."""
        counts = Counter(n for pair in sentence for n in self._by_pair.get(pair, ()))
        own = _numbers(sentence)
        return any(count >= SHARED * len(sentence) and own <= self._numbers[n] for n, count in counts.items())


def _numbers(sentence: Pairs) -> frozenset[str]:
    return frozenset(word for pair in sentence for word in pair if any(map(str.isdigit, word)))


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
    held = [_Held(paragraphs) for paragraphs in pairs]
    return [
        [
            [
                Said(text, tuple(m for m in range(len(texts)) if m != n and held[m].says(found)))
                for text, found in zip(paragraph, pairs[n][at], strict=True)
            ]
            for at, paragraph in enumerate(split[n])
        ]
        for n in range(len(texts))
    ]


def _pairs(sentence: str) -> Pairs:
    words = _WORD.findall(fold(sentence).lower())
    return frozenset(pairwise(words)) or frozenset((word, "") for word in words)
