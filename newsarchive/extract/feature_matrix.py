"""The numbers of a page's blocks, row by row: wording, place, names of containers, order, neighbours.

What a column is called stands in features.py. Knows no site, no language and no truth. Tested in
tests/extract/test_features.py.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsarchive.extract import votes
from newsarchive.extract.blocks import HEADINGS, BlockNode, RawBlock
from newsarchive.extract.boilerplate_phrases import PhraseMatch
from newsarchive.extract.class_names import BIT, GROUPS
from newsarchive.extract.neighbour_features import around
from newsarchive.extract.word_features import credit, link_density, shape, words
from newsarchive.web.html_tree import listed

_FAR = 9.0  # steps to a container of a group that there isn't
PER_SIGNATURE = 60  # blocks of one kind of place that are scored on a very large page


@dataclass(slots=True)
class PageContext:
    """What the features of a block may look at, besides the block."""

    blocks: Sequence[RawBlock]
    nodes: Sequence[BlockNode]
    title: str = ""
    description: str = ""
    body: str = ""  # articleBody of the page's own data, if any
    votes: Sequence[Sequence[float] | None] = (
        None,
    ) * 3  # for each voice the share of each block that it keeps
    signs: Sequence[PhraseMatch | None] | None = None  # the sign of boilerplate in each block
    best: BlockNode | None = field(default=None)


def best_container(nodes: Sequence[BlockNode]) -> BlockNode | None:
    """The container whose direct paragraphs weigh most, links discounted; None without paragraphs."""
    best: BlockNode | None = None
    best_score = 0.0
    for node in nodes:
        if node.para_score <= 0:
            continue
        score = node.para_score * (1 - node.link_chars / max(1, node.chars))
        if node.tag in ("aside", "footer", "nav", "header", "form"):
            score *= 0.3
        if score > best_score:
            best, best_score = node, score
    return best


def nodes_of(nodes: Sequence[BlockNode]) -> list[BlockNode]:
    """The article elements that hold prose, in page order."""
    return [n for n in nodes if n.tag == "article" and n.long_blocks]


class Table:
    """Rows for the blocks of one page; made for one page and thrown away."""

    def __init__(self, page: PageContext) -> None:
        self.page = page
        blocks = page.blocks
        self.best = page.best = best_container(page.nodes)
        self.total = sum(b.size for b in blocks) or 1
        self.long_total = sum(b.size for b in blocks if b.size >= 80) or 1
        self.density = sum(b.link_chars for b in blocks) / self.total
        self.repeats = Counter(b.text for b in blocks)
        self.title = set(words(page.title))
        self.desc = set(words(page.description))
        body = words(page.body)
        self.body = {tuple(body[i : i + 3]) for i in range(len(body) - 2)} if len(body) > 40 else None
        self.articles = sum(1 for n in page.nodes if n.tag == "article" and n.blocks)
        self.signs = page.signs
        self.h1 = next((b.index for b in blocks if b.node.tag == "h1" and self._is_title(b)), -1)
        if self.h1 < 0:
            self.h1 = next((b.index for b in blocks if b.node.tag in HEADINGS and self._is_title(b)), -1)
        title_at = blocks[self.h1].node if self.h1 >= 0 else None
        self.title_ups: dict[int, int] = {}
        steps = 0
        while title_at is not None:
            self.title_ups[id(title_at)] = steps
            steps, title_at = steps + 1, title_at.parent
        self.article_no: dict[int, int] = {}
        for node in nodes_of(page.nodes):
            self.article_no[id(node)] = len(self.article_no)
        self.heads: list[int] = []
        last = -50
        for b in blocks:
            if b.node.tag in HEADINGS:
                last = b.index
            self.heads.append(min(30, b.index - last))
        self.up: dict[int, int] = {}
        steps = 0
        at: BlockNode | None = self.best
        while at is not None:
            self.up[id(at)] = steps
            steps, at = steps + 1, at.parent
        self.signatures: dict[tuple[str, ...], list[float]] = {}
        self.keys: dict[int, tuple[str, ...]] = {}
        for b in blocks:
            sums = self.signatures.setdefault(self._signature(b.node), [0.0, 0.0, 0.0, 0.0])
            sums[0] += 1
            sums[1] += b.size
            sums[2] += b.link_chars
            if b.size >= 80:
                sums[3] += b.size
        self.cache: dict[int, list[float]] = {}
        self.insides: dict[int, tuple[tuple[int, ...], BlockNode | None]] = {}
        self.beside: dict[int, tuple[float, float, float, float]] = {}
        self.branches: dict[int, tuple[BlockNode, int, int]] = {}
        self.first_at: dict[str, int] = {}
        self.facts: dict[int, tuple[bool, bool, int]] = {}
        self.sign_at: int = -1
        self.sign_in: BlockNode | None = None
        self.made: dict[int, list[float]] = {}

    def _is_title(self, block: RawBlock) -> bool:
        w = set(words(block.text))
        return bool(w) and len(w & self.title) * 2 > len(w | self.title)

    def _signature(self, node: BlockNode) -> tuple[str, ...]:
        key = self.keys.get(id(node))
        if key is None:
            parent = node.parent
            key = (node.tag, node.names, parent.tag if parent else "", parent.names if parent else "")
            self.keys[id(node)] = key
        return key

    def sample(self) -> list[int]:
        """The first `PER_SIGNATURE` blocks of each kind of place, in page order."""
        seen: Counter[tuple[str, ...]] = Counter()
        chosen = []
        for b in self.page.blocks:
            key = self._signature(b.node)
            seen[key] += 1
            if seen[key] <= PER_SIGNATURE:
                chosen.append(b.index)
        return chosen

    def is_frame(self, b: RawBlock) -> bool:
        """The same as `is_frame` of the block's row, without making the row."""
        in_nav, in_footer, up = self._frame_facts(b.node)
        return (
            (in_nav and b.size < 60)
            or (link_density(b) > 0.95 and up > 0 and b.size < 120)
            or (in_footer and up > 0)
            or (up >= 3 and b.size < 20)
        )

    def _frame_facts(self, node: BlockNode) -> tuple[bool, bool, int]:
        """Whether a container stands in a nav or a footer, and the steps up from the best container."""
        known = self.facts.get(node.order)
        if known is None:
            in_nav, in_footer, up = (
                self._frame_facts(node.parent) if node.parent is not None else (False, False, 12)
            )
            own = min(self.up.get(id(node), up), 12)
            known = (in_nav or node.tag == "nav", in_footer or node.tag == "footer", own)
            self.facts[node.order] = known
        return known

    def spread(self, known: dict[int, float], frame: Sequence[bool]) -> list[float]:
        """The scores of a sample, and for every other block the mean of those that stand in the same kind of place."""
        sums: dict[tuple[str, ...], list[float]] = {}
        for i, score in known.items():
            entry = sums.setdefault(self._signature(self.page.blocks[i].node), [0.0, 0.0])
            entry[0] += score
            entry[1] += 1
        means = {key: total / count for key, (total, count) in sums.items()}
        return [
            0.0 if is_frame else known.get(b.index, means.get(self._signature(b.node), 0.0))
            for b, is_frame in zip(self.page.blocks, frame, strict=True)
        ]

    def all(self, chosen: Sequence[int]) -> list[list[float]]:
        """The rows of the `chosen` blocks: the block's own numbers, then what each voice says of it."""
        said = [votes.rows_of(self.page.blocks, kept, self._signature) for kept in self.page.votes]
        return [
            [*row, *(v for rows in said for v in rows[i])]
            for i, row in zip(chosen, self.own(chosen), strict=True)
        ]

    def own(self, chosen: Sequence[int]) -> list[list[float]]:
        """The rows of the `chosen` blocks without the votes; asked again, nothing is made anew."""
        if any(i not in self.made for i in chosen):
            self._make(chosen)
        return [self.made[i] for i in chosen]

    def _make(self, chosen: Sequence[int]) -> None:
        """Makes the rows of the `chosen` blocks without the votes, in one walk over the page."""
        blocks = self.page.blocks
        self.sign_at, self.sign_in, self.first_at = -1, None, {}
        before = 0
        near = around(blocks, chosen)
        wanted = set(chosen)
        for i, b in enumerate(blocks):
            said, since = self._said_before(b), self._since_sign(b)
            if i not in wanted:
                before += b.size if b.size >= 80 else 0
                continue
            row = self._text(b, said, since)
            row += self._place(b)
            row += self._order(i, b, before)
            row += self._hints(b.node)
            row += near[i]
            before += b.size if b.size >= 80 else 0
            self.made[i] = row

    def _text(self, b: RawBlock, said: bool, since: float) -> list[float]:
        ws = words(b.text)
        k, n = len(ws), max(1, len(b.text))
        distinct = set(ws)
        title, desc = self.title, self.desc
        overlap = len(distinct & title) / len(distinct | title) if title and k < 40 else 0.0
        desc_overlap = len(distinct & desc) / len(distinct | desc) if desc and k < 90 else 0.0
        cover = -1.0
        if self.body is not None:
            grams = [tuple(ws[i : i + 3]) for i in range(k - 2)]
            cover = sum(g in self.body for g in grams) / len(grams) if grams else 0.5
        mark = self.signs[b.index] if self.signs is not None else None
        row = shape(b, ws)
        row += (min(self.repeats[b.text], 5), overlap, desc_overlap, cover, overlap > 0.75)
        row += (mark.share if mark is not None else 0.0, since)
        row += (b.italic_chars / n, min(b.media, 5), credit(b.text), said)
        return row

    def _said_before(self, b: RawBlock) -> bool:
        if len(b.text) < 25:
            return False
        first = self.first_at.setdefault(b.text, b.index)
        return first < b.index

    def _since_sign(self, b: RawBlock) -> float:
        """Blocks since a short one that was a sign, within the same container of two levels; 20 if there is none."""
        mark = self.signs[b.index] if self.signs is not None else None
        sign = mark.share if mark is not None else 0.0
        if sign > 0.5 and b.size < 80:
            self.sign_at = b.index
            up = b.node.parent
            self.sign_in = up.parent if up is not None and up.parent is not None else up
        if self.sign_at < 0 or self.sign_in is None or b.index > self.sign_in.last:
            return 20.0
        return min(20.0, b.index - self.sign_at)

    def _place(self, b: RawBlock) -> list[float]:
        node = b.node
        known = self.cache.get(id(node))
        if known is not None:
            return known
        tag = node.tag
        inside, listing = self._inside(node)
        parent = node.parent if node.parent is not None else node
        grand = parent.parent if parent.parent is not None else parent
        branch, up, down = self._branch(node)
        best = self.best
        long_total, total = self.long_total, self.total
        row = [
            tag == "p",
            int(tag[1]) if tag in HEADINGS else 0,
            inside[_LI] > 0,
            tag in ("td", "th"),
            inside[_QUOTE] > 0,
            tag == "figcaption" or inside[_FIGCAPTION] > 0 or tag == "caption",
            tag in ("div", "section", "article", "body", "main"),
            tag in ("dt", "dd", "pre", "address"),
            min(listing.blocks, 50) if listing else 0,
            listing.link_chars / max(1, listing.chars) if listing else -1.0,
            *(count > 0 for count in inside[_TABLE:_ARTICLE]),
            inside[_ARTICLE],
            inside[_MAIN] > 0,
            node.hidden,
            node.depth,
            min(self.articles, 20),
            node.blocks == 1,
            parent.link_chars / max(1, parent.chars),
            math.log1p(parent.blocks),
            math.log1p(parent.long_blocks),
            math.log1p(parent.chars / max(1, parent.blocks)),
            parent.long_chars / long_total,
            grand.link_chars / max(1, grand.chars),
            math.log1p(grand.long_blocks),
            grand.long_chars / long_total,
            branch.link_chars / max(1, branch.chars),
            branch.chars / total,
            branch.long_chars / long_total,
            min(up, 12),
            min(down, 12),
            best.long_chars / long_total if best else 0.0,
            *self._beside_title(node),
        ]
        self.cache[id(node)] = row
        return row

    def _inside(self, node: BlockNode) -> tuple[tuple[int, ...], BlockNode | None]:
        """How many elements of each tag of `_INSIDE` hold the node, itself included, and its nearest list."""
        known = self.insides.get(id(node))
        if known is None:
            counts, listing = self._inside(node.parent) if node.parent is not None else (_NOWHERE, None)
            at = _INSIDE.get(node.tag)
            if at is not None:
                counts = (*counts[:at], counts[at] + 1, *counts[at + 1 :])
            if node.tag in ("ul", "ol", "dl"):
                listing = node
            known = self.insides[id(node)] = counts, listing
        return known

    def _beside_title(self, node: BlockNode) -> tuple[float, float, float, float]:
        """Steps from the title and from the block to what holds both; which article element, and has it the title."""
        known = self.beside.get(id(node))
        if known is None:
            up, down, number, titled = (
                self._beside_title(node.parent) if node.parent is not None else (15.0, 15.0, -1.0, 0.0)
            )
            steps = self.title_ups.get(id(node))
            if steps is not None:
                up, down = min(14, steps), 0
            elif up < 15:
                down = min(14, down + 1)
            if id(node) in self.article_no:
                number, titled = min(10, self.article_no[id(node)]), float(steps is not None)
            known = self.beside[id(node)] = up, down, number, titled
        return known

    def _branch(self, node: BlockNode) -> tuple[BlockNode, int, int]:
        """The child of the lowest common container with the best one in which `node` stands, and steps up and down."""
        known = self.branches.get(id(node))
        if known is None:
            up = self.up.get(id(node))
            if up is not None:
                known = node, up, 0
            elif node.parent is None:
                known = node, 12, 1
            else:
                below, up, down = self._branch(node.parent)
                known = below if down else node, up, down + 1
            self.branches[id(node)] = known
        return known

    def _order(self, i: int, b: RawBlock, before: int) -> list[float]:
        best = self.best
        n = len(self.page.blocks)
        first, last = (best.first, best.last) if best else (0, n - 1)
        inside = (i - first) / max(1, last - first)
        s = self.signatures[self._signature(b.node)]
        return [
            max(-1.0, min(2.0, inside)),
            (best.long_chars - max(0, before)) / self.long_total if best else 0.0,
            best.link_chars / max(1, best.chars) if best else 0.0,
            i / n,
            before / self.long_total,
            self.h1 >= 0 and i > self.h1,
            max(-30, min(30, i - self.h1)) if self.h1 >= 0 else -31,
            max(-20, min(60, i - first)),
            max(-20, min(60, last - i)),
            s[3] / self.long_total,
            math.log1p(s[0]),
            math.log1p(s[1] / s[0]),
            s[2] / max(1, s[1]),
            math.log1p(n),
            math.log1p(self.long_total),
            self.density,
            self.heads[i],
        ]

    def _hints(self, node: BlockNode) -> list[float]:
        """For each group the steps up to the nearest container that carries it; big wrappers don't count."""
        key = -id(node)
        known = self.cache.get(key)
        if known is not None:
            return known
        row = [_FAR] * len(GROUPS)
        steps = 0
        at: BlockNode | None = node
        limit = 0.6 * self.long_total
        seen = 0
        while at is not None and steps < 8:
            mask = at.mask & ~seen
            if mask and at.tag != "body":
                if at.long_chars > limit and node is not at:
                    mask &= _GOOD
                if mask:
                    seen |= mask
                    for g, bit in enumerate(_BITS):
                        if mask & bit:
                            row[g] = steps
            at, steps = at.parent, steps + 1
        self.cache[key] = row
        return row


_BITS = [BIT[g] for g in GROUPS]
_GOOD = BIT["body"] | BIT["article"]
# Containers that a block may be in, as far as the model asks; those from _TABLE to _ARTICLE in the order of features.PLACE.
_INSIDE = {
    tag: at
    for at, tag in enumerate(
        listed("li blockquote figcaption table aside footer header nav form figure article main")
    )
}
_NOWHERE = (0,) * len(_INSIDE)
_LI, _QUOTE, _FIGCAPTION, _TABLE = 0, 1, 2, 3
_ARTICLE, _MAIN = _INSIDE["article"], _INSIDE["main"]
