"""Which stories are copies: agency reports that several outlets print, cut, with a new lead or a new headline.

Two texts are compared by their runs of five words, each run a hash of 32 bits. The hashes that RATE divides are a text's sample. Texts
that share much share as much of their samples, give or take chance, so that candidates are found by an index, and a standing
sentence makes none. Whether a candidate is a copy is decided by all runs. Pure. Tested in tests/versions/test_copies.py; recall
and precision on real texts: tests/bench/copies.py.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import chain
from math import ceil, sqrt

from newsarchive.text import fold
from newsarchive.versions.content_overlap import WORD

RUN = 5  # words
RATE = 12  # one run of so many is in the sample
COPY = 0.4  # of the shorter text's runs that both have
ENOUGH = 40  # runs that a text must have to be compared
LEAST = 2  # hashes that the samples of two texts share if one may be a copy of the other
CHANCE = 1.5  # standard deviations by which the samples of a copy may share less than its text does
_FACTOR = 16_777_619  # odd, so that each word of a run counts in all bits of its hash
_OLDEST = pow(_FACTOR, RUN - 1, 1 << 32)


def runs(text: str) -> tuple[int, ...]:
    """Return the hashes (32 bits) of a text's runs, each once, in order; none of a text that is too short."""
    words = list(map(_hash, _words(text)))
    if len(words) - RUN + 1 < ENOUGH:
        return ()
    run = 0
    for word in words[: RUN - 1]:
        run = (run * _FACTOR + word) & 0xFFFFFFFF
    found = set()
    for gone, word in zip(chain((0,), words), words[RUN - 1 :], strict=False):
        run = ((run - gone * _OLDEST) * _FACTOR + word) & 0xFFFFFFFF
        found.add(run)
    return tuple(sorted(found)) if len(found) >= ENOUGH else ()


def runs_of_all(texts: Iterable[str]) -> list[array[int]]:
    """Return the `runs` of each of these texts, small enough to be handed to another process."""
    return [array("I", runs(text)) for text in texts]


def sample(all_runs: Iterable[int]) -> list[int]:
    """Return the hashes by which copies of a text with these runs are looked for."""
    return [run for run in all_runs if run % RATE == 0]


def is_candidate(shared: int, one: int, other: int) -> bool:
    """Whether so many shared hashes make two texts candidates, by the sizes of their samples."""
    size = min(one, other)
    least = ceil(COPY * size - CHANCE * sqrt(COPY * (1 - COPY) * size))
    return shared >= max(least, LEAST)


def share(a: Collection[int], b: Collection[int]) -> float:
    """Return how much of the shorter text's runs is in the other one, 0 to 1."""
    smaller = min(len(a), len(b))
    return len(set(a).intersection(b)) / smaller if smaller else 0.0


def _words(text: str) -> list[str]:
    return [word for paragraph in text.split("\n\n") for word in WORD.findall(fold(paragraph).lower())]


@lru_cache(maxsize=16384)
def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))
