"""Deciders take the worst that pages, servers and feeds say, and never raise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.diff import compare
from newsarchive.extract import join_pages
from newsarchive.model import Article, Block, Candidate, Part
from newsarchive.times import FIRST, LAST
from newsarchive.urls import (
    check_url,
    domain,
    host,
    is_homepage,
    key_or_empty,
    path_ids,
    slug,
    surt,
    url_form,
    url_key,
)
from newsarchive.versions import Observation, chain, fold_parts, group, identity_keys
from newsarchive.versions.identity import url_facts
from newsarchive.web.links import absolute, redirect_target
from tests import hostile

URL = "https://gazette.example/news/12345/crane-repaired-at-last"
EARLY, LATE = FIRST, LAST - timedelta(microseconds=1)


def article(**values: Any) -> Article:
    body = tuple(
        Block(kind="paragraph", text=f"Paragraph {i} of the story that is long enough.", kept=True)
        for i in range(3)
    )
    usual: dict[str, Any] = {"url": URL, "title": "Crane repaired", "blocks": body}
    return Article(**(usual | values))


def decided(*looks: Observation) -> list[Any]:
    """Everything that ingest asks of the deciders about these looks."""
    keys = [identity_keys(look) for look in looks]
    folded = fold_parts(looks, join_pages)
    return [keys, *(chain(one.observations, compare) for one in group(folded.looks))]


def look(number: int, **values: Any) -> Observation:
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=number)
    usual: dict[str, Any] = {"record_id": f"r{number}", "url": URL, "fetched_at": at, "article": article()}
    return Observation(**(usual | values))


@pytest.mark.parametrize("url", hostile.URLS)
@pytest.mark.parametrize("status", [301, 304, 200])
def test_any_url_that_is_named_is_taken_or_left(url: str, status: int) -> None:
    moved = look(2, http_status=status, location=url, redirect_from=url, continues=url, article=None)
    named = article(canonical_url=url, og_url=url, amp_url=url, jsonld_id=url)
    part = Part(stem="s", number=1, last=3, pages=((1, URL), (2, url), (3, url)))
    guid = Candidate(url=url, kind="feed", guid=url)
    found = decided(
        look(1), moved, look(3, article=named, candidate=guid), look(4, article=article(part=part))
    )
    assert sum(len(one.versions) for one in found[1:]) >= 1


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_any_text_makes_versions(text: str) -> None:
    odd = article(
        title=text, description=text, authors=(text,), section=text, tags=(text,), language=text, jsonld_id=text,
        blocks=(Block(kind="paragraph", text=text, kept=True),), captions=(text,),
    )  # fmt: skip
    guid = Candidate(url=URL, kind="feed", guid=text, title=text)
    assert decided(look(1), look(2, article=odd, candidate=guid), look(3, error=text))


@pytest.mark.parametrize("moment", [EARLY, LATE, None])
def test_any_moment_that_enters_can_be_compared(moment: datetime | None) -> None:
    odd = article(published_at=moment, modified_at=moment)
    looks = [look(1, fetched_at=EARLY), look(2, fetched_at=LATE, article=odd), look(3)]
    assert decided(*looks)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(hostile.urls(), hostile.texts(), st.sampled_from([200, 204, 301, 302, 304, 404, 500, None]))
def test_no_look_makes_a_decider_raise(url: str, text: str, status: int | None) -> None:
    odd = article(title=text, canonical_url=url, jsonld_id=text)
    guid = Candidate(url=url, kind="feed", guid=text, title=text)
    assert decided(look(1), look(2, http_status=status, location=url, candidate=guid, article=odd))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(hostile.urls() | hostile.texts())
def test_what_has_a_host_has_a_key_and_a_key_is_a_url_again(text: str) -> None:
    assert absolute(URL, text) == "" or check_url(absolute(URL, text))
    assert redirect_target(URL, text) == "" or check_url(redirect_target(URL, text))
    key = key_or_empty(text)
    if not key:
        return
    for url in (text, "http://" + key):
        url_key(url)
        if "@" not in url:
            facts = url_facts(url)
            assert facts.domain == domain(url)
            host(url), slug(url), path_ids(url), url_form(url), is_homepage(url), surt(url)


REDIRECTS = [
    # location, where it leads
    ("https://other.example/b", "https://other.example/b"),
    ("../c?x=1&copy=2", "https://gazette.example/news/c?x=1&copy=2"),
    (
        "/fa/اعزام".encode().decode("latin-1"),
        "https://gazette.example/fa/%D8%A7%D8%B9%D8%B2%D8%A7%D9%85",
    ),
    ("https://m\xfcnchen.example/b", "https://xn--mnchen-3ya.example/b"),
    ("https://münchen.example/b".encode().decode("latin-1"), "https://xn--mnchen-3ya.example/b"),
    ("mailto:desk@gazette.example", ""),
    ("http://[::1", ""),
    ("https://gazette.example:99999/", ""),
    ("https://a..example/", ""),
    ("https://user:secret@gazette.example/", ""),
]


@pytest.mark.parametrize(("location", "target"), REDIRECTS)
def test_a_redirect_is_recorded_under_the_url_that_is_fetched(location: str, target: str) -> None:
    assert redirect_target("https://gazette.example/news/a/", location) == target
