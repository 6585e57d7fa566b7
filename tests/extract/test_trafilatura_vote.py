"""The second opinion never hurts."""

from __future__ import annotations

from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.trafilatura_vote import copy_of, kept_shares, kept_text
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY, page


def test_the_story_is_kept_and_the_menu_is_not() -> None:
    root = parse(page().decode())
    blocks, _ = blocks_of(root)
    shares = kept_shares(blocks, kept_text(copy_of(root)))
    assert shares is not None
    by_text = dict(zip((b.text for b in blocks), shares, strict=True))
    assert by_text[STORY[2]] > 0.9
    assert by_text["News"] == 0.0


def test_an_empty_answer_is_no_opinion() -> None:
    root = parse("<html><body><div></div></body></html>")
    assert kept_shares(blocks_of(root)[0], kept_text(copy_of(root))) is None


def test_asking_leaves_our_tree_alone() -> None:
    root = parse(page().decode())
    before = len(list(root.iter()))
    kept_text(copy_of(root))
    assert len(list(root.iter())) == before
