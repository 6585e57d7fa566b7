"""One page's bytes become one Article: decode, parse, metadata, blocks, judgement.

Every page gives an Article, whatever its bytes: an empty, broken or foreign one says so in `page_kind` and
`warnings`. Reads no clock and no network; the same bytes give the same Article. Before the template layer
(template.py). Tested in tests/extract/test_article.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from newsarchive import languages
from newsarchive.extract import blocks as blocks_room
from newsarchive.extract import (
    boilerplate_phrases,
    classify,
    embedded_json,
    features,
    jsonld,
    live_blog,
    page_kind,
    pagination,
    trafilatura_vote,
)
from newsarchive.extract.article_fields import IN_TEXT
from newsarchive.extract.block_model import BlockModel, shipped
from newsarchive.extract.blocks import BlockNode, RawBlock
from newsarchive.extract.boilerplate_phrases import PhraseMatch
from newsarchive.extract.extractor_version import EXTRACTOR, EXTRACTOR_VERSION
from newsarchive.extract.line_breaks import split_lines
from newsarchive.extract.metadata import ChosenMetadata, read_metadata
from newsarchive.extract.page_metadata import PageMetadata, read_head
from newsarchive.extract.site_rules import Ruled, apply_rules
from newsarchive.model import Article, Block, SiteRule
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import MAX_TAGS, Element, first_tags, is_html, parse, too_deep

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
    if root is None:
        return _without_text(url, "empty", warnings)
    work = prepare(root, text, url, rules, fetched_at, warnings)
    block_model = block_model or shipped(features.NAMES)
    marks = boilerplate_phrases.signs_of(work.blocks, work.language)
    scores = _scores(work, block_model, marks)
    return _assemble(work, scores, block_model.threshold, marks)


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
    blocks, nodes = blocks_room.blocks_of(root)
    extractor = EXTRACTOR
    if too_deep(root):
        warnings.append("nested deeper than the parser reads; the text was taken without structure")
        flat = _flat_blocks(text)
        if sum(b.size for b in flat) > 1.2 * sum(b.size for b in blocks):
            blocks, nodes = flat, [flat[0].node] if flat else []
            extractor = EXTRACTOR + "/flat"
    found = read_metadata(head, url, blocks, text)
    declared = languages.code_of(head.lang) or languages.code_of(
        head.meta("og:locale", "content-language", "language")
    )
    if extractor == EXTRACTOR:
        blocks = split_lines(blocks, nodes, (found.title, found.description, *found.authors), declared)
    return Work(url, root, head, found, blocks, nodes, declared, ruled, warnings, extractor)


def _flat_blocks(text: str) -> list[RawBlock]:
    """Paragraphs of a page whose nesting no tree can hold: tags are cut out, breaks kept."""
    body = _ANY_TAG.sub("", _PLAIN.sub("\n", _SCRIPT.sub("", text)))
    node = BlockNode(tag="body", names="", mask=0, parent=None, depth=0, element=None, order=0)
    pieces = (blocks_room.clean(jsonld.plain(p)) for p in body.split("\n"))
    return [
        RawBlock(text=p, node=node, size=blocks_room.size_of(p), link_chars=0, links=0, bold_chars=0, index=i)
        for i, p in enumerate(islice(filter(None, pieces), MAX_TAGS))
    ]


def _scores(work: Work, block_model: BlockModel, marks: list[PhraseMatch | None]) -> features.Scores:
    """The probability of each block; 0 for what is plainly the site's frame."""
    is_large = (
        sum(b.size for b in work.blocks) > trafilatura_vote.MAX_CHARS
        or len(work.blocks) > features.MAX_BLOCKS
        or work.root.xpath("count(//*)") > trafilatura_vote.MAX_ELEMENTS
    )
    if is_large and work.extractor == EXTRACTOR:
        work.extractor = EXTRACTOR + "/large"

    def ask() -> list[float] | None:
        if is_large or work.extractor != EXTRACTOR:
            return None
        return trafilatura_vote.kept_shares(
            work.blocks, trafilatura_vote.kept_text(trafilatura_vote.copy_of(work.root))
        )

    page = features.PageContext(
        blocks=work.blocks,
        nodes=work.nodes,
        title=work.found.title,
        description=work.found.description,
        body=work.head.body,
        signs=marks,
    )
    return features.score_page(page, block_model, ask)


def _assemble(
    work: Work, scores: features.Scores, threshold: float, marks: list[PhraseMatch | None]
) -> Article:
    found, head = work.found, work.head
    entries = live_blog.entries_of(head.items)
    verdicts = classify.judge(
        work.blocks, scores.values, threshold, found=found, signs=marks, ruled=work.ruled, entries=entries
    )
    blocks = classify.to_blocks(work.blocks, verdicts)
    confidence = classify.confidence(work.blocks, scores.values, verdicts)
    blocks, work.extractor = _from_data(work, blocks)
    text = "\n\n".join(b.text for b in blocks if b.kept)
    size = blocks_room.size_of(text)
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


def _near_text(block: Block) -> bool:
    return block.reason.removesuffix(IN_TEXT) in ("caption", "credit", "")


def _removed(block: Block, kind: str) -> Block:
    if not block.kept:
        return block
    return Block(kind=block.kind, text=block.text, kept=False, reason=kind, place=block.place, at=block.at)


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
    removed = tuple(_removed(b, "also in the page's data") for b in blocks)
    own = tuple(Block(kind="paragraph", text=p, kept=True, place="json") for p in paragraphs)
    return removed + own, EXTRACTOR + "/data"
