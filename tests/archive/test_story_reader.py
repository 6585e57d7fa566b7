"""What a reader asks of an archive."""

from __future__ import annotations

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.story_reader import compare_captures
from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.index.search import SearchQuery


@pytest.fixture
def archive(press) -> Archive:
    return Archive(press.folder)


def test_a_headline_edit_makes_one_version(archive, press):
    assert [v.title for v in archive.story(press.headline_url).versions] == [press.old_title, press.new_title]


def test_an_unedited_story_has_one_version_with_the_words_as_published(archive, press):
    story = archive.story(press.plain_url)
    assert len(story.versions) == 1
    assert story.versions[0].paragraphs == press.plain_paragraphs


def test_a_story_that_was_taken_down_keeps_its_text_and_tells_when_it_went(archive, press):
    story = archive.story(press.gone_url)
    assert (story.status, [e.kind for e in story.events], len(story.versions)) == ("gone", ["gone"], 1)


def test_the_change_is_a_headline_and_nothing_else_changed_in_the_archive(archive, press):
    assert [(row.url, row.kind) for row in archive.changes()] == [(press.headline_url, "headline")]


@pytest.mark.parametrize(
    ("spec", "number"),
    [("1", 1), ("first", 1), ("last", 2), ("", 2), ("2026-03-02T20:00:00Z", 1), ("2026-03-04", 2)],
)
def test_a_version_is_named_by_number_place_or_time(archive, press, spec, number):
    assert archive.story(press.headline_url).pick(spec).version_no == number


def test_a_version_is_named_by_the_record_of_any_capture_that_showed_it(archive, press):
    story = archive.story(press.headline_url)
    shown = [c for c in story.captures if c.version_no]
    assert [story.pick(c.warc_record_id).version_no for c in shown] == [c.version_no for c in shown]


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ("9", NothingFoundError),
        ("2020-01-01", NothingFoundError),
        ("soon", UsageError),
        ("urn:uuid:0", NothingFoundError),
    ],
)
def test_what_names_no_version_is_refused(archive, press, spec, error):
    with pytest.raises(error):
        archive.story(press.headline_url).pick(spec)


def test_a_story_compares_its_versions(archive, press):
    change = archive.story(press.headline_url).diff(1, 2)
    assert [(f.name, f.before, f.after) for f in change.fields if f.name == "title"] == [
        ("title", press.old_title, press.new_title)
    ]


def test_two_stories_can_be_compared(archive, press):
    before, after, change = archive.compare(press.plain_url, other=press.headline_url)
    assert (before.url, after.url) == (press.plain_url, press.headline_url)
    assert not change.is_empty


def test_the_raw_bytes_are_the_response_and_the_page_is_its_decoded_body(archive, press):
    version = archive.story(press.plain_url).pick()
    raw, page = archive.raw(version), archive.page(version)
    assert raw.startswith(b"HTTP/1.1 200 ")
    assert b"<html" in page
    assert press.plain_paragraphs[0].encode()[:20] in page


def test_words_of_a_former_headline_are_found_in_all_versions_only(archive, press):
    gone = next(w for w in press.old_title.split() if w not in press.new_title and len(w) > 3)
    hit = next(
        h
        for h in archive.search(SearchQuery(text=press.old_title, all_versions=True)).hits
        if h.url == press.headline_url
    )
    assert hit.lost_in == 2, gone


def test_what_was_removed_can_be_read_with_its_reason(archive, press):
    removed = archive.removed(archive.story(press.plain_url).pick())
    assert any("newsletter" in b.reason for b in removed)
    assert all(b.reason for b in removed)


def test_two_captures_can_be_compared_as_their_pages_were(archive, press):
    story = archive.story(press.headline_url)
    first, last = (v.warc_record_id for v in story.versions)
    pages = compare_captures(archive.index, f"{first}..{last}")
    assert pages.kinds == story.diff(1, 2).kinds
    assert archive.compare(press.headline_url, f"{first}..{first}")[2].is_empty
    assert compare_captures(archive.index, "1..2") is None
    assert compare_captures(archive.index, f"{first}..urn:uuid:00000000-0000-0000-0000-000000000000") is None
