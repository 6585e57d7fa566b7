"""The block model is data; reading it is exact."""

from __future__ import annotations

import gzip
import json
import random
from importlib import resources

import pytest

from newsarchive.extract import features
from newsarchive.extract.block_model import FILENAME, probability, read_model, shipped

TREES = {"names": ["size", "density"], "base": -1.0, "trees": [[[1, 0.5, 1, 2], [3.0], [-3.0]]]}
TOY = {"own": TREES, "voiced": TREES, "threshold": 0.5, "doubt": 0.8}


def packed(value: object) -> bytes:
    return gzip.compress(json.dumps(value).encode())


def test_a_row_falls_through_the_trees() -> None:
    model = read_model(packed(TOY), ("density", "size"))
    for trees in (model.own, model.voiced):
        low, high = map(probability, trees.totals([[0.5, 9.0], [0.51, 9.0]]))
        assert low == pytest.approx(0.8808, abs=1e-4)
        assert high == pytest.approx(0.0180, abs=1e-4)


def test_an_unknown_feature_is_told() -> None:
    with pytest.raises(ValueError, match="density"):
        read_model(packed(TOY), ("size",))


def test_the_shipped_model_fits_the_features_and_is_small() -> None:
    model = shipped(features.NAMES)
    assert 0.3 < model.threshold < 0.7
    assert 0.6 < model.doubt < 0.95
    assert len((resources.files("newsarchive.extract") / FILENAME).read_bytes()) < 300_000


def test_the_compiled_trees_give_what_walking_them_gives_to_the_last_bit() -> None:
    trees = shipped(features.NAMES).voiced
    rng = random.Random(7)
    rows = [[rng.choice((0.0, 1.0, -1.0, rng.uniform(-2, 9))) for _ in features.NAMES] for _ in range(200)]
    walked = []
    for row in rows:
        total = trees.base
        for node in trees.trees:
            while isinstance(node, tuple):
                node = node[2] if row[node[0]] <= node[1] else node[3]
            total += node
        walked.append(total)
    assert trees.totals(rows) == walked
