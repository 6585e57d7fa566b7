"""One record in several files (a backup that was imported, overlapping WACZ files): which place the index names.

The archive's own files come before imported ones, then the order of names and offsets; so a rebuild names the
same place, whatever came first. Pure but for a look into the index. Tested in tests/ingest/test_duplicate_records.py.
"""

from __future__ import annotations

from dataclasses import replace

from newsarchive.index import compact_ids
from newsarchive.index.write import Index
from newsarchive.ingest.warc_scan import Batch
from newsarchive.model import Capture
from newsarchive.warc.files import IMPORTED

Rank = tuple[bool, str, int]


def rank(filename: str, offset: int) -> Rank:
    """The place with the lowest rank is named."""
    return filename.startswith(IMPORTED), filename, offset


def sorted_out(index: Index, batch: Batch) -> tuple[Batch, list[str]]:
    """The batch without captures that the index has from the same or a better place.

    A pass reads places in the order of their ranks, so a batch that isn't written yet never has a worse one.

    Returns:
        The batch, each record once; and the records that the index has from a worse place: they must leave it first.
    """
    best: dict[str, Capture] = {}
    for capture in batch.captures:
        known = best.get(capture.warc_record_id)
        if known is None or _rank(capture) < _rank(known):
            best[capture.warc_record_id] = capture
    places = index.places(compact_ids.capture_id(r) for r in best)
    known_at = {r: rank(*places[n]) for r in best if (n := compact_ids.capture_id(r)) in places}
    fresh = tuple(c for r, c in best.items() if r not in known_at or _rank(c) < known_at[r])
    return replace(batch, captures=fresh), [c.warc_record_id for c in fresh if c.warc_record_id in known_at]


def _rank(capture: Capture) -> Rank:
    return rank(capture.warc_filename, capture.warc_offset)
