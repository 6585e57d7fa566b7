"""Notices of the outlet about this article: corrections, clarifications, updates, retractions, embargoes, editors' notes.

Found by their words (newsarchive/correction_notices.py), and in a box that is named for them also without. What the
model counts to the text stays in it; a box beside the text stays beside it. Pure. Tested in
tests/extract/test_outlet_notices.py.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from newsarchive.correction_notices import is_label, notice_kind
from newsarchive.extract.article_fields import BlockVerdict
from newsarchive.extract.blocks import BlockNode, RawBlock, is_in
from newsarchive.extract.classify import asks_consent
from newsarchive.extract.data_tables import JoinedBlocks
from newsarchive.model import NoticeKind
from newsarchive.web import dates

LONGEST = 1500  # characters of a notice
BOX = 2500  # characters of a box of notices; a larger one is the page's frame
LABEL = 60  # characters of a line that only names what follows: "Correction, 5 March"
SHORTEST = 25  # characters of a notice that is known by its box alone
HEAD, END = 2, 3  # kept paragraphs at the head and the end among which a retraction is told
_KINDS = ("paragraph", "heading", "list_item", "quote", "other", "byline", "date")
# Reasons for which a block was removed that speak of other pages, or that no reader sees.
_NOT_OWN = (
    "related", "navigation", "links", "comments", "newsletter", "advertisement", "share", "hidden", "struck out",
    "cookie notice", "tags", "overlay", "repeated", "form", "site rule",
)  # fmt: skip
_NEVER_OWN = ("comments", "hidden", "struck out", "cookie notice", "form", "site rule")
# Names of boxes, the most telling first.
_NAMES: dict[NoticeKind, str] = {
    "retraction": r"retract(?:ion|ed)|article-?withdrawn|kill-?notice",
    "clarification": r"clarification|klarstellung|aclaraci[oó]n|precisazione",
    "correction": r"correction|corrected|errat(?:um|a)|berichtigung|korrektur|rectifica|rättelse|rettelse|rättning|correcci|corre[cç][aã]o|errata|rettifica|correctie|oikaisu|sprostowanie|oprava",
    "embargo": r"embargo|sperrfrist",
    "editor's note": r"editor(?:'?s|ial|s)?[-_ ]?note|ed[-_]note|redaktions-?(?:hinweis|notiz|anmerkung)|note-?(?:de-?la-?)?redaction|nota-?(?:del-?editor|de-?la-?redaccion|redazione|da-?redacao)",
    "update": r"update[-_ ]?(?:note|notice|log|box)|article[-_ ]?update|change-?log|nachtrag",
}  # fmt: skip
_NAMED = {kind: re.compile(names) for kind, names in _NAMES.items()}
_ANY_NAMED = re.compile("|".join(_NAMES.values()))
_ANY_NOTE = re.compile(
    r"correct|note\b|notice|erratum|clarif|retract|update|editor|berichtig|korrekt|rectif", re.I
)
_ASKS = re.compile(
    r"report|request|suggest|submit|feedback|form\b|melden|signaler"
)  # a box for readers' hints
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[\"'”’»)]?[.!?…]$|[。！？؟۔।]$")


def find_notices(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> list[JoinedBlocks]:
    """Mark the verdicts of notices with their kind and day; return those that are set as several blocks, as one each."""
    page_chars = sum(b.size for b in blocks if b.size >= 80)
    kept = [i for i, v in enumerate(verdicts) if v.kept]
    placed = {*kept[:HEAD], *kept[-END:]}
    found: list[JoinedBlocks] = []
    done: set[int] = set()
    for i, block in enumerate(blocks):
        if i in done or not _may_be(block, verdicts[i]):
            continue
        box, named = _box_of(block.node, page_chars)
        if box is None and _is_label(block.text) and _led_kind(block.text) != "update":
            box = _small_box(block.node, page_chars) or _lead(i, blocks, verdicts)
        if box is not None:
            members = [
                k for k in range(box.first, box.last + 1) if _may_be(blocks[k], verdicts[k], in_box=True)
            ]
            for kind, parts in _parts(members, blocks, named):
                done.update(parts)
                found += _marked(kind, parts, box, blocks, verdicts)
        if i not in done and (alone := _alone(i, blocks, verdicts, i in placed)) is not None:
            found += _marked(alone, [i], block.node, blocks, verdicts)
    return found


def _may_be(block: RawBlock, verdict: BlockVerdict, in_box: bool = False) -> bool:
    if verdict.kind not in _KINDS or block.size > LONGEST or verdict.reason == "title":
        return False
    if 2 * block.link_chars > len(block.text) or asks_consent(block.node):
        return False
    if verdict.kept or verdict.reason.startswith(_NEVER_OWN):
        return verdict.kept
    if verdict.reason == "related" and not is_in(block.node, "related"):
        return True  # by its words alone, which a notice may share
    return in_box or not verdict.reason.startswith(_NOT_OWN) or _is_named(block.node)


def _is_named(node: BlockNode) -> bool:
    return any(_kind_of_names(at.names) for at in (node, node.parent) if at is not None)


@lru_cache(maxsize=20000)
def _kind_of_names(names: str) -> NoticeKind | None:
    low = names.lower()
    if not names or not _ANY_NAMED.search(low) or _ASKS.search(low):
        return None
    return next((kind for kind, pattern in _NAMED.items() if pattern.search(low)), None)


def _box_of(node: BlockNode, page_chars: int) -> tuple[BlockNode | None, NoticeKind | None]:
    """The nearest container, of four, that is named for notices, and which."""
    at: BlockNode | None = node
    for _ in range(4):
        if at is None or at.tag in ("body", "main", "article"):
            break
        kind = _kind_of_names(at.names)
        if kind is not None and _is_box(at, page_chars):
            return at, kind
        at = at.parent
    return None, None


def _small_box(node: BlockNode, page_chars: int) -> BlockNode | None:
    """The container of a label, if little else is in it."""
    box = node.parent
    return box if box is not None and box.blocks <= 6 and _is_box(box, page_chars) else None


def _is_box(node: BlockNode, page_chars: int) -> bool:
    return node.chars <= BOX and (node.long_chars * 3 <= page_chars or node.blocks <= 3)


def _is_label(text: str) -> bool:
    return len(text) <= LABEL and is_label(text)


def _led_kind(label: str) -> NoticeKind | None:
    return notice_kind(f"{label.rstrip(' :：')}: x")


def _lead(i: int, blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> BlockNode | None:
    """A container that holds a label and the paragraph behind it alone; made for the two, where the text holds them."""
    if i + 1 == len(blocks) or not verdicts[i].kept or not verdicts[i + 1].kept:
        return None
    label, behind = blocks[i].node, blocks[i + 1]
    if label.parent is not behind.node.parent or not 2 * SHORTEST <= behind.size <= LONGEST:
        return None
    return dataclasses.replace(label, first=i, last=i + 1, blocks=2)


def _parts(
    members: Sequence[int], blocks: Sequence[RawBlock], named: NoticeKind | None
) -> Iterator[tuple[NoticeKind, list[int]]]:
    """The notices of one box: each begins with its words or a label; in a named box the rest is one, too."""
    parts: list[tuple[NoticeKind, list[int]]] = []
    for i in members:
        text = blocks[i].text
        kind, is_led = notice_kind(text), bool(parts) and _is_label(blocks[parts[-1][1][-1]].text)
        if kind is None and not is_led and _is_label(text):
            kind = _led_kind(text)
        if kind is not None:
            parts.append((kind, [i]))
        elif parts:
            parts[-1][1].append(i)
        elif named is not None:
            parts.append((named, [i]))
    for kind, own in parts:
        text = " ".join(blocks[i].text for i in own)
        has_words = any(notice_kind(blocks[i].text) for i in own)
        if len(own) == 1 and _is_label(text):
            continue
        if has_words or (named is None) or (len(text) >= SHORTEST and "?" not in text and "@" not in text):
            if kind == "update" and _is_date_line(text):
                continue
            yield kind, own


def _alone(
    i: int, blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], is_placed: bool
) -> NoticeKind | None:
    """The kind of a notice that is one block by its words; of updates beside the text those alone that are the article's."""
    block, verdict = blocks[i], verdicts[i]
    kind = notice_kind(_led(block.text), placed=is_placed or not verdict.kept)
    if _is_label(block.text):
        return None
    if kind != "update":
        return kind
    if _is_date_line(block.text) or verdict.kind in ("byline", "date"):
        return None
    is_own = verdict.kept or verdict.reason in ("footer", "aside") or _is_beside_text(block.node, verdicts)
    return kind if is_own or _ANY_NOTE.search(f"{block.node.names} {_names_above(block.node)}") else None


