"""A history that goes on from where its reading ended is the history of all captures."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.diff import compare
from newsarchive.model import Block
from newsarchive.versions import ChainState, VersionLifetime, chain, continue_chain
from tests.versions.build import BODY, OTHER_BODY, URL, article, changed, look

A = article()
PROMPT = "Subscribe to read on."
ENTRY = "A diver went down at noon and found the third pillar whole, said the builder."
STATES = [
    A,
    changed(A, "12 buses", "15 buses"),
    changed(A, "12 buses", "18 buses"),
    article(paragraphs=(ENTRY, *BODY)),
    article(paragraphs=(*BODY, *OTHER_BODY)),
    article(paragraphs=(*BODY, "5 minutes ago")),
    article(paragraphs=BODY[:2]),
    article(paragraphs=(BODY[0], PROMPT)),
    article(paragraphs=(*BODY, PROMPT)),
    article(paragraphs=(*BODY[:3], BODY[3][:30])),
    article(paragraphs=()),
    replace(article(paragraphs=BODY[:1]), free_access=False),
    replace(A, free_access=False),
    replace(A, section="Local"),
    replace(A, blocks=(*A.blocks[:3], replace(A.blocks[3], kept=False, reason="related"))),
    replace(A, blocks=(*A.blocks, Block(kind="paragraph", text=ENTRY, kept=False, reason="related"))),
    replace(A, page_kind="block page"),
    replace(A, page_kind="soft 404"),
    replace(article(paragraphs=BODY[:2]), page_end="div main body"),
    replace(A, page_end="div main body"),
    replace(article(paragraphs=BODY[:1]), page_end="p div main body", page_kind="soft 404"),
]


def _captures(picks):
    """Captures a quarter of an hour apart; a number is a state, a word another kind of capture."""
    found = []
    for i, pick in enumerate(picks):
        hour = i / 4 if i % 5 else i / 4 - 0.2
        url = URL if i % 3 else URL.replace("https://", "https://www.")
        more = {"record_id": f"urn:uuid:{i:04}", "url": url}
        if isinstance(pick, int):
            found.append(look(hour, STATES[pick], **more))
        else:
            found.append(look(hour, None, **more, **OTHERS[pick]))
    return found


OTHERS = {
    "304": {"kind": "not-modified", "http_status": 304},
    "404": {"http_status": 404},
    "503": {"http_status": 503},
    "failed": {"kind": "failed", "http_status": None},
    "home": {"http_status": 301, "location": "https://news.example/"},
    "moved": {"http_status": 301, "location": "https://news.example/moved/away"},
}
PICKS = st.lists(
    st.one_of(st.integers(0, len(STATES) - 1), st.integers(0, 2), st.sampled_from(sorted(OTHERS))),
    min_size=2,
    max_size=24,
)


def _as_json(state):
    return json.loads(json.dumps(state.to_json())) if state is not None else None


def _lifetimes(found):
    names = [f.name for f in fields(VersionLifetime)]
    return [tuple(getattr(v, n) for n in names) for v in found]


def in_pieces(captures, size):
    """The chain of the captures read `size` at a time, and how often all had to be read again."""
    by_record = {o.record_id: o for o in captures}
    whole, again = chain(captures[:size], compare), 0
    lifetimes, versions = _lifetimes(whole.versions), list(whole.versions)
    events, field_changes, shown, status = [
        *whole.events], [*whole.field_changes], dict(whole.shown), whole.status  # fmt: skip
    state = _as_json(whole.state)
    for at in range(size, len(captures), size):
        found = state and continue_chain(
            ChainState.from_json(state), captures[at : at + size], compare, lambda r: by_record[r].article
        )
        if not found:
            again += 1
            found = chain(captures[: at + size], compare)
            lifetimes, versions, events, field_changes, shown = [], [], [], [], {}
        number = found.earlier[0].number if found.earlier else len(lifetimes) + 1
        lifetimes[number - 1 :] = _lifetimes([*found.earlier, *found.versions])
        versions += found.versions
        events += found.events
        field_changes += found.field_changes
        shown |= found.shown
        status, state = found.status, _as_json(found.state)
    changes = [(v.number, v.article, v.change, v.not_before) for v in versions]
    return (lifetimes, changes, events, field_changes, shown, status, state), again


@settings(max_examples=300, deadline=None)
@given(PICKS, st.integers(1, 5))
def test_captures_that_come_one_by_one_give_what_all_give_at_once(picks, size):
    captures = _captures(picks)
    assert in_pieces(captures, size)[0] == in_pieces(captures, len(captures))[0]


GOES_ON = {
    "an edit": [0, 1, 2],
    "not modified": [0, 1, "304", "304"],
    "gone and back": [0, "404", 1],
    "by turns": [0, 1, 0, 1, 0, 1],
    "a text missing": [0, 10, 10, 10],
    "a stub of what was seen": [0, 11, 0],
    "each longer, each with an invitation to subscribe": [7, 8],
}


@pytest.mark.parametrize(("name", "again"), [*((n, 0) for n in list(GOES_ON)[:-1]), (list(GOES_ON)[-1], 1)])
def test_only_what_an_earlier_capture_depends_on_is_read_again(name, again):
    captures = _captures(GOES_ON[name])
    assert in_pieces(captures, 1)[1] == again


def test_a_state_does_not_grow_with_the_number_of_versions():
    states = [changed(A, "12 buses", f"{n} buses") for n in range(100, 160)]
    captures = [look(i, s, record_id=f"urn:uuid:{i:04}") for i, s in enumerate(states)]
    sizes = [len(json.dumps(chain(captures[:n], compare).state.to_json())) for n in (20, 60)]
    assert abs(sizes[1] - sizes[0]) < 60
