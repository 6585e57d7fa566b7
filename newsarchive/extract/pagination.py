"""Is this page one of several that hold one article, and where does it go on?

Answers it for a parsed page (`part_of`) and, for the crawl, from a page's bytes without a parser (`onward`), which says
yes a little too often rather than too seldom: what it names is fetched and archived; what is joined is decided later.
Never fetches, never joins pages (page_joining.py does). Reads link rel=next and rel=prev and links to numbered pages of
this very address; a section's, an author's or a search's pages are no article's. Pure.
Tested in tests/extract/test_pagination.py and tests/extract/test_next_page.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urldefrag, urlsplit

from newsarchive.extract import jsonld
from newsarchive.extract.page_metadata import PageMetadata
from newsarchive.model import PageKind, Part
from newsarchive.web.html_tree import inner_text, tokens
from newsarchive.web.links import absolute

MAX_PAGES = 60  # a higher number in an address is something else's
MIN_CHARS = 300  # of the article's text on a page that may be a part of one
RELS = ("next", "prev", "previous")
WARNED = " of a paginated article"
_WORD = "page|seite|pagina|página|pag|sida|side|strona|paged|pagenum|pageno|page_no|pg"
_QUERY = re.compile(rf"(?:(?<=^)|(?<=&))(?:{_WORD})=(\d{{1,2}})(?:&|$)", re.I)
_PATH = re.compile(
    rf"(?:/(?:{_WORD})[-_/]?|[-_](?:{_WORD})[-_]?|/|[-_,])(\d{{1,2}})(?=(?:\.\w{{2,5}})?/?$)", re.I
)
_WORDED = re.compile(rf"[/?&_-](?:{_WORD})[-_/=]?\d{{1,2}}(?!\d)", re.I)  # the address says "page"
_COMMENTS = re.compile(r"\A[^#]*#.*(?:comment|kommentar|cid)|[?&](?:c|comment|kommentar)\w*=", re.I)
_LISTS = tokens("collectionpage searchresultspage profilepage")


def page_of(url: str) -> tuple[str, int]:
    """The address without its page number, and the number; 1 where it has none."""
    parts = urlsplit(urldefrag(url)[0])
    host = parts.netloc.lower().removeprefix("www.")
    query = _QUERY.search(parts.query)
    if query:
        rest = _QUERY.sub("", parts.query).strip("&")
        return f"{host}{parts.path.rstrip('/')}?{rest}", int(query[1])
    path = _PATH.search(parts.path)
    if path and 0 < int(path[1]) <= MAX_PAGES:
        stem = parts.path[: path.start()] + parts.path[path.end() :]
        return f"{host}{stem.rstrip('/')}?{parts.query}", int(path[1])
    return f"{host}{parts.path.rstrip('/')}?{parts.query}", 1


def part_of(head: PageMetadata, url: str, kind: PageKind, kept_chars: int) -> Part | None:
    """Which page of an article this is; None if it isn't one of several.

    Args:
        kept_chars: Size of the article's text on this page.
    """
    if not absolute(url, url) or not _may_be_part(head, url, kind, kept_chars):
        return None
    told = {absolute(url, link) for rel in RELS for link in head.links.get(rel, ())}
    return named(url, told | _numbered(head, url))


def named(url: str, links: Iterable[str]) -> Part | None:
    """Which page of an article is at `url`, if `links` lead to others of its pages; else None.

    The first two pages must be among them; or, where the address itself says "page 3", the page before.

    Args:
        links: Addresses of next and previous pages, and of links whose text is a page's number.
    """
    own = absolute(url, url)
    if not own:
        return None
    known = sorted(filter(None, links))
    for stem, number in (page_of(own), (_stem(own), 1)):
        pages = {number: own}
        for link in known:
            other, n = _page_under(stem, link)
            if other == stem and n <= MAX_PAGES:
                pages.setdefault(n, link)
        is_sure = set(pages) >= {1, 2} or (number > 2 and _WORDED.search(own) and number - 1 in pages)
        if len(pages) > 1 and is_sure:
            return Part(stem=stem, number=number, last=max(pages), pages=tuple(sorted(pages.items())))
    return None


def warning_of(part: Part) -> str:
    """The finding in words, for `Article.warnings`."""
    following = f"; next: {part.following}" if part.following else ""
    return f"page {part.number} of {part.last}{WARNED}{following}"


def _may_be_part(head: PageMetadata, url: str, kind: PageKind, kept_chars: int) -> bool:
    """Whether the page holds text of an article, and is no list of articles."""
    if not url or kind not in ("article", "live blog") or kept_chars < MIN_CHARS:
        return False
    if not urlsplit(url).path.strip("/") and not urlsplit(url).query:
        return False
    if any(jsonld.types_of(item) & _LISTS for item in head.items):
        return False
    og = head.meta("og:type").lower()
    return og == "article" or (head.article is not None and og != "website")


def _stem(url: str) -> str:
    """The address as that of a first page, whatever number it ends in."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"


