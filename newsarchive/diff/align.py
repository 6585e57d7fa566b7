"""Which paragraphs (or sentences) of two texts correspond: kept, edited, moved, split, merged, added, deleted.

Equal units anchor the two texts; exact moves are taken out; in the gaps between the anchors similar units
are aligned, one with one, one with several (split) or several with one (merge), so that the similarity in
all is greatest; similar units left over on both sides have moved. Word weights make rare words count more
than "the". Pure. Tested in tests/diff/test_align.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from newsarchive.diff.sequences import heaviest_rising, match, rising
from newsarchive.diff.similarity import (
    WeightedUnit,
    likely_pairs,
    make_units,
    merged,
    share_inside,
    similarity_of,
    without,
    words_in_common,
)
from newsarchive.diff.word_diff import word_edits
from newsarchive.model import EditOp, WordEdit
from newsarchive.text import fold

SIMILAR = 0.4  # two units in the same place are one that was edited; read off the 15 development pairs
ALONE = 0.3  # the same, where nothing else is in the gap on either side
SURE = 0.75  # similar enough to cut a long gap in two
MOVED = 0.55  # two units in different places are one that moved
PART = 0.42  # alike that parts together and the whole must be, for a split or merge …
INSIDE = 0.3  # … and of each part's words that must be in the whole
WHOLE = 0.97  # alike enough to be the same words put together, however short one part is
MOST_PARTS = 5
KEPT_PART = 0.8  # of a part's words that must be in the whole where the other part was rewritten …
REWRITTEN = 0.25  # … and how alike that one is to what is left of the whole …
LEAST_REST = 0.25  # … which must be this much of it
FULL_TABLE = 4_000  # cells; a longer gap is first cut at its likeliest pairs


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """Units of `before` and `after` that belong together; one of the two may be empty."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    moved: bool = False


def align(before: Sequence[str], after: Sequence[str]) -> tuple[EditOp, ...]:
    """Return the edit script from `before` to `after`, one operation a unit or group of units.

    Args:
        before: The old paragraphs or sentences.
        after: The new ones.

    Returns:
        Operations in reading order: by place in `after`, each deletion where the unit was. `apply` of
        them gives `after`; `align(after, before)` is the mirror image. Every unit is in exactly one
        operation. "keep" holds units that fold alike.
    """
    return tuple(_operation(before, after, link) for link in links(before, after))


def apply(before: Sequence[str], script: Sequence[EditOp]) -> tuple[str, ...]:
    """Return the new units that `script` makes of `before`.

    Raises:
        ValueError: the script wasn't made from `before`.
    """
    made: dict[int, str] = {}
    used: set[int] = set()
    for op in script:
        used.update(op.before)
        if max(op.before, default=-1) >= len(before):
            raise ValueError("the script is of another text")
        if op.words and op.after:
            parts = "".join(w.text for w in op.words if w.op != "delete").split(JOINT)
        else:
            parts = [before[i] for i in op.before]
        if op.after:
            made.update(zip(op.after, parts, strict=True))
    if used != set(range(len(before))):
        raise ValueError("the script is of another text")
    return tuple(made[j] for j in range(len(made)))


JOINT = "\u2029"  # between the parts of a split or merge, inside its words


def _operation(before: Sequence[str], after: Sequence[str], link: UnitMatch) -> EditOp:
    old = JOINT.join(before[i] for i in link.before)
    new = JOINT.join(after[j] for j in link.after)
    if not link.before:
        return EditOp(op="add", after=link.after, words=(WordEdit(op="add", text=new),))
    if not link.after:
        return EditOp(op="delete", before=link.before, words=(WordEdit(op="delete", text=old),))
    words = _words(old, new)
    if len(link.before) == len(link.after) == 1:
        same = all(w.op == "keep" for w in words)
        name = "move" if link.moved else "keep" if same else "edit"
        if same and old == new:
            words = ()
        return EditOp(op=name, before=link.before, after=link.after, words=words)  # type: ignore[arg-type]
    name = "split" if len(link.after) > 1 else "merge"
    return EditOp(op=name, before=link.before, after=link.after, words=words)  # type: ignore[arg-type]


def _words(old: str, new: str) -> tuple[WordEdit, ...]:
    if fold(old) == fold(new) and new.count(JOINT) == old.count(JOINT):
        return (WordEdit(op="keep", text=new),)
    return word_edits(old, new)


# ---------------------------------------------------------------- links


def links(before: Sequence[str], after: Sequence[str]) -> list[UnitMatch]:
    """Return which units belong together, in reading order, without the words."""
    keys_a, keys_b = [fold(u) for u in before], [fold(u) for u in after]
    if (keys_a, list(before)) > (keys_b, list(after)):  # one fixed direction, so that the other is its mirror
        return _in_reading_order([UnitMatch(x.after, x.before, x.moved) for x in _links(keys_b, keys_a)])
    return _in_reading_order(_links(keys_a, keys_b))


