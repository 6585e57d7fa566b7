"""How alike two paragraphs or sentences are: the words they share, rare ones counting more than "the".

Pure. Tested through tests/diff/test_align.py.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from newsarchive.diff.word_diff import bag


@dataclass(slots=True)
class WeightedUnit:
    key: str
    words: dict[str, float]
    weight: float = 0.0
    letters: Counter[str] | None = None  # pairs of letters, for short units


_SPACELESS = re.compile(r"[^\w]+")


def make_units(keys_a: list[str], keys_b: list[str]) -> tuple[list[WeightedUnit], list[WeightedUnit]]:
    made = [[WeightedUnit(k, dict(Counter(_bag(k)))) for k in keys] for keys in (keys_a, keys_b)]
    spread: Counter[str] = Counter()
    for units in made:
        for unit in units:
            spread.update(unit.words.keys())
    rarity = {w: 1 / sqrt(n) for w, n in spread.items()}
    for units in made:
        for unit in units:
            unit.words = {w: n * rarity[w] for w, n in unit.words.items()}
            unit.weight = sum(unit.words.values())
    return made[0], made[1]


def _bag(key: str) -> Sequence[str]:
    """The words of a folded unit; its signs, if it has no word."""
    return bag(key) or key.split()


def similarity_of(a: WeightedUnit, b: WeightedUnit) -> float:
    """Return the weight of the words in common against that of all, 0 to 1."""
    found = words_in_common(a, b)
    if found < 0.9 and len(a.words) < 8:
        found = max(found, 0.9 * _letters_in_common(a, b))
    return found


def words_in_common(a: WeightedUnit, b: WeightedUnit) -> float:
    """Return the same of words alone, however short the units are."""
    total = a.weight + b.weight
    if not total:
        return 1.0
    mine, other = a.words, b.words
    return 2 * sum([min(mine[w], other[w]) for w in mine.keys() & other.keys()]) / total


def _letters_in_common(a: WeightedUnit, b: WeightedUnit) -> float:
    """Of pairs of letters, spaces left out: "Na endlich" and "N a endlich" have all in common."""
    for unit in (a, b):
        if unit.letters is None:
            text = _SPACELESS.sub("", unit.key.lower())[:200]
            unit.letters = Counter(x + y for x, y in pairwise(text))
    x, y = a.letters or Counter(), b.letters or Counter()
    total = x.total() + y.total()
    return 2 * (x & y).total() / total if total else 0.0


def merged(units: Sequence[WeightedUnit]) -> WeightedUnit:
    words: dict[str, float] = {}
    for unit in units:
        for w, n in unit.words.items():
            words[w] = words.get(w, 0.0) + n
    return WeightedUnit(" ".join(u.key for u in units), words, sum(u.weight for u in units))


def without(whole: WeightedUnit, part: WeightedUnit) -> WeightedUnit:
    """Return what is left of `whole` without the words of `part`."""
    left = {w: n - part.words.get(w, 0.0) for w, n in whole.words.items()}
    words = {w: n for w, n in left.items() if n > 1e-9}
    return WeightedUnit("", words, sum(words.values()))


def share_inside(part: WeightedUnit, whole: WeightedUnit) -> float:
    """Return how much of the weight of `part` is in `whole`."""
    if not part.weight:
        return 0.0
    mine, other = part.words, whole.words
    return sum([min(mine[w], other[w]) for w in mine.keys() & other.keys()]) / part.weight


def likely_pairs(
    units_a: list[WeightedUnit],
    units_b: list[WeightedUnit],
    gap_a: Sequence[int],
    gap_b: Sequence[int],
    least: float,
) -> list[tuple[int, int, float]]:
    """Return similar pairs found by their rare words, without comparing every pair."""
    holders: dict[str, list[int]] = defaultdict(list)
    for j in gap_b:
        for word in units_b[j].words:
            holders[word].append(j)
    found = []
    for i in gap_a:
        votes: Counter[int] = Counter()
        rare = sorted(units_a[i].words, key=lambda w: (len(holders.get(w, ())), w))[:12]
        for word in rare:
            places = holders.get(word, ())
            if len(places) <= 24:
                votes.update(places)
        for j, _ in sorted(votes.items(), key=lambda v: (-v[1], v[0]))[:4]:
            similarity = similarity_of(units_a[i], units_b[j])
            if similarity >= least:
                found.append((i, j, similarity))
    return found
