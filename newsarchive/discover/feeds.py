"""Feeds (RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed; well-formed or not) and sitemaps (plain, news, index, text).

Takes a tree or a text, gives raw entries and the further sitemaps that an index names. Namespaces and nesting are not
trusted: an item is an item wherever it is. Reads no network. Tested in tests/discover/test_discover.py and, against
618 feeds of other projects' test suites, in tests/discover/test_shared_feeds.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from newsarchive.discover.discovery import DocumentKind, Follow, RawEntry
from newsarchive.discover.xmltree import Element, child_text, children, name_of, space_of, text_of
from newsarchive.text import load_json
from newsarchive.web.dates import parse_date
from newsarchive.web.links import absolute

_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TAG = re.compile(r"<[!/?a-zA-Z][^<>]*>")
_ATOM = re.compile(r"atom", re.IGNORECASE)
MOST_ENTRIES = 50_000  # of one document that are read; sitemaps.org: a sitemap has at most so many
_PERIODS = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 7 * 86400.0,
    "monthly": 30 * 86400.0,
    "yearly": 365 * 86400.0,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DEPTH = 40  # nodes between an entry and its text are fewer in any real feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it states itself."""

    kind: DocumentKind
    entries: tuple[RawEntry, ...] = ()
    title: str = ""
    language: str = ""
    moved_to: str = ""
    wish: float = 0.0  # seconds between two polls
    skip: tuple[int, ...] = ()  # hours of the week


def read_feed(root: Element) -> Feed:
    """Return the feed whose root element is `root`."""
    kind = _kind(root)
    head = next((e for e in root.iter() if name_of(e) in ("channel", "feed")), root)
    return Feed(
        kind=kind,
        entries=tuple(_entry(e) for e in _entry_elements(root)),
        title=plain(child_text(head, "title")),
        language=_language(head),
        moved_to=child_text(head, "new-feed-url"),
        wish=_wish(head),
        skip=_skip(head),
    )


def _wish(head: Element) -> float:
    """The longer of ttl (minutes) and the update module's period; 0 if neither says a number above 0."""
    period = _PERIODS.get(child_text(head, "updateperiod").strip().lower(), 0.0)
    return max(
        _number(child_text(head, "ttl")) * 60.0,
        period / (_number(child_text(head, "updatefrequency")) or 1.0),
    )


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\s*\d{1,7}\s*", text, re.ASCII) else 0.0


def _skip(head: Element) -> tuple[int, ...]:
    """The hours of the week that skipHours (0 to 24, GMT) and skipDays name."""
    hours = {int(_number(text)) % 24 for text in _parts_of(head, "skiphours") if text.strip().isdecimal()}
    days = {
        _DAYS.index(day) for text in _parts_of(head, "skipdays") if (day := text.strip().lower()) in _DAYS
    }
    return tuple(day * 24 + hour for day in range(7) for hour in range(24) if day in days or hour in hours)


def _parts_of(head: Element, name: str) -> Iterator[str]:
    for group in children(head, name):
        yield from islice((text_of(part) for part in group), 24)


def _kind(root: Element) -> DocumentKind:
    name = name_of(root)
    if name == "feed":
        return "atom"
    return "rdf" if name == "rdf" else "rss"


def _entry_elements(root: Element) -> Iterator[Element]:
    """Items and entries, wherever they are: some feeds nest them, some put them beside the channel."""
    found = (element for element in root.iter() if name_of(element) in ("item", "entry"))
    yield from islice(found, MOST_ENTRIES)


def _entry(element: Element) -> RawEntry:
    return RawEntry(
        link=_link(element),
        base=_base(element),
        title=plain(_title(element)),
        guid=_guid(element),
        published=child_text(element, "pubdate", "published", "issued", "date", "created"),
        updated=child_text(element, "updated", "modified", "lastbuilddate"),
        authors=_authors(element),
        language=(element.get(_XML + "lang") or child_text(element, "language")).strip(),
    )


def _title(element: Element) -> str:
    """The entry's own title; one of another namespace (media:title) only if there is no other."""
    titles = list(children(element, "title"))
    own = [t for t in titles if "media" not in space_of(t) and "search.yahoo" not in space_of(t)]
    return next((text for text in map(text_of, own or titles) if text), "")


def _link(element: Element) -> str:
    """Where the entry's page is: the original before a counter's redirect, alternate before others."""
    original = child_text(element, "origlink")
    if original:
        return original
    best = (0, "")
    for link in children(element, "link"):
        text = link.get("href") or text_of(link)
        if text and _weight(link) > best[0]:
            best = (_weight(link), text)
    return best[1] or _link_by_id(element)


def _weight(link: Element) -> int:
    """How surely a link element names the entry's page; 0 if it can't."""
    rel = (link.get("rel") or "").lower()
    if rel not in ("", "alternate"):
        return 0
    kind = (link.get("type") or "").lower()
    page = 0 if kind and "html" not in kind else 2
    foreign = "" if link.get("href") is None or name_of(link.getparent()) == "entry" else space_of(link)  # type: ignore[arg-type]
    return 1 + page + (1 if not _ATOM.search(foreign) else 0)


def _link_by_id(element: Element) -> str:
    for name in ("guid", "id"):
        for child in children(element, name):
            text = text_of(child)
            is_link = (child.get("isPermaLink") or "true").strip().lower() != "false"
            if is_link and text.lower().startswith(("http://", "https://")):
                return text
    return _about(element)


