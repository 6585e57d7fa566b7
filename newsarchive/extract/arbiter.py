"""Which reading of the page is taken: the block model's, trafilatura's in either mode, or the page's own data?

A reading says which blocks are the text, and which lines of its text are in no block. Trees that were learnt on pages
with a truth say how much better or worse than the model's own each other reading is; ours is taken unless another is
clearly better. Pure. Tested in tests/extract/test_arbiter.py; how it was learnt is in docs/extraction.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from newsarchive.extract.block_model import BlockModel
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.word_features import words
from newsarchive.web.html_tree import listed

KINDS = ("precision", "filtered", "joined", "default", "data")  # readings besides our own
NEEDED = 0.5  # share of a block's words from which a voice counts as keeping it
DOUBTED = 0.15  # score below which a block is left out of what precision mode keeps
SAME = 0.97  # share of two readings from which they are one
_LINE = 8  # words of a line that may be a paragraph of its own
_SIDES = tuple(
    f"{side}_{what}"
    for side in ("its", "our")
    for what in listed("size certain covers links count comments related page extra f1")
)
_VOICES = ("precision", "default", "data")
ABOUT = (
    *(f"is_{kind}" for kind in KINDS),
    *_SIDES,
    *listed(
        "of_ours of_its page_size added_score dropped_score added dropped added_links dropped_links doubt"
    ),
    *(f"{side}_agrees_{voice}" for side in ("its", "our") for voice in _VOICES),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a page."""

    kind: str  # of KINDS, or "ours"
    kept: tuple[bool, ...]  # for each block
    lines: tuple[str, ...] = ()  # paragraphs that are in no block


def readings(
    blocks: Sequence[RawBlock],
    scores: Sequence[float],
    threshold: float,
    votes: Sequence[Sequence[float] | None],
    texts: Sequence[str],
) -> list[Reading]:
    """Return our reading, and those that differ from it.

    Args:
        votes: The shares of each block that precision mode, default mode and the page's data keep, as in votes.py.
        texts: Their texts.
    """
    ours = Reading("ours", tuple(s >= threshold for s in scores))
    precision, default, data = ([k >= NEEDED for k in vote] if vote is not None else None for vote in votes)
    found: list[Reading] = []
    if precision is not None:
        found.append(Reading("precision", tuple(precision), lines_apart(blocks, texts[0])))
        sure = tuple(p and s >= DOUBTED for p, s in zip(precision, scores, strict=True))
        found.append(Reading("filtered", sure))
        found.append(Reading("joined", tuple(p or k for p, k in zip(precision, ours.kept, strict=True))))
    if default is not None and texts[1] != texts[0]:
        found.append(Reading("default", tuple(default), lines_apart(blocks, texts[1])))
    if data is not None:
        lines = lines_apart(blocks, texts[2])
        if 2 * sum(map(len, lines)) > len(texts[2]):
            found.append(Reading("data", (False,) * len(blocks), tuple(filter(None, texts[2].split("\n")))))
        else:
            found.append(Reading("data", tuple(data), lines))
    sizes = [b.size for b in blocks]
    return [ours, *(r for r in found if r.lines or _agreement(sizes, r.kept, ours.kept) < SAME)]


def lines_apart(blocks: Sequence[RawBlock], text: str) -> tuple[str, ...]:
    """The longer lines of `text` most of whose words are in no block."""
    known: set[tuple[str, str, str]] = set()
    for block in blocks:
        ws = words(block.text)
        known.update(zip(ws, ws[1:], ws[2:], strict=False))
    apart = []
    for line in text.split("\n"):
        ws = words(line)
        if len(ws) >= _LINE:
            runs = list(zip(ws, ws[1:], ws[2:], strict=False))
            if sum(r in known for r in runs) * 2 < len(runs):
                apart.append(line.strip())
    return tuple(apart)


def _agreement(sizes: Sequence[int], one: Sequence[bool], other: Sequence[bool]) -> float:
    """The share of what either keeps that both keep; 1 for two that keep nothing."""
    both = sum(s for s, a, b in zip(sizes, one, other, strict=True) if a and b)
    either = sum(s for s, a, b in zip(sizes, one, other, strict=True) if a or b)
    return both / either if either else 1.0