def _page_under(stem: str, link: str) -> tuple[str, int]:
    """The page that `link` is; its own address may be the stem, then it is the first."""
    return (stem, 1) if _stem(link) == stem else page_of(link)


def to_number(url: str, href: str, number: int) -> str:
    """The address behind a link whose text is `number`, if the address says so, too; else empty.

    Pages of comments are none of the article's.
    """
    if _COMMENTS.search(href):
        return ""
    link = absolute(url, href)
    return link if number == 1 or page_of(link)[1] == number else ""


def _numbered(head: PageMetadata, url: str) -> set[str]:
    """Links whose text is the very page number that their address has."""
    found = set()
    for element, attributes in head.attributes.items():
        href = attributes.get("href")
        if element.tag != "a" or not href or len(href) > 500:
            continue
        text = (element.text or "").strip()
        if text and not text.isdecimal():
            continue
        text = inner_text(element) if len(element) < 3 else ""
        if not text.isdecimal() or len(text) > 4 or not 0 < int(text) <= MAX_PAGES:
            continue
        found.add(to_number(url, href, int(text)))
    return found


LOOKED_AT = 3_000_000  # bytes of a page that are looked at
# A numbered link: its text is a number of one or two digits, perhaps in one element of its own.
_NUMBERED = re.compile(
    rb"<a\s([^<>]{1,1000})>\s*(?:<(?:span|b|strong|em|i)\b[^<>]{0,200}>\s*)?(\d{1,2})\s*<", re.I
)
_A_NUMBER = re.compile(rb">\s*[1-9]\d?\s*<")
_LINK = re.compile(rb"<link\s([^<>]{1,1000})>", re.I)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]{1,500})"|'([^']{1,500})'|([^\s"'>]{1,500}))""", re.I)
_REL = re.compile(rb"""\brel\s*=\s*(?:"([^"]{1,100})"|'([^']{1,100})'|([^\s"'>]{1,100}))""", re.I)
_OG_TYPE = re.compile(rb"""<meta\s[^<>]{0,200}\bog:type\b[^<>]{0,200}>""", re.I)
_ARTICLE = re.compile(rb"""["']article["']""", re.I)
_LD_ARTICLE = re.compile(rb'"@type"\s*+:\s*+(?:\[\s*+)?"[a-z]*(?:article|blogposting|report|review)"', re.I)


def onward(page: bytes, url: str) -> Part | None:
    """Which page of an article this seems to be, and the addresses of its other pages; None if it is none.

    Args:
        page: The body, content-decoded, in any charset that holds ASCII; anything else gives None.
        url: The page's own address, after redirects.
    """
    page = page[:LOOKED_AT]
    links = {*_ends(page, url), *_numbered_bytes(page, url)} - {""}
    part = named(url, links) if links else None
    return part if part is not None and _is_article(page) else None


def _is_article(page: bytes) -> bool:
    """Whether the page calls itself an article; what says of itself that it is a website is a list."""
    kind = _OG_TYPE.search(page)
    if kind:
        return bool(_ARTICLE.search(kind[0]))
    return bool(_LD_ARTICLE.search(page))


def _ends(page: bytes, url: str) -> Iterator[str]:
    """What `<link rel=next>` and `rel=prev` name."""
    body = page.find(b"<body")
    for found in _LINK.finditer(page, 0, body if body > 0 else len(page)):
        rel = _value(_REL.search(found[1]))
        if rel and set(rel.lower().split()) & set(RELS):
            href = _value(_HREF.search(found[1]))
            yield absolute(url, href)


def _numbered_bytes(page: bytes, url: str) -> Iterator[str]:
    """Links whose text is the very number that their address has."""
    if not _A_NUMBER.search(page):
        return
    for found in _NUMBERED.finditer(page):
        href = _value(_HREF.search(found[1]))
        if href:
            yield to_number(url, href, int(found[2]))


def _value(found: re.Match[bytes] | None) -> str:
    if found is None:
        return ""
    return html.unescape((found[1] or found[2] or found[3]).decode("utf-8", "replace")).strip()
