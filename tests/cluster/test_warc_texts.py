"""Texts of WARC files of others, a table a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsarchive.cluster.warc_texts import extract_file, result_path
from newsarchive.errors import ArchiveDamagedError, UsageError
from tests.ingest.press import by_others, html, text


def warc(folder: Path) -> Path:
    pages = [(f"https://stranger.example/news/{i}", i, html(f"Far {i}", text(i))) for i in range(3)]
    return by_others(folder / "CC-NEWS-1.warc.gz", [*pages, ("https://stranger.example/empty", 4, b"")])


def test_a_row_a_page_in_json_lines(tmp_path: Path) -> None:
    result = result_path(tmp_path / "out", warc(tmp_path), "jsonl")
    assert result.name == "CC-NEWS-1.jsonl"
    assert extract_file(tmp_path / "CC-NEWS-1.warc.gz", result, "jsonl") == {
        "pages": 4,
        "empty": 1,
        "failed": 0,
    }
    rows = [json.loads(line) for line in result.read_text().splitlines()]
    assert [row["title"] for row in rows] == ["Far 0", "Far 1", "Far 2", ""]
    assert rows[1]["text"].split("\n\n")[0] == text(1)[0]
    assert rows[1]["authors"] == ["Ann Lee"]
    assert rows[1]["fetched_at"].startswith("20")


def test_parquet_holds_the_same(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = warc(tmp_path)
    results = [result_path(tmp_path, path, form) for form in ("jsonl", "parquet")]
    for result, form in zip(results, ("jsonl", "parquet"), strict=True):
        extract_file(path, result, form)
    lines = [json.loads(line) for line in results[0].read_text().splitlines()]
    assert parquet.read_table(results[1]).to_pylist() == lines


def test_a_file_that_breaks_off_leaves_no_table(tmp_path: Path) -> None:
    path = warc(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    result = result_path(tmp_path / "out", path, "jsonl")
    with pytest.raises(ArchiveDamagedError):
        extract_file(path, result, "jsonl")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="parquet, jsonl"):
        result_path(tmp_path, tmp_path / "a.warc.gz", "xml")
