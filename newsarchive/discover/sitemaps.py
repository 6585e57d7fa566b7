"""Sitemaps: plain, news, index and text.

Takes a tree or a text, gives raw entries and the further sitemaps that an index names. Reads no
network. Tested in tests/discover/test_discover.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.discover.discovery import DocumentKind, Follow, RawEntry
from newsarchive.discover.feeds import plain
from newsarchive.discover.xmltree import Element, child_text, children, name_of
from newsarchive.web.dates import parse_date
from newsarchive.web.links import absolute


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
    links = [line for line in lines if line.lower().startswith(("http://", "https://")) and " " not in line]
    return Sitemap(
        kind="text-sitemap", entries=tuple(RawEntry(link=link) for link in links), count=len(links)
    )
