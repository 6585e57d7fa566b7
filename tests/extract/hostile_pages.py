"""Pages that are made to cost: each part of extraction has one whose size is at the limits, and one beyond them."""

from __future__ import annotations

from collections.abc import Callable

PARAGRAPH = "<p>The harbour wall is to be rebuilt after the storm, the council said on Monday; it will take two years.</p>"
SIZE = 5_300_000  # characters: more than is read of a page


def page(body: str = "", head: str = "", title: str = "Harbour wall to be rebuilt") -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
        f"<body><article><h1>Harbour wall to be rebuilt</h1>{PARAGRAPH * 5}{body}</article></body></html>"
    )


def often(part: str, size: int = SIZE) -> str:
    return part * (size // len(part))


def numbered(part: str, times: int) -> str:
    """`part` with each number in the place of @."""
    return "".join(part.replace("@", str(i)) for i in range(times))


def linked_data(text: str) -> str:
    return page(head=f'<script type="application/ld+json">{text}</script>')


LETTERS = "abcdefghijklmnopqrstuvwxyz"
PAGES: dict[str, Callable[[], str]] = {
    "paragraphs never closed": lambda: page(often("<p>word ", 32_000_000)),
    "paragraphs with ids": lambda: page(numbered("<p id='i@'>w@ word</p>", 30_000)),
    "divisions with classes": lambda: page(numbered("<div class='c@ story'><p>words of it</p></div>", 15_000)),
    "links": lambda: page("<p>" + often("<a href=/x>w</a> ", 500_000)),
    "links never closed": lambda: page("<p>" + often("<a href=/x><b>w ", 500_000)),
    "line breaks": lambda: page(often("word<br>")),
    "table cells": lambda: page("<table>" + often("<tr><td>w")),
    "tables in tables": lambda: page(often("<table><tr><td>w")),
    "divisions in divisions": lambda: page(often("<div>word ")),
    "early ends of the body": lambda: page(often("</body><p>w")),
    "bylines": lambda: page(often("<span class=byline>By Ada Example</span>")),
    "one byline": lambda: page("<span class=byline>By " + often("Ada Example and ") + "</span>"),
    "a byline of one name": lambda: page(f"<p class=byline>By Ada {LETTERS * 3}1</p>"),
    "a byline of brackets": lambda: page("<p class=byline>By Ada " + often("(", 100_000) + "</p>"),
    "37,000 attributes": lambda: page("<div " + numbered("a@=x ", 37_000) + ">x</div>"),
    "attributes in quotes": lambda: page("<div a='>' " + numbered("a@='>' ", 300_000) + ">x</div>"),
    "attributes of templates": lambda: page("<div " + numbered("{{a@}}=x ", 300_000) + ">x</div>"),
    "attributes of many bodies": lambda: page(numbered("<body a@=x>", 300_000)),
    "many classes": lambda: page("<div class='" + often("story ") + "'>x</div>"),
    "a long class": lambda: page("<div class='" + often("aB") + "'>x</div>"),
    "marks on a letter": lambda: page("<p>a" + often("\u0301\u0323", 2_600_000) + "</p>"),
    "marks in the title": lambda: page(title="a" + often("\u0301\u0323", 2_600_000)),
    "authors in linked data": lambda: linked_data(
        '{"@type":"NewsArticle","author":[' + numbered('{"name":"Ada @"},', 250_000) + '{"name":"Ada Example"}]}'
    ),
    "deep linked data": lambda: linked_data(often('{"a":')),
    "linked data of many articles": lambda: linked_data(
        "[" + numbered('{"@type":"NewsArticle","headline":"x@"},', 100_000) + '{"@type":"NewsArticle"}]'
    ),
    "comments in linked data": lambda: linked_data(
        '{"@type":"NewsArticle","articleBody":"' + often("<!--") + '"}'
    ),
    "a title of separators": lambda: page(title=often(" | ")),
    "a title of one word": lambda: page(title=often("a")),
    "blanks": lambda: page("<p>a" + often(" \t") + "b"),
    "stops": lambda: page("<p>" + often(".") + "x"),
    "one-letter sentences": lambda: page("<p>" + often("A. ")),
    "numbers beside a rare character": lambda: page("<p>\U0001f600" + often("12 ")),
    "entities of entities": lambda: page("<p>&" + often("amp;")),
    "text read with the wrong charset": lambda: page("<p>" + often("\u00c3\u0192\u00c6\u2019", 2_600_000)),
    "open scripts": lambda: page(often("<script>")),
    "open comments": lambda: page(often("<!--")),
    "brackets": lambda: page(often("<")),
    "pages to go on": lambda: page(numbered("<a rel=next href='/a?page=@'>@</a>", 15_000)),
    "pictures": lambda: page(often("<img src=/x.jpg alt='an x'>")),
    "keywords": lambda: page(head="<meta name=keywords content='" + numbered("k@,", 700_000) + "'>"),
    "a path of dots": lambda: page(head="<link rel=canonical href='https://gazette.example/" + often("../") + "'>"),
}  # fmt: skip
