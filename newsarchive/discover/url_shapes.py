"""The shape of a URL: what is left of its path when words, numbers and ids are blanked.

Articles of one site share a few shapes, and its menus have others; so a link is recognised without
any list of words. Pure. Tested in tests/discover/test_sections.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from newsarchive.web.links import host_of

_SPLIT = re.compile(r"[-_+.,~]+")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_DATE = re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d\Z")
_MIXED = re.compile(r"(?=[^\W\d]*\d)(?=\d*[^\W\d])[A-Za-z0-9]{6,}\Z")
_EXTENSION = re.compile(r"\.([a-z]{2,5})\Z", re.IGNORECASE)
_NOT_PAGES = frozenset(
    [
        "jpg",
        "jpeg",
        "png",
        "gif",
        "webp",
        "svg",
        "pdf",
        "mp3",
        "mp4",
        "avi",
        "mov",
        "zip",
        "gz",
        "xml",
        "rss",
        "json",
        "css",
        "js",
        "ico",
        "woff",
        "woff2",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "epub",
    ]
)


# How content systems name the sitemaps of what is no story: Yoast and RankMath, WordPress itself, Ghost and others.
_NO_STORIES = r"page|category|post_tag|tag|author|user|product|product_\w+|attachment|taxonom\w+"
_LIST_SITEMAP = re.compile(
    rf"/(?:(?:{_NO_STORIES})s?-sitemap\d*|wp-sitemap-(?:taxonomies|users|posts-page|posts-product)\b[\w-]*|"
    r"sitemap[-_](?:pages|categories|tags|authors|users|products|taxonom\w+)(?:[-_]\d+)?)\.xml(?:\.gz)?$",
    re.IGNORECASE,
)
# First words of addresses (behind a language or none) of lists; no story is below the first group, below the second
# are stories of some outlets, with a slug of their own.
_LISTS = frozenset({"tag", "tags", "author", "authors", "user", "users", "taxonomy"})
_SECTIONS = frozenset(
    {"category", "categories", "topic", "topics", "product", "products", "shop", "profile", "profiles"}
)


def is_list_sitemap(url: str) -> bool:
    """Return whether a sitemap's name says that it lists tags, authors, categories, fixed pages or products."""
    return bool(_LIST_SITEMAP.search(urlsplit(url).path))


def is_list_page(url: str) -> bool:
    """Return whether a page's address says that it is a list: of a tag, an author, a category; or a product."""
    segments = [s for s in unquote(urlsplit(url).path).lower().split("/") if s]
    if segments and re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2})?", segments[0]):
        segments = segments[1:]
    if len(segments) < 2:
        return False
    if segments[0] in _SECTIONS:
        shape = shape_of(url)
        return shape.slug_words < 3 and not shape.has_id and not shape.has_date
    return segments[0] in _LISTS


# Begin the addresses of an outlet's own terms, in the languages in which they are commonly written.
_TERMS = frozenset(
    [
        "privacy",
        "cookie",
        "cookies",
        "terms",
        "legal",
        "imprint",
        "impressum",
        "datenschutz",
        "datenschutzerklaerung",
        "nutzungsbedingungen",
        "agb",
        "mentions",
        "confidentialite",
        "politica",
        "privacidad",
        "aviso",
        "termini",
        "informativa",
        "privacybeleid",
        "voorwaarden",
        "polityka",
    ]
)


def is_fixed_page(url: str) -> bool:
    """Return whether a page's address may be that of a fixed page (`/about-us`, `/people/ann-reporter`, `/terms-of-use-and-privacy`): no
    date, no id, and no headline for its last part, or the outlet's terms."""
    shape = shape_of(url)
    if shape.has_date or shape.has_id:
        return False
    last = unquote(urlsplit(url).path).lower().rstrip("/").rsplit("/", 1)[-1]
    return shape.slug_words < 3 or _SPLIT.split(last)[0] in _TERMS


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlShape:
    """The form of a URL's path.

    `pattern` has one letter a segment: Y year, n short number, D date, I long number, H mixed id, S a
    slug of three words or more (s# with a long number or date in it), w any other word; then the
    extension and the names of the query's number-like keys.
    """

    host: str
    pattern: str
    depth: int
    slug_words: int
    has_date: bool
    has_id: bool
    is_page: bool  # not a picture, a PDF, a feed …

    @property
    def key(self) -> str:
        """Host and pattern: URLs with the same key have the same shape."""
        return f"{self.host} {self.pattern}"


