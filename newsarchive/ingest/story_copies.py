"""Finds copies of stories at other outlets, whenever a story's text is new or another one.

Each copy names the story of another outlet that was seen first among those whose text it shares; so there are never more rows than
stories, however many outlets print one report. The rows are a function of the stories alone, whatever the order in
which they came. Tested in tests/ingest/test_story_copies.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from newsarchive.index.write import Index
from newsarchive.index.write_copies import Sample
from newsarchive.versions.copies import COPY, LEAST, is_candidate, runs, sample, share

AT_ONCE = 300  # stories in one transaction


def refresh_copies(index: Index, near: Collection[int] = ()) -> int:
    """Compare all stories that changed with the others. Returns how many were compared.

    Args:
        near: Stories that didn't change, to be compared too, since there are others than before: after a merge of indexes.
    """
    done = 0
    while dirty := index.dirty_copies(AT_ONCE):
        with index.batch():
            done += _refresh(index, dirty)
            index.copies_done(dirty)
    those = sorted(near)
    for at in range(0, len(those), AT_ONCE):
        with index.batch():
            for one in index.samples(those[at : at + AT_ONCE]).values():
                _compare(index, one, offers=True)
    return done + len(near)


def _refresh(index: Index, dirty: list[int]) -> int:
    now, before = index.stories_to_compare(dirty), index.samples(dirty)
    changed = [s for s in dirty if not _is_same(now.get(s), before.get(s))]
    again = index.copies_from(changed)
    index.drop_samples(changed)
    fresh = {s: now[s] for s in changed if s in now}
    for one in fresh.values():
        its_runs = runs(index.text_of(one.text_id))
        index.put_sample(one, its_runs, sample(its_runs))
    for number, one in index.samples({*again, *fresh}).items():
        _compare(index, one, offers=number in fresh)
    return len(fresh)


def _is_same(now: Sample | None, before: Sample | None) -> bool:
    if now is None or before is None:
        return now is before
    return (now.source, now.first_seen_at, now.text_id) == (
        before.source,
        before.first_seen_at,
        before.text_id,
    )


def _compare(index: Index, one: Sample, *, offers: bool) -> None:
    """Write what a story copies; with `offers` it becomes the original of later ones that copy none seen before it."""
    near = [s for s, shared in index.sharing(one, LEAST) if is_candidate(shared, one.size, s.size)]
    own = index.runs_of(one.story_id) if near else ()
    original = _first(index, own, (s for s in near if s.key < one.key))
    index.set_original(one.story_id, *original)
    for later in [s for s in near if s.key > one.key] if offers else ():
        known = index.original_of(later.story_id)
        if known is None or one.key < known.key:
            _, percent = _first(index, own, [later])
            if percent:
                index.set_original(later.story_id, one.story_id, percent)


def _first(index: Index, own: Collection[int], others: Iterable[Sample]) -> tuple[int | None, int]:
    """The first of these stories that shares the text, and how much of the shorter one, in percent."""
    for other in others:
        found = share(own, index.runs_of(other.story_id))
        if found >= COPY:
            return other.story_id, round(100 * found)
    return None, 0
