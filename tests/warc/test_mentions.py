"""What counts as naming a story, and what doesn't."""

from __future__ import annotations

import pytest

from newsarchive.warc.mentions import Mentions

PLAIN = "https://gazette.example/news/12345/crane"
TITLE = "The “Crane” & its bill"
NAMES = Mentions([PLAIN, "https://www.gazette.example/f%C3%A9d?id=7&x=1"], [TITLE, "Weather"])


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("<link>https://gazette.example/news/12345/crane</link>", True),
        ("<link>http://www.gazette.example/news/12345/crane</link>", True),
        ("https://gazette.example/news/12345/crane?utm_source=x", True),
        ("https://gazette.example/news/12345/crane-two", False),
        ('<a href="/news/12345/crane">', True),
        ("<a href=/news/12345/crane>", True),
        ('<a href="/old/news/12345/crane">', False),
        (r'{"url": "https:\/\/gazette.example\/news\/12345\/crane"}', True),
        ("<loc>https://gazette.example/f%c3%a9d?id=7&amp;x=1</loc>", True),
        ("<loc>https://gazette.example/fåd?id=7</loc>", False),
        ("<title>The &#8220;Crane&#x201d; &amp; its\n bill</title>", True),
        (r'{"title": "The \u201cCrane\u201d & its bill"}', True),
        ("<title>Weather</title>", False),
        ("", False),
        ("\\ud800 \\u0000 \x00", False),
    ],
)
def test_a_document_names_a_story_by_address_or_headline(text: str, is_named: bool) -> None:
    assert bool(NAMES.in_document(text.encode(), "https://gazette.example/feed")) is is_named


def test_a_path_names_a_story_on_its_own_host_alone() -> None:
    assert not NAMES.in_document(b'<a href="/news/12345/crane">', "https://other.example/")


def test_bytes_that_are_no_text_and_addresses_that_are_none_are_read() -> None:
    odd = Mentions(["http://[", "https://gazette.example/"], ["", "\ud800" * 20])
    assert not odd.in_document(b"\xff\xfe\x00" * 50, "http://[")


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "Say \\"no\\" to \\u00c5ngstr\\u00f6m"}',
        '{"title": "Say \\"no\\"\\tto Ångström"}',
        'Say "no"  to Ångström',
        "https://www.gazette.example/news/%31234%35/crane?from=feed",
        '["gazette.example/news/12345/crane"]',
    ],
)
def test_a_text_of_our_own_names_it_in_any_spelling(text: str) -> None:
    names = Mentions([PLAIN], ['Say "no" to Ångström'])
    assert names.in_text(text)
    assert not names.in_text(
        text.replace("crane", "crane-two").replace("Ångström", "").replace("\\u00c5ngstr", "")
    )
