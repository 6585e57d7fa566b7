"""What an answer means for its job, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newsarchive.crawl.jobs import (
    MAX_REDIRECTS,
    Answer,
    Job,
    Outcome,
    is_blind,
    judge,
    lane_of,
    lies,
    rank,
    redirected,
    set_cookies,
)
from newsarchive.model import Candidate, Capture, RecordRef

NOW = datetime(2026, 11, 24, tzinfo=UTC)
JOB = Job(url="https://e.test/a", source="e", reason="new")
PREVIOUS = RecordRef(record_id="urn:uuid:1", url=JOB.url, fetched_at=NOW, payload_digest="sha1:OLD")


def capture(**more: Any) -> Capture:
    values: dict[str, Any] = {
        "warc_filename": "a.warc.gz",
        "warc_offset": 0,
        "warc_length": 1,
        "warc_record_id": "urn:uuid:2",
        "url": JOB.url,
        "fetched_at": NOW,
        "kind": "response",
        "http_status": 200,
        "payload_digest": "sha1:NEW",
    }
    return Capture(**(values | more))


@pytest.mark.parametrize(
    ("answer", "first", "last"),
    [
        (Answer(status=200), "ok", "ok"),
        (Answer(status=206), "ok", "ok"),
        (Answer(status=304), "unchanged", "unchanged"),
        (Answer(status=200, capture=capture(kind="same-payload")), "unchanged", "unchanged"),
        (Answer(status=301, headers={"location": "/b"}), "redirect", "redirect"),
        (Answer(status=301), "failed HTTP 301", "failed HTTP 301"),
        (Answer(status=404), "gone", "gone"),
        (Answer(status=410), "gone", "gone"),
        (Answer(status=403), "failed HTTP 403", "failed HTTP 403"),
        (Answer(status=500), "retry HTTP 500", "failed HTTP 500"),
        (Answer(status=503), "retry HTTP 503", "failed HTTP 503"),
        (Answer(status=503, headers={"retry-after": "60"}), "retry HTTP 503", "failed HTTP 503"),
        (Answer(status=429), "retry HTTP 429", "failed HTTP 429"),
        (Answer(status=999), "failed HTTP 999", "failed HTTP 999"),
        (Answer(failure="timeout"), "retry timeout", "failed timeout"),
        (Answer(failure="disconnect"), "retry disconnect", "failed disconnect"),
        (Answer(failure="dns"), "failed dns", "failed dns"),
        (Answer(failure="tls"), "failed tls", "failed tls"),
        (Answer(failure="too large"), "failed too large", "failed too large"),
        (
            Answer(failure="address refused", error="10.0.0.1 is not public"),
            "refused 10.0.0.1 is not public",
            "refused 10.0.0.1 is not public",
        ),
    ],
)
def test_what_an_answer_means_at_first_and_after_the_last_try(answer: Answer, first: str, last: str) -> None:
    def said(can_retry: bool) -> str:
        outcome = judge(JOB, answer, can_retry=can_retry)
        return f"{outcome.kind} {outcome.reason}".strip()

    assert (said(True), said(False)) == (first, last)


@pytest.mark.parametrize(("digest", "expected"), [("sha1:OLD", "unchanged"), ("sha1:NEW", "changed")])
def test_a_look_again_is_held_against_the_last_digest(digest: str, expected: str) -> None:
    job = replace(JOB, previous=PREVIOUS, reason="recheck")
    assert (
        judge(job, Answer(status=200, capture=capture(payload_digest=digest)), can_retry=True).kind
        == expected
    )


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b", "https://e.test/b"),
        ("b?c=d#e", "https://e.test/b?c=d"),
        ("//other.test/b", "https://other.test/b"),
        ("http://e.test/b", "http://e.test/b"),
        ("https://e.test/ä b", "https://e.test/%C3%A4%20b"),
        ("file:///etc/passwd", Outcome("refused", "redirect to another scheme")),
        ("data:text/html,x", Outcome("refused", "redirect to another scheme")),
        ("javascript:alert(1)", Outcome("refused", "redirect to another scheme")),
        ("ftp://e.test/b", Outcome("refused", "redirect to another scheme")),
        ("http://", Outcome("failed", "redirect to a bad URL")),
        ("http://[::1/b", Outcome("failed", "redirect to a bad URL")),
        ("https://user:word@e.test/b", Outcome("failed", "redirect to a bad URL")),
        ("/a", Outcome("failed", "redirect loop")),
        ("", Outcome("failed", "redirect loop")),
    ],
)
def test_where_a_redirect_leads(location: str, expected: str | Outcome) -> None:
    onward = redirected(JOB, Answer(status=302, headers={"location": location}))
    assert (onward.url if isinstance(onward, Job) else onward) == expected


def test_a_redirect_remembers_its_way_and_leaves_the_validators_behind() -> None:
    job = replace(JOB, etag='"1"', last_modified="x", previous=PREVIOUS)
    onward = redirected(job, Answer(status=302, headers={"location": "/b"}))
    assert isinstance(onward, Job)
    assert onward.redirects == ("https://e.test/a",)
    assert (onward.validators, onward.previous) == ({}, None)


def test_redirects_end_after_ten_and_when_they_turn_round() -> None:
    job = JOB
    for number in range(MAX_REDIRECTS):
        onward = redirected(job, Answer(status=302, headers={"location": f"/{number}"}))
        assert isinstance(onward, Job)
        job = onward
    assert redirected(job, Answer(status=302, headers={"location": "/x"})) == Outcome(
        "failed", "too many redirects"
    )
    assert redirected(job, Answer(status=302, headers={"location": "/a"})).reason in (
        "redirect loop",
        "too many redirects",
    )


@pytest.mark.parametrize(
    ("start", "location", "cookies"),
    [
        ("https://e.test/a", "/b", (("s", "1"),)),
        ("https://e.test/a", "/a", (("s", "1"),)),
        ("http://e.test/a", "https://e.test/b", (("s", "1"),)),
        ("https://e.test/a", "http://e.test/b", ()),
        ("https://e.test/a", "https://other.test/b", ()),
        ("https://e.test/a", "https://sub.e.test/b", ()),
    ],
)
def test_cookies_go_along_to_the_host_that_set_them_and_no_further(
    start: str, location: str, cookies: tuple[tuple[str, str], ...]
) -> None:
    answer = Answer(status=302, headers={"location": location}, cookies=(("s", "1"),))
    onward = redirected(replace(JOB, url=start), answer)
    assert isinstance(onward, Job)
    assert onward.cookies == cookies


def test_a_page_that_only_wants_its_cookie_back_is_no_loop_but_one_that_never_ends_is() -> None:
    wants = Answer(status=302, headers={"location": "/a"}, cookies=(("s", "1"),))
    onward = redirected(JOB, wants)
    assert isinstance(onward, Job)
    assert redirected(onward, wants) == Outcome("failed", "redirect loop")


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("s=1; Path=/; HttpOnly", (("s", "1"),)),
        (" s = 1", ()),
        ("s=", (("s", ""),)),
        ("s=1; Max-Age=0", ()),
        ("s", ()),
        ("=1", ()),
        ("s=a b", ()),
        ("s=a\r\nX: y", ()),
        ("s=\xe9", ()),
    ],
)
def test_what_a_set_cookie_sets(header: str, cookies: tuple[tuple[str, str], ...]) -> None:
    assert set_cookies([header]) == cookies


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
    asked: dict, got: dict, digest: str, is_lie: bool
) -> None:
    job = replace(JOB, previous=PREVIOUS, **asked)
    assert lies(job, Answer(status=200, capture=capture(payload_digest=digest, **got))) is is_lie


def test_one_look_in_sixteen_is_blind_and_never_a_recheck() -> None:
    jobs = [replace(JOB, url=f"https://e.test/{n}", reason="feed", etag='"1"') for n in range(1600)]
    assert 60 < sum(is_blind(job, "crawl") for job in jobs) < 140
    assert not any(is_blind(replace(job, reason="recheck"), "crawl") for job in jobs)
    assert not any(is_blind(replace(job, etag=None), "crawl") for job in jobs)


@pytest.mark.parametrize(
    ("url", "lane"),
    [
        ("https://E.test/a", "e.test"),
        ("https://e.test:443/a", "e.test"),
        ("http://e.test:443/a", "e.test:443"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("http://[::1]:8000/", "[::1]:8000"),
    ],
)
def test_a_lane_is_a_host_and_its_port(url: str, lane: str) -> None:
    assert lane_of(url) == lane


def test_documents_come_first_then_fresh_pages_with_a_recheck_after_every_second() -> None:
    def candidate(kind: Any) -> Job:
        return replace(JOB, candidate=Candidate(url=JOB.url, kind=kind))

    jobs = [
        *[("recheck", replace(JOB, reason="recheck"))] * 3,
        *[("new", candidate("feed"))] * 5,
        ("sitemap page", candidate("sitemap")),
        ("feed", replace(JOB, reason="feed")),
        ("urgent feed", replace(JOB, reason="feed", priority=5)),
    ]
    counts: dict[str, int] = {}
    places = []
    for name, job in jobs:
        number = counts.get(name, 0)
        counts[name] = number + 1
        places.append((rank(job, number), name))
    assert [name for _, name in sorted(places)] == [
        "urgent feed", "feed", "new", "recheck", "new", "new", "recheck", "new", "new", "recheck", "sitemap page",
    ]  # fmt: skip
