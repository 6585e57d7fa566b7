"""When was it published and changed, as the page says it.

Machine-readable statements first, then the visible line near the title, then the URL (weak). A zone is
never invented: `Moment.stated` keeps the page's own form, and a time without a zone counts as UTC.
Reads no clock. Tested in tests/extract/test_page_dates.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.I,
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{2}:?\d{2})?$")
_RFC = re.compile(
    r"(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*[\s-]+(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4}|GMT|UTC|Z)?)?"
)
_SLASH = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{2})(?![\d.])")
_YMD = re.compile(r"\b(\d{4})[./](\d{1,2})[./](\d{1,2})\b")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_CLOCK = re.compile(r"\b(\d{1,2})[:h.](\d{2})(?::(\d{2}))?\s*(?:([ap])\.?m\.?)?\s*(UTC|GMT|Z)?", re.I)
_URL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2])\2([0-2]?\d|3[01])|(0[1-9]|1[0-2])([0-2]\d|3[01]))(?!\d)"
)
_URL_PATH = re.compile(r"/((?:19|20)\d\d)/(\d{1,2}|[a-z]{3})/(\d{1,2})(?:/|$|-)")
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
_WORDED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s*(?:de\s+|d['’])?([^\W\d_]{3,12})\.?,?\s*(?:de\s+|del\s+)?((?:19|20)\d\d)|([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d))"
)
EARLIEST = 1990
LATEST = 2100


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, UTC, and how the page states it: ISO 8601, with the page's offset if it gives one."""

    at: datetime
    stated: str

    @property
    def has_time(self) -> bool:
        return "T" in self.stated


def moment(text: str, *, day_first: bool = True) -> Moment | None:
    """The date or time that `text` states, in any of the forms pages use; None if there is none.

    Args:
        day_first: Whether 03/04/2020 is the third of April.
    """
    text = text.strip()
    if not text or len(text) > 400:
        return None
    for form in (_compact, _iso, _epoch, _rfc, _cjk):
        found = form(text)
        if found is not None:
            return found
    return _worded(text, day_first)


def _iso(text: str) -> Moment | None:
    match = _ISO.search(text)
    if match is None:
        return None
    y, mo, d, h, mi, s, zone = match.groups()
    return _build(y, mo, d, h, mi, s, zone)


def _compact(text: str) -> Moment | None:
    match = _COMPACT.match(text)
    if match is None:
        return None
    return _build(*match.groups())


def _epoch(text: str) -> Moment | None:
    if not re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    return Moment(at, at.isoformat())


def _rfc(text: str) -> Moment | None:
    match = _RFC.search(text)
    if match is None:
        return None
    d, name, y, h, mi, s, zone = match.groups()
    month = _MONTHS.get(name.lower())
    return _build(y, str(month), d, h, mi, s, zone) if month else None


def _cjk(text: str) -> Moment | None:
    match = _CJK.search(text)
    if match is None:
        return None
    clock = _CLOCK.search(text, match.end())
    if clock:
        return _build(match[1], match[2], match[3], clock[1], clock[2], clock[3], None)
    return _build(match[1], match[2], match[3], None, None, None, None)


def _worded(text: str, day_first: bool) -> Moment | None:
    for match in _WORDED.finditer(text):
        d, name, y = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        month = _MONTHS.get(name.lower())
        if month:
            return _with_clock(text, match.end(), y, str(month), d)
    return _numeric(text, day_first)


def _numeric(text: str, day_first: bool) -> Moment | None:
    found = _YMD.search(text)
    if found:
        return _with_clock(text, found.end(), found[1], found[2], found[3])
    found = _SLASH.search(text)
    if found:
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if (day_first and second <= 12) or first > 12 else (second, first)
        return _with_clock(text, found.end(), found[3], str(month), str(day))
    found = _SHORT.search(text)
    if found:
        return _with_clock(text, found.end(), f"20{found[3]}", found[2], found[1])
    return None


def _with_clock(text: str, after: int, y: str, mo: str, d: str) -> Moment | None:
    clock = _CLOCK.search(text, after, after + 30)
    if clock is None:
        return _build(y, mo, d, None, None, None, None)
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    return _build(y, mo, d, str(hour), clock[2], clock[3], clock[5]) or _build(
        y, mo, d, None, None, None, None
    )


def _build(
    y: str, mo: str, d: str, h: str | None, mi: str | None, s: str | None, zone: str | None
) -> Moment | None:
    try:
        if h is None or mi is None:
            at = datetime(int(y), int(mo), int(d), tzinfo=UTC)
            return Moment(at, at.strftime("%Y-%m-%d")) if EARLIEST <= at.year <= LATEST else None
        offset = _offset(zone)
        at = datetime(int(y), int(mo), int(d), int(h), int(mi), int(s or 0), tzinfo=offset or UTC)
        if not EARLIEST <= at.year <= LATEST:
            return None
        stated = at.isoformat() if offset is not None else at.replace(tzinfo=None).isoformat()
        return Moment(at.astimezone(UTC), stated)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timezone | None:
    if not zone:
        return None
    if zone.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    if delta >= timedelta(hours=24):
        return None
    return timezone(-delta if zone[0] == "-" else delta)


def from_url(url: str) -> Moment | None:
    """The day that the URL's path names; weak evidence."""
    path = url.split("://", 1)[-1].partition("/")[2]
    match = _URL_PATH.search("/" + path)
    if match:
        month = match[2] if match[2].isdigit() else str(_MONTHS.get(match[2], 0))
        return _build(match[1], month, match[3], None, None, None, None)
    match = _URL.search(path)
    if match is None:
        return None
    return _build(match[1], match[3] or match[5], match[4] or match[6], None, None, None, None)
