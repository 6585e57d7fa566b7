"""One page's bytes become one Article: decode, parse, metadata, blocks, judgement.

Every page gives an Article, whatever its bytes: an empty, broken or foreign one says so in `page_kind` and
`warnings`. Reads no clock and no network; the same bytes give the same Article. Before the template layer
(template.py). Tested in tests/extract/test_article.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsarchive import languages
from newsarchive.extract import (
    asks,
    boilerplate_phrases,
    classify,
    embedded_json,
    features,
    jsonld,
    live_blog,
    page_kind,
    pagination,
    trafilatura_vote,
    votes,
)
from newsarchive.extract import blocks as blocks_room
from newsarchive.extract.article_blocks import to_blocks
from newsarchive.extract.article_fields import IN_TEXT
from newsarchive.extract.block_model import BlockModel, shipped
from newsarchive.extract.blocks import BlockNode, Media, RawBlock
from newsarchive.extract.boilerplate_phrases import PhraseMatch
from newsarchive.extract.data_tables import data_tables
from newsarchive.extract.extractor_version import EXTRACTOR, EXTRACTOR_VERSION
from newsarchive.extract.head_lines import read_head_lines
from newsarchive.extract.line_breaks import split_lines
from newsarchive.extract.metadata import ChosenMetadata, read_metadata
from newsarchive.extract.outlet_notices import find_notices
from newsarchive.extract.page_media import in_text
from newsarchive.extract.page_metadata import PageMetadata, read_head
from newsarchive.extract.site_rules import Ruled, apply_rules
from newsarchive.extract.titles import fold
from newsarchive.model import Article, Block, SiteRule
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import MAX_TAGS, Element, first_tags, is_html, parse, too_deep
from newsarchive.web.links import base_of
from newsarchive.web.page_end import page_end

MOSTLY = 0.5  # share of a block's words from which trafilatura counts as keeping it
MAX_BYTES = (
    5 * 1024 * 1024
)  # of a page (the largest of 2,189 has 2.9 MB); what lies beyond isn't read, and the Article says so
_PLAIN = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*+>", re.I)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_ANY_TAG = re.compile(r"<[^<>]*+>")


@dataclass(slots=True)
class Work:
    """What is known of a page while it is worked on."""

    url: str
    root: Element
    head: PageMetadata
    found: ChosenMetadata
    blocks: list[RawBlock]
    nodes: list[BlockNode]
    media: list[Media]
    language: str
    ruled: Ruled
    warnings: list[str]
    extractor: str = EXTRACTOR


def extract_article(
    html: bytes,
    url: str,
    *,
    content_type: str | None = None,
    rules: tuple[SiteRule, ...] = (),
    fetched_at: datetime | None = None,
    block_model: BlockModel | None = None,
) -> Article:
    """The article on a page, before the template layer.

    Args:
        html: The page as served, content-decoded; any bytes at all.
        url: Its address; helps to find the right JSON-LD item and makes links absolute. May be empty.
        content_type: The HTTP header's value, for the charset.
        rules: The outlet's own rules; dated ones hold by `fetched_at`.
        fetched_at: When the page was fetched, aware.
        block_model: Another model than the shipped one, for cross-validation.

    Returns:
        The Article with every block of the page, kept or removed with the reason. `page_kind` says what the
        page is when it isn't an article; then no block may be kept. Never raises on any bytes.
    """
    if not html.strip():
        return _without_text(url, "empty")
    if not is_html(html, content_type):
        return _without_text(url, "not html")
    warnings = []
    if len(html) > MAX_BYTES:
        html = html[:MAX_BYTES]
        warnings.append(f"only the first {MAX_BYTES} bytes were read")
    text = decode(html, content_type).text
    if len(first_tags(text)) < len(text):
        warnings.append(f"only the first {MAX_TAGS} tags were read")
    root = parse(text)
    end = "" if warnings else page_end(text)
    if root is None:
        return replace(_without_text(url, "empty", warnings), page_end=end)
    work = prepare(root, text, url, rules, fetched_at, warnings)
    block_model = block_model or shipped(features.NAMES)
    marks = boilerplate_phrases.signs_of(work.blocks, work.language)
    return replace(_assemble(work, _judgement(work, block_model, marks), marks), page_end=end)


def _without_text(url: str, kind: str, warnings: Sequence[str] = ()) -> Article:
    return Article(
        url=url,
        page_kind="empty" if kind == "empty" else "not html",
        extractor=EXTRACTOR,
        extractor_version=EXTRACTOR_VERSION,
        confidence=0.0,
        warnings=tuple(warnings),
    )


def prepare(
    root: Element,
    text: str,
    url: str,
    rules: tuple[SiteRule, ...] = (),
    fetched_at: datetime | None = None,
    warnings: list[str] | None = None,
) -> Work:
    """Everything that is known of a page before its blocks are judged.

    Args:
        text: The page's characters, from which `root` was parsed.
        warnings: A list that grows.
    """
    warnings = warnings if warnings is not None else []
    ruled = apply_rules(root, rules, fetched_at) if rules else Ruled()
    warnings += ruled.warnings
    head = read_head(root, url)
    walker = blocks_room.walked(root, head.attributes)
    blocks, nodes, media = walker.blocks, walker.nodes, walker.media
    extractor = EXTRACTOR
    if too_deep(root):
        warnings.append("nested deeper than the parser reads; the text was taken without structure")
        flat = _flat_blocks(text)
        if sum(b.size for b in flat) > 1.2 * sum(b.size for b in blocks):
            blocks, nodes, media = flat, [flat[0].node] if flat else [], []
            extractor = EXTRACTOR + "/flat"
    found = read_metadata(head, url, blocks, text)
    declared = languages.code_of(head.lang) or languages.code_of(
        head.meta("og:locale", "content-language", "language")
    )
    if extractor == EXTRACTOR:
        blocks = split_lines(blocks, nodes, (found.title, found.description, *found.authors), declared)
        read_head_lines(blocks, found)
    return Work(url, root, head, found, blocks, nodes, media, declared, ruled, warnings, extractor)


def _flat_blocks(text: str) -> list[RawBlock]:
    """Paragraphs of a page whose nesting no tree can hold: tags are cut out, breaks kept."""
    body = _ANY_TAG.sub("", _PLAIN.sub("\n", _SCRIPT.sub("", text)))
    return _plain_blocks([p for p in (blocks_room.clean(jsonld.plain(p)) for p in body.split("\n")) if p])


def _plain_blocks(pieces: Sequence[str]) -> list[RawBlock]:
    """Blocks without a place in a tree."""
    node = BlockNode(tag="body", names="", mask=0, parent=None, depth=0, element=None, order=0)
    return [
        RawBlock(text=p, node=node, size=blocks_room.size_of(p), link_chars=0, links=0, bold_chars=0, index=i)
        for i, p in enumerate(pieces[:MAX_TAGS])
    ]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How likely each block is part of the article, and which blocks are taken."""

    scores: list[float]
    taken: list[bool]


