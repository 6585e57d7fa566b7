"""Where a crawl's processor time went: the stages add up to what the operating system counted."""

from __future__ import annotations

from datetime import UTC, datetime

from newsarchive.archive.crawling import Collected
from newsarchive.archive.timings import Timings, processor_time
from newsarchive.crawl.crawl_report import Report, SourceReport
from newsarchive.ingest import IngestReport

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def crawl(pages: int) -> Collected:
    report = Report(
        crawl_id="c",
        started_at=NOW,
        ended_at=NOW,
        cpu_seconds=2.0,
        sources=(SourceReport(name="gazette", new=pages),),
    )
    ingest = IngestReport(extract_seconds=10.0, intake_seconds=1.0, story_seconds=0.5)
    return Collected(crawl=report, ingest=ingest)


def test_what_no_stage_took_is_the_rest() -> None:
    timings = Timings.of(crawl(200), 15.0)
    assert (timings.fetch, timings.extract, timings.intake, timings.stories) == (2.0, 10.0, 1.0, 0.5)
    assert (timings.rest, timings.total) == (1.5, 15.0)
    assert "extracting pages                10.00 s     50.0 ms a page" in timings.to_text()


def test_without_pages_there_are_seconds_alone_and_no_rest_below_nothing() -> None:
    timings = Timings.of(crawl(0), 13.0)
    assert timings.rest == 0.0
    assert "a page" not in timings.to_text()
    assert timings.to_dict()["total"] == 13.5


def test_processor_time_grows_with_work() -> None:
    before = processor_time()
    sum(range(3_000_000))
    assert processor_time() > before
