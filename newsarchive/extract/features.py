"""Each block of a page as a row of numbers, for the block model.

Shape of the text, place in the tree, names of its containers, its neighbours, and how far a second
extractor kept it. Nothing here knows a site, a language or a truth. Tested in tests/extract/test_features.py.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsarchive.extract.blocks import HEADINGS, Node, RawBlock
from newsarchive.extract.hints import BIT, GROUPS
from newsarchive.extract.model import Trees
from newsarchive.extract.signs import Sign
from newsarchive.extract.tree import listed

_WORD = re.compile(r"\w+")
_STOP = tuple('.!?…。！？।؟۔"”’»」』）)')
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\d{1,2}:\d\d|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d+\s?(?:min|hours?|hrs?|days?|Std|Stunden)\b"
)
_LABELLED = re.compile(
    r"(?:photo|image|picture|foto|bild|fotos|credit|illustration|video|imagen|crédito|source|quelle|写真|图|图片|사진)\s?"
    r"(?:credit|by|courtesy|via)?\s?[:/]",
    re.I,
)
_BRACKETED = re.compile(
    r"[(\[](?:photo|image|picture|foto|bild|credit|pic|file|illustration|imago|handout|©)[^)\]]{0,80}[)\]]\.?$",
    re.I,
)
_BY_AGENCY = re.compile(
    r"(?:getty images?|shutterstock|istock|reuters|afp|ap photo|epa|imago|picture alliance|alamy|unsplash|pexels|dpa|xinhua|anadolu|"
    r"wikimedia|ritzau|ntb|scanpix)[^.!?]{0,50}$",
    re.I,
)
_AGENCY = re.compile(
    r"[(\[|/](?:getty|reuters|afp|ap|epa|dpa|imago|alamy|shutterstock|courtesy|via|image|photo|foto)\b", re.I
)
_UPPER = re.compile(r"[^\W\d_]")
_FAR = 9.0

TEXT = listed(
    "size words links density bold stop colon ellipsis lower quote commas digits upper capital marks at "
    "date question sentences wordlen repeats title_overlap desc_overlap body_cover same_as_title sign sign_head italic media credit said_before"
)
PLACE = listed(
    "is_p heading is_li is_cell is_quote is_caption is_div is_term list_len list_density in_table in_aside "
    "in_footer in_header in_nav in_form in_figure articles_in in_main hidden depth articles_on_page "
    "alone parent_density parent_blocks parent_long parent_avg parent_share grand_density grand_long grand_share "
    "branch_density branch_share branch_long up down best_share title_up title_down article_no article_titled best_pos best_chars_after best_density "
    "order before after_h1 h1_blocks from_first from_last sig_share sig_count sig_avg sig_density "
    "page_blocks page_long page_density since_head"
)
AROUND = tuple(
    f"{name}_{where}"
    for where in ("prev", "next", "prev2", "next2")
    for name in ("size", "density", "head", "same")
)
SECOND = listed("kept kept_page kept_parent kept_prev kept_next kept_span")
NAMES = (*TEXT, *PLACE, *(f"near_{g}" for g in GROUPS), *AROUND, *SECOND)


@dataclass(slots=True)
class Page:
    """What the features of a block may look at, besides the block."""

    blocks: Sequence[RawBlock]
    nodes: Sequence[Node]
    title: str = ""
    description: str = ""
    body: str = ""  # articleBody of the page's own data, if any
    kept: Sequence[float] | None = None  # share of each block that the second extractor kept
    signs: Sequence[Sign | None] | None = None  # the sign of boilerplate in each block
    best: Node | None = field(default=None)


def is_credited(text: str) -> bool:
    """Whether a short text begins with a label such as "Photo:", or ends with a credit in brackets or an agency's name."""
    if _LABELLED.match(text) or _BY_AGENCY.search(text, max(0, len(text) - 80)):
        return True
    return text.rstrip(".").endswith((")", "]")) and bool(_BRACKETED.search(text))


def words(text: str) -> list[str]:
    """Lower-case words."""
    return _WORD.findall(text.lower())


def best_container(nodes: Sequence[Node]) -> Node | None:
    """The container whose direct paragraphs weigh most, links discounted; None without paragraphs."""
    best: Node | None = None
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


def nodes_of(nodes: Sequence[Node]) -> list[Node]:
    """The article elements that hold prose, in page order."""
    return [n for n in nodes if n.tag == "article" and n.long_blocks]


def rows(page: Page) -> list[list[float]]:
    """One row for each block, in the order of `NAMES`."""
    return _Rows(page).all(range(len(page.blocks)))


def is_frame(row: Sequence[float]) -> bool:
    """Whether a block is so plainly the site's frame that the model isn't asked: menus, link lists, footers."""
    return bool(
        (row[_IN_NAV] > 0 and row[_SIZE] < _SIXTY)
        or (row[_DENSITY] > 0.95 and row[_UP] > 0 and row[_SIZE] < _HUNDRED_TWENTY)
        or (row[_IN_FOOTER] > 0 and row[_UP] > 0)
        or (row[_UP] >= 3 and row[_SIZE] < _TWENTY)
    )


