"""A unit of work for tests of engines: it counts its calls, and fails or dies where it is told to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from newsarchive.cluster.work import Planned, WorkItem

COUNTING = "tests.cluster.units:counting"


def calls(place: Path, item: str) -> int:
    """How often an item was begun."""
    return len(list((place / "calls").glob(f"{item}.*")))


def counting(work: WorkItem) -> Planned:
    """Options: item -> `always` or `once` (raises), `dies` or `dies once` (its process is killed), `slow`."""

    def do() -> Mapping[str, int]:
        folder = work.place / "calls"
        folder.mkdir(exist_ok=True)
        number = calls(work.place, work.item)
        (folder / f"{work.item}.{number}.{os.getpid()}").touch()
        trouble = str(work.options.get(work.item, ""))
        if trouble == "slow":
            time.sleep(1.0)
        if trouble == "always" or (trouble == "once" and not number):
            raise OSError(f"{work.item} has no disk")
        if trouble == "dies" or (trouble == "dies once" and not number):
            os.kill(os.getpid(), signal.SIGKILL)
        return {"items": 1}

    return Planned(do=do, made_of="the same")
