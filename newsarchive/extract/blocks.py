"""The page as a list of text blocks in page order, each with its place in the tree.

One walk over the tree; decides nothing about what belongs to the article. A block is what a reader
sees as one paragraph, heading, list item, table row, caption or line. Never changes the tree.
Tested in tests/extract/test_blocks.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from newsarchive.extract.class_names import BIT, mask_of, names_of
from newsarchive.extract.hidden import is_block, is_hidden, names_in_styles
from newsarchive.extract.struck_out import mark, unmark
from newsarchive.model import WordEdit
from newsarchive.text import normalized
from newsarchive.web.html_tree import NO_TEXT, Attributes, Element, attributes_of, tokens

INLINE = tokens(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb ruby s "
    "samp small span strike strong sub sup time tt u var wbr blink bold o:p amp-link g-emoji o center-inline"
)
HEADINGS = tokens("h1 h2 h3 h4 h5 h6")
_PICTURE = "\ufffc"  # stands in a text where a picture or a frame was
_ITALIC = tokens("i em cite")
_MEDIA = tokens("img picture video iframe figure svg amp-img embed object")
_SPECIAL = NO_TEXT | _MEDIA
_BOLD = tokens("b strong h1 h2 h3 h4 h5 h6 bold")
_SPACES = re.compile(r"[^\S\n]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = re.compile("[\u00ad\u200b\ufeff\u2060\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CJK = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]"
)
_NO_LINK = 1000
_LINK_REACH = 4  # levels between a link and a block-level element in it that counts as linked
_BREAKS = re.compile(r"\n\s*\n+")
_BACK = ("↩", "↩\ufe0e", "↩\ufe0f")
_STRUCK = tokens("del s strike")
_CHANGED = 12  # the bits of a style that are not the look: 4 is struck out, 8 is inserted
_OF_ITS_OWN = (
    80  # characters of a hidden inline element that are a block; less is a label for a screen reader
)


@dataclass(slots=True, eq=False)
class BlockNode:
    """A container on the way from the body to a block; its figures are sums over the blocks inside."""

    tag: str
    names: str
    mask: int
    parent: BlockNode | None
    depth: int
    element: Element
    order: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    chars: int = 0
    link_chars: int = 0
    blocks: int = 0
    long_blocks: int = 0  # with at least 80 characters
    long_chars: int = 0
    para_score: float = 0.0
    first: int = -1
    last: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Media:
    """A picture, a frame or a post of another site, and where it is."""

    element: Element
    node: BlockNode  # innermost block-level element
    before: int  # blocks before it on the page


@dataclass(slots=True, eq=False)
class RawBlock:
    """A block before anybody judged it."""

    text: str
    node: BlockNode  # innermost block-level element
    size: int  # characters, an ideograph counts three
    link_chars: int
    links: int
    bold_chars: int
    italic_chars: int = 0
    linked: tuple[str, ...] = ()  # texts of its links, where it has several lines
    media: int = 0  # images, videos and frames between the block before and this one
    index: int = 0
    words: tuple[WordEdit, ...] = ()  # where some are struck out or inserted
    is_struck: bool = False  # all of it is struck out
    hrefs: tuple[tuple[str, str], ...] = ()  # (words, address as written) of its links


def size_of(text: str) -> int:
    """Length in characters, where one of a script without spaces counts three."""
    if text.isascii():
        return len(text)
    return len(text) + 2 * len(_CJK.findall(text))


def clean(text: str) -> str:
    """`text` with invisible characters gone, spaces collapsed, composed (NFC); newlines stay."""
    if not text.isascii():
        text = normalized("NFC", _INVISIBLE.sub("", text))
    if "  " not in text and text.isprintable():
        return text.strip()  # its only white space is single blanks
    text = _SPACES.sub(" ", text)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    if "\n" in text:
        text = "\n".join(line.strip() for line in text.split("\n")).strip("\n")
    return text.strip()


class Walker:
    """Collects the blocks of one tree; use `blocks_of` or `walked`."""

    def __init__(self, attributes: Attributes, hidden: frozenset[str], blocks: frozenset[str]) -> None:
        self._attributes = attributes
        self._hidden_names = hidden
        self._block_names = blocks
        self.blocks: list[RawBlock] = []
        self.nodes: list[BlockNode] = []
        self.media: list[Media] = []
        self._hrefs: list[tuple[str, str]] = []
        self._parts: list[str] = []
        self._blank = 0  # how many parts from the first have no text, as far as was asked
        self._links: list[str] = []
        self._bold = 0
        self._italic = 0
        self._media = 0
        self._link_count = 0

    def walk(self, element: Element, node: BlockNode) -> None:
        """Blocks of a block-level element."""
        self._content(element, node, 0, 0, _NO_LINK)
        self._flush(node)

    def _content(self, element: Element, node: BlockNode, link: int, style: int, above: int) -> None:
        """`style`: 1 in bold, 2 in italics, 4 struck out, 8 inserted, or their sum; `above`: levels up to the nearest link."""
        if text := element.text:
            self._add(text, link, style)
        for child in element:
            tag = child.tag
            if tag in INLINE:
                self._inline(child, tag, node, link, style, above + 1)
            elif tag == "br":
                self._parts.append("\n")
            elif tag == "hr":
                self._flush(node)
            elif tag not in _SPECIAL or self._is_block(child, tag, node):
                self._block(child, tag, node, style & _CHANGED, above + 1)
            if text := child.tail:
                self._add(text, link, style)

    def _is_block(self, child: Element, tag: str, node: BlockNode) -> bool:
        """Whether an element of `_SPECIAL` is read as a block; a picture, and the gap that a control is, are noted."""
        if tag in _MEDIA:
            self._parts.append(_PICTURE)
            if tag not in ("figure", "svg"):
                self.media.append(Media(child, node, len(self.blocks) + self._has_text()))
        if tag not in NO_TEXT or (tag == "button" and holds_page(child)):
            return True
        if tag in ("button", "input"):
            self._parts.append(" ")
        return False

    def _inline(self, child: Element, tag: str, node: BlockNode, link: int, style: int, above: int) -> None:
        is_link = tag == "a"
        if is_link:
            self._link_count += 1
            if self._parts and link == 0 and _ends_in_link(child):
                self._parts.append(" ")
        attributes = self._attributes[child]
        if attributes and is_hidden(attributes, self._hidden_names):
            if len(child.text_content()) >= _OF_ITS_OWN:
                self._block(child, tag, node, style & _CHANGED, above)
            return
        if attributes and not is_link and not link and is_block(attributes, self._block_names):
            self._block(child, tag, node, style & _CHANGED, above)
            return
        if (
            node.tag == "figcaption"
            and tag == "span"
            and mask_of(attributes.get("class", "")) & BIT["credit"]
        ):
            self._block(child, tag, node, style & _CHANGED, above)
            return
        style |= (tag in _BOLD) | (2 * (tag in _ITALIC)) | (4 * (tag in _STRUCK)) | (8 * (tag == "ins"))
        start = len(self._parts)
        self._content(child, node, link or is_link, style, 0 if is_link else above)
        if is_link and start < len(self._parts) and (href := attributes.get("href")):
            words = clean("".join(self._parts[start:]).replace(_PICTURE, " "))
            self._hrefs.append((unmark(words)[0], href))

    def _block(self, child: Element, tag: str, node: BlockNode, style: int, above: int) -> None:
        self._flush(node)
        inner = self.enter(child, tag, node)
        if is_post(tag, inner.attributes.get("class", "")):
            self.media.append(Media(child, inner, len(self.blocks)))
        self._content(child, inner, 1 if above <= _LINK_REACH else 0, style, above)
        self._flush(inner)

    def _has_text(self) -> bool:
        """Whether a block has begun that isn't yet in the list."""
        while self._blank < len(self._parts):
            part = self._parts[self._blank]
            if part != _PICTURE and not part.isspace():
                return True
            self._blank += 1  # read once: a page may have 30,000 pictures in a row
        return False

    def enter(self, element: Element, tag: str, parent: BlockNode | None) -> BlockNode:
        """The node of a block-level element."""
        attributes = self._attributes[element]
        names = names_of(attributes) if attributes else ""
        hidden = (parent is not None and parent.hidden) or (
            bool(attributes) and is_hidden(attributes, self._hidden_names)
        )
        node = BlockNode(
            tag=tag,
            names=names,
            mask=mask_of(names) if names else 0,
            parent=parent,
            depth=parent.depth + 1 if parent is not None else 0,
            element=element,
            order=len(self.nodes),
            attributes=attributes,
            hidden=hidden,
        )
        self.nodes.append(node)
        return node

    def _add(self, text: str, link: int, style: int) -> None:
        if not self._parts and text.isspace():
            return  # next to none of the white space on a page is inside a block
        text = text.replace("\n", " ")
        self._parts.append(mark(text, "delete" if style & 4 else "add") if style & _CHANGED else text)
        if link:
            self._links.append(text)
        if style:
            size = len(text.strip())
            if style & 1:
                self._bold += size
            if style & 2:
                self._italic += size

    def _flush(self, node: BlockNode) -> None:
        if not self._parts:
            self._link_count = 0
            return
        raw = "".join(self._parts)
        if _PICTURE in raw and not raw.replace(_PICTURE, "").strip():
            self._media += raw.count(_PICTURE)
            raw = ""
        if not raw or raw.isspace():
            self._forget()
            return
        text = clean(raw)
        linked = tuple(t for t in map(clean, self._links) if t) if self._links else ()
        count, bold, italic = self._link_count, self._bold, self._italic
        hrefs = tuple(self._hrefs)
        self._forget()
        if not text:
            return
        pieces = _BREAKS.split(text) if "\n\n" in text else [text]
        for piece in pieces:
            styled = bold / len(text), italic / len(text)
            self._append(piece, node, linked, count, styled, hrefs, len(pieces) > 1)

    def _append(
        self,
        piece: str,
        node: BlockNode,
        linked: tuple[str, ...],
        count: int,
        styled: tuple[float, float],
        hrefs: tuple[tuple[str, str], ...],
        is_part: bool,
    ) -> None:
        """One block; pictures before its text count for it, those after for the next."""
        media, self._media = self._media, 0
        if _PICTURE in piece:
            bare = piece.lstrip(_PICTURE + " \n")
            media += piece.count(_PICTURE) - bare.count(_PICTURE)
            self._media = bare.count(_PICTURE)
            piece = clean(bare.replace(_PICTURE, " "))
        if piece.endswith(_BACK):
            piece = piece.rstrip("↩\ufe0e\ufe0f ")  # a footnote's link to where it belongs
        piece, words, is_struck = unmark(piece.strip())
        if not piece:
            self._media += media
            return
        size = len(piece)
        own = tuple(t for t in linked if t in piece) if is_part else linked
        self.blocks.append(
            RawBlock(
                text=piece,
                node=node,
                size=size_of(piece),
                link_chars=min(size, sum(map(len, own))),
                links=len(own) if is_part else count,
                bold_chars=min(size, round(styled[0] * size)),
                italic_chars=min(size, round(styled[1] * size)),
                linked=own if "\n" in piece else (),
                media=media,
                index=len(self.blocks),
                words=words,
                is_struck=is_struck,
                hrefs=tuple(h for h in hrefs if h[0] in piece) if is_part else hrefs,
            )
        )

    def _forget(self) -> None:
        self._parts, self._links, self._hrefs = [], [], []
        self._blank, self._bold, self._italic, self._link_count = 0, 0, 0, 0


