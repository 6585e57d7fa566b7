"""What kind of thing was changed in a run of words."""

from __future__ import annotations

import pytest

from newsarchive.diff import compare
from newsarchive.diff.edit_regions import date_words, is_typo, number_words, within_one_letter

CASES = [
    ("number", "The toll is 12.", "The toll is 15."),
    ("number", "About three people came.", "About five people came."),
    ("number", "It cost a million pounds.", "It cost a billion pounds."),
    ("number", "Es kamen drei Leute.", "Es kamen vier Leute."),
    ("number", "三人が死亡した", "五人が死亡した"),
    ("number", "قتل ثلاثة أشخاص في المدينة", "قتل أربعة أشخاص في المدينة"),
    ("number", "Costs rose by 3.5 per cent.", "Costs rose by 35 per cent."),
    ("date in text", "They meet on Monday in the hall.", "They meet on Tuesday in the hall."),
    ("date in text", "It opens on 5 March.", "It opens on 6 March."),
    ("date in text", "Das Amt öffnet am 5. März wieder.", "Das Amt öffnet am 6. März wieder."),
    ("name", "They met John Smith there.", "They met John Smythe there."),
    ("name", "The plan of Ruritania failed.", "The plan of Graustark failed."),
    ("quote", 'He said: "We will go there."', 'He said: "We may go there."'),
    ("quote", "It is a free market.", 'It is a "free" market.'),
    ("quote", "„Wir gehen dahin“, sagte er.", "„Wir bleiben dort“, sagte er."),
    ("typo", "The goverment has met.", "The government has met."),
    ("typo", "In the monring it rained.", "In the morning it rained."),
    ("typo", "There is every one here.", "There is everyone here."),
    ("typo", "台風が上たって来た", "台風が上ったて来た"),
    ("punctuation", "No it is not.", "No, it is not."),
    ("punctuation", "The minister spoke.", "The Minister spoke."),
    ("punctuation", "black'- riding", "black' - riding"),
    ("rewording", "The law is weak here.", "The law is harmful here."),
    ("rewording", "The minister spoke.", "The ministers spoke."),
    ("rewording", "He did come.", "He did not come."),
    ("rewording", "We may go there.", "We will go there."),
    ("rewording", "Ich bin hier zu Hause.", "Ich war hier zu Hause."),
]


@pytest.mark.parametrize(("kind", "before", "after"), CASES, ids=[c[2][:32] for c in CASES])
def test_an_edit_is_of_its_kind(kind, before, after):
    found = compare(before, after)
    assert found.kinds == (kind,)
    assert compare(after, before).kinds == (kind,)
    assert found.significant == (kind not in ("typo", "punctuation"))


def test_a_slip_is_told_from_another_word_by_what_stands_elsewhere():
    assert is_typo("chargers", "charges")
    assert not is_typo("chargers", "charges", frozenset(["chargers"]))
    assert not is_typo("not", "now")
    assert not is_typo("form", "from", frozenset(["form", "from"]))
    assert not is_typo("million", "billion", language="en")


@pytest.mark.parametrize(
    ("x", "y", "near"),
    [
        ("abcd", "abdc", True),
        ("abcd", "abxd", True),
        ("abcd", "abd", True),
        ("abcd", "axcx", False),
        ("abcd", "ab", False),
    ],
)
def test_one_letter_is_one_letter(x, y, near):
    assert within_one_letter(x, y) is near
    assert within_one_letter(y, x) is near


def test_of_an_unknown_language_words_that_mean_something_else_elsewhere_are_left_out():
    assert "fire" in number_words("nb")
    assert "fire" not in number_words("")
    assert "may" not in date_words("en")
