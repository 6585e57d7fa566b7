"""Words that differ: joined to the new text, readable, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.diff.word_diff import tokens, word_edits
from newsarchive.text import fold


def shown(before, after):
    marks = {"keep": "{}", "delete": "[-{}-]", "add": "[+{}+]"}
    return "".join(marks[w.op].format(w.text) for w in word_edits(before, after))


CASES = [
    ("a number", "The toll is 12.", "The toll is 15.", "The toll is [-12-][+15+]."),
    ("a decimal", "up 3.5 per cent", "up 3.6 per cent", "up [-3.5 -][+3.6 +]per cent"),
    ("a whole sentence added", "One. The end.", "One. The start. The end.", "One. [+The start. +]The end."),
    ("a clause deleted", "He came, saw and left, and slept.", "He came, and slept.", "He came, [-saw and left, -]and slept."),
    ("typography is none", "“Don’t” – he", '"Don\'t" - he', '"Don\'t" - he'),
    ("crumbs are joined", "She said that the law is bad", "Critics hold that a rule was weak", "[-She said that the law is bad-][+Critics hold that a rule was weak+]"),
    ("Japanese", "三人が死亡した", "五人が死亡した", "[-三-][+五+]人が死亡した"),
    ("Thai", "มีผู้เสียชีวิต 3 คน", "มีผู้เสียชีวิต 5 คน", "มีผู้เสียชีวิต [-3 -][+5 +]คน"),
    ("Arabic", "قتل ثلاثة أشخاص", "قتل أربعة أشخاص", "قتل [-ثلاثة -][+أربعة +]أشخاص"),
    ("only spaces", "black'- riding", "black' - riding", "black'[+ +]- riding"),
    ("the end of a sentence", "in the spring market.", "in the spring.", "in the spring[- market-]."),
    ("from nothing", "", "New.", "[+New.+]"),
    ("to nothing", "Old.", "", "[-Old.-]"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_words_are_marked_as_a_reader_would(before, after, expected):
    assert shown(before, after) == expected


@settings(max_examples=70, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_kept_and_added_words_are_the_new_text_and_kept_and_deleted_ones_the_old(a, b):
    found = word_edits(a, b)
    assert "".join(w.text for w in found if w.op != "delete") == b
    assert all(w.text for w in found)


small = st.lists(
    st.sampled_from(["the", "a", "bridge", "met", "12", "“no”", "—", "old", "new.", "river,"]), max_size=14
).map(" ".join)


@settings(max_examples=70, deadline=None)
@given(small, small)
def test_the_way_back_exchanges_additions_and_deletions(a, b):
    there = [(w.op, fold(w.text)) for w in word_edits(a, b) if w.op != "keep"]
    turn = {"add": "delete", "delete": "add"}
    back = [(turn[w.op], fold(w.text)) for w in word_edits(b, a) if w.op != "keep"]
    assert sorted(there) == sorted(back)


@given(st.text())
def test_tokens_joined_are_the_text(s):
    assert "".join(tokens(s).raw) == s


def test_marks_stay_with_their_letter():
    assert len(tokens("กำลัง").raw) == 4
    assert tokens("e\u0301a").raw == ("e\u0301a",)
