"""A change as HTML: everything escaped, readable in both directions and both lights, and without loading anything."""

from __future__ import annotations

import re

import pytest
from lxml import html

from newsarchive.diff import Heading, compare, render_fragment, render_html
from newsarchive.diff.html import _CSS
from tests.versions.build import article, changed

A = article()
B = changed(A, "12 buses", "15 buses")
EVIL = "<script>alert(1)</script><img src=x onerror=y> \" ' & \x00"


def page(change, **heading):
    return html.document_fromstring(render_html(change, Heading(**heading)))


def test_added_and_deleted_words_stand_in_ins_and_del():
    tree = page(
        compare(A, B), title="The bridge", url="https://news.example/a", before="version 1", after="version 2"
    )
    assert [e.text for e in tree.findall(".//section//del")] == ["12"]
    assert [e.text for e in tree.findall(".//section//ins")] == ["15"]
    assert tree.findtext(".//h1") == "The bridge"
    assert tree.find(".//header//a").get("href") == "https://news.example/a"


def test_nothing_of_a_page_is_obeyed():
    change = compare(article(EVIL, (EVIL,)), article(EVIL + " x", (EVIL + " more",), authors=(EVIL,)))
    for text in (
        render_html(change, Heading(title=EVIL, url=EVIL, before=EVIL, after=EVIL, language=EVIL)),
        render_fragment(change, language=EVIL, inline_styles=True),
    ):
        assert "<script" not in text
        assert "<img" not in text
        assert "\x00" not in text
    tree = page(change, url="javascript:alert(1)")
    assert tree.findall(".//header//a") == []


def test_the_page_needs_nothing_else():
    text = render_html(compare(A, B))
    assert "default-src 'none'" in text
    assert not re.search(r"<(?:script|link|img|iframe)|@import|url\(", text)


def test_each_paragraph_finds_its_own_direction():
    arabic = article("أغلق الجسر", ("أغلق الجسر القديم يوم الاثنين بعد اكتشاف 12 شقا.",), language="ar")
    tree = page(compare(arabic, changed(arabic, "12", "15")), language="ar")
    assert tree.find(".//main").get("dir") == "rtl"
    assert tree.get("lang") == "ar"
    assert all(p.get("dir") == "auto" for p in tree.findall(".//section//p"))


def test_headings_take_the_level_that_is_asked_for():
    change = compare(article("One"), article("Two"))
    assert "<h4>Headline</h4>" in render_fragment(change, heading_level=4)


def test_unchanged_paragraphs_are_in_a_closed_fold_unless_all_are_wanted():
    change = compare(A, changed(A, "spring", "autumn"))
    assert "<details" in render_fragment(change)
    assert "<details" not in render_fragment(change, folded=False)


def luminance(color):
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    r, g, b = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes():
    for block in re.findall(r":root \{([^}]*)\}", _CSS):
        found = {
            k: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:])
            for k, v in re.findall(r"--([a-z-]+):\s*(#[0-9a-f]+)", block)
        }
        if "paper" in found:
            yield found


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"),
        ("soft", "paper"),
        ("add-ink", "add"),
        ("del-ink", "del"),
        ("ink", "move"),
        ("soft", "move"),
    ],
)
def test_colours_have_the_contrast_of_wcag_aa(ink, ground):
    found = list(palettes())
    assert len(found) == 3, "light, dark, print"
    assert all(contrast(p[ink], p[ground]) >= 4.5 for p in found)
