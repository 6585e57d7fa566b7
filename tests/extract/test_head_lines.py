"""A print version has no build: its head is lines of one cell, its foot says where it is from."""

from __future__ import annotations

import html

import pytest

from newsarchive.extract import extract_article
from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.head_lines import is_date, read_head_lines
from newsarchive.extract.metadata import ChosenMetadata
from newsarchive.web.html_tree import parse
from tests.extract.pages import STANDFIRST, STORY, TITLE

URL = "https://veldt.example/news/ferry-quay"
BREAK = "<br><br>"
TEXT = BREAK.join(html.escape(p) for p in STORY)
DATES = "2 March 2017 07:24 UTC | Last update: 3 years 2 months ago"


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        pytest.param(
            (f"<b>{TITLE}</b>", STANDFIRST, "By Mira Solberg", DATES),
            (f"Source URL: {URL}", "Printed from veldt.example"),
            id="a bold title",
        ),
        pytest.param(
            (
                f"Published on Veldt Observer ({URL})<h1>{TITLE}</h1>{STANDFIRST}",
                "Mira Solberg",
                "Thursday, 2 March 2017 07:24 UTC",
                "Last update: Thursday, 2 March 2017",
            ),
            (f"Source URL (modified on 02/03/2017 - 11:02): {URL}", f"Links:<br>[1] {URL}"),
            id="an h1 in the cell",
        ),
        pytest.param(
            (TITLE, STANDFIRST, "Mira Solberg", DATES),
            (f"Source URL: {URL}<br>Printed from Veldt Observer",),
            id="plain lines",
        ),
    ],
)
def test_the_print_version_of_a_story_comes_out_clean(head: tuple[str, ...], foot: tuple[str, ...]) -> None:
    cell = BREAK.join((*head, TEXT, *foot))
    data = f"<title>{TITLE} | Veldt Observer</title><table><tr><td>{cell}</td></tr></table>"
    article = extract_article(f"<html><body>{data}</body></html>".encode(), URL)
    assert article.paragraphs == STORY
    assert (article.title, article.description) == (TITLE, STANDFIRST)
    assert article.authors == ("Mira Solberg",)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((STANDFIRST, "Mira Solberg", "No date at all"), id="no date among them"),
        pytest.param((STANDFIRST, "The council met twice", "2 March 2017"), id="no name among them"),
    ],
)
def test_lines_that_are_no_head_fill_no_field(lines: tuple[str, ...]) -> None:
    blocks, _ = blocks_of(parse("<body>" + "".join(f"<div>{t}</div>" for t in (TITLE, *lines)) + "</body>"))
    found = ChosenMetadata(title=TITLE)
    read_head_lines(blocks, found)
    assert (found.description, found.authors) == ("", ())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2 March 2017", True),
        (DATES, True),
        ("2017-03-02", True),
        ("Mira Solberg", False),
        ("The quay closed in 2017", False),
    ],
)
def test_a_line_is_a_date_by_its_first_part(line: str, expected: bool) -> None:
    assert is_date(line) is expected
