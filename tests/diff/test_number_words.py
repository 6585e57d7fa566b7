"""A number in words that differs is an edit of a number, in every language that the archive knows."""

from __future__ import annotations

import pytest

from newsarchive.diff import compare
from newsarchive.diff.date_words import LANGUAGES
from newsarchive.diff.number_words import number_words
from tests.versions.build import article

EDITS = [
    ("en", "Twenty-one people died in the crash.", "Twenty-three people died in the crash."),
    ("de", "Einundzwanzig Menschen starben.", "Zweiundzwanzig Menschen starben."),
    ("fr", "Vingt-et-un morts selon la police.", "Vingt-deux morts selon la police."),
    ("es", "Diecisiete personas murieron.", "Dieciocho personas murieron."),
    ("it", "Ventuno morti secondo la polizia.", "Ventidue morti secondo la polizia."),
    ("pt", "Dezessete pessoas morreram.", "Dezoito pessoas morreram."),
    ("nl", "Zeventien mensen stierven.", "Achttien mensen stierven."),
    ("sv", "Sjutton personer dog.", "Arton personer dog."),
    ("nb", "Sytten personer døde.", "Atten personer døde."),
    ("da", "Sytten personer døde.", "Atten personer døde."),
    ("fi", "Kaksitoista ihmistä kuoli.", "Viisitoista ihmistä kuoli."),
    ("pl", "Zginęło dwanaście osób.", "Zginęło piętnaście osób."),
    ("cs", "Zemřelo dvanáct lidí.", "Zemřelo patnáct lidí."),
    ("ru", "Двенадцать человек погибли в аварии.", "Пятнадцать человек погибли в аварии."),
    ("ru", "Пятеро погибли в аварии.", "Шестеро погибли в аварии."),
    ("ru", "Четырьмя голосами закон принят.", "Пятью голосами закон принят."),
    ("ru", "Сообщили о двадцати погибших.", "Сообщили о тридцати погибших."),
    ("uk", "Загинуло дванадцять людей.", "Загинуло п'ятнадцять людей."),
    ("tr", "Kazada on iki kişi öldü.", "Kazada on beş kişi öldü."),
    ("ar", "قتل اثنا عشر شخصا", "قتل خمسة عشر شخصا"),
    ("fa", "دوازده نفر کشته شدند.", "سیزده نفر کشته شدند."),
    ("he", "נהרגו ארבעים איש בתאונה.", "נהרגו חמישים איש בתאונה."),
    ("hi", "इक्कीस लोग घायल हुए।", "पच्चीस लोग घायल हुए।"),
    ("th", "มีผู้บาดเจ็บยี่สิบเอ็ดคน", "มีผู้บาดเจ็บสามสิบคน"),
    ("ko", "스물한 명이 다쳤다.", "스물두 명이 다쳤다."),
    ("ko", "이십오 명이 다쳤다.", "삼십 명이 다쳤다."),
    ("ja", "警察によると十二人が死亡した。", "警察によると十五人が死亡した。"),
    ("zh", "警方说十二人死亡。", "警方说十五人死亡。"),
    ("el", "Δεκαεπτά άνθρωποι πέθαναν.", "Δεκαοκτώ άνθρωποι πέθαναν."),
    ("hu", "A rendőrség szerint tizenkét ember halt meg.", "A rendőrség szerint tizenöt ember halt meg."),
    ("ro", "Potrivit poliției, doisprezece oameni au murit.", "Potrivit poliției, cincisprezece oameni au murit."),
    ("id", "Polisi mengatakan dua belas orang tewas.", "Polisi mengatakan lima belas orang tewas."),
    ("vi", "Cảnh sát cho biết mười người chết.", "Cảnh sát cho biết chín người chết."),
]  # fmt: skip
NO_NUMBERS = [
    ("en", "One may go there.", "You may go there."),
    ("fr", "Un homme est venu.", "Cet homme est venu."),
    ("vi", "Năm ngoái họ đã đến.", "Tháng trước họ đã đến."),
    ("ko", "이 다리는 낡았다.", "그 다리는 낡았다."),
    ("", "They put out the fire there.", "They put out the blaze there."),
    ("", "Er sah elf Tore.", "Er sah viele Tore."),
]
DATES = [
    ("hi", "बैठक सोमवार को होगी।", "बैठक मंगलवार को होगी।"),
    ("th", "การประชุมจะมีขึ้นในวันจันทร์", "การประชุมจะมีขึ้นในวันอังคาร"),
    ("ko", "회의는 월요일에 열린다.", "회의는 화요일에 열린다."),
    ("ja", "会議は月曜日に開かれる。", "会議は火曜日に開かれる。"),
    ("ja", "会議は三月に開かれる。", "会議は四月に開かれる。"),
]


def kinds(language, before, after):
    found = compare(*(article(paragraphs=(text,), language=language) for text in (before, after)))
    return found.kinds, found.significant


@pytest.mark.parametrize(("language", "before", "after"), EDITS)
def test_another_number_in_words_is_an_edit_of_a_number(language, before, after):
    found, significant = kinds(language, before, after)
    assert "number" in found
    assert significant


@pytest.mark.parametrize(("language", "before", "after"), NO_NUMBERS)
def test_a_word_that_as_often_means_something_else_is_no_number(language, before, after):
    assert "number" not in kinds(language, before, after)[0]


@pytest.mark.parametrize(("language", "before", "after"), DATES)
def test_another_weekday_or_month_is_an_edit_of_a_date(language, before, after):
    assert kinds(language, before, after) == (("date in text",), True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_numbers(language):
    assert len(number_words(language)) >= 11
