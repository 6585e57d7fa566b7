"""Title, standfirst, captions, credits, byline and date of a page: fields of the article, not paragraphs of it.

Finds them among the judged blocks and takes them out of the text. Pure. Tested in tests/extract/test_classify.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsarchive.extract.author_names import OTHER_HANDS, fold_name, names_in
from newsarchive.extract.blocks import HEADINGS, BlockNode, RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.head_lines import is_date
from newsarchive.extract.metadata import ChosenMetadata
from newsarchive.extract.titles import fold
from newsarchive.extract.word_features import is_credited
from newsarchive.model import BlockKind, NoticeKind

HIDDEN, STRUCK_OUT = "hidden", "struck out"  # why a block that no reader takes for text was removed
_ELSEWHERE = frozenset({HIDDEN, STRUCK_OUT, "another article"})  # what is in none of the fields
HEAD = 8  # blocks before the first paragraph that may be lines of the article's head
IN_TEXT = ", within the text"  # of a standfirst or caption that the model counts to the text, but is a field
_STANDFIRST = re.compile(
    r"stand-?first|sub-?title|sub-?headline|sub-?heading|\b(?:dek|deck|strap-?line|vorspann|chapo|chapeau|entradilla|bajada)\b",
    re.I,
)
_LEAD = re.compile(r"(?:^|[\s_-])(?:lead|lede|intro|teaser)(?:$|[\s_-])", re.I)
_BELOW_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:bild-?(?:text|tekst|legende)|billed-?tekst|kuvateksti|onderschrift|fotobijschrift|didascalia|leyenda|l[eé]gende?|"
    r"pie-?(?:de-?)?foto|foto-?pie|galer\w{1,12}-pie|pic-?(?:txt|text)|img-?(?:txt|text)|slide-?text)(?:$|[\s_-])",
    re.I,
)
_SENTENCES = re.compile(r"(?<![.!?…。।؟])[.!?…。।؟]++(?=\s|$)")
_COUNTER = re.compile(r"\W{0,3}\d{1,5} \w{1,14}(?: \w{1,14}){0,2}\W{0,2}")  # "4 min read", "6 comments"
_PARTS = re.compile(r"\s[|·•]\s")
_YEAR = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)")  # 2567 is 2024 in Thailand
_HANDS = re.compile(r"[(\[（][^()\[\]]{2,60}[)\]）]\.?$")


@dataclass(slots=True)
class BlockVerdict:
    """One block's fate."""

    kind: BlockKind
    kept: bool
    reason: str = ""
    at: datetime | None = None  # of a live blog's entry; the day that a notice gives
    notice: NoticeKind | None = None


