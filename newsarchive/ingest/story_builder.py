"""Stories put together again: all captures that may belong together, under their templates, grouped, chained, written.

For each dirty URL the set of captures that shared identities connect with it is read whole, so that the answer never
depends on what came when. Templates are what recurs on an outlet's pages of one month, learnt from a bounded set of
them (those with the lowest URL ids) and applied to stored blocks; no page is parsed again. Tested in
tests/ingest/test_ingest.py and tests/ingest/test_template_learning.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsarchive.diff import compare
from newsarchive.extract import article_from_json, join_pages, site_template
from newsarchive.index.rows import NewStory, StoredCapture
from newsarchive.index.write import Index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.story_rows import story_rows
from newsarchive.model import Article, Progress
from newsarchive.urls import url_key
from newsarchive.versions import Observation, chain, fold_parts, group

AT_ONCE = 300  # captures whose stories are written in one transaction, about


def settle(index: Index, decided: Decided, on_progress: Progress) -> int:
    """Put together the stories of all dirty URLs. Returns how many were written."""
    work = _Work(index, decided, Templates(index))
    written, total = 0, index.count_dirty()
    while dirty := index.dirty_urls(AT_ONCE):
        for url in dirty:
            work.add(url)
            if len(work.captures) >= AT_ONCE:
                written += work.write()
        written += work.write()
        on_progress("putting stories together", written, max(total, written))
    return written


class _Work:
    """Stories that will be written in one transaction."""

    def __init__(self, index: Index, decided: Decided, templates: Templates) -> None:
        self._index = index
        self._decided = decided
        self._templates = templates
        self._begin()

    def _begin(self) -> None:
        self._urls: set[int] = set()
        self._stories: list[NewStory] = []
        self.captures: list[StoredCapture] = []

    def add(self, url: int) -> None:
        """The stories of this URL, and of those that hold its captures now."""
        edge = {url}
        while edge:
            here = edge.pop()
            if here in self._urls:
                continue
            part = self._index.connected([here])
            self._urls |= part
            captures = self._index.captures_of(part)
            self.captures += captures
            self._stories += self._stories_of(captures)
            edge |= self._index.beside(part) - self._urls

    def write(self) -> int:
        """Write what was added, in one transaction. Returns how many stories."""
        if not self._urls:
            return 0
        with self._index.batch():
            self._index.replace_stories(self._stories, self._urls, self.captures)
        written = len(self._stories)
        self._begin()
        return written

    def _stories_of(self, captures: Sequence[StoredCapture]) -> list[NewStory]:
        """The stories of a set of captures that identities connect."""
        by_record = {c.capture.warc_record_id: c for c in captures}
        articles = self._articles(captures)
        seen = [Observation.of(c.capture, articles.get(c.page_id or 0)) for c in captures]
        decisions = self._decided.about({url_key(c.capture.url) for c in captures})
        folded = fold_parts(seen, join_pages, decisions)
        found = []
        for one in group(folded.looks, decisions):
            story = story_rows(one, chain(one.observations, compare), by_record, folded.parts)
            if story is not None:
                found.append(story)
        return found

    def _articles(self, captures: Sequence[StoredCapture]) -> dict[int, Article]:
        """The articles of these captures' pages, under their templates, by page id."""
        pages = {c.page_id for c in captures if c.page_id is not None}
        data, months = self._index.page_data(pages), self._index.page_months(pages)
        return {n: self._templates.apply(article_from_json(d), months[n]) for n, d in data.items()}


# ---------------------------------------------------------------- templates

Month = tuple[int, int]  # (source id, 202611)


def learn_templates(index: Index, count: int) -> int:
    """Learn the templates of all months with dirty URLs, where the pages to learn from changed.

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


def drop_empty_templates(index: Index) -> None:
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
