"""Stories put together again: all captures that may belong together, under their templates, grouped, chained, written.

For each dirty URL the set of captures that shared identities connect with it is read whole, so that the answer never
depends on what came when. A story that can't be put together becomes a row that says why. Templates are what recurs on
an outlet's pages of one month, learnt from a bounded set of them (those with the lowest URL ids) and applied to stored
blocks; no page is parsed again. Where only later captures came to a story with many, it goes on from where it was
(`story_continuation`). Tested in tests/ingest/test_ingest.py, tests/ingest/test_failures.py and
tests/ingest/test_template_learning.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from newsarchive.errors import reason_of
from newsarchive.extract import article_from_json, site_template
from newsarchive.index.rows import FailureRow, NewStory, StoredCapture, StoryExtension
from newsarchive.index.write import Index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.ingest_report import MACHINE, IngestReport, failure
from newsarchive.ingest.page_intake import RecentArticles
from newsarchive.ingest.story_continuation import compared, extension_of, state_after
from newsarchive.ingest.story_rows import story_rows
from newsarchive.model import Article, Progress
from newsarchive.urls import url_key
from newsarchive.versions import Folded, Observation, StoryGroup, chain, fold_parts, group

AT_ONCE = 300  # captures whose stories are written in one transaction, about


def _joined(pages: Mapping[int, Article], last: int = 0) -> Article:
    """`newsarchive.extract.join_pages`, loaded when an article is on several pages."""
    from newsarchive.extract import join_pages

    return join_pages(pages, last)


def settle(
    index: Index, decided: Decided, on_progress: Progress, recent: RecentArticles | None = None
) -> IngestReport:
    """Put together the stories of all dirty URLs. Returns how many were written, and how many failed."""
    work = _Work(index, decided, Templates(index, recent))
    done, total = IngestReport(), index.count_dirty()
    while dirty := index.dirty_urls(AT_ONCE):
        for url in dirty:
            work.add(url)
            if work.size >= AT_ONCE:
                done += work.write()
        done += work.write()
        on_progress("putting stories together", done.stories, max(total, done.stories))
    return done


@dataclass(slots=True)
class _Part:
    """URLs that shared identities connect, with their captures and stories."""

    urls: set[int]
    captures: list[StoredCapture]
    stories: list[NewStory] = field(default_factory=list)
    extension: StoryExtension | None = None  # in place of stories: what further captures add to one
    failures: list[FailureRow] = field(default_factory=list)

    def fail(self, first: StoredCapture, error: Exception) -> None:
        """Record that the story which begins with this capture could not be put together."""
        capture = first.capture
        self.failures.append(failure("story", capture, capture.source, reason_of(error)))


class _Work:
    """Stories that will be written in one transaction."""

    def __init__(self, index: Index, decided: Decided, templates: Templates) -> None:
        self._index = index
        self._decided = decided
        self._templates = templates
        self._begin()

    def _begin(self) -> None:
        self._urls: set[int] = set()
        self._parts: list[_Part] = []
        self.size = 0  # captures

    def add(self, url: int) -> None:
        """Add the stories of this URL, and of those that hold its captures now."""
        edge = {url}
        while edge:
            here = edge.pop()
            if here in self._urls:
                continue
            urls = self._index.connected([here])
            part = self._extended(urls) or self._whole(urls)
            self._urls |= urls
            self._parts.append(part)
            self.size += len(part.captures)
            edge |= self._index.beside(urls) - self._urls

    def _extended(self, urls: set[int]) -> _Part | None:
        """A part that only grew since it was put together; None if it must be put together again."""
        try:
            found = extension_of(self._index, urls, self._decided, self._templates)
        except MACHINE:
            raise
        except Exception:  # whatever its pages say: put together again, the failure gets a row
            return None
        return _Part(urls, found[1], extension=found[0]) if found else None

    def _whole(self, urls: set[int]) -> _Part:
        part = _Part(urls, self._index.captures_of(urls))
        self._build(part)
        return part

    def write(self) -> IngestReport:
        """Write what was added, in one transaction."""
        if not self._parts:
            return IngestReport()
        with self._index.batch():
            try:
                self._replace(self._parts)
            except MACHINE:
                raise
            except Exception:  # one of them holds what SQLite doesn't take: each by itself
                for part in self._parts:
                    self._replace_alone(part)
        report = IngestReport(
            stories=sum(len(p.stories) + (p.extension is not None) for p in self._parts),
            failed_stories=sum(len(p.failures) for p in self._parts),
        )
        self._begin()
        return report

    def _replace(self, parts: Sequence[_Part]) -> None:
        with self._index.batch():
            for part in parts:
                if part.extension is not None:
                    self._index.extend_story(part.extension, part.urls)
            parts = [p for p in parts if p.extension is None]
            urls = set[int]().union(*(p.urls for p in parts))
            self._index.replace_stories(
                [s for p in parts for s in p.stories], urls, [c for p in parts for c in p.captures]
            )
            self._index.drop_failures("story", urls)
            self._index.put_failures(f for p in parts for f in p.failures)

    def _replace_alone(self, part: _Part) -> None:
        try:
            self._replace([part])
        except MACHINE:
            raise
        except Exception as error:  # whatever one story holds must leave the others alone
            part.extension = None
            part.stories.clear()
            part.failures.clear()
            part.fail(part.captures[0], error)
            self._replace([part])

    def _build(self, part: _Part) -> None:
        """Fill in the stories of a part; one that can't be put together leaves the others alone."""
        if not part.captures:
            return
        by_record = {c.capture.warc_record_id: c for c in part.captures}
        try:
            folded, groups = self._grouped(part.captures)
        except MACHINE:
            raise
        except Exception as error:  # whatever its pages say
            part.fail(part.captures[0], error)
            return
        for one in groups:
            try:
                history = chain(one.observations, compared)
                story = story_rows(one, history, by_record, folded.parts)
                if story is not None:
                    story = replace(story, state=state_after(part.captures, one, history, self._decided))
            except MACHINE:
                raise
            except Exception as error:  # whatever its pages say
                part.fail(by_record[one.observations[0].record_id], error)
                continue
            if story is not None:
                part.stories.append(story)

    def _grouped(self, captures: Sequence[StoredCapture]) -> tuple[Folded, Sequence[StoryGroup]]:
        """What a set of captures that identities connect says, and the stories that they are."""
        seen = self._templates.observations(captures)
        decisions = self._decided.about({url_key(c.capture.url) for c in captures})
        folded = fold_parts(seen, _joined, decisions)
        return folded, group(folded.looks, decisions)


