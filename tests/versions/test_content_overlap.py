"""How much two articles have in common, for questions of identity."""

from __future__ import annotations

from newsarchive.versions.content_overlap import likeness
from tests.versions.build import BODY, OTHER_BODY, article, changed

A = article(paragraphs=BODY)


def test_an_edited_story_has_much_in_common_and_another_story_next_to_nothing():
    assert likeness(A, changed(A, "12 buses", "15 buses")).body > 0.9
    other = likeness(A, article("A choir wins the national prize", OTHER_BODY))
    assert other.is_other_text
    assert other.is_unrelated


def test_a_short_text_inside_a_long_one_is_like_it():
    assert likeness(article(paragraphs=(*BODY, *OTHER_BODY)), A).body == 1.0


def test_too_little_text_is_not_judged():
    found = likeness(article("Hm", ("Short.",)), A)
    assert (found.body, found.title) == (None, None)
    assert not found.is_other_text
    assert not found.is_unrelated


def test_scripts_without_spaces_are_judged_by_letters():
    one = (
        "市議会は橋の修理を始めると発表した。住民は春の市場を心配し、渡し船を使うことになる。工事は四月に始まり六週間かかる見込みだ。",
    )
    two = (
        "合唱団が全国大会で三年連続の優勝を果たし、指揮者は長い冬の練習に来た人々に感謝を述べた。夏の終わりに演奏会が開かれる。",
    )
    assert likeness(article("橋", one), article("橋", one)).body == 1.0
    assert likeness(article("橋", one), article("歌", two)).is_other_text
