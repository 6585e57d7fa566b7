"""Finds copies of stories at other outlets, whenever a story's text is new or another one.

Each copy names the story of another outlet that was seen first among those whose text it shares; so there are never more rows than
stories, however many outlets print one report. The rows are a function of the stories alone, whatever the order in
which they came. Tested in tests/ingest/test_story_copies.py.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain

from newsarchive.index.write import Index
from newsarchive.index.write_copies import Sample
from newsarchive.ingest.worker_pool import GivenUpError, Pool
from newsarchive.versions.copies import COPY, LEAST, is_candidate, runs, runs_of_all, sample, share

AT_ONCE = 300  # stories in one transaction
WORTH = 20  # texts from which workers make their runs; a text takes some ms


def refresh_copies(index: Index, near: Collection[int] = (), pool: Pool | None = None) -> int:
    """Compare all stories that changed with the others. Returns how many were compared.

    Args:
        near: Stories that didn't change, to be compared too, since there are others than before: after a merge of indexes.
        pool: Its workers, where there are any, make the runs of texts, while those before them are compared here.
    """
    done = 0
    for those in _one_ahead(_changes(index, pool)):
        with index.batch():
            _refresh(index, those)
            index.copies_done(those.dirty)
        done += len(those.fresh)
    beside = sorted(near)
    for at in range(0, len(beside), AT_ONCE):
        with index.batch():
            for one in index.samples(beside[at : at + AT_ONCE]).values():
                _compare(index, one, offers=True)
    return done + len(near)


@dataclass(frozen=True, slots=True)
class _Changes:
    """Stories that changed: all, those whose sample is another one, how they are now, and what waits for their runs."""

    dirty: list[int]
    changed: list[int]
    fresh: dict[int, Sample]
    runs: Callable[[], Iterable[Sequence[int]]]


def _changes(index: Index, pool: Pool | None) -> Iterator[_Changes]:
    """What changed, in batches; the runs of a batch's texts are begun."""
    last = -1
    while dirty := index.dirty_copies(AT_ONCE, last):
        last = dirty[-1]
        now, before = index.stories_to_compare(dirty), index.samples(dirty)
        changed = [s for s in dirty if not _is_same(now.get(s), before.get(s))]
        fresh = {s: now[s] for s in changed if s in now}
        texts = [index.text_of(one.text_id) for one in fresh.values()]
        yield _Changes(dirty, changed, fresh, _begun(texts, pool))


def _one_ahead(batches: Iterator[_Changes]) -> Iterator[_Changes]:
    """The same, each when the next one has been made."""
    before = None
    for one in batches:
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


def _begun(texts: list[str], pool: Pool | None) -> Callable[[], Iterable[Sequence[int]]]:
    """What gives the runs of these texts; workers make them meanwhile where that pays."""
    if pool is None or not pool.has_workers or len(texts) < WORTH:
        return lambda: map(runs, texts)
    size = -(-len(texts) // (2 * pool.size))
    parts = [texts[at : at + size] for at in range(0, len(texts), size)]
    waiting = [(part, pool.call(runs_of_all, part)) for part in parts]
    return lambda: chain.from_iterable(_awaited(part, future) for part, future in waiting)


def _awaited(texts: Sequence[str], future: Future[list[array[int]]]) -> list[array[int]]:
    try:
        return future.result()
    except GivenUpError:  # workers were ended from outside
        return runs_of_all(texts)


def _refresh(index: Index, those: _Changes) -> None:
    """Write the samples of stories that changed, and compare them and what copied them."""
    again = index.copies_from(those.changed)
    index.drop_samples(those.changed)
    for one, its_runs in zip(those.fresh.values(), those.runs(), strict=True):
        index.put_sample(one, its_runs, sample(its_runs))
    for number, one in index.samples({*again, *those.fresh}).items():
        _compare(index, one, offers=number in those.fresh)


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
