"""Engines do every item that can be done, name the others, and skip what is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.cluster.engine import Engine, Failed, LocalEngine
from newsarchive.cluster.work import Receipt, WorkItem
from tests.cluster.units import COUNTING, calls

pytestmark = pytest.mark.cluster


@pytest.fixture
def engine() -> Iterator[Engine]:
    with LocalEngine(2) as engine:
        yield engine


def items(place: Path, names: str, **options: str) -> list[WorkItem]:
    return [WorkItem(unit=COUNTING, place=place, item=name, options=options) for name in names]


def ran(engine: Engine, work: list[WorkItem]) -> dict[str, Receipt | Failed]:
    found = list(engine.run(work))
    assert len(found) == len(work)
    return {one.item: one for one in found}


def test_what_raises_is_tried_three_times_then_named_and_the_others_are_done(
    engine: Engine, tmp_path: Path
) -> None:
    found = ran(engine, items(tmp_path, "abcdef", b="always", d="once"))
    assert found["b"] == Failed(unit=COUNTING, item="b", reason="OSError: b has no disk")
    assert [name for name, one in found.items() if isinstance(one, Failed)] == ["b"]
    assert [calls(tmp_path, name) for name in "abcd"] == [1, 3, 1, 2]


def test_a_process_that_dies_takes_no_other_item_with_it(engine: Engine, tmp_path: Path) -> None:
    found = ran(engine, items(tmp_path, "abcdef", c="dies once"))
    assert not [one for one in found.values() if isinstance(one, Failed)]
    assert calls(tmp_path, "c") == 2


@pytest.mark.parametrize("names", ["abcdefgh", "ea", "e"])
def test_an_item_that_always_kills_its_process_is_named_alone(
    engine: Engine, tmp_path: Path, names: str
) -> None:
    found = ran(engine, items(tmp_path, names, e="dies", a="slow"))
    assert [name for name, one in found.items() if isinstance(one, Failed)] == ["e"]
    assert calls(tmp_path, "e") <= 4


def test_what_is_done_is_skipped_by_its_receipt_also_by_another_engine(
    engine: Engine, tmp_path: Path
) -> None:
    ran(engine, items(tmp_path, "ab"))
    with LocalEngine(1) as other:
        found = ran(other, items(tmp_path, "abc"))
    assert {name: one.was_done for name, one in found.items() if isinstance(one, Receipt)} == {
        "a": True,
        "b": True,
        "c": False,
    }
    assert [calls(tmp_path, name) for name in "abc"] == [1, 1, 1]


def test_only_a_window_of_items_is_handed_out(tmp_path: Path) -> None:
    taken = 0

    def many() -> Iterator[WorkItem]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield WorkItem(unit=COUNTING, place=tmp_path, item=f"n{number}")

    with LocalEngine(1) as engine:
        found = engine.run(many())
        for _ in range(10):
            next(found)
        assert taken <= 10 + 2 * engine.size + 1
        found.close()
