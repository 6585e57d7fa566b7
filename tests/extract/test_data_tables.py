"""A table of data is one block with rows and cells; a table that holds a page's layout is none."""

from __future__ import annotations

import pytest

from newsarchive.extract import article_from_json, article_to_json, extract_article
from tests.extract.pages import STORY, page

URL = "https://veldt.example/quay"
TOLL = "<table><tr><th>Quay</th><th>Dead</th></tr><tr><td>North</td><td>7</td></tr></table>"


def _extracted(extra: str, at: int = 3):
    paragraphs = [f"<p>{p}</p>" for p in STORY]
    return extract_article(page(body="\n".join([*paragraphs[:at], extra, *paragraphs[at:]])), URL)


TABLES = [
    (TOLL, [("Quay", "Dead"), ("North", "7")]),
    (f'<div class="table-wrap"><div>{TOLL}</div></div>', [("Quay", "Dead"), ("North", "7")]),
    (f'<figure class="wp-block-table">{TOLL}</figure>', [("Quay", "Dead"), ("North", "7")]),
    ("<table><tr><td>Dead</td><td>7</td></tr><tr><td>Missing</td><td></td></tr></table>", [("Dead", "7"), ("Missing", "")]),
    (
        "<table><thead><tr><th></th><th colspan=2>Votes</th></tr></thead><tbody><tr><td rowspan=2>Lee</td><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td><p>4</p><p>five</p></td></tr></tbody></table>",
        [("", "Votes", ""), ("Lee", "1", "2"), ("Lee", "3", "4 five")],
    ),
    ('<table><tr><th>Día</th><th>Muertos</th></tr><tr><td>Lunes</td><td><b>12</b>\n</td></tr></table>', [("Día", "Muertos"), ("Lunes", "12")]),
    ("<table><tr><th>地区</th><th>死者</th></tr><tr><td>北</td><td>7人</td></tr></table>", [("地区", "死者"), ("北", "7人")]),
    ("<table><tr><th>الحي</th><th>القتلى</th></tr><tr><td>الشمال</td><td>٧</td></tr></table>", [("الحي", "القتلى"), ("الشمال", "٧")]),
    ("<table><tr><td colspan=99999999>Toll</td><td>1</td></tr><tr><td>a</td><td>2</td></tr></table>", None),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "rows"), TABLES)
@pytest.mark.parametrize("at", [2, 6], ids=["among the paragraphs", "behind the last"])
def test_a_table_in_the_text_is_one_kept_block(markup, rows, at):
    found = _extracted(markup, at)
    (table,) = (b for b in found.blocks if b.kind == "table")
    assert table.kept
    assert rows is None or table.rows == tuple(rows)
    assert [p for p in found.paragraphs if p in STORY] == list(STORY)
    assert article_from_json(article_to_json(found)) == found


NO_DATA = [
    f"<table><tr><td>{STORY[1]} {STORY[2]} {STORY[4]}</td><td>{STORY[3]}</td></tr><tr><td>1</td><td>2</td></tr></table>",
    "<table role=presentation><tr><td>Quay</td><td>7</td></tr><tr><td>Pier</td><td>3</td></tr></table>",
    "<table><tr><td><p>One line of 1911.</p></td></tr><tr><td><p>Another line.</p></td></tr></table>",
    "<table><tr><td><a href='/1'>Page 1</a></td><td><a href='/2'>Page 2</a></td></tr><tr><td><a href='/3'>3</a></td><td></td></tr></table>",
    "<table><tr><td>left</td><td>right</td></tr><tr><td>up</td><td>down</td></tr></table>",
]


@pytest.mark.parametrize("markup", NO_DATA)
def test_a_layout_is_no_table(markup):
    assert [b for b in _extracted(markup).blocks if b.kind == "table"] == []


@pytest.mark.parametrize(
    "markup",
    [
        f'<aside class="related">{TOLL}</aside>',
        f'<div class="newsletter-signup">{TOLL}</div>',
        f'<div style="display:none">{TOLL}</div>',
        f"<footer>{TOLL}</footer>",
    ],
)
def test_a_table_of_something_else_is_removed_whole(markup):
    found = _extracted(markup, 6)
    (table,) = (b for b in found.blocks if b.kind == "table")
    assert (table.kept, bool(table.reason)) == (False, True)
    assert found.paragraphs == STORY
