"""Pages with their truth, for tests of extraction on markup and words that no rule was made on.

A page is a function that gets a story of stories.toml and returns HTML; `@page` says what a reader would
give as its fields, where that isn't the story's own. It never reads the package.
Tested in tests/extract/test_unseen_pages.py.
"""

import html
import json
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STORIES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("stories.toml").read_text("utf-8")
)


@dataclass(frozen=True)
class Story:
    language: str
    headline: str
    standfirst: str
    caption: str
    credit: str
    author: str
    paragraphs: list[str]

    @property
    def p(self) -> list[str]:
        """The paragraphs, escaped for HTML."""
        return [html.escape(text, quote=False) for text in self.paragraphs]


@dataclass(frozen=True)
class Page:
    name: str
    url: str
    html: str
    truth: dict[str, Any] = field(default_factory=dict)


PAGES: list[Page] = []


def story(name: str) -> Story:
    return Story(**STORIES[name])


def page(name: str, url: str, published: str, **other: Any) -> Callable[[Callable[[Story], str]], None]:
    """Register a page of the story `name`; `other` replaces fields of the truth, None leaves a field unscored."""

    def register(make: Callable[[Story], str]) -> None:
        told = story(name)
        truth = {
            "title": told.headline,
            "description": told.standfirst,
            "captions": [told.caption],
            "authors": [told.author],
            "paragraphs": told.paragraphs,
            "language": told.language,
            "published": published,
        } | other
        PAGES.append(Page(make.__name__, url, make(told), truth))

    return register


def each(texts: Iterable[str], markup: str = "<p>{}</p>", between: str = "\n") -> str:
    return between.join(markup.format(text) for text in texts)


def links(words: str, markup: str = '<li><a href="/{1}">{0}</a></li>') -> str:
    """Return a link for each of `words`, parted by bars."""
    return "".join(markup.format(word.strip(), number) for number, word in enumerate(words.split("|")))


def json_ld(**fields: Any) -> str:
    text = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle"} | fields, ensure_ascii=False)
    return f'<script type="application/ld+json">{text}</script>'


def og(**fields: str) -> str:
    return "\n".join(
        f'<meta property="{name.replace("__", ":")}" content="{html.escape(value)}">'
        for name, value in fields.items()
    )
