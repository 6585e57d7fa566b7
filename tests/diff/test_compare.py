"""Two states of a story compared: kinds, significance with its reason, silence, counts, fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.diff import compare
from newsarchive.diff.differences import picture_key
from newsarchive.model import Block
from tests.versions.build import BODY, article, changed

A = article(authors=("Ann Writer",), description="Cracks were found in two pillars.", captions=("The bridge on Monday.",), image_url="https://news.example/a.jpg")  # fmt: skip
T1, T2 = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)


def add(state, *paragraphs):
    return replace(state, blocks=(*state.blocks, *article(paragraphs=paragraphs).blocks))


# name, after, the kinds, significant, is_version
CASES = [
    ("nothing", A, (), False, False),
    ("headline", replace(A, title="The bridge is to reopen"), ("headline",), True, True),
    ("headline spelling", replace(A, title="The bridge is clsoed"), ("headline", "typo"), False, True),
    ("headline question", replace(A, title="The bridge is closed?"), ("headline", "punctuation"), True, True),
    ("headline number", replace(A, title="The bridge is closed for 3 weeks"), ("headline", "number"), True, True),
    ("standfirst", replace(A, description="Repairs begin in April."), ("date in text", "standfirst"), True, True),
    ("byline", replace(A, authors=("Ann Writer", "Bob Clerk")), ("byline",), True, True),
    ("byline in other case and order", replace(A, authors=("ANN WRITER",)), (), False, False),
    ("caption reworded", replace(A, captions=("The bridge on Sunday.",)), ("date in text", "captions"), True, True),
    ("picture with its caption", replace(A, image_url="https://news.example/b.jpg", captions=("Traders wait.",)), ("image",), False, False),
    ("picture size", replace(A, image_url="https://news.example/a-300x200.jpg?w=300"), (), False, False),
    ("page dates", replace(A, modified_at=T2), ("page dates",), False, False),
    ("section and tags", replace(A, section="Local", tags=("x",)), ("section", "tags"), False, False),
    ("credit", replace(A, credits=("Photo: Ann",)), ("credits",), False, False),
    ("paragraph added", add(A, "The mayor will speak about it on the radio."), ("added",), True, True),
    ("heading added", add(A, "What next"), ("added",), False, True),
    ("counter added", add(A, "48 Comments"), ("noise",), False, False),
    ("headline repeated", add(A, "The bridge is closed"), ("noise",), False, False),
    ("correction", add(A, "Correction: An earlier version said nine pillars."), ("correction",), True, True),
    ("update", add(A, "UPDATE, 14:00: The ferry runs again."), ("update",), True, True),
    ("retraction", article(paragraphs=("This article has been withdrawn.",)), None, True, True),
    ("moved", replace(A, blocks=(A.blocks[3], *A.blocks[:3])), ("moved",), False, True),
    ("split", replace(A, blocks=(*A.blocks[:3], *article(paragraphs=("Traders on the north bank fear for their business", "during the spring market.")).blocks)), ("layout",), False, False),
    ("drop cap", changed(A, "The old bridge", "T he old bridge"), ("layout",), False, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "kinds", "significant", "version"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_change_has_its_kinds_and_is_weighed(after, kinds, significant, version):
    found = compare(A, after)
    if kinds is not None:
        assert found.kinds == kinds
        assert found.kind == (kinds[0] if kinds else "")
    assert (found.significant, found.is_version) == (significant, version)
    assert found.reason
    assert found.is_empty == (not found.kinds)


def test_a_withdrawn_story_is_a_retraction_before_all_else():
    assert compare(A, article(paragraphs=("This article has been withdrawn.",))).kind == "retraction"
    long = article(paragraphs=BODY * 3)
    assert compare(long, article(paragraphs=("Nothing to see.",))).reason.endswith("% of the text is gone")


def test_small_words_are_not_significant_but_a_negation_is():
    assert not compare("He sat in the hall.", "He sat at the hall.").significant
    assert compare("He did come.", "He did not come.").significant


def test_an_entry_of_a_live_blog_is_an_update():
    entry = replace(A.blocks[0], kind="entry", text="The ferry is running again, the captain says.")
    live = replace(A, page_kind="live blog")
    assert compare(live, replace(live, blocks=(entry, *live.blocks))).kinds == ("update",)


EDITED = changed(A, "12 buses", "15 buses")
SILENCE = [
    ("no date, no notice", A, EDITED, True),
    ("date moved", replace(A, modified_at=T1), replace(EDITED, modified_at=T2), False),
    ("date stayed", replace(A, modified_at=T1), replace(EDITED, modified_at=T1), True),
    ("notice", A, add(EDITED, "Correction: the number of buses was wrong."), False),
    ("dated line", add(A, "Last updated: 10:00"), add(EDITED, "Last updated: 11:30"), False),
    ("no version", A, replace(A, section="x"), False),
]


def beside(state, text, kind="paragraph", reason="notice", place="article>div.article-correction>p"):
    """`state` with a block that extraction removed."""
    return replace(
        state, blocks=(*state.blocks, Block(kind=kind, text=text, kept=False, reason=reason, place=place))
    )


SILENCE += [
    ("removed notice", A, beside(EDITED, "Correction: the number of buses was 15."), False),
    ("removed footnote", A, beside(EDITED, "Nachtrag: Die Zahl war falsch.", reason="footer", place="footer>p"), False),
    ("notice that was there", beside(A, "Correction: the year."), beside(EDITED, "Correction: the year."), True),
    ("another story's notice", A, beside(EDITED, "Correction: the harbour", reason="related", place="div.related"), True),
    ("removed date", beside(A, "1 March 2026, 08:00", "date", "date"), beside(EDITED, "1 March 2026, 12:00", "date", "date"), False),
    ("removed relative date", beside(A, "2 hours ago", "date", "date"), beside(EDITED, "3 hours ago", "date", "date"), True),
    ("removed dated line", A, beside(EDITED, "Last updated: 11:30", "other", "header"), False),
    ("relative update", A, add(EDITED, "Updated 2 hours ago"), False),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "silent"), [c[1:] for c in SILENCE], ids=[c[0] for c in SILENCE])
def test_an_edit_is_silent_if_the_page_does_not_tell_of_it(before, after, silent):
    assert compare(before, after).silent is silent


BOXED = [
    ("correction", "Correction: the number of buses was 15."),
    ("correction", "Rectificatif : le nombre de bus était de 15."),
    ("correction", "Errata corrige: gli autobus erano 15."),
    ("correction", "Erramos: eram 15 autocarros."),
    ("correction", "Rättelse: antalet bussar var 15."),
    ("correction", "Исправление: автобусов было 15."),
    ("correction", "تصحيح: كان عدد الحافلات 15."),
    ("correction", "【訂正】バスは15台でした。"),
    ("correction", "更正：公共汽车为15辆。"),
    ("update", "Nachtrag: Es waren 15 Busse."),
    ("retraction", "Este artículo ha sido retirado."),
]


@pytest.mark.parametrize(("kind", "line"), BOXED)
def test_a_notice_in_a_removed_box_is_told_with_its_kind(kind, line):
    found = compare(A, beside(EDITED, line))
    assert (kind in found.kinds, found.silent) == (True, False)
    assert compare(beside(A, line), beside(EDITED, line)).kinds == ("number",)
    assert kind in compare(A, beside(A, line)).kinds


def test_an_update_beside_the_text_counts_where_notices_are_set():
    line = "Update: The council has answered."
    assert "update" in compare(A, beside(A, line)).kinds
    assert "update" in compare(A, beside(A, line, reason="footer", place="footer>p")).kinds
    assert not compare(A, beside(A, line, reason="sidebar", place="aside>p")).is_version


RETRACTED_PROSE = (
    "Three of the papers were withdrawn; this article has been retracted from the list of sources."
)


def test_words_of_retraction_in_the_middle_of_a_text_are_prose():
    long = article(paragraphs=BODY * 3)
    middle = article(paragraphs=(*BODY, RETRACTED_PROSE, *BODY, *BODY))
    assert compare(long, middle).kinds == ("added",)


def test_counts_are_of_characters_and_what_moved_does_not_count():
    found = compare("One two three.", "One 2 three.")
    assert (found.chars_added, found.chars_removed) == (2, 4)
    assert compare(A, replace(A, blocks=(A.blocks[3], *A.blocks[:3]))).chars_added == 0
    assert 0 < found.share < 1


def test_two_plain_texts_can_be_compared():
    found = compare("One.\n\nTwo.", "One.\n\nThree.\n\nTwo.")
    assert found.before == ("One.", "Two.")
    assert found.after == ("One.", "Three.", "Two.")
    assert found.kinds == ("added",)


def test_an_excerpt_as_standfirst_is_not_told_twice():
    before = replace(A, description=BODY[0][:60] + "…")
    after = replace(
        changed(before, "Monday", "Tuesday"), description=BODY[0].replace("Monday", "Tuesday")[:60] + "…"
    )
    assert "standfirst" not in compare(before, after).kinds


def test_pictures_are_known_by_what_is_left_without_their_size():
    for other in (
        "https://x.example/a/pic-300x200.jpg",
        "https://y.example/b/pic.webp?w=3",
        "https://x.example/pic_large.jpg",
    ):
        assert picture_key(other) == picture_key("https://x.example/pic.jpg")
    assert picture_key("https://x.example/pic-2.jpg") != picture_key("https://x.example/pic-3.jpg")


lines = st.lists(
    st.sampled_from([*BODY, "5 minutes ago", "Correction: wrong.", "Share", "T he end", "12", "“x”"]),
    max_size=6,
).map("\n\n".join)


@settings(max_examples=100, deadline=None)
@given(lines, lines)
def test_any_two_texts_can_be_compared_and_none_differs_from_itself(a, b):
    found = compare(a, b)
    assert found.is_version <= bool(found.kinds)
    assert found.silent <= found.is_version
    assert 0 <= found.share <= 1
    assert compare(a, a).is_empty
