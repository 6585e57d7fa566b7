"""Dates as feeds, sitemaps, pages and readers write them: the one reader of dates.

A zone is never invented: `Moment.stated` keeps the page's own form, and a time without a zone counts as UTC.
Never raises, reads no clock, guesses no day. Names of months in the languages of the table below are read at
once, those of further ones from month_names.tsv (dateparser takes 20 to 100 ms for each text that it can't read, and
its answer depends on the language it tries first). Tested in tests/web/test_dates.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Hours from UTC. Where several countries share a name, the one whose press writes it most: BST is Britain's
# summer (not Bangladesh), IST is India's (not Ireland's or Israel's), CST, EST, MST and PST are America's, as
# RFC 822 has it (not China's, Australia's, Malaysia's, the Philippines'), AST is Halifax' (not Riyadh's).
_HOURS = {
    name: float(hours)
    for hours, *names in map(
        str.split,
        """-10 HST;-9 AKST;-8 AKDT PST;-7 PDT MST;-6 MDT CST;-5 CDT EST;-4 EDT AST;-3.5 NST;-3 ADT BRT;-2.5 NDT
        0 UT UTC GMT Z WET;1 BST CET MEZ MET WEST WAT;2 CEST MESZ EET CAT SAST;3 EEST MSK TRT EAT;3.5 IRST;4 GST;4.5 AFT
        5 PKT;5.5 IST;5.75 NPT;7 ICT WIB;8 HKT SGT MYT PHT AWST WITA;9 JST KST WIT;9.5 ACST;10 AEST;10.5 ACDT;11 AEDT
        12 NZST;13 NZDT""".replace("\n", ";").split(";"),
    )
    for name in names
}
_FIXED = {name: timezone(timedelta(hours=hours)) if hours else UTC for name, hours in _HOURS.items()}
# What American papers write in summer and winter alike.
_PLACES = {"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles"}
_NAMES = "|".join(sorted({*_HOURS, *_PLACES}, key=len, reverse=True))
_ZONE = rf"(?:\(?((?:UTC|GMT)(?:\s?[+-]\d{{1,2}}(?::?\d{{2}})?)?|SHIFT|(?-i:{_NAMES}))(?!\w))?"
_ANY_ZONE, _TEXT_ZONE = (
    _ZONE.replace("SHIFT", r"[+-]\d{2}(?::?\d{2})?"),
    _ZONE.replace("SHIFT", r"(?<=\s)[+-]\d{4}"),
)
_ISO = re.compile(
    rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:[T\s]+(\d{{1,2}}):?(\d{{2}})(?::?(\d{{2}})(?:[.,]\d+)?)?\s*{_ANY_ZONE})?",
    re.I,
)
_COMPACT = re.compile(
    rf"^(\d{{4}})(\d{{2}})(\d{{2}})(?:T?(\d{{2}})(\d{{2}})(\d{{2}})?)?\s*{_ANY_ZONE}$", re.I
)
_MAIL = re.compile(
    rf"(?:[A-Z][a-z]{{2}},? )?(\d{{1,2}}) ([A-Z][a-z]{{2}}) (\d{{4}}) (\d\d):(\d\d):(\d\d)\s*{_ANY_ZONE}$"
)
_DIGIT = re.compile(r"\d")
_MONTH_ALONE = re.compile(r"(\d{4})-(\d{2})")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_SLASH = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})[./-](\d{4})\b")
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{2})(?![\d.])")
_YMD = re.compile(r"\b(\d{4})[./](\d{1,2})[./](\d{1,2})\b")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_CLOCK = re.compile(
    rf"\b(\d{{1,2}})[:h.](\d{{2}})(?::(\d{{2}}))?(?:\s*([ap])\.?m\.?)?(?:\s*Uhr\b)?,?\s*{_TEXT_ZONE}", re.I
)
_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0?[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]|(?<=\D)[1-9]))?(?!\d)"
)
_NAMED_IN_URL = re.compile(r"/((?:19|20)\d\d)/([a-z]{3})/(\d{1,2})(?:/|$|-)")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene janeiro jan gennaio gen januari jan. januara stycznia leden ledna января янв январь ocak يناير janeiro januari ianuarie január січня",
            "february feb februar februari février fevrier févr febrero fevereiro fev febbraio lutego února февраля фев февраль şubat فبراير februarie lutego február лютого",
            "march mar märz maerz mars marzo março marco marca března марта мар март mart maart mac maret مارس martie március березня",
            "april apr avril avr abril abr aprile kwietnia dubna апреля апр апрель nisan أبريل ابريل aprilie április квітня",
            "may mai mayo maio maggio mag maja května мая май mayıs mei maj مايو május травня",
            "june jun juni juin junio junho giugno giu czerwca června июня июн июнь haziran يونيو iunie június червня",
            "july jul juli juillet juil julio julho luglio lug lipca července июля июл июль temmuz يوليو iulie július липня",
            "august aug août aout agosto ago agosto sierpnia srpna августа авг август ağustos agustus أغسطس augusti augustus september.. augusztus серпня",
            "september sep sept septembre septiembre setembro set settembre września září сентября сен сентябрь eylül سبتمبر septembrie szeptember вересня",
            "october oct oktober okt octobre octubre outubro out ottobre ott października října октября окт октябрь ekim أكتوبر اكتوبر octombrie október жовтня",
            "november nov novembre noviembre novembro listopada listopadu ноября ноя ноябрь kasım نوفمبر noiembrie листопада",
            "december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre grudnia prosince декабря дек декабрь aralık desember des ديسمبر decembrie грудня",
        ),
        1,
    )
    for name in names.split()
}
# Further languages of the press, whose names of months Babel has (Unicode CLDR).
_NAME = r"((?:[^\W\d_]|[\u0591-\u05c7\u0900-\u0e4e]){2,14})"  # of a month; the marks are vowels that are no letters
_YEAR = r"(?:19|20|25)\d\d"
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]*(?:de\s+|d['’])?{_NAME}\.?,?[\s-]*(?:de\s+|del\s+)?({_YEAR}|\d\d(?=\s+\d{{1,2}}:\d\d))"
)
_MONTH_FIRST = re.compile(rf"{_NAME}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+({_YEAR})")
_YEAR_FIRST = re.compile(rf"({_YEAR})\.?\s(?:m\.\s)?{_NAME}\s(\d{{1,2}})\b(?!:|,?\s*\d{{4}})")
_ASCTIME = re.compile(
    rf"{_NAME}\s+(\d{{1,2}})\s+(\d{{1,2}}):(\d{{2}}):(\d{{2}})\s{{0,3}}{_TEXT_ZONE}\s+(\d{{4}})$", re.I
)
EARLIEST = 1990
LATEST = 2100
BUDDHIST = 543  # years that Thailand counts more
_CLOCK_AT = 25  # characters from a date to its time, at most


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, UTC, and how the page states it: ISO 8601, with the page's offset if it gives one."""

    at: datetime
    stated: str

    @property
    def has_time(self) -> bool:
        return "T" in self.stated


