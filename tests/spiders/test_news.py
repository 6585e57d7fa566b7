"""The Scrapy project as Scrapy's own commands see it, and a crawl of the whole newsroom."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.config import read_config
from newsarchive.crawl import CrawlChild, plan_sources
from newsarchive.crawl.crawl_report import Report
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from newsarchive.urls import url_key
from newsarchive.warc import list_files, read_captures, verify
from tests.conftest import ROOT
from tests.crawl.origin import Origin, plain
from tests.crawl.site import site, source
from tests.crawl.test_warc_extension import limited
from tests.newsroom import Newsroom


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def mini(tmp_path: Path) -> Iterator[tuple[Origin, Path]]:
    """A site of six stories, and an archive that has it as a source."""
    root = tmp_path / "archive"
    root.mkdir()
    with Origin() as origin:
        origin.shapes.update(site(origin.url, 6))
        write_source(root, source("mini", origin.url, domains=("127.0.0.1",)))
        (root / "newsarchive.toml").write_text(
            f'[network]\nallow = ["127.0.0.1:{origin.port}"]\n[crawl]\ndelay = 0.0\n'
        )
        yield origin, root


def test_scrapy_list_names_the_spider() -> None:
    assert scrapy("list").stdout.split() == ["news"]


def test_scrapy_crawl_archives_and_gives_items(mini: tuple[Origin, Path], tmp_path: Path) -> None:
    _, root = mini
    result = scrapy(
        "crawl", "news", "-a", "source=mini", "-a", f"archive={root}", "-O", str(tmp_path / "items.jsonl")
    )
    assert result.returncode == 0, result.stderr
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text().splitlines()]
    assert len(items) == 6
    assert {item["reason"] for item in items} == {"new"}
    assert verify(root).is_whole
    [folder] = (root / "crawls").iterdir()
    report = Report.from_json((folder / "report.json").read_text())
    assert (report.sources[0].new, report.pages, report.exit_code) == (6, 6, 0)
    assert (folder / "plan.json").exists()


def test_scrapy_crawl_of_an_unknown_source_says_what_there_is(mini: tuple[Origin, Path]) -> None:
    origin, root = mini
    result = scrapy("crawl", "news", "-a", "source=nope", "-a", f"archive={root}")
    assert result.returncode != 0
    assert "no source 'nope'" in result.stderr
    assert origin.connections == 0


def test_ctrl_c_on_scrapy_crawl_leaves_a_whole_archive(mini: tuple[Origin, Path]) -> None:
    origin, root = mini
    origin.shapes.update(site(origin.url, 300))
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "source=mini", "-a", f"archive={root}"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    origin.wait_for(5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not any(f.is_open for f in list_files(root))
    assert verify(root).is_whole
    [folder] = (root / "crawls").iterdir()
    report = Report.from_json((folder / "report.json").read_text())
    assert report.stopped == "interrupted"
    assert report.sources[0].new < 300


@pytest.mark.parametrize("path", ["/robots.txt", "/feed"])
def test_ctrl_c_on_scrapy_crawl_ends_a_back_off_at_once(mini: tuple[Origin, Path], path: str) -> None:
    origin, root = mini
    origin.shapes[path] = plain(b"", "503 Service Unavailable", [b"Retry-After: 50"])
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "source=mini", "-a", f"archive={root}"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        origin.wait_for(1 if path == "/robots.txt" else 2)
        origin.wait_for_rest()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    finally:
        process.kill()
    assert origin.paths.count(path) == 1, "after the pause it would have been asked again"
    [folder] = (root / "crawls").iterdir()
    assert Report.from_json((folder / "report.json").read_text()).stopped == "interrupted"


def test_scrapy_crawl_ends_with_code_5_when_the_disk_is_full(mini: tuple[Origin, Path]) -> None:
    origin, root = mini
    for number in range(6):
        origin.shapes[f"/2026/11/story-{number}"] = plain(os.urandom(200_000))
    process = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "source=mini", "-a", f"archive={root}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=limited(500_000),
    )
    assert process.returncode == 5, process.stderr
    assert "Stopped early: archive not writable" in process.stderr


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(stories=12, tls=True, crawl_delay=0.0) as running:
        yield running


def test_every_story_of_every_outlet_is_found_and_archived(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "newsarchive.toml").write_text(room.config_toml() + "\n[crawl]\ndelay = 0.0\n")
    sources = [as_source(outlet.source()) for outlet in room.outlets.values()]
    plan = plan_sources(tmp_path, read_config(tmp_path), sources, now=Clock().now())
    with CrawlChild() as child:
        report = child.run(plan)
    assert report.exit_code == 0, report.to_text()
    assert {s.name: (s.found, s.new) for s in report.sources} == dict.fromkeys(room.outlets, (12, 12))
    captures = [c for file in list_files(tmp_path) for c in read_captures(tmp_path, file.filename)]
    kinds = Counter(c.reason for c in captures)
    assert kinds["new"] == 12 * len(room.outlets)
    assert kinds["robots"] == len(room.outlets)
    stories = {url_key(c.url) for c in captures if c.reason == "new"}
    assert stories == {url_key(url) for outlet in room.outlets.values() for url in outlet.urls()}
    assert all(c.candidate is not None for c in captures if c.reason == "new")


def as_source(values: dict[str, object]) -> Source:
    return Source(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})  # type: ignore[arg-type]
