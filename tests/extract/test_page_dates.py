"""Dates and times in the forms that pages use."""

from __future__ import annotations

import pytest

from newsarchive.extract.page_dates import from_url, moment
from newsarchive.times import iso_seconds


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
