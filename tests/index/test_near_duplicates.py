"""Finding who holds a phrase, the nearest days first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.index import compact_ids
from newsarchive.index.connection import open_readonly
from newsarchive.index.search import Holder, near
from tests.index.build import Told, build

FIRST = datetime(2026, 1, 1, 9, tzinfo=UTC)
STORIES = [
    Told(
        f"https://gazette.example/{i}",
        [(f"Old {i}", "the crane fell twice"), (f"Story {i}", f"the crane fell on day {i}")],
        published=FIRST + timedelta(days=i),
    )
    for i in range(20)
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path: Path = build(tmp_path_factory.mktemp("near") / "index.db", STORIES)
    with closing(open_readonly(path)) as opened:
        yield opened


def days(db: Any, found: tuple[Holder, ...]) -> list[int]:
    """Which day each story is of."""
    sql = "SELECT text_id FROM versions WHERE id = ? AND story_id = ? AND is_latest = 1"
    first = compact_ids.day_number(FIRST)
    return [(db.execute(sql, (h.version_id, h.story_id)).fetchone()[0] >> 46) - first for h in found]


def around(day: int) -> int:
    """An id in the middle of a day."""
    return compact_ids.first_text_id(compact_ids.day_number(FIRST) + day) + (1 << 45)


def test_the_nearest_days_come_first_and_each_side_is_cut(db: Any) -> None:
    found = near(db, '"the crane fell"', around(10), 3)
    assert sorted(days(db, found)) in ([8, 9, 10, 11, 12, 13], [7, 8, 9, 10, 11, 12])
    assert days(db, found)[0] == 10
    assert {h.source for h in found} == {"gazette"}


def test_only_the_latest_version_counts(db: Any) -> None:
    assert near(db, '"fell twice"', around(10), 9) == ()


def test_at_the_edge_one_side_is_empty(db: Any) -> None:
    assert sorted(days(db, near(db, "crane", around(-5), 2))) == [0, 1]
    assert sorted(days(db, near(db, "crane", around(50), 2))) == [18, 19]


@pytest.mark.parametrize("text", ["", '"', "¿?", "gull"])
def test_what_no_story_holds_finds_none(db: Any, text: str) -> None:
    assert near(db, text, around(10), 5) == ()