def _guid(element: Element) -> str:
    return child_text(element, "guid", "id", "identifier") or _about(element)


def _about(element: Element) -> str:
    """RDF's name of an item. By name only: going through lxml's attributes takes quadratic time."""
    return element.get(_RDF + "about") or element.get("rdf:about") or ""


def _authors(element: Element) -> tuple[str, ...]:
    names = []
    for child in children(element, "author", "creator", "dc-creator"):
        name = child_text(child, "name") or text_of(child)
        found = re.search(r"\(([^()]+)\)\s*$", name)  # RSS 2.0: "mail@example.org (A Name)"
        name = plain(found[1] if found and "@" in name else name)
        if name and name not in names:
            names.append(name)
    return tuple(names)


def _language(head: Element) -> str:
    own = head.get(_XML + "lang") or child_text(head, "language")
    above = head.getparent()
    if not own and above is not None:
        own = above.get(_XML + "lang") or ""
    return own.strip()


def _base(element: Element) -> str:
    """The xml:base in force at `element`; empty if there is none."""
    bases = []
    here: Element | None = element
    steps = 0
    while here is not None and steps < _DEPTH:
        base = here.get(_XML + "base")
        if base:
            bases.append(base.strip())
        here = here.getparent()
        steps += 1
    joined = ""
    for base in reversed(bases):
        try:
            joined = urljoin(joined, base)
        except ValueError:
            continue
    return joined


def plain(text: str) -> str:
    """Return a title as a reader sees it: entities read (twice, for feeds escape twice), tags gone."""
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
        if "<" in text:
            text = _TAG.sub("", text)
    return " ".join(text.replace("\xa0", " ").split())


def read_json_feed(text: str) -> Feed | None:
    """Return the JSON Feed in `text`; None if it isn't one, not even a broken one."""
    try:
        document = load_json(text.lstrip("\ufeff\x00 \t\r\n"))
    except ValueError:
        return None
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return None
    items = [i for i in document["items"] if isinstance(i, dict)][:MOST_ENTRIES]
    return Feed(
        kind="json-feed",
        entries=tuple(_json_entry(i) for i in items),
        title=plain(_text(document, "title")),
        language=_text(document, "language"),
    )


def _json_entry(item: dict[str, object]) -> RawEntry:
    several = item.get("authors")
    people = several if isinstance(several, list) else [item.get("author")]
    names = [_text(p, "name") for p in people if isinstance(p, dict)]
    return RawEntry(
        link=_text(item, "url") or _text(item, "external_url"),
        title=plain(_text(item, "title")),
        guid=_text(item, "id"),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        authors=tuple(n for n in names if n),
        language=_text(item, "language"),
    )


def _text(table: dict[str, object], key: str) -> str:
    value = table.get(key)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap as it states itself. `count` counts pages and sub-sitemaps alike."""

    kind: DocumentKind
    entries: tuple[RawEntry, ...] = ()
    follow: tuple[Follow, ...] = ()
    count: int = 0


def read_sitemap(root: Element, url: str) -> Sitemap:
    """Return the sitemap (or index) whose root element is `root` and which was fetched from `url`."""
    entries: list[RawEntry] = []
    follow: dict[str, Follow] = {}
    count = 0
    is_news = False
    for element in root.iter():
        if count >= MOST_ENTRIES:
            break
        name = name_of(element)
        if name == "sitemap":
            count += 1
            _add_follow(element, url, follow)
        elif name == "url" and _is_entry(element):
            count += 1
            news = next(children(element, "news"), None)
            is_news = is_news or news is not None
            entries.append(_page(element, news))
    kind: DocumentKind = (
        "sitemap-index" if follow and not entries else "news-sitemap" if is_news else "sitemap"
    )
    if name_of(root) == "sitemapindex" and not entries:
        kind = "sitemap-index"
    return Sitemap(kind=kind, entries=tuple(entries), follow=tuple(follow.values()), count=count)


def _is_entry(element: Element) -> bool:
    return any(name_of(c) == "loc" for c in element)


def _add_follow(element: Element, url: str, follow: dict[str, Follow]) -> None:
    target = absolute(url, child_text(element, "loc"))
    if target and target != url:
        follow.setdefault(
            target, Follow(url=target, kind="sitemap", lastmod=parse_date(child_text(element, "lastmod")))
        )


def _page(element: Element, news: Element | None) -> RawEntry:
    about = next(children(news, "publication"), None) if news is not None else None
    return RawEntry(
        link=child_text(element, "loc"),
        title=plain(child_text(news, "title")) if news is not None else "",
        published=child_text(news, "publication_date") if news is not None else "",
        updated=child_text(element, "lastmod"),
        language=child_text(about, "language") if about is not None else "",
    )


def read_text_sitemap(text: str) -> Sitemap:
    """Read one URL a line; other lines are passed over."""
    lines = [line.strip().lstrip("\ufeff") for line in text.splitlines()]
    links = [line for line in lines if line.lower().startswith(("http://", "https://")) and " " not in line][
        :MOST_ENTRIES
    ]
    return Sitemap(
        kind="text-sitemap", entries=tuple(RawEntry(link=link) for link in links), count=len(links)
    )
