"""Templates: what recurs on an outlet's pages of one month, learnt from a bounded set of them.

A month's template is a pure function of its `template_pages` pages with the lowest URL ids, so that no order
of arrival changes it. A new one is applied to stored blocks; no page is parsed again. The learning itself is
`extract.template`. Tested in tests/ingest/test_template_learning.py.
"""

from __future__ import annotations

from newsarchive.extract import article_from_json, site_template
from newsarchive.index.write import Index
from newsarchive.model import Article

Month = tuple[int, int]  # (source id, 202611)


def refresh(index: Index, count: int) -> int:
    """Learn the templates of all months with dirty URLs anew, where the pages to learn from changed.

    Args:
        count: From how many pages.

    Returns:
        How many templates are new or changed. The URLs of their months are dirty now.
    """
    changed = 0
    for source_id, month in index.dirty_months():
        with index.batch():
            if index.drop_template_without_pages(source_id, month):
                continue
        pages = index.pages_to_learn(source_id, month, count)
        if pages == index.template_pages(source_id, month):
            continue
        data = index.page_data(pages)
        articles = [article_from_json(data[p]) for p in pages]
        learnt = site_template.learn([a for a in articles if a.part is None or a.part.number == 1])
        with index.batch():
            changed += index.put_template(source_id, month, pages, learnt.to_json())
    return changed


def drop_empty(index: Index) -> None:
    """Remove the templates of those months with dirty URLs that have no pages any more."""
    with index.batch():
        for source_id, month in index.dirty_months():
            index.drop_template_without_pages(source_id, month)


class Templates:
    """Applies stored templates to articles; each is read once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._read: dict[Month, site_template.Template | None] = {}

    def apply(self, article: Article, month: Month) -> Article:
        """`article` without the blocks that its outlet's template of that month takes out."""
        if month not in self._read:
            data = self._index.template(*month)
            self._read[month] = site_template.Template.from_json(data) if data is not None else None
        learnt = self._read[month]
        return site_template.apply(article, learnt) if learnt is not None else article
