"""Words for dates by language, and the lines that are nothing but a time: "Last updated 5 March", "5 minutes ago".

Months, weekdays, halves of the day and relative times are CLDR's, through Babel, loaded at the first question; by hand are
only what CLDR leaves out: inflected forms, the word "updated", small words within a stamp. A line is one of these by its
whole form: each word of it is a word for a time, so "Updated toll: 15" is prose. Pure. Tested in
tests/diff/test_date_words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Literal

LANGUAGES = "en de fr es it pt nl sv nb da fi pl cs ru uk tr ar fa he hi ja zh ko el th hu ro id vi".split()  # noqa: SIM905
UNSPACED = frozenset(["zh", "ja", "th", "ko"])  # words are found inside longer runs of letters

# Beside CLDR's months and weekdays: inflected forms, days like "yesterday", and what makes a date of the number beside it.
_FURTHER = {
    "en": "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec today yesterday tomorrow tonight",
    "de": "Jänner Sonnabend heute gestern morgen",
    "fr": "hier demain aujourd'hui",
    "es": "hoy ayer mañana",
    "it": "oggi ieri domani",
    "pt": "hoje ontem amanhã",
    "nl": "vandaag gisteren morgen",
    "sv": "måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen idag igår imorgon",
    "fi": "tänään eilen huomenna",
    "pl": "środę sobotę niedzielę dziś dzisiaj wczoraj jutro",
    "cs": "středu sobotu neděli dnes včera zítra",
    "ru": "среду пятницу субботу сегодня вчера завтра",
    "uk": "середу п'ятницю суботу неділю сьогодні вчора завтра",
    "tr": "bugün dün yarın",
    "ar": "اليوم أمس غدا",
    "fa": "امروز دیروز فردا",
    "he": "היום אתמול מחר",
    "hi": "आज कल",
    "el": "σήμερα χθες αύριο",
    "zh": "月 日 号 年 周一 周二 周三 周四 周五 周六 周日 今天 昨天 明天",
    "ja": "月 日 年 今日 昨日 明日",
    "ko": "오늘 어제 내일",
    "th": "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์ วันนี้ เมื่อวาน พรุ่งนี้",
}
_UPDATED = (
    r"(?:(?:last|first) )?(?:updated|modified|revised|reviewed|edited)|(?:zuletzt )?(?:aktualisiert|geändert|bearbeitet)|stand"
    r"|(?:article )?(?:mise? à jour|modifiée?|actualisée?)|dernière (?:mise à jour|modification)|(?:última )?(?:actualizaci[óo]n|actualizado|modificado|atualiza(?:ção|do))"
    r"|(?:ultimo )?(?:aggiornamento|aggiornato|modificato)|(?:laatst )?(?:bijgewerkt|gewijzigd)|(?:sist |senast )?(?:oppdatert|uppdaterad|opdateret)"
    r"|(?:viimeksi )?(?:päivitetty|muokattu)|(?:ostatnia )?aktualizacja|zaktualizowano|aktualizov[áa]no|aktualizace|(?:последнее )?обновл[её]н(?:о|ие)|оновлено"
    r"|(?:son )?güncelleme|güncellendi|(?:آخر )?تحديث|(?:آخرین )?به ?روز ?رسانی|(?:עדכון אחרון|עודכן)|(?:अंतिम |आखरी |आख़री )?(?:अपडेट|अद्यतन)(?: किया गया)?|(?:最終)?更新(?:日時?|于|於|時間|时间)?"
    r"|(?:최종 ?)?(?:수정|업데이트|입력|갱신)|(?:τελευταία )?ενημέρωση|ενημερώθηκε|(?:อัปเดต|อัพเดต|ปรับปรุง|แก้ไข)(?:ล่าสุด)?(?:เมื่อ)?|frissítve|actualizat|diperbarui|cập nhật(?: lần cuối)?"
)
_PUBLISHED = r"(?:first )?(?:posted|published)|erstellt|veröffentlicht|publiée?|publicado|pubblicato|gepubliceerd|опубликовано|发布|公開"
# Words that may be within a stamp, in all languages.
_SMALL = (
    "on at the of by am pm a.m p.m and um uhr h le à el a las em às il alle ore op om den kl klo o godz v в о г года год"
    " at saat de da do vom der am im dne w dnia роки р року στις ώρα को बजे पर ที่ เวลา น น. เมื่อ พ.ศ 年 月 日 時 分 时 点 년 월 일 시 분 오전 오후"
    " st nd rd th er utc gmt bst cet cest est edt pst pdt mez mesz ist jst kst t z local time hrs uur ke pukul lúc ngày ora"
)
_ONE = r"(?:\d[\d.,]*|an?|one|few|einer?|einem|une?|una?|uma?|un'|een|ett?|en)"
_WEB = {"en": ("{0} mins ago", "{0} min ago", "{0} hrs ago", "{0} secs ago"), "ar": ("منذ {0} دقائق", "منذ {0} دقيقة", "منذ {0} ساعات", "منذ {0} ساعة"), "sv": ("{0} minuter sedan", "{0} timmar sedan"), "nb": ("{0} minutter siden", "{0} timer siden"), "ru": ("минуту назад", "час назад"), "ja": ("{0}日前",)}  # fmt: skip


def _names(language: str, widths: tuple[str, ...]) -> Iterator[str]:
    """CLDR's months and weekdays."""
    from babel import Locale

    locale = Locale.parse(language)
    for table in (locale.months, locale.days):
        for form in ("format", "stand-alone"):
            for width in widths:
                yield from table.get(form, {}).get(width, {}).values()