# ---------------------------------------------------------------- templates

Month = tuple[int, int]  # (source id, 202611)


def learn_templates(index: Index, count: int) -> int:
    """Learn the templates of all months with dirty URLs, where the pages to learn from changed.

    Args:
        count: From how many pages.

    Returns:
        How many templates are new or changed. The URLs of pages of which they take out something else are dirty now.
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
        before = index.template(source_id, month)
        with index.batch():
            index.put_template(source_id, month, pages, learnt.to_json())
            _mark_touched(index, (source_id, month), before, learnt)
        changed += before != learnt.to_json()
    return changed


def _mark_touched(index: Index, month: Month, before: Any, after: site_template.Template) -> None:
    """Mark the URLs dirty whose pages lose other texts to a new template than to the one before it."""
    known = site_template.Template.from_json(before) if before is not None else None
    changed = site_template.changed_hashes(known, after)
    if changed:
        touched = {url for url, kept in index.kept_hashes(*month) if site_template.touches(changed, kept)}
        index.mark_dirty(touched)


def drop_empty_templates(index: Index) -> None:
    """Remove the templates of those months with dirty URLs that have no pages any more."""
    with index.batch():
        for source_id, month in index.dirty_months():
            index.drop_template_without_pages(source_id, month)


class Templates:
    """Applies stored templates to articles; each is read once."""

    def __init__(self, index: Index, recent: RecentArticles | None = None) -> None:
        self._index = index
        self._recent = recent or RecentArticles()
        self._read: dict[Month, site_template.Template | None] = {}

    def observations(self, captures: Sequence[StoredCapture]) -> list[Observation]:
        """Return these captures with the articles of their pages, under their templates."""
        pages = {c.page_id for c in captures if c.page_id is not None}
        articles, months = self._recent.of(pages), self._index.page_months(pages)
        stored = self._index.page_data(pages - articles.keys())
        articles |= {n: article_from_json(d) for n, d in stored.items()}
        articles = {n: self.apply(a, months[n]) for n, a in articles.items()}
        return [Observation.of(c.capture, articles.get(c.page_id or 0)) for c in captures]

    def apply(self, article: Article, month: Month) -> Article:
        """Return `article` without the blocks that its outlet's template of that month takes out."""
        if month not in self._read:
            data = self._index.template(*month)
            self._read[month] = site_template.Template.from_json(data) if data is not None else None
        learnt = self._read[month]
        return site_template.apply(article, learnt) if learnt is not None else article
