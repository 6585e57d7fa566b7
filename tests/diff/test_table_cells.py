"""Two states of a table: cells are told with their headings, rows and columns whole, in every view as a table."""

from __future__ import annotations

import pytest

from newsarchive.diff import compare, render_fragment, render_side_by_side, render_terminal, render_unified
from newsarchive.diff.table_cells import table_changes
from newsarchive.model import Article, Block

LEAD = "The storm tore the harbour wall open on Tuesday night, and the ferry to the islands was cancelled."
TOLL = "Quay\tDead\tWounded\nNorth\t7\t12\nSouth\t3\t40"


def _article(*paragraphs: str, language: str = "en") -> Article:
    blocks = (
        Block(kind="table" if "\t" in p else "paragraph", text=p, kept=True) for p in (LEAD, *paragraphs)
    )
    return Article(url="", language=language, blocks=tuple(blocks))


def _compared(before: str, after: str, language: str = "en"):
    return compare(_article(before, language=language), _article(after, language=language))


CELLS = [
    ("en", "Quay\tDead\nNorth\t7", "7", "70", "North, Dead: 7 → 70"),
    ("en", "Dead\t7\nMissing\t20", "7", "70", "Dead: 7 → 70"),
    ("de", "Kai\tTote\nNord\t7\nSüd\t3", "7", "17", "Nord, Tote: 7 → 17"),
    ("fr", "Quai\tMorts\nNord\t1 200", "1 200", "1 300", "Nord, Morts: 1 200 → 1 300"),
    ("es", "Muelle\tMuertos\nNorte\t7", "7", "8", "Norte, Muertos: 7 → 8"),
    ("ru", "Причал\tПогибли\nСеверный\t7", "7", "70", "Северный, Погибли: 7 → 70"),
    ("ar", "الرصيف\tالقتلى\nالشمال\t٧", "٧", "٧٠", "الشمال, القتلى: ٧ → ٧٠"),
    ("hi", "घाट\tमृत\nउत्तर\t7", "7", "70", "उत्तर, मृत: 7 → 70"),
    ("ja", "地区\t死者\n北\t7人", "7人", "70人", "北, 死者: 7人 → 70人"),
    ("zh", "地区\t死亡\n北\t7", "7", "70", "北, 死亡: 7 → 70"),
    ("ko", "지역\t사망\n북\t7명", "7명", "9명", "북, 사망: 7명 → 9명"),
    ("th", "ท่าเรือ\tเสียชีวิต\nเหนือ\t7", "7", "70", "เหนือ, เสียชีวิต: 7 → 70"),
    ("en", "\t2024\t2025\nProfit\t5.2\t-1.5", "-1.5", "1.5", "Profit, 2025: -1.5 → 1.5"),
    ("en", "Seat\tWinner\tVotes\nEast\tCDU\t9", "CDU", "CSU", "East, Winner: CDU → CSU"),
    ("en", "Seat\tVotes\nEast\t", "\t", "\t9", ""),
]  # fmt: skip


@pytest.mark.parametrize(("language", "table", "old", "new", "told"), CELLS)
def test_a_cell_is_told_with_its_heading_and_is_significant(language, table, old, new, told):
    at = table.rindex(old)
    change = _compared(table, table[:at] + new + table[at + len(old) :], language)
    assert change.significant
    assert change.is_version
    assert told in change.reason
    assert change.kind in ("number", "name", "rewording")
    assert change.kind == "number" or not old[-1].isdigit()


@pytest.mark.parametrize(
    ("before", "after", "kinds", "reason"),
    [
        (TOLL, TOLL + "\nWest\t1\t2", ("added",), "a row of a table was added: West, 1, 2"),
        (TOLL + "\nWest\t1\t2", TOLL, ("removed",), "a row of a table was removed: West, 1, 2"),
        (
            TOLL,
            "Quay\tDead\tMissing\tWounded\nNorth\t7\t1\t12\nSouth\t3\t0\t40",
            ("added",),
            "a column of a table was added: Missing",
        ),
        (
            TOLL,
            "Quay\tDead\tWounded\nSouth\t3\t40\nNorth\t7\t12",
            ("moved",),
            "a row of a table is in another place",
        ),
        (TOLL, TOLL.replace("7", "8").replace("12", "13"), ("number",), "North, Dead: 7 → 8"),
        (
            TOLL,
            "Quay\tDead\tWounded\nSouth\t3\t40\nNorth\t70\t12",
            ("number", "moved"),
            "North, Dead: 7 → 70",
        ),
        (TOLL, TOLL.replace("Dead", "Killed"), ("rewording",), "Dead → Killed"),
        (TOLL, TOLL.replace("Dead", "dead"), ("punctuation",), "Dead → dead"),
        (TOLL, "", ("removed",), "a table was removed (3 rows)"),
    ],
)
def test_rows_columns_and_tables_are_told_whole(before, after, kinds, reason):
    change = compare(_article(before), _article(after) if after else _article())
    assert reason in change.reason
    assert set(kinds) <= set(change.kinds)
    assert change.significant == (kinds[0] not in ("moved", "punctuation"))


def test_a_table_of_which_every_figure_changed_is_one_edit():
    before = "Party\tVotes\tSeats\tShare\nReds\t100\t12\t31\nBlues\t90\t11\t29\nGreens\t80\t9\t25"
    after = "Party\tVotes\tSeats\tShare\nReds\t204\t24\t33\nBlues\t181\t22\t30\nGreens\t177\t17\t26"
    change = _compared(before, after)
    assert [op.op for op in change.ops] == ["keep", "edit"]
    assert change.kinds == ("number",)


def test_share_prices_change_by_themselves():
    table = "Ticker\tLast\tChange %\nACME\t225.86\t-5.44%"
    assert not _compared(table, table.replace("225.86", "219.10")).is_version


def test_typography_in_a_cell_is_no_change():
    assert list(table_changes('A\t"b"\nc\t1', "A\t“b”\nc\t1", "en", frozenset())) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_view_shows_rows_and_cells(language):
    change = _compared(TOLL, TOLL.replace("\t7\t", "\t70\t") + "\nWest\t1\t2", language)
    assert 'dir="auto"><del>7</del><ins>70</ins></td>' in render_fragment(change)
    assert "<table>" in render_fragment(change, for_feed=True)
    assert "<table>" in render_fragment(change, view="sides")
    lines = render_terminal(change, color=False).splitlines()
    assert "~ North    | [-7-]{+70+} | 12" in lines
    assert "+ {+West+} | {+1+}       | {+2+}" in lines
    assert "-North | 7 | 12\n+North | 70 | 12\n South" in render_unified(change)
    assert any(
        line.startswith("North | [-7-]") for line in render_side_by_side(change, color=False).splitlines()
    )
    narrow = render_terminal(change, color=False, width=30).splitlines()
    assert max(map(len, narrow)) <= 34
