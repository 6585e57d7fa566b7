"""Ids by hash, packed records, digests and JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.index import compact_ids
from newsarchive.model import Block, CaptureKind, Reason


def test_ids_are_positive_and_fit_sqlite() -> None:
    for number in (
        compact_ids.url_id("https://a.example/"),
        compact_ids.capture_id("x"),
        compact_ids.identity_id("k"),
    ):
        assert 0 <= number < 2**63
    assert 0 <= compact_ids.source_id("gazette") < 2**47


def test_ids_tell_where_one_part_ends() -> None:
    assert compact_ids.hash63("a", "bc") != compact_ids.hash63("ab", "c")


def test_ids_never_change_between_releases() -> None:
    assert compact_ids.url_id("https://gazette.example/a") == 4834043833899929320


@pytest.mark.parametrize(
    "record",
    [
        "urn:uuid:0a1b2c3d-0000-4000-8000-00000000000f",
        "urn:uuid:NOT-ONE",
        "https://x/1",
        "urn:uuid:0A1B2C3D-0000-4000-8000-00000000000F",
    ],
)
def test_a_record_id_comes_back_as_it_was(record: str) -> None:
    packed = compact_ids.pack_record(record)
    assert compact_ids.unpack_record(packed) == record
    assert isinstance(packed, bytes) == (record == "urn:uuid:0a1b2c3d-0000-4000-8000-00000000000f")


@pytest.mark.parametrize(
    "digest", [None, "sha1:" + "A" * 32, "sha1:not base32!", "sha256:00ff", "sha1:" + "a" * 32]
)
def test_a_digest_comes_back_as_it_was(digest: str | None) -> None:
    assert compact_ids.unpack_digest(compact_ids.pack_digest(digest)) == digest


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.booleans(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
@settings(max_examples=40, deadline=None)
def test_json_comes_back_as_it_was(value: object) -> None:
    assert compact_ids.unpack_json(compact_ids.pack_json(value)) == value


def test_equal_values_pack_to_equal_bytes() -> None:
    assert compact_ids.pack_json({"a": 1, "b": 2}) == compact_ids.pack_json({"b": 2, "a": 1})


def test_text_ids_grow_with_the_day() -> None:
    ids = [compact_ids.text_id(day, "t", "d", "x", "c") for day in (-5, 0, 1, 20_000, 10**9)]
    assert ids[0] == ids[1] < ids[2] < ids[3] < ids[4] < 2**63


def test_days_and_months_are_those_of_utc() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert compact_ids.day_of(compact_ids.day_number(late)) == date(2027, 1, 1)
    assert compact_ids.month_number(late) == 202701
    assert compact_ids.day_number(datetime(1970, 1, 1, tzinfo=UTC)) == 0


def test_the_codes_cover_every_kind_and_reason() -> None:
    assert set(compact_ids.KINDS) == set(CaptureKind.__args__)  # type: ignore[attr-defined]
    assert set(compact_ids.REASONS) == set(Reason.__args__)  # type: ignore[attr-defined]


def test_paragraph_kinds_name_only_what_was_kept() -> None:
    blocks = (
        Block(kind="paragraph", text="a", kept=True),
        Block(kind="paragraph", text="b", kept=False),
        Block(kind="heading", text="c", kept=True),
    )
    assert compact_ids.paragraph_kinds(blocks) == "ph"
