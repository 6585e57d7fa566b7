"""A change put in order for the eye: fields first, unchanged stretches folded, marks where a paragraph went."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsarchive.diff import compare, present
from newsarchive.diff.present import BREAK, DiffUnit

TEXT = [
    f"Paragraph {w} of the story stands here."
    for w in ("one", "two", "three", "four", "five", "six", "seven")
]


def change(before, after):
    return compare("\n\n".join(before), "\n\n".join(after))


def shown(before, after):
    return present(change(before, after))


def kinds(units):
    return [unit.kind for unit in units]


def test_long_unchanged_stretches_are_folded_but_for_one_neighbour():
    edited = [*TEXT[:5], TEXT[5].replace("stands", "stood"), TEXT[6]]
    found = shown(TEXT, edited).folded()
    assert kinds(found) == ["fold", "keep", "edit", "keep"]
    assert found[0].note == "4 unchanged paragraphs"
    assert len(found[0].inner) == 4
    assert kinds(shown(TEXT, edited).units) == ["keep"] * 5 + ["edit", "keep"]


def test_nothing_changed_is_one_fold():
    assert kinds(shown(TEXT, TEXT).folded()) == ["fold"]
    assert shown([], []).folded() == ()


@pytest.mark.parametrize(
    ("ops", "folded"),
    [
        ("", ""),
        ("k", "k"),
        ("kkkkk", "F"),
        ("ke", "ke"),
        ("kkke", "Fke"),
        ("kke", "kke"),
        ("ekkkk", "ekF"),
        ("ekkke", "ekkke"),
        ("ekkkke", "ekFke"),
        ("ekkkkekk", "ekFkekk"),
    ],
)
def test_a_stretch_is_folded_from_two_paragraphs_on_that_touch_no_change(ops, folded):
    names = {"k": "keep", "e": "edit", "F": "fold"}
    units = tuple(DiffUnit(names[o]) for o in ops)
    assert kinds(replace(shown(TEXT, TEXT), units=units).folded()) == [names[f] for f in folded]


def test_what_moved_leaves_a_mark_at_its_old_place():
    moved = [TEXT[6], *TEXT[:6]]
    found = shown(TEXT, moved).folded()
    assert kinds(found) == ["move", "keep", "fold", "keep", "moved away"]
    assert (found[0].note, found[-1].note) == ("moved from paragraph 7", "moved to paragraph 1")
    assert [(bool(u.side("before")), bool(u.side("after"))) for u in (found[0], found[-1])] == [
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize(
    ("before", "after", "op"),
    [([" ".join(TEXT[:2])], TEXT[:2], "add"), (TEXT[:2], [" ".join(TEXT[:2])], "delete")],
)
def test_a_split_adds_a_break_and_a_merge_takes_one_away(before, after, op):
    (unit,) = shown(before, after).units
    assert [(w.op, w.text) for w in unit.words if w.text != " "] == [
        ("keep", TEXT[0]),
        (op, BREAK),
        ("keep", TEXT[1]),
    ]


def test_each_caption_is_a_line_of_its_own():
    from tests.versions.build import article

    (field,) = present(
        compare(article(captions=("One.", "Two.")), article(captions=("One.", "Three.")))
    ).fields
    assert BREAK in [w.text for w in field.words]


def test_the_summary_says_kinds_counts_and_why():
    text = present(compare("The toll is 12.", "The toll is 15.")).summary
    assert text.startswith("number · +2 -2 characters")
    assert "significant: a number differs: 12 → 15" in text
    assert "silent" in text
    assert present(compare("a", "a")).summary == "No difference that a reader could see."


def test_fields_come_headline_first_and_have_words():
    from tests.versions.build import article

    found = present(compare(article("One title", tags=("a",)), article("Other title", tags=("b",)))).fields
    assert [(f.name, f.label) for f in found] == [("title", "Headline"), ("tags", "Tags")]
    assert [w.op for w in found[1].words] == ["delete", "add"]
