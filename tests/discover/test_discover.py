"""The whole room: bytes in, candidates out; formats, faults, attacks."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.discover import Discovery, changed_since, discover, learn_shapes, select
from newsarchive.discover.discovery import Follow
from newsarchive.errors import ConfigError
from newsarchive.model import Candidate, Source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://gazette.example/feed"


def look(body: bytes | str, content_type: str | None = None, url: str = URL, **options: object) -> Discovery:
    data = body.encode() if isinstance(body, str) else body
    source = options.pop("source", Source(name="gazette"))
    return discover(url, data, content_type, source=source, now=NOW, **options)  # type: ignore[arg-type]


def rss(*items: str, head: str = "") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>{head}{"".join(items)}</channel></rss>'


def item(n: int, extra: str = "") -> str:
    return f"<item><title>Story {n}</title><link>https://gazette.example/s/{n}</link>{extra}</item>"


RSS = rss(item(1), item(2))
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Gazette</title>
<entry><title type="html">Rain &amp;amp; wind</title><link href="/s/1"/><link rel="edit" href="/edit/1"/>
<id>tag:1</id><published>2026-11-24T09:00:00+02:00</published><updated>2026-11-24T10:00:00Z</updated>
<author><name>Ada Quill</name></author></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://gazette.example/"><title>Gazette</title></channel>
<item rdf:about="https://gazette.example/s/1"><title>Story 1</title><link>https://gazette.example/s/1</link>
<dc:date>2026-11-23T08:00:00Z</dc:date><dc:creator>Ada Quill</dc:creator></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Gazette",
        "language": "en",
        "items": [
            {
                "id": 1,
                "url": "https://gazette.example/s/1",
                "title": "Story 1",
                "date_published": "2026-11-24T08:00:00Z",
            },
            {"id": "2", "external_url": "/s/2", "authors": [{"name": "Ada Quill"}]},
        ],
    }
)
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://gazette.example/s/1</loc>
<lastmod>2026-11-20</lastmod></url><url><loc> https://gazette.example/s/2
</loc></url></urlset>"""
NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://gazette.example/s/1</loc><lastmod>2026-11-24T11:00:00Z</lastmod><news:news><news:publication>
<news:name>Gazette</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-24T10:00:00Z</news:publication_date><news:title>Story &amp; more</news:title></news:news></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>
<sitemap><loc>https://gazette.example/new.xml.gz</loc><lastmod>2026-11-24</lastmod></sitemap></sitemapindex>"""
TEXT_SITEMAP = "https://gazette.example/s/1\r\nhttps://gazette.example/s/2\nnot a url\n"


@pytest.mark.parametrize(
    ("body", "kind", "candidates", "stated"),
    [
        (RSS, "rss", 2, 2),
        (ATOM, "atom", 1, 1),
        (RDF, "rdf", 1, 1),
        (JSON_FEED, "json-feed", 2, 2),
        (SITEMAP, "sitemap", 2, 2),
        (NEWS, "news-sitemap", 1, 1),
        (INDEX, "sitemap-index", 0, 2),
        (TEXT_SITEMAP, "text-sitemap", 2, 2),
        ("", "empty", 0, 0),
        ("   \n", "empty", 0, 0),
        ("just words", "text-sitemap", 0, 0),
        ('{"a": 1}', "unknown", 0, 0),
        ("{broken", "unknown", 0, 0),
        ("<svg><path/></svg>", "unknown", 0, 0),
        (rss(), "rss", 0, 0),
        ("<!doctype html><html><body><p>Not here</p></body></html>", "html", 0, 0),
    ],
)
def test_each_kind_of_document_is_known_by_its_bytes(
    body: str, kind: str, candidates: int, stated: int
) -> None:
    for content_type in (None, "application/octet-stream", "text/html" if candidates else None):
        found = look(body, content_type)
        assert (found.kind, len(found.candidates), found.stated_count) == (kind, candidates, stated)


def test_an_atom_entry_gives_all_it_says() -> None:
    assert look(ATOM).candidates == (
        Candidate(
            url="https://gazette.example/s/1",
            kind="feed",
            found_on=URL,
            title="Rain & wind",
            guid="tag:1",
            published_at=datetime(2026, 11, 24, 7, tzinfo=UTC),
            lastmod=datetime(2026, 11, 24, 10, tzinfo=UTC),
            authors=("Ada Quill",),
            language="en",
        ),
    )