def _judgement(work: Work, model: BlockModel, marks: list[PhraseMatch | None]) -> Judgement:
    """Scores the blocks, and asks trafilatura and the page's data where that is in doubt.

    Where next to nothing would be taken, what trafilatura's precision mode keeps is taken: no page is lost whole.
    """
    if is_large(work) and work.extractor == EXTRACTOR:
        work.extractor = EXTRACTOR + "/large"
    page = features.PageContext(
        blocks=work.blocks,
        nodes=work.nodes,
        title=work.found.title,
        description=work.found.description,
        body=work.head.body,
        signs=marks,
    )
    scores = features.scores(page, model, lambda: votes_of(work) if work.extractor == EXTRACTOR else None)
    taken = [s >= model.threshold for s in scores]
    precision = page.votes[features.VOICES.index("precision")]
    if (
        precision is not None
        and sum(b.size for b, t in zip(work.blocks, taken, strict=True) if t) < features.NEXT_TO_NOTHING
    ):
        taken = [t or k >= MOSTLY for t, k in zip(taken, precision, strict=True)]
    return Judgement(scores, taken)


def is_large(work: Work) -> bool:
    """Return whether a page is too large for others to be asked about it."""
    size = sum(b.size for b in work.blocks)
    return (
        size > trafilatura_vote.MAX_CHARS
        or len(work.blocks) > features.MAX_BLOCKS
        or work.root.xpath("count(//*)") > trafilatura_vote.MAX_ELEMENTS
    )


def votes_of(work: Work) -> list[list[float] | None]:
    """Return the share of each block that each of `features.VOICES` keeps; None for one that says nothing."""
    data = "\n".join(embedded_json.paragraphs_of(work.head, with_programs=False))
    texts = (*trafilatura_vote.kept_texts(work.root), data)
    return [
        votes.kept_shares(work.blocks, text, votes.SHORTEST if voice == "data" else 1)
        for voice, text in zip(features.VOICES, texts, strict=True)
    ]


