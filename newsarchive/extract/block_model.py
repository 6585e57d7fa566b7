"""Boosted decision trees, read from data: the block model and the arbiter.

The block model says how likely a block is part of the article; the arbiter how much better or worse than ours another
reading of the page is. The data are made by tests/bench/train_blocks.py; nothing is learnt here and no training library is loaded. Deterministic: thresholds
are the very doubles they were learnt as. Tested in tests/extract/test_block_model.py; the card is docs/extraction.md.
"""

from __future__ import annotations

import ast
import gzip
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, cast

FILENAME = "block_model.json.gz"
Tree = Any  # a float (leaf) or (feature, threshold, left, right)


@dataclass(frozen=True)
class Trees:
    """Trees whose sum is a figure, or through the logistic function a probability."""

    base: float
    trees: tuple[Tree, ...]

    def scores(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """The probability, 0..1, for each row; all rows are equally long."""
        return [1.0 / (1.0 + math.exp(-total)) if total > -700 else 0.0 for total in self.sums(rows)]

    def sums(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """The trees' sum for each row; all rows are equally long."""
        parts = self._sums(len(rows[0])) if rows else []
        result = []
        for row in rows:
            total = self.base
            for add in parts:
                total = add(total, *row)
            result.append(total)
        return result

    @cached_property
    def _made(self) -> dict[int, list[Callable[..., float]]]:
        return {}

    def _sums(self, width: int) -> list[Callable[..., float]]:
        """The trees as functions that add some of them, in their order, to a total: four times as fast as walking them."""
        if width not in self._made:
            parts = [self.trees[i : i + PER_SUM] for i in range(0, len(self.trees), PER_SUM)]
            self._made[width] = [_summing(part, width) for part in parts]
        return self._made[width]


PER_SUM = 50  # trees in one function, so that no expression nests too deep for the compiler


def _summing(trees: Sequence[Tree], width: int) -> Callable[..., float]:
    """`lambda total, f0, f1, …: total + (a if f7 <= t else b) + …`, made of numbers alone and never of text."""
    total: ast.expr = ast.Name("total", ast.Load())
    for tree in trees:
        total = ast.BinOp(total, ast.Add(), _branches(tree))
    names = [ast.arg(name) for name in ("total", *(f"f{n}" for n in range(width)))]
    none: list[Any] = []
    arguments = ast.arguments(
        posonlyargs=names,
        args=none,
        kwonlyargs=none,
        kw_defaults=none,
        defaults=none,
        vararg=None,
        kwarg=None,
    )
    made = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, total)))
    return cast("Callable[..., float]", eval(compile(made, "<block model>", "eval"), {}))  # noqa: S307


def _branches(tree: Tree) -> ast.expr:
    if not isinstance(tree, tuple):
        return ast.Constant(tree)
    column, threshold, left, right = tree
    test = ast.Compare(ast.Name(f"f{column}", ast.Load()), [ast.LtE()], [ast.Constant(threshold)])
    return ast.IfExp(test, _branches(left), _branches(right))


@dataclass(frozen=True, slots=True)
class BlockModel:
    """What the shipped file holds. `arbiter` may be None: then our own reading is always taken."""

    blocks: Trees
    threshold: float  # of the score, from which a block is kept
    arbiter: Trees | None = None
    margin: float = 0.0  # by which another reading must be better


def read_model(data: bytes, names: Sequence[str], about: Sequence[str] = ()) -> BlockModel:
    """A model from its gzipped JSON, for blocks' rows whose columns are `names` and readings' rows of `about`.

    Raises:
        ValueError: not such data, or it asks for a column that isn't there.
    """
    loaded = json.loads(gzip.decompress(data))
    return BlockModel(
        blocks=_trees(loaded["blocks"], names),
        threshold=float(loaded["threshold"]),
        arbiter=_trees(loaded["arbiter"], about) if loaded.get("arbiter") and about else None,
        margin=float(loaded.get("margin", 0.0)),
    )


def _trees(value: Mapping[str, Any], names: Sequence[str]) -> Trees:
    at = {name: n for n, name in enumerate(names)}
    missing = [name for name in value["names"] if name not in at]
    if missing:
        raise ValueError(f"the block model asks for unknown features: {', '.join(missing)}")
    columns = [at[name] for name in value["names"]]
    return Trees(base=float(value["base"]), trees=tuple(_tree(t, 0, columns) for t in value["trees"]))


def _tree(flat: list[list[float]], at: int, columns: Sequence[int]) -> Tree:
    """Nodes are `[value]` for a leaf, `[feature, threshold, left, right]` else."""
    node = flat[at]
    if len(node) == 1:
        return float(node[0])
    left, right = _tree(flat, int(node[2]), columns), _tree(flat, int(node[3]), columns)
    return (columns[int(node[0])], float(node[1]), left, right)


@lru_cache(maxsize=2)
def shipped(names: tuple[str, ...], about: tuple[str, ...]) -> BlockModel:
    """The model that comes with the package."""
    return read_model((resources.files("newsarchive.extract") / FILENAME).read_bytes(), names, about)
