"""What kind of thing was changed in a run of words."""

from __future__ import annotations

import pytest

from newsarchive.diff import compare
from newsarchive.diff.edit_regions import date_words, is_typo, number_words, within_one_letter
from tests.versions.build import article

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


OF_LANGUAGES = [
    ("hi", "date in text", "बैठक सोमवार को होगी।", "बैठक मंगलवार को होगी।"),
    ("th", "date in text", "ประชุมวันจันทร์ที่เมือง", "ประชุมวันอังคารที่เมือง"),
    ("ko", "date in text", "회의는 월요일에 열린다.", "회의는 화요일에 열린다."),
    ("ja", "date in text", "会議は月曜日に開かれる。", "会議は火曜日に開かれる。"),
    ("zh", "date in text", "会议星期一举行。", "会议星期二举行。"),
    ("he", "date in text", "הפגישה אתמול בעיר.", "הפגישה מחר בעיר."),
    ("fa", "date in text", "نشست دیروز در شهر بود.", "نشست فردا در شهر بود."),
    ("el", "date in text", "Η συνάντηση είναι τη Δευτέρα εδώ.", "Η συνάντηση είναι την Τρίτη εδώ."),
    ("hi", "number", "वहाँ तीन लोग आए।", "वहाँ पाँच लोग आए।"),
    ("th", "number", "มีคนมาสามคน", "มีคนมาห้าคน"),
    ("ko", "number", "그곳에 세 명이 왔다.", "그곳에 다섯 명이 왔다."),
    ("ru", "number", "Трое погибли в городе.", "Двое погибли в городе."),
    ("ru", "number", "Пятнадцать человек пришли.", "Двенадцать человек пришли."),
    ("de", "name", "Das sagte die Bürgermeisterin Anna Holt am Abend.", "Das sagte die Bürgermeisterin Anna Hold am Abend."),
    ("sv", "name", "Det säger Maria Strand i dag.", "Det säger Maria Strend i dag."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "kind", "before", "after"), OF_LANGUAGES)
def test_an_edit_is_of_its_kind_in_every_language(language, kind, before, after):
    found = compare(*(article(paragraphs=(text,), language=language) for text in (before, after)))
    assert kind in found.kinds
    assert found.significant


NAMES = [
    ("de", "Gestern sprach Lindner im Rathaus.", "Gestern sprach Lundner im Rathaus."),
    ("en", "Harding said no.", "Herding said no."),
    ("ko", "어제 박근혜는 서울로 갔다.", "어제 김근혜는 서울로 갔다."),
    ("ar", "قال محمود إن الجسر مغلق", "قال محمود إن الجسر مغلق".replace("محمود", "محمد")),
    ("he", "אמר אברהם בעיר", "אמר אברום בעיר"),
    ("hi", "कल रमेश शहर गए", "कल सुरेश शहर गए"),
    ("fa", "دیروز حسینی رفت", "دیروز حسنی رفت"),
    ("ru", "Петров сказал нет.", "Петрин сказал нет."),
]


@pytest.mark.parametrize(("language", "before", "after"), NAMES)
def test_one_letter_that_may_make_another_person_is_no_typo(language, before, after):
    found = compare(*(article(paragraphs=(text,), language=language) for text in (before, after)))
    assert "typo" not in found.kinds
    assert found.significant


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [("de", "Er sah das Farhrad dort.", "Er sah das Fahrrad dort."), ("de", "Sie sah den Regirung dort.", "Sie sah den Regierung dort.")],
)  # fmt: skip
def test_a_german_noun_behind_its_article_may_hold_a_typo(language, before, after):
    found = compare(*(article(paragraphs=(text,), language=language) for text in (before, after)))
    assert found.kinds == ("typo",)