@cache
def words_of(language: str) -> frozenset[str]:
    """Months, weekdays and days like "yesterday" of one language, in lower case."""
    found = {w.lower() for w in _names(language, ("wide",)) if not w[:1].isdigit()}
    return frozenset(found | set(_FURTHER.get(language, "").lower().split()))


@cache
def inside_of(language: str) -> re.Pattern[str]:
    """Finds the dates of a language that parts no words, the longest first; single letters are left out."""
    words = sorted((w for w in words_of(language) if len(w) > 1), key=lambda w: (-len(w), w))
    return re.compile("|".join(map(re.escape, words)))


# ---------------------------------------------------------------- lines of nothing but a time


@cache
def _stamp_words() -> frozenset[str]:
    """All that a stamp may hold but numbers."""
    from babel.dates import get_period_names

    found = set(_SMALL.split())
    for language in LANGUAGES:
        found |= {w.lower() for w in _names(language, ("wide", "abbreviated"))} | words_of(language)
        found |= {str(w).lower() for w in get_period_names(width="abbreviated", locale=language).values()}
    return frozenset(part for w in found for part in _PARTS.split(w) if part)


_PARTS = re.compile(r"[\s\d:.,/()|+\-॰·°']+")


@cache
def _run_together() -> re.Pattern[str]:
    words = sorted((w for w in _stamp_words() if not w.isascii()), key=lambda w: (-len(w), w))
    return re.compile(f"(?:{'|'.join(map(re.escape, words))})+")


_MOMENT = re.compile(r"\d[:./h-]\d|\d{4}|\d\W*[^\W\d]|[^\W\d]\W*\d")  # a bare number is no time


def _is_stamp(text: str) -> bool:
    """Whether a text in lower case is a date, a time of day or both, and nothing else."""
    if not _MOMENT.search(text):
        return False
    known = _stamp_words()
    return all(p in known or bool(_run_together().fullmatch(p)) for p in _PARTS.split(text) if p)


@cache
def _relative() -> re.Pattern[str]:
    """CLDR's "5 minutes ago" in all languages, with any number; and the days by name."""
    from babel.dates import format_timedelta

    found = {form for forms in _WEB.values() for form in forms}
    for language in LANGUAGES:
        for unit, seconds in (("second", 1), ("minute", 60), ("hour", 3600), ("day", 86400), ("week", 604800), ("month", 2592000), ("year", 31536000)):  # fmt: skip
            for count in (1, 2, 3, 5, 11, 21):
                for width in ("long", "short", "narrow"):
                    past = format_timedelta(timedelta(seconds=-seconds * count), granularity=unit, threshold=1000, add_direction=True, format=width, locale=language)  # type: ignore[arg-type]  # fmt: skip
                    found.add(past.replace(str(count), "{0}"))
    forms = sorted(re.escape(f.lower().replace("{0}", "\0")).replace("\\\0", "\0").replace("\0", _ONE).replace(r"\ ", " ?") for f in found)  # fmt: skip
    days = [w for language in LANGUAGES for w in _FURTHER.get(language, "").lower().split() if len(w) > 2]
    return re.compile(
        rf"(?:about |ca\.? |for |för )?(?:{'|'.join(forms)})|just now|now|{'|'.join(map(re.escape, days))}"
    )


_LABEL = re.compile(rf"(?:(?P<updated>{_UPDATED})|{_PUBLISHED})(?!\w)[ :：]*(?:(?:on|at|am|um|le|el|em|il|alle|op|den|vor ort)(?= ))?[ :：]*|(?P<close>(?:최종 ?)?(?:수정|입력)|更新|अपडेट)[ :：]*", re.IGNORECASE)  # fmt: skip
_SIGNED = re.compile(r" (?:by|von|par|por|di|door|av|af) [A-ZÀ-Þ][\w.'-]*(?: [A-ZÀ-Þ][\w.'-]*){0,3}$")


SHORT, LONGEST = 40, 120  # characters of a line without and with a label; a longer one is prose


def time_line(line: str) -> Literal["", "relative time", "last updated"]:
    """What a whole line (folded) is: a relative time with or without a label, a labelled stamp, or neither."""
    label = _LABEL.match(line)
    if len(line) > (LONGEST if label else SHORT):
        return ""
    rest = (_SIGNED.sub("", line[label.end() :]) if label else line).lower().strip(" .")
    if _relative().fullmatch(rest):
        return "relative time"
    return "last updated" if label and _is_stamp(rest) else ""


def says_updated(line: str) -> bool:
    """Whether a line (folded) tells the reader that the page was updated: "Last updated 5 March", "Updated 2 hours ago"."""
    label = _LABEL.match(line)
    return bool(label and (label["updated"] or label["close"]) and time_line(line))