def _links(keys_a: list[str], keys_b: list[str]) -> list[UnitMatch]:
    pairs = match(keys_a, keys_b)
    found = [UnitMatch((i,), (j,)) for i, j in pairs]
    moves = _exact_moves(keys_a, keys_b, pairs)
    found += [UnitMatch((i,), (j,), moved=True) for i, j in moves]
    gone_a, gone_b = {i for i, _ in moves}, {j for _, j in moves}
    units_a, units_b = make_units(keys_a, keys_b)
    rest_a: list[int] = []
    rest_b: list[int] = []
    last_i = last_j = -1
    for i, j in [*pairs, (len(keys_a), len(keys_b))]:
        gap_a = [k for k in range(last_i + 1, i) if k not in gone_a]
        gap_b = [k for k in range(last_j + 1, j) if k not in gone_b]
        if gap_a and gap_b:
            inside = _gap(units_a, units_b, gap_a, gap_b)
            found += inside
            gap_a = [k for k in gap_a if not any(k in x.before for x in inside)]
            gap_b = [k for k in gap_b if not any(k in x.after for x in inside)]
        rest_a += gap_a
        rest_b += gap_b
        last_i, last_j = i, j
    similar = _similar_moves(units_a, units_b, rest_a, rest_b)
    found += [UnitMatch((i,), (j,), moved=True) for i, j in similar]
    gone_a, gone_b = {i for i, _ in similar}, {j for _, j in similar}
    found += [UnitMatch((i,), ()) for i in rest_a if i not in gone_a]
    found += [UnitMatch((), (j,)) for j in rest_b if j not in gone_b]
    return found


def _in_reading_order(found: list[UnitMatch]) -> list[UnitMatch]:
    """By place in the new text; a deletion follows what it followed in the old one."""
    staying = rising(sorted((x.before[0], x.after[0]) for x in found if x.before and x.after and not x.moved))
    place_of = {}
    k = 0
    for i in range(max((max(x.before) for x in found if x.before), default=-1) + 1):
        while k < len(staying) and staying[k][0] < i:
            k += 1
        place_of[i] = staying[k - 1][1] if k else -1
    return sorted(
        found,
        key=lambda x: (x.after[0], 0, 0) if x.after else (place_of[x.before[0]], 1, x.before[0]),
    )


