from __future__ import annotations

import re

import pytest

from newsarchive import correction_notices
from newsarchive.extract import boilerplate_phrases
from newsarchive.pattern_words import beginnings, folded, needed_words

NEEDED = [
    ("corrected", {"corrected"}),
    ("(?:this|our) story was updated", {" story was updated"}),
    ("removed|deleted", {"removed", "deleted"}),
    ("removed|.*", set()),  # one alternative needs nothing
    ("(?:late )?edition", {"edition"}),
    ("a?b*", set()),
    ("(?:long word){2}", {"long word"}),
    ("[ab]cd", {"cd"}),
    ("GEÄNDERT", {"geändert"}),
    ("(?<!not )true", {"true"}),
]
BEGINNINGS = [
    ("sign up", {"si"}),
    ("(?:get|read) more", {"ge", "re"}),
    ("[dD]ownload", {"do"}),
    ("(?:the )?newsletter", {"th", "ne"}),
    ("a?bc", {"ab", "bc"}),
    ("a+b", {"a"}),  # "aab" begins otherwise than "ab"
    ("a{0,2}b", {"a", "b"}),
    (r"a\b b", {"a"}),
    ("x", {"x"}),
    ("[ab][cd]e", {"ac", "ad", "bc", "bd"}),
    ("a(?=b)c", {"a"}),
    ("(?:a|b.)c", {"ac", "b"}),
    (".{0,9}app", set()),
    ("a|.", set()),
    ("a?", set()),
    (r"\w+", set()),
    (r"\bapp", set()),
    ("İ", {"i"}),
]


@pytest.mark.parametrize(("pattern", "words"), NEEDED)
def test_of_the_words_that_a_pattern_needs_one_is_in_every_match(pattern: str, words: set[str]) -> None:
    assert needed_words(pattern) == words


@pytest.mark.parametrize(("pattern", "starts"), BEGINNINGS)
def test_what_begins_a_match_is_listed_or_nothing_is(pattern: str, starts: set[str]) -> None:
    assert beginnings(pattern) == starts


def test_every_example_of_a_notice_has_a_word_that_its_wording_needs() -> None:
    for row in correction_notices.NOTICES:
        itself = f"(?:{correction_notices._ITSELF[row.language]})"
        wording = row.wording.replace("@", itself).replace("~", correction_notices._FEW_WORDS)
        if wording and re.search(wording, row.example, re.IGNORECASE):
            assert any(word in folded(row.example) for word in needed_words(wording)), row


def test_every_example_of_a_phrase_begins_as_its_pattern_lists() -> None:
    for phrase in boilerplate_phrases.entries():
        starts = beginnings(phrase.pattern)
        text = folded(phrase.yes.lstrip(" \t\"'“”„«•*-–—>→»|·▶►"))
        assert not starts or text.startswith(tuple(starts)), phrase


@pytest.mark.parametrize(
    ("one", "other"), [("DÜZELTİLDİ", "düzeltildi"), ("ſtand", "STAND"), ("ΛΌΓΟΣ", "λόγος")]
)
def test_letters_that_differ_in_case_alone_are_folded_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)
