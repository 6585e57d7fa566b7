"""A small news site for an `Origin`: a feed, a news sitemap, sections, articles; all invented."""

from __future__ import annotations

from collections.abc import Iterable

from newsarchive.model import Source
from tests.crawl.origin import Shape, plain


def article(number: int, text: str = "") -> Shape:
    """One article."""
    body = f"<!doctype html><title>Story {number}</title><article><h1>Story {number}</h1><p>{text or 'Text'}</p></article>"
    return plain(body.encode())


def feed(base: str, numbers: Iterable[int], headers: Iterable[bytes] = ()) -> Shape:
    """An RSS feed that names those stories."""
    items = "".join(
        f"<item><title>Story {n}</title><link>{base}/2026/11/story-{n}</link><guid>g{n}</guid></item>"
        for n in numbers
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'
    return plain(body.encode(), headers=headers)


def site(base: str, stories: int) -> dict[str, Shape]:
    """Feed at /feed, articles at /2026/11/story-N."""
    shapes = {f"/2026/11/story-{n}": article(n) for n in range(stories)}
    shapes["/feed"] = feed(base, range(stories))
    return shapes


def source(name: str, base: str, **more: object) -> Source:
    """Its source, with the feed."""
    return Source(name=name, homepage=base + "/", feeds=(base + "/feed",), **more)  # type: ignore[arg-type]
