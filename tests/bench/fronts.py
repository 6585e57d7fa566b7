"""Are places and headlines read rightly from front pages, and how long does a page take?

    python -m tests.bench.fronts [--stories 60]

Reads the structures of tests/discover/fronts.py in three sets: those that the reader was written with, those that were measured once before it was
mended for them, and those for which nothing was changed; then the fronts of tests/discover/newspaper_fronts.py and of
tests/discover/second_newspaper_fronts.py. Prints shares and milliseconds; asserts nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urljoin

from newsarchive.discover.front_pages import read_front
from newsarchive.urls import url_key
from tests.bench.measure import machine
from tests.discover.fronts import HOST, LATER, LOCKED, STRUCTURES, Cards, page, stories
from tests.discover.newspaper_fronts import SYSTEMS, Front, front
from tests.discover.second_newspaper_fronts import OTHER_SYSTEMS, OTHER_WORDS

SETS: Mapping[str, Mapping[str, Cards]] = {"developed on": STRUCTURES, "mended for": LATER, "locked": LOCKED}


Page = tuple[str, str, list[tuple[str, str]]]  # URL, HTML, (URL, headline) of what it shows


def structured(structures: Mapping[str, Cards], count: int) -> Iterator[Page]:
    """A page of each structure."""
    for seed, make in enumerate(structures.values()):
        truth = stories(seed, count)
        yield (
            f"{HOST}/",
            page(make(truth), most_read=truth[3:8]),
            [(story.url, story.headline) for story in truth],
        )


def newspapers(fronts: Iterable[Front]) -> Iterator[Page]:
    """The pages of content systems."""
    for made in fronts:
        yield made.url, made.html, [(urljoin(made.url, t.url), t.headline) for t in made.teasers]


def measure(pages: Iterable[Page]) -> tuple[int, float, float, float]:
    """How many pages; the shares of stories in their place and under their headline; milliseconds of CPU a page."""
    count = places = headlines = total = 0
    spent = 0.0
    for url, html, truth in pages:
        began = time.process_time()
        found = {url_key(item.url): item for item in read_front(html, url)}
        spent += time.process_time() - began
        shown = [(n, headline, found.get(url_key(link))) for n, (link, headline) in enumerate(truth, 1)]
        places += sum(item is not None and item.position == n for n, _, item in shown)
        headlines += sum(
            item is not None and item.headline == " ".join(text.split()) for _, text, item in shown
        )
        total += len(truth)
        count += 1
    return count, places / total, headlines / total, spent / count * 1000


def main() -> None:
    """Measure each set and print a row of a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--stories", type=int, default=60, help="on each page")
    options = parser.parse_args()
    print(machine())
    print("| set | structures | place right | headline right | ms a page |\n|---|---|---|---|---|")
    sets = {name: structured(structures, options.stories) for name, structures in SETS.items()}
    sets["newspapers"] = newspapers(map(front, SYSTEMS))
    sets["other newspapers"] = newspapers(front(name, OTHER_SYSTEMS, OTHER_WORDS) for name in OTHER_SYSTEMS)
    for name, pages in sets.items():
        count, places, headlines, ms = measure(pages)
        print(f"| {name} | {count} | {places:.3f} | {headlines:.3f} | {ms:.0f} |")


if __name__ == "__main__":
    main()
