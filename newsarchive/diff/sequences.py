"""Which elements of two sequences correspond: anchors and longest common subsequences.

Works on any hashable elements (folded paragraphs, words). Answers are lists of index pairs that rise in
both. Never quadratic on repetitions: long stretches are cut at anchors first, and what stays too long is
matched occurrence by occurrence. Pure. Tested in tests/diff/test_sequences.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

Pairs = list[tuple[int, int]]
# Cells of the table that an exact answer may cost: bits are cheap (4 M cells: 5 ms on the machine of 2026-11-24).
EXACT_CELLS = 4_000_000


def match(a: Sequence[Hashable], b: Sequence[Hashable]) -> Pairs:
    """Index pairs of equal elements, rising in both, as many as can be afforded.

    Exact (a longest common subsequence) where the stretch between two anchors is short enough; else equal
    elements are paired by their number of occurrence, in time n log n.
    """
    found: Pairs = []
    _match(a, b, 0, len(a), 0, len(b), found, depth=0)
    found.sort()
    return found


def _match(
    a: Sequence[Hashable], b: Sequence[Hashable], a0: int, a1: int, b0: int, b1: int, found: Pairs, depth: int
) -> None:
    while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
        found.append((a0, b0))
        a0, b0 = a0 + 1, b0 + 1
    while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
        a1, b1 = a1 - 1, b1 - 1
        found.append((a1, b1))
    if a0 == a1 or b0 == b1:
        return
    if (a1 - a0) * (b1 - b0) <= EXACT_CELLS:
        found += [(a0 + i, b0 + j) for i, j in longest_common(a[a0:a1], b[b0:b1])]
        return
    anchors = _anchors(a, b, a0, a1, b0, b1) if depth < 8 else []
    if not anchors:
        found += _by_occurrence(a, b, a0, a1, b0, b1)
        return
    for i, j in [*anchors, (a1, b1)]:
        _match(a, b, a0, i, b0, j, found, depth + 1)
        if i < a1:
            found.append((i, j))
        a0, b0 = i + 1, j + 1


def _anchors(a: Sequence[Hashable], b: Sequence[Hashable], a0: int, a1: int, b0: int, b1: int) -> Pairs:
    """Elements that occur once in both stretches, the longest rising run of them."""
    count_a, count_b = Counter(a[a0:a1]), Counter(b[b0:b1])
    place = {b[j]: j for j in range(b0, b1) if count_b[b[j]] == 1}
    return rising([(i, place[a[i]]) for i in range(a0, a1) if count_a[a[i]] == 1 and a[i] in place])


def _by_occurrence(a: Sequence[Hashable], b: Sequence[Hashable], a0: int, a1: int, b0: int, b1: int) -> Pairs:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for j in range(b0, b1):
        places[b[j]].append(j)
    seen: Counter[Hashable] = Counter()
    pairs: Pairs = []
    for i in range(a0, a1):
        nth = seen[a[i]]
        seen[a[i]] += 1
        if nth < len(places.get(a[i], ())):
            pairs.append((i, places[a[i]][nth]))
    return rising(pairs)


def rising(pairs: Pairs) -> Pairs:
    """Return the longest run of `pairs` (given in order of their first index) whose second index rises."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for k, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        if place == len(tails):
            tails.append(j)
            ends.append(k)
        else:
            tails[place] = j
            ends[place] = k
        before.append(ends[place - 1] if place else -1)
    run: Pairs = []
    k = ends[-1] if ends else -1
    while k >= 0:
        run.append(pairs[k])
        k = before[k]
    run.reverse()
    return run


def heaviest_rising(pairs: Sequence[tuple[int, int, float]]) -> Pairs:
    """Return of `(i, j, weight)` the run that rises in both and weighs most. Time n log n."""
    size = max((j for _, j, _ in pairs), default=-1) + 2
    tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)  # Fenwick tree of prefix maxima over j

    def best_below(j: int) -> tuple[float, int]:
        best = (0.0, -1)
        while j > 0:
            best = max(best, tree[j])
            j -= j & -j
        return best

    order = sorted(range(len(pairs)), key=lambda k: (pairs[k][0], -pairs[k][1]))
    before = [-1] * len(pairs)
    for k in order:
        _, j, weight = pairs[k]
        total, before[k] = best_below(j)
        entry = (total + weight, k)
        at = j + 1
        while at <= size:
            if entry > tree[at]:
                tree[at] = entry
            at += at & -at
    run: Pairs = []
    k = best_below(size)[1]
    while k >= 0:
        run.append((pairs[k][0], pairs[k][1]))
        k = before[k]
    run.reverse()
    return run


def longest_common(a: Sequence[Hashable], b: Sequence[Hashable]) -> Pairs:
    """Return a longest common subsequence, one bit a cell (Hyyrö 2004, "Bit-parallel LCS-length computation revisited").

    Row i of the table is one whole number; a bit that is 0 says that the common length grows there.
    """
    places: dict[Hashable, int] = {}
    for i, element in enumerate(a):
        places[element] = places.get(element, 0) | (1 << i)
    full = (1 << len(a)) - 1
    row = full
    rows: list[int] = []
    for element in b:
        hits = row & places.get(element, 0)
        row = ((row + hits) | (row - hits)) & full
        rows.append(row)
    pairs: Pairs = []
    i, j = len(a), len(b)
    while i and j:
        bit = 1 << (i - 1)
        if rows[j - 1] & bit:
            i -= 1
            continue
        j -= 1
        if j and not rows[j - 1] & bit:
            continue
        i -= 1
        pairs.append((i, j))
    pairs.reverse()
    return pairs
