"""A change as HTML: everything escaped, readable in both directions and both lights, and without loading anything."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from newsarchive.diff import Heading, compare, render_fragment, render_html
from newsarchive.diff.html import _CSS
from newsarchive.model import Article, Block
from newsarchive.text import fold
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
        render_fragment(change, Heading(before=EVIL, after=EVIL, language=EVIL), for_feed=True),
        render_fragment(change, Heading(before=EVIL, after=EVIL, language=EVIL), view="sides"),
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


def test_each_paragraph_finds_its_own_direction_in_a_frame_of_the_programs_language():
    arabic = article("أغلق الجسر", ("أغلق الجسر القديم يوم الاثنين بعد اكتشاف 12 شقا.",), language="ar")
    tree = page(compare(arabic, changed(arabic, "12", "15")), language="ar")
    assert (tree.get("lang"), tree.get("dir")) == ("en", "ltr")
    words = [tree.find(".//h1"), *tree.findall(".//section//p")]
    assert all((e.get("lang"), e.get("dir")) == ("ar", "auto") for e in words)


def test_the_programs_own_words_are_in_its_language_inside_an_arabic_text():
    texts = [f"هذه هي الفقرة رقم {n} من القصة عن الجسر القديم في المدينة {n}." for n in range(9)]
    moved = [*texts[1:8], texts[0], texts[8]]
    fragment = html.fromstring(
        render_fragment(compare("\n\n".join(texts), "\n\n".join(moved)), Heading(language="ar"))
    )
    own = [*fragment.findall(".//summary"), *fragment.findall(".//span[@class='note']")]
    assert len(own) > 2
    for element in own:
        near = next(e for e in (element, *element.iterancestors()) if e.get("lang"))
        assert (near.get("lang"), near.get("dir")) == ("en", "ltr"), html.tostring(element)


def test_headings_take_the_level_that_is_asked_for():
    change = compare(article("One"), article("Two"))
    assert "<h4><bdi>Headline</bdi></h4>" in render_fragment(change, heading_level=4)


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


# ---------------------------------------------------------------- both versions can be read from the fragment

SENTENCES = [
    "The old bridge was closed on Monday.",
    "Nobody knows when it opens again, the council said.",
    "About 12 buses a day take another road <b>now</b> & later.",
    "“We wait,” said the mayor.",
    "12",
    "橋は月曜日に閉鎖された。",
    "أغلق الجسر يوم الاثنين.",
]
WORDS = st.lists(
    st.sampled_from(["the", "new", "old", "12", "15", "bridge", "road.", "— ", "said", "橋は"]), max_size=3
)
SENTENCE = st.sampled_from(SENTENCES) | WORDS.map(" ".join)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join).map(str.strip).filter(bool)
TEXTS = st.lists(PARAGRAPH, max_size=6)


@st.composite
def pairs(draw):
    """A text, and what edits, moves, splits and merges of paragraphs made of it."""
    before = draw(TEXTS)
    after = list(before)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(after) - 1)))
        step = draw(st.sampled_from(["add", "delete", "edit", "move", "split", "merge"]))
        if step == "add":
            after.insert(at, draw(PARAGRAPH))
        elif not after:
            continue
        elif step == "delete":
            del after[at]
        elif step == "edit":
            after[at] = after[at].replace(
                draw(st.sampled_from(["bridge", "12", " ", "橋"])),
                draw(st.sampled_from(["road", "15", ", "])),
            )
        elif step == "move":
            after.insert(draw(st.integers(0, len(after) - 1)), after.pop(at))
        elif step == "split" and ". " in after[at]:
            after[at : at + 1] = [p for p in after[at].replace(". ", ".\n", 1).split("\n") if p.strip()]
        elif step == "merge":
            after[at : at + 2] = [" ".join(after[at : at + 2])]
    return before, [p.strip() for p in after if p.strip()]


def plain(paragraphs):
    return Article(url="", blocks=tuple(Block(kind="paragraph", text=p, kept=True) for p in paragraphs))


def read_back(element, left_out):
    """A paragraph's texts as a reader sees them who skips notes and what is only in the other version."""
    for skipped in element.xpath(f".//span[@class='note'] | .//{left_out}"):
        skipped.drop_tree()
    for mark in element.xpath(".//*[@class='break']"):
        mark.text = "\n"
    return element.text_content().split("\n")


def same(texts):
    return ["".join(fold(t).split()) for t in texts if t.strip()]


@settings(max_examples=150, deadline=None)
@given(pairs(), st.booleans())
def test_the_fragment_holds_both_versions(texts, folded):
    change = compare(*map(plain, texts))
    text = render_fragment(change, folded=folded)
    new = html.fromstring(text)
    found = [
        t for p in new.xpath("//section[@class='text']//p[not(@class='away')]") for t in read_back(p, "del")
    ]
    assert same(found or ["No text."] * (not change.ops)) == same(
        change.after or ["No text."] * (not change.ops)
    )

    old = html.fromstring(text)
    rows = old.xpath("//section[@class='text']//p[@class]")
    moved = {n + 1: p for n, p in enumerate(_new_places(rows))}
    found = []
    for p in rows:
        note = p.findtext("span/bdi") or ""
        if p.get("class") == "away":
            p = moved[int(note.rpartition(" ")[2])]
        elif p.get("class") == "move":
            continue
        found += read_back(html.fromstring(html.tostring(p, encoding="unicode")), "ins")
    assert same(found) == same(change.before)


def _new_places(rows):
    """For each paragraph of the new text the element that shows it."""
    for p in rows:
        if p.get("class") in ("away", "delete"):
            continue
        yield from [p] * (1 + len(p.xpath(".//ins[@class='break'] | .//span[@class='break']")))


@settings(max_examples=100, deadline=None)
@given(pairs())
def test_each_column_holds_its_version(texts):
    change = compare(*map(plain, texts))
    for side, left_out, whole in (("before", "ins", change.before), ("after", "del", change.after)):
        tree = html.fromstring(render_fragment(change, view="sides"))
        rows = tree.xpath(f"//p[contains(@class, '{side} ')] | //details/p")
        assert same([t for p in rows for t in read_back(p, left_out)]) == same(whole)