_POST = re.compile(r"twitter-tweet|instagram-media|tiktok-embed|text-post-media|bluesky-embed|reddit-embed|fb-post|fb-video|mastodon-embed|telegram-post")  # fmt: skip


def is_post(tag: str, classes: str) -> bool:
    """Whether an element with these classes is a post of another site that a script will draw."""
    return (bool(classes) and _names_post(classes)) or tag in ("amp-youtube", "amp-twitter")


@lru_cache(maxsize=20000)
def _names_post(classes: str) -> bool:
    return _POST.search(classes.lower()) is not None


def holds_page(element: Element) -> bool:
    """Whether a button was never closed, so that the rest of the page stands in it."""
    return element.find(".//p") is not None or element.find(".//h1") is not None


def _ends_in_link(child: Element) -> bool:
    """Two links that touch: `</a><a>`. A reader sees a gap."""
    before = child.getprevious()
    return before is not None and before.tag == "a" and not (before.tail or "")


def blocks_of(root: Element) -> tuple[list[RawBlock], list[BlockNode]]:
    """All text blocks of the page's body in page order, and the containers they stand in."""
    walker = walked(root)
    return walker.blocks, walker.nodes


def walked(root: Element, attributes: Attributes | None = None) -> Walker:
    """The same with the pictures, frames and posts between the blocks.

    Args:
        attributes: Those of the tree's elements, where they are known.
    """
    body = root.find("body")
    if body is None:
        body = root
    walker = Walker(attributes or attributes_of(root), *names_in_styles(root))
    top = walker.enter(body, "body", None)
    walker.walk(body, top)
    sum_up(walker.blocks, walker.nodes)
    return walker


