"""Query strings, checked and bounded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.browse.query_args import MAX_ID, MAX_TEXT, Args, as_id, day_after
from newsarchive.errors import UsageError


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("q=a+b", "q", "a b"),
        ("q=", "q", ""),
        ("q=%00a%0ab", "q", "ab"),
        ("q=a&q=b", "q", "a"),
        ("q=" + "x" * 2000, "q", "x" * MAX_TEXT),
        ("q=%ff%fe", "q", "\ufffd\ufffd"),
        ("&".join(f"a{i}=1" for i in range(500)), "a1", ""),
    ],
)
def test_a_text_is_clean_and_short(query: str, name: str, value: str):
    assert Args.of(query).text(name) == value


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("-5", 1), ("999999", 200), ("x", 7), ("", 7), ("1e3", 7)]
)
def test_a_number_stays_in_its_bounds(text: str, value: int):
    assert Args.of(f"page={text}").number("page", 7, 1, 200) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        (str(MAX_ID), MAX_ID),
        (str(MAX_ID + 1), None),
        ("-1", None),
        ("٣", None),
        ("1" * 30, None),
        ("", None),
    ],
)
def test_an_id_has_63_bits(text: str, value: int | None):
    assert as_id(text) == value


def test_a_day_that_is_none_is_refused():
    assert [Args.of(f"since={d}").day("since") for d in ("2026-11-02", "")] == [date(2026, 11, 2), None]
    for text in ("2026-13-02", "x", "02.11.2026"):
        with pytest.raises(UsageError, match=f"'{text}' is no day .since.*2026-11-02"):
            Args.of(f"since={text}").day("since")
    assert day_after(date.max) == date.max


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=40), max_size=6))
def test_the_query_string_with_one_value_replaced_keeps_the_others(values: dict[str, str]):
    from urllib.parse import urlencode

    args = Args.of(urlencode(values))
    again = Args.of(args.query(page=3))
    assert again.text("page") == "3"
    for name in args.values:
        if name != "page":
            assert again.text(name) == args.text(name)
