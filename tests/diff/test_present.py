"""A change put in order for the eye: fields first, unchanged stretches folded, marks where a paragraph went."""

from __future__ import annotations

from newsarchive.diff import JOINT, compare, pieces, summary
from newsarchive.diff.present import field_words, fields_in_order

TEXT = [
    f"Paragraph {w} of the story stands here."
    for w in ("one", "two", "three", "four", "five", "six", "seven")
]


def change(before, after):
    return compare("\n\n".join(before), "\n\n".join(after))


def kinds(before, after, **options):
    return [p.kind for p in pieces(change(before, after), **options)]


def test_long_unchanged_stretches_are_folded_but_for_one_neighbour():
    edited = [*TEXT[:5], TEXT[5].replace("stands", "stood"), TEXT[6]]
    found = pieces(change(TEXT, edited))
    assert [p.kind for p in found] == ["fold", "keep", "edit", "keep"]
    assert found[0].note == "4 unchanged paragraphs"
    assert len(found[0].inner) == 4
    assert kinds(TEXT, edited, folded=False) == ["keep"] * 5 + ["edit", "keep"]


def test_nothing_changed_is_one_fold():
    assert kinds(TEXT, TEXT) == ["fold"]
    assert kinds([], []) == []


def test_what_moved_leaves_a_mark_at_its_old_place():
    moved = [TEXT[6], *TEXT[:6]]
    found = pieces(change(TEXT, moved))
    assert [p.kind for p in found] == ["move", "keep", "fold", "keep", "moved away"]
    assert (found[0].note, found[-1].note) == ("moved from paragraph 7", "moved to paragraph 1")


def test_paragraph_breaks_inside_words_stand_alone():
    (found,) = [p for p in pieces(change([TEXT[0] + " " + TEXT[1]], TEXT[:2])) if p.kind == "split"]
    assert [w.text for w in found.words] == [TEXT[0], JOINT, TEXT[1]]


def test_the_summary_says_kinds_counts_and_why():
    text = summary(compare("The toll is 12.", "The toll is 15."))
    assert text.startswith("number · +2 -2 characters")
    assert "significant: a number differs: 12 → 15" in text
    assert "silent" in text
    assert summary(compare("a", "a")) == "No difference that a reader could see."


def test_fields_come_headline_first_and_have_words():
    from tests.versions.build import article

    found = fields_in_order(compare(article("One title", tags=("a",)), article("Other title", tags=("b",))))
    assert [f.name for f in found] == ["title", "tags"]
    assert [w.op for w in field_words(found[1])] == ["delete", "add"]
