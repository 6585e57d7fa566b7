"""How well copies of real texts are found, and at what cost: recall, precision, processor time.

    python -m tests.bench.copies --data DIR [--copies 2000]

DIR is laid out as `shared/data/extraction`. Each text is printed by another outlet as agencies' clients do it: cut, with a new lead,
with words changed, with paragraphs of its own. New paragraphs are made of words drawn by chance, so that every other hit is false.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from newsarchive.versions.copies import COPY, is_candidate, runs, sample, share
from tests.bench import measure

Paragraphs = list[str]


def texts(data: Path) -> list[Paragraphs]:
    """The true texts of 80 words and more, in paragraphs."""
    with gzip.open(data / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [str(json.loads(line).get("text") or "") for line in lines]
    return [[p for p in text.split("\n") if p.strip()] for text in found if len(text.split()) >= 80]


class Client:
    """Prints a text as its own."""

    def __init__(self, words: list[str], chance: random.Random) -> None:
        self._words, self._chance = words, chance
        self.ways: dict[str, Callable[[Paragraphs], Paragraphs]] = {
            "cut": self.cut,
            "new lead": self.lead,
            "cut, new lead": lambda p: self.lead(self.cut(p)),
            "words changed": self.edited,
            "own paragraphs": lambda p: [
                *p[: len(p) // 3],
                *self.own(max(1, len(p) // 4)),
                *p[len(p) // 3 :],
            ],
        }

    def own(self, count: int) -> Paragraphs:
        return [
            " ".join(self._chance.choices(self._words, k=self._chance.randint(25, 60))) for _ in range(count)
        ]

    def cut(self, paragraphs: Paragraphs) -> Paragraphs:
        return paragraphs[: max(2, int(len(paragraphs) * self._chance.uniform(0.4, 0.8)))]

    def lead(self, paragraphs: Paragraphs) -> Paragraphs:
        """The first paragraph written anew; of a long text two."""
        return [*self.own(1), *paragraphs[2 if len(paragraphs) > 6 else 1 :]]

    def edited(self, paragraphs: Paragraphs) -> Paragraphs:
        return [" ".join(self._changed(p.split())) for p in paragraphs]

    def _changed(self, words: list[str]) -> list[str]:
        return [self._chance.choice(self._words) if self._chance.random() < 0.03 else w for w in words]


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=2000)
    options = parser.parse_args()
    found, chance = texts(options.data), random.Random(11)
    originals = ["\n\n".join(p) for p in found]
    began = time.process_time()
    known = [runs(text) for text in originals]
    samples = [sample(each) for each in known]
    cost = 1000 * (time.process_time() - began) / len(originals)
    holders: dict[int, list[int]] = defaultdict(list)
    for number, hashes in enumerate(samples):
        for h in hashes:
            holders[h].append(number)
    client = Client(" ".join(originals[:300]).split(), chance)
    hits, false, missed, spent = 0, 0, Counter[str](), 0.0
    for _ in range(options.copies):
        number, way = chance.randrange(len(found)), chance.choice(list(client.ways))
        text = "\n\n".join(client.ways[way](found[number]))
        began = time.process_time()
        mine = runs(text)
        own = sample(mine)
        shared = Counter(n for h in own for n in holders[h])
        near = [n for n, c in shared.items() if is_candidate(c, len(own), len(samples[n]))]
        same = {n for n in near if share(mine, known[n]) >= COPY}
        spent += time.process_time() - began
        hits += number in same
        missed[way] += number not in same
        twins = {n for n in same if n != number and share(known[n], known[number]) >= COPY}
        false += len(same - {number} - twins)
    print(measure.machine())
    print(
        f"{len(found)} texts, {options.copies} copies; {sum(map(len, samples)) / len(samples):.0f} hashes a text"
    )
    print(
        f"recall {hits / options.copies:.4f}, precision {hits / (hits + false):.4f}; missed: {dict(+missed)}"
    )
    print(f"CPU: {cost:.2f} ms a sample, {1000 * spent / options.copies:.2f} ms to find a copy's original")


if __name__ == "__main__":
    main()
