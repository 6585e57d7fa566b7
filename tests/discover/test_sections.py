"""Section and front pages: articles by their shape, in any language; the next page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.discover import discover
from newsarchive.discover.sections import links_of, read_section
from newsarchive.discover.url_shapes import is_fixed_page, learn_shapes, shape_of
from newsarchive.model import Source

URL = "https://www.gazette.example/europe"
MENU = [
    ("/", "Home"),
    ("/europe", "Europe"),
    ("/money", "Money"),
    ("/about-us", "About us"),
    ("/privacy-and-cookies-policy", "Privacy"),
    ("/tag/rain", "Rain"),
    ("/author/ada-quill", "Ada Quill"),
    ("/search?q=rain", "Search"),
    ("https://elsewhere.example/x", "Friends"),
]


def page(articles: list[tuple[str, str]], extra: str = "") -> str:
    menu = "".join(f'<li><a href="{u}">{t}</a></li>' for u, t in MENU)
    cards = "".join(
        f'<div class="card"><a href="{u}"><img src="x.jpg"></a><h3><a href="{u}">{t}</a></h3><a href="/author/ada-quill">Ada Quill</a></div>'
        for u, t in articles
    )
    return f'<html lang="en"><body><nav><ul>{menu}</ul></nav><main>{cards}</main>{extra}<footer><ul>{menu}</ul></footer></body></html>'


HEADLINES = [
    "Rain falls on the old bridge for the third week",
    "Bread is dearer than it was in living memory",
    "Council votes to keep the night ferry running",
    "A small town and its very large telescope",
    "Why the herring came back to the northern coast",
]


def slug(text: str) -> str:
    return text.lower().replace(" ", "-")


FORMS = {
    "slug at the root": lambda n, t: f"/{slug(t)}",
    "section and slug": lambda n, t: f"/europe/{slug(t)}",
    "date in the path": lambda n, t: f"/2026/11/{10 + n}/{slug(t)}",
    "number only": lambda n, t: f"/news/{7_000_000 + n}",
    "slug with number": lambda n, t: f"/europe/{slug(t)}-{65_000_000 + n}",
    "html": lambda n, t: f"/europe/{slug(t)}.html",
    "query": lambda n, t: f"/story.php?id={91_000 + n}",
    "mixed id": lambda n, t: f"/news/articles/c{n}x8dk2q{n}p9o",
    "short words and number": lambda n, t: f"/a/{12_345 + n}/rain",
}


@pytest.mark.parametrize("form", FORMS)
def test_articles_are_found_whatever_form_the_site_gives_its_urls(form: str) -> None:
    articles = [(FORMS[form](n, t), t) for n, t in enumerate(HEADLINES)]
    found = read_section(page(articles), URL)
    assert [t for _, t in found.articles] == HEADLINES
    assert len({u for u, _ in found.articles}) == len(HEADLINES)
    assert found.others >= 5


@pytest.mark.parametrize(
    "headlines",
    [
        [
            "市議会は夜のフェリーを続けることを決めた",
            "北の海岸にニシンが戻ってきた理由とは",
            "古い橋に三週目の雨が降り続いている",
        ],
        [
            "مجلس المدينة يصوت على إبقاء العبارة الليلية",
            "لماذا عادت أسماك الرنجة إلى الساحل الشمالي",
            "المطر يهطل على الجسر القديم للأسبوع الثالث",
        ],
        [
            "Городской совет решил сохранить ночной паром",
            "Почему сельдь вернулась к северному берегу",
            "Дождь третью неделю идёт над старым мостом",
        ],
    ],
)
def test_articles_are_found_in_any_script(headlines: list[str]) -> None:
    articles = [(f"/news/{n + 510_000}", t) for n, t in enumerate(headlines)]
    assert [t for _, t in read_section(page(articles), URL).articles] == headlines


@pytest.mark.parametrize("form", ["section and slug", "slug with number", "mixed id"])
def test_an_article_with_a_short_headline_is_known_by_the_others_of_its_list(form: str) -> None:
    titles = [*HEADLINES, "Snow"]
    found = read_section(page([(FORMS[form](n, t), t) for n, t in enumerate(titles)]), URL)
    assert [t for _, t in found.articles] == titles


def test_an_article_linked_three_times_is_one_with_its_headline() -> None:
    extra = "".join(f'<p><a href="/europe/{slug(t)}">Read more</a></p>' for t in HEADLINES)
    found = read_section(page([(f"/europe/{slug(t)}", t) for t in HEADLINES], extra), URL)
    assert [t for _, t in found.articles] == HEADLINES


def test_pictures_files_fragments_and_other_sites_are_no_articles() -> None:
    odd = [
        "/img/a-long-name-of-a-picture.jpg",
        "/doc/the-annual-report-of-2026.pdf",
        "#comments",
        "https://other.example/a-long-slug-here-too",
        "mailto:a@gazette.example",
        "javascript:void(0)",
    ]
    found = read_section(page([(u, "A headline that is quite long enough") for u in odd]), URL)
    assert found.articles == ()


def test_known_shapes_decide_where_the_page_alone_is_unsure() -> None:
    terse = "".join(f'<a href="/n/{n}/x">Item {n}</a>' for n in range(1, 9))
    assert read_section(f"<html><body>{terse}</body></html>", URL).articles == ()
    known = learn_shapes(f"https://www.gazette.example/n/{n}/y" for n in range(1, 20))
    assert len(read_section(f"<html><body>{terse}</body></html>", URL, shapes=known).articles) == 8


@pytest.mark.parametrize(
    ("url", "inside", "follow"),
    [
        (URL, '<link rel="next" href="/europe?page=2">', "https://www.gazette.example/europe?page=2"),
        (URL, '<a rel="nofollow next" href="/europe/p2">x</a>', "https://www.gazette.example/europe/p2"),
        (URL, '<a href="?page=1">2</a>', "https://www.gazette.example/europe?page=1"),
        (URL, '<a href="/europe/page/2/">Older</a>', "https://www.gazette.example/europe/page/2/"),
        (
            URL + "/page/2",
            '<a href="/europe/page/1">1</a><a href="/europe/page/3">3</a>',
            "https://www.gazette.example/europe/page/3",
        ),
        (
            URL + "?seite=4",
            '<a href="?seite=3">x</a><a href="?seite=5">y</a>',
            "https://www.gazette.example/europe?seite=5",
        ),
        (URL, '<a href="/money?page=2">Money</a>', None),
        (URL, '<a href="https://evil.example/europe?page=2" rel="next">x</a>', None),
        (URL, '<a href="/europe/2019/">2019</a>', None),
    ],
)
def test_the_next_page(url: str, inside: str, follow: str | None) -> None:
    found = read_section(f"<html><head></head><body>{inside}</body></html>", url)
    assert [f.url for f in found.follow] == ([follow] if follow else [])


@pytest.mark.parametrize(
    ("url", "pattern", "has_date", "has_id"),
    [
        ("https://a.example/2026/11/24/rain-falls-again", "Y/n/n/S", True, False),
        ("https://a.example/news/20261124/rain", "w/D/w", True, False),
        ("https://a.example/world/2026/nov/24/rain", "w/Y/w/n/w", True, False),
        ("https://a.example/articles/ATZCGGK0DJCBKM.html", "w/H.html", False, True),
        ("https://a.example/europe/rain-falls-again-65123456.html", "w/S#.html", False, True),
        ("https://a.example/news/articles/c1x8dk2q1p9o", "w/w/H", False, True),
        ("https://a.example/story.php?id=91000&ref=x", "w.php?id", False, True),
        ("https://a.example/about", "w", False, False),
        ("https://a.example/%E5%B8%82%E8%AD%B0%E4%BC%9A%E3%81%AF%E5%A4%9C%E3%81%AE", "S", False, False),
    ],
)
def test_shapes(url: str, pattern: str, has_date: bool, has_id: bool) -> None:
    shape = shape_of(url)
    assert (shape.pattern, shape.has_date, shape.has_id) == (pattern, has_date, has_id)


@pytest.mark.parametrize(
    ("name", "text"),
    [("cp1251", "Мост через реку закрыт до самой весны"), ("cp932", "川に架かる橋は春まで通行止めになる")],
)
def test_titles_of_a_page_that_does_not_say_its_charset(name: str, text: str) -> None:
    body = page([(f"/news/{n}-the-bridge-is-closed", f"{text} {n}") for n in range(1, 5)]).encode(name)
    source = Source(name="x", domains=("gazette.example",))
    found = discover(URL, body, "text/html", source=source, now=datetime(2026, 11, 24, tzinfo=UTC))
    assert [c.title for c in found.candidates] == [f"{text} {n}" for n in range(1, 5)]


def test_links_after_an_early_end_of_the_page_are_read() -> None:
    html = page([(f"/europe/{slug(t)}", t) for t in HEADLINES]).replace("<main>", "</body></html><main>", 1)
    assert [title for _, title in read_section(html, URL).articles] == HEADLINES


def test_links_of_a_page_whose_tags_are_never_closed() -> None:
    html = "<main>" + "".join(
        f"<div><font><h3><a href='/europe/{slug(HEADLINES[n % 5])}-{n}'>{HEADLINES[n % 5]}</a>"
        for n in range(300)
    )
    assert len(links_of(html.encode(), URL)) == 300


@pytest.mark.parametrize(
    ("path", "is_fixed"),
    [
        ("/about-us", True),
        ("/contact/", True),
        ("/people/ann-reporter", True),
        ("/news", True),
        ("/terms-of-use-and-privacy", True),
        ("/datenschutz-und-cookies-auf-dieser-seite", True),
        ("/news/ferry-sails-after-storm", False),
        ("/2026/11/26/storm", False),
        ("/node/471188", False),
        ("/story?id=88123", False),
        ("/politics/harbour-council-agrees", False),
    ],
)
def test_a_fixed_page_has_no_headline_in_its_address(path: str, is_fixed: bool) -> None:
    assert is_fixed_page(f"https://e.test{path}") is is_fixed