def test_a_news_sitemap_gives_title_dates_and_language() -> None:
    (found,) = look(NEWS).candidates
    assert (found.kind, found.title, found.language) == ("news-sitemap", "Story & more", "en")
    assert found.published_at == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert found.lastmod == datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a byte order mark", b"\xef\xbb\xbf" + RSS.encode()),
        ("UTF-16 with a mark", RSS.encode("utf-16")),
        ("UTF-16 without a mark", RSS.encode("utf-16-le")),
        ("gzip inside", gzip.compress(RSS.encode())),
        ("gzip twice", gzip.compress(gzip.compress(RSS.encode()))),
        ("blanks before the declaration", b"\n\n  " + RSS.encode()),
        (
            "a warning of the server before it",
            b"<br />\n<b>Warning</b>: cache in /x on line 3<br />\n" + RSS.encode(),
        ),
        ("words behind it", RSS.encode() + b"<!-- cached --><script>x()</script>"),
        ("HTML around it", b"<html><body>" + RSS.encode() + b"</body></html>"),
        (
            "shown as HTML",
            b"<html><body><pre>"
            + RSS.replace("&", "&amp;").replace("<", "&lt;").encode()
            + b"</pre></body></html>",
        ),
        ("a wrong declaration", RSS.replace('"1.0"?', '"1.0" encoding="utf-16"?').encode()),
        ("an unknown charset", RSS.replace('"1.0"?', '"1.0" encoding="klingon"?').encode()),
        ("control characters", RSS.replace("Story", "Sto\x00\x08ry").encode()),
        ("bare ampersands", RSS.replace("Story", "Fish & chips & R&D").encode()),
        ("undeclared entities", RSS.replace("Story", "Caf&eacute;&nbsp;&mdash;&nonsense;").encode()),
        ("an undeclared prefix", RSS.replace("</item>", "<media:title>No</media:title></item>").encode()),
        ("tags that never close", RSS.replace("</item>", "").encode()),
        ("no rss element", RSS.replace('<rss version="2.0">', "").replace("</rss>", "").encode()),
        (
            "a prefix of its own",
            RSS.replace("<rss", '<rss xmlns:g="urn:x"').replace("<item>", '<item g:id="1">').encode(),
        ),
    ],
)
def test_both_entries_are_read_despite(name: str, body: bytes) -> None:
    assert [c.url for c in look(body).candidates] == [
        "https://gazette.example/s/1",
        "https://gazette.example/s/2",
    ]


@pytest.mark.parametrize("cut", [0.3, 0.5, 0.7, 0.9, 0.99])
def test_of_a_torn_feed_every_whole_entry_is_read(cut: float) -> None:
    body = rss(*[item(n) for n in range(100)])
    torn = body[: int(len(body) * cut)]
    found = look(torn)
    assert len(found.candidates) >= torn.count("</item>")
    assert found.count_of("broken") == 1