def set_fields(
    blocks: Sequence[RawBlock], verdicts: list[BlockVerdict], found: ChosenMetadata, page_chars: int
) -> None:
    """Title, standfirst, captions, credits, byline and date are fields of the article, not paragraphs of it."""
    title, description = fold(found.title), fold(found.description)
    fields = {title, description}
    first = next(
        (
            i
            for i, v in enumerate(verdicts)
            if v.kept
            and blocks[i].size >= 80
            and v.kind == "paragraph"
            and fold(blocks[i].text) not in fields
        ),
        -1,
    )
    last = max((i for i, v in enumerate(verdicts) if v.kept and blocks[i].size >= 80), default=-1)
    for i, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if verdict.reason in _ELSEWHERE:
            continue
        if verdict.kind in ("caption", "credit"):
            if verdict.kept:
                verdict.kept, verdict.reason = False, f"{verdict.kind}{IN_TEXT}"
            elif not _is_foreign(block.node, page_chars):
                verdict.reason = verdict.kind
            continue
        if block.size > 600:
            continue
        if (
            verdict.kind in ("paragraph", "table_row")
            and _is_caption(block, verdict.kept)
            and not _is_foreign(block.node, page_chars)
        ):
            in_text = IN_TEXT if verdict.kept else ""
            verdict.kind, verdict.kept, verdict.reason = "caption", False, f"caption{in_text}"
            continue
        size = len(block.text)  # folding changes a text's length by a few characters at most
        folded = fold(block.text) if abs(size - len(title)) < 12 or abs(size - len(description)) < 12 else ""
        if title and folded == title and (first < 0 or i <= first):
            verdict.kind, verdict.kept, verdict.reason = "title", False, "title"
        elif description and folded == description and _stands_apart(blocks, verdicts, i):
            in_text = IN_TEXT if verdict.kept else ""
            verdict.kind, verdict.kept, verdict.reason = "description", False, f"standfirst{in_text}"
        elif verdict.kept and i <= first and i < last and (_is_standfirst(block) or _is_bold_lead(block)):
            verdict.kind, verdict.kept, verdict.reason = "description", False, f"standfirst{IN_TEXT}"
        elif verdict.kept and (first < 0 or i <= first + 2 or i > last) and _is_byline(block, found):
            verdict.kind, verdict.kept, verdict.reason = "byline", False, "byline"
        elif verdict.kept and i < first and _is_date_of_head(blocks, verdicts, i):
            verdict.kind, verdict.kept, verdict.reason = "date", False, "date"
        elif verdict.kept and first < last <= i and _is_bio(block, found):
            verdict.kept, verdict.reason = False, "bio"
        elif verdict.kept and first - HEAD <= i < first and _COUNTER.fullmatch(block.text):
            verdict.kept, verdict.reason = False, "counter"
        elif verdict.kept and i < first and block.size <= 80 and OTHER_HANDS.match(block.text):
            verdict.kind, verdict.kept, verdict.reason = "byline", False, "byline"
        elif not verdict.kept and verdict.kind == "paragraph" and block.size < 200:
            near = block.node.mask | (block.node.parent.mask if block.node.parent is not None else 0)
            if near & BIT["byline"] and not near & BIT["bio"]:
                verdict.kind = "byline"
                verdict.reason = "byline" if verdict.reason.startswith("not part") else verdict.reason
            elif near & BIT["date"]:
                verdict.kind = "date"
                verdict.reason = "date" if verdict.reason.startswith("not part") else verdict.reason
    if not description and not any(v.kind == "description" for v in verdicts):
        _set_standfirst(blocks, verdicts)
    _without_line_above(blocks, verdicts)


def _without_line_above(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """A short line above the title is its kicker or the section's name."""
    at = next((i for i, v in enumerate(verdicts) if v.kind == "title"), 0)
    for block, verdict in zip(blocks[:at], verdicts[:at], strict=True):
        if verdict.kept and block.size < 80:
            verdict.kept, verdict.reason = False, "page header"


def _set_standfirst(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """The line below the title is the standfirst of a page that declares none, if it is set as one.

    That is: byline, date or picture follow, and no paragraph of the text is built as it is.
    """
    at = next((i for i, v in enumerate(verdicts) if v.kind == "title"), len(blocks))
    for i in range(at + 1, min(at + 7, len(blocks))):
        block, verdict = blocks[i], verdicts[i]
        is_prose = 25 <= block.size <= 400 and block.link_chars * 2 < len(block.text)
        if verdict.kind in ("byline", "date", "caption", "credit") or (not verdict.kept and not is_prose):
            continue
        if (
            is_prose
            and verdict.reason not in _ELSEWHERE
            and _is_in_head(blocks, verdicts, i)
            and _is_set_apart(blocks, verdicts, i, is_below=verdict.kept and i == at + 1)
        ):
            in_text = IN_TEXT if verdict.kept else ""
            verdict.kind, verdict.kept, verdict.reason = "description", False, f"standfirst{in_text}"
            return
        if verdict.kept:
            return


def _is_in_head(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], i: int) -> bool:
    """Whether a byline, a date or a caption follows, and text below it."""
    if i + 1 >= len(blocks) or verdicts[i + 1].kept:
        return False
    after, kind = blocks[i + 1], verdicts[i + 1].kind
    is_named = kind in ("byline", "date", "caption", "credit") or (after.links == 1 and after.size <= 80)
    is_dated = after.size <= 200 and _YEAR.search(after.text) is not None
    has_text = any(v.kept and b.size >= 80 for b, v in zip(blocks[i + 2 :], verdicts[i + 2 :], strict=True))
    return has_text and (is_named or is_dated)


def _is_set_apart(
    blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], i: int, *, is_below: bool
) -> bool:
    """Whether a block is set as a standfirst and no paragraph of the text is built as it is."""
    block, node = blocks[i], blocks[i].node
    is_styled = is_below and max(block.bold_chars, block.italic_chars) > 0.8 * len(block.text)
    build, mask = _build(node)
    for j in range(i + 1, len(blocks)):
        if verdicts[j].kept and blocks[j].size >= 40 and _build(blocks[j].node)[0] == build and not is_styled:
            return False
    is_named = bool(build[1]) or node.tag in HEADINGS
    return bool(mask & BIT["lead"]) or is_styled or (is_below and is_named)


