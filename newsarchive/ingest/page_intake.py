"""From captures to rows: which pages must be extracted, and what identifies each capture's story.

A page is one payload at one URL; it is extracted once, however often it was captured. Jobs of the next batch
are under way while this one is written. Tested in tests/ingest/test_ingest.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from newsarchive.errors import BadUrlError, reason_of
from newsarchive.extract import article_from_json
from newsarchive.index import compact_ids
from newsarchive.index.rows import FailureRow, NewCapture, PageRow, StoredCapture
from newsarchive.index.write import Index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.earlier_pages import EarlierPages
from newsarchive.ingest.extraction_job import Extracted, ExtractionJob, failed
from newsarchive.ingest.ingest_report import MACHINE, IngestReport, failure
from newsarchive.ingest.page_sources import Outlets, has_page, may_be_story, page_of
from newsarchive.ingest.warc_scan import Batch
from newsarchive.ingest.worker_pool import Pool
from newsarchive.model import Article, Capture
from newsarchive.times import micros
from newsarchive.urls import domain, url_key
from newsarchive.version import __version__
from newsarchive.versions import Observation, identity_keys, says_no_more_than_its_page

RECENT = 300  # articles; some 60 kB each


@dataclass(slots=True)
class PreparedCaptures:
    """A batch whose pages are being extracted."""

    batch: Batch
    pages: dict[int, Future[Extracted]] = field(default_factory=dict)  # by page id
    page_ids: dict[str, int] = field(default_factory=dict)  # of captures, by record id
    unreadable: tuple[FailureRow, ...] = ()  # captures without a URL that can be read: left out


class RecentArticles:
    """The articles of the pages that were written last, so that their stories needn't decode them again."""

    def __init__(self) -> None:
        self._articles: dict[int, Article] = {}

    def add(self, articles: Mapping[int, Article]) -> None:
        """Remember articles, by page id; of more than RECENT the oldest are forgotten."""
        for number, article in articles.items():
            self._articles.pop(number, None)
            self._articles[number] = article
        for number in list(self._articles)[:-RECENT]:
            del self._articles[number]

    def of(self, pages: Iterable[int]) -> dict[int, Article]:
        """Return those of these pages' articles that are remembered."""
        return {n: self._articles[n] for n in pages if n in self._articles}

    def clear(self) -> None:
        """Forget all: the index may be written by others now."""
        self._articles.clear()


