"""The recipes of docs/fleet/parquet.md give what they say, run from its text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.cluster.warc_texts import extract_file
from newsarchive.warc.places import FolderPlace
from tests.ingest.press import by_others, html, text

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
DOCS = (Path(__file__).resolve().parents[2] / "docs" / "fleet" / "parquet.md").read_text()
SQL, PYTHON = (re.findall(rf"```{kind}\n(.*?)```", DOCS, re.S) for kind in ("sql", "python"))
CRANE = "The old crane was sold before dawn. Nobody had asked the harbour master."
EXPECTED = [
    [("a.example", "2026-03", 2), ("b.example", "2026-03", 2)],
    [("2026-03-02", "Crane", "Ann Lee", "https://a.example/crane")],
    [("Report", 2)],
    [],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two WARC files, their tables below `tables`, and a list of them."""
    folder, report = tmp_path_factory.mktemp("recipes"), html("Report", text(5))
    pages = {
        "a": [("https://a.example/crane", 0.0, html("Crane", [CRANE, *text(1)[:1]])), ("https://a.example/report", 1.0, report)],
        "b": [("https://b.example/report", 2.0, report), ("https://b.example/2", 3.0, html("Other", ["Nothing was sold at noon, says the harbour master of the town."]))],
    }  # fmt: skip
    for name, made in pages.items():
        path = by_others(folder / f"{name}.warc.gz", made)
        extract_file(str(path), FolderPlace(folder / "tables"), f"{name}.parquet", "parquet")
    (folder / "warc.paths").write_text("".join(f"{folder / name}.warc.gz\n" for name in pages))
    return folder


def asked(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as database:
        return list(database.sql(sql.replace("'tables/", f"'{folder}/tables/").rstrip(";\n ")).fetchall())


def test_there_is_a_recipe_for_each_expectation() -> None:
    assert (len(SQL), len(PYTHON)) == (len(EXPECTED) + 1, 2)


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_a_question_is_answered_by_duckdb(folder: Path, number: int) -> None:
    found = asked(folder, SQL[number])
    width = len(EXPECTED[number][0]) if EXPECTED[number] else 0
    assert [row[:width] for row in found] == EXPECTED[number]


def test_all_tables_become_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with duckdb.connect() as database:
        database.execute(SQL[-1])
        rows = database.sql(
            "SELECT count(*), count(DISTINCT url), count(*) FILTER (error <> '') FROM 'all.parquet'"
        )
        assert rows.fetchall() == [(4, 4, 0)]


def test_the_question_for_spark_is_the_one_for_duckdb(folder: Path) -> None:
    [sql] = re.findall(r'spark\.sql\("""(.*?)"""\)', PYTHON[0], re.S)
    assert asked(folder, sql.replace("FROM pages", "FROM 'tables/*.parquet'")) == asked(folder, SQL[0])


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "|a.example|2026-03|2 "), (1, "4")], ids=["asked", "made"]
)
def test_spark_runs_its_recipes(folder: Path, number: int, expected: str) -> None:
    pytest.importorskip("pyspark", reason="pyspark isn't installed (0.5 GB, and Java)")
    done = subprocess.run(
        [sys.executable, "-c", PYTHON[number]],
        cwd=folder,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert expected in done.stdout
