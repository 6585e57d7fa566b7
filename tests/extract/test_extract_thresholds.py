"""Tuned numbers of the extraction at their edges: one row just inside, one just outside.

A row fails if its constant moves by one step. What the numbers were read off is said where they are defined.
"""

from __future__ import annotations

import lxml.html
import pytest

from newsarchive.extract.article_fields import BlockVerdict, set_fields
from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.metadata import ChosenMetadata
from newsarchive.extract.page_joining import is_navigation, join_pages
from newsarchive.model import Article, Block

NAME = "Mira Solberg"
LONG = "The harbour council voted on Tuesday to close the old ferry quay for two years, it said."
SHORT = "The vote was close."


def bylines(*texts: str) -> list[int]:
    """The places of the blocks that are taken for the byline, of a text by NAME that was kept whole."""
    root = lxml.html.fromstring("<body>" + "".join(f"<p>{text}</p>" for text in texts) + "</body>")
    blocks, _ = blocks_of(root)
    assert [block.text for block in blocks] == list(texts)
    verdicts = [BlockVerdict(kind="paragraph", kept=True) for _ in blocks]
    found = ChosenMetadata()
    found.put("authors", (NAME,), "meta")
    set_fields(blocks, verdicts, found, 10_000)
    return [i for i, verdict in enumerate(verdicts) if verdict.kind == "byline"]


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        pytest.param((LONG, SHORT, f"By {NAME}", LONG), [2], id="two blocks after the first paragraph"),
        pytest.param((LONG, SHORT, SHORT, f"By {NAME}", LONG), [], id="three blocks after it"),
        pytest.param((LONG, SHORT, SHORT, LONG, f"By {NAME}"), [4], id="behind the last paragraph"),
        pytest.param((f"By {NAME}", LONG), [0], id="before the first"),
    ],
)
def test_a_byline_is_at_most_two_blocks_inside_the_text(texts, places):
    assert bylines(*texts) == places


# ---------------------------------------------------------------- articles on several pages


def page(number: int, *texts: str, **fields: object) -> Article:
    blocks = tuple(Block(kind="paragraph", text=text, kept=True) for text in texts)
    return Article(url=f"https://e.example/a?page={number}", title="The ferry", blocks=blocks, **fields)  # type: ignore[arg-type]


def joined(first: Article, second: Article) -> tuple[str, ...]:
    """What is kept of the second page when it is joined to the first."""
    return join_pages({1: first, 2: second}).paragraphs[len(first.paragraphs) :]


@pytest.mark.parametrize(("length", "kept"), [(60, True), (61, False)])
def test_a_paragraph_longer_than_sixty_characters_is_a_repetition_wherever_it_stands(length, kept):
    again = "r" * length
    assert (again in joined(page(1, again, LONG), page(2, "Words of its own. " * 20, again))) is kept


@pytest.mark.parametrize(("again", "kept"), [(70, True), (71, False)])
def test_a_page_of_which_more_than_seven_tenths_were_told_is_a_copy_and_its_short_lines_too(again, kept):
    lines = [str(n) * 10 for n in range(2, 9)]  # 70 characters that the first page has, too
    if again > 70:
        lines[-1] += "8"
    own = "o" * (100 - again)
    assert (lines[-1] in joined(page(1, *lines, LONG), page(2, own, *lines))) is kept


@pytest.mark.parametrize(("letters", "kept"), [(8, False), (9, True)])
def test_a_byline_has_eight_letters_beside_the_names(letters, kept):
    line = "b" * letters + f" {NAME}"
    assert (line in joined(page(1, LONG, authors=(NAME,)), page(2, line, "Words of its own."))) is kept


@pytest.mark.parametrize(("blanks", "leads"), [(64, True), (65, False)])
def test_a_line_of_eighty_characters_may_lead_to_another_page(blanks, leads):
    line = "Page 2 of 3" + " " * blanks + "pages"
    assert (len(line) == 80) is leads
    assert is_navigation(line) is leads
