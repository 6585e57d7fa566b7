"""Find an outlet's feeds, sitemaps and sections by its homepage and robots.txt.

Pure: takes bytes that were fetched, proposes; fetches nothing and writes nothing. What it proposes
must be probed before it is believed. Tested in tests/sources/test_detection.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from newsarchive.web.charset import decode
from newsarchive.web.html_tree import Element, parse
from newsarchive.web.links import absolute, base_of

MAX_SECTIONS = 12
_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
        "application/x-rss+xml",
        "text/rss+xml",
    }
)
# Paths at which common systems serve feeds: WordPress, Drupal, Ghost and Substack, Blogger, Hugo, Jekyll,
# Arc, Joomla, TYPO3; then what outlets choose by hand. Few, since each costs a request.
_FEED_PLACES = (
    "rss",
    "feed",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed.json",
    "arc/outboundfeeds/rss/?outputType=xml",
    "feeds/posts/default",
)
# What readers write, not the newspaper's own "Comment" section.
_COMMENTS = re.compile(
    r"/comments/(?:feed|rss|atom|default|$)|[?&]feed=comments|comments[-_.](?:rss|feed|atom)|"
    r"comments? feed|kommentar-?feed|flux des commentaires|feed de (?:los )?comentarios|» comments",
    re.IGNORECASE,
)
_SITEMAP_PLACES = (
    "sitemap.xml",
    "news-sitemap.xml",
    "sitemap-news.xml",
    "sitemap_index.xml",
    "sitemap/news.xml",
)


# How hosts and paths of pages that ask for consent call themselves.
_WALL = re.compile(
    r"(?:^|[./_-])(?:cmp|consent|privacy|cookies?|cookiewall|gdpr|guce|myprivacy)(?=[./_-]|$)", re.I
)
_FEED_LINK = re.compile(
    r"(?:/|\b)(?:rss|feeds?|atom)(?:\.xml|\.json|\.php)?/?(?:\?|\Z)|\.(?:rss|rdf|atom)(?:\?|\Z)|/rss/[^?#]{1,200}\.xml\Z",
    re.I,
)
_FEED_WORD = re.compile(r"\b(?:rss|atom|xml)\b|\bfeeds?\b", re.I)
_SITEMAP_LINK = re.compile(
    r"sitemap[^/]{0,200}\.xml(?:\.gz)?\Z|/sitemaps?/[^?#]{0,200}\.xml(?:\.gz)?\Z", re.I
)
MAX_LINKED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What the homepage and robots.txt propose; URLs absolute, best first, not yet probed."""

    title: str = ""
    language: str = ""  # ISO 639-1, or empty
    feeds: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()  # links that may lead to further feeds, or to a page that lists them
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what a person should know, a sentence each


def common_places(homepage: str) -> tuple[str, ...]:
    """Return URLs at which common systems serve feeds and sitemaps, the likeliest first; an edition's in its folder."""
    root = urljoin(homepage, edition_of(homepage) or "/")
    return tuple(urljoin(root, place) for place in (*_FEED_PLACES, *_SITEMAP_PLACES))


def edition_of(homepage: str) -> str:
    """Return the folder of a homepage that is an edition's ("/en/", "/pt-br/"), else an empty text."""
    path = urlsplit(homepage).path.rstrip("/") + "/"
    found = re.fullmatch(r"/[a-z]{2}(?:[-_][a-z]{2})?/", path, re.IGNORECASE)
    return found[0] if found else ""


def is_wall(asked: str, reached: str) -> bool:
    """Return whether a redirect led to a page that asks for consent on a host of its own, not to the outlet."""
    host = urlsplit(reached).hostname or ""
    return host != (urlsplit(asked).hostname or "") and bool(_WALL.search(f"{host}{urlsplit(reached).path}"))


def detect(homepage: str, html: bytes, robots_txt: str = "", content_type: str | None = None) -> Detection:
    """Find what an outlet offers, by its homepage and its robots.txt.

    Args:
        homepage: Its URL, after redirects.
        html: Its payload, decoded; may be empty or no HTML at all.
        robots_txt: The text of robots.txt; empty if there is none.
        content_type: The homepage's header, for the charset.

    Returns:
        Feeds by link rel=alternate, else by links whose URL says feed; sitemaps by robots.txt and links, news
        sitemaps first; as sections the homepage itself, then those of its menus.
    """
    root = parse(decode(html, content_type).text, is_deep=True)
    feeds = _feeds(root, homepage) if root is not None else ()
    sections = tuple(dict.fromkeys((homepage, *_sections(root, homepage)))) if root is not None else ()
    linked = _linked(root, homepage) if root is not None else ()
    sitemaps = _sitemaps(robots_txt, homepage, root)
    return Detection(
        title=_title(root) if root is not None else "",
        language=_language(root) if root is not None else "",
        feeds=feeds,
        linked=tuple(url for url in linked if url not in feeds),
        sitemaps=sitemaps,
        sections=sections,
        notes=tuple(_notes(root, feeds, sitemaps, sections, robots_txt)),
    )


def _feeds(root: Element, homepage: str) -> tuple[str, ...]:
    """Declared feeds in page order, feeds of comments only if there are no others; else links whose URL says feed."""
    base = base_of(root, homepage)
    declared: dict[str, bool] = {}  # URL -> its address or title says that it holds comments
    for link in root.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        url = absolute(base, link.get("href") or "")
        if url and ("feed" in rels or ("alternate" in rels and kind in _FEED_TYPES)):
            declared.setdefault(url, bool(_COMMENTS.search(f"{url} {link.get('title') or ''}")))
    if declared:
        return tuple(url for url, is_comments in declared.items() if not is_comments) or tuple(declared)
    return tuple(url for url in _linked(root, homepage) if _FEED_LINK.search(url))


