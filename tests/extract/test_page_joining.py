"""The pages of an article, joined: every paragraph once, in order, and the reason for what was left out."""

from __future__ import annotations

import pytest

from newsarchive.extract import join_pages
from newsarchive.extract.page_joining import is_navigation
from newsarchive.model import Article, Block

A, B, C = (
    "The ferry was late on Monday, and nobody on the quay had expected anything else of it.",
    "On Tuesday it was late again, by an hour, which the harbour master called an improvement.",
    "On Wednesday it didn't come at all, and the quay was quiet until the evening.",
)


def page(*texts: str, number: int = 1, title: str = "The late ferry", **fields: object) -> Article:
    blocks = tuple(Block(kind="paragraph", text=t, kept=True) for t in texts)
    warning = f"page {number} of 3 of a paginated article"
    return Article(
        url=f"https://e.example/a?page={number}", title=title, blocks=blocks, warnings=(warning,), **fields
    )  # type: ignore[arg-type]


def test_paragraphs_in_order_and_the_fields_of_the_first_page() -> None:
    one = page(A, description="It was late.", captions=("The quay",), confidence=1.0)
    whole = join_pages(
        {2: page(B, number=2, title="Late ferry – page 2", captions=("The quay", "The sea")), 1: one}
    )
    assert whole.paragraphs == (A, B)
    assert (whole.title, whole.description, whole.url) == (one.title, one.description, one.url)
    assert whole.captions == ("The quay", "The sea")
    assert whole.warnings == ("joined from 2 pages",)
    assert whole.part is None


@pytest.mark.parametrize(
    ("second", "kept", "reasons"),
    [
        (("The late ferry", B), (B,), ["repeated on page 2"]),
        (("It was late.", "By Ann Lee and Bo Ek", B), (B,), ["repeated on page 2", "repeated on page 2"]),
        (("Ann Lee was on the quay.", B), ("Ann Lee was on the quay.", B), []),
        ((A, B), (B,), ["repeated from page 1"]),
        ((B, A), (B,), ["repeated from page 1"]),
        (("Continued from page 1", B, "Page 2 of 3"), (B,), ["page navigation", "page navigation"]),
        ((B, "It was late."), (B, "It was late."), []),  # the text may say so, too
    ],
)
def test_what_a_later_page_repeats_is_removed_with_the_reason(
    second: tuple[str, ...], kept: tuple[str, ...], reasons: list[str]
) -> None:
    whole = join_pages(
        {1: page(A, description="It was late.", authors=("Ann Lee", "Bo Ek")), 2: page(*second, number=2)}
    )
    assert whole.paragraphs == (A, *kept)
    assert [b.reason for b in whole.removed] == reasons


def test_missing_pages_are_told() -> None:
    whole = join_pages({1: page(A), 3: page(C, number=3)}, last=4)
    assert whole.warnings == ("joined from 2 pages", "pages 2, 4 of 4 not in the archive")
    assert join_pages({1: page(A)}, last=2).warnings == ("page 2 of 2 not in the archive",)


def test_a_short_line_that_two_pages_have_is_no_repetition() -> None:
    assert join_pages({1: page(A, "“Yes.”", B), 2: page(C, "“Yes.”", number=2)}).paragraphs == (
        A,
        "“Yes.”",
        B,
        C,
        "“Yes.”",
    )


def test_a_page_that_tells_the_first_again_adds_only_what_is_its_own() -> None:
    first = page(A, "A quiet quay", B, C)
    again = page("The late ferry", A, "A word before", "A quiet quay", B, C, number=2)
    assert join_pages({1: first, 2: again}).paragraphs == (A, "A quiet quay", B, C, "A word before")


def test_one_page_behind_a_paywall_makes_the_whole_so() -> None:
    assert (
        join_pages({1: page(A, free_access=True), 2: page(B, number=2, free_access=False)}).free_access
        is False
    )


def test_the_whole_on_one_page_comes_back_as_it_is() -> None:
    one = page(A)
    assert join_pages({1: one}) is one
    with pytest.raises(ValueError, match="no pages"):
        join_pages({})


@pytest.mark.parametrize(
    "line",
    ["Page 2 of 3", "1 2 3", "2/3", "Continued on next page", "Weiter auf Seite 2", "Fortsetzung von Seite 1", "Página siguiente", "Suite de l'article page 2"],
)  # fmt: skip
def test_lines_that_lead_from_page_to_page(line: str) -> None:
    assert is_navigation(line)


@pytest.mark.parametrize(
    "line", ["12", "In 2024", "“Next!”", "He said so.", "On page 12 the report names him", ""]
)
def test_lines_that_are_the_story_s(line: str) -> None:
    assert not is_navigation(line)
