"""Which versions an export takes, in which order, and with which columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from newsarchive.export.exported import COLUMNS, clean, exported_versions, one_line, to_columns
from newsarchive.index import reading
from newsarchive.index.search import SearchQuery

from .stories import ALL, index_of


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with reading(index_of(tmp_path_factory.mktemp("export") / "index.db")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("wanted", "history", "versions"),
    [
        (ALL, False, [("school", 1), ("a", 1), ("bridge-toll-agreed-today", 2)]),
        (ALL, True, [("school", 1), ("a", 1), ("bridge-toll-agreed-today", 1), ("bridge-toll-agreed-today", 2)]),
        (SearchQuery(text="toll", limit=0), False, [("bridge-toll-agreed-today", 2)]),
        (SearchQuery(text="bridge", limit=0), True, [("bridge-toll-agreed-today", 1), ("bridge-toll-agreed-today", 2)]),
        (SearchQuery(text="12 pounds", limit=0), False, []),
        (SearchQuery(text="12 pounds", limit=0, all_versions=True), False, [("bridge-toll-agreed-today", 1)]),
        (SearchQuery(sources=("anzeiger",), limit=0), False, [("a", 1)]),
        (SearchQuery(limit=1), False, [("school", 1)]),
        (SearchQuery(text="???", limit=0), False, []),
        (SearchQuery(text="nobody", limit=0, all_versions=True), True, []),  # withheld
    ],
)  # fmt: skip
def test_an_export_takes_what_a_search_finds_newest_story_first(
    db: Any, wanted: SearchQuery, history: bool, versions: list[tuple[str, int]]
) -> None:
    found = [
        (e.version.url.rsplit("/", 1)[1], e.version.version_no)
        for e in exported_versions(db, wanted, history=history)
    ]
    assert found == versions


def test_by_time_the_order_is_that_in_which_versions_were_first_seen(db: Any) -> None:
    seen = [e.version.first_seen_at for e in exported_versions(db, ALL, history=True, by_time=True)]
    assert seen == sorted(seen)
    assert len(seen) == 4
    only = [
        e.version.version_no
        for e in exported_versions(db, SearchQuery(text="toll", limit=0), history=True, by_time=True)
    ]
    assert only == [1, 2]


def test_a_row_has_the_columns_in_order_and_ids_as_text(db: Any) -> None:
    row = to_columns(next(exported_versions(db, SearchQuery(text="toll", limit=0))))
    assert list(row) == list(COLUMNS)
    assert row["story_id"].isdigit()
    assert row["authors"] == ["Ann Lee", "Bo Chen"]
    assert (row["version_no"], row["n_versions"], row["status"]) == (2, 2, "live")
    kinds = {name: kind for name, kind in COLUMNS.items() if row[name] is not None}
    assert [name for name, kind in kinds.items() if not isinstance(row[name], kind)] == []


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00\x1b[31m\x9bb", "a[31mb"),
        ("gpj.\u202etxt.exe", "gpj.txt.exe"),
        ("\u2067a\u2069\ufeff", "a"),
        ("שלום\u200f!", "שלום\u200f!"),  # a mark of direction stays
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_control_characters_are_taken_out(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
    assert one_line(text) == " ".join(cleaned.split())