def _names_above(node: BlockNode) -> str:
    return node.parent.names if node.parent is not None else ""


def _is_beside_text(node: BlockNode, verdicts: Sequence[BlockVerdict]) -> bool:
    """Whether one of the three containers around it holds kept text, too."""
    at = node.parent
    for _ in range(3):
        if at is None or at.tag == "body":
            return False
        if any(v.kept for v in verdicts[at.first : at.last + 1]):
            return True
        at = at.parent
    return False


def _is_date_line(text: str) -> bool:
    """Whether a line says when the page was updated, and nothing else."""
    return (
        len(text) < 80
        and any(c.isdigit() for c in text)
        and not _SENTENCE_END.search(text)
        and (dates.moment(text) is not None or len(text) < 40)
    )


def _led(text: str) -> str:
    """`text` with a mark behind a label that is a line of its own."""
    first, _, rest = text.partition("\n")
    return f"{first.rstrip(' :：')}: {rest}" if rest and _is_label(first) else text


def _marked(
    kind: NoticeKind,
    parts: Sequence[int],
    box: BlockNode,
    blocks: Sequence[RawBlock],
    verdicts: Sequence[BlockVerdict],
) -> Iterator[JoinedBlocks]:
    total = sum(blocks[i].size for i in parts)
    is_kept = 2 * sum(blocks[i].size for i in parts if verdicts[i].kept) >= total
    reason = "" if is_kept else next(verdicts[i].reason for i in parts if not verdicts[i].kept)
    texts = [_led(blocks[i].text) for i in parts]
    if len(texts) > 1 and _is_label(texts[0]):
        texts = [f"{texts[0].rstrip(' :：')}: {texts[1]}", *texts[2:]]
    day = _day(texts[0], box)
    for i in parts:
        verdict = verdicts[i]
        verdict.kind, verdict.kept, verdict.reason, verdict.notice, verdict.at = (
            "notice",
            is_kept,
            reason,
            kind,
            day,
        )
    if len(parts) > 1 or texts[0] != blocks[parts[0]].text:
        yield JoinedBlocks(blocks[parts[0]].node if len(parts) == 1 else box, " ".join(texts), tuple(parts))


def _day(text: str, box: BlockNode) -> datetime | None:
    """The date of a notice: that of its own `time` element, or in its label; a date in its sentences is another's."""
    if box.element is not None and box.tag not in ("body", "main", "article"):
        for element in box.element.iter("time"):
            if (at := dates.parse_date(element.get("datetime"))) is not None:
                return at
    label = re.match(r"[^:：】\])]{0,60}[:：】\])]", text)
    found = dates.moment(label[0]) if label else None
    return found.at if found else None
