"""Decisions of people (decisions.jsonl) as inputs of the index: which are new, which were taken back.

Tested in tests/ingest/test_applied_decisions.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from newsarchive.index.rows import DecisionRecord, decision_key
from newsarchive.index.write import Index
from newsarchive.times import iso_seconds
from newsarchive.versions import Decision, in_force, read_decisions
from newsarchive.warc.files import shards_of

FILENAME = "decisions.jsonl"


class Decided:
    """The decisions of an archive, as they are now; of a fleet, those of its shards too."""

    def __init__(self, root: Path) -> None:
        found = [one for place in (root, *shards_of(root)) for one in read_decisions(place / FILENAME)]
        self.all = tuple(sorted(found, key=lambda one: one.at))
        self._records = [_record(d) for d in in_force(self.all)]
        self._connecting: dict[str, list[str]] = defaultdict(list)
        for record in self._records:
            if record.connects:
                for key in record.url_keys:
                    self._connecting[key].append(decision_key(record.id))

    def identities(self, url_key: str) -> Sequence[str]:
        """Return keys that connect a URL with those that a person merged it with."""
        return self._connecting.get(url_key, ())

    def about(self, url_keys: Iterable[str]) -> tuple[Decision, ...]:
        """Return the decisions that name one of these URLs, in their order."""
        wanted = set(url_keys)
        return tuple(d for d in self.all if d.key[1] & wanted)

    def follow(self, index: Index) -> None:
        """Apply to the index what was decided since the last pass: the stories concerned are dirty then."""
        known = index.decisions()
        present = {r.id: r for r in self._records}
        if known.keys() == present.keys():
            return
        with index.batch():
            index.drop_decisions(sorted(known.keys() - present.keys()))
            index.put_decisions([present[n] for n in sorted(present.keys() - known.keys())])


def _record(decision: Decision) -> DecisionRecord:
    return DecisionRecord(
        kind=decision.kind,
        url_keys=tuple(sorted(decision.key[1])),
        record_id=decision.record_id,
        reason=decision.reason,
        decided_at=iso_seconds(decision.at),
    )
