"""Which feeds, sitemaps and sections name pages that turn out to be no stories: lists, profiles, products.

Counts, by document, the new pages that came and those of them that made a story. One whose pages hardly ever did is
doubted: of each reading a single new page is fetched, so that it can win its credit back. Decides by the pages, never by
a name. Tested in tests/schedule/test_document_credit.py and tests/archive/test_document_credit.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from newsarchive.schedule.state_db import State
from newsarchive.urls import key_or_empty

CREDIT = "credit"  # key in state.db: source -> document -> pages, stories
FEW = 10  # pages before a document is judged
LEAST = 0.1  # share of stories among its pages, below which it is doubted
MEMORY = 100  # pages; then both counts are halved


def note(state: State, events: Iterable[Mapping[str, Any]], with_story: Collection[str]) -> None:
    """Count the new pages of a run.

    Args:
        events: "fetched" events of new pages that came.
        with_story: Keys (`urls.url_key`) of those that belong to a story.
    """
    found = [event for event in events if event.get("found_on")]
    if not found:
        return
    known: dict[str, dict[str, list[float]]] = state.get(CREDIT, {})
    for event in found:
        counts = known.setdefault(event["source"], {}).setdefault(event["found_on"], [0, 0])
        counts[0] += 1
        counts[1] += key_or_empty(event["final_url"]) in with_story
        if counts[0] > MEMORY:
            counts[:] = [count / 2 for count in counts]
    state.put(CREDIT, known)


def doubted(state: State, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the documents of these sources whose pages hardly ever were stories."""
    known: dict[str, dict[str, list[float]]] = state.get(CREDIT, {})
    return tuple(
        document
        for source in sources
        for document, (pages, stories) in known.get(source, {}).items()
        if pages >= FEW and stories < LEAST * pages
    )