def parse_date(text: str | None) -> datetime | None:
    """Return the moment that a feed or sitemap states, aware, UTC; None if `text` names none, or may mean two days.

    Reads what `moment` does, and a month alone (W3CDTF): its first day.
    """
    found = moment(text, day_first=None) if text else None
    if found is None and text and (month := _MONTH_ALONE.fullmatch(text.strip())):
        found = _build(month[1], month[2], "1")
    return found.at if found is not None else None


def lacks_zone(text: str | None) -> bool:
    """Return whether `text` states a time of day without saying in which zone."""
    found = moment(text, day_first=None) if text else None
    return found is not None and found.has_time and datetime.fromisoformat(found.stated).tzinfo is None


def moment(text: str, *, day_first: bool | None = True) -> Moment | None:
    """Return the date or time that `text` states, in any of the forms feeds and pages use; None if there is none.

    Args:
        day_first: Whether 03/04/2020 is the third of April; None: it may be either, so it is no date.
    """
    text = text.strip()
    if len(text) > 400 or not _DIGIT.search(text):
        return None
    if not text.isascii():
        text = _DIGIT.sub(lambda digit: str(int(digit[0])), text)
    for form in (_mail, _iso, _compact, _epoch, _cjk, _worded):
        found = form(text)
        if found is not None:
            return found
    return _numeric(text, day_first)


def _iso(text: str) -> Moment | None:
    match = _ISO.search(text)
    return _build(*match.groups()) if match else None


def _mail(text: str) -> Moment | None:
    """RFC 2822, as most feeds write it; the quick way."""
    match = _MAIL.match(text)
    if match is None:
        return None
    day, name, year, *clock = match.groups()
    return _build(year, str(_MONTHS.get(name.lower(), 0)), day, *clock)


def _compact(text: str) -> Moment | None:
    match = _COMPACT.match(text)
    return _build(*match.groups()) if match else None


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    return Moment(at, at.isoformat())


def _cjk(text: str) -> Moment | None:
    match = _CJK.search(text)
    return _with_clock(text, match.end(), *match.groups(), reach=len(text)) if match else None


def _worded(text: str) -> Moment | None:
    for pattern, order in ((_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2)), (_YEAR_FIRST, (1, 2, 3))):
        for match in pattern.finditer(text):
            year, name, day = (match[n] for n in order)
            month = _month(name)
            if month:
                return _with_clock(text, match.end(), year, month, day)
    found = _ASCTIME.search(text)
    return _build(found[7], _month(found[1]) or "0", *found.groups()[1:6]) if found else None


