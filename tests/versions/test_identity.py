"""What links two URLs to one story, pair by pair; and the traps that must not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsarchive.model import Candidate
from newsarchive.versions import identity_keys, same_story
from tests.versions.build import BODY, OTHER_BODY, START, URL, article, look

SITE = "https://news.example"
STORY = SITE + "/local/2026/bridge-is-closed-for-repairs"
OTHER = SITE + "/local/2026/choir-wins-the-national-prize"


def page(url, **facts):
    return look(0, article(url=url, **facts), url=url)


def bare(url, **facts):
    return look(1, None, url=url, **facts)


SAME = [
    ("tracking", bare(STORY), bare(STORY + "?utm_source=x")),
    ("amp by form", bare(STORY), bare(STORY + "/amp/")),
    ("id kept, slug changed", bare(SITE + "/sport/6265708/one-slug-of-words.html"), bare(SITE + "/local/6265708/other-slug-of-words.html")),
    ("id kept, slug begins with a number", bare(SITE + "/local/6275647/some-10000-people-leave.html"), bare(SITE + "/local/6275647/13000-people-leave-town.html")),
    ("uuid kept", bare(SITE + "/a/old-slug-here/71-77065c0f-d886-4618-9d34-b2f844f61014"), bare(SITE + "/b/c/new-slug-here/71-77065c0f-d886-4618-9d34-b2f844f61014")),
    ("short form of an id", bare(SITE + "/news/some-long-slug-42432483"), bare(SITE + "/node/42432483")),
    ("short code", bare(SITE + "/nyheter/i/dRwWqB/some-long-slug"), bare(SITE + "/i/dRwWqB")),
    ("case of the slug", bare(SITE + "/id/The-Bridge-Is-Closed"), bare(SITE + "/id/the-bridge-is-closed")),
    ("canonical", page(SITE + "/x/8lk", canonical_url=STORY), bare(STORY)),
    ("amphtml", page(STORY, amp_url=SITE + "/lite/7fe"), bare(SITE + "/lite/7fe")),
    ("amphtml on a sister domain", page(STORY, amp_url="https://amp-news.test/local/2026/bridge-is-closed-for-repairs"), bare("https://amp-news.test/local/2026/bridge-is-closed-for-repairs")),
    ("og:url", page(STORY, og_url=SITE + "/short/8lk"), bare(SITE + "/short/8lk")),
    ("JSON-LD id", page(SITE + "/x/8lk", jsonld_id=STORY + "#article"), bare(STORY)),
    ("relative canonical", page(SITE + "/local/2026/x1", canonical_url="/local/2026/bridge-is-closed-for-repairs"), bare(STORY)),
    ("redirect", bare(STORY, http_status=301, location=OTHER), bare(OTHER)),
    ("redirect to another domain", bare(STORY, http_status=301, location="https://new-name.test/bridge-is-closed-for-repairs"), bare("https://new-name.test/bridge-is-closed-for-repairs")),
    ("redirected from", bare(STORY), bare(OTHER, redirect_from=STORY)),
    ("guid", bare(SITE + "/?p=205372", guid="tag:news.example,2026:205372"), bare(STORY, guid="tag:news.example,2026:205372")),
    ("guid that is a link", bare(SITE + "/?p=205372"), bare(STORY, guid=SITE + "/?p=205372")),
    ("candidate's guid", bare(STORY, candidate=Candidate(url=STORY, kind="feed", guid="abc-12345")), bare(SITE + "/x/y", guid="abc-12345")),
    ("both name an absent page", page(SITE + "/m/1x", canonical_url=STORY), page(SITE + "/m/2x", canonical_url=STORY)),
    ("one headline, day and text", page(SITE + "/a-one-two", published_at=START, paragraphs=BODY * 2), page(SITE + "/b-one-two", published_at=START, paragraphs=BODY * 2)),
]  # fmt: skip
DIFFERENT = [
    ("two slugs", bare(STORY), bare(OTHER)),
    ("two ids, one slug", bare(SITE + "/local/6260518/the-same-slug-here.html"), bare(SITE + "/local/6266947/the-same-slug-here.html")),
    ("id that is a date", bare(SITE + "/20260301/one-slug-of-words"), bare(SITE + "/20260301/other-slug-of-words")),
    ("canonical is the homepage", page(STORY, canonical_url=SITE), bare(SITE + "/")),
    ("two pages whose canonical is the homepage", page(STORY, canonical_url=SITE), page(OTHER, canonical_url=SITE)),
    ("canonical is a section", page(SITE + "/news/bridge-is-closed-for-repairs", canonical_url=SITE + "/news"), bare(SITE + "/news")),
    ("relative canonical to an index file", page(SITE + "/local/bridge-is-closed", canonical_url="index.html"), bare(SITE + "/local/")),
    ("canonical on another domain", page(STORY, canonical_url="https://agency.test/bridge-is-closed-for-repairs"), bare("https://agency.test/bridge-is-closed-for-repairs")),
    ("redirect to the homepage", bare(STORY, http_status=301, location=SITE + "/"), bare(SITE + "/")),
    ("redirect to a login", bare(STORY, http_status=302, location=SITE + "/login?next=1"), bare(SITE + "/login?next=1")),
    ("id in two media", bare(SITE + "/video/1234567/one-slug-here"), bare(SITE + "/article/1234567/other-slug-there")),
    ("id in two language editions", bare("https://de.news.example/1234567/eine-lange-schlagzeile"), bare("https://fr.news.example/1234567/un-long-titre-ici")),
    ("id on two domains", bare("https://a-news.test/x/1234567/one-slug-here"), bare("https://b-news.test/x/1234567/one-slug-here")),
    ("worthless guid", bare(STORY, guid="1"), bare(OTHER, guid="1")),
    ("guid on two domains", bare(STORY, guid="post-12345"), bare("https://b-news.test/x", guid="post-12345")),
    ("same text, other day", page(SITE + "/a-one-two", published_at=START, paragraphs=BODY * 2), page(SITE + "/b-one-two", published_at=START + timedelta(days=7), paragraphs=BODY * 2)),
    ("JSON-LD id that is a mere anchor", page(STORY, jsonld_id="#article"), page(OTHER, jsonld_id="#article")),
    ("one id, but pages that tell of two stories", page(SITE + "/a/1234567/one-slug-here", published_at=START), page(SITE + "/b/1234567/other-slug-there", title="Choir wins", paragraphs=OTHER_BODY, published_at=START + timedelta(days=30))),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [r[1:] for r in SAME], ids=[r[0] for r in SAME])
def test_evidence_joins_two_urls(a, b):
    assert same_story(a, b)
    assert same_story(b, a) == same_story(a, b)
    assert set(identity_keys(a)) & set(identity_keys(b))


@pytest.mark.parametrize(("a", "b"), [r[1:] for r in DIFFERENT], ids=[r[0] for r in DIFFERENT])
def test_traps_join_nothing(a, b):
    assert same_story(a, b) == ()


def test_the_evidence_is_told():
    (why,) = same_story(page(SITE + "/x/8lk", canonical_url=STORY), bare(STORY))
    assert (
        why
        == "rel=canonical of news.example/x/8lk names news.example/local/2026/bridge-is-closed-for-repairs"
    )


def test_keys_are_the_same_for_the_same_capture_whatever_its_time():
    assert identity_keys(look(0, article())) == identity_keys(look(99, article()))
    assert f"u:{URL.removeprefix('https://')}" in identity_keys(look(0, article()))
