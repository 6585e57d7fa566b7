"""How often Python looks for garbage in a process that loads a crawl's libraries.

At its usual 700 objects the collector walks them again and again while modules are loaded, and once more at exit, where the
system takes the memory back anyway: a tenth of what a short run costs. Tested in tests/test_garbage.py.
"""

from __future__ import annotations

import atexit
import gc

OBJECTS = 20_000  # made between two collections


def collect_rarely() -> None:
    """Have this process collect garbage less often, and not at its exit."""
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)