class Intake:
    """Takes batches of captures into the index."""

    def __init__(
        self, index: Index, pool: Pool, outlets: Outlets, decided: Decided, recent: RecentArticles
    ) -> None:
        self._recent = recent
        self._index = index
        self._pool = pool
        self._outlets = outlets
        self._decided = decided
        self._earlier = EarlierPages(index, pool.root)
        self._under_way: dict[int, int] = {}  # page id -> first_at of its job, not yet in the index
        self._located: dict[str, Capture] = {}  # record id -> full capture, of batches not yet written
        self._rendered: set[str] = set()  # record ids of captures that were also rendered
        self._failed: list[FailureRow] = []  # captures without identities, to be written with their batch

    def prepare(self, batch: Batch) -> PreparedCaptures:
        """Begin to extract the pages of a batch that the index hasn't got."""
        batch, unreadable = self._readable(batch)
        prepared = PreparedCaptures(batch=batch, unreadable=unreadable)
        self._find_rendered(batch.captures)
        pages = [c for c in batch.captures if has_page(c)]
        self._located |= {c.warc_record_id: c for c in pages if c.kind in compact_ids.WITH_BYTES}
        shown = [c for c in pages if c.warc_record_id not in self._rendered]
        known = self._index.pages_first_at(page_of(c) for c in shown)
        self._earlier.look_up(c for c in shown if page_of(c) not in known)
        for capture in sorted(shown, key=lambda c: (c.fetched_at, c.seq)):
            number = page_of(capture)
            at = min(known.get(number, _NEVER), self._under_way.get(number, _NEVER))
            if micros(capture.fetched_at) < at:
                source = self._payload_of(capture)
                if source is None and at == _NEVER:
                    continue  # its payload isn't in the archive, or comes later
                self._begin(prepared, capture, source or capture)
            prepared.page_ids[capture.warc_record_id] = number
        return prepared

    def _readable(self, batch: Batch) -> tuple[Batch, tuple[FailureRow, ...]]:
        """The batch without captures whose URL can't be read, and what is to be said of those."""
        good, bad = [], []
        for capture in batch.captures:
            try:
                domain(capture.url)  # what has one has a key
                good.append(capture)
            except BadUrlError as error:
                source = self._outlets.name_of(capture.source, capture.url)
                bad.append(failure("capture", capture, source, reason_of(error), has_row=False))
        return (replace(batch, captures=tuple(good)) if bad else batch), tuple(bad)

    def _find_rendered(self, captures: Iterable[Capture]) -> None:
        """Find which captures were also rendered: of such a capture, the rendered page alone is the page."""
        self._rendered |= {c.refers_to.record_id for c in captures if c.kind == "rendered" and c.refers_to}
        self._rendered |= self._index.rendered_of(
            {compact_ids.url_id(c.url) for c in captures if has_page(c)}
        )

    def _payload_of(self, capture: Capture) -> Capture | None:
        """The capture whose record holds the bytes of `capture`'s page."""
        if capture.kind in compact_ids.WITH_BYTES:
            return capture
        if capture.refers_to is None:
            return None
        record = capture.refers_to.record_id
        if record in self._located:
            return self._located[record]
        stored = self._index.captures_by_id([compact_ids.capture_id(record)])
        return next((s.capture for s in stored.values() if s.capture.kind in compact_ids.WITH_BYTES), None)

    def _begin(self, prepared: PreparedCaptures, shown: Capture, payload: Capture) -> None:
        number = page_of(shown)
        self._under_way[number] = micros(shown.fetched_at)
        job = self._outlets.job(
            shown.source, shown.url, number, shown.fetched_at, payload, shown.content_type
        )
        is_own = payload is shown
        result = (is_own and self._earlier.taken_over(job, shown)) or self._pool.submit(job)
        prepared.pages[number] = result
        if is_own:
            self._earlier.begin(shown, number, result)

    def write(self, prepared: PreparedCaptures) -> IngestReport:
        """Write a batch in one transaction, its pages awaited."""
        results, articles = _awaited(prepared.pages.values())
        new = self._new(prepared, results, articles)
        with self._index.batch():
            added = self._index.add_captures(new)
            self._put_pages(results, articles)
            results += self._late(prepared.batch.captures)
            self._hide_rendered(prepared.batch.captures)
            failed = self._put_failed(prepared.unreadable)
            for name, offset in prepared.batch.read_to:
                self._index.set_ingested_to(name, offset)
            self._index.put_imported_hosts(prepared.batch.hosts)
        self._earlier.end(prepared.batch.captures)
        for number in prepared.pages:
            self._under_way.pop(number, None)
        for capture in prepared.batch.captures:
            self._located.pop(capture.warc_record_id, None)
        return counted(results, captures=added) + IngestReport(failed_captures=failed)

    def _put_pages(self, results: Sequence[Extracted], articles: Mapping[int, Article]) -> None:
        """Write pages, and which of them could not be extracted."""
        self._index.put_pages(map(_page, results))
        self._recent.add({n: articles[n] for r in results if (n := r.job.page_id) in articles})
        self._index.drop_page_failures(r.job.page_id for r in results)
        self._index.put_failures(failure("page", r.job, r.job.source, r.error) for r in results if r.error)

    def _put_failed(self, more: Sequence[FailureRow] = ()) -> int:
        """Write the captures that failed since the last call, and `more`. Returns how many."""
        failed, self._failed = [*self._failed, *more], []
        self._index.put_failures(failed)
        return len(failed)

    def _new(
        self, prepared: PreparedCaptures, results: Sequence[Extracted], articles: Mapping[int, Article]
    ) -> list[NewCapture]:
        """The captures of a batch as they are written. Most repeat a page: their keys are in the index, and aren't made again.

        Where a capture's keys failed, those of all captures of its URL are tried, so that each has its row in a rebuild, too.
        """
        pages, captures = prepared.page_ids, prepared.batch.captures
        made = {r.job.page_id: r for r in results}
        like = {n: r.taken_from for n, r in made.items() if r.taken_from is not None}
        known = set(self._index.pages_first_at({*pages.values(), *like.values()} - made.keys()))
        said = known - self._index.pages_at(self._index.failing_urls("capture"))
        repeats = {
            c.warc_record_id
            for c in captures
            if (page := pages.get(c.warc_record_id)) is not None
            and like.get(page, page) in said
            and says_no_more_than_its_page(Observation.of(c, None))
        }
        needed = {page for record, page in pages.items() if record not in repeats} - articles.keys()
        stored = self._index.page_data(needed & known) | {n: made[n].data for n in needed & made.keys()}
        articles = {**articles, **{n: article_from_json(d) for n, d in stored.items()}}
        new = []
        for capture in captures:
            page = pages.get(capture.warc_record_id)
            page = page if page in made or page in known else None
            article = articles.get(page) if page is not None else None
            identities = () if capture.warc_record_id in repeats else self._keys(capture, article)
            new.append(
                NewCapture(
                    capture=capture,
                    source=self._outlets.name_of(capture.source, capture.url),
                    url_key=url_key(capture.url),
                    domain=domain(capture.url),
                    page_id=page,
                    identities=identities,
                )
            )
        return new

    def _keys(self, capture: Capture, article: Article | None) -> tuple[str, ...]:
        """The keys that may connect a capture with others; none if it can be no story, its URL's alone if that fails."""
        if not may_be_story(capture):
            return ()
        key = url_key(capture.url)
        try:
            found = identity_keys(Observation.of(capture, article))
        except MACHINE:
            raise
        except Exception as error:  # whatever a page says must leave the others alone
            source = self._outlets.name_of(capture.source, capture.url)
            self._failed.append(failure("capture", capture, source, reason_of(error)))
            found = (f"u:{key}",)
        return found + tuple(self._decided.identities(key))

    def _hide_rendered(self, captures: Iterable[Capture]) -> None:
        """Take the page from captures that came before they were known to be rendered."""
        rendered = [c.refers_to for c in captures if c.kind == "rendered" and c.refers_to]
        stored = self._index.captures_by_id({compact_ids.capture_id(r.record_id) for r in rendered})
        shown = {c.id: c.url_id for c in stored.values() if c.page_id is not None}
        if not shown:
            return
        urls = set(shown.values())
        self._index.take_stories_apart(urls)
        self._index.hide_pages(shown)
        self._index.forget_identities(urls)
        self.make_again(self._index.pages_at(urls))

    def make_again(self, pages: Iterable[int]) -> IngestReport:
        """Extract these pages again and write them with the identities of their captures, in one transaction."""
        urls = self._index.page_urls(pages)
        captures = self._index.captures_of(set(urls.values()))
        jobs = [job for page in urls if (job := self._job_again(page, captures))]
        results, articles = _awaited([self._pool.submit(job) for job in jobs])
        with self._index.batch():
            self._put_pages(results, articles)
            self.identify(set(urls.values()))
        return counted(results)

    def identify(self, urls: Collection[int]) -> None:
        """Write again what may connect the captures of these URLs with others; they are dirty then."""
        captures = self._index.captures_of(urls)
        pages = {c.page_id for c in captures if c.page_id is not None}
        articles = {n: article_from_json(d) for n, d in self._index.page_data(pages).items()}
        self._index.forget_identities(urls)
        self._index.drop_failures("capture", urls)
        self._index.add_identities(self._identities(captures, articles))
        self._put_failed()
        self._index.mark_dirty(urls)

    def try_again(self) -> IngestReport:
        """Index again what another version of the program failed on: pages now, stories and unread captures later in this pass."""
        old = self._index.failures_of_others(__version__)
        report = self.make_again([f.page_id for f in old if f.page_id is not None])
        unread = [f for f in old if f.url_id is None]
        with self._index.batch():
            self.identify({f.url_id for f in old if f.kind == "capture" and f.url_id is not None})
            self._index.mark_dirty({f.url_id for f in old if f.kind == "story" and f.url_id is not None})
            self._index.drop_capture_failures(f.warc_record_id for f in unread)
            for name in sorted({f.warc_filename for f in unread}):
                self._index.read_again(name)
        return report

    def _job_again(self, page: int, captures: Iterable[StoredCapture]) -> ExtractionJob | None:
        """The job that makes a page again, as of its first capture."""
        shown = [c.capture for c in captures if c.page_id == page]
        payload = next((c for c in shown if c.kind in compact_ids.WITH_BYTES), None) or self._payload_of(
            shown[0]
        )
        if payload is None:
            return None
        first = shown[0]
        return self._outlets.job(first.source, first.url, page, first.fetched_at, payload, None)

    def _identities(
        self, captures: Iterable[StoredCapture], articles: Mapping[int, Article]
    ) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        for stored in captures:
            keys = self._keys(stored.capture, articles.get(stored.page_id or 0))
            found |= {(compact_ids.identity_id(k), stored.url_id) for k in keys}
        return found

    def _late(self, captures: Iterable[Capture]) -> list[Extracted]:
        """Give pages to captures that came before the payload they repeat (imports in any order)."""
        full = [c for c in captures if c.kind == "response" and has_page(c) and c.payload_digest]
        waiting = self._index.without_page({c.payload_digest or "" for c in full})
        done: list[Extracted] = []
        for stored in waiting:
            payload = next((c for c in full if _repeats(stored.capture, c)), None)
            if payload is not None:
                done += self._give_page(stored, payload)
        return done

    def _give_page(self, stored: StoredCapture, payload: Capture) -> Iterator[Extracted]:
        capture = stored.capture
        number = page_of(capture)
        at = self._index.pages_first_at([number]).get(number, _NEVER)
        if micros(capture.fetched_at) < at:
            job = self._outlets.job(
                capture.source, capture.url, number, capture.fetched_at, payload, capture.content_type
            )
            [result], articles = _awaited([self._pool.submit(job)])
            self._put_pages([result], articles)
            article = articles[number]
            yield result
        else:
            article = article_from_json(self._index.page_data([number])[number])
        self._index.link_pages({stored.id: number})
        keys = self._keys(capture, article)
        self._index.add_identities({(compact_ids.identity_id(k), stored.url_id) for k in keys})
        self._index.mark_dirty([stored.url_id])


