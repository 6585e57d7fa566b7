"""Each tuned number of the diff room at its edge: one row just inside, one just outside.

A row fails if its constant moves by one step. What the numbers were read off is said where they are defined.
"""

from __future__ import annotations

import pytest

from newsarchive.diff import align, compare
from newsarchive.diff.edit_regions import Region, region_kinds
from newsarchive.diff.noise import noise
from newsarchive.model import Article, Block


def words(begin: int, count: int) -> str:
    """So many words, of which no two are alike."""
    return " ".join(f"w{n}" for n in range(begin, begin + count))


def edited(common: int, of: int = 100) -> tuple[str, str]:
    """Two paragraphs of `of` words that share so many of them."""
    return words(0, of), words(0, common) + " " + words(1000, of - common)


# ---------------------------------------------------------------- a story that was taken back


@pytest.mark.parametrize(("kept", "is_missing"), [(199, True), (201, False)])
def test_a_text_of_which_four_fifths_are_gone_is_missing(kept, is_missing):
    lines = [words(100 * n, 8) for n in range(8)]
    rest = 1000 - kept - sum(map(len, lines))
    old = "\n\n".join(["k" * kept, *lines, "r" * rest])
    assert rest > 0
    assert ("text missing" in compare(old, "k" * kept).kinds) is is_missing


@pytest.mark.parametrize(("count", "is_missing"), [(59, False), (60, True)])
def test_a_text_of_sixty_words_can_be_missing(count, is_missing):
    assert ("text missing" in compare(words(0, count), "").kinds) is is_missing


# ---------------------------------------------------------------- kinds of an edit


@pytest.mark.parametrize(("count", "kinds"), [(12, ("number",)), (13, ("rewording",))])
def test_in_twelve_words_a_number_is_an_edit_of_a_number(count, kinds):
    added = " ".join(["of", "the", "42", *["or"] * (count - 3)])
    region = Region(deleted="", added=added, before="most ", after=" came", quoted=False, opens=False)
    assert region_kinds(region, "en") == kinds


def state(text: str, language: str) -> Article:
    return Article(url="", language=language, blocks=(Block(kind="paragraph", text=text, kept=True),))


@pytest.mark.parametrize(
    ("language", "before", "after", "kinds"),
    [
        ("de", "Sie traf gestern Karl Weber dort.", "Sie traf gestern Hans Weber dort.", ("name",)),
        ("de", "Sie sah gestern das Haus dort.", "Sie sah gestern das Dorf dort.", ("rewording",)),
        ("en", "They saw the old Forum there.", "They saw the old Abbey there.", ("name",)),
        ("", "They saw the old Forum there.", "They saw the old Abbey there.", ("name",)),
        ("en", "They saw the old forum there.", "They saw the old abbey there.", ("rewording",)),
    ],
)
def test_a_capital_is_a_name_but_in_german_only_before_another(language, before, after, kinds):
    assert compare(state(before, language), state(after, language)).kinds == kinds


@pytest.mark.parametrize(("count", "significant"), [(3, False), (4, True)])
def test_a_paragraph_of_four_words_is_a_significant_addition(count, significant):
    found = compare("It rained.", f"It rained.\n\n{words(0, count)}")
    assert (found.kinds, found.significant) == (("added",), significant)


SHORT, LONG = " | ".join(["ad"] * 38 + ["pubblicità"]), " | ".join(["ad"] * 39 + ["annons"])


@pytest.mark.parametrize(("text", "rule"), [(SHORT, "advertisement"), (LONG, "")])
def test_what_is_longer_than_two_hundred_characters_is_prose(text, rule):
    assert len(text) == (200 if rule else 201)
    assert noise(text) == rule


# ---------------------------------------------------------------- which paragraphs belong together


def operations(before: list[str], after: list[str]) -> set[str]:
    return {op.op for op in align(before, after)}


@pytest.mark.parametrize(("common", "is_edit"), [(48, False), (49, True)])  # alike by 0.395 and 0.405
def test_two_paragraphs_in_one_place_that_are_alike_by_two_fifths_are_one_edited(common, is_edit):
    old, new = edited(common)
    assert ("edit" in operations([old, words(2000, 50)], [new, words(3000, 50)])) is is_edit


@pytest.mark.parametrize(("common", "is_edit"), [(37, False), (38, True)])  # 0.293 and 0.302
def test_alone_in_their_place_three_tenths_are_enough(common, is_edit):
    old, new = edited(common)
    assert ("edit" in operations([old], [new])) is is_edit


@pytest.mark.parametrize(("common", "is_move"), [(63, False), (64, True)])  # 0.546 and 0.557
def test_two_paragraphs_in_different_places_that_are_alike_by_more_than_half_are_one_moved(common, is_move):
    old, new = edited(common)
    between = [words(2000, 50), words(3000, 50)]
    assert ("move" in operations([old, *between], [*between, new])) is is_move


@pytest.mark.parametrize(
    ("parts", "is_split"),
    [
        # together alike by 0.41 and 0.43
        ([(0, 25, 25), (50, 25, 25)], False),
        ([(0, 26, 24), (50, 26, 24)], True),
        # 0.29 and 0.31 of the second part are in the whole
        ([(0, 20, 0), (20, 30, 50)], False),
        ([(0, 20, 0), (20, 31, 49)], True),
        # the second was rewritten: alike by 0.24 and 0.26 to what is left of the whole
        ([(0, 50, 0), (50, 16, 34)], False),
        ([(0, 50, 0), (50, 17, 33)], True),
        # of the first 0.79 and 0.81 are in the whole
        ([(0, 42, 8), (50, 18, 32)], False),
        ([(0, 43, 7), (50, 18, 32)], True),
        # what is left of the whole without the first is 0.24 and 0.25 of it
        ([(0, 79, 0), (79, 10, 11)], False),
        ([(0, 78, 0), (78, 11, 11)], True),
    ],
)
def test_parts_are_of_one_paragraph_if_together_or_one_by_one_they_say_what_it_said(parts, is_split):
    made = [
        f"{words(first, kept)} {words(1000 * n, new)}" for n, (first, kept, new) in enumerate(parts, start=1)
    ]
    assert ("split" in operations([words(0, 100)], made)) is is_split


@pytest.mark.parametrize(("parts", "most"), [(5, 5), (6, 5)])
def test_a_paragraph_is_split_into_five_at_most(parts, most):
    pieces = [words(100 * n, 20) for n in range(parts)]
    assert max(len(op.after) for op in align([" ".join(pieces)], pieces)) == most
