"""One document that was fetched, read as what its bytes are: `discover`.

Pure: takes bytes, a source and the time; fetches nothing and remembers nothing. Believes the bytes before what a server
says of them: gzip is unpacked wherever it occurs, a feed is found behind whatever is before it. Bounded: never more
than `limit` bytes of text, each step one pass. Tested in tests/discover/test_discover.py and
tests/discover/test_sniff.py.
"""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from newsarchive.discover.discovery import (
    FEEDS,
    SITEMAPS,
    Discovery,
    DocumentKind,
    Problem,
    RawEntry,
    gather,
)
from newsarchive.discover.feeds import (
    MOST_ENTRIES,
    Feed,
    Sitemap,
    read_feed,
    read_json_feed,
    read_sitemap,
    read_text_sitemap,
)
from newsarchive.discover.sections import read_section
from newsarchive.discover.url_shapes import Shapes, is_list_sitemap
from newsarchive.discover.xmltree import Element, name_of, parse
from newsarchive.errors import ConfigError, reason_of
from newsarchive.model import CandidateKind, Source
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import cut_before

# Bytes unpacked: the 50,000 URLs of a sitemap take 5 to 10 MB, with dates (sitemaps.org allows 50 MB).
LIMIT = 16 * 1024 * 1024
# What costs memory when it is parsed, by shape, and how many are read: a sitemap of 50,000 URLs with news has 900,000 tags.
_MARKS = {
    "xml": ((re.compile("[<&]"), 1_000_000), (re.compile("="), 500_000)),
    "json": ((re.compile(r"[{\[]"), 1_000_000),),
    "text": ((re.compile("\n"), 1_000_000),),
}
HEAD = 4096  # characters in which a declaration or an HTML tag must show

Shape = Literal["xml", "json", "text", "html", "empty"]

