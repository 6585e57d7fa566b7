"""What a machine of a fleet does all day: ticks of its shards, each when something of it is due.

Tested in tests/cluster/test_fleet_run.py.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from newsarchive.archive import Archive
from newsarchive.cluster.engine import Engine, Failed
from newsarchive.cluster.fleet import Fleet
from newsarchive.cluster.work import WorkItem
from newsarchive.errors import NewsarchiveError
from newsarchive.model import Say

WAKE = 15.0  # seconds between two looks at what is due


def follow(
    fleet: Fleet, names: Sequence[str], engine: Engine, *, stop: threading.Event, say: Say, wake: float = WAKE
) -> int:
    """Run ticks until `stop` is set; return how many were done.

    A shard that fails, or that another process is at, is tried again at the next look; the others go on.
    """
    done = 0
    while not stop.is_set():
        for result in engine.run(
            WorkItem(unit="tick", place=fleet.root, item=name) for name in due(fleet, names, say)
        ):
            done += not isinstance(result, Failed)
            say(text_of(result))
        stop.wait(wake)
    return done


def due(fleet: Fleet, names: Sequence[str], say: Say) -> list[str]:
    """Return the shards that have outlets, and of which something is due now."""
    found = []
    for name in names:
        try:
            archive = Archive(fleet.folder(name))
            if archive.sources and archive.idle_until() is None:
                found.append(name)
        except NewsarchiveError as error:
            say(f"{name}: {error}")
    return found


def text_of(result: object) -> str:
    """Return one line on what became of an item."""
    if isinstance(result, Failed):
        return (
            f"{result.item}: {'another process is at it' if result.is_locked else f'FAILED: {result.reason}'}"
        )
    counts = ", ".join(f"{n} {what}" for what, n in getattr(result, "counts", {}).items())
    was_done = " (done before)" if getattr(result, "was_done", False) else ""
    return f"{getattr(result, 'item', '')}: {counts or 'done'}{was_done}"
