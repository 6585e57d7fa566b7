"""From a page's bytes to the article: its text, its fields, and every block with the reason why it was removed.

    extract_article(html, url) -> Article        one page, before the template layer
    join_pages({1: Article, 2: …}) -> Article    the pages of an article that is set on several
    onward(html, url) -> Part | None             the addresses of its other pages, found cheaply for the crawl
    template.learn(articles) -> Template         what recurs on an outlet's pages
    template.apply(article, template) -> Article the same article without it

Pure: the same bytes, rules and data give the same Article. trafilatura is loaded only when it is asked. Names are
loaded when first used, so that a crawl loads no more than it needs. Tested in tests/extract/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive.lazy_names import lazy_names

if TYPE_CHECKING:
    from newsarchive.extract.article import extract_article
    from newsarchive.extract.article_json import article_from_json, article_to_json
    from newsarchive.extract.extractor_version import EXTRACTOR, EXTRACTOR_VERSION
    from newsarchive.extract.page_joining import join_pages
    from newsarchive.extract.pagination import onward

_NAMES = {
    "extractor_version": ("EXTRACTOR", "EXTRACTOR_VERSION"),
    "article_json": ("article_from_json", "article_to_json"),
    "article": ("extract_article",),
    "page_joining": ("join_pages",),
    "pagination": ("onward",),
}

__getattr__ = lazy_names(__name__, _NAMES)

__all__ = [
    "EXTRACTOR",
    "EXTRACTOR_VERSION",
    "article_from_json",
    "article_to_json",
    "extract_article",
    "join_pages",
    "onward",
]
