"""Which blocks are the article, what kind is each, and why was the rest removed.

The model's score decides; rules of the outlet overrule it; signs and the names of containers give the reason.
Pure but for reading the shipped model. Tested in tests/extract/test_classify.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from newsarchive.extract.article_fields import HIDDEN, STRUCK_OUT, BlockVerdict, set_fields
from newsarchive.extract.asks import without_asks
from newsarchive.extract.blocks import HEADINGS, BlockNode, RawBlock
from newsarchive.extract.boilerplate_phrases import PhraseMatch
from newsarchive.extract.class_names import BIT
from newsarchive.extract.data_tables import JoinedBlocks, keep_whole
from newsarchive.extract.live_blog import LiveEntry, matches
from newsarchive.extract.metadata import ChosenMetadata
from newsarchive.extract.own_lines import without_own_lines
from newsarchive.extract.repeated_text import keep_refrains, without_pull_quotes, without_repeats
from newsarchive.extract.second_article import blocks_of_others, comments_of
from newsarchive.extract.site_rules import Ruled
from newsarchive.model import BlockKind
from newsarchive.web import dates

# Names of containers -> the reason a removed block carries, nearest container first.
_REASONS = (
    ("newsletter", "newsletter"),
    ("bio", "bio"),
    ("share", "share line"),
    ("comment", "comments"),
    ("related", "related"),
    ("paywall", "subscription or donation ask"),
    ("ad", "advertisement"),
    ("notice", "notice"),
    ("tags", "tags"),
    ("nav", "navigation"),
    ("side", "sidebar"),
    ("footer", "footer"),
    ("modal", "overlay"),
)
_REASON_BITS = [(BIT[group], reason) for group, reason in _REASONS]
# Names of the boxes in which sites and their helpers ask for consent; never the article's.
_CONSENT = re.compile(
    r"(?:cookie|consent|gdpr|privacy)[-_]?(?:\w{1,40}[-_])?(?:modal|banner|pop-?up|overlay|dialog|notice|box|bar|wall|layer|settings)"
    r"|onetrust|didomi|usercentrics|cookiebot|cmplz|borlabs-cookie"
)
_NEWSLETTER = re.compile(
    r"news-?letter|mailing-?list|mailchimp|(?:subscribe|sign-?up)[_-]?(?:box|form|card|widget|block|banner|panel|cta)",
    re.I,
)
_PROMOTION = re.compile(r"(?:^|[\s_-])(?:promo|cta|call-to-action)(?:$|[\s_-])", re.I)
_CLOCK = re.compile(r"[0-2]?\d[:.h][0-5]\d(?::[0-5]\d)?\s*(?:[ap]\.?m\.?|uhr|h|kl\.?|[A-Z]{2,4})?", re.I)
LONGEST_CAPTION = 800  # characters that a caption may have where only the name of its place says so
SURE = 0.9  # score from which a block is kept in spite of its container's name
LIST = 3  # links in a row that make a list
BOX, BOX_CHARS = 4, 400  # blocks and characters of a box that its name makes one
LINKED_TITLE = 20  # characters of a link that may be another story's title
_BOXES = frozenset({"newsletter", "donation", "subscription", "app line"})  # signs that come as a box
_ASKING = frozenset({"newsletter", "advertisement"})  # boxes that are removed whatever the score
_TAG_REASONS = {
    "nav": "navigation",
    "footer": "footer",
    "aside": "aside",
    "form": "form",
    "header": "page header",
}


def kind_of(block: RawBlock) -> BlockKind:
    """The block's kind by its place alone."""
    node = block.node
    at: BlockNode | None = node
    steps = 0
    while at is not None and steps < 5:
        tag = at.tag
        if tag in HEADINGS:
            return "heading"
        if tag == "figcaption" or (tag == "caption"):
            return "credit" if at.mask & BIT["credit"] and steps == 0 else "caption"
        if tag == "blockquote" and at.mask & BIT["caption"] and block.size <= LONGEST_CAPTION:
            return "caption"
        if tag == "blockquote":
            return "embed" if at.mask & BIT["embed"] else "quote"
        if tag in ("li", "dt", "dd"):
            return "list_item"
        if tag in ("td", "th", "tr") and at.chars < 400:
            return "table_row"  # a larger cell holds a page's layout, not data
        if steps <= 1 and tag != "body":
            if at.mask & BIT["caption"] and not at.mask & BIT["body"] and block.size <= LONGEST_CAPTION:
                return "caption"
            if at.mask & BIT["credit"] and block.size < 120:
                return "credit"
        at, steps = at.parent, steps + 1
    return "paragraph"


