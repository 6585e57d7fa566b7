"""Lines that are nothing but a time, in the languages of the archive; and prose that begins with the same word."""

from __future__ import annotations

import pytest

from newsarchive.diff import compare
from newsarchive.diff.date_words import LANGUAGES, says_updated, time_line, words_of
from newsarchive.diff.noise import noise
from newsarchive.text import fold
from tests.versions.build import article

UPDATED = [
    "Last updated 5 March 2024 at 12:30 GMT", "Updated: 09:15", "Updated 5 March 2024 by John Smith", "Last updated on Tue 5 Mar 2024 10.30 GMT",
    "Updated 2024-03-05T10:30:00Z", "Zuletzt aktualisiert am 3.5.2024, 10:22", "Aktualisiert: 3. Mai 2024, 10:22 Uhr", "Stand: 3. Mai 2024",
    "Mis à jour le 3 mai 2024 à 10h22", "Última actualización: 5 de marzo de 2024 a las 10:30", "Aggiornato alle 12:30",
    "Atualizado em 5 de março de 2024 às 10h30", "Päivitetty 5.3.2024 klo 10:30", "Обновлено 5 марта 2024, 10:30", "Son güncelleme: 5 Mart 2024 10:30",
    "آخر تحديث: 5 مارس 2024", "अंतिम अपडेट: 5 मार्च 2024, 10:30", "อัปเดตล่าสุด 5 มีนาคม 2567 เวลา 10:30 น.", "최종수정 2024.03.05 10:30",
    "수정 2024년 3월 5일 오전 10:30", "更新：2024-05-03 10:22", "最終更新：2024年3月5日 10時30分",
]  # fmt: skip
RELATIVE = [
    "5 minutes ago", "an hour ago", "about 3 hours ago", "10 mins ago", "Updated 3 hours ago", "vor 5 Minuten", "vor einer Stunde", "il y a 2 heures", "hace 3 días",
    "5 minuti fa", "há 2 horas", "2 uur geleden", "5 минут назад", "минуту назад", "5 minut temu", "před 5 minutami", "5 dakika önce", "منذ 5 دقائق",
    "5 मिनट पहले", "2 घंटे पहले", "5 นาทีที่แล้ว", "2 ชั่วโมงที่ผ่านมา", "5분 전", "2시간 전", "10分前", "3時間前", "3分钟前", "yesterday", "gestern",
]  # fmt: skip
FACTS = [
    "Revised figures put the toll at {}", "Updated toll: {} dead", "Modified {} engines", "Updated {} times", "Stand: {} Tote", "Aktualisiert: {} Tote",
    "Mis à jour : {} morts", "Actualizado: {} muertos", "Aggiornato: {} morti", "Atualizado: {} mortos", "Bijgewerkt: {} doden", "Обновлено: {} погибших",
    "Güncelleme: {} ölü", "تحديث: {} قتيلا", "अपडेट: {} लोग मारे गए", "อัปเดต: เสียชีวิต {} ราย", "업데이트 사망자 {}명", "更新：死者{}人", "Votes: {}", "{} votes",
]  # fmt: skip


@pytest.mark.parametrize("line", UPDATED)
def test_a_label_with_nothing_but_a_time_is_a_line_of_update(line):
    assert time_line(fold(line)) == "last updated"
    assert says_updated(fold(line))


@pytest.mark.parametrize("line", RELATIVE)
def test_a_relative_time_is_one_in_every_language(line):
    assert time_line(fold(line)) == "relative time"


@pytest.mark.parametrize("line", FACTS)
def test_a_fact_behind_the_same_word_is_prose_and_its_number_an_edit(line):
    before, after = (article(paragraphs=("The bridge is closed.", line.format(n))) for n in (12, 15))
    assert noise(before.paragraphs[1]) == ""
    found = compare(before, after)
    assert (found.kind, found.significant) == ("number", True)


@pytest.mark.parametrize("pair", list(zip(RELATIVE[::2], RELATIVE[1::2], strict=False)))
def test_a_relative_time_that_goes_on_makes_no_version(pair):
    before, after = (article(paragraphs=("The bridge is closed.", line)) for line in pair)
    assert not compare(before, after).is_version


@pytest.mark.parametrize(("length", "found"), [(40, "relative time"), (41, "")])
def test_a_longer_line_without_a_label_is_prose(length, found):
    assert time_line("5 minutes ago".replace("5", "5" * (length - 12))) == found


@pytest.mark.parametrize(("length", "found"), [(120, "last updated"), (121, "")])
def test_a_longer_line_with_a_label_is_prose(length, found):
    assert time_line("Updated 10:30".ljust(length, "0")) == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_and_weekdays_are_known(language):
    assert len(words_of(language)) >= (7 if language in ("zh", "ja", "ko") else 19)
