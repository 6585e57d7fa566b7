"""The built-in outlets: many, of many places, each a source that can be used; found by a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.model import Source
from newsarchive.sources import Outlet, builtin_outlets, check_source, search_outlets

OUTLETS = builtin_outlets()


def test_there_are_outlets_of_many_countries_and_languages() -> None:
    assert len(OUTLETS) >= 100
    assert len({o.country for o in OUTLETS.values()} - {""}) >= 30
    assert len({o.source.language for o in OUTLETS.values()}) >= 15


def test_each_outlet_can_be_used_as_a_source() -> None:
    for name, outlet in OUTLETS.items():
        check_source(outlet.source)
        assert name == outlet.source.name
        assert outlet.country, name
        assert outlet.source.feeds or outlet.source.sitemaps, name
        assert outlet.state == "not yet seen live", name


def test_no_two_rows_of_the_table_have_one_name() -> None:
    table = Path(__file__).parents[2] / "newsarchive/sources/builtin/outlets.tsv"
    names = [row.partition("\t")[0] for row in table.read_text().splitlines() if not row.startswith("#")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("gazette", ["gazette"]),
        ("DIE ZEI", ["zeitung"]),
        ("ukraine", ["visti"]),
        ("uk", ["visti"]),  # a language
        ("visti.example", ["visti"]),
        ("correo", ["correo"]),
        ("é", ["correo"]),
        ("", []),
        ("nobody", []),
    ],
)
def test_an_outlet_is_found_by_its_name_title_country_language_or_host(word: str, found: list[str]) -> None:
    rows = [
        ("gazette", "The Gazette", "Ireland", "en"),
        ("zeitung", "Die Zeitung", "Austria", "de"),
        ("visti", "Вісті", "Ukraine", "uk"),
        ("correo", "El Correo de Bogotá é", "Colombia", "es"),
    ]
    outlets = [
        Outlet(source=Source(name=n, title=t, domains=(f"{n}.example",), language=lang), country=c)
        for n, t, c, lang in rows
    ]
    assert [o.source.name for o in search_outlets(word, outlets)] == found


def test_an_outlet_that_was_seen_live_says_when() -> None:
    assert (
        Outlet(source=Source(name="a"), country="", seen_live="2026-03-02").state == "seen live on 2026-03-02"
    )