def test_of_a_torn_gzip_what_came_is_read_and_told() -> None:
    packed = gzip.compress(rss(*[item(n) for n in range(2000)]).encode())
    found = look(packed[: len(packed) // 2])
    assert found.count_of("cut") == 1
    assert len(found.candidates) > 500


def test_charsets_are_tried_not_believed() -> None:
    text = rss("<item><title>Überfall in Köln</title><link>https://gazette.example/s/1</link></item>")
    for charset, content_type in [
        ("utf-8", "application/rss+xml; charset=iso-8859-1"),
        ("cp1252", "application/rss+xml; charset=utf-8"),
        ("cp1252", None),
    ]:
        assert look(text.encode(charset), content_type).candidates[0].title == "Überfall in Köln"
    declared = text.replace('"1.0"?', '"1.0" encoding="windows-1251"?').replace(
        "Überfall in Köln", "Дождь и ветер"
    )
    assert look(declared.encode("cp1251")).candidates[0].title == "Дождь и ветер"


def test_dates_in_the_future_are_dropped_and_counted() -> None:
    body = rss(
        item(1, "<pubDate>Tue, 24 Nov 2026 12:05:00 GMT</pubDate>"),
        item(2, "<pubDate>Wed, 25 Nov 2026 12:00:00 GMT</pubDate>"),
        item(3, "<pubDate>soon</pubDate>"),
    )
    found = look(body)
    assert [c.published_at for c in found.candidates] == [
        datetime(2026, 11, 24, 12, 5, tzinfo=UTC),
        None,
        None,
    ]
    assert (found.count_of("future date"), found.count_of("bad date")) == (1, 1)


SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


@pytest.mark.parametrize(
    ("head", "wish"),
    [
        ("", 0),
        ("<ttl>30</ttl>", 1800),
        ("<ttl> 5 </ttl>", 300),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>99999999999999999999</ttl>", 0),
        (f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod>", 3600),
        (
            f"<sy:updatePeriod {SY}> Daily </sy:updatePeriod><sy:updateFrequency {SY}>6</sy:updateFrequency>",
            14400,
        ),
        (
            f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod><sy:updateFrequency {SY}>0</sy:updateFrequency>",
            3600,
        ),
        (f"<ttl>15</ttl><sy:updatePeriod {SY}>hourly</sy:updatePeriod>", 3600),
        (f"<sy:updatePeriod {SY}>sometimes</sy:updatePeriod>", 0),
    ],
)
def test_a_feed_says_how_often_it_wishes_to_be_polled(head: str, wish: float) -> None:
    assert look(rss(item(1), head=head)).wish == wish


@pytest.mark.parametrize(
    ("head", "skip"),
    [
        (
            "<skipHours><hour>0</hour><hour>23</hour></skipHours>",
            {d * 24 + h for d in range(7) for h in (0, 23)},
        ),
        ("<skipHours><hour>24</hour><hour>x</hour></skipHours>", {d * 24 for d in range(7)}),
        ("<skipDays><day>Sunday</day><day>Caturday</day></skipDays>", set(range(6 * 24, 7 * 24))),
        ("<skipHours/><skipDays></skipDays>", set()),
    ],
)
def test_a_feed_says_in_which_hours_of_the_week_it_isnt_to_be_polled(head: str, skip: set[int]) -> None:
    found = look(rss(item(1), head=head))
    assert set(found.skip) == skip
    assert len(found.candidates) == 1


def test_a_guid_at_two_pages_identifies_neither() -> None:
    body = rss(item(1, "<guid>7</guid>"), item(2, "<guid>7</guid>"), item(3, "<guid>8</guid>"))
    found = look(body)
    assert [c.guid for c in found.candidates] == [None, None, "8"]
    assert found.count_of("guid reused") == 1


def test_a_page_named_twice_is_one_candidate() -> None:
    found = look(rss(item(1), item(1), item(2)))
    assert (len(found.candidates), found.count_of("repeated"), found.stated_count) == (2, 1, 3)


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://a.example/",
        "data:text/html,x",
        "",
        "mailto:a@b.example",
        "https://user:secret@gazette.example/",
        "http://[::1",
        "https://",
    ],
)
def test_what_is_not_a_page_is_not_a_candidate(link: str) -> None:
    found = look(rss(f"<item><title>x</title><link>{link}</link></item>"))
    assert found.candidates == ()
    assert found.count_of("no link") == 1


def test_entries_of_other_sites_and_excluded_ones_are_left_out_and_counted() -> None:
    source = Source(name="gazette", domains=("gazette.example",), exclude_patterns=("/sport/",))
    body = rss(
        item(1),
        "<item><link>https://live.gazette.example/a</link></item>",
        "<item><link>https://other.example/a</link></item>",
        "<item><link>https://notgazette.example/a</link></item>",
        "<item><link>https://gazette.example/sport/a</link></item>",
    )
    found = look(body, source=source)
    assert [c.url for c in found.candidates] == [
        "https://gazette.example/s/1",
        "https://live.gazette.example/a",
    ]
    assert (found.count_of("other site"), found.count_of("excluded")) == (2, 1)


def test_article_patterns_decide_alone() -> None:
    source = Source(name="gazette", article_patterns=(r"/s/\d+$",))
    found = look(rss(item(1), "<item><link>https://gazette.example/tag/rain</link></item>"), source=source)
    assert [c.url for c in found.candidates] == ["https://gazette.example/s/1"]


def test_a_bad_pattern_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="not a regular expression"):
        look(RSS, source=Source(name="gazette", article_patterns=("(",)))


@pytest.mark.parametrize(
    ("kind", "body", "is_told"),
    [
        ("feed", RSS, False),
        ("feed", "<html><body>moved</body></html>", True),
        ("sitemap", RSS, False),
        ("feed", SITEMAP, True),
    ],
)
def test_another_document_than_asked_for_is_told(kind: str, body: str, is_told: bool) -> None:
    assert bool(look(body, kind=kind).count_of("not expected")) is is_told


def test_an_alive_but_empty_feed_is_told() -> None:
    assert look(rss()).count_of("empty") == 1