def sum_up(blocks: Sequence[RawBlock], nodes: Sequence[BlockNode]) -> None:
    """Fills in the figures of the containers from the blocks inside them."""
    for one in nodes:
        one.chars = one.link_chars = one.blocks = one.long_blocks = one.long_chars = 0
        one.para_score, one.first, one.last = 0.0, -1, -1
    for block in blocks:
        own = block.node
        own.chars += block.size
        own.link_chars += block.link_chars
        own.blocks += 1
        if block.size >= 80:
            own.long_blocks += 1
            own.long_chars += block.size
        if own.first < 0:
            own.first = block.index
        own.last = block.index
        if block.size >= 25 and block.link_chars * 2 < len(block.text) and own.parent is not None:
            points = 1.0 + block.text.count(",") + min(block.size // 100, 3)
            own.parent.para_score += points
            if own.parent.parent is not None:
                own.parent.parent.para_score += points / 2
    for node in reversed(nodes):  # what lies deeper comes later
        if node.blocks and node.parent is not None:
            _add_up(node, node.parent)


def _add_up(node: BlockNode, parent: BlockNode) -> None:
    parent.chars += node.chars
    parent.link_chars += node.link_chars
    parent.blocks += node.blocks
    parent.long_blocks += node.long_blocks
    parent.long_chars += node.long_chars
    parent.first = node.first if parent.first < 0 else min(parent.first, node.first)
    parent.last = max(parent.last, node.last)


def is_in(node: BlockNode | None, group: str) -> bool:
    """Whether the node or one of its containers carries a hint of `group`."""
    bit = BIT[group]
    while node is not None:
        if node.mask & bit:
            return True
        node = node.parent
    return False
