"""Are places and headlines read rightly from front pages, and how long does a page take?

    python -m tests.bench.fronts [--stories 60]

Reads the structures of tests/discover/fronts.py in three sets: those that the reader was written with, those that were measured once before it was
mended for them, and those for which nothing was changed. Prints shares and milliseconds; asserts nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping

from newsarchive.discover.front_pages import read_front
from newsarchive.urls import url_key
from tests.bench.measure import machine
from tests.discover.fronts import HOST, LATER, LOCKED, STRUCTURES, Cards, page, stories

SETS: Mapping[str, Mapping[str, Cards]] = {"developed on": STRUCTURES, "mended for": LATER, "locked": LOCKED}


def measure(structures: Mapping[str, Cards], count: int) -> tuple[float, float, float]:
    """The shares of stories in their place and under their headline; milliseconds of CPU a page."""
    places = headlines = total = 0
    spent = 0.0
    for seed, make in enumerate(structures.values()):
        truth = stories(seed, count)
        text = page(make(truth), most_read=truth[3:8])
        began = time.process_time()
        found = {url_key(item.url): item for item in read_front(text, f"{HOST}/")}
        spent += time.process_time() - began
        shown = [(n, s, found.get(url_key(s.url))) for n, s in enumerate(truth, 1)]
        places += sum(item is not None and item.position == n for n, _, item in shown)
        headlines += sum(item is not None and item.headline == s.headline for _, s, item in shown)
        total += len(truth)
    return places / total, headlines / total, spent / len(structures) * 1000


def main() -> None:
    """Measure each set and print a row of a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--stories", type=int, default=60, help="on each page")
    options = parser.parse_args()
    print(machine())
    print("| set | structures | place right | headline right | ms a page |\n|---|---|---|---|---|")
    for name, structures in SETS.items():
        places, headlines, ms = measure(structures, options.stories)
        print(f"| {name} | {len(structures)} | {places:.3f} | {headlines:.3f} | {ms:.0f} |")


if __name__ == "__main__":
    main()