def test_the_link_of_an_entry_is_the_page_and_not_its_neighbours() -> None:
    entry = """<entry><link rel="self" href="/api/1.xml"/><link rel="enclosure" href="/1.mp3"/>
    <link rel="alternate" type="application/json" href="/1.json"/><link rel="alternate" type="text/html" href="/1.html"/></entry>"""
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://gazette.example/news/">{entry}</feed>'
    )
    assert [c.url for c in look(body).candidates] == ["https://gazette.example/1.html"]


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<guid>https://gazette.example/s/9</guid>", "https://gazette.example/s/9"),
        ('<guid isPermaLink="false">https://gazette.example/s/9</guid>', None),
        (
            "<link>https://count.example/r/9</link><feedburner:origLink>https://gazette.example/s/9</feedburner:origLink>",
            "https://gazette.example/s/9",
        ),
        (
            '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="https://gazette.example/feed"/><link>https://gazette.example/s/9</link>',
            "https://gazette.example/s/9",
        ),
        (
            "<link><![CDATA[ https://gazette.example/s/9?a=1&b=2#top ]]></link>",
            "https://gazette.example/s/9?a=1&b=2",
        ),
    ],
)
def test_links_of_rss_items(inside: str, url: str | None) -> None:
    assert [c.url for c in look(rss(f"<item>{inside}</item>")).candidates] == ([url] if url else [])


def test_only_changed_sitemaps_of_an_index_are_followed_latest_first() -> None:
    follow = look(INDEX, url="https://gazette.example/sitemap.xml").follow
    assert [f.url for f in changed_since(follow, {})] == [
        "https://gazette.example/new.xml.gz",
        "https://gazette.example/old.xml",
    ]
    seen = {f.url: f.lastmod for f in follow}
    assert changed_since(follow, seen) == ()
    undated = Follow(url="https://gazette.example/u.xml", kind="sitemap")
    assert changed_since([*follow, undated], {**seen, undated.url: None}) == (undated,)


def test_an_index_that_names_itself_is_not_followed_in_circles() -> None:
    body = "<sitemapindex><sitemap><loc>https://gazette.example/feed</loc></sitemap></sitemapindex>"
    assert look(body).follow == ()


def test_candidates_are_chosen_by_their_date() -> None:
    old, new, undated = (
        Candidate(url="u1", kind="sitemap", lastmod=datetime(2026, 1, 1, tzinfo=UTC)),
        Candidate(url="u2", kind="sitemap", lastmod=datetime(2026, 11, 1, tzinfo=UTC)),
        Candidate(url="u3", kind="sitemap"),
    )
    since = datetime(2026, 6, 1, tzinfo=UTC)
    assert select([old, new, undated], since=since) == (new, undated)
    assert select([old, new, undated], since=since, undated=False) == (new,)
    assert select([old, new, undated], until=since, undated=False) == (old,)


# ---------------------------------------------------------------- hostile bytes

BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]>"
)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("billion laughs", BOMB + rss(item(1).replace("Story 1", "&m;"))),
        (
            "quadratic",
            f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>' + rss(item(1).replace("Story 1", "&a;" * 20_000)),
        ),
        ("deep", "<rss><channel>" + "<x>" * 200_000 + item(1)),
        (
            "wide attributes",
            rss(item(1)).replace("<item>", "<item " + " ".join(f'a{n}="1"' for n in range(50_000)) + ">"),
        ),
        ("angle brackets", "<rss " * 100_000),
        ("open entries", "<rss><channel>" + "<item>" * 100_000),
        ("ampersands", rss(item(1).replace("Story 1", "&" * 300_000))),
        ("one long text", rss(item(1).replace("Story 1", "word " * 2_200_000), item(2))),
        ("cdata never closed", rss("<item><title>" + "<![CDATA[" * 200_000)),
        (
            "html of links",
            "<html><body>" + '<a href="/a-story-of-some-length-1">A story of some length here</a>' * 10_000,
        ),
        ("nested html", "<html><body>" + "<div>" * 100_000 + '<a href="/x">y</a>'),
        ("json depth", "[" * 200_000),
        ("text urls", "https://gazette.example/s/1\n" * 30_000),
        ("gzip bomb", "GZIP"),
    ],
)
def test_hostile_bytes_cost_little(name: str, body: str) -> None:
    data = gzip.compress(b"<rss>" + b" " * 120_000_000, 1) if body == "GZIP" else body.encode()
    start = time.process_time()
    look(data, limit=8_000_000 if body == "GZIP" else 50_000_000)
    assert time.process_time() - start < 20  # a wall against quadratic time, not a measure of speed


