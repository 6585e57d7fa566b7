"""Tables: what a reader of CSV, JSON Lines and Parquet gets back, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings

from newsarchive.export import exported_versions
from newsarchive.export.exported import COLUMNS, clean
from newsarchive.export.table_formats import csv_lines, jsonl, write_parquet
from newsarchive.index import reading

from .stories import ALL, hostile, index_of
from .test_citations import HOSTILE, TEXTS, examples


def test_json_lines_hold_every_column(tmp_path: Path) -> None:
    with reading(index_of(tmp_path / "index.db")) as db:
        rows = [json.loads(line) for line in jsonl(exported_versions(db, ALL))]
    assert [list(row) for row in rows] == [list(COLUMNS)] * 3
    assert rows[0]["text"] == "A school opened.\n\nIt has a roof."


def test_csv_has_a_head_also_without_rows(tmp_path: Path) -> None:
    assert "".join(csv_lines([])).split("\r\n") == [",".join(COLUMNS), ""]
    with reading(index_of(tmp_path / "index.db")) as db:
        text = "".join(csv_lines(exported_versions(db, ALL)))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"] for row in rows] == ["School opens", "Brücke gesperrt", "Bridge toll agreed"]
    assert rows[2]["authors"] == "Ann Lee; Bo Chen"


@settings(max_examples=100)
@given(TEXTS)
@examples((*HOSTILE, "+1", "-1", "@x", " =x", "\t=x", "＝x", '"', ",", "'=x"))
def test_no_cell_is_a_formula_and_none_breaks_its_row(text: str) -> None:
    version = hostile(text)
    table = "".join(csv_lines([version]))
    rows = list(csv.DictReader(io.StringIO(table, newline=""), strict=True))
    assert len(rows) == 1
    for name in ("title", "section", "description", "authors"):
        cell = rows[0][name]
        assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
        assert clean(cell) == cell
    assert rows[0]["title"].removeprefix("'") in (clean(text), clean(text).removeprefix("'"))
    assert json.loads(next(iter(jsonl([version]))))["title"] == clean(text)


def test_parquet_gives_the_same_rows_back(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with reading(index_of(tmp_path / "index.db")) as db:
        rows = [json.loads(line) for line in jsonl(exported_versions(db, ALL, history=True))]
        assert write_parquet(tmp_path / "all.parquet", exported_versions(db, ALL, history=True)) == 4
    assert parquet.read_table(tmp_path / "all.parquet").to_pylist() == rows
    by_duckdb = duckdb.read_parquet(str(tmp_path / "all.parquet"))
    assert [dict(zip(by_duckdb.columns, row, strict=True)) for row in by_duckdb.fetchall()] == rows