def _assemble(work: Work, judged: Judgement, marks: list[PhraseMatch | None]) -> Article:
    found, head = work.found, work.head
    tables = data_tables(work.blocks, work.nodes)
    verdicts = classify.judge(
        work.blocks,
        judged.scores,
        judged.taken,
        found=found,
        signs=marks,
        ruled=work.ruled,
        entries=live_blog.entries_of(head.items),
        tables=tables,
        url=work.url,
    )
    if not found.description:
        shown = (b.text for b, v in zip(work.blocks, verdicts, strict=True) if v.kind == "description")
        found.put("description", next(shown, ""), "line after the title")
    notices = find_notices(work.blocks, verdicts)
    base = base_of(work.root, work.url)
    blocks = to_blocks(work.blocks, verdicts, (*tables, *notices), base)
    media = in_text(work.media, work.blocks, verdicts, base)
    confidence = classify.confidence(work.blocks, judged.scores, verdicts)
    blocks, work.extractor = _from_data(work, blocks)
    text = "\n\n".join(b.text for b in blocks if b.kept)
    size = blocks_room.size_of(text)
    if _is_cut(found.description, text):
        found.description = ""
        found.origins.pop("description", None)
    kind = page_kind.page_kind(head, work.blocks, size, found.title, work.url)
    if kind in ("block page", "consent page", "soft 404"):
        blocks = tuple(_removed(b, kind) for b in blocks)
    spoken = languages.detect(text or found.title)
    if spoken and work.language and spoken != work.language and size > 400:
        work.warnings.append(f"the page says it is '{work.language}', the text looks like '{spoken}'")
    part = pagination.part_of(head, work.url, kind, size)
    if part is not None:
        work.warnings.append(pagination.warning_of(part))
    if head.article is not None and _is_gallery(blocks):
        kind = "gallery" if kind == "article" else kind
    return Article(
        url=work.url,
        title=found.title,
        description=found.description,
        authors=found.authors,
        publisher=found.publisher,
        published_at=found.published.at if found.published else None,
        modified_at=found.modified.at if found.modified else None,
        published_as=found.published.stated if found.published else "",
        modified_as=found.modified.stated if found.modified else "",
        date_is_weak=found.date_is_weak,
        language=work.language or spoken,
        section=found.section,
        tags=found.tags,
        image_url=found.image_url,
        captions=tuple(dict.fromkeys(b.text for b in blocks if b.kind == "caption" and _near_text(b))),
        credits=tuple(dict.fromkeys(b.text for b in blocks if b.kind == "credit" and _near_text(b))),
        embeds=media.embeds,
        pictures=media.pictures,
        canonical_url=found.canonical_url,
        og_url=found.og_url,
        amp_url=found.amp_url,
        jsonld_id=found.jsonld_id,
        free_access=page_kind.free_access(head, work.blocks, size),
        page_kind=kind,
        blocks=blocks,
        origins=found.origins,
        extractor=work.extractor,
        extractor_version=EXTRACTOR_VERSION,
        confidence=confidence,
        warnings=tuple(work.warnings),
        part=part,
    )


def _is_cut(description: str, text: str) -> bool:
    """Whether a description is but the text's own beginning, cut off."""
    start = fold(description.rstrip(" .…"))
    return (
        bool(start)
        and description.endswith(("…", "..."))
        and fold(text[: len(description) + 20]).startswith(start)
    )


def _near_text(block: Block) -> bool:
    return block.reason.removesuffix(IN_TEXT) in ("caption", "credit", "")


def _removed(block: Block, kind: str) -> Block:
    if not block.kept:
        return block
    return replace(block, kept=False, reason=kind)


def _is_gallery(blocks: Sequence[Block]) -> bool:
    captions = sum(1 for b in blocks if b.kind == "caption")
    text = sum(len(b.text) for b in blocks if b.kept)
    return captions >= 8 and text < 600


def _from_data(work: Work, blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], str]:
    """The text that stands only in the page's JSON, when its HTML shows next to none of it."""
    shown = sum(len(b.text) for b in blocks if b.kept)
    if shown >= 500:
        return blocks, work.extractor
    paragraphs = embedded_json.paragraphs_of(work.head)
    if sum(map(len, paragraphs)) < max(300, 2 * shown):
        return blocks, work.extractor
    shown_apart = {fold(b.text) for b in blocks if b.kind in ("title", "description")}
    paragraphs = tuple(p for p in paragraphs if fold(p) not in shown_apart)
    removed = tuple(_removed(b, "also in the page's data") for b in blocks)
    return removed + _apart(work, paragraphs), EXTRACTOR + "/data"


def _apart(work: Work, lines: Sequence[str]) -> tuple[Block, ...]:
    """Paragraphs that are in no block of the page; a sign removes one of them as it does a block."""
    raw = _plain_blocks(lines)
    made = []
    for block, mark in zip(raw, boilerplate_phrases.signs_of(raw, work.language), strict=True):
        reason = mark.group if mark is not None and mark.is_strong else ""
        if not reason and block.index >= len(raw) - asks.ENDS and asks.is_asked(block.text):
            reason = asks.group_of(block.text)
        made.append(Block(kind="paragraph", text=block.text, kept=not reason, reason=reason, place="json"))
    return tuple(made)
