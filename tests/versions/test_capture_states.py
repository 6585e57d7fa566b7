"""What a capture is instead of the story; the table of statuses and the marks of stubs and torn copies."""

from __future__ import annotations

import pytest

from newsarchive.versions.observation import cut_of, is_stub_of, page_event
from tests.versions.build import BODY, article, look

WHOLE = article()
STATUSES = [
    (200, None), (304, None), (401, "blocked"), (402, "paywalled"), (403, "blocked"), (404, "gone"), (410, "gone"), (429, "blocked"),
    (451, "gone"), (500, None), (503, None), (None, None),
]  # fmt: skip
PAGES = [
    ("block page", "blocked"), ("consent page", "consent"), ("soft 404", "gone"), ("empty", "unreadable"), ("front page", "gone"),
    ("not html", None),
]  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_statuses_are_events_or_say_nothing(status, kind):
    assert page_event(look(0, None, http_status=status), None)[0] == kind


@pytest.mark.parametrize(("page", "kind"), PAGES)
def test_kinds_of_page_are_events(page, kind):
    assert page_event(look(0, article(page_kind=page)), None)[0] == kind


def test_a_block_page_is_one_whatever_its_status():
    assert page_event(look(0, article(page_kind="block page"), http_status=503), None)[0] == "blocked"


CUTS = [
    ("whole", WHOLE, None),
    ("marked stub", article(paragraphs=BODY[:1], free_access=False), "paywalled"),
    ("stub with a prompt", article(paragraphs=(*BODY[:1], "Abonnieren Sie, um weiterzulesen.")), "paywalled"),
    (
        "stub cut in a sentence",
        article(paragraphs=(BODY[0], BODY[1][:40] + "…", "Log in to read on.")),
        "paywalled",
    ),
    ("only the prompt", article(paragraphs=("Subscribe to read this story.",)), "paywalled"),
    ("torn", article(paragraphs=(BODY[0], BODY[1][:33])), "truncated"),
    ("shortened by hand", article(paragraphs=BODY[:2]), None),
    ("rewritten and marked", article(paragraphs=("Other words stand here now.",), free_access=False), None),
    ("marked but whole", article(free_access=False), None),
]


@pytest.mark.parametrize(("state", "kind"), [c[1:] for c in CUTS], ids=[c[0] for c in CUTS])
def test_stubs_and_torn_copies_are_known_by_the_whole(state, kind):
    assert cut_of(state, WHOLE, (WHOLE, state))[0] == kind


def test_a_stub_is_known_by_a_later_whole_and_a_growing_marked_story_is_none():
    stub = article(paragraphs=BODY[:1], free_access=False)
    assert cut_of(stub, None, (stub, article(free_access=True)))[0] == "paywalled"
    assert cut_of(stub, None, (stub, article(free_access=False)))[0] is None


LEFT = [(1000, 0, True), (1000, 200, True), (1000, 201, False), (200, 40, True), (199, 39, False), (199, 0, True), (0, 0, False)]  # fmt: skip


@pytest.mark.parametrize(("total", "left", "is_stub"), LEFT)
def test_a_fifth_of_a_text_of_two_hundred_characters_is_a_stub(total, left, is_stub):
    old, new = (article(paragraphs=("x" * n,) if n else ()) for n in (total, left))
    assert is_stub_of(new, old) is is_stub
