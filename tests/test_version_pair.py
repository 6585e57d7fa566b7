"""Two versions as the index holds them: in every form both are named, and a comparison keeps what was recorded."""

from __future__ import annotations

import pytest

from newsarchive.archive import Archive
from newsarchive.change_feed import compare_versions, heading, recorded_change
from newsarchive.index import changes, reading


@pytest.fixture
def archive(press) -> Archive:
    return Archive(press.folder)


@pytest.mark.parametrize("form", ["terminal", "side_by_side", "unified", "html"])
def test_both_headlines_stand_in_every_form(archive, press, form):
    before, after, change = archive.compare(press.headline_url)
    text = archive.render(before, after, change, form=form)
    words = {w for w in (press.old_title + " " + press.new_title).split() if w.isalpha()}
    assert [w for w in words if w not in text] == []
    assert "version 1, seen 2026-03-02 " in text


def test_a_comparison_has_the_kinds_that_the_index_recorded(archive, press):
    from dataclasses import replace

    before, after = archive.story(press.headline_url).range()
    with reading(archive.index) as db:
        (row,) = changes(db, story=before.story_id)
    found = recorded_change(
        before, after, replace(row, kind="restored", kinds=("restored", "headline"), silent=False)
    )
    assert (found.kind, found.kinds, found.silent) == ("restored", ("restored", "headline"), False)
    assert found.fields == compare_versions(before, after).fields
    assert heading(before, after).title == press.new_title
