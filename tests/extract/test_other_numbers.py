"""What a page's article is where only numbers differ from an earlier one: what extraction gives, or no answer."""

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.counters import form_of
from newsarchive.extract import article_from_json, article_to_json, extract_article
from newsarchive.extract.other_numbers import LARGEST, MOST, with_other_numbers
from newsarchive.index.compact_ids import to_json
from newsarchive.model import Article

URL = "https://gazette.example/news/2026/ferry-4711"
TOKENS = ("c2VhbGVkMTIzNDU2Nzg5MGFi", "bm9uY2U5ODc2NTQzMjEwYWJj")


def page(
    count: str = "4711",
    *,
    dead: str = "12",
    stamp: str = "1732788123",
    token: str = TOKENS[0],
    published: str = "2026-11-27T08:00:00Z",
    comment: str = "0.123",
    picture: str = "100",
) -> bytes:
    """A story with what changes at each fetch: a counter, a stamp in a script, a nonce, a comment; and what is news."""
    return f"""<!doctype html><html lang="en"><head><title>Ferry sinks off the cape - Gazette</title>
<meta name="csrf-token" content="abc"><meta property="article:published_time" content="{published}">
<script nonce="{token}">window.page = {{"rendered": {stamp}, "user": "none"}};</script>
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Ferry sinks off the cape"}}</script>
</head><body><nav><a href="/">Home</a></nav><main><article><h1>Ferry sinks off the cape</h1>
<p>The ferry to the islands sank off the cape in the night, and {dead} people died, the coast guard said on Friday morning.</p>
<figure><img src="/i/ferry.jpg?v={picture}" alt=""></figure>
<p>Boats from three harbours searched for survivors until dawn, while relatives waited at the pier for news of the passengers.</p>
<p>The minister of transport promised an inquiry into the state of the fleet, which is older than that of any neighbour.</p>
</article></main><footer><div class="counter"><p>Read {count} times</p></div><p>Imprint of the Gazette</p></footer>
<!-- made in {comment} seconds --></body></html>""".encode()


def by_extraction(html: bytes) -> object:
    return article_to_json(extract_article(html, URL))


def taken_over(before: bytes, after: bytes, article: Article) -> Article | None:
    made = with_other_numbers(before, after, to_json(article_to_json(article)))
    return article_from_json(json.loads(made)) if made is not None else None


@pytest.mark.parametrize(
    "later",
    [
        page("4712"),
        page(stamp="1732799999"),
        page(token=TOKENS[1]),
        page(comment="0.456"),
        page("9999", stamp="1732799999", token=TOKENS[1], comment="9.999"),
    ],
    ids=["a counter", "a stamp in a script", "a nonce", "a comment", "all of them"],
)
def test_what_gives_nothing_to_the_article_is_taken_over(later: bytes) -> None:
    before = extract_article(page(), URL)
    made = taken_over(page(), later, before)
    assert made is not None
    assert article_to_json(made) == by_extraction(later)
    assert form_of(made) == form_of(before)


@pytest.mark.parametrize(
    "later",
    [
        page(dead="14"),
        page(published="2026-11-28T08:00:00Z"),
        page(picture="101"),
        page("47,1"),
        page("47110"),
        page().replace(b"survivors", b"surviv0rs"),
        page().replace(b"Imprint", b"Imprunt"),
        page().replace(b'"headline": "Ferry', b'"headline": "Fe11y'),
        page().replace(b'content="abc"', b'content="abd"'),
        page().replace(b"</main>", b"</mai1>"),
        page() + b" ",
        b"",
    ],
    ids=["text", "day", "picture", "mark", "length", "word", "letter", "data", "meta", "tag", "longer", "empty"],
)  # fmt: skip
def test_what_may_be_news_is_extracted(later: bytes) -> None:
    assert taken_over(page(), later, extract_article(page(), URL)) is None


@pytest.mark.parametrize("mark", ["\n", "\t", "\x1f", '"', "\\", " "], ids=repr)
def test_a_number_that_the_article_says_behind_any_mark_is_news(mark: str) -> None:
    article = extract_article(page(), URL)
    before, after = page(stamp="1732788123"), page(stamp="1732799999")
    said = replace(article.blocks[0], text=f"The time{mark}1732788123 was in the file")
    assert taken_over(before, after, article) is not None
    assert taken_over(before, after, replace(article, blocks=(said, *article.blocks[1:]))) is None