def rows(
    blocks: Sequence[RawBlock],
    scores: Sequence[float],
    found: Sequence[Reading],
    votes: Sequence[Sequence[float] | None],
) -> list[list[float]]:
    """Return a row in the order of `ABOUT` for each reading of `found` but the first, which is our own."""
    sizes = [b.size for b in blocks]
    total = sum(sizes) + 1
    mass = sum(s * z for s, z in zip(scores, sizes, strict=True)) + 1
    ours = found[0]
    own = _side(blocks, scores, ours, total, mass)
    kept_by = [tuple(k >= NEEDED for k in vote) if vote is not None else None for vote in votes]
    own_agrees = [_agreement(sizes, ours.kept, kept) if kept is not None else -1.0 for kept in kept_by]
    likely = [(s, z) for s, z in zip(scores, sizes, strict=True) if s > 0.2]
    doubt = sum(z * (1 - 2 * abs(s - 0.5)) for s, z in likely) / (sum(z for _, z in likely) + 1)
    table = []
    for reading in found[1:]:
        added = _parts(blocks, scores, reading.kept, ours.kept)
        dropped = _parts(blocks, scores, ours.kept, reading.kept)
        both = sum(z for z, a, b in zip(sizes, reading.kept, ours.kept, strict=True) if a and b)
        table.append(
            [
                *(float(reading.kind == kind) for kind in KINDS),
                *_side(blocks, scores, reading, total, mass),
                *own,
                both / (math.expm1(own[0]) + 1),
                both / (sum(z for z, k in zip(sizes, reading.kept, strict=True) if k) + 1),
                math.log1p(total),
                added[0],
                dropped[0],
                added[1],
                dropped[1],
                added[2],
                dropped[2],
                doubt,
                *(_agreement(sizes, reading.kept, kept) if kept is not None else -1.0 for kept in kept_by),
                *own_agrees,
            ]
        )
    return table


def _side(
    blocks: Sequence[RawBlock], scores: Sequence[float], reading: Reading, total: float, mass: float
) -> list[float]:
    """The figures of one reading by itself, in the order of `_SIDES`."""
    size = certain = links = comments = related = 0.0
    count = 0
    for block, score, kept in zip(blocks, scores, reading.kept, strict=True):
        if not kept:
            continue
        count += 1
        size += block.size
        certain += score * block.size
        links += block.link_chars
        near = block.node.mask | (block.node.parent.mask if block.node.parent is not None else 0)
        comments += block.size if near & BIT["comment"] else 0
        related += block.size if near & BIT["related"] else 0
    extra = float(sum(map(len, reading.lines)))
    return [
        math.log1p(size + extra),
        certain / (size + 1),
        certain / mass,
        links / (size + 1),
        float(count),
        comments / (size + 1),
        related / (size + 1),
        size / total,
        extra / (size + extra + 1),
        2 * certain / (size + extra + mass),
    ]


def _parts(
    blocks: Sequence[RawBlock], scores: Sequence[float], kept: Sequence[bool], but: Sequence[bool]
) -> tuple[float, float, float]:
    """Mean score, size (logarithm) and share of links of what `kept` has and `but` hasn't."""
    size = sure = links = 0.0
    for block, score, a, b in zip(blocks, scores, kept, but, strict=True):
        if a and not b:
            size += block.size
            sure += score * block.size
            links += block.link_chars
    return sure / (size + 1), math.log1p(size), links / (size + 1)


def choose(
    blocks: Sequence[RawBlock],
    scores: Sequence[float],
    model: BlockModel,
    votes: Sequence[Sequence[float] | None],
    texts: Sequence[str],
) -> Reading:
    """Return the reading to take."""
    found = readings(blocks, scores, model.threshold, votes, texts)
    if model.arbiter is None or len(found) < 2:
        return found[0]
    gains = model.arbiter.sums(rows(blocks, scores, found, votes))
    best = max(range(len(gains)), key=gains.__getitem__)
    return found[best + 1] if gains[best] > model.margin else found[0]
