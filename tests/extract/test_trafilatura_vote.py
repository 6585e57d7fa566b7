"""The second opinion never hurts."""

from __future__ import annotations

from newsarchive.extract.trafilatura_vote import kept_texts
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY, page


def test_both_modes_keep_the_story_and_not_the_menu() -> None:
    for text in kept_texts(parse(page().decode())):
        assert STORY[2] in text
        assert "Sport" not in text


def test_of_a_page_without_text_there_is_no_opinion() -> None:
    assert kept_texts(parse("<html><body><div></div></body></html>")) == ("", "")


def test_asking_leaves_our_tree_alone() -> None:
    root = parse(page().decode())
    before = len(list(root.iter()))
    kept_texts(root)
    assert len(list(root.iter())) == before