def _month(name: str) -> str:
    """The number of a month as digits; empty if no language that we know has this name for one."""
    name = name.lower()
    number = _MONTHS.get(name) or _further_months().get(name) or _further_months().get(name.removeprefix("ב"))
    return str(number or "")


@cache
def _further_months() -> dict[str, int]:
    """Name -> number, in further languages; a name that is two months' in different ones is left out."""
    lines = Path(__file__).with_name("month_names.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {name: int(number) for number, names in rows for name in names.split()}


def _numeric(text: str, day_first: bool | None) -> Moment | None:
    found = _YMD.search(text)
    if found:
        return _with_clock(text, found.end(), found[1], found[2], found[3])
    found = _SLASH.search(text)
    if found:
        first, second = int(found[1]), int(found[3])
        if day_first is None and found[2] != "." and first <= 12 and second <= 12 and first != second:
            return None
        is_day_first = (day_first is not False and second <= 12) or first > 12
        day, month = (first, second) if is_day_first else (second, first)
        return _with_clock(text, found.end(), found[4], str(month), str(day))
    found = _SHORT.search(text)
    if found:
        return _with_clock(text, found.end(), f"20{found[3]}", found[2], found[1])
    return None


def _with_clock(text: str, after: int, y: str, mo: str, d: str, *, reach: int = _CLOCK_AT) -> Moment | None:
    clock = _CLOCK.search(text, after)
    if clock is None or clock.start() > after + reach:
        return _build(y, mo, d)
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    return _build(y, mo, d, str(hour), clock[2], clock[3], clock[5]) or _build(y, mo, d)


def _build(
    y: str,
    mo: str,
    d: str,
    h: str | None = None,
    mi: str | None = None,
    s: str | None = None,
    zone: str | None = None,
) -> Moment | None:
    year = int(y) + (0 if len(y) > 2 else 1900 if int(y) > 68 else 2000)
    if year - BUDDHIST >= EARLIEST:
        year -= BUDDHIST
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        if h is None or mi is None:
            at = datetime(year, int(mo), int(d), tzinfo=UTC)
            return Moment(at, at.strftime("%Y-%m-%d"))
        naive = datetime(year, int(mo), int(d), 0 if h == "24" else int(h), int(mi), min(int(s or 0), 59))  # noqa: DTZ001
        if h == "24":  # the end of that day
            naive += timedelta(days=1)
        offset = _offset(zone, naive) if zone else None
    except ValueError:
        return None
    at = naive.replace(tzinfo=offset or UTC)
    return Moment(at.astimezone(UTC), (at if offset else naive).isoformat())


_SHIFT = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


def _offset(zone: str, at: datetime) -> tzinfo:
    """The zone of that name or offset; raises ValueError for an offset that can't be one."""
    name = zone.upper().replace(" ", "")
    if name in _PLACES:
        try:
            return timezone(ZoneInfo(f"America/{_PLACES[name]}").utcoffset(at) or timedelta())
        except ZoneInfoNotFoundError:  # a system without the time zones' data
            return UTC
    shift = _SHIFT.fullmatch(name)
    if shift:
        delta = timedelta(hours=int(shift[2]), minutes=int(shift[3] or 0))
        return timezone(-delta if shift[1] == "-" else delta)
    return _FIXED[name]


def date_in_url(url: str) -> tuple[datetime, datetime] | None:
    """Return the day, else the month, that a URL's path names, as its first moment and the first after it; else None.

    Reads `/2026/11/24/`, `/2026/nov/24/`, `/2026/11/`, `20261124`, `2026-11-24`. Six digits alone are taken for an id.
    """
    path = "/" + re.split("[?#]", url.partition("://")[2])[0].partition("/")[2]
    months = []
    named = ((f[1], "/", str(_MONTHS.get(f[2], 0)), f[3]) for f in _NAMED_IN_URL.finditer(path))
    for year, gap, month, day in (*named, *(found.groups() for found in _IN_URL.finditer(path))):
        try:
            start = datetime(int(year), int(month), int(day or 1), tzinfo=UTC)
        except ValueError:
            continue
        if day:
            return start, start + timedelta(days=1)
        if gap:
            months.append(
                (start, datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC))
            )
    return months[0] if months else None


def from_url(url: str) -> Moment | None:
    """Return the day that the URL's path names; weak evidence."""
    found = date_in_url(url)
    if found is None or found[1] - found[0] > timedelta(days=1) or found[0].year < EARLIEST:
        return None
    return Moment(found[0], found[0].strftime("%Y-%m-%d"))