def _linked(root: Element, homepage: str) -> tuple[str, ...]:
    """Links whose address or text says that they lead to a feed or to a list of feeds, in page order; none of comments."""
    base = base_of(root, homepage)
    linked: dict[str, None] = {}
    for anchor in root.iter("a"):
        url = absolute(base, anchor.get("href") or "")
        text = " ".join("".join(anchor.itertext()).split())
        says = _FEED_LINK.search(url) or (len(text) <= 30 and _FEED_WORD.search(text))
        if url and says and url != homepage and not _COMMENTS.search(f"{url} {text}"):
            linked.setdefault(url)
    return tuple(linked)[:MAX_LINKED]


def _sitemaps(robots_txt: str, homepage: str, root: Element | None) -> tuple[str, ...]:
    """The Sitemap lines of robots.txt and the page's links to sitemaps, those that call themselves news first."""
    found: dict[str, None] = {}
    for line in robots_txt.splitlines():
        key, _, value = line.partition(":")
        value = value.partition(" #")[0].strip()
        url = absolute(homepage, value) if key.strip().lower() == "sitemap" else ""
        if url:
            found.setdefault(url)
    base = base_of(root, homepage) if root is not None else homepage
    for link in root.iter("a", "link") if root is not None else ():
        url = absolute(base, link.get("href") or "")
        if url and _SITEMAP_LINK.search(urlsplit(url).path):
            found.setdefault(url)
    return tuple(sorted(found, key=lambda u: "news" not in u.lower()))


def _sections(root: Element, homepage: str) -> tuple[str, ...]:
    """Links of the menus one or two short words below the homepage, in menu order.

    A section's link is short in path and text, and is in a menu beside others. Those that other
    links of the page are below (`/europe` and `/europe/a-story`) come first.
    """
    base = base_of(root, homepage)
    host = (urlsplit(homepage).hostname or "").removeprefix("www.")
    below: Counter[str] = Counter()
    menu: dict[str, None] = {}
    for anchor in root.iter("a"):
        url = absolute(base, anchor.get("href") or "")
        if not url or (urlsplit(url).hostname or "").removeprefix("www.") != host:
            continue
        segments = [s for s in urlsplit(url).path.split("/") if s]
        for size in range(1, min(len(segments), 3)):
            below["/".join(segments[:size])] += 1
        if _is_section_link(anchor, url, segments):
            menu.setdefault(url)
    ranked = sorted(menu, key=lambda u: -min(below[urlsplit(u).path.strip("/")], 3))
    real = [u for u in ranked if below[urlsplit(u).path.strip("/")] >= 1]
    distinct = {urlsplit(u).path.strip("/"): u for u in reversed(real)}
    return tuple(u for u in real if distinct[urlsplit(u).path.strip("/")] == u)[:MAX_SECTIONS]


def _is_section_link(anchor: Element, url: str, segments: list[str]) -> bool:
    text = " ".join("".join(anchor.itertext()).split())
    if not 1 <= len(segments) <= 2 or urlsplit(url).query or not text or len(text) > 30:
        return False
    if any(re.search(r"\d|\.\w{2,4}\Z", s) or s.count("-") > 2 for s in segments):
        return False
    here = anchor.getparent()
    for _ in range(8):
        if here is None:
            return False
        if here.tag in ("nav", "header") or (here.get("role") or "") in ("navigation", "menubar", "menu"):
            return True
        if re.search(r"\b(?:nav|menu)", here.get("class") or "", re.IGNORECASE):
            return True
        here = here.getparent()
    return False


def _title(root: Element) -> str:
    """The outlet's name: og:site_name, else the page title up to its first separator."""
    for meta in root.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() in ("og:site_name", "application-name"):
            name = (meta.get("content") or "").strip().lstrip("@")
            if name:
                return name
    title = " ".join((root.findtext(".//title") or "").split())
    return re.split(r"(?<!\s)\s+[|·•–—-]\s+|: ", title)[0][:80]


def _language(root: Element) -> str:
    for value in (root.get("lang"), root.get("xml:lang"), *_locales(root)):
        found = re.match(r"([a-zA-Z]{2})(?:[-_]|\Z)", (value or "").strip())
        if found:
            return found[1].lower()
    return ""


def _locales(root: Element) -> list[str]:
    return [m.get("content") or "" for m in root.iter("meta") if (m.get("property") or "") == "og:locale"]


def _notes(
    root: Element | None,
    feeds: tuple[str, ...],
    sitemaps: tuple[str, ...],
    sections: tuple[str, ...],
    robots_txt: str,
) -> list[str]:
    notes = []
    if root is None:
        notes.append("The homepage is not an HTML page.")
    if not feeds:
        notes.append("The homepage names no feed.")
    if not sitemaps:
        notes.append("robots.txt names no sitemap." if robots_txt else "There is no robots.txt.")
    if not feeds and not sitemaps and sections:
        notes.append("Articles will be found on section pages; this finds fewer than a feed.")
    if root is not None and len(list(root.iter("a"))) < 5 and len(list(root.iter("script"))) > 2:
        notes.append("The homepage seems to need JavaScript; consider render = true.")
    return notes
