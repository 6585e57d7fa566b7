"""Times without a zone: the outlet's own clock is learnt from those that would be in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.discover import discover
from newsarchive.discover.discovery import zone_of
from newsarchive.model import Source

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOURCE = Source(name="s", domains=("s.test",))


@pytest.mark.parametrize(
    ("texts", "hours"),
    [
        (["2026-03-02T16:50:00"], 7.75),  # of UTC+8, ten minutes old: the least zone that explains it
        (["2026-03-02T17:00:00", "2026-03-02T12:00:00"], 8),
        (["Mon, 02 Mar 2026 14:30:00"], 5.5),
        (["2026-03-02T08:50:00"], 0),
        (["2026-03-02T09:10:00"], 0),  # clocks differ
        (["2026-03-02T09:11:00"], 0.25),
        (["2026-03-02T23:10:00"], 14),
        (["2026-03-02T23:11:00"], 0),  # further ahead than any zone
        (["2026-03-02T17:00:00Z"], 0),  # a zone is stated: the date is wrong
        (["2026-03-02T17:00:00+00:00", "Mon, 02 Mar 2026 17:00:00 GMT"], 0),
        (["2026-03-03"], 0),  # a day has no time
        (["", "x"], 0),
    ],
)
def test_the_least_zone_that_explains_the_times_is_learnt(texts: list[str], hours: float) -> None:
    assert zone_of(texts, NOW) == timedelta(hours=hours)


@pytest.mark.parametrize("kind", ["sitemap", "feed"])
def test_a_story_of_an_eastern_outlet_is_no_story_of_the_future(kind: str) -> None:
    ages = [0, 1, 20]
    local = [NOW + timedelta(hours=8 - age) for age in ages]
    if kind == "sitemap":
        rows = "".join(f"<url><loc>http://s.test/a-b-{n}</loc><lastmod>{t:%Y-%m-%dT%H:%M:%S}</lastmod></url>" for n, t in enumerate(local))  # fmt: skip
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    else:
        rows = "".join(f"<item><link>http://s.test/a-b-{n}</link><pubDate>{t:%a, %d %b %Y %H:%M:%S}</pubDate></item>" for n, t in enumerate(local))  # fmt: skip
        text = f'<rss version="2.0"><channel>{rows}</channel></rss>'
    found = discover("http://s.test/x.xml", text.encode(), source=SOURCE, now=NOW)
    assert [c.lastmod or c.published_at for c in found.candidates] == [
        NOW - timedelta(hours=age) for age in ages
    ]
    assert found.count_of("future date") == 0


def test_a_stated_zone_is_not_moved_by_its_neighbours() -> None:
    rows = "".join(
        f"<url><loc>http://s.test/a-b-{n}</loc><lastmod>{text}</lastmod></url>"
        for n, text in enumerate(["2026-03-02T17:00:00", "2026-03-02T08:00:00Z", "2026-03-02T19:00:00Z"])
    )
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    found = discover("http://s.test/x.xml", text.encode(), source=SOURCE, now=NOW)
    assert [c.lastmod for c in found.candidates] == [NOW, NOW - timedelta(hours=1), None]
    assert found.count_of("future date") == 1
