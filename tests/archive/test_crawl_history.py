"""Crawls that are long over become a line each."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.alarms import after_run
from newsarchive.archive.crawl_history import FILENAME, KEPT, MOST, fold
from newsarchive.archive.crawling import remember
from newsarchive.archive.planning import new_plan
from newsarchive.crawl.crawl_report import DocumentReport, Report, SourceReport
from newsarchive.crawl.plans import crawl_folder, write_plan, write_report
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock
from tests.press import START, Press


def test_a_crawl_becomes_a_line_when_its_time_is_over_and_the_archive_stays_sound(press: Press, tmp_path):
    archive = press.copy(tmp_path / "a")
    folders = sorted(f.name for f in (archive.root / "crawls").iterdir())
    (archive.root / "crawls" / "20250101T000000-dead").mkdir()  # killed before it could report
    assert fold(archive.root, START) == 1
    assert fold(archive.root, START + KEPT) == 0
    first_day = [name for name in folders if name < f"{START + timedelta(hours=12):%Y%m%dT%H%M%S}"]
    assert fold(archive.root, START + KEPT + timedelta(hours=12)) == len(first_day) > 0
    left = sorted(f.name for f in (archive.root / "crawls").iterdir())
    assert left == [*sorted(set(folders) - set(first_day)), FILENAME]
    lines = [json.loads(line) for line in (archive.root / "crawls" / FILENAME).read_text().splitlines()]
    assert [line["crawl_id"] for line in lines] == ["20250101T000000-dead", *first_day]
    assert max(s["new"] for line in lines[1:] for s in line["sources"].values() if "new" in s) >= 8
    assert archive.verify().exit_code == 0
    assert archive.rebuild(check=True).equal


EVERY = timedelta(hours=6)
RUNS = 365 * 4


def pretend_run(archive: Archive, number: int) -> None:
    """What a run leaves that polled the sources and found a story here and there: its folder, what the schedule remembers."""
    plan = new_plan(archive, sources=(), targets=())
    rows = tuple(
        SourceReport(
            name=name,
            found=20,
            known=20,
            new=number % 2,
            unchanged=5,
            fetches=7,
            failed={"HTTP 503": 1} if number % 90 == 0 else {},
            documents=(DocumentReport(url=f"https://{name}/feed", entries=20, candidates=20),),
        )
        for name in archive.sources
    )
    ended = plan.now + timedelta(minutes=2)
    report = Report(
        crawl_id=plan.crawl_id, started_at=plan.now, ended_at=ended, cpu_seconds=1.5, sources=rows
    )
    write_plan(plan)
    write_report(plan, report)
    (crawl_folder(plan) / "commits.jsonl").write_text("")
    if number > RUNS - 300:  # what was remembered before is forgotten by then
        with State(archive.root / "state.db") as state:
            remember(state, report, archive.sources)
            after_run(archive, state, report, plan.now, polled=archive.sources)


def test_a_year_of_crawls_is_a_month_of_folders_and_a_line_each_and_nothing_else_changes(
    press: Press, tmp_path: Path
) -> None:
    root = press.copy(tmp_path / "a").root
    begin, earlier = START + timedelta(days=2), len(list((root / "crawls").iterdir()))
    for number in range(RUNS):
        pretend_run(Archive(root, clock=Clock(begin + number * EVERY, speed=0.0)), number)
    end = begin + RUNS * EVERY
    archive = Archive(root, clock=Clock(end, speed=0.0))
    before = [archive.health(), archive.status().runs, archive.status().coming]
    folded = [fold(root, end) for _ in range(RUNS // MOST + 2)]
    assert folded[-1] == 0
    files = [path for path in (root / "crawls").rglob("*") if path.is_file()]
    assert len(files) <= 3 * (KEPT / EVERY) + 1, "what is left doesn't grow with the year"
    past = root / "crawls" / FILENAME
    lines = [json.loads(line) for line in past.read_text().splitlines()]
    assert len(lines) == sum(folded) == earlier + RUNS - KEPT / EVERY
    assert past.stat().st_size < 400 * len(lines)
    assert lines[-1]["cpu_seconds"] == 1.5
    assert (
        sum(line["sources"].get("courier", {}).get("new", 0) for line in lines[earlier:])
        == (RUNS - KEPT / EVERY) / 2
    )
    assert [archive.health(), archive.status().runs, archive.status().coming] == before
    assert before[0][0].last_poll_at == end - EVERY
    assert archive.verify().exit_code == 0
    assert archive.rebuild(check=True).equal


@pytest.mark.parametrize("report", ["", "[]", "{}", "null", '{"sources": []}', "{"])
def test_a_report_that_cant_be_read_leaves_a_line_with_the_crawls_name(tmp_path: Path, report: str) -> None:
    folder = tmp_path / "crawls" / "20250101T000000-dead"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(report)
    assert fold(tmp_path, START) == 1
    [line] = (tmp_path / "crawls" / FILENAME).read_text().splitlines()
    assert json.loads(line)["crawl_id"] == folder.name