_NEVER = 1 << 62  # later than any time in microseconds


def _repeats(late: Capture, full: Capture) -> bool:
    """Whether `late` shows the payload of `full`: the same URL and digest, or by its own word."""
    if late.payload_digest != full.payload_digest:
        return False
    return late.url == full.url or (
        late.refers_to is not None and late.refers_to.record_id == full.warc_record_id
    )


def _awaited(pages: Iterable[Future[Extracted]]) -> tuple[list[Extracted], dict[int, Article]]:
    """The results of these jobs, and by page id the articles of those that were extracted."""
    results, articles = [], {}
    for future in pages:
        result = future.result()
        if result.taken_from is not None:  # it is decoded when somebody asks for it
            results.append(result)
            continue
        try:
            article = article_from_json(result.data)
        except ValueError as error:  # a field of a kind that no article has
            result = failed(result.job, f"the extractor failed: {reason_of(error)}")
            article = article_from_json(result.data)
        results.append(result)
        articles[result.job.page_id] = article
    return results, articles


def _page(result: Extracted) -> PageRow:
    job = result.job
    return PageRow(
        id=job.page_id,
        url=job.url,
        source=job.source,
        first_at=job.first_at,
        kind=result.kind,
        extractor=result.extractor,
        extractor_version=result.extractor_version,
        rules=job.rules_fingerprint,
        data=result.packed,
        kept_hashes=result.kept_hashes,
        shows=result.shows,
    )


def counted(results: list[Extracted], *, captures: int = 0) -> IngestReport:
    """Return the report for pages that were extracted."""
    return IngestReport(
        captures=captures,
        pages=len(results),
        failed_pages=sum(1 for r in results if r.error),
        empty_pages=sum(1 for r in results if not r.error and r.kind == "empty"),
        extract_seconds=sum(r.seconds for r in results),
    )
