"""Watches: what satisfies them, and their file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.errors import BadUrlError, ConfigError, NothingFoundError, UsageError
from newsarchive.schedule.watchlist import (
    Happening,
    Watch,
    add_watch,
    contains,
    hits,
    match,
    new_watch,
    read_watches,
    remove_watch,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WATCH = Watch(id="w1", created_at=NOW - timedelta(days=1))
EDIT = Happening(
    key="urn:uuid:1",
    story_id=7,
    url="https://www.gazette.example/a?utm_source=x",
    source="gazette",
    at=NOW,
    kinds=("headline", "numbers"),
    title_before="Ministers agree",
    title_after="Ministers disagree",
    before="Ministers agree\n\nThe toll is 12.",
    after="Ministers disagree\n\nThe toll is 15, says the “harbour office”.",
)
NEW = replace(EDIT, kinds=("new",), before="", title_before="")
GONE = replace(EDIT, key="e1", kinds=("gone",), after="", title_after="")


@pytest.mark.parametrize(
    ("fields", "happening", "reason"),
    [
        ({"query": "disagree"}, EDIT, "'disagree' appears"),
        ({"query": "agree"}, EDIT, "'agree' vanishes"),
        ({"query": "ministers"}, EDIT, ""),
        ({"query": '"harbour office"'}, EDIT, "'\"harbour office\"' appears"),
        ({"query": "toll 15"}, EDIT, "'toll 15' appears"),
        ({"query": "disagr*"}, EDIT, "'disagr*' appears"),
        ({"query": "*"}, EDIT, ""),
        ({"query": "toll"}, NEW, "'toll' appears"),
        ({"query": "toll"}, GONE, ""),
        ({"kinds": ("gone",)}, GONE, "gone"),
        ({"kinds": ("gone",)}, EDIT, ""),
        ({"kinds": ("headline",)}, EDIT, "headline"),
        ({"kinds": ("headline",), "query": "15"}, EDIT, "'15' appears"),
        ({"url": "http://gazette.example/a"}, EDIT, "headline, numbers"),
        ({"url": "http://gazette.example/b"}, EDIT, ""),
        (
            {"url": "http://gazette.example/b"},
            replace(EDIT, urls=("https://gazette.example/b",)),
            "headline, numbers",
        ),
        ({"source": "gazette"}, EDIT, "headline, numbers"),
        ({"source": "courier"}, EDIT, ""),
        ({"query": "disagree", "created_at": NOW + timedelta(hours=1)}, EDIT, ""),
    ],
)
def test_what_satisfies_a_watch(fields: dict[str, object], happening: Happening, reason: str) -> None:
    assert match(replace(WATCH, **fields), happening) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "query", "is_in"),
    [
        ("The HARBOUR’s office", "harbour's", True),
        ("harbourmaster", "harbour", False),
        ("北の海岸にニシンが戻ってきた", "ニシン", True),
        ("Überfall in Köln", "köln", True),
        ("any text", "", False),
    ],
)
def test_words_are_found_as_readers_read_them(text: str, query: str, is_in: bool) -> None:
    assert contains(text, query) is is_in


def test_every_pair_is_a_hit_with_a_text_for_people_and_one_for_programs() -> None:
    found = hits([replace(WATCH, query="15"), replace(WATCH, id="w2", kinds=("gone",))], [EDIT, GONE])
    assert [h.key for h in found] == ["w1|urn:uuid:1", "w2|e1"]
    assert found[0].to_text().splitlines() == [
        "'15' appears: Ministers disagree",
        "before: Ministers agree",
        "https://www.gazette.example/a?utm_source=x",
        "gazette, 2026-11-24 12:00 UTC, headline, numbers",
        "(watch w1)",
    ]
    assert found[0].to_dict()["kinds"] == ["headline", "numbers"]


def test_watches_live_in_a_file_of_the_archive(tmp_path: Path) -> None:
    assert read_watches(tmp_path) == ()
    one, two = new_watch(NOW, query="toll"), new_watch(NOW, url="https://gazette.example/a", kinds=("gone",))
    add_watch(tmp_path, one)
    add_watch(tmp_path, two)
    assert read_watches(tmp_path) == (one, two)
    assert remove_watch(tmp_path, one.id) == one
    assert read_watches(tmp_path) == (two,)
    assert [p.name for p in tmp_path.iterdir()] == ["watches.jsonl"]
    with pytest.raises(NothingFoundError):
        remove_watch(tmp_path, one.id)


def test_bad_watches_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        new_watch(NOW, query="  ")
    with pytest.raises(BadUrlError):
        new_watch(NOW, url="gazette")
    (tmp_path / "watches.jsonl").write_text('{"id": "a", "created_at": "2026-11-24T12:00:00Z"}\n[1]\n')
    with pytest.raises(ConfigError, match="not a watch") as caught:
        read_watches(tmp_path)
    assert caught.value.where.endswith(":2")
