"""The scripted month."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.newsroom import EXPECTED, Newsroom
from tests.newsroom.conftest import START
from tests.newsroom.edits import EDIT_KINDS
from tests.newsroom.scripts import ENDINGS, month

OUTLETS = ("courier", "harbour", "northline", "mirat", "bote")


def test_a_month_holds_every_kind_of_edit():
    lines = month(1, OUTLETS, start=START, known=50)
    kinds = Counter(line.kind for line in lines)
    assert kinds["publish"] == 5 * 150
    assert set(kinds) >= {
        "typo",
        "headline",
        "correction",
        "paragraph-moved",
        "delete-404",
        "restore",
        "update",
    }
    assert sum(kinds.values()) - kinds["publish"] > 400


def test_lines_are_in_order_and_one_story_has_time_between_two():
    lines = month(1, OUTLETS, start=START, known=50, gap=timedelta(hours=6))
    assert lines == sorted(lines, key=lambda line: line.at)
    last: dict[tuple[str, int], object] = {}
    for line in lines:
        key = (line.outlet, line.number)
        if key in last:
            assert line.at - last[key] >= timedelta(hours=6)  # type: ignore[operator]
        last[key] = line.at


def test_nothing_follows_an_ending_but_its_undoing():
    ended: dict[tuple[str, int], str] = {}
    for line in month(2, OUTLETS, start=START, known=50):
        key = (line.outlet, line.number)
        if key in ended:
            assert line.kind == ("open" if ended[key] == "paywall" else "restore")
        if line.kind in ENDINGS:
            ended[key] = line.kind


def test_a_whole_month_can_be_played():
    with Newsroom(start=START, speed=0, stories=20, days=30, tls=False) as room:
        for _ in range(30):
            room.advance(timedelta(days=1))
        done = [h for h in room.history if h.at > START]
        assert Counter((h.outlet, h.number, h.kind, h.at) for h in done) == Counter(
            (s.outlet, s.number, s.kind, s.at) for s in room.script
        )
        pages = (
            "publish",
            "restore",
            "open",
            "paywall",
            "delete-soft",
            "delete-404",
            "delete-410",
            "delete-home",
        )
        assert all(h.before != h.after for h in done if h.kind not in pages)


def test_every_kind_of_edit_has_its_expected_outcome():
    assert set(EXPECTED) == {"publish", *EDIT_KINDS} - {"set"}
    assert all(bool(e.kinds) or bool(e.event) for k, e in EXPECTED.items() if k != "publish")
