"""A person's decisions: what they do, what they can't, and taking them back."""

from __future__ import annotations

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.versions import read_decisions
from tests.ingest.press import SITE, answer, html, text, write


def test_a_merge_is_taken_back(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.decide("merge", press.plain_url, press.headline_url)
    assert archive.story(press.plain_url).id == archive.story(press.headline_url).id
    archive.decide("merge", press.headline_url, press.plain_url, undo=True)
    assert archive.story(press.plain_url).id != archive.story(press.headline_url).id
    assert archive.rebuild(check=True).equal


def test_a_split_is_taken_back(tmp_path):
    urls = f"{SITE}/news/1/ferry-sails", f"{SITE}/live/1/ferry-sails"
    page = html("The ferry sails", text(1), head=f'<link rel="canonical" href="{urls[0]}">')
    write(tmp_path, [answer(url, page, hour=n, seq=n) for n, url in enumerate(urls)])
    archive = Archive.create(tmp_path)
    archive.ingest()
    assert archive.story(urls[0]).id == archive.story(urls[1]).id
    archive.decide("split", *urls)
    assert archive.story(urls[0]).id != archive.story(urls[1]).id
    archive.decide("split", *urls, undo=True)
    assert archive.story(urls[0]).id == archive.story(urls[1]).id
    assert archive.rebuild(check=True).equal


def test_a_split_of_what_a_person_merged_names_the_merge(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.decide("merge", press.plain_url, press.headline_url)
    with pytest.raises(UsageError, match=r"a decision merges these.*newsarchive story merge .* --undo"):
        archive.decide("split", press.headline_url, press.plain_url)


def test_a_withheld_story_is_shown_again_by_any_name_of_it(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.decide("merge", press.plain_url, press.headline_url)
    archive.decide("withhold", press.plain_url, reason="asked for")
    assert archive.story(press.headline_url).withheld
    archive.decide("withhold", press.headline_url, undo=True)
    assert not archive.story(press.headline_url).withheld


@pytest.mark.parametrize(
    ("kind", "names", "undo", "says"),
    [
        ("merge", ("plain", "plain"), False, "can't merge: it is the same URL twice"),
        ("split", ("plain", "plain"), False, "can't split: it is the same URL twice"),
        ("split", ("plain", "headline"), False, "nothing to split: they are different stories already"),
        (
            "merge",
            ("plain", "headline"),
            True,
            "no merge of this was decided.*No merge is in decisions.jsonl",
        ),
        ("withhold", ("plain",), True, "no withhold of this was decided"),
    ],
)
def test_what_would_change_nothing_is_refused_and_not_written(press, kind, names, undo, says):
    with pytest.raises(UsageError, match=says):
        Archive(press.folder).decide(kind, *(getattr(press, f"{name}_url") for name in names), undo=undo)
    assert read_decisions(press.folder / "decisions.jsonl") == ()


def test_stories_that_are_one_cannot_be_merged_again(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.decide("merge", press.plain_url, press.headline_url)
    with pytest.raises(UsageError, match="nothing to merge: they are one story already"):
        archive.decide("merge", press.headline_url, press.plain_url)
    with pytest.raises(UsageError, match=r"Decided were: .* and "):
        archive.decide("merge", press.plain_url, undo=True)


def test_a_story_that_is_not_archived_is_named(press):
    with pytest.raises(NothingFoundError, match=r"nowhere\.example"):
        Archive(press.folder).decide("merge", press.plain_url, "nowhere.example/a")