def shape_of(url: str) -> UrlShape:
    """Return the shape of an absolute http(s) URL."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    extension = ""
    found = _EXTENSION.search(path)
    if found:
        extension = found[1].lower()
        path = path[: found.start()]
    segments = [s for s in path.split("/") if s]
    letters = [_letter(s) for s in segments]
    ids = sorted(k for k, v in parse_qsl(parts.query) if re.search(r"\d{3,}", v) or _MIXED.match(v))
    pattern = (
        "/".join(letters) + (f".{extension}" if extension else "") + (f"?{','.join(ids)}" if ids else "")
    )
    return UrlShape(
        host=host_of(url),
        pattern=pattern,
        depth=len(segments),
        slug_words=max((_words(s) for s in segments[-2:]), default=0),
        has_date=_has_date(segments, letters),
        has_id=bool(ids) or any(c in ("I", "H") or "#" in c for c in letters),
        is_page=extension not in _NOT_PAGES,
    )


def _letter(segment: str) -> str:
    if segment.isdigit():
        return (
            "Y"
            if _YEAR.match(segment)
            else "D"
            if _DATE.match(segment)
            else "I"
            if len(segment) >= 5
            else "n"
        )
    if _DATE.match(segment):
        return "D"
    tokens = [t for t in _SPLIT.split(segment) if t]
    has_number = any((t.isdigit() and len(t) >= 5) or _is_mixed(t) for t in tokens)
    if len(tokens) == 1 and has_number:
        return "H"
    return ("S" if _words(segment) >= 3 else "w") + ("#" if has_number else "")


def _is_mixed(token: str) -> bool:
    capitals = token.isupper() and len(token) >= 10
    return bool(_MIXED.match(token)) and (capitals or sum(c.isdigit() for c in token) >= 2)


def _words(segment: str) -> int:
    """Words of a slug; two characters of a script without blanks count as one."""
    count = 0
    for token in _SPLIT.split(segment):
        if not token or token.isdigit():
            continue
        wide = sum(1 for c in token if "\u3040" <= c <= "\u9fff" or "\u0e00" <= c <= "\u0e7f")
        count += max(1, wide // 2)
    return count


def _has_date(segments: list[str], letters: list[str]) -> bool:
    text = "/".join(letters)
    return (
        "D" in letters
        or "Y/n" in text
        or "Y/w/n" in text  # a month's name
        or any(re.search(r"(?:19|20)\d\d-[01]\d-[0-3]\d", s) for s in segments)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """How many known articles of a source had which shape."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All articles that were counted."""
        return sum(self.counts.values())

    def knows(self, shape: UrlShape) -> bool | None:
        """Return whether articles have this shape; None while fewer than ten were seen on that host."""
        on_host = sum(n for key, n in self.counts.items() if key.partition(" ")[0] == shape.host)
        seen = self.counts.get(shape.key, 0)
        if seen >= 2:
            return True
        return None if on_host < 10 else seen * 50 >= on_host


def learn_shapes(urls: Iterable[str]) -> Shapes:
    """Return the shapes of articles known from feeds, news sitemaps or the index."""
    return Shapes(counts=dict(Counter(shape_of(u).key for u in urls)))


def resembles_article(url: str, shapes: Shapes | None = None) -> bool:
    """Return whether a URL alone, without the link's text and place, has the form of an article's.

    What is known of the site decides; else a slug of three words, a date or an id in the path does.
    """
    shape = shape_of(url)
    if not shape.is_page or (not shape.depth and not shape.has_id):
        return False
    known = shapes.knows(shape) if shapes else None
    if known is not None:
        return known
    return shape.slug_words >= 3 or shape.has_id or (shape.has_date and shape.pattern[-1] not in "Yn")
