"""A change in a terminal: wrapped, marked, harmless; in two columns; as diff -u."""

from __future__ import annotations

import subprocess

import pytest

from newsarchive.diff import Heading, compare, render_side_by_side, render_terminal, render_unified
from newsarchive.diff.terminal import _columns_of
from tests.versions.build import BODY, article, changed

A = article()
B = changed(changed(A, "12 buses", "15 buses"), "should take six weeks", "will take eight weeks")
TOP = Heading(title="The bridge", url="https://news.example/a", before="version 1", after="version 2")


def test_words_are_marked_without_colours():
    text = render_terminal(compare(A, B), TOP, color=False, width=60)
    assert "About [-12-] {+15+} buses" in text
    assert "[-should-] {+will+} take [-six-] {+eight+} weeks" in " ".join(text.split()).replace("~ ", "")
    assert text.startswith("The bridge\nhttps://news.example/a\n- version 1\n+ version 2\n")
    assert "\x1b" not in text


def test_colours_are_closed_on_each_line():
    for line in render_terminal(compare(A, B), color=True, width=60).splitlines():
        assert line.count("\x1b[0m") * 2 == line.count("\x1b[")


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_keep_to_the_width(width):
    japanese = "市議会は橋の修理を始めると発表した。住民は春の市場を心配し、渡し船を使うことになる。" * 3
    change = compare(
        article(paragraphs=(*BODY, japanese)),
        changed(article(paragraphs=(*BODY, japanese)), "市議会", "町議会"),
    )
    for line in render_terminal(change, color=True, width=width).splitlines():
        plain = (
            line.replace("\x1b[0m", "")
            .replace("\x1b[1;32m", "")
            .replace("\x1b[9;31m", "")
            .replace("\x1b[2m", "")
            .replace("\x1b[1m", "")
        )
        assert _columns_of(plain) <= width


def test_unchanged_paragraphs_are_folded():
    text = render_terminal(
        compare(article(paragraphs=BODY), changed(article(paragraphs=BODY), "spring", "autumn")), color=False
    )
    assert "... 2 unchanged paragraphs" in text


def test_nothing_on_a_page_reaches_the_terminal_as_a_command():
    evil = "Hi \x1b]0;owned\x07 \x9b31m \u202eevil \r over"
    change = compare(evil, evil + " more")
    top = Heading(title=evil, url=evil, before=evil, after=evil)
    for text in (
        render_terminal(change, top, color=False),
        render_side_by_side(change, top, color=False),
        render_unified(change, top),
    ):
        assert not set(text) & set("\x1b\x07\x9b\u202e\r")


def test_two_columns_show_old_and_new_side_by_side():
    text = render_side_by_side(compare(A, B), TOP, color=False, width=100)
    assert any("[-12-]" in line and "{+15+}" in line for line in text.splitlines())
    assert all(_columns_of(line) <= 110 for line in text.splitlines())


def test_unified_is_a_patch_that_patch_applies(tmp_path):
    change = compare(A, B)
    (tmp_path / "story").write_text("\n".join(change.before) + "\n")
    done = subprocess.run(
        ["patch", "-s", str(tmp_path / "story")], input=render_unified(change), text=True, capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "story").read_text() == "\n".join(change.after) + "\n"


def test_unified_of_equal_texts_is_empty():
    assert render_unified(compare(A, A)) == ""
