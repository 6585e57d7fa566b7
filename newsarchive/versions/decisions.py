"""What a person decided: merges, splits, withheld stories; kept in `decisions.jsonl` beside the WARCs.

A rebuild reads this file, so a decision outlives the index. Lines are only ever appended (a torn last one is
cut off first); a later line with `undo` takes an earlier one back. Tested in tests/versions/test_decisions.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from newsarchive.config import read_rows
from newsarchive.errors import ArchiveNotWritableError, UsageError
from newsarchive.plan import decode
from newsarchive.times import iso_seconds
from newsarchive.urls import check_url, url_key

DecisionKind = Literal["merge", "split", "withhold"]
_KINDS = ("merge", "split", "withhold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision.

    merge: the URLs are one story (one URL alone: all its captures are one story, though it seems reused).
    split: no two of the URLs are one story; with `record_id`, the one URL begins a new story at that capture.
    withhold: the story that holds the URL isn't shown.
    """

    kind: DecisionKind
    urls: tuple[str, ...]
    at: datetime
    reason: str = ""
    record_id: str = ""
    undo: bool = False

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise UsageError(f"'{self.kind}' is no decision", next_step="Known: " + ", ".join(_KINDS))
        if not self.urls:
            raise UsageError(f"a {self.kind} needs a URL")
        if self.kind == "split" and len(self.urls) < 2 and not self.record_id:
            raise UsageError(
                "a split needs two URLs, or one URL and the capture at which the new story begins"
            )
        for url in self.urls:
            check_url(url)

    @property
    def key(self) -> tuple[str, frozenset[str], str]:
        """What the decision is about; two with one key are the same decision, made or undone."""
        return self.kind, frozenset(map(url_key, self.urls)), self.record_id


def in_force(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that hold after all were made and undone in the order given, sorted by key."""
    standing: dict[tuple[str, frozenset[str], str], Decision] = {}
    for decision in decisions:
        standing.pop(decision.key, None)
        if not decision.undo:
            standing[decision.key] = decision
    return tuple(sorted(standing.values(), key=lambda d: (d.kind, sorted(d.key[1]), d.record_id)))


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return all lines of the file in order; none if it is absent.

    Raises:
        ConfigError: a line isn't a decision; `where` is `file:line`.
    """
    return tuple(read_rows(path, lambda row: decode(Decision, row), "a decision"))


def append_decision(path: Path, decision: Decision) -> None:
    """Add one line and make it durable.

    Raises:
        ArchiveNotWritableError: the file can't be written.
    """
    line = _to_json(decision) + "\n"
    try:
        with path.open("a+b") as file:
            file.seek(0)
            torn = file.read().rpartition(b"\n")[
                2
            ]  # of a line that was being written when the machine stopped
            if torn:
                file.truncate(file.tell() - len(torn))
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ArchiveNotWritableError(
            f"cannot write the decision: {error.strerror}", where=str(path)
        ) from error


def _to_json(decision: Decision) -> str:
    row: dict[str, object] = {
        "kind": decision.kind,
        "urls": list(decision.urls),
        "at": iso_seconds(decision.at),
    }
    if decision.reason:
        row["reason"] = decision.reason
    if decision.record_id:
        row["record_id"] = decision.record_id
    if decision.undo:
        row["undo"] = True
    return json.dumps(row, ensure_ascii=False)
