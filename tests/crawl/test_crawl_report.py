"""What a crawl says of itself: counts, exit codes, text for people, JSON there and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newsarchive.crawl.crawl_report import DocumentReport, Report, SourceReport

NOW = datetime(2026, 11, 24, 3, 40, 12, tzinfo=UTC)
GOOD = DocumentReport(url="https://e.test/feed", status=200, kind="rss", entries=9, candidates=9)


def report(*sources: SourceReport, **more: Any) -> Report:
    return Report(crawl_id="20261124T034012-3f9a", started_at=NOW, ended_at=NOW, sources=sources, **more)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (SourceReport(name="e", documents=(GOOD,)), 0),
        (SourceReport(name="e", documents=(replace(GOOD, candidates=0),)), 3),
        (SourceReport(name="e", documents=(replace(GOOD, candidates=0, is_unchanged=True),)), 0),
        (SourceReport(name="e", documents=(replace(GOOD, candidates=0, failure="timeout"), GOOD)), 0),
        (SourceReport(name="e", documents=(GOOD,), fetches=10, failed={"HTTP 500": 2}), 0),
        (SourceReport(name="e", documents=(GOOD,), fetches=10, failed={"HTTP 500": 2, "timeout": 1}), 3),
        (SourceReport(name="e", documents=(GOOD,), fetches=10, outcomes={"gone": 9}), 0),
        (SourceReport(name="e", left={"asked to wait": 5}), 0),
        (SourceReport(name="e", fetches=1, failed={"dns": 1}), 3),
    ],
)
def test_a_source_that_gave_nothing_or_failed_by_a_fifth_makes_exit_code_3(
    source: SourceReport, code: int
) -> None:
    assert report(source, SourceReport(name="f", documents=(GOOD,))).exit_code == code


def test_an_archive_that_cant_be_written_is_exit_code_5_and_our_own_fault_1() -> None:
    bad = SourceReport(name="e", documents=(replace(GOOD, candidates=0),))
    assert report(bad, stopped="archive not writable").exit_code == 5
    assert report(bad, stopped="surprise").exit_code == 70
    assert report(bad, stopped="interrupted").exit_code == 3


def test_json_there_and_back() -> None:
    made = report(
        SourceReport(
            name="e", documents=(GOOD,), examples={"timeout": ("https://e.test/a",)}, failed={"timeout": 1}
        ),
        not_before={"e.test": NOW},
        liars=("https://e.test/feed",),
        requests={"e.test": 3},
    )
    assert Report.from_json(made.to_json()) == made
    assert made.to_dict()["not_before"] == {"e.test": "2026-11-24T03:40:12.000000Z"}


def test_text_for_people() -> None:
    source = SourceReport(
        name="e",
        found=50,
        new=40,
        changed=1,
        unchanged=2,
        fetches=60,
        failed={"HTTP 503": 3},
        examples={"HTTP 503": ("https://e.test/a",)},
        outcomes={"gone": 1},
        left={"asked to wait": 4},
        notes=("e.test: something odd",),
        types={"text/html": 39, "application/pdf": 1},
        documents=(
            GOOD,
            replace(GOOD, url="https://e.test/x", kind="html", candidates=0, problems={"not expected": 1}),
        ),
    )
    made = report(source, wall_seconds=10.0, bytes=1_234_567, exchanges=61, not_before={"e.test": NOW})
    assert made.to_text().splitlines() == [
        "Crawl 20261124T034012-3f9a: 1 source, 43 pages in 10.0 s (4.3 pages/s), 1.2 MB in 61 exchanges",
        "  e: found 50, new 40, changed 1, unchanged 2, gone 1, failed 3, left for later 4",
        "    failed: HTTP 503 (3) e.g. https://e.test/a",
        "    left: asked to wait (4)",
        "    nothing in https://e.test/x (html, 9 entries, not expected)",
        "    not HTML: application/pdf (1)",
        "    e.test: something odd",
        "e.test asks to be left alone until 2026-11-24T03:40:12Z",
    ]


def test_an_early_end_is_said_first() -> None:
    made = report(stopped="archive not writable", error="no space (/a/warc). Make room.")
    assert (
        made.to_text().splitlines()[1]
        == "Stopped early: archive not writable. no space (/a/warc). Make room."
    )
