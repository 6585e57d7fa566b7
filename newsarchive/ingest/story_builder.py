"""Stories put together anew: all captures that may belong together, grouped, chained, written.

For each dirty URL the set of captures that shared identities connect with it is read whole, so that the
answer never depends on what came when. A story that can't be put together becomes a row that says why.
Tested in tests/ingest/test_ingest.py and tests/ingest/test_failures.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from newsarchive.diff import compare
from newsarchive.errors import reason_of
from newsarchive.extract import article_from_json, join_pages
from newsarchive.index.rows import FailureRecord, StoredCapture, StoryRecord
from newsarchive.index.write import Index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.indexing_failures import MACHINE, failure
from newsarchive.ingest.ingest_report import IngestReport
from newsarchive.ingest.observing import observation
from newsarchive.ingest.story_rows import story_record
from newsarchive.ingest.template_learning import Templates
from newsarchive.model import Article
from newsarchive.urls import url_key
from newsarchive.versions import Folded, StoryGroup, chain, fold_parts, group

AT_ONCE = 300  # captures whose stories are written in one transaction, about

Tell = Callable[[str, int, int | None], None]


def settle(index: Index, decided: Decided, tell: Tell) -> IngestReport:
    """Put together the stories of all dirty URLs. Returns how many were written, and how many failed."""
    work = _Work(index, decided, Templates(index))
    done, total = IngestReport(), index.count_dirty()
    while dirty := index.dirty_urls(AT_ONCE):
        for url in dirty:
            work.add(url)
            if work.size >= AT_ONCE:
                done += work.write()
        done += work.write()
        tell("putting stories together", done.stories, max(total, done.stories))
    return done


@dataclass(slots=True)
class _Part:
    """URLs that shared identities connect, with their captures and stories."""

    urls: set[int]
    captures: list[StoredCapture]
    stories: list[StoryRecord] = field(default_factory=list)
    failures: list[FailureRecord] = field(default_factory=list)

    def fail(self, first: StoredCapture, error: Exception) -> None:
        """Note that the story which begins with this capture could not be put together."""
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
        """The stories of this URL, and of those that stand where its captures stood before."""
        edge = {url}
        while edge:
            here = edge.pop()
            if here in self._urls:
                continue
            urls = self._index.connected([here])
            part = _Part(urls, self._index.captures_of(urls))
            self._tell(part)
            self._urls |= urls
            self._parts.append(part)
            self.size += len(part.captures)
            edge |= self._index.beside(urls) - self._urls

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
            stories=sum(len(p.stories) for p in self._parts),
            failed_stories=sum(len(p.failures) for p in self._parts),
        )
        self._begin()
        return report

    def _replace(self, parts: Sequence[_Part]) -> None:
        urls = set().union(*(p.urls for p in parts))
        with self._index.batch():
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
            part.stories.clear()
            part.failures.clear()
            part.fail(part.captures[0], error)
            self._replace([part])

    def _tell(self, part: _Part) -> None:
        """Fill in the stories of a part; one that can't be put together leaves the others alone."""
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
                story = story_record(one, chain(one.observations, compare), by_record, folded.parts)
            except MACHINE:
                raise
            except Exception as error:  # whatever its pages say
                part.fail(by_record[one.observations[0].record_id], error)
                continue
            if story is not None:
                part.stories.append(story)

    def _grouped(self, captures: Sequence[StoredCapture]) -> tuple[Folded, Sequence[StoryGroup]]:
        """The looks of a set of captures that identities connect, and the stories they are."""
        articles = self._articles(captures)
        seen = [observation(c.capture, articles.get(c.page_id or 0)) for c in captures]
        decisions = self._decided.about({url_key(c.capture.url) for c in captures})
        folded = fold_parts(seen, join_pages, decisions)
        return folded, group(folded.looks, decisions)

    def _articles(self, captures: Sequence[StoredCapture]) -> dict[int, Article]:
        """The articles of these captures' pages, under their templates, by page id."""
        pages = {c.page_id for c in captures if c.page_id is not None}
        data, months = self._index.page_data(pages), self._index.page_months(pages)
        return {n: self._templates.apply(article_from_json(d), months[n]) for n, d in data.items()}
