"""The block model: how likely is a block part of the article? Boosted decision trees, read from data.

Two sets of trees: `own` sees a block, its place and its neighbours; `voiced` what others keep of it too, and is asked about pages
of which the first is unsure. The data are made by tests/bench/train_blocks.py; nothing is learnt here and no training library is
loaded. Deterministic: thresholds are the very doubles they were learnt as. Tested in tests/extract/test_block_model.py; the card is docs/extraction.md.
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
    """Trees whose sum, through the logistic function (`probability`), is a probability."""

    base: float
    trees: tuple[Tree, ...]

    def totals(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return the sum of the trees for each row; all rows are equally long."""
        sums = self._sums(len(rows[0])) if rows else []
        result = []
        for row in rows:
            total = self.base
            for add in sums:
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


def probability(total: float) -> float:
    """Return the logistic function of a sum of trees, 0..1."""
    return 1.0 / (1.0 + math.exp(-total)) if total > -700 else 0.0


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
    """What the shipped file holds."""

    own: Trees
    voiced: Trees
    threshold: float  # of the score, from which a block is kept
    doubt: float  # certainty of a page below which others are asked


def read_model(data: bytes, names: Sequence[str]) -> BlockModel:
    """A model from its gzipped JSON, for rows whose columns are `names`.

    Raises:
        ValueError: not such data, or it asks for a column that isn't there.
    """
    loaded = json.loads(gzip.decompress(data))
    return BlockModel(
        own=_trees(loaded["own"], names),
        voiced=_trees(loaded["voiced"], names),
        threshold=float(loaded["threshold"]),
        doubt=float(loaded["doubt"]),
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
def shipped(names: tuple[str, ...]) -> BlockModel:
    """The model that comes with the package."""
    return read_model((resources.files("newsarchive.extract") / FILENAME).read_bytes(), names)
