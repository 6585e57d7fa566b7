"""What another extractor, or the page's own data, says of each block, as numbers beside the block's own.

A voice gives for each block the share of its words that it keeps. Asked are trafilatura's modes and the text in the
page's JSON. Pure. Tested in tests/extract/test_votes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsarchive.extract.blocks import BlockNode, RawBlock
from newsarchive.extract.word_features import words

SHORTEST = 40  # words of a text in the page's data below which it says nothing
WHAT = ("own", "prev", "next", "parent", "grand", "page", "span", "alike")
NONE = (-1.0,) * len(WHAT)  # of a voice that says nothing


def kept_shares(blocks: Sequence[RawBlock], text: str, least: int = 1) -> list[float] | None:
    """Return for each block the share, 0..1, of its words that are in `text` in runs of three.

    None if `text` has fewer than `least` words. A block of fewer than five words must be a line of its own.
    """
    flat = words(text)
    if len(flat) < least:
        return None
    lines = {" ".join(words(line)) for line in text.split("\n")}
    grams = set(zip(flat, flat[1:], flat[2:], strict=False))
    shares = []
    for block in blocks:
        ws = words(block.text)
        if len(ws) < 5:
            shares.append(1.0 if ws and " ".join(ws) in lines else 0.0)
            continue
        own = list(zip(ws, ws[1:], ws[2:], strict=False))
        shares.append(sum(g in grams for g in own) / len(own))
    return shares


def rows_of(
    blocks: Sequence[RawBlock],
    kept: Sequence[float] | None,
    signature: Callable[[BlockNode], tuple[str, ...]],
) -> list[tuple[float, ...]]:
    """Return one row a block, in the order of `WHAT`.

    The share of the block, of its neighbours, of its container and the one around it, of the page; whether it lies
    between the first and the last paragraph that is kept; the share of the other blocks of its `signature`.
    """
    if kept is None:
        return [NONE] * len(blocks)
    sizes = [k * b.size for k, b in zip(kept, blocks, strict=True)]
    inside: dict[int, float] = {}
    alike: dict[tuple[str, ...], list[float]] = {}
    for block, size in zip(blocks, sizes, strict=True):
        node: BlockNode | None = block.node
        for _ in range(4):
            if node is None:
                break
            inside[node.order] = inside.get(node.order, 0.0) + size
            node = node.parent
        sums = alike.setdefault(signature(block.node), [0.0, 0.0])
        sums[0] += size
        sums[1] += block.size
    hits = [i for i, k in enumerate(kept) if k > 0.6 and blocks[i].size >= 60]
    first, last = (hits[0], hits[-1]) if hits else (0, -1)
    whole = sum(sizes) / max(1, sum(b.size for b in blocks))
    rows: list[tuple[float, ...]] = []
    for i, block in enumerate(blocks):
        parent = block.node.parent or block.node
        grand = parent.parent or parent
        mine, total = alike[signature(block.node)]
        rest = total - block.size
        rows.append(
            (
                kept[i],
                kept[i - 1] if i else 0.0,
                kept[i + 1] if i + 1 < len(kept) else 0.0,
                inside.get(parent.order, 0.0) / max(1, parent.chars),
                inside.get(grand.order, 0.0) / max(1, grand.chars),
                whole,
                float(first <= i <= last),
                (mine - sizes[i]) / rest if rest > 0 else -1.0,
            )
        )
    return rows
