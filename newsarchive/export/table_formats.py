"""Versions as rows of a table: JSON Lines, CSV, Parquet. Each writes as it reads.

Tested in tests/export/test_table_formats.py.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.errors import UsageError
from newsarchive.export.exported import COLUMNS, ExportedVersion, to_columns

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]

# Spreadsheets run what begins so, also behind spaces: an apostrophe makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BATCH = 500  # rows of a Parquet row group; a group is in memory, with its texts


def jsonl(versions: Iterable[ExportedVersion]) -> Iterator[str]:
    """Yield one JSON object a line."""
    for version in versions:
        yield json.dumps(to_columns(version), ensure_ascii=False) + "\n"


def csv_lines(versions: Iterable[ExportedVersion]) -> Iterator[str]:
    """Yield CSV as RFC 4180 has it, with a head. Lists are parted by "; "; no cell is a formula to a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for version in versions:
        writer.writerow(map(_cell, to_columns(version).values()))
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows of plain values as CSV, with a head of all their keys; empty without rows."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([heads] if rows else [])
    writer.writerows([_cell(row.get(head)) for head in heads] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "; ".join(value)
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.lstrip(" \xa0\n").startswith(_FORMULA):
        return "'" + value
    return value


def write_parquet(path: Path, versions: Iterable[ExportedVersion]) -> int:
    """Write versions as a Parquet file; see `write_rows`."""
    return write_rows(path, map(to_columns, versions), COLUMNS)


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, type]) -> int:
    """Write a Parquet file, zstd, `BATCH` rows a group; return the number of rows.

    Args:
        columns: The type of each column; a list is one of texts.

    Raises:
        UsageError: pyarrow isn't installed.
    """
    try:
        import pyarrow.parquet  # type: ignore[import-untyped]
    except ImportError as error:
        next_step = "pip install 'newsarchive[parquet]'"
        raise UsageError("Parquet needs the package pyarrow", next_step=next_step) from error
    schema = _schema(columns)
    left = iter(rows)
    count = 0
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(left, BATCH)):
            writer.write_batch(pyarrow.RecordBatch.from_pylist(batch, schema))
            count += len(batch)
    return count


def _schema(columns: Mapping[str, type]) -> pyarrow.Schema:
    import pyarrow

    kinds = {str: pyarrow.string(), int: pyarrow.int64(), bool: pyarrow.bool_(), float: pyarrow.float64()}
    kinds[list] = pyarrow.list_(pyarrow.string())
    return pyarrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
