"""A block that asks something of the reader leaves the text where it is set apart, whatever its words are."""

from __future__ import annotations

import pytest

from newsarchive import extract_article
from newsarchive.extract.asks import AskWords, asks, group_of

PROSE = [
    f"The {what} of Little Marsh was closed on {day} after an engineer found a crack in its northern wall, the council said in a statement."
    for what, day in (("hall", "Monday"), ("school", "Tuesday"), ("mill", "Friday"), ("chapel", "Sunday"), ("bank", "Thursday"))
]  # fmt: skip


def _paragraphs(*extra: str, at: int = 5) -> list[str]:
    body = [f"<p>{text}</p>" for text in PROSE]
    body[at:at] = extra
    page = f"<html lang=en><body><main><article><h1>Five doors closed in Little Marsh</h1><div class=body>{''.join(body)}</div></article></main></body></html>"
    return [
        text
        for text in extract_article(page.encode(), "https://marsh.example/doors").paragraphs
        if text not in PROSE
    ]


@pytest.mark.parametrize("ask", asks(), ids=lambda ask: ask.group)
def test_an_ask_finds_its_example_only(ask: AskWords) -> None:
    assert group_of(ask.yes) == ask.group
    assert group_of(ask.no) == ""
    assert len(ask.yes) <= ask.longest


@pytest.mark.parametrize(
    ("extra", "at"),
    [
        ("<p>Publications that want to reprint us may ask for a licence at <a href='/l'>this address</a>.</p>", 5),
        ("<p class=note>Want to republish what we found? A few conditions hold.</p>", 2),
        ("<p><em>Syndication of our stories needs the permission of the desk.</em></p>", 5),
        ("<div class=q7><h3>The Marsh at seven</h3><p>Get the town's news in your inbox before breakfast.</p></div>", 3),
        ("<p><b>The Marsh at seven</b></p><p>Every morning the town's news by email, free.</p>", 2),
        ("<p class=small>Some of our links earn the Gazette a commission.</p>", 5),
    ],
)  # fmt: skip
def test_a_block_set_apart_that_asks_is_no_text(extra: str, at: int) -> None:
    assert _paragraphs(extra, at=at) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("The court said that whoever wishes to reprint the letters of the miller needs the permission of his heirs.", 2),
        ("“Whoever reprints our paper needs our permission”, the editor had written above the door of the mill in 1911.", 5),
        ("The mayor sends a newsletter every week, and its readers receive it by pigeon because the wires are down.", 3),
    ],
)  # fmt: skip
def test_a_paragraph_among_its_like_or_one_that_quotes_stays(text: str, at: int) -> None:
    assert _paragraphs(f"<p>{text}</p>", at=at) == [text]
