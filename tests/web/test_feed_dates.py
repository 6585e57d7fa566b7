"""Dates as the world writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discover.dates import parse_date

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
