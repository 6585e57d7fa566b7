"""What can never match is refused, with what there is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsarchive.errors import UsageError
from newsarchive.index import reading
from newsarchive.index.known_values import refuse_no_time, refuse_unknown
from newsarchive.index.search import SearchQuery, check_wanted
from tests.index.build import Told, build

KNOWN = ("headline", "number", "correction")


def test_what_is_known_passes() -> None:
    refuse_unknown("kind", KNOWN, KNOWN)
    refuse_unknown("kind", (), ())
    refuse_no_time(date(2026, 1, 1), date(2026, 1, 1))
    refuse_no_time(None, date(2026, 1, 1))


def test_what_is_unknown_is_refused_with_those_like_it_and_all_that_are_known() -> None:
    with pytest.raises(
        UsageError,
        match=r"no kind 'headlines'. Did you mean headline\? There are: correction, headline, number",
    ):
        refuse_unknown("kind", ["headlines"], KNOWN)
    with pytest.raises(UsageError, match="There are: none yet"):
        refuse_unknown("source", ["gazette"], ())


def test_a_long_list_is_cut() -> None:
    with pytest.raises(UsageError, match="and 60 more"):
        refuse_unknown("source", ["x"], (f"outlet-{n}" for n in range(100)))


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="since 2026-12-01 is after until 2026-01-01"):
        refuse_no_time(date(2026, 12, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    "given",
    [
        {"sources": ("nosuch",)},
        {"language": "english"},
        {"since": date(2027, 1, 1), "until": date(2026, 1, 1)},
    ],
)
def test_a_search_that_can_find_nothing_is_refused(tmp_path: Path, given: dict[str, object]) -> None:
    path = build(tmp_path / "index.db", [Told("https://gazette.example/a", [("Ferry", "A ferry sails.")])])
    with reading(path) as db:
        with pytest.raises(UsageError):
            check_wanted(db, SearchQuery(**given))  # type: ignore[arg-type]
        check_wanted(db, SearchQuery(sources=("gazette",), language="en"))
