"""The 627 feeds and sitemaps of other projects' test suites: counts, and no crash."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.discover import Discovery, discover
from newsarchive.model import Source

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SOURCE = Source(name="any")

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def results(shared: Path) -> list[tuple[dict[str, Any], Discovery, float, int]]:
    folder = shared / "feeds"
    rows = []
    for item in json.loads((folder / "manifest.json").read_text()):
        body = (folder / item["file"]).read_bytes()
        start = time.process_time()
        found = discover("https://outlet.example/feed", body, None, source=SOURCE, now=NOW)
        rows.append((item, found, time.process_time() - start, len(body)))
    return rows


def expected_count(item: dict[str, Any]) -> int | None:
    stated = item.get("expected")
    value = stated if stated is not None else item.get("expected_consensus")
    return value if isinstance(value, int) else None


def test_every_file_of_the_manifest_is_read(results: list[Any]) -> None:
    assert len(results) == 627


def test_each_stated_count_is_given(results: list[Any]) -> None:
    wrong = [
        (item["file"], expected_count(item), found.stated_count)
        for item, found, _, _ in results
        if expected_count(item) is not None and found.stated_count != expected_count(item)
    ]
    assert wrong == []


def test_where_at_least_so_many_are_stated_so_many_are_given(results: list[Any]) -> None:
    for item, found, _, _ in results:
        if isinstance(item.get("expected"), str):
            assert found.stated_count >= int(item["expected"].removeprefix(">=")), item["file"]


def test_feeds_inside_gzip_are_read_although_no_peer_reads_them(results: list[Any]) -> None:
    counts = {item["file"]: found.stated_count for item, found, _, _ in results if item["feedparser"] == 0}
    assert [n for name, n in counts.items() if "compressed" in name or name.endswith("sitemap.xml.gz")] == [
        10,
        84,
    ]


def test_real_outlets_feeds_give_a_titled_dated_candidate_for_every_entry(results: list[Any]) -> None:
    real = [(item, found) for item, found, _, _ in results if item["note"].startswith("real outlet")]
    assert len(real) == 36
    for item, found in real:
        assert len(found.candidates) + found.count_of("repeated") == found.stated_count, item["file"]
        assert all(c.title and c.published_at for c in found.candidates), item["file"]
