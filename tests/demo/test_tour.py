"""The demonstration runs to its end, shows what it promises, and only overwrites its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.demo.tour import CONTRACT, FERRIES, SCHOOL, demo, next_steps
from newsarchive.errors import UsageError


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, str]:
    said: list[str] = []
    return demo(tmp_path_factory.mktemp("tour") / "demo", said.append), "\n".join(said)


def test_the_demonstration_says_what_it_archived_and_rebuilds_it(tour: tuple[Archive, str]):
    archive, text = tour
    assert "The live index was the same" in text
    assert "14" in text
    assert "gone (410)" in text
    assert "nothing in" not in text
    assert str(archive.root) in next_steps(archive.root)


def test_one_story_has_five_versions_one_of_them_a_correction(tour: tuple[Archive, str]):
    kinds = [version.change_kind for version in tour[0].story(FERRIES).versions]
    assert kinds == ["", "headline", "correction", "removed", "update"]


def test_silent_edits_are_found_and_no_other_edit_is_called_silent(tour: tuple[Archive, str]):
    silent = {(row.source, row.kind) for row in tour[0].changes(silent=True)}
    assert silent == {
        ("herald", "number"),
        ("herald", "removed"),
        ("talbote", "removed"),
        ("talbote", "typo"),
    }
    assert len(tour[0].changes()) == 8


def test_the_story_that_was_taken_down_has_an_event_and_keeps_its_text(tour: tuple[Archive, str]):
    story = tour[0].story(CONTRACT)
    assert [event.kind for event in story.events] == ["gone"]
    assert "480,000 pounds" in story.versions[-1].text


def test_nothing_around_the_articles_is_taken_for_their_text(tour: tuple[Archive, str]):
    archive, _ = tour
    for url in (FERRIES, SCHOOL, CONTRACT):
        text = archive.story(url).versions[-1].text
        assert "morning letter" not in text
        assert "All rights reserved" not in text


def test_a_folder_that_isnt_a_demos_is_left_alone(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(UsageError, match="isn't a demo's"):
        demo(tmp_path / "mine", lambda _: None)
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"
