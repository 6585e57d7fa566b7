"""Worker processes: they answer, die, hang and end."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.ingest import extraction_job as job_module
from newsarchive.ingest import worker_pool as pool_module
from newsarchive.ingest.extraction_job import ExtractionJob, extract
from newsarchive.ingest.worker_pool import GivenUpError, Pool
from newsarchive.warc import list_files, read_captures
from tests.ingest.press import SITE, answer, html, text, write


@pytest.fixture
def jobs(tmp_path: Path) -> list[ExtractionJob]:
    write(
        tmp_path,
        [answer(f"{SITE}/news/{i}/a-story-{i}", html(f"Story {i}", text(i)), seq=i) for i in range(4)],
    )
    return jobs_of(tmp_path)


def jobs_of(root: Path) -> list[ExtractionJob]:
    """A job for each capture of an archive's only file."""
    name = list_files(root)[0].filename
    return [
        ExtractionJob(
            warc_record_id="urn:uuid:1",
            page_id=i,
            url=c.url,
            source="gazette",
            first_at=c.fetched_at,
            warc_filename=c.warc_filename,
            warc_offset=c.warc_offset,
            warc_length=c.warc_length,
        )
        for i, c in enumerate(read_captures(root, name))
    ]


def test_a_worker_gives_what_this_process_gives_and_ends_with_the_pool(
    tmp_path: Path, jobs: list[ExtractionJob]
) -> None:
    with Pool(tmp_path, 2) as pool:
        results = [pool.submit(j).result() for j in jobs]
        processes = [w._process for w in pool._all]
    assert [r.data for r in results] == [extract(tmp_path, j).data for j in jobs]
    assert [r.data["title"] for r in results] == [f"Story {i}" for i in range(4)]
    assert [p.poll() for p in processes] == [0]


def test_a_worker_calls_any_function_and_an_error_of_it_is_raised_here(tmp_path: Path) -> None:
    with Pool(tmp_path, 2) as pool:
        assert not pool.has_workers
        assert pool.call(divmod, 17, 5).result() == (3, 2)
        assert pool.has_workers
        with pytest.raises(GivenUpError, match="3 worker processes ended"):
            pool.call(divmod, 17, 0).result()
        with pytest.raises(FileNotFoundError):
            pool.call(os.listdir, str(tmp_path / "nowhere")).result()
        assert pool.call(divmod, 17, 4).result() == (4, 1)


def test_a_worker_ended_from_outside_costs_no_page(tmp_path: Path, jobs: list[ExtractionJob]) -> None:
    with Pool(tmp_path, 2) as pool:
        pool.submit(jobs[0]).result()
        process = pool._all[0]._process
        process.kill()
        process.wait()
        after = pool.submit(jobs[1]).result()
    assert (after.error, after.data["title"]) == ("", "Story 1")


