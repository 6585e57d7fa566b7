"""Whatever strangers write, wherever it comes in: it is read, or one of our own errors says what is wrong."""

from __future__ import annotations

import random

import pytest

from tests.hostile_entrances import ENTRANCES, SPELLINGS, documents, found_inputs, mutated, tried

MUTATIONS = 40  # of each entrance; `python -m tests.hostile_entrances SECONDS` tries more
# Documents on which a reader once failed; those that mutations found are in tests/found_inputs.tsv.
FOUND: list[tuple[str, bytes]] = [
    ("source", b"name = 'gazette'\ndelay = " + b"9" * 5_000),
    ("page", b'<a href="/a?page=2">' + b"2" * 5_000 + b"</a>"),
    ("section page", '<a href="/a?page=²">2</a>'.encode()),
    ("config", b"[crawl]\nper_host = " + b"9" * 5_000),
    *found_inputs(),
]


@pytest.mark.parametrize("name", ENTRANCES)
def test_every_spelling_is_read_or_is_an_error_of_ours(name):
    seed, read = ENTRANCES[name]
    tried_all = [tried(read, data) for data in documents(seed)]
    assert len(tried_all) >= len(SPELLINGS)


@pytest.mark.parametrize("name", ENTRANCES)
def test_mutations_are_read_or_are_an_error_of_ours(name):
    seed, read = ENTRANCES[name]
    rng = random.Random(18)
    tried_all = [tried(read, mutated(seed, rng)) for _ in range(MUTATIONS)]
    assert len(tried_all) == MUTATIONS


@pytest.mark.parametrize(("name", "data"), FOUND)
def test_what_was_found_once_is_an_error_of_ours(name, data):
    assert tried(ENTRANCES[name][1], data) is None
