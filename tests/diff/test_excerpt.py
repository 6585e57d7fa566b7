"""An edit in one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.diff.excerpt import excerpt

LONG = "The council of the town met on Monday evening in the old school by the river and agreed on a toll of "


def marked(before: str, after: str) -> str:
    signs = {"keep": "{}", "delete": "[-{}-]", "add": "{{+{}+}}"}
    return "".join(signs[e.op].format(e.text) for e in excerpt(before, after))


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("A toll of 12 crowns.", "A toll of 15 crowns.", "A toll of [-12-]{+15+} crowns."),
        ("A toll.", "A toll, says the mayor.", "A toll{+, says the mayor+}."),
        ("One.\n\nTwo.", "One.", "[-Two.-]"),
        ("One.", "One.\n\nTwo.", "{+Two.+}"),
        ("One.\n\nTwo.", "Two.\n\nOne.", ""),
        ("Same.", "Same.", ""),
        ("Bridge closed", "Harbour opened", "[-Bridge closed-]{+Harbour opened+}"),
        ("He said yes to it all.", "He says yes to it all.", "He [-said-]{+says+} yes to it all."),
        ("橋が閉鎖された。", "橋が再開された。", "橋が[-閉鎖-]{+再開+}された。"),
        (
            LONG + "12 crowns, which is to pay for the repairs of two summers.",
            LONG + "15 crowns, which is to pay for the repairs of two summers.",
            "…by the river and agreed on a toll of [-12-]{+15+} crowns, which is to pay for the…",
        ),
        ("", "", ""),
        ("", "New.", "{+New.+}"),
    ],
)
def test_the_words_of_an_edit(before: str, after: str, line: str):
    assert marked(before, after) == line


def test_what_is_long_is_cut_at_a_word():
    (only,) = excerpt("", "word " * 100)
    assert len(only.text) <= 111
    assert only.text.endswith("word…")


TEXTS = st.lists(st.text(alphabet="ab .12é漢\u0301", max_size=12), max_size=4).map("\n\n".join)


@given(TEXTS, TEXTS)
def test_kept_and_deleted_words_are_of_the_one_text_and_added_ones_of_the_other(before: str, after: str):
    found = excerpt(before, after)
    for edit in found:
        text = edit.text.strip("…")
        assert text in (after if edit.op == "add" else before)
        assert edit.op != "keep" or text in after
