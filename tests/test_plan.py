"""A plan survives the road to the crawl's child process."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from newsarchive.config import NetworkConfig
from newsarchive.model import RecordRef, SiteRule, Source
from newsarchive.plan import Plan, Target

NOW = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
FULL = Plan(
    crawl_id="20260301T120000-abcd",
    archive="/archive",
    now=NOW,
    sources=(
        Source(
            name="gazette",
            feeds=("https://gazette.example/rss",),
            delay=0.5,
            rules=(SiteRule(action="drop", selector="div.promo", since=date(2025, 1, 1)),),
        ),
    ),
    targets=(
        Target(
            url="https://gazette.example/a",
            source="gazette",
            reason="recheck",
            etag='"x\u00e9"',
            previous=RecordRef(
                record_id="urn:uuid:1",
                url="https://gazette.example/a",
                fetched_at=NOW,
                payload_digest="sha1:A",
            ),
        ),
    ),
    network=NetworkConfig(allow=("127.0.0.1:80",)),
    spent={"gazette.example": 7},
    not_before={"gazette.example": NOW},
)


@pytest.mark.parametrize("plan", [FULL, Plan(crawl_id="x", archive="/a", now=NOW)])
def test_a_plan_reads_back_equal(plan):
    assert Plan.from_json(plan.to_json()) == plan


def test_a_plan_is_one_line():
    assert "\n" not in FULL.to_json()


@pytest.mark.parametrize("text", ["", "[]", '{"crawl_id": "x", "archive": "/a", "now": "soon"}'])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(ValueError):
        Plan.from_json(text)