def judge(
    blocks: Sequence[RawBlock],
    scores: Sequence[float],
    taken: Sequence[bool],
    *,
    found: ChosenMetadata,
    signs: Sequence[PhraseMatch | None],
    ruled: Ruled,
    entries: Sequence[LiveEntry] = (),
    tables: Sequence[JoinedBlocks] = (),
    url: str = "",
) -> list[BlockVerdict]:
    """Return a verdict for each block; `taken` says which of them the reading of the page keeps."""
    verdicts = []
    others, comments = blocks_of_others(blocks, found.title), comments_of(blocks, found.title)
    page_chars = sum(b.size for b in blocks if b.size >= 80)
    for block, score, kept, sign in zip(blocks, scores, taken, signs, strict=True):
        kind = kind_of(block)
        reason = ""
        if kept and sign is not None and sign.is_strong:
            kept, reason = False, sign.group
        elif kept and asks_consent(block.node):
            kept, reason = False, "cookie notice"
        elif kept and (box := _box_of(block)) and (score < SURE or box in _ASKING):
            kept, reason = False, box
        elif block.index in others:
            kept, reason = False, "another article"
        elif block.index in comments:
            kept, reason = False, "comments"
        word, rule = ruled.verdict(block.node) if ruled else ("", None)
        if word == "keep":
            kept, reason = True, ""
        elif word and rule is not None:
            kept, reason = False, f"site rule '{rule.selector}'"
        if not kept and not reason:
            reason = sign.group if sign is not None else reason_of(block, score, page_chars)
        verdicts.append(BlockVerdict(kind, kept, reason))
    _without_unseen(blocks, verdicts, ruled)
    _keep_entries(blocks, verdicts, entries)
    keep_refrains(blocks, verdicts)
    without_repeats(blocks, verdicts)
    without_pull_quotes(blocks, verdicts)
    if not ruled:
        without_asks(blocks, verdicts)
        without_own_lines(blocks, verdicts, found.publisher, url)
    _without_enclosed(blocks, verdicts)
    _without_led_links(blocks, verdicts)
    keep_lists_whole(blocks, verdicts)
    _without_labels(blocks, verdicts)
    keep_whole(tables, blocks, verdicts)
    set_fields(blocks, verdicts, found, page_chars)
    return verdicts


def _without_unseen(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], ruled: Ruled) -> None:
    """What is struck out or hidden is no text.

    Where the hidden part is most of what would be kept, the page shows its text by a script: then it is text.
    """
    hidden, shown = (
        sum(b.size for b, v in zip(blocks, verdicts, strict=True) if v.kept and b.node.hidden is is_hidden)
        for is_hidden in (True, False)
    )
    for block, verdict in zip(blocks, verdicts, strict=True):
        if block.is_struck:
            verdict.kept, verdict.reason = False, STRUCK_OUT
        elif block.node.hidden and hidden <= shown and not (ruled and ruled.verdict(block.node)[0] == "keep"):
            verdict.kept, verdict.reason = False, HIDDEN


def _box_of(block: RawBlock) -> str:
    """What the small box that a block is in is named for: "newsletter", or of a word or two "related"; empty if neither."""
    at: BlockNode | None = block.node
    for node in (block.node, block.node.parent):
        if (
            node is not None
            and _NEWSLETTER.search(node.names)
            and node.blocks <= BOX
            and node.chars <= BOX_CHARS
        ):
            return "newsletter"
    at = block.node
    for _ in range(4):
        if at is None or at.blocks > BOX or at.chars > BOX_CHARS:
            break
        if at.names and _PROMOTION.search(at.names):
            return "advertisement"
        at = at.parent
    at = block.node
    while block.size < LINKED_TITLE and at is not None and not at.long_blocks:
        for name in ("related", "newsletter"):
            if at.mask & BIT[name]:
                return name
        at = at.parent
    return ""


@lru_cache(maxsize=20000)
def _names_consent(names: str) -> bool:
    return _CONSENT.search(names.lower()) is not None


def asks_consent(node: BlockNode) -> bool:
    """Whether the node, or one of the four around it, is a box that asks for consent to cookies."""
    at: BlockNode | None = node
    for _ in range(5):
        if at is None or at.tag in ("body", "main", "article"):
            break
        if at.names and _names_consent(at.names):
            return True
        at = at.parent
    return False


def reason_of(block: RawBlock, score: float, page_chars: int) -> str:
    """Why a block that nobody named was removed, by the names of its containers; else the score.

    Containers that hold more than a third of the page's prose are wrappers: their names say nothing.
    """
    at: BlockNode | None = block.node
    steps = 0
    while at is not None and steps < 8:
        if at.tag in _TAG_REASONS and at.tag != "header":
            return _TAG_REASONS[at.tag]
        if at.long_chars * 3 <= page_chars:
            for bit, reason in _REASON_BITS:
                if at.mask & bit:
                    return reason
        if at.tag == "header":
            return _TAG_REASONS["header"]
        at, steps = at.parent, steps + 1
    if is_link(block):
        return "links"
    return f"not part of the article (score {score:.2f})"


def _keep_entries(
    blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], entries: Sequence[LiveEntry]
) -> None:
    """What a live blog's own data name as its entries is kept, with its time; lines that hold only a time are dates."""
    found = matches(blocks, entries)
    for block, verdict in zip(blocks, verdicts, strict=True):
        if block.index in found and not _leads_down(block):
            entry, is_headline = found[block.index]
            kind: BlockKind = "entry" if is_headline else verdict.kind
            verdict.kind, verdict.kept, verdict.reason, verdict.at = kind, True, "", entry.at
        elif verdict.kept and (_CLOCK.fullmatch(block.text) or (entries and _is_time(block))):
            verdict.kind, verdict.kept, verdict.reason = "date", False, "date"


