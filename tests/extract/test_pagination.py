"""A part of an article says which part it is, and where it goes on; a list of articles says nothing."""

from __future__ import annotations

import pytest

from newsarchive.extract import extract_article
from newsarchive.extract.pagination import page_of

TEXT = "".join(
    f"<p>The ferry to Gannet Rock was {n} hours late on the {n}th day, and nobody on the quay, said the harbour master, "
    "had expected anything else of a boat that was built before the lighthouse.</p>"
    for n in range(4, 10)
)


def page(*, head: str = "", foot: str = "", kind: str = "article", text: str = TEXT) -> bytes:
    return (
        f"<!doctype html><html lang='en'><head><title>The late ferry</title><meta property='og:type' content='{kind}'>{head}"
        f"</head><body><nav><a href='/'>Home</a></nav><main><article><h1>The late ferry</h1>{text}{foot}</article></main></body></html>"
    ).encode()


def told(html: bytes, url: str) -> list[str]:
    return [w for w in extract_article(html, url).warnings if "paginated" in w]


@pytest.mark.parametrize(
    ("url", "second", "third"),
    [
        ("https://e.example/late-ferry", "/late-ferry?page=2", "/late-ferry?page=3"),
        ("https://e.example/late-ferry", "/late-ferry/2", "/late-ferry/3"),
        (
            "https://e.example/2026/11/late-ferry/",
            "/2026/11/late-ferry/page/2/",
            "/2026/11/late-ferry/page/3/",
        ),
        ("https://e.example/late-ferry.html", "/late-ferry-2.html", "/late-ferry-3.html"),
        ("https://e.example/a.php?id=77", "/a.php?id=77&page=2", "/a.php?id=77&page=3"),
        ("https://e.example/faehre", "/faehre/seite-2", "/faehre/seite-3"),
        ("https://e.example/late-ferry-12.html", "/late-ferry-12-2.html", "/late-ferry-12-3.html"),
    ],
)
def test_numbered_pages_of_one_address(url: str, second: str, third: str) -> None:
    foot = f"<div class='pages'>1 <a href='{second}'>2</a> <a href='{third}'>3</a></div>"
    html = page(foot=foot, head=f"<link rel='next' href='{second}'>")
    following = f"https://e.example{second}"
    assert told(html, url) == [f"page 1 of 3 of a paginated article; next: {following}"]
    first = url.removeprefix("https://e.example")
    last = page(foot=f"<div><a href='{first}'>1</a> <a href='{second}'>2</a> 3</div>")
    assert told(last, f"https://e.example{third}") == ["page 3 of 3 of a paginated article"]


def test_a_link_in_the_head_is_enough() -> None:
    html = page(head="<link rel='next' href='https://www.e.example/late-ferry?page=2'>")
    assert told(html, "https://e.example/late-ferry") == [
        "page 1 of 2 of a paginated article; next: https://www.e.example/late-ferry?page=2"
    ]


@pytest.mark.parametrize("path", ["?page=3", "/seite-3", "/page/3"])
def test_a_page_whose_address_says_so_needs_only_the_one_before(path: str) -> None:
    before = path.replace("3", "2")
    html = page(head=f"<link rel='prev' href='/late-ferry{before}'>")
    assert told(html, f"https://e.example/late-ferry{path}") == ["page 3 of 3 of a paginated article"]


NUMBERS = "<div><a href='/news?page=2'>2</a> <a href='/news?page=3'>3</a></div>"


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (page(), "https://e.example/late-ferry"),
        (page(head="<link rel='next' href='/another-story'>"), "https://e.example/late-ferry"),
        (page(head="<link rel='next' href='/story/13'><link rel='prev' href='/story/11'>"), "https://e.example/story/12"),
        (page(head="<link rel='next' href='/?p=124'>"), "https://e.example/?p=123"),
        (page(foot=NUMBERS), "https://e.example/late-ferry"),
        (page(foot="<a href='/late-ferry/comment-page-2#comments'>2</a>"), "https://e.example/late-ferry"),
        (page(foot="<a href='/late-ferry?photo=2'>2</a>"), "https://e.example/late-ferry"),
        (page(kind="website", foot=NUMBERS, head="<link rel='next' href='/news?page=2'>"), "https://e.example/news"),
        (page(foot="<a href='/?page=2'>2</a>", head="<link rel='next' href='/?page=2'>"), "https://e.example/"),
        (page(text="<p>Short.</p>", head="<link rel='next' href='/late-ferry?page=2'>"), "https://e.example/late-ferry"),
    ],
)  # fmt: skip
def test_what_is_no_part_of_an_article(html: bytes, url: str) -> None:
    assert told(html, url) == []


@pytest.mark.parametrize(
    ("url", "stem", "number"),
    [
        ("https://www.e.example/a/2", "e.example/a?", 2),
        ("https://e.example/a?page=4&x=1", "e.example/a?x=1", 4),
        ("https://e.example/a/2026", "e.example/a/2026?", 1),
        ("https://e.example/a/story-96", "e.example/a/story-96?", 1),
        ("https://e.example/a/", "e.example/a?", 1),
    ],
)
def test_the_number_in_an_address(url: str, stem: str, number: int) -> None:
    assert page_of(url) == (stem, number)