@pytest.mark.parametrize("deaths", [1, 2, 3, 4])
def test_a_page_on_which_three_workers_end_is_given_up(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch, deaths: int
) -> None:
    starts = tmp_path / "starts"
    (tmp_path / "sitecustomize.py").write_text(
        f"""import os
with open({str(starts)!r}, "a+") as file:
    file.write("x")
    file.flush()
    if file.tell() <= {deaths}:
        os.kill(os.getpid(), 9)
"""
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Pool(tmp_path, 2) as pool:
        result = pool.submit(jobs[1]).result()
    died = "the extractor died: 3 worker processes ended on this page" if deaths > 2 else ""
    assert (result.error, result.kind == "empty") == (died, bool(died))
    assert len(starts.read_text()) == min(deaths + 1, 3)


def test_a_worker_that_hangs_is_given_up(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Pool(tmp_path, 2) as pool:
        pool.submit(jobs[0]).result()
        process = pool._all[0]._process
        os.kill(process.pid, signal.SIGSTOP)
        monkeypatch.setattr(pool_module, "TIMEOUT", 0.1)
        assert "no answer" in pool.submit(jobs[1]).result().error
        assert process.poll() is not None


def test_a_worker_is_renewed_after_many_pages_and_ends_when_its_pipe_does(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "RENEWED_AFTER", 1)
    with Pool(tmp_path, 2) as pool:
        pool.submit(jobs[0]).result()
        first = pool._all[0]._process
        pool.submit(jobs[1]).result()
        assert first.poll() == 0
        (second,) = (w._process for w in pool._all)
        assert second.stdin is not None
        second.stdin.close()
        assert second.wait(timeout=60) == 0


def test_a_pool_at_rest_keeps_one_worker_which_goes_on_with_the_next_page(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "WORTH_A_WORKER", 0)
    with Pool(tmp_path, 2) as pool:
        for future in [pool.submit(job) for job in jobs * 5]:
            future.result()
        assert len(pool._all) == 2
        pool.rest()
        (kept,) = (w._process for w in pool._all)
        pool.submit(jobs[0]).result()
        assert [w._process for w in pool._all] == [kept]


def test_workers_without_work_end_by_themselves_and_others_take_over(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "WORTH_A_WORKER", 0)
    monkeypatch.setattr(pool_module, "IDLE", 0.1)
    with Pool(tmp_path, 4) as pool:
        for future in [pool.submit(job) for job in jobs * 5]:
            future.result()
        processes = [w._process for w in pool._all]
        assert [process.wait(timeout=60) for process in processes] == [0] * len(processes)
        monkeypatch.setattr(pool_module, "TRIES", 1)
        assert pool.submit(jobs[0]).result().data["title"] == "Story 0"
        assert pool._all[0]._process not in processes


@pytest.mark.parametrize(("pages", "workers"), [(1, 1), (10, 1), (11, 2), (30, 2)])
def test_a_further_worker_is_started_when_so_many_pages_wait_that_it_pays(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch, pages: int, workers: int
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        f"import time\nfrom pathlib import Path\nwhile not Path({str(tmp_path / 'go')!r}).exists(): time.sleep(0.01)\n"
    )
    with Pool(tmp_path, 2) as pool:
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        waiting = [pool.submit(jobs[n % len(jobs)]) for n in range(pages)]
        (tmp_path / "go").touch()
        assert {future.result().error for future in waiting} == {""}
        assert len(pool._all) == workers


# What a page's worker is made to do, and the error that its page has then.
MISBEHAVIOUR = {
    "while True: pass": "the extractor took more than 4 s of processor time",
    "kept = [bytearray(2**20) for _ in range(4096)]": "the extractor died: 3 worker processes ended on this page",
}


@pytest.mark.parametrize("code", MISBEHAVIOUR)
def test_a_page_that_takes_too_much_is_given_up_and_the_next_is_extracted(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        f"""import newsarchive.extract as room
real = room.extract_article
def extract_article(html, url, **options):
    if url.endswith("/1/a-story-1"):
        {code}
    return real(html, url, **options)
room.extract_article = extract_article
"""
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(pool_module, "CPU_SECONDS", 4 if "4 s" in MISBEHAVIOUR[code] else 30)
    with Pool(tmp_path, 2) as pool:
        results = [pool.submit(job).result() for job in jobs[:3]]
    assert [r.data.get("title", "") for r in results] == ["Story 0", "", "Story 2"]
    assert [r.error for r in results] == ["", MISBEHAVIOUR[code], ""]


# With one worker: a page's body, and whether it is extracted in this process.
SIZES = [
    (html("Short", text(1)), True),
    (html("Long", text(1), after="<p>" + "word " * 40_000), False),
    (html("Many tags", text(1), after="<p>w" * 3_000), False),
    (b"", True),
]


@pytest.mark.parametrize(("body", "is_here"), SIZES)
def test_with_one_worker_a_large_page_is_extracted_in_a_process_with_limits(
    tmp_path: Path, body: bytes, is_here: bool
) -> None:
    write(tmp_path, [answer(f"{SITE}/a", body)])
    [job] = jobs_of(tmp_path)
    with Pool(tmp_path, 1) as pool:
        result = pool.submit(job).result()
        assert len(pool._all) == (0 if is_here else 1)
    assert result.data == extract(tmp_path, job).data


def test_with_one_worker_a_run_of_many_pages_has_a_process_with_limits(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "PAGES_HERE", 2)
    with Pool(tmp_path, 1) as pool:
        results = [pool.submit(job).result() for job in jobs]
        assert len(pool._all) == 1
    assert [r.data["title"] for r in results] == [f"Story {i}" for i in range(4)]


@pytest.mark.parametrize("offset", [1, 10**9])
def test_a_record_that_is_not_there_gives_an_empty_article(
    tmp_path: Path, jobs: list[ExtractionJob], offset: int
) -> None:
    result = extract(tmp_path, replace(jobs[0], warc_offset=offset))
    assert result.error
    assert result.kind == "empty"


def test_an_extractor_that_fails_gives_an_empty_article(
    tmp_path: Path, jobs: list[ExtractionJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("newsarchive.extract.extract_article", fail)
    result = job_module.extract(tmp_path, jobs[0])
    assert "RecursionError" in result.error
    assert result.data["warnings"] == [result.error]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_machine_is_raised_and_no_pages_failure(
    tmp_path: Path, jobs: list[ExtractionJob], workers: int
) -> None:
    unreadable = Path("/proc/self/mem")  # a file whose first bytes can't be read
    if not unreadable.exists():
        pytest.skip("no /proc here")
    (tmp_path / "warc").mkdir(exist_ok=True)
    (tmp_path / "warc" / "x.warc.gz").symlink_to(unreadable)
    with Pool(tmp_path, workers) as pool, pytest.raises(OSError):
        pool.submit(replace(jobs[0], warc_filename="x.warc.gz", warc_offset=0)).result()
