"""Which stories are copies: agency reports that several outlets print, cut, with a new lead or a new headline.

Two texts are compared by their runs of five words. Of each text a fixed part of these runs is kept as a sample: those whose first
two words hash to a multiple of RATE. Texts that share much share as much of their samples, give or take chance, so that candidates
are found by an index, and a standing sentence makes none. Whether a candidate is a copy is decided on the whole texts. Pure. Tested in tests/versions/test_copies.py; recall and
precision on real texts: tests/bench/copies.py.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from math import ceil, sqrt

from newsarchive.text import fold
from newsarchive.versions.content_overlap import WORD

RUN = 5  # words
RATE = 12  # one run of so many is in the sample
COPY = 0.4  # of the shorter text's runs that both have
ENOUGH = 40  # runs that a text must have to be compared
LEAST = 2  # hashes that the samples of two texts share if one may be a copy of the other
CHANCE = 1.5  # standard deviations by which the samples of a copy may share less than its text does


def sample(text: str) -> tuple[int, ...]:
    """Return the hashes (32 bits) by which copies of a text are looked for, in order; none of a text that is too short."""
    words = _words(text)
    if len(words) - RUN + 1 < ENOUGH:
        return ()
    each = list(map(_hash, words))
    starts = (i for i in range(len(words) - RUN + 1) if (each[i] * 31 + each[i + 1]) % RATE == 0)
    return tuple(sorted({_hash(" ".join(words[i : i + RUN])) for i in starts}))


def is_candidate(shared: int, one: int, other: int) -> bool:
    """Whether so many shared hashes make two texts candidates, by the sizes of their samples."""
    size = min(one, other)
    least = ceil(COPY * size - CHANCE * sqrt(COPY * (1 - COPY) * size))
    return shared >= max(least, LEAST)


def share(a: str, b: str) -> float:
    """Return how much of the shorter text is in the other one, 0 to 1."""
    x, y = _runs(a), _runs(b)
    smaller = min(len(x), len(y))
    return len(x & y) / smaller if smaller >= ENOUGH else 0.0


def _words(text: str) -> list[str]:
    return [word for paragraph in text.split("\n\n") for word in WORD.findall(fold(paragraph).lower())]


@lru_cache(maxsize=256)
def _runs(text: str) -> frozenset[int]:
    words = _words(text)
    return frozenset(map(hash, zip(*(words[n:] for n in range(RUN)), strict=False)))


@lru_cache(maxsize=16384)
def _hash(words: str) -> int:
    return zlib.crc32(words.encode("utf-8", "surrogatepass"))