def _leads_down(block: RawBlock) -> bool:
    """Whether a line is a link to a place of the page: a live blog's list of its entries."""
    return is_link(block) and all(href.startswith("#") for _, href in block.hrefs)


def is_link(block: RawBlock) -> bool:
    """Whether next to nothing of the block's text is outside of links."""
    return block.link_chars > 0.8 * len(block.text)


def _is_time(block: RawBlock) -> bool:
    return block.node.tag == "time" or (block.size <= 40 and dates.moment(block.text) is not None)


def _without_led_links(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """Links that follow a removed "read also" in its container go with it; nor are two other kinds of links text.

    Lines of links above and below the story, and a link alone that a removed list of links has too.
    """
    led: BlockNode | None = None
    listed = "\n".join(
        b.text
        for b, v in zip(blocks, verdicts, strict=True)
        if not v.kept and v.kind != "title" and is_link(b)
    )
    prose = [
        b.index for b, v in zip(blocks, verdicts, strict=True) if b.size >= 80 and v.kept and not is_link(b)
    ] or [-1]
    first, last = prose[0], prose[-1]
    for block, verdict in zip(blocks, verdicts, strict=True):
        if not verdict.kept and verdict.reason == "related" and block.size < 80:
            led = block.node.parent
        elif led is not None and verdict.kept and is_link(block) and _within(block.node, led):
            verdict.kept, verdict.reason = False, "related"
        elif verdict.kept and not first <= block.index <= last and block.links >= 2 and is_link(block):
            verdict.kept, verdict.reason = False, "links"
        elif (verdict.kept and block.size >= LINKED_TITLE and is_link(block) and block.text in listed) or (
            verdict.kept and first < block.index < last and _is_bracketed_link(block)
        ):
            verdict.kept, verdict.reason = False, "related"
        elif verdict.kept:
            led = None


def _is_bracketed_link(block: RawBlock) -> bool:
    """Whether a paragraph is one link in brackets and nothing else."""
    rest = len(block.text) - block.link_chars
    return block.links == 1 and rest <= 4 and block.text[0] + block.text[-1] in ("[]", "()")


def _without_enclosed(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """What is between two removed lines of one sign in their container is of the same box."""
    for before, i, after in zip(
        range(len(blocks)), range(1, len(blocks)), range(2, len(blocks)), strict=False
    ):
        reason = verdicts[before].reason
        if (
            verdicts[i].kept
            and reason == verdicts[after].reason
            and reason in _BOXES
            and blocks[before].node.parent is blocks[i].node.parent is blocks[after].node.parent
        ):
            verdicts[i].kept, verdicts[i].reason = False, reason


def keep_lists_whole(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """Links that stand one below the other in one container are a list: it is kept whole, or not at all.

    Behind the last paragraph it isn't kept.
    """
    pairs = list(zip(blocks, verdicts, strict=True))
    last = max((b.index for b, v in pairs if v.kept and b.size >= 80 and not is_link(b)), default=-1)
    for node, group in groupby(pairs, key=lambda pair: pair[0].node if is_link(pair[0]) else None):
        run = list(group)
        reason = next((v.reason for _, v in run if not v.kept), "links" if run[0][0].index > last else "")
        if node is None or len(run) < LIST or not reason:
            continue
        for _, verdict in run:
            if verdict.kept:
                verdict.kept, verdict.reason = False, reason


def _without_labels(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """A short line over removed links in its container leads to them; one that is a link to write mail is none of the text."""
    for i, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if not verdict.kept or block.size >= 80:
            continue
        below = list(zip(blocks[i + 1 : i + 3], verdicts[i + 1 : i + 3], strict=True))
        if len(below) == 2 and all(
            not v.kept and v.reason in ("links", "related") and is_link(b) and b.node is block.node
            for b, v in below
        ):
            verdict.kept, verdict.reason = False, "related"
        elif block.hrefs and is_link(block) and all(href.startswith("mailto:") for _, href in block.hrefs):
            verdict.kept, verdict.reason = False, "links"


def _within(node: BlockNode, container: BlockNode) -> bool:
    at: BlockNode | None = node
    while at is not None:
        if at is container:
            return True
        at = at.parent
    return False


def confidence(
    blocks: Sequence[RawBlock], scores: Sequence[float], verdicts: Sequence[BlockVerdict]
) -> float:
    """How sure the model was, 0..1: the mean certainty of the kept text and of doubtful removed blocks, by size.

    1 means that no block of weight was in doubt; below 0.75 a reader should look.
    """
    total = weight = 0.0
    for block, score, verdict in zip(blocks, scores, verdicts, strict=True):
        if verdict.kept or score > 0.2:
            total += block.size
            weight += block.size * min(1.0, 2 * abs(score - 0.5) if verdict.kept == (score >= 0.5) else 0.0)
    return round(weight / total, 3) if total else 0.0