def test_a_counter_that_a_field_repeats_is_extracted() -> None:
    article = extract_article(page(), URL)
    assert taken_over(page(), page("4712"), article) is not None
    assert taken_over(page(), page("4712"), replace(article, captions=("Read 4711 times",))) is None


def test_the_number_of_a_character_counts_nothing() -> None:
    before, after = page("&#4711;"), page("&#4712;")
    assert taken_over(before, after, extract_article(before, URL)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>Read 4711 times</p>", "<p>Read 4712 times</p>"),
        ('<time datetime="2026-11-27">', '<time datetime="2026-11-28">'),
        ('<a href="/page/2" rel="next">', '<a href="/page/3" rel="next">'),
        ('<div data-publish-day="27">', '<div data-publish-day="28">'),
        ("<script>a<!--1</script>", "<script>a<!--2</script>"),
        ("<script type='text/json'>1</script>", "<script type='text/json'>2</script>"),
    ],
)
def test_in_doubt_or_not_the_answer_is_that_of_extraction(old: str, new: str) -> None:
    before, after = (page().replace(b"</main>", (part + "</main>").encode()) for part in (old, new))
    made = taken_over(before, after, extract_article(before, URL))
    assert made is None or article_to_json(made) == by_extraction(after)


def test_more_places_than_are_looked_at_are_extracted() -> None:
    def many(digit: str) -> bytes:
        comments = "".join(f"<!-- {digit} -->" for _ in range(MOST + 1))
        return page().replace(b"</main>", f"</main>{comments}".encode())

    article = extract_article(many("1"), URL)
    assert taken_over(many("1"), many("2"), article) is None
    few = many("2").replace(b"<!-- 2 -->", b"<!-- 1 -->", 1)
    assert taken_over(many("1"), few, article) is not None


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_page_that_is_larger_than_is_looked_at_is_extracted(beyond: int) -> None:
    article = to_json(article_to_json(extract_article(page(), URL)))
    fill = b"<!-- " + b"x" * (LARGEST + beyond - len(page()) - 9) + b" -->"
    found = with_other_numbers(page() + fill, page(comment="0.456") + fill, article)
    assert (found is None) == bool(beyond)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30))
def test_any_numbers_that_change_give_what_extraction_gives(seed: int) -> None:
    chance = random.Random(seed)
    before, after = page(), bytearray(page())
    numbers = [m.span() for m in re.finditer(rb"\d+", before)]
    for begin, end in chance.sample(numbers, chance.randint(1, 4)):
        after[begin:end] = b"".join(b"%d" % chance.randrange(10) for _ in range(begin, end))
    article = extract_article(before, URL)
    made = taken_over(before, bytes(after), article)
    assert made is None or article_to_json(made) == by_extraction(bytes(after))
    assert made is None or form_of(made) == form_of(article)


@pytest.mark.shared
def test_digits_that_change_in_real_pages_give_what_extraction_gives(shared: Path) -> None:
    chance, count, wrong = random.Random(7), 0, []
    with gzip.open(shared / "extraction" / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row.get("url")][::12]
    for row in rows:
        before = gzip.decompress((shared / "extraction" / row["html_path"]).read_bytes())
        article = extract_article(before, row["url"])
        numbers = [m.span() for m in re.finditer(rb"\d+", before)]
        for _ in range(4 if numbers else 0):
            after = bytearray(before)
            for begin, end in chance.sample(numbers, min(len(numbers), chance.randint(1, 3))):
                after[begin:end] = b"".join(b"%d" % chance.randrange(10) for _ in range(begin, end))
            made = taken_over(before, bytes(after), article)
            if made is not None:
                count += 1
                extracted = extract_article(bytes(after), row["url"])
                if article_to_json(made) != article_to_json(extracted) or form_of(made) != form_of(article):
                    wrong.append(row["html_path"])
    assert wrong == []
    assert count >= len(rows) / 2


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_bytes_are_a_fault(one: bytes, other: bytes) -> None:
    article = extract_article(page(), URL)
    made = taken_over(one, other[: len(one)].ljust(len(one), b"0"), article)
    assert made is None or made.paragraphs == article.paragraphs
