"""Which numbers beside a text count as nothing that is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsarchive.counters import form_of, show_the_same
from newsarchive.model import Article, Block, WordEdit

TEXT = Block(kind="paragraph", text="Twelve people and 3 dogs were saved.", kept=True)
BESIDE = Block(kind="paragraph", text="Read 4711 times", kept=False, reason="tags")
ARTICLE = Article(
    url="https://a.example/1", title="Saved", blocks=(TEXT, BESIDE), origins={"title": "h1", "url": "og"}
)


def with_block(number: int, **changed: object) -> Article:
    blocks = list(ARTICLE.blocks)
    blocks[number] = replace(blocks[number], **changed)  # type: ignore[arg-type]
    return replace(ARTICLE, blocks=tuple(blocks))


@pytest.mark.parametrize(
    "other",
    [
        ARTICLE,
        with_block(1, text="Read 9 times"),
        with_block(1, text="Read 123456 times"),
        replace(ARTICLE, origins={"url": "og", "title": "h1"}),
    ],
)
def test_the_same_is_shown(other: Article) -> None:
    assert show_the_same(ARTICLE, other)
    assert form_of(ARTICLE) == form_of(other)


@pytest.mark.parametrize(
    "other",
    [
        with_block(0, text="Twelve people and 4 dogs were saved."),
        with_block(1, text="Read 47,11 times"),
        with_block(1, text="Read 1999 times"),
        with_block(1, text="Read at 12:30"),
        with_block(1, text="Seen 4711 times"),
        with_block(1, kept=True),
        with_block(1, kind="date"),
        with_block(1, notice="correction"),
        with_block(1, words=(WordEdit(op="add", text="4711"),)),
        with_block(1, reason="footer"),
        replace(ARTICLE, title="Saved at last"),
        replace(ARTICLE, blocks=ARTICLE.blocks[:1]),
    ],
)
def test_something_else_is_shown(other: Article) -> None:
    assert not show_the_same(ARTICLE, other)
    assert form_of(ARTICLE) != form_of(other)


@pytest.mark.parametrize("kind", ["byline", "date", "caption", "credit", "title", "description"])
def test_the_numbers_of_what_fills_a_field_are_shown(kind: str) -> None:
    one, other = (with_block(1, kind=kind, text=f"Photo {n}") for n in (1, 2))
    assert not show_the_same(one, other)
    assert form_of(one) != form_of(other)