_ROOT = re.compile(
    r"<(?:[\w-]{1,20}:)?(?:rss|rdf|feed|urlset|sitemapindex|channel)(?=[\s>/])[^<]{0,4000}>", re.IGNORECASE
)
_ROOT_ESCAPED = re.compile(r"&lt;(?:\?xml|rss|feed|urlset|sitemapindex|rdf:RDF)(?=[\s&?])", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:[\w-]{1,20}:)?(?:item|entry|url|sitemap)[\s>]", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|script|div|table|p|a|h1)(?=[\s>])", re.IGNORECASE
)
_URL_LINE = re.compile(r"\s*https?://\S+\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A document as text. `start` is where its root element begins (XML), else 0."""

    shape: Shape
    text: str
    start: int = 0
    charset: str = "utf-8"
    is_cut: bool = False
    is_repaired: bool = False  # characters were replaced


def unpack(body: bytes, content_type: str | None = None, *, limit: int = LIMIT) -> Unpacked:
    """Return `body` as text with its shape.

    Args:
        body: The payload, transfer and content coding removed. A gzip file inside is unpacked.
        content_type: The header's value, if there was one.
        limit: Bytes of unpacked text that are read at most.
    """
    data, is_cut = _gunzip(body, limit)
    text, charset, is_repaired = decode(data, content_type)
    shape, start, text = _shape(text, content_type or "")
    size = len(text)
    for mark, most in _MARKS.get(shape, ()):
        text = cut_before(text, mark, most)
    is_cut = is_cut or len(text) < size
    return Unpacked(
        shape=shape, text=text, start=start, charset=charset, is_cut=is_cut, is_repaired=is_repaired
    )


def _gunzip(body: bytes, limit: int) -> tuple[bytes, bool]:
    """`body` without up to two layers of gzip, and whether something of it is missing."""
    is_cut = False
    for _ in range(2):
        if not body.startswith(b"\x1f\x8b"):
            break
        body, torn = _inflate(body, limit)
        is_cut = is_cut or torn
    return body[:limit], is_cut or len(body) > limit


def _inflate(body: bytes, limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest.startswith(b"\x1f\x8b") and size <= limit:
        unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            part = unzip.decompress(rest, limit + 1 - size)
        except zlib.error:
            return b"".join(parts), True
        parts.append(part)
        size += len(part)
        if not unzip.eof:
            return b"".join(parts), True
        rest = unzip.unused_data
    return b"".join(parts), size > limit


def _shape(text: str, content_type: str) -> tuple[Shape, int, str]:
    """Shape, start of the root element, and the text (unescaped, if a feed was shown as HTML)."""
    lead = text[:HEAD].lstrip("\ufeff\x00 \t\r\n")
    if not lead and not text.strip():
        return "empty", 0, ""
    if lead.startswith(("{", "[")):
        return "json", 0, text
    if _URL_LINE.match(lead.partition("\n")[0]):
        return "text", 0, text
    root = _ROOT.search(text)
    if root and (not _HTML.match(lead) or _ENTRY.search(text, root.end())):
        return "xml", root.start(), text
    escaped = _ROOT_ESCAPED.search(text)
    if escaped:
        inner = html.unescape(text[escaped.start() :])
        root = _ROOT.search(inner)
        if root and _ENTRY.search(inner, root.end()):
            return "xml", root.start(), inner
    if _HTML.search(text[: 16 * HEAD]) or "html" in content_type.lower():
        return "html", 0, text
    return ("xml" if lead.startswith("<") else "text"), 0, text


def discover(
    url: str,
    body: bytes,
    content_type: str | None = None,
    *,
    source: Source,
    now: datetime,
    kind: CandidateKind | None = None,
    shapes: Shapes | None = None,
    limit: int = LIMIT,
) -> Discovery:
    """Return what the document fetched from `url` proposes.

    Args:
        url: Where it came from (after redirects); relative links are seen from there.
        body: The payload, transfer and content coding removed; a gzip file inside is unpacked.
        content_type: The header's value, believed only where the bytes leave a doubt.
        source: Whose it is: its domains, patterns and language decide which links count.
        now: The present; later dates are dropped.
        kind: What it was fetched as. Another kind of document is read all the same, and reported as a
            problem ("not expected"); an HTML page's candidates are of kind "archive" if asked so.
        shapes: URL shapes of the source's known articles (`learn_shapes`), for section pages.
        limit: Bytes that are read at most, unpacked.

    Returns:
        Candidates in the document's order, what to follow, and problems. Never raises for what the
        bytes are.

    Raises:
        ConfigError: a pattern of `source` isn't a regular expression.
    """
    try:
        text = unpack(body, content_type, limit=limit)
        found = _read(url, text, source, now, kind, shapes)
    except (ConfigError, MemoryError):
        raise
    except Exception as error:  # whatever a parser makes of one document must leave the others alone
        return Discovery(kind="unknown", problems=(Problem(code="broken", detail=reason_of(error)),))
    return _with_problems(found, _doubts(found, text, kind))


def _read(
    url: str,
    text: Unpacked,
    source: Source,
    now: datetime,
    kind: CandidateKind | None,
    shapes: Shapes | None,
) -> Discovery:
    if text.shape == "empty":
        return Discovery(kind="empty")
    if text.shape == "html":
        return _from_section(url, text.text, source, now, kind, shapes)
    if text.shape == "json":
        feed = read_json_feed(text.text)
        return _from_feed(feed, url, source, now) if feed else Discovery(kind="unknown")
    if text.shape == "text":
        return _from_sitemap(read_text_sitemap(text.text), url, source, now, kind)
    root, is_broken = parse(text.text, text.start)
    if root is None:
        return Discovery(kind="unknown")
    found = _from_root(root, url, source, now, kind)
    odd = []
    if is_broken and not text.is_cut:  # what we cut off ourselves is reported as that
        odd.append(Problem(code="broken", detail="not well-formed XML; read as far as possible"))
    if found.stated_count >= MOST_ENTRIES:
        odd.append(Problem(code="cut", detail=f"only its first {MOST_ENTRIES:,} entries are read"))
    return _with_problems(found, odd)


def _from_root(
    root: Element, url: str, source: Source, now: datetime, kind: CandidateKind | None
) -> Discovery:
    if name_of(root) in ("urlset", "sitemapindex"):
        return _from_sitemap(read_sitemap(root, url), url, source, now, kind)
    if name_of(root) in ("rss", "rdf", "feed", "channel"):
        return _from_feed(read_feed(root), url, source, now)
    return Discovery(kind="unknown")


def _from_feed(feed: Feed, url: str, source: Source, now: datetime) -> Discovery:
    candidates, problems = gather(
        feed.entries,
        url=url,
        kind="feed",
        source=source,
        now=now,
        language=feed.language or source.language,
    )
    return Discovery(
        kind=feed.kind,
        candidates=candidates,
        problems=problems,
        stated_count=len(feed.entries),
        title=feed.title,
        language=feed.language,
        moved_to=feed.moved_to,
        wish=feed.wish,
        skip=feed.skip,
    )


def _from_sitemap(
    sitemap: Sitemap, url: str, source: Source, now: datetime, kind: CandidateKind | None
) -> Discovery:
    plain: CandidateKind = "archive" if kind == "archive" else "sitemap"
    candidates, problems = gather(
        sitemap.entries,
        url=url,
        kind="news-sitemap" if sitemap.kind == "news-sitemap" else plain,
        source=source,
        now=now,
        language=source.language,
    )
    follow = tuple(step for step in sitemap.follow if not is_list_sitemap(step.url))
    if len(follow) < len(sitemap.follow):
        problems += (Problem(code="lists", count=len(sitemap.follow) - len(follow)),)
    return Discovery(
        kind=sitemap.kind,
        candidates=candidates,
        follow=follow,
        problems=problems,
        stated_count=sitemap.count,
    )


def _from_section(
    url: str, text: str, source: Source, now: datetime, kind: CandidateKind | None, shapes: Shapes | None
) -> Discovery:
    section = read_section(
        text, url, domains=source.domains, shapes=shapes, all_links=bool(source.article_patterns)
    )
    candidates, problems = gather(
        [RawEntry(link=link, title=title) for link, title in section.articles],
        url=url,
        kind="archive" if kind == "archive" else "section",
        source=source,
        now=now,
        language=section.language or source.language,
    )
    others = (Problem(code="not articles", count=section.others),) if section.others else ()
    return Discovery(
        kind="html",
        candidates=candidates,
        follow=section.follow,
        problems=problems + others,
        stated_count=len(section.articles),
        title=section.title,
        language=section.language,
    )


_EXPECTED: dict[CandidateKind, frozenset[DocumentKind]] = {
    "feed": FEEDS,
    "news-sitemap": SITEMAPS | FEEDS,
    "sitemap": SITEMAPS | FEEDS,
    "section": frozenset({"html"}),
}


def _doubts(found: Discovery, text: Unpacked, kind: CandidateKind | None) -> Sequence[Problem]:
    doubts = []
    if text.is_cut:
        doubts.append(Problem(code="cut", detail="too long, or torn inside its gzip"))
    if text.is_repaired:
        doubts.append(Problem(code="charset", detail=f"read as {text.charset}"))
    if not found.candidates and not found.follow:
        doubts.append(Problem(code="empty", detail=f"a document of kind {found.kind} that names no page"))
    expected = _EXPECTED.get(kind) if kind else None
    if expected and found.kind not in expected:
        doubts.append(Problem(code="not expected", detail=f"asked for a {kind}, got {found.kind}"))
    return doubts


def _with_problems(found: Discovery, problems: Sequence[Problem]) -> Discovery:
    return replace(found, problems=(*problems, *found.problems))
