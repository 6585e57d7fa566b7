"""Dates as feeds, sitemaps, pages and readers write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.times import iso_seconds
from newsarchive.web import dates
from newsarchive.web.dates import date_in_url, from_url, moment, parse_date
from tests.web.month_names import further_months

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T12:00:00Z",
        "2026-11-24T12:00Z",
        "2026-11-24T14:00:00+02:00",
        "2026-11-24T14:00:00+0200",
        "2026-11-24T14:00:00 +02",
        "2026-11-24 12:00:00",
        "2026-11-24 12:00:00 UTC",
        "20261124T120000Z",
        "2026-11-24T12:00:00.123456Z",
        " 2026-11-24T12:00:00,5Z\n",
        "Tue, 24 Nov 2026 12:00:00 GMT",
        "Tue, 24 Nov 2026 12:00:00 +0000",
        "Tue, 24 Nov 26 12:00:00 GMT",
        "24 Nov 2026 07:00:00 EST",
        "Tue 24 Nov 2026 12:00:00 GMT",
        "Di, 24 Nov 2026 12:00 GMT",
        "Tue, 24 Nov 2026\n  12:00:00 GMT",
        "2026/11/24 12:00",
    ],
)
def test_noon_in_many_spellings(text: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.replace(microsecond=0) == NOON


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 24:00:00 GMT", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11-24T23:59:60Z", datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)),
        ("2016.03.04", datetime(2016, 3, 4, tzinfo=UTC)),
    ],
)
def test_rarer_dates(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "soon",
        "yesterday",
        "2026-13-45",
        "2026-02-30T00:00:00Z",
        "99999",
        "Tue, 99 Nov 2026 12:00:00 GMT",
        "x" * 5000,
        "2026-11-24T12:00:00+99:99",
        "0000-00-00",
    ],
)
def test_what_names_no_moment_gives_none(text: str | None) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=120))
def test_no_text_makes_it_raise(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "at", "stated"),
    [
        ("2017-03-02T07:24:18+0000", "2017-03-02T07:24:18Z", "2017-03-02T07:24:18+00:00"),
        ("2024-03-04T10:00:00+02:00", "2024-03-04T08:00:00Z", "2024-03-04T10:00:00+02:00"),
        ("2024-03-04T10:00:00Z", "2024-03-04T10:00:00Z", "2024-03-04T10:00:00+00:00"),
        ("2024-03-04 10:00:00", "2024-03-04T10:00:00Z", "2024-03-04T10:00:00"),
        ("2024-03-04", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("20240304", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("1709546400", "2024-03-04T10:00:00Z", "2024-03-04T10:00:00+00:00"),
        ("1709546400000", "2024-03-04T10:00:00Z", "2024-03-04T10:00:00+00:00"),
        ("Mon, 04 Mar 2024 10:00:00 +0100", "2024-03-04T09:00:00Z", "2024-03-04T10:00:00+01:00"),
        ("March 4, 2024", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("4 March 2024 07:24 UTC", "2024-03-04T07:24:00Z", "2024-03-04T07:24:00+00:00"),
        ("Published on March 4, 2024 at 5:06 pm", "2024-03-04T17:06:00Z", "2024-03-04T17:06:00"),
        ("4. März 2024, 17:06 Uhr", "2024-03-04T17:06:00Z", "2024-03-04T17:06:00"),
        ("Do 25.04.24 | 14:07 Uhr", "2024-04-25T14:07:00Z", "2024-04-25T14:07:00"),
        ("4 de marzo de 2024", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("4 mars 2024", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("4 марта 2024", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("4 مارس 2024", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("2024年3月4日 10:30", "2024-03-04T10:30:00Z", "2024-03-04T10:30:00"),
        ("2024년 3월 4일", "2024-03-04T00:00:00Z", "2024-03-04"),
        ("04.03.2024", "2024-03-04T00:00:00Z", "2024-03-04"),
    ],
)
def test_moments(text: str, at: str, stated: str) -> None:
    found = moment(text)
    assert found is not None
    assert (iso_seconds(found.at), found.stated) == (at, stated)


def test_the_order_of_day_and_month_is_the_countrys() -> None:
    british, american = moment("03/04/2024"), moment("03/04/2024", day_first=False)
    assert british is not None
    assert american is not None
    assert (british.stated, american.stated) == ("2024-04-03", "2024-03-04")


@pytest.mark.parametrize(
    "text", ["", "yesterday", "5 minutes ago", "2024-13-45", "99/99/9999", "0001-01-01", "x" * 1000, "1.2.3"]
)
def test_what_is_no_date(text: str) -> None:
    assert moment(text) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://e.example/2024/03/04/story", "2024-03-04"),
        ("https://e.example/2024/mar/04/story", "2024-03-04"),
        ("https://e.example/news/20240304-story", "2024-03-04"),
        ("https://e.example/story-2024-03-04.html", "2024-03-04"),
        ("https://e.example/2025-12_story", None),
        ("https://e.example/story/1234567890", None),
        ("https://e.example/20249999", None),
    ],
)
def test_days_in_addresses(url: str, day: str | None) -> None:
    found = from_url(url)
    assert (found.stated if found else None) == day


ZONES = [
    ("UTC", "12:00"), ("GMT", "12:00"), ("Z", "12:00"), ("WET", "12:00"), ("CET", "11:00"), ("CEST", "10:00"), ("MEZ", "11:00"),
    ("MESZ", "10:00"), ("EET", "10:00"), ("EEST", "09:00"), ("MSK", "09:00"), ("TRT", "09:00"), ("GST", "08:00"), ("PKT", "07:00"),
    ("NPT", "06:15"), ("ICT", "05:00"), ("WIB", "05:00"), ("HKT", "04:00"), ("SGT", "04:00"), ("JST", "03:00"), ("KST", "03:00"),
    ("AEST", "02:00"), ("AEDT", "01:00"), ("EST", "17:00"), ("EDT", "16:00"), ("CDT", "17:00"), ("MDT", "18:00"), ("PDT", "19:00"),
    ("NST", "15:30"), ("BRT", "15:00"), ("AKST", "21:00"), ("HST", "22:00"),
    # names that several countries use: the reading that newsarchive/web/dates.py states
    ("BST", "11:00"), ("IST", "06:30"), ("CST", "18:00"), ("MST", "19:00"), ("PST", "20:00"), ("AST", "16:00"),
    # offsets
    ("+0100", "11:00"), ("-0330", "15:30"), ("GMT+1", "11:00"), ("UTC+05:30", "06:30"), ("GMT-0500", "17:00"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "utc"), ZONES)
@pytest.mark.parametrize(
    "form",
    [
        "Sat, 14 Feb 2026 12:00:00 {}",
        "14 February 2026 12:00 {}",
        "14. Februar 2026, 12:00 Uhr {}",
        "Feb 14, 2026 12:00 p.m. {}",
    ],
)
def test_a_zone_is_read_wherever_it_is_written(form: str, zone: str, utc: str) -> None:
    text = form.format(zone)
    found = moment(text)
    assert found is not None
    assert iso_seconds(found.at) == f"2026-02-14T{utc}:00Z"
    assert parse_date(text) == found.at


@pytest.mark.parametrize("zone", ["CET", "JST", "EST", "+01", "+01:00", "GMT+1"])
def test_a_zone_is_read_after_iso_dates(zone: str) -> None:
    found = moment(f"2026-02-14 12:00:00 {zone}")
    assert found is not None
    assert found.at.hour == {"JST": 3, "EST": 17}.get(zone, 11)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Jan. 5, 2026 5:06 p.m. ET", "2026-01-05T22:06:00Z"),
        ("July 5, 2026 5:06 p.m. ET", "2026-07-05T21:06:00Z"),
        ("July 5, 2026 9:06 AM PT", "2026-07-05T16:06:00Z"),
    ],
)
def test_american_zones_without_a_season_follow_the_calendar(text: str, utc: str) -> None:
    found = moment(text)
    assert found is not None
    assert iso_seconds(found.at) == utc


@pytest.mark.parametrize(
    "text",
    [
        "10 April 2026 10:30-1230",  # a span of time
        "10 April 2026 à 10:30 est",  # French for "is"
        "10 April 2026 10:30 XYZ",
    ],
)
def test_what_is_no_zone_leaves_the_time_without_one(text: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.stated == "2026-04-10T10:30:00"


@pytest.mark.parametrize(
    "text",
    [
        "14 Φεβρουαρίου 2026", "14. helmikuuta 2026", "14 februára 2026", "2026 m. vasario 14 d.", "2026. február 14.", "14 फ़रवरी 2026",
        "१४ फेब्रुवारी २०२६", "14 กุมภาพันธ์ 2569", "14 בפברואר 2026", "14 de febrer de 2026", "14 veebruar 2026", "14. februāris 2026",
    ],
)  # fmt: skip
def test_months_in_further_languages(text: str) -> None:
    found = moment(text)
    assert found is not None
    assert found.stated == "2026-02-14"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Tue Nov 24 12:00:00 2026", "2026-11-24T12:00:00Z"),
        ("Tue Nov 24 12:00:00 +0100 2026", "2026-11-24T11:00:00Z"),
        ("Tue Nov 24 2026 12:00:00 GMT+0100 (CET)", "2026-11-24T11:00:00Z"),
        ("Tuesday, 24-Nov-26 12:00:00 GMT", "2026-11-24T12:00:00Z"),
        ("24 Nov 2026 3:00 PM", "2026-11-24T15:00:00Z"),
        ("Ter, 24 Nov 2026 12:00:00 -0300", "2026-11-24T15:00:00Z"),
        ("Di, 24 Dez 2024 12:00:00 +0100", "2024-12-24T11:00:00Z"),
        ("24/11/2026 12:00", "2026-11-24T12:00:00Z"),
        ("04.03.2026", "2026-03-04T00:00:00Z"),
        ("1790000000", "2026-09-21T14:13:20Z"),
    ],
)
def test_spellings_that_feeds_have_beside_the_standards(text: str, utc: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert iso_seconds(found) == utc


@pytest.mark.parametrize("text", ["03/04/2026", "3-4-2026 10:00"])
def test_a_feeds_date_that_may_mean_two_days_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "0000-00-00 00:00:00",
        "9999999999999",
        "31 Dec 9999 23:59 EST",
    ],
)
def test_years_at_the_ends_of_the_calendar_give_none(text: str) -> None:
    assert (moment(text), parse_date(text)) == (None, None)


@given(
    st.one_of(
        st.from_regex(r"\A[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ][0-9]{1,4}[T ][0-9]{1,2}:[0-9]{2}.{0,12}\Z"),
        st.from_regex(
            r"\A[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{2,4} [0-9]{2}:[0-9]{2}:[0-9]{2} [A-Z+0-9-]{1,6}\Z"
        ),
    )
)
def test_no_date_makes_it_raise(text: str) -> None:
    for found in (moment(text), moment(text, day_first=False), moment(text, day_first=None)):
        assert found is None or 1990 <= found.at.year <= 2101


def test_no_url_makes_it_raise() -> None:
    assert date_in_url("http://[::1/2026/11/24/") is not None
    assert (date_in_url("http://["), from_url("")) == (None, None)


def test_the_further_names_of_months_are_those_that_babel_has() -> None:
    assert dates._further_months() == further_months()
