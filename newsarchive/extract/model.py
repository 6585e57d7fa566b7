"""The block model: how likely is a block part of the article? Boosted decision trees, read from data.

The data are made by tests/bench/train_blocks.py; nothing is learnt here and no training library is loaded.
Deterministic: thresholds are stored as the very doubles they were learnt as. Tested in
tests/extract/test_model.py; the card is docs/extraction.md.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

FILENAME = "blocks.json.gz"
Tree = Any  # a float (leaf) or (feature, threshold, left, right)


@dataclass(frozen=True, slots=True)
class Model:
    """Trees whose sum, through the logistic function, is the probability."""

    names: tuple[str, ...]  # features, in the order of a row
    base: float
    trees: tuple[Tree, ...]
    threshold: float
    digest: str  # first 8 hex digits of the data's SHA-256

    def scores(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """The probability, 0..1, for each row."""
        trees, base = self.trees, self.base
        result = []
        for row in rows:
            total = base
            for node in trees:
                while type(node) is tuple:
                    node = node[2] if row[node[0]] <= node[1] else node[3]
                total += node
            result.append(1.0 / (1.0 + math.exp(-total)) if total > -700 else 0.0)
        return result


def read_model(data: bytes) -> Model:
    """A model from its gzipped JSON.

    Raises:
        ValueError: not such data.
    """
    loaded = json.loads(gzip.decompress(data))
    return Model(
        names=tuple(loaded["names"]),
        base=float(loaded["base"]),
        trees=tuple(_tree(t, 0) for t in loaded["trees"]),
        threshold=float(loaded["threshold"]),
        digest=hashlib.sha256(data).hexdigest()[:8],
    )


def _tree(flat: list[list[float]], at: int) -> Tree:
    """Nodes are `[value]` for a leaf, `[feature, threshold, left, right]` else."""
    node = flat[at]
    if len(node) == 1:
        return float(node[0])
    return (int(node[0]), float(node[1]), _tree(flat, int(node[2])), _tree(flat, int(node[3])))


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that comes with the package."""
    return read_model((resources.files("newsarchive.extract") / FILENAME).read_bytes())