def _build(node: BlockNode) -> tuple[tuple[str, str], int]:
    """Tags and names of a container and of those that hold nothing else, and what the names say."""
    tags, names, mask = node.tag, node.names, node.mask
    holder = node.parent
    while holder is not None and holder.blocks == 1:
        tags, names, mask = f"{tags} {holder.tag}", f"{names} {holder.names}".strip(), mask | holder.mask
        holder = holder.parent
    return (tags, names), mask


def _is_standfirst(block: RawBlock) -> bool:
    """Whether a block, or what holds it alone, is named as a standfirst."""
    node = block.node
    parent = node.parent
    alone = parent is not None and parent.blocks == 1 and _STANDFIRST.search(parent.names) is not None
    return block.size <= 400 and (alone or _STANDFIRST.search(node.names) is not None)


def _is_bold_lead(block: RawBlock) -> bool:
    """Whether a block is named as a lead and all of it is in bold."""
    is_bold = block.bold_chars > 0.9 * len(block.text) and block.node.tag not in HEADINGS
    return is_bold and block.size <= 400 and bool(_LEAD.search(block.node.names))


def _stands_apart(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], i: int) -> bool:
    """Whether block `i` is set as a standfirst and isn't a sibling of the kept paragraphs that follow it.

    It is set so by its name, as a heading, in bold or italics, or as the line after the title in one container. A lead
    paragraph elsewhere that the page also gives as its description stays in the text.
    """
    own = blocks[i].node
    if max(blocks[i].italic_chars, blocks[i].bold_chars) > 0.8 * len(blocks[i].text):
        return True
    above = blocks[i - 1].node if i and verdicts[i - 1].kind == "title" else None
    if above is not None and (above is own or above.parent is own):
        return True  # lines of one cell: the line after the title
    is_below_title = above is not None and above.parent is own.parent
    if own.tag not in HEADINGS and not is_below_title and not _is_standfirst(blocks[i]):
        return False
    for j in range(i + 1, min(i + 12, len(blocks))):
        if verdicts[j].kept and verdicts[j].kind == "paragraph" and blocks[j].size >= 40:
            other = blocks[j].node
            return not (
                other.tag == own.tag and other.names == own.names and _beside(own.parent, other.parent)
            )
    return True


def _beside(one: BlockNode | None, other: BlockNode | None) -> bool:
    """Whether two containers are one, or siblings of which one has all names of the other."""
    if one is other:
        return True
    if one is None or other is None or one.parent is not other.parent or one.tag != other.tag:
        return False
    names, others = set(one.names.split()), set(other.names.split())
    return bool(names and others) and (names <= others or others <= names)


def _is_foreign(node: BlockNode, page_chars: int) -> bool:
    """Whether a caption stands in a teaser, a side column or a footer rather than in the article."""
    at: BlockNode | None = node
    steps = 0
    while at is not None and steps < 5:
        if at.long_chars * 3 > page_chars:
            return False
        if at.tag in ("aside", "footer", "nav") or at.mask & (BIT["related"] | BIT["side"] | BIT["nav"]):
            return True
        at, steps = at.parent, steps + 1
    return False


