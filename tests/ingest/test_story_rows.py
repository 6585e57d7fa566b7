"""When a story came out, as far as is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.ingest.story_rows import news_time

SEEN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, SEEN),
        (SEEN - timedelta(days=4000), SEEN - timedelta(days=4000)),
        (SEEN + timedelta(hours=20), SEEN + timedelta(hours=20)),
        (SEEN + timedelta(days=2), SEEN),
        (datetime(1, 1, 1, tzinfo=UTC), SEEN),
    ],
)
def test_a_date_that_cannot_be_true_gives_way_to_the_first_capture(
    published: datetime | None, expected: datetime
) -> None:
    assert news_time(published, SEEN) == expected