def test_no_file_is_read_through_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("very-secret-words")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    for body in (doctype + rss(item(1).replace("Story 1", "&x;")), doctype + SITEMAP.replace("/s/1", "/&x;")):
        assert "secret-words" not in repr(look(body))


def test_memory_grows_with_the_size_and_no_faster() -> None:
    def peak(n: int) -> int:
        body = rss(*[item(k, "<description>&amp; word</description>") for k in range(n)]).encode()
        tracemalloc.start()
        assert len(look(body).candidates) == n
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(2_000) < 12 * peak(250)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([RSS, ATOM, NEWS, JSON_FEED, INDEX]), st.data())
def test_no_bytes_make_it_raise(noise: bytes, document: str, data: st.DataObject) -> None:
    body = document.encode()
    place = data.draw(st.integers(0, len(body)))
    for attempt in (noise, body[:place] + noise + body[place:], body[:place]):
        found = look(attempt)
        assert len(found.candidates) <= max(found.stated_count, 0)
        assert all(c.url.startswith(("http://", "https://")) for c in found.candidates)


LISTS = [
    *("/tag/rain/", "/tags/old-bridge-in-the-harbour-town", "/author/ann-lee", "/en/authors/7", "/category/money/"),
    *("/category/money/markets/", "/fr-fr/topics/climate", "/product/tea-cup", "/user/12", "/taxonomy/term/1234"),
]  # fmt: skip
STORIES_THERE = [
    *("/category/money/bread-is-dearer-than-ever", "/2026/11/24/tag", "/topics/climate/1234567", "/tag-der-arbeit"),
    *("/authors", "/shop-is-closed-after-a-fire", "/money/category-five-storm-nears", "/en/rain-falls-on-the-bridge"),
    "/category/2026/11/24/rain",
]  # fmt: skip


def urlset(paths: list[str], news: str = "") -> str:
    rows = "".join(f"<url><loc>https://gazette.example{path}</loc>{news}</url>" for path in paths)
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'
    )


def test_of_a_plain_sitemap_lists_are_left_out_and_counted() -> None:
    found = look(urlset([*LISTS, *STORIES_THERE]))
    assert [c.url.removeprefix("https://gazette.example") for c in found.candidates] == STORIES_THERE
    assert {p.code: p.count for p in found.problems} == {"lists": len(LISTS)}


def test_a_news_sitemap_and_patterns_of_a_source_know_better() -> None:
    news = "<news:news><news:publication_date>2026-11-24T08:00:00Z</news:publication_date></news:news>"
    assert len(look(urlset(LISTS, news)).candidates) == len(LISTS)
    source = Source(name="gazette", article_patterns=("/author/",))
    assert [c.url for c in look(urlset(LISTS), source=source).candidates] == [
        "https://gazette.example/author/ann-lee"
    ]


@pytest.mark.parametrize(
    ("name", "is_list"),
    [
        ("post-sitemap.xml", False), ("post-sitemap12.xml", False), ("news-sitemap.xml", False),
        ("category-sitemap.xml", True), ("post_tag-sitemap3.xml", True), ("author-sitemap.xml", True),
        ("page-sitemap.xml", True), ("product_cat-sitemap.xml", True), ("wp-sitemap-posts-post-1.xml", False),
        ("wp-sitemap-posts-page-1.xml", True), ("wp-sitemap-taxonomies-category-1.xml", True),
        ("wp-sitemap-users-1.xml", True), ("sitemap-posts.xml", False), ("sitemap-posts-2.xml", False),
        ("sitemap-tags.xml", True), ("sitemap-authors.xml", True), ("sitemap-pages.xml", True),
        ("sitemap-page-2.xml", False), ("sitemap.xml?page=2", False), ("sitemap_2026_11.xml.gz", False),
        ("sitemap-tags.xml.gz", True), ("front-page-stories-sitemap.xml", False),
    ],
)  # fmt: skip
def test_sitemaps_of_lists_are_known_by_their_names(name: str, is_list: bool) -> None:
    entry = f"<sitemap><loc>https://gazette.example/{name}</loc></sitemap>"
    found = look(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entry}</sitemapindex>')
    assert len(found.follow) == (0 if is_list else 1)


def test_shapes_are_learnt_from_known_articles() -> None:
    shapes = learn_shapes(f"https://gazette.example/news/{n}" for n in range(10000, 10020))
    page = (
        "<html><body>"
        + "".join(f'<a href="/news/{n}">Item {n}</a>' for n in range(20000, 20010))
        + "</body></html>"
    )
    assert len(look(page, url="https://gazette.example/", shapes=shapes).candidates) == 10
