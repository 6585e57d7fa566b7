"""The clock of an outlet, from the times that its pages state and those that its feeds leave without a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.discover import discover
from newsarchive.discover.outlet_zone import stated_times, zone_shown, zones_between
from newsarchive.model import Source

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("html", "times"),
    [
        (b'<meta property="article:published_time" content="2026-03-02T20:00:00+08:00">', [NOON]),
        (b'<meta content="2026-03-02T12:00:00Z" property="article:published_time">', [NOON]),
        (b'<meta itemprop=datePublished content="2026-03-02T07:00:00-05:00">', [NOON]),
        (b'{"@type":"NewsArticle","datePublished" : "2026-03-02T13:00:00+01:00","dateModified":"2026-03-02T12:30:00Z"}', [NOON, NOON + timedelta(minutes=30)]),
        (b'<meta property="og:updated_time" content="2026-03-02T12:00:00.000Z">', [NOON]),
        (b'<meta property="article:published_time" content="2026-03-02T12:00:00">', []),  # no zone
        (b'{"datePublished":"2026-03-02"}', []),
        (b'{"datePublished":"soon, very soon"}', []),
        (b'<meta name="description" content="2026-03-02T12:00:00Z">', []),
        (b"", []),
        (b"\xff\xfe datePublished: '" + b"9" * 500, []),
    ],
)  # fmt: skip
def test_a_pages_own_times_count_where_they_state_a_zone(html: bytes, times: list[datetime]) -> None:
    assert sorted(stated_times(html)) == times


@pytest.mark.parametrize(
    ("local", "stated", "zones"),
    [
        ([0], [0], {0}),
        ([480], [0], {480}),
        ([-300], [0], {-300}),
        ([331], [0], {330}),  # a minute later
        ([337], [0], set()),  # no zone is 5:37
        ([480, 500], [0, 20], {480}),
        ([480, 510], [0, 30], {450, 480, 510}),
        ([900], [0], set()),
        ([-735], [0], set()),
        ([], [0], set()),
        ([0], [], set()),
    ],
)
def test_two_clocks_differ_by_quarters_of_an_hour(
    local: list[int], stated: list[int], zones: set[int]
) -> None:
    def at(minutes: int) -> datetime:
        return NOON + timedelta(minutes=minutes)

    assert zones_between(map(at, local), map(at, stated)) == zones


@pytest.mark.parametrize(
    ("pages", "zone"),
    [
        ([], None),
        ([[480]] * 2, None),
        ([[480]] * 3, 480),
        ([[480], [450, 480], [480, 510]], 480),
        ([[480]] * 2 + [[0]], None),
        ([[480]] * 7 + [[0]] * 2, 480),
        ([[480]] * 6 + [[0]] * 3, None),
        ([[60]] * 30 + [[120]] * 7, 120),  # summer time
        ([[]] * 9, None),
    ],
)
def test_the_zone_is_what_most_of_the_last_pages_show(pages: list[list[int]], zone: int | None) -> None:
    assert zone_shown(pages) == zone


@pytest.mark.parametrize(
    ("offset", "text", "age"),
    [
        (480, "2026-03-02T19:00:00", 60),
        (480, "2026-03-02T21:00:00", 0),  # an hour ahead even so: the least zone that explains it
        (-300, "2026-03-02T06:00:00", 60),
        (-300, "2026-03-02T09:00:00", 0),
        (480, "2026-03-02T11:00:00Z", 60),
        (None, "2026-03-02T11:00:00", 60),
    ],
)
def test_a_known_zone_is_used_and_nothing_is_dropped_for_it(offset: int | None, text: str, age: int) -> None:
    source = Source(name="s", domains=("s.test",), utc_offset=offset)
    document = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://s.test/a</loc><lastmod>{text}</lastmod></url></urlset>'
    [found] = discover("http://s.test/x.xml", document.encode(), source=source, now=NOON).candidates
    assert found.lastmod is not None
    assert abs(NOON - found.lastmod - timedelta(minutes=age)) <= timedelta(minutes=10)
