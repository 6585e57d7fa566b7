"""Why a request is made, and what its answer means, as tables."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request

from newsarchive.crawl.fetch import META, Fetch, outcome_of
from newsarchive.model import Candidate, Capture, RecordRef

URL = "https://e.test/a"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
PREVIOUS = RecordRef(record_id="urn:uuid:1", url=URL, fetched_at=NOW, payload_digest="sha1:OLD")


def capture(**more: Any) -> Capture:
    values: dict[str, Any] = {
        "warc_filename": "a.warc.gz",
        "warc_offset": 0,
        "warc_length": 1,
        "warc_record_id": "urn:uuid:2",
        "url": URL,
        "fetched_at": NOW,
        "kind": "response",
        "http_status": 200,
        "payload_digest": "sha1:NEW",
    }
    return Capture(**(values | more))


@pytest.mark.parametrize(
    ("status", "fetch", "outcome"),
    [
        (200, {}, "ok"),
        (206, {}, "ok"),
        (304, {}, "unchanged"),
        (200, {"capture": capture(kind="same-payload")}, "unchanged"),
        (301, {}, "failed HTTP 301"),
        (404, {}, "gone"),
        (410, {}, "gone"),
        (403, {}, "failed HTTP 403"),
        (503, {}, "failed HTTP 503"),
        (429, {}, "failed HTTP 429"),
        (999, {}, "failed HTTP 999"),
        (None, {"failure": "timeout"}, "failed timeout"),
        (200, {"failure": "disconnect"}, "failed disconnect"),
        (None, {"failure": "dns"}, "failed dns"),
        (200, {"failure": "too large"}, "failed too large"),
        (200, {"failure": "opted out"}, "refused opted out"),
        (301, {"failure": "redirect to another scheme"}, "refused redirect to another scheme"),
        (301, {"failure": "redirect loop"}, "failed redirect loop"),
        (
            None,
            {"failure": "address refused", "error": "10.0.0.1 is not public"},
            "refused 10.0.0.1 is not public",
        ),
        (200, {"previous": PREVIOUS, "capture": capture()}, "changed"),
        (200, {"previous": PREVIOUS, "capture": capture(payload_digest="sha1:OLD")}, "unchanged"),
    ],
)
def test_what_an_answer_means(status: int | None, fetch: dict[str, Any], outcome: str) -> None:
    found = outcome_of(Fetch(**fetch), status)
    assert f"{found.kind} {found.reason}".strip() == outcome


def test_documents_come_first_then_fresh_pages_then_old_lists() -> None:
    def new(kind: Any) -> Fetch:
        return Fetch(candidate=Candidate(url=URL, kind=kind))

    named = {
        "requisite": Fetch(reason="requisite"),
        "sitemap page": new("sitemap"),
        "section page": new("section"),
        "feed page": new("feed"),
        "recheck": Fetch(reason="recheck"),
        "later page of a list": Fetch(reason="section", priority=-1.0),
        "feed": Fetch(reason="feed"),
        "urgent feed": Fetch(reason="feed", priority=5),
        "further page": Fetch(reason="continuation"),
    }
    ranks = [fetch.rank for fetch in named.values()]
    assert ranks == sorted(ranks)
    assert named["feed page"].rank == named["recheck"].rank, "taken in turn"


def test_a_retry_asks_for_the_same_with_nothing_in_hand() -> None:
    done = Fetch(
        reason="feed",
        etag='"1"',
        previous=PREVIOUS,
        capture=capture(),
        failure="timeout",
        extra={"optout": []},
    )
    request = Request(URL, meta={META: done})
    fetch = Fetch.begin(request)
    assert (fetch.capture, fetch.failure, fetch.extra) == (None, "", {})
    assert (fetch.reason, fetch.etag, fetch.previous) == ("feed", '"1"', PREVIOUS)
    assert Fetch.begin(request) is fetch is Fetch.of(request)
    assert done.failure == "timeout"


def test_a_redirect_leaves_the_validators_behind() -> None:
    done = Fetch(etag='"1"', last_modified="x", previous=PREVIOUS, capture=capture())
    fetch = Fetch.begin(Request("https://e.test/b", meta={META: done, "redirect_urls": [URL]}))
    assert fetch.redirect_from == URL
    assert (fetch.etag, fetch.last_modified, fetch.previous) == (None, None, None)


def test_a_request_of_somebody_else_gets_one() -> None:
    request = Request(URL, meta={"redirect_urls": ["https://e.test/0", "https://e.test/1"]})
    assert Fetch.begin(request).redirect_from == "https://e.test/1"


def test_it_can_wait_in_a_queue_on_a_disk() -> None:
    fetch = Fetch(candidate=Candidate(url=URL, kind="feed"), previous=PREVIOUS)
    assert pickle.loads(pickle.dumps(fetch)) == fetch
