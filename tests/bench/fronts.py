"""Are places and headlines read rightly from front pages, and how long does a page take?

    python -m tests.bench.fronts [--stories 60]

Reads the structures of tests/discover/fronts.py in three sets: those that the reader was written with, those that were measured once before it was
mended for them, and those for which nothing was changed; then the fronts of tests/discover/newspaper_fronts.py, of
tests/discover/second_newspaper_fronts.py and of tests/discover/third_newspaper_fronts.py. One link too many moves all places below it; so the
share of stories that are in order among each other is printed too. Prints shares and milliseconds; asserts nothing.
"""

from __future__ import annotations

import argparse
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urljoin

from newsarchive.discover.front_pages import read_front
from newsarchive.urls import url_key
from tests.bench.measure import machine
from tests.discover.fronts import HOST, LATER, LOCKED, STRUCTURES, Cards, page, stories
from tests.discover.newspaper_fronts import SYSTEMS, Front, front
from tests.discover.second_newspaper_fronts import OTHER_SYSTEMS, OTHER_WORDS
from tests.discover.third_newspaper_fronts import THIRD_SYSTEMS, THIRD_WORDS

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


def measure(pages: Iterable[Page]) -> tuple[int, float, float, float, float]:
    """How many pages; the shares of stories in their place, under their headline, and under it in the order of the page; milliseconds of CPU a page."""
    count = places = headlines = ordered = total = 0
    spent = 0.0
    for url, html, truth in pages:
        shown = {url_key(link): (n, " ".join(text.split())) for n, (link, text) in enumerate(truth, 1)}
        began = time.process_time()
        items = read_front(html, url)
        spent += time.process_time() - began
        found = [(item, *shown[key]) for item in items if (key := url_key(item.url)) in shown]
        right = [n for item, n, headline in found if item.headline == headline]
        places += sum(item.position == n for item, n, _ in found)
        headlines += len(right)
        ordered += _in_order(right)
        total += len(truth)
        count += 1
    return count, places / total, headlines / total, ordered / total, spent / count * 1000


def _in_order(numbers: Iterable[int]) -> int:
    """The length of the longest series among the numbers that only rises."""
    ends: list[int] = []  # the least last number of a series of each length
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)


def main() -> None:
    """Measure each set and print a row of a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--stories", type=int, default=60, help="on each page")
    options = parser.parse_args()
    print(machine())
    print(
        "| set | structures | place right | headline right | in order | ms a page |\n|---|---|---|---|---|---|"
    )
    sets = {name: structured(structures, options.stories) for name, structures in SETS.items()}
    sets["newspapers"] = newspapers(map(front, SYSTEMS))
    sets["other newspapers"] = newspapers(front(name, OTHER_SYSTEMS, OTHER_WORDS) for name in OTHER_SYSTEMS)
    sets["third newspapers"] = newspapers(front(name, THIRD_SYSTEMS, THIRD_WORDS) for name in THIRD_SYSTEMS)
    for name, pages in sets.items():
        count, places, headlines, ordered, ms = measure(pages)
        print(f"| {name} | {count} | {places:.3f} | {headlines:.3f} | {ordered:.3f} | {ms:.0f} |")


if __name__ == "__main__":
    main()
