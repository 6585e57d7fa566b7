"""Documents as hostile as strangers write them: one line of the report each, and what is good in them is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.discover import Discovery, discover
from newsarchive.discover.backfill import Ask, Backfill, Span
from newsarchive.discover.cdx import collections_in, page_count, read_common_crawl, read_wayback
from newsarchive.model import Source
from tests import hostile

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SOURCE = Source(name="gazette", homepage="https://gazette.example/")
FEED = "https://gazette.example/feed"
GOOD = "https://gazette.example/news/12345/crane-repaired-at-last"


def read(body: str | bytes, content_type: str | None = None) -> Discovery:
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return discover(FEED, data, content_type, source=SOURCE, now=NOW)


def texts_of(found: Discovery) -> list[str]:
    said = [found.title, found.language, found.moved_to, *(p.detail for p in found.problems)]
    for c in found.candidates:
        said += [c.url, c.title or "", c.guid or "", c.language or "", *c.authors]
    return said


def check(found: Discovery) -> None:
    """Everything can be written to a file, and every date can be told again."""
    for text in texts_of(found):
        text.encode()
    for c in found.candidates:
        assert all(d is None or 1000 <= d.year < 9000 for d in (c.published_at, c.lastmod))


def rss(title: str, link: str = GOOD, date: str = "", guid: str = "") -> str:
    return (
        f"<rss version='2.0'><channel><title>{title}</title><item><title>{title}</title><link>{link}</link>"
        f"<guid>{guid}</guid><pubDate>{date}</pubDate><author>{title}</author></item></channel></rss>"
    )


def atom(title: str) -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title><entry><title>{title}</title><link href='{GOOD}'/></entry></feed>"


def sitemap(title: str) -> str:
    return (
        "<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url>"
        f"<loc>{GOOD}</loc><n:news><n:title>{title}</n:title></n:news></url></urlset>"
    )


def json_feed(title: str) -> str:
    item = f'{{"id": "{title}", "url": "{GOOD}", "title": "{title}", "authors": [{{"name": "{title}"}}]}}'
    return f'{{"version": "https://jsonfeed.org/version/1.1", "title": "{title}", "items": [{item}]}}'


REFERENCES = ["&#xd800;", "&#55296;", "&#xDFFF;", "&#0;", "&#8;", "&#xFFFE;", "&#x110000;", "&#9999999;", "&amp;#xd800;"]  # fmt: skip


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("document", [rss, atom, sitemap])
def test_a_reference_to_no_character_leaves_the_entry(document, reference):
    found = read(document(f"Bad {reference} title"))
    check(found)
    assert [c.url for c in found.candidates] == [GOOD]
    assert found.candidates[0].title.startswith("Bad")
    assert found.candidates[0].title.endswith("title")


@pytest.mark.parametrize("escape", [r"\ud800", r"\uDFFF", r"\udc00\ud800", r"\\ud800"])
def test_a_lone_surrogate_in_a_json_feed_leaves_the_entry(escape):
    found = read(json_feed(f"Bad {escape} title"))
    check(found)
    assert [c.url for c in found.candidates] == [GOOD]
    assert "\ufffd" in found.candidates[0].title or escape == r"\\ud800"


def test_a_pair_of_surrogates_is_a_character():
    assert read(json_feed(r"Crane \ud83c\udfd7 repaired")).candidates[0].title == "Crane 🏗 repaired"


@pytest.mark.parametrize("date", hostile.DATES)
def test_a_date_out_of_all_range_is_dropped_and_the_entry_stays(date):
    found = read(rss("Crane repaired", date=date))
    check(found)
    assert [c.url for c in found.candidates] == [GOOD]


@pytest.mark.parametrize("url", hostile.URLS)
def test_a_link_to_anything_is_taken_or_left(url):
    for document in (
        rss("x", link=url.replace("&", "&amp;").replace("<", "&lt;")),
        json.dumps({"version": "1", "items": [{"url": url, "id": url}, {"url": GOOD}]}),
        f"<html><head><base href='{url}'></head><body {{{{ class }}}}><a {{x}} href='{url}'>one</a>"
        f"<article><h2><a href='{GOOD}'>The crane is repaired at last, says the harbour master</a></h2></article>",
        f"{url}\nhttps://gazette.example/a\n",
    ):
        check(read(document))


def test_a_section_page_with_a_template_never_filled_is_read():
    links = "".join(f"<article {{{{ a }}}}><h2><a {{b}} href='/news/1234{i}/crane-repaired-at-last-{i}'>The crane number {i} is repaired at last</a></h2></article>" for i in range(5))  # fmt: skip
    page = f"<!doctype html><html><head><base href='http://['></head><body {{{{ body_class }}}}>{links}</body></html>"
    assert len(read(page).candidates) == 5


CHARSETS = ["undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "zlib", "\x00", "9" * 300]  # fmt: skip


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize(
    "body", [rss("Crane repaired").encode(), rss("Cr\xe4ne \\ud800 +2AA-").encode("latin-1")]
)
def test_a_charset_that_is_none_leaves_the_entry(charset, body):
    for found in (
        read(body, f"text/xml; charset={charset}"),
        read(f"<?xml version='1.0' encoding='{charset}'?>".encode() + body),
    ):
        check(found)
        assert [c.url for c in found.candidates] == [GOOD]


DEEP = [
    b"[" * 200_000,
    b'{"items": [' + b'{"a":' * 100_000,
    b'{"items": ' + b"[" * 100_000,
    b"<rss>" + b"<item>" * 20_000,
    b"<urlset>" + b"<url><loc>" * 20_000,
    b"<html>" + b"<div>" * 20_000,
    b'{"version": 1, "items": [' + b"9" * 5000 + b"]}",
]


@pytest.mark.parametrize("body", DEEP)
def test_a_document_nested_too_deep_is_one_line_of_the_report(body):
    found = read(body)
    check(found)
    assert found.candidates == ()
    assert found.problems


def test_a_parser_that_fails_is_one_line_of_the_report(monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("no such\nthing \ud800")

    monkeypatch.setattr("newsarchive.discover.document.parse", fail)
    found = read(rss("x"))
    assert [(p.code, p.detail) for p in found.problems] == [("broken", "RuntimeError: no such thing ?")]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from([rss, atom, sitemap, json_feed]),
    st.text(st.characters() | st.sampled_from("<>&;\"'\\{}[]\x00\ud800")),
    st.binary(max_size=8),
    st.integers(0, 400),
)
def test_no_document_makes_discovery_raise(document, title, noise, at):
    body = document(title).encode("utf-8", "surrogatepass")
    check(read(body[:at] + noise + body[at:]))


# ---------------------------------------------------------------- other people's archives

ANSWERS = [
    b"[" * 100_000,
    b"[[" * 50_000 + b"]]" * 50_000,
    b'[["timestamp", "original", "statuscode"], ["20200101", "http://x.example/\\ud800", "\\u00b2"]]',
    b'[["timestamp", "original", "length"], ["99991231235959", "http://x.example/", "' + b"9" * 5000 + b'"]]',
    b'[["timestamp", "original"], ["00000000000000", "http://x.example/"], [[["http://"]], {}]]',
    b'{"url": "http://x.example/", "timestamp": "20200101", "status": "\xc2\xb2", "offset": "-5"}',
    b'{"url": "http://["}\n' + b'{"a":' * 50_000,
    b"[9" + b"9" * 5000 + b"]",
    b"\xff\xfe",
    b"[null, true, 5]",
    b'[{"id": "CC-MAIN-0000-99", "cdx-api": "http://x.example/"}, {"id": "CC-MAIN-9999-60", "to": "9999", "cdx-api": "x"}]',
]


@pytest.mark.parametrize("body", ANSWERS)
def test_no_answer_of_another_archive_stops_a_backfill(body):
    for answer in (read_wayback(body), read_common_crawl(body)):
        for row in answer.rows:
            row.url.encode()
            assert row.status is None or isinstance(row.status, int)
    assert page_count(body) == 0
    span = Span(since=datetime(2020, 1, 1, tzinfo=UTC), until=NOW)
    for kind in ("wayback", "collections", "page count", "commoncrawl", "sitemap", "archive"):
        backfill = Backfill(source=SOURCE, way="wayback", span=span)
        step = backfill.read(Ask(url="http://x.example/", kind=kind, domain="x.example"), body, None, NOW)
        assert step.candidates == () or all(c.url.startswith("http") for c in step.candidates)


def test_a_list_of_collections_that_is_none_says_so():
    with pytest.raises(ValueError):
        collections_in(b"[" * 100_000)
