"""A doubtful block that falls to the other side of the threshold makes no edit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsarchive.diff import compare
from newsarchive.model import Article, Block
from newsarchive.versions import chain
from newsarchive.versions.extraction_jitter import judged_as_before
from tests.versions.build import BODY, article, changed, look

LINE = "Filed by our desk in the valley"


def page(*, kept: bool, line: str = LINE, body: tuple[str, ...] = BODY, at: int = 2) -> Article:
    """An article whose page also holds `line`, judged as text or not."""
    made = article(paragraphs=body)
    doubtful = Block(kind="paragraph", text=line, kept=kept, reason="" if kept else "links")
    return replace(made, blocks=(*made.blocks[:at], doubtful, *made.blocks[at:]))


def kinds(*states: Article) -> list[tuple[str, ...]]:
    found = chain([look(n, state) for n, state in enumerate(states)], compare).versions
    return [v.change.kinds for v in found if v.change is not None]


@pytest.mark.parametrize("kept", [True, False])
def test_a_block_judged_otherwise_is_no_edit(kept: bool) -> None:
    states = [page(kept=kept), page(kept=not kept), page(kept=kept), page(kept=not kept)]
    assert kinds(*states) == []


@pytest.mark.parametrize("kept", [True, False])
def test_an_edit_elsewhere_is_told_alone(kept: bool) -> None:
    after = changed(page(kept=not kept), "12 buses", "15 buses")
    assert kinds(page(kept=kept), after) == [("number",)]


@pytest.mark.parametrize("kept", [True, False])
def test_the_first_judgement_holds(kept: bool) -> None:
    after = changed(page(kept=not kept), "12 buses", "15 buses")
    versions = chain([look(0, page(kept=kept)), look(1, after)], compare).versions
    assert [LINE in v.article.paragraphs for v in versions] == [kept, kept]


def test_a_line_that_the_page_lacked_is_an_addition() -> None:
    assert kinds(article(), page(kept=True)) == [("added",)]


def test_a_line_that_the_page_lost_is_a_removal() -> None:
    assert kinds(page(kept=True), article()) == [("removed",)]


def test_a_line_that_stands_twice_says_nothing_of_its_twin() -> None:
    twice = replace(
        page(kept=True),
        blocks=(*page(kept=True).blocks, replace(page(kept=False).blocks[2], reason="repeated")),
    )
    assert judged_as_before(twice, page(kept=False)) == page(kept=False)
    assert kinds(twice, page(kept=False)) == [("removed",)]


def test_where_half_the_text_is_judged_otherwise_it_is_a_version() -> None:
    long = " ".join(BODY)
    assert kinds(page(kept=False, line=long), page(kept=True, line=long)) == [("added",)]


def test_a_paragraph_that_left_the_text_for_a_box_is_removed() -> None:
    before = article()
    line = before.blocks[2]
    box = (
        Block(kind="heading", text="Related stories", kept=False, reason="related"),
        replace(line, kind="other", kept=False, reason="related"),
    )
    rest = tuple(b for b in before.blocks if b != line)
    assert kinds(before, replace(before, blocks=(*rest, *box))) == [("removed",)]
