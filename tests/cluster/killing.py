"""Kills the process that works on something, in the middle of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0  # seconds


def builder_of(fleet: Path) -> int | None:
    """The process that is in the middle of making a shard's index again; None if none is."""
    for new in fleet.glob("shards/*/index.new.db"):
        with contextlib.suppress(OSError, ValueError):
            return int((new.parent / "index.lock").read_text())
    return None


def extractor_of(folder: Path) -> int | None:
    """The process that is in the middle of writing a table, with `folder` for its temporary files; None if none is."""
    for path in folder.glob("newsarchive-*/table"):
        return int(path.parent.name.split("-")[1])
    return None


@contextmanager
def killed_once(find: Callable[[], int | None]) -> Iterator[list[int]]:
    """Kill (-9) the first process that `find` gives while the block runs; its id is in the list then."""
    killed: list[int] = []
    done = threading.Event()

    def watch() -> None:
        until = time.monotonic() + PATIENCE
        while not killed and not done.wait(0.002) and time.monotonic() < until:
            if (pid := find()) and pid != os.getpid():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield killed
    finally:
        done.set()
        thread.join()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a command's end; its exit code, and what it said."""
    try:
        said, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    return process.returncode, said
