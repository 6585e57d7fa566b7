"""A story's history: what makes a version, what an event, what neither."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.diff import compare
from newsarchive.versions import chain
from tests.versions.build import BODY, START, URL, article, changed, look

A = article()
B = changed(A, "12 buses", "15 buses")


def versions(*looks):
    return chain(looks, compare).versions


def events(*looks):
    return [e.kind for e in chain(looks, compare).events]


def test_the_same_text_twice_is_one_version():
    found = versions(look(0, A), look(5, A), look(9, None, kind="not-modified", http_status=304))
    assert [(v.number, v.captures) for v in found] == [(1, 3)]
    assert found[0].last_seen_at == START + timedelta(hours=9)


def test_a_changed_number_is_a_new_version_with_its_change():
    found = versions(look(0, A), look(5, A), look(9, B))
    assert [v.number for v in found] == [1, 2]
    assert found[1].change.kind == "number"
    assert found[1].change.silent
    assert found[1].not_before == START + timedelta(hours=5)
    assert found[1].record_id == look(9, B).record_id


EDITS = [
    ("headline", replace(A, title="The bridge stays closed")),
    ("standfirst", replace(A, description="Cracks were found in two pillars.")),
    ("byline", replace(A, authors=("Ann Writer",))),
    (
        "captions",
        (replace(A, captions=("The bridge on Monday.",)), replace(A, captions=("The bridge on Tuesday.",))),
    ),
    ("one word", changed(A, "cracks", "damage")),
    ("case", changed(A, "council", "Council")),
    ("scare quotes", changed(A, "old bridge", '"old" bridge')),
    ("added paragraph", article(paragraphs=(*BODY, "The mayor will speak on Tuesday evening in the hall."))),
    ("removed paragraph", article(paragraphs=BODY[:-1])),
    ("moved paragraph", article(paragraphs=(BODY[1], BODY[0], *BODY[2:]))),
]
NO_EDITS = [
    ("page dates", replace(A, modified_at=START)),
    ("section", replace(A, section="Local")),
    ("tags", replace(A, tags=("bridge", "roads"))),
    ("image", replace(A, image_url="https://news.example/bridge.jpg")),
    ("another picture", replace(A, image_url="https://news.example/other.jpg", captions=("Another place.",))),
    ("credit", replace(A, credits=("Photo: Ann",))),
    ("typography", changed(A, "Traders on", "Traders\u00a0on")),
    ("split paragraph", article(paragraphs=(*BODY[:3], "Traders on the north bank", "fear for their business during the spring market."))),
    ("a counter", article(paragraphs=(*BODY, "48 Comments"))),
    ("a relative time", article(paragraphs=("5 minutes ago", *BODY))),
    ("a share line", article(paragraphs=(*BODY, "Share on Facebook, Twitter"))),
]  # fmt: skip


@pytest.mark.parametrize("after", [e for _, e in EDITS], ids=[n for n, _ in EDITS])
def test_what_a_reader_reads_makes_a_version(after):
    before, after = after if isinstance(after, tuple) else (A, after)
    assert len(versions(look(0, before), look(1, after))) == 2


@pytest.mark.parametrize("after", [e for _, e in NO_EDITS], ids=[n for n, _ in NO_EDITS])
def test_what_is_no_edit_makes_none(after):
    found = chain([look(0, A), look(1, after), look(2, A)], compare)
    assert len(found.versions) == 1
    assert found.shown == {look(h).record_id: 1 for h in (0, 1, 2)}


def test_a_change_of_details_is_kept_as_a_field_change():
    found = chain([look(0, A), look(1, replace(A, section="Local", modified_at=START))], compare)
    assert [c.name for r in found.field_changes for c in r.changes] == ["modified_at", "section"]


EVENTS = [
    ("gone", {"http_status": 404}),
    ("gone", {"http_status": 410}),
    ("gone", {"state": article("Not found", ["We can't find this page."], page_kind="soft 404")}),
    ("gone", {"http_status": 302, "location": "https://news.example/"}),
    ("moved", {"http_status": 301, "location": "https://news.example/2026/another-slug-of-the-story"}),
    ("blocked", {"state": article("Access denied", ["Are you a robot?"], page_kind="block page")}),
    ("blocked", {"http_status": 403}),
    ("consent", {"state": article("Cookies", ["We value your privacy."], page_kind="consent page")}),
    ("paywalled", {"state": article(paragraphs=BODY[:1], free_access=False)}),
    ("paywalled", {"state": article(paragraphs=(BODY[0], "Subscribe now to read on."))}),
    ("paywalled", {"http_status": 402}),
    ("truncated", {"state": article(paragraphs=(BODY[0], BODY[1][:30]))}),
    ("truncated", {"state": A, "truncated": "disconnect"}),
]


@pytest.mark.parametrize(("kind", "fields"), EVENTS, ids=[f"{n}-{k}" for n, (k, _) in enumerate(EVENTS)])
def test_what_is_no_story_is_an_event_and_never_a_version(kind, fields):
    state = fields.pop("state", None)
    found = chain([look(0, A), look(1, state, **fields), look(2, state, **fields), look(3, A)], compare)
    assert len(found.versions) == 1
    assert [e.kind for e in found.events] == ([kind] if kind == "moved" else [kind, "back"])
    assert found.events[0].at == START + timedelta(hours=1)
    fields["state"] = state


def test_server_errors_and_failures_say_nothing():
    assert events(look(0, A), look(1, http_status=503), look(2, http_status=None, kind="failed")) == []


def test_the_status_is_that_of_the_last_look():
    assert chain([look(0, A)], compare).status == "live"
    assert chain([look(0, A), look(1, http_status=404)], compare).status == "gone"
    assert chain([look(0, A), look(1, http_status=404), look(2, A)], compare).status == "live"
    assert (
        chain([look(0, A), look(1, article(paragraphs=BODY[:1], free_access=False))], compare).status
        == "paywalled"
    )


def test_a_stub_seen_first_is_no_version_once_the_whole_was_seen():
    stub = article(paragraphs=BODY[:1], free_access=False)
    found = chain([look(0, stub), look(1, replace(A, free_access=True))], compare)
    assert [v.record_id for v in found.versions] == [look(1).record_id]
    assert [e.kind for e in found.events] == ["paywalled", "back"]


def test_a_story_that_grows_has_versions():
    assert len(versions(look(0, article(paragraphs=BODY[:1])), look(1, A))) == 2


def test_going_back_is_a_restored_version():
    found = versions(look(0, A), look(1, B), look(2, A))
    assert [v.same_as for v in found] == [None, None, 1]
    assert found[2].change.kind == "restored"


def test_flapping_ends_the_making_of_versions():
    found = chain([look(h, B if h % 2 else A) for h in range(9)], compare)
    assert len(found.versions) == 3
    assert [e.kind for e in found.events] == ["flapping"]
    assert [v.flapping for v in found.versions] == [False, True, True]
    assert set(found.shown) == {look(h).record_id for h in range(9)}


def test_a_state_that_settled_before_it_returned_is_an_edit():
    looks = [look(h, A if h in (0, 2, 3, 4) else B) for h in range(6)]
    assert [v.same_as for v in versions(*looks)] == [None, None, 1, 2]


def test_after_flapping_a_new_text_is_a_version():
    c = changed(A, "six weeks", "eight weeks")
    found = versions(*[look(h, B if h % 2 else A) for h in range(6)], look(7, c))
    assert found[-1].article == c


def test_the_amp_form_of_a_page_makes_no_version():
    amp = article(paragraphs=BODY[1:], url=URL + "/amp")
    found = versions(look(0, A), look(1, amp, url=URL + "/amp"), look(2, A), look(3, amp, url=URL + "/amp"))
    assert [v.captures for v in found] == [4]


def test_an_amp_form_seen_first_is_no_version_of_its_own():
    amp = article(paragraphs=BODY[1:], url=URL + "/amp")
    found = chain([look(0, amp, url=URL + "/amp"), look(1, A), look(2, A)], compare)
    assert [(v.captures, v.first_seen_at) for v in found.versions] == [(3, START + timedelta(hours=1))]
    assert set(found.shown.values()) == {1}


def test_a_story_seen_in_its_amp_form_alone_has_versions():
    assert len(versions(look(0, A, url=URL + "/amp"), look(1, B, url=URL + "/amp"))) == 2


def test_any_order_of_arrival_gives_the_same_chain():
    looks = [
        look(h, [A, B, A, B, None, replace(A, section="x")][h % 6], http_status=404 if h % 6 == 4 else 200)
        for h in range(12)
    ]
    expected = chain(looks, compare)
    dice = random.Random(7)
    for _ in range(10):
        dice.shuffle(looks)
        assert chain([*looks, *looks[:3]], compare) == expected


def test_nothing_readable_gives_no_version():
    found = chain([look(0, http_status=404)], compare)
    assert found.versions == ()
    assert found.status == "gone"
    assert chain([], compare).versions == ()


GRID = article(paragraphs=())
SPINNER = article(paragraphs=("Please wait …",))
OTHER_SPINNER = article(paragraphs=("Comments are loading.",))
WITHDRAWN = [
    "This article has been withdrawn.", "Dieser Artikel wurde zurückgezogen.", "Cet article a été retiré.", "Este artículo ha sido retirado.",
    "Questo articolo è stato rimosso.", "Эта статья была удалена.", "تم سحب هذا المقال.", "この記事を取り消します。本記事を削除しました。",
]  # fmt: skip


@pytest.mark.parametrize("stub", [GRID, SPINNER], ids=["empty", "a line"])
def test_a_text_that_is_missing_once_is_an_event_and_its_return_is_none(stub):
    found = chain([look(0, A), look(1, stub), look(2, A), look(3, B)], compare)
    assert [v.change and v.change.kind for v in found.versions] == [None, "number"]
    assert [e.kind for e in found.events] == ["text missing"]
    assert (found.status, look(1).record_id in found.shown) == ("live", False)


@pytest.mark.parametrize("stub", [GRID, SPINNER], ids=["empty", "a line"])
def test_a_text_is_gone_once_a_later_check_agrees(stub):
    found = chain([look(0, A), look(1, stub), look(2, stub), look(3, stub)], compare)
    assert [(v.record_id, v.captures) for v in found.versions] == [
        (look(0).record_id, 1),
        (look(2, stub).record_id, 2),
    ]
    assert [e.kind for e in found.events] == ["text missing"]
    again = chain([look(0, A), look(1, stub), look(2, None, kind="not-modified", http_status=304)], compare)
    assert len(again.versions) == 2


@pytest.mark.parametrize(("hours", "count"), [(0.16, 1), (10 / 60, 2)])
def test_a_second_try_at_once_is_no_later_check(hours, count):
    assert len(versions(look(0, A), look(1, GRID), look(1 + hours, GRID))) == count


def test_two_stubs_that_differ_confirm_nothing():
    looks = [look(0, A), look(1, SPINNER), look(2, OTHER_SPINNER)]
    assert len(versions(*looks, look(3, A))) == 1
    assert len(versions(*looks, look(3, OTHER_SPINNER))) == 2


@pytest.mark.parametrize("words", WITHDRAWN)
def test_a_notice_in_place_of_the_text_needs_no_second_check(words):
    found = chain([look(0, A), look(1, article(paragraphs=(words,)))], compare)
    assert [v.change.kind for v in found.versions[1:]] == ["retraction"]
    assert not found.events


BROKEN_OFF = [
    # what came of the text, how the page ends that breaks off, how the whole one does
    (BODY[:3], "</p <p </p <p", ""),
    (BODY[:1], "</p <p </p <p", ""),
    ((BODY[0], BODY[1] + " Then it"), "</p <p </p <p", ""),
    (BODY[:3], "<h1 <p </p <p", "</p </article <footer </footer"),
    (BODY[:1], "<h1 <p </p <p", "</p </article <footer </footer"),
]


@pytest.mark.parametrize(("text", "cut", "whole"), BROKEN_OFF)
def test_a_page_that_breaks_off_once_is_an_event_and_no_version(text, cut, whole):
    a, broken = replace(A, page_end=whole), article(paragraphs=text, page_end=cut)
    found = chain([look(0, a), look(1, broken), look(1.1, a), look(2, replace(B, page_end=whole))], compare)
    assert [v.change and v.change.kind for v in found.versions] == [None, "number"]
    assert [e.kind for e in found.events if e.kind != "back"] == ["text missing"]


@pytest.mark.parametrize("kind", ["empty", "soft 404", "front page"])
def test_a_page_that_breaks_off_before_its_story_is_not_gone(kind):
    broken = article(paragraphs=(), page_kind=kind, page_end="<head <title </title <body")
    assert events(look(0, A), look(1, broken), look(2, A)) == ["text missing"]
    assert events(look(0, A), look(1, broken), look(2, broken))[0] == "text missing"


def test_a_page_that_breaks_off_when_first_seen_makes_no_version_once_it_was_seen_whole():
    broken = article(paragraphs=BODY[:2], page_end="<p </p <p </p")
    found = chain([look(0, broken), look(1, A)], compare)
    assert [v.record_id for v in found.versions] == [look(1).record_id]
    assert [e.kind for e in found.events] == ["text missing"]
    assert len(versions(look(0, broken), look(1, broken))) == 1


def test_a_page_that_breaks_off_again_is_edited():
    short = article(paragraphs=BODY[:2], page_end="<p </p <p </p")
    found = chain([look(0, A), look(1, short), look(2, short), look(3, short)], compare)
    assert [(v.record_id, v.captures) for v in found.versions] == [
        (look(0).record_id, 1), (look(2, short).record_id, 2),
    ]  # fmt: skip
    unchanged = look(2, None, kind="not-modified", http_status=304)
    assert len(versions(look(0, A), look(1, short), unchanged)) == 1


@pytest.mark.parametrize("end", ["", "</p </article <footer </footer"])
def test_an_edit_of_a_page_that_ends_as_always_is_a_version_at_once(end):
    a, b = replace(A, page_end=end), article(paragraphs=BODY[:-1], page_end=end)
    assert len(versions(look(0, a), look(1, b))) == 2
    assert len(versions(look(0, a), look(1, replace(B, page_end="</section <aside </aside </body")))) == (
        1 if not end else 2
    )
