"""Looks that are made without validators, and validators that lie."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from newsarchive.crawl.conditional import is_blind, lies
from newsarchive.crawl.fetch import Fetch
from tests.crawl.test_fetch import PREVIOUS, capture


@pytest.mark.parametrize(
    ("asked", "got", "digest", "is_lie"),
    [
        ({"etag": '"1"'}, {"etag": '"1"'}, "sha1:NEW", True),
        ({"etag": '"1"'}, {"etag": '"1"'}, "sha1:OLD", False),
        ({"etag": '"1"'}, {"etag": '"2"'}, "sha1:NEW", False),
        ({"etag": 'W/"1"'}, {"etag": 'W/"1"'}, "sha1:NEW", False),
        ({"last_modified": "Mon"}, {"last_modified": "Mon"}, "sha1:NEW", True),
        ({"last_modified": "Mon"}, {"last_modified": "Tue"}, "sha1:NEW", False),
        ({}, {}, "sha1:NEW", False),
    ],
)
def test_validators_that_call_other_bytes_unchanged_lie(
    asked: dict[str, Any], got: dict[str, Any], digest: str, is_lie: bool
) -> None:
    fetch = Fetch(previous=PREVIOUS, capture=capture(payload_digest=digest, **got), **asked)
    assert lies(fetch, 200) is is_lie


def test_one_look_in_sixteen_is_blind_and_never_a_recheck() -> None:
    urls = [f"https://e.test/{n}" for n in range(1600)]
    feed = Fetch(reason="feed", etag='"1"')
    assert 60 < sum(is_blind(feed, url, "crawl") for url in urls) < 140
    assert not any(is_blind(replace(feed, reason="recheck"), url, "crawl") for url in urls)
    assert not any(is_blind(replace(feed, etag=None), url, "crawl") for url in urls)
