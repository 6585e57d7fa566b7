"""What an ingest says of itself."""

from __future__ import annotations

import pytest

from newsarchive.index.integrity import Difference
from newsarchive.ingest.ingest_report import IngestReport, RebuildReport


def test_reports_add_up_and_the_last_count_of_stale_pages_holds() -> None:
    one = IngestReport(captures=2, pages=1, seconds=1.5, stale_pages=7)
    both = one + IngestReport(captures=3, stories=4, seconds=0.5, stale_pages=5)
    assert (both.captures, both.pages, both.stories, both.seconds, both.stale_pages) == (5, 1, 4, 2.0, 5)
    assert both.to_dict()["captures"] == 5


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (IngestReport(), ["Nothing new"]),
        (IngestReport(captures=3, pages=2, stories=1), ["3 captures, 2 pages extracted"]),
        (IngestReport(captures=1, pages=1), ["1 capture, 1 page extracted"]),
        (IngestReport(stories=2), ["Nothing new"]),
        (IngestReport(captures=1, empty_pages=1), ["no article text"]),
        (IngestReport(captures=1, failed_pages=1), ["could not be extracted"]),
        (IngestReport(stale_pages=9), ["9 pages", "newsarchive reextract"]),
    ],
)
def test_a_report_says_what_counts(report: IngestReport, words: list[str]) -> None:
    assert all(word in report.to_text() for word in words)


def test_a_report_doesnt_count_a_story_each_time_it_is_put_together() -> None:
    text = IngestReport(captures=40, pages=30, stories=330).to_text()
    assert "40 captures, 30 pages" in text
    assert "330" not in text


def test_a_rebuild_names_what_differs() -> None:
    found = (Difference(table="stories", left="1, 'A'", right=None),)
    report = RebuildReport(ingest=IngestReport(stale_pages=2), equal=False, differences=found)
    text = report.to_text()
    assert "differed in 1 places" in text
    assert "stories: live 1, 'A'; rebuilt (nothing)" in text
    assert "run newsarchive reextract first" in text
    assert "the same" in RebuildReport(ingest=IngestReport(), equal=True).to_text()
    assert "in place" in RebuildReport(ingest=IngestReport(), equal=None, replaced=True).to_text()