def _exact_moves(
    keys_a: list[str], keys_b: list[str], pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Equal units that aren't in the common run, first with first."""
    in_a, in_b = {i for i, _ in pairs}, {j for _, j in pairs}
    waiting: dict[str, list[int]] = defaultdict(list)
    for j, key in enumerate(keys_b):
        if j not in in_b:
            waiting[key].append(j)
    moves = []
    for i, key in enumerate(keys_a):
        if i not in in_a and waiting.get(key):
            moves.append((i, waiting[key].pop(0)))
    return moves


# ---------------------------------------------------------------- gaps


def _gap(
    units_a: list[WeightedUnit], units_b: list[WeightedUnit], gap_a: list[int], gap_b: list[int]
) -> list[UnitMatch]:
    """The units of one gap aligned so that similarity in all is greatest; those left out are in no link."""
    if len(gap_a) * len(gap_b) > FULL_TABLE:
        return _long_gap(units_a, units_b, gap_a, gap_b, SURE)
    a, b = [units_a[i] for i in gap_a], [units_b[j] for j in gap_b]
    steps = _best_steps(a, b, gap_a, gap_b)
    return [UnitMatch(tuple(gap_a[i : i + n]), tuple(gap_b[j : j + m])) for i, j, n, m in steps]


def _long_gap(
    units_a: list[WeightedUnit], units_b: list[WeightedUnit], gap_a: list[int], gap_b: list[int], least: float
) -> list[UnitMatch]:
    """A gap too long for the full table, cut at pairs found by their rare words."""
    cuts = heaviest_rising(likely_pairs(units_a, units_b, gap_a, gap_b, least))
    found = [UnitMatch((i,), (j,)) for i, j in cuts]
    last_i = last_j = -1
    for i, j in [*cuts, (gap_a[-1] + 1, gap_b[-1] + 1)]:
        inner_a = [k for k in gap_a if last_i < k < i]
        inner_b = [k for k in gap_b if last_j < k < j]
        if inner_a and inner_b:
            if len(inner_a) * len(inner_b) <= FULL_TABLE:
                found += _gap(units_a, units_b, inner_a, inner_b)
            elif least > SIMILAR:
                found += _long_gap(units_a, units_b, inner_a, inner_b, SIMILAR)
        last_i, last_j = i, j
    return found


def _best_steps(
    a: list[WeightedUnit], b: list[WeightedUnit], gap_a: list[int], gap_b: list[int]
) -> list[tuple[int, int, int, int]]:
    """(i, j, n, m): n units of `a` from i with m of `b` from j; found by dynamic programming.

    What was split or merged is one run of its text: a unit between that was moved away keeps its neighbours apart.
    """
    rows, columns = len(a), len(b)
    groups = _group_steps(a, b)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for i in range(rows - 1, -1, -1):
        here, below = best[i], best[i + 1]
        for j in range(columns - 1, -1, -1):
            value, chosen = below[j], (1, 0)
            if here[j + 1] > value:
                value, chosen = here[j + 1], (0, 1)
            for n, m, gain in groups.get((i, j), ()):
                if gap_a[i + n - 1] - gap_a[i] >= n or gap_b[j + m - 1] - gap_b[j] >= m:
                    continue
                if gain + best[i + n][j + m] > value + 1e-9:
                    value, chosen = gain + best[i + n][j + m], (n, m)
            here[j] = value
            step[i, j] = chosen
    found = []
    i = j = 0
    while i < rows and j < columns:
        n, m = step[i, j]
        if n and m:
            found.append((i, j, n, m))
        i, j = i + n, j + m
    return found


def _group_steps(
    a: list[WeightedUnit], b: list[WeightedUnit]
) -> dict[tuple[int, int], list[tuple[int, int, float]]]:
    """Possible links with what they gain: pairs that are similar enough, splits, merges."""
    single = [[similarity_of(x, y) for y in b] for x in a]
    least = ALONE if len(a) == len(b) == 1 else SIMILAR
    found: dict[tuple[int, int], list[tuple[int, int, float]]] = defaultdict(list)
    for i in range(len(a)):
        for j in range(len(b)):
            if single[i][j] >= least:
                found[i, j].append((1, 1, single[i][j]))
    for i, whole in enumerate(a):
        for j, m, gain in _splits(whole, b, single[i]):
            found[i, j].append((1, m, gain))
    for j, whole in enumerate(b):
        for i, n, gain in _splits(whole, a, [row[j] for row in single]):
            found[i, j].append((n, 1, gain))
    return found


def _splits(
    whole: WeightedUnit, parts: list[WeightedUnit], single: list[float]
) -> list[tuple[int, int, float]]:
    """(start, count, gain) of runs of `parts` that together are `whole`, better than any one of them alone."""
    found = [
        (k, 2, gain)
        for k in range(len(parts) - 1)
        if (gain := _half_rewritten(whole, parts[k : k + 2], single[k : k + 2]))
    ]
    inside = [single[k] > 0 and share_inside(p, whole) >= INSIDE for k, p in enumerate(parts)]
    for start in range(len(parts)):
        for count in range(2, MOST_PARTS + 1):
            if start + count > len(parts) or not all(inside[start : start + count]):
                break
            best = max(single[start : start + count])
            weight = sum(p.weight for p in parts[start : start + count])
            bound = 2 * min(weight, whole.weight) / (weight + whole.weight)
            if not _is_better(bound, best):
                if weight > whole.weight:
                    break  # more parts than the whole has words for
                continue
            together = similarity_of(whole, merged(parts[start : start + count]))
            if _is_better(together, best):
                found.append((start, count, together + 0.01))
    return found


def _half_rewritten(whole: WeightedUnit, parts: list[WeightedUnit], single: list[float]) -> float:
    """What it gains to take two parts for `whole` of which one was rewritten; 0 if they aren't.

    One part is in `whole` nearly as it is, and what is left of `whole` says what the other says.
    """
    kept = 0 if single[0] > single[1] else 1
    if single[kept] < SIMILAR or not single[1 - kept] or share_inside(parts[kept], whole) < KEPT_PART:
        return 0.0
    rest = without(whole, parts[kept])
    if rest.weight < LEAST_REST * whole.weight or words_in_common(rest, parts[1 - kept]) < REWRITTEN:
        return 0.0
    return single[kept] + 0.01


def _is_better(together: float, best: float) -> bool:
    """Whether parts together are the whole rather than the best of them alone."""
    return together >= PART and (together > best + 0.05 or (together > best and together > WHOLE))


def _similar_moves(
    units_a: list[WeightedUnit], units_b: list[WeightedUnit], rest_a: list[int], rest_b: list[int]
) -> list[tuple[int, int]]:
    """Units left over on both sides that are alike: they moved and were edited on the way."""
    if len(rest_a) * len(rest_b) <= 2_500:
        pairs = [(i, j, similarity_of(units_a[i], units_b[j])) for i in rest_a for j in rest_b]
    else:
        pairs = likely_pairs(units_a, units_b, rest_a, rest_b, MOVED)
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    moves = []
    for i, j, similarity in sorted(pairs, key=lambda p: (-p[2], p[0], p[1])):
        if similarity >= MOVED and i not in taken_a and j not in taken_b:
            taken_a.add(i)
            taken_b.add(j)
            moves.append((i, j))
    return moves
