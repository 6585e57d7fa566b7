"""The kinds of change, their order of weight, and when a change is significant.

A change has all kinds that apply; the weightiest names it. Each row says whether the kind is significant,
why, and gives an example that a test runs. Pure data and one function. Tested in tests/diff/test_change_kinds.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change."""

    name: str
    significant: bool
    is_version: bool  # a reader reads something else
    rule: str  # how it is told
    before: str = ""  # an example of a text (or headline) before …
    after: str = ""  # … and after


# From the weightiest to the lightest.
KINDS = (
    Kind("retraction", True, True, "a notice says that the story is withdrawn, or most of it is gone"),
    Kind("correction", True, True, "a notice of correction or clarification was added or changed"),
    Kind("restored", False, True, "the story went back to an earlier version"),
    Kind("headline", True, True, "the headline differs, beyond spelling and punctuation"),
    Kind("number", True, True, "a number differs, in digits or in words"),
    Kind("quote", True, True, "words inside quotation marks differ, or the marks themselves"),
    Kind("name", True, True, "a capitalised word inside a sentence differs"),
    Kind("date in text", True, True, "a date, a weekday or a month in the text differs"),
    Kind("removed", True, True, "a paragraph was deleted"),
    Kind("added", True, True, "a paragraph was added"),
    Kind("update", True, True, "a notice of update was added, or an entry to a live blog"),
    Kind("standfirst", True, True, "the standfirst differs, beyond spelling and punctuation"),
    Kind("rewording", True, True, "other words say it"),
    Kind("byline", True, True, "the authors differ"),
    Kind("captions", True, True, "a caption was reworded"),
    Kind("moved", False, True, "a paragraph stands in another place"),
    Kind("typo", False, True, "one letter of one word, or two swapped, or a word written apart or together"),
    Kind("punctuation", False, True, "case, commas, stops, spaces"),
    Kind("layout", False, False, "paragraphs split or joined without a change of words; a drop cap"),
    Kind("noise", False, False, "a line that changes by itself: counters, times, share lines, related links"),
    Kind("page dates", False, False, "only what the page says of its own dates"),
    Kind("image", False, False, "another picture, with its caption"),
    Kind("section", False, False, "filed in another section"),
    Kind("tags", False, False, "other tags"),
    Kind("credits", False, False, "a picture's credit"),
    Kind("details", False, False, "publisher, language or access as the page declares them"),
)
BY_NAME = {k.name: k for k in KINDS}
_ORDER = {k.name: n for n, k in enumerate(KINDS)}


def in_order(names: Collection[str]) -> tuple[str, ...]:
    """`names`, each once, the weightiest first."""
    return tuple(sorted(set(names), key=lambda n: (_ORDER[n], n)))


def makes_version(names: Collection[str]) -> bool:
    """Whether one of these kinds is something that a reader reads."""
    return any(BY_NAME[n].is_version for n in names)
