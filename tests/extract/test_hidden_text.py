"""What no reader sees is no text: hidden elements; and what is struck out is shown, but out of the text."""

from __future__ import annotations

import pytest

from newsarchive.diff import compare
from newsarchive.extract import article_from_json, article_to_json, extract_article
from tests.extract.pages import STORY, page

SECRET = "The mayor's own brother holds a third of the building firm, its register of shareholders shows."
HIDING = [
    f'<p style="display:none">{SECRET}</p>',
    f'<p style="color: red; DISPLAY : None">{SECRET}</p>',
    f'<p style="visibility:hidden">{SECRET}</p>',
    f"<p hidden>{SECRET}</p>",
    f'<div style="display:none"><div><p>{SECRET}</p></div></div>',
    f'<p>And then. <span style="display:none">{SECRET}</span></p>',
    f'<p class="off">{SECRET}</p>',
    f'<section id="later"><p>{SECRET}</p></section>',
]
STYLE = "<style>/* .seen { display:none } */ .off, #later { display: none !important } .seen { color: red }</style>"


def _with(extra: str, head: str = STYLE) -> bytes:
    paragraphs = [f"<p>{p}</p>" for p in STORY]
    return page(body="\n".join([*paragraphs[:2], extra, *paragraphs[2:]]), head=head)


@pytest.mark.parametrize("hiding", HIDING)
def test_a_hidden_paragraph_is_removed_with_the_reason_and_makes_no_edit(hiding):
    before, after = (extract_article(_with(extra), "https://veldt.example/quay") for extra in ("", hiding))
    assert [p for p in after.paragraphs if p != "And then."] == list(before.paragraphs)
    assert [b.reason for b in after.blocks if SECRET in b.text] == ["hidden"]
    assert "And then." in hiding or compare(before, after).is_empty


SHOWN = [
    (f'<p class="seen">{SECRET}</p>', STYLE),
    (f'<p aria-hidden="true">{SECRET}</p>', STYLE),
    (f'<p class="off">{SECRET}</p>', ""),  # a name alone says nothing
    (f'<p class="off">{SECRET}</p>', "<style>.off{display:none} .open .off{display:block}</style>"),
    (f'<p class="off">{SECRET}</p>', "<style>@media print{.off{display:none}}</style>"),
    (f'<p class="off">{SECRET}</p>', "<style>.menu .off{display:none}</style>"),
    (f"<details><summary>More</summary><p>{SECRET}</p></details>", STYLE),
]


@pytest.mark.parametrize(("extra", "head"), SHOWN)
def test_what_a_reader_may_see_stays(extra, head):
    assert SECRET in extract_article(_with(extra, head), "https://veldt.example/quay").paragraphs


@pytest.mark.parametrize("opening", ['<div style="display:none">', "<div hidden>", '<div class="off">'])
def test_a_text_that_a_script_unfolds_is_the_text(opening):
    body = f"<p>{STORY[0]}</p>{opening}{''.join(f'<p>{p}</p>' for p in STORY[1:])}</div><a>Read more</a>"
    found = extract_article(page(body=body, head=STYLE), "https://veldt.example/quay")
    assert [p for p in found.paragraphs if p in STORY] == list(STORY)


@pytest.mark.parametrize(
    ("markup", "text", "words"),
    [
        ("killed <del>7</del> <ins>70</ins> people", "killed 70 people", [("delete", "7"), ("add", "70")]),
        ("killed <s>7</s>70 people", "killed 70 people", [("delete", "7")]),
        ("killed <strike>seven <b>or eight</b></strike> 70 people", "killed 70 people", [("delete", "seven or eight")]),
        ("killed <ins></ins>70 people", "killed 70 people", []),
    ],
)  # fmt: skip
def test_struck_out_words_are_out_of_the_text_and_still_shown(markup, text, words):
    line = "The storm that broke the harbour wall on Tuesday night {} along the northern quay."
    found = extract_article(_with(f"<p>{line.format(markup)}</p>"), "https://veldt.example/quay")
    (block,) = (b for b in found.blocks if b.kept and "The storm that" in b.text)
    assert block.text == line.format(text)
    assert [(w.op, w.text) for w in block.words if w.op != "keep"] == words
    assert article_from_json(article_to_json(found)) == found


def test_a_paragraph_that_is_struck_out_whole_is_a_removed_block():
    found = extract_article(_with(f"<p><del>{SECRET}</del></p>"), "https://veldt.example/quay")
    assert found.paragraphs == STORY
    assert [b.reason for b in found.blocks if b.text == SECRET] == ["struck out"]
