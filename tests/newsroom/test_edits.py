"""Each kind of edit does what it is called, and nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.newsroom import NewsroomError, PressStory
from tests.newsroom.edits import EDIT_KINDS, TEXT_KINDS, apply
from tests.newsroom.generate import stories, story_writer
from tests.newsroom.outlet_site import SITES
from tests.newsroom.typos import QUOTED, insert_typo

AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
END = datetime(2026, 11, 2, 6, tzinfo=UTC)


def all_stories() -> list[PressStory]:
    out = []
    for site in SITES:
        made = stories(2, 30, site.name, language=site.language, end=END)
        out += [site.place(d) for d in made if len(d.paragraphs) >= 6]
    return out


STORIES = all_stories()
LATIN = [s for s in STORIES if s.language in ("en", "de")]


def after(story: PressStory, kind: str, **given: object) -> PressStory:
    writer = story_writer(2, story.outlet, story.number, story.language, story.published_at)
    writer.rng = random.Random(f"{story.number}/{kind}")
    return apply(story, kind, writer=writer, at=AT, given=given)


def changed(a: PressStory, b: PressStory) -> set[str]:
    return {name for name in a.__slots__ if getattr(a, name) != getattr(b, name)} - {"modified_at"}


ONE_FIELD = [
    ("headline", {"title"}),
    ("standfirst", {"standfirst"}),
    ("byline", {"authors"}),
    ("caption", {"captions"}),
    ("typo", {"paragraphs"}),
    ("number", {"paragraphs"}),
    ("quote", {"paragraphs"}),
    ("correction", {"paragraphs"}),
    ("update", {"paragraphs"}),
    ("tags", {"tags"}),
    ("image", {"image"}),
    ("date", set()),
]


@pytest.mark.parametrize(("kind", "fields"), ONE_FIELD)
def test_an_edit_changes_its_field_alone(kind: str, fields: set[str]):
    done = 0
    for story in STORIES:
        try:
            edited = after(story, kind)
        except NewsroomError:
            continue
        assert changed(story, edited) == fields
        assert edited.modified_at == AT
        done += 1
    assert done > len(STORIES) * 0.9


def test_a_typo_touches_one_word_of_one_paragraph_and_no_letter_is_lost():
    for story in STORIES:
        edited = after(story, "typo")
        pairs = [(a, b) for a, b in zip(story.paragraphs, edited.paragraphs, strict=True) if a != b]
        assert len(pairs) == 1
        assert len(pairs[0][1]) - len(pairs[0][0]) in (0, 1)


def test_a_planted_slip_is_put_right_by_the_edit_typo():
    for story in STORIES[:40]:
        wrong = insert_typo(story, random.Random(1))
        assert wrong.paragraphs != story.paragraphs
        right = after(wrong, "typo")
        assert right.paragraphs == story.paragraphs
        assert right.typo is None


def test_a_number_is_changed_and_no_word():
    for story in STORIES:
        edited = after(story, "number")
        strip = str.maketrans("", "", "0123456789")
        assert [p.translate(strip) for p in edited.paragraphs] == [
            p.translate(strip) for p in story.paragraphs
        ]
        assert edited.paragraphs != story.paragraphs


def test_case_lowers_one_letter():
    for story in LATIN[:40]:
        edited = after(story, "case")
        assert edited.text != story.text
        assert edited.text.lower() == story.text.lower()


def test_a_quote_changes_inside_its_marks():
    for story in STORIES:
        if not any(QUOTED.search(p) for p in story.paragraphs):
            continue
        edited = after(story, "quote")
        pairs = [(a, b) for a, b in zip(story.paragraphs, edited.paragraphs, strict=True) if a != b]
        assert len(pairs) == 1
        a, b = pairs[0]
        assert QUOTED.sub("", a, count=1) == QUOTED.sub("", b, count=1)


def test_a_paragraph_is_added_removed_and_moved():
    for story in STORIES:
        assert set(story.paragraphs) < set(after(story, "paragraph-added").paragraphs)
        assert set(after(story, "paragraph-removed").paragraphs) < set(story.paragraphs)
        moved = after(story, "paragraph-moved")
        assert moved.paragraphs != story.paragraphs
        assert sorted(moved.paragraphs) == sorted(story.paragraphs)


def test_split_and_merged_paragraphs_keep_their_words():
    def flat(story: PressStory) -> str:
        return "".join("".join(story.paragraphs).split())

    done = 0
    for story in STORIES:
        for kind, more in (("paragraph-split", 1), ("paragraph-merged", -1)):
            try:
                edited = after(story, kind)
            except NewsroomError:
                continue
            assert len(edited.paragraphs) == len(story.paragraphs) + more
            assert flat(edited) == flat(story)
            done += 1
    assert done > len(STORIES) * 1.8


def test_headings_and_quotes_stay_with_their_paragraphs():
    story = replace(STORIES[0], headings=(3,), quotes=(2,))
    texts = {story.paragraphs[3], story.paragraphs[2]}
    for kind in ("paragraph-added", "paragraph-moved", "paragraph-split"):
        edited = after(story, kind)
        marked = {edited.paragraphs[i] for i in (*edited.headings, *edited.quotes)}
        assert marked <= texts | set(edited.paragraphs[1:2])


def test_a_correction_names_the_old_and_the_new_figure():
    story = STORIES[0]
    edited = after(story, "correction")
    assert len(edited.paragraphs) == len(story.paragraphs) + 1
    assert edited.paragraphs[-1].startswith("Correction")


def test_later_edits_leave_notices_alone():
    for story in STORIES[::5]:
        noticed = after(story, "correction")
        assert after(noticed, "number").paragraphs[-1] == noticed.paragraphs[-1]


def test_a_silent_edit_leaves_the_date():
    story = STORIES[0]
    writer = story_writer(2, story.outlet, story.number, story.language, story.published_at)
    edited = apply(story, "number", writer=writer, at=AT, silent=True)
    assert edited.modified_at == story.modified_at


def test_given_fields_overrule():
    assert after(STORIES[0], "headline", title="Ministers agree").title == "Ministers agree"
    assert after(STORIES[0], "set", paragraphs=["One.", "Two."]).paragraphs == ("One.", "Two.")


@pytest.mark.parametrize(("kind", "given"), [("dance", {}), ("set", {"colour": "red"})])
def test_what_isnt_known_is_refused(kind: str, given: dict[str, object]):
    with pytest.raises(NewsroomError):
        after(STORIES[0], kind, **given)


def test_all_kinds_have_names_of_their_own():
    assert len(set(EDIT_KINDS)) == len(EDIT_KINDS) > len(TEXT_KINDS)
