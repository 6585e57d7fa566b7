"""A process that collects rarely still collects, and leaves nothing out that was registered for its exit."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import atexit, gc, weakref
from newsarchive.garbage import collect_rarely
atexit.register(lambda: print("ended"))
collect_rarely()
class Node: pass
first = Node(); first.itself = first
gone = weakref.ref(first)
del first
kept = [[] for _ in range(100_000)]
print("collected" if gone() is None else "kept", gc.get_threshold()[0])
"""


def test_cycles_are_collected_and_the_exit_is_an_ordinary_one():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["collected", "20000", "ended"], "")
