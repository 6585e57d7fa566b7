"""A version's text stands whole among what was removed around it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsarchive.model import Article, Block
from newsarchive.versions import shown
from newsarchive.versions.displayed_blocks import OTHERWISE, REPEATED


def kept(text: str) -> Block:
    return Block(kind="paragraph", text=text, kept=True)


def gone(text: str, reason: str = "links") -> Block:
    return Block(kind="paragraph", text=text, kept=False, reason=reason)


def page(*blocks: Block) -> Article:
    return Article(url="https://a.example/1", blocks=blocks)


ONE = page(gone("Home"), kept("First."), gone("Ad"), kept("Second."), gone("About us"))
TWO = page(gone("Home"), kept("First."), kept("Third."), gone("More"))


@pytest.mark.parametrize(
    ("text", "pages", "wanted"),
    [
        (["First.", "Second."], [ONE], "-Home +First. -Ad +Second. -About us"),
        (["First.", "Second.", "Third."], [ONE, TWO], "-Home +First. -Ad +Second. -About us -Home -First. +Third. -More"),
        (["First.", "Second.", "Third."], [ONE], "-Home +First. -Ad +Second. -About us +Third."),
        (["First.", "Ad", "Second."], [ONE], "-Home +First. +Ad +Second. -About us"),
        (["Second."], [ONE], "-Home -First. -Ad +Second. -About us"),
        (["First.", "Second."], [], "+First. +Second."),
        ([], [ONE], "-Home -First. -Ad -Second. -About us"),
    ],
)  # fmt: skip
def test_all_paragraphs_stand_in_order_among_the_removed(
    text: list[str], pages: list[Article], wanted: str
) -> None:
    found = shown([kept(t) for t in text], pages)
    assert " ".join(f"{'+' if b.kept else '-'}{b.text}" for b in found) == wanted
    assert all(b.reason for b in found if not b.kept)


def test_what_the_pages_keep_and_the_version_does_not_says_why() -> None:
    found = shown([kept("Second."), kept("Third.")], [ONE, TWO])
    assert [b.reason for b in found if b.text == "First."] == [OTHERWISE, REPEATED]


def test_the_version_knows_what_its_paragraphs_are() -> None:
    heading = replace(kept("First."), kind="heading")
    assert heading in shown([heading, kept("Second.")], [ONE])