def _is_caption(block: RawBlock, is_kept: bool) -> bool:
    """A short line right after a picture that ends with somebody's name in brackets, or stands in the picture's box."""
    if not block.media or block.size > 300 or block.link_chars > 0.5 * len(block.text):
        return False
    if block.node.mask & BIT["media"] and block.node.blocks == 1 and not block.node.mask & BIT["body"]:
        return block.node.element is not None and block.node.element.find(".//img") is not None
    is_boxed = block.node.parent is not None and block.node.parent.mask & BIT["media"]
    if (block.node.tag != "p" or is_boxed) and _is_with_picture(block):
        return (
            is_kept
            or bool(_BELOW_PICTURE.search(block.node.names))
            or _is_sentence(block, 20 if is_boxed else 30)
        )
    return block.media <= 2 and (bool(_HANDS.search(block.text)) or is_credited(block.text))


def _is_sentence(block: RawBlock, least: int) -> bool:
    """Whether a line may be what a picture shows: neither a link nor a line of names, dates or numbers."""
    near = block.node.mask | (block.node.parent.mask if block.node.parent is not None else 0)
    is_other = near & (BIT["byline"] | BIT["bio"] | BIT["date"] | BIT["share"] | BIT["title"])
    has_figures = any(map(str.isdigit, block.text))
    return block.size >= least and not (
        is_other or block.links or has_figures or OTHER_HANDS.search(block.text)
    )


def _is_with_picture(block: RawBlock) -> bool:
    """Whether a line of up to two sentences is alone with a picture in its container, or is named as what is below one."""
    if block.size > 200 or len(_SENTENCES.findall(block.text)) > 2:
        return False
    if _BELOW_PICTURE.search(block.node.names):
        return True
    for node in (block.node, block.node.parent):
        if node is None or node.blocks != 1 or node.tag in ("body", "td") or node.mask & BIT["body"]:
            return False
        if node.element is not None and node.element.find(".//img") is not None:
            return True
    return False


def _is_date_of_head(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], i: int) -> bool:
    """Whether a line above the story is its date; an item of a list is, if none near it is a date."""
    if verdicts[i].kind not in ("paragraph", "list_item") or not _is_date_line(blocks[i].text):
        return False
    holder = blocks[i].node.parent
    near = blocks[max(0, i - 3) : i + 4]
    beside = [b.text for b in near if b.node.parent is holder and b is not blocks[i]]
    return verdicts[i].kind == "paragraph" or not any(map(_is_date_line, beside))


def _is_date_line(text: str) -> bool:
    """Whether a line above the story is a date, or of figures with a year among them: a date, a time, counters."""
    figures = sum(map(str.isdigit, text)) > 0.4 * len(text) and _YEAR.search(text) is not None
    return (len(text) <= 80 and figures) or is_date(text)


def _is_bio(block: RawBlock, found: ChosenMetadata) -> bool:
    """Whether a line at the end is in italics and begins with an author's name."""
    folded = fold_name(block.text[:80])
    return block.italic_chars > 0.9 * len(block.text) and any(
        " " in name and folded.startswith(name) for name in map(fold_name, found.authors)
    )


def _is_byline(block: RawBlock, found: ChosenMetadata) -> bool:
    """Whether a short line holds the authors' names and nothing else of weight."""
    if not found.authors or block.size > 160:
        return False
    own = {fold_name(n) for n in found.authors}
    text = _PARTS.split(block.text)[0]
    names = {fold_name(n) for n in names_in(text)}
    if names & own:
        return names <= own or len(text) < 90
    is_line = block.size <= 90 and block.node.tag not in HEADINGS and _YEAR.search(block.text) is not None
    return is_line and any(" " in name and name in fold_name(block.text) for name in own)
