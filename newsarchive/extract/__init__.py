"""From a page's bytes to the article: its text, its fields, and every block with the reason why it was removed.

    extract_article(html, url) -> Article        one page, before the template layer
    template.learn(articles) -> Template         what recurs on an outlet's pages
    template.apply(article, template) -> Article the same article without it

Pure: the same bytes, rules and data give the same Article. trafilatura is loaded only when it is asked.
Tested in tests/extract/.
"""

from __future__ import annotations

from newsarchive.extract.article import extract_article
from newsarchive.extract.codec import article_from_json, article_to_json
from newsarchive.extract.version import EXTRACTOR, EXTRACTOR_VERSION

__all__ = ["EXTRACTOR", "EXTRACTOR_VERSION", "article_from_json", "article_to_json", "extract_article"]