def scores(page: Page, model: Trees) -> list[float]:
    """The probability of each block that it belongs to the article; 0 for the frame."""
    made = _Rows(page)
    is_large = len(page.blocks) > MAX_BLOCKS
    frame = [made.is_frame(b) for b in page.blocks]
    chosen = [i for i in (made.sample() if is_large else range(len(page.blocks))) if not frame[i]]
    known = dict(zip(chosen, model.scores(made.all(chosen)), strict=True))
    if is_large:
        return [0.0 if frame[i] else value for i, value in enumerate(made.spread(known, frame))]
    return [known.get(i, 0.0) for i in range(len(page.blocks))]


MAX_BLOCKS = 5000  # of a page; of a larger one a sample is asked and the rest take their neighbours' mean
PER_SIGNATURE = 60


class _Rows:
    def __init__(self, page: Page) -> None:
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
        self.kept = page.kept
        self.signs = page.signs
        if self.kept is not None:
            share = [k * b.size for k, b in zip(self.kept, blocks, strict=True)]
            self.kept_page = sum(share) / self.total
            for b, s in zip(blocks, share, strict=True):
                node: Node | None = b.node
                for _ in range(3):
                    if node is None:
                        break
                    node.kept += s
                    node = node.parent
            hit = [i for i, k in enumerate(self.kept) if k > 0.6 and blocks[i].size >= 60]
            self.span = (hit[0], hit[-1]) if hit else (0, -1)
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
        steps, node = 0, self.best
        while node is not None:
            self.up[id(node)] = steps
            steps, node = steps + 1, node.parent
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
        self.first_at: dict[str, int] = {}
        self.facts: dict[int, tuple[bool, bool, int]] = {}
        self.sign_at = -1
        self.sign_in: Node | None = None

    def _short(self, b: RawBlock) -> tuple[float, float, float]:
        return math.log1p(b.size), b.link_chars / max(1, len(b.text)), 1.0 if b.node.tag in HEADINGS else 0.0

    def _is_title(self, block: RawBlock) -> bool:
        w = set(words(block.text))
        return bool(w) and len(w & self.title) * 2 > len(w | self.title)

    def _signature(self, node: Node) -> tuple[str, ...]:
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
        n = len(b.text)
        return (
            (in_nav and b.size < 60)
            or (b.link_chars > 0.95 * n and up > 0 and b.size < 120)
            or (in_footer and up > 0)
            or (up >= 3 and b.size < 20)
        )

    def _frame_facts(self, node: Node) -> tuple[bool, bool, int]:
        """Whether a container stands in a nav or a footer, and the steps up from the best container."""
        known = self.facts.get(node.order)
        if known is None:
            in_nav, in_footer, up = self._frame_facts(node.parent) if node.parent is not None else (False, False, 12)
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
            known[b.index] if b.index in known else means[self._signature(b.node)] for b in self.page.blocks
        ]

    def all(self, chosen: Sequence[int]) -> list[list[float]]:
        blocks = self.page.blocks
        before = 0
        short = [self._short(b) for b in blocks]
        result = []
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
            row += self._around(i, short)
            row += self._second(i, b)
            before += b.size if b.size >= 80 else 0
            result.append(row)
        return result

    def _text(self, b: RawBlock, said: bool, since: float) -> list[float]:
        t = b.text
        n = len(t)
        ws = words(t)
        k = len(ws)
        letters = len(_UPPER.findall(t)) if not t.isascii() else sum(map(str.isalpha, t))
        upper = sum(map(str.isupper, t))
        distinct = set(ws)
        title = self.title
        overlap = len(distinct & title) / len(distinct | title) if title and k < 40 else 0.0
        desc = self.desc
        desc_overlap = len(distinct & desc) / len(distinct | desc) if desc and k < 90 else 0.0
        cover = -1.0
        if self.body is not None:
            grams = [tuple(ws[i : i + 3]) for i in range(k - 2)]
            cover = sum(g in self.body for g in grams) / len(grams) if grams else 0.5
        first = t[:1]
        mark = self.signs[b.index] if self.signs is not None else None
        sign = mark.share if mark is not None else 0.0
        return [
            math.log1p(b.size),
            math.log1p(k),
            min(b.links, 20),
            b.link_chars / max(1, n),
            b.bold_chars / max(1, n),
            t.endswith(_STOP),
            t.endswith((":", "：")),
            t.endswith(("…", "...", "[…]")),
            first.islower(),
            first in "\"“„«‘'「",
            t.count(",") / (n / 100 + 1),
            sum(map(str.isdigit, t)) / max(1, n),
            upper / max(1, letters),
            sum(1 for w in t.split() if w[:1].isupper()) / max(1, k),
            float("|" in t or "»" in t or "›" in t or "•" in t or "→" in t or " / " in t),
            float("@" in t or "©" in t or "®" in t),
            min(len(_DATE.findall(t)), 3) if n < 200 else 0,
            "?" in t,
            min(t.count(". ") + t.count("。") + t.count("! ") + t.count("? "), 10),
            n / max(1, k),
            min(self.repeats[t], 5),
            overlap,
            desc_overlap,
            cover,
            overlap > 0.75,
            sign,
            since,
            b.italic_chars / max(1, n),
            min(b.media, 5),
            self._credit(t),
            said,
        ]

    def _credit(self, text: str) -> float:
        """1 if the text ends in or begins with a photographer's credit, 0.5 if it names an agency in brackets."""
        if len(text) > 500:
            return 0.0
        if is_credited(text):
            return 1.0
        return 0.5 if _AGENCY.search(text) else 0.0

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
        inside: Counter[str] = Counter()
        listing: Node | None = None
        at: Node | None = node
        while at is not None:
            inside[at.tag] += 1
            if listing is None and at.tag in ("ul", "ol", "dl"):
                listing = at
            at = at.parent
        parent = node.parent if node.parent is not None else node
        grand = parent.parent if parent.parent is not None else parent
        branch, up, down = self._branch(node)
        best = self.best
        long_total, total = self.long_total, self.total
        row = [
            tag == "p",
            int(tag[1]) if tag in HEADINGS else 0,
            inside["li"] > 0,
            tag in ("td", "th"),
            inside["blockquote"] > 0,
            tag == "figcaption" or inside["figcaption"] > 0 or tag == "caption",
            tag in ("div", "section", "article", "body", "main"),
            tag in ("dt", "dd", "pre", "address"),
            min(listing.blocks, 50) if listing else 0,
            listing.link_chars / max(1, listing.chars) if listing else -1.0,
            inside["table"] > 0,
            inside["aside"] > 0,
            inside["footer"] > 0,
            inside["header"] > 0,
            inside["nav"] > 0,
            inside["form"] > 0,
            inside["figure"] > 0,
            inside["article"],
            inside["main"] > 0,
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

    def _beside_title(self, node: Node) -> tuple[float, float, float, float]:
        """Steps from the title and from the block to what holds both; which article element, and has it the title."""
        up, down, number, titled = 15.0, 15.0, -1.0, 0.0
        at: Node | None = node
        steps = 0
        while at is not None:
            if number < 0 and id(at) in self.article_no:
                number = min(10, self.article_no[id(at)])
                titled = float(id(at) in self.title_ups)
            if up == 15.0 and id(at) in self.title_ups:
                up, down = min(14, self.title_ups[id(at)]), min(14, steps)
            at, steps = at.parent, steps + 1
        return up, down, number, titled

    def _branch(self, node: Node) -> tuple[Node, int, int]:
        """The child of the lowest common container with the best one in which `node` stands, and steps up and down."""
        down = 0
        at: Node | None = node
        below = node
        while at is not None:
            up = self.up.get(id(at))
            if up is not None:
                return below, up, down
            below, at, down = at, at.parent, down + 1
        return below, 12, down

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

    def _hints(self, node: Node) -> list[float]:
        """For each group the steps up to the nearest container that carries it; big wrappers don't count."""
        key = -id(node)
        known = self.cache.get(key)
        if known is not None:
            return known
        row = [_FAR] * len(GROUPS)
        steps = 0
        at: Node | None = node
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

    def _around(self, i: int, short: list[tuple[float, float, float]]) -> list[float]:
        blocks = self.page.blocks
        own = blocks[i].node.parent
        row: list[float] = []
        for j in (i - 1, i + 1, i - 2, i + 2):
            if 0 <= j < len(blocks):
                row += short[j]
                row.append(blocks[j].node.parent is own)
            else:
                row += (0.0, 0.0, 0.0, 0.0)
        return row

    def _second(self, i: int, b: RawBlock) -> list[float]:
        kept = self.kept
        if kept is None:
            return [-1.0] * len(SECOND)
        parent = b.node.parent if b.node.parent is not None else b.node
        return [
            kept[i],
            self.kept_page,
            parent.kept / max(1, parent.chars),
            kept[i - 1] if i else 0.0,
            kept[i + 1] if i + 1 < len(kept) else 0.0,
            self.span[0] <= i <= self.span[1],
        ]


_IN_NAV, _IN_FOOTER, _UP = NAMES.index("in_nav"), NAMES.index("in_footer"), NAMES.index("up")
_SIZE, _DENSITY = NAMES.index("size"), NAMES.index("density")
_TWENTY, _SIXTY, _HUNDRED_TWENTY = math.log1p(20), math.log1p(60), math.log1p(120)
_BITS = [BIT[g] for g in GROUPS]
_GOOD = BIT["body"] | BIT["article"]
