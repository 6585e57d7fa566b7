"""Is this page one of several that hold one article, and where does it go on?

Finds it out; never fetches (crawl/ does), never joins pages (joining.py does). Looks at link rel=next and rel=prev and at
links to numbered pages of this very address. A section's, an author's or a search's pages are no article's.
Tested in tests/extract/test_pagination.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlsplit

from newsarchive.extract import jsonld
from newsarchive.extract.html_tree import inner_text, tokens
from newsarchive.extract.page_metadata import PageMetadata
from newsarchive.model import PageKind, Part

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
_COMMENTS = re.compile(r"#.*(?:comment|kommentar|cid)|[?&](?:c|comment|kommentar)\w*=", re.I)
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
    if not _is_readable(url) or not _may_be_part(head, url, kind, kept_chars):
        return None
    told = {link for rel in RELS for link in absolute(url, head.links.get(rel, ()))}
    return named(url, told | _numbered(head, url))


def named(url: str, links: Iterable[str]) -> Part | None:
    """Which page of an article is at `url`, if `links` lead to others of its pages; else None.

    The first two pages must be among them; or, where the address itself says "page 3", the page before.

    Args:
        links: Addresses of next and previous pages, and of links whose text is a page's number.
    """
    own = urldefrag(url)[0]
    known = sorted(filter(_is_readable, links))
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


def _is_readable(url: str) -> bool:
    """Whether the address can be taken apart at all."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


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


def absolute(url: str, links: Iterable[str]) -> list[str]:
    """The links as the page at `url` means them, without fragments; those that can't be read are left out."""
    found = []
    for link in links:
        try:
            found.append(urldefrag(urljoin(url, link))[0])
        except ValueError:
            continue
    return found


def to_number(url: str, href: str, number: int) -> list[str]:
    """The address behind a link whose text is `number`, if the address says so, too; else nothing.

    Pages of comments are none of the article's.
    """
    if _COMMENTS.search(href):
        return []
    return [link for link in absolute(url, (href,)) if number == 1 or page_of(link)[1] == number]


def _numbered(head: PageMetadata, url: str) -> set[str]:
    """Links whose text is the very page number that their address has."""
    found = set()
    for element in head.elements:
        href = element.get("href") if element.tag == "a" else None
        if not href or len(href) > 500:
            continue
        text = (element.text or "").strip()
        if text and not text.isdecimal():
            continue
        text = inner_text(element) if len(element) < 3 else ""
        if not text.isdecimal() or not 0 < int(text) <= MAX_PAGES:
            continue
        found |= set(to_number(url, href, int(text)))
    return found
