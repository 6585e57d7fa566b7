"""The second look: each block again, now that its neighbours have been scored.

A paragraph among kept paragraphs is kept; one that stands alone in a list of teasers is not. Features for
the second model, from the first one's scores alone. Tested in tests/extract/test_context.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeVar

from newsarchive.extract.blocks import HEADINGS, Node, RawBlock
from newsarchive.extract.tree import listed

NAMES = listed(
    "score prev next prev2 next2 prev3 next3 around parent grand great same_place same_kind section head_score next_head "
    "before after run gap_first gap_last page_mean size tag_p tag_h tag_li page_kept"
)


def rows(blocks: Sequence[RawBlock], scores: Sequence[float]) -> list[list[float]]:
    """One row for each block, in the order of `NAMES`."""
    return _Context(blocks, scores).rows()


class _Context:
    def __init__(self, blocks: Sequence[RawBlock], scores: Sequence[float]) -> None:
        self.blocks, self.scores = blocks, scores
        self.mass: dict[int, list[float]] = {}
        self.places: dict[tuple[object, ...], list[float]] = {}
        self.kinds: dict[tuple[object, ...], list[float]] = {}
        self.total = sum(s * b.size for s, b in zip(scores, blocks, strict=True)) or 1.0
        for b, s in zip(blocks, scores, strict=True):
            weight = min(b.size, 400) + 10.0
            node: Node | None = b.node
            for _ in range(5):
                if node is None:
                    break
                _put(self.mass, id(node), s, weight)
                node = node.parent
            _put(self.places, _place(b), s, weight)
            _put(self.kinds, _kind(b), s, weight)
        kept = [i for i, s in enumerate(scores) if s > 0.6 and blocks[i].size >= 60]
        self.first, self.last = (kept[0], kept[-1]) if kept else (0, -1)

    def rows(self) -> list[list[float]]:
        blocks, scores = self.blocks, self.scores
        n = len(blocks)
        sections, head_scores, next_heads = self._sections()
        result: list[list[float]] = []
        page_size = sum(b.size for b in blocks) or 1
        before = 0.0
        run = 0
        for i, (b, s) in enumerate(zip(blocks, scores, strict=True)):
            weight = min(b.size, 400) + 10.0
            parent = b.node.parent
            grand = parent.parent if parent is not None else None
            great = grand.parent if grand is not None else None
            near = [scores[j] for j in range(max(0, i - 4), min(n, i + 5)) if j != i]
            row = [
                s,
                scores[i - 1] if i >= 1 else 0.0,
                scores[i + 1] if i + 1 < n else 0.0,
                scores[i - 2] if i >= 2 else 0.0,
                scores[i + 2] if i + 2 < n else 0.0,
                scores[i - 3] if i >= 3 else 0.0,
                scores[i + 3] if i + 3 < n else 0.0,
                sum(near) / len(near) if near else 0.0,
                self._inside(parent, s, weight),
                self._inside(grand, s, weight),
                self._inside(great, s, weight),
                _rest(self.places[_place(b)], s, weight),
                _rest(self.kinds[_kind(b)], s, weight),
                sections[i],
                head_scores[i],
                next_heads[i],
                before / self.total,
                (self.total - before) / self.total,
                run,
                max(-40, min(40, i - self.first)) if self.last >= 0 else -41,
                max(-40, min(40, self.last - i)) if self.last >= 0 else -41,
                self.total / page_size,
                min(b.size, 1000),
                float(b.node.tag == "p"),
                float(b.node.tag in HEADINGS),
                float(b.node.tag == "li"),
                min(self.total, 50_000.0),
            ]
            before += s * b.size
            run = run + 1 if s >= 0.5 else 0
            result.append([float(v) for v in row])
        return result

    def _inside(self, node: Node | None, score: float, weight: float) -> float:
        return _rest(self.mass[id(node)], score, weight) if node is not None else -1.0

    def _sections(self) -> tuple[list[float], list[float], list[float]]:
        """For each block: the mean score of what stands between its headings, and the scores of the two headings."""
        blocks, scores = self.blocks, self.scores
        n = len(blocks)
        heads = [i for i, b in enumerate(blocks) if b.node.tag in HEADINGS]
        bounds = [-1, *heads, n]
        sections, above, below = [0.0] * n, [-1.0] * n, [-1.0] * n
        for start, end in itertools.pairwise(bounds):
            inside = range(start + 1, end)
            weight = sum(min(blocks[i].size, 400) + 10.0 for i in inside)
            mean = (
                sum(scores[i] * (min(blocks[i].size, 400) + 10.0) for i in inside) / weight if weight else 0.0
            )
            for i in inside:
                sections[i] = mean
                above[i] = scores[start] if start >= 0 else -1.0
                below[i] = scores[end] if end < n else -1.0
            if start >= 0:
                sections[start] = mean
                below[start] = scores[end] if end < n else -1.0
        return sections, above, below


def _place(b: RawBlock) -> tuple[object, ...]:
    parent = b.node.parent
    return (b.node.tag, b.node.names, id(parent) if parent is not None else 0)


def _kind(b: RawBlock) -> tuple[object, ...]:
    parent = b.node.parent
    return (b.node.tag, b.node.names, parent.tag if parent else "", parent.names if parent else "")


K = TypeVar("K")


def _put(table: dict[K, list[float]], key: K, score: float, weight: float) -> None:
    entry = table.setdefault(key, [0.0, 0.0])
    entry[0] += score * weight
    entry[1] += weight


def _rest(entry: list[float], score: float, weight: float) -> float:
    """The mean of a group without this block; -1 if it stands alone."""
    others = entry[1] - weight
    return (entry[0] - score * weight) / others if others > 1.0 else -1.0
