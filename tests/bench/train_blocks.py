"""Trains the block model that newsarchive/extract ships, and the fold models that its cross-validation uses.

    python -m tests.bench.train_blocks --data DIR [--data DIR …] [--held FILE] [--cache FILE] [--out FILE]

Each DIR holds `truth.jsonl.gz` and pages as `SET/ID.html.gz` (see tests/bench/extraction.py). Needs scikit-learn, numpy
and rapidfuzz; none of them is needed at run time. Pages of one registrable domain are always in one fold, and a third of
the domains is locked (`is_locked`): nothing is learnt from it. Hosts whose digests are in FILE (SHA-256 of the host
without `www.`, first 24 hex digits, one a line) are left out. No text of any page leaves this script: only thresholds,
leaf values and the list of pages seen.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import multiprocessing
import pickle
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from newsarchive.errors import BadUrlError
from newsarchive.extract import article, boilerplate_phrases, features
from newsarchive.urls import domain
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import parse

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDS = 5
THRESHOLD = 0.45
DOUBT = 0.8  # chosen by cross-validation: the table "who is asked" in docs/extraction.md
SETS = ("aeb", "n4k", "fundus", "cpe", "wcxb", "tra")  # those whose truth says something about the text
TREES: dict[str, Any] = {
    "max_iter": 110,
    "max_bins": 128,
    "max_leaf_nodes": 16,
    "learning_rate": 0.1,
    "min_samples_leaf": 30,
    "l2_regularization": 1.0,
    "max_features": 0.3,
    "early_stopping": False,
    "random_state": 0,
}
_TOKEN = re.compile(r"\w+")


def domain_of(page: dict[str, Any]) -> str:
    """The registrable domain of a page; its host or name where the address is none."""
    key = page["url"] or page.get("host") or page["id"]
    try:
        return domain(key if "://" in key else f"http://{key}/")
    except (ValueError, BadUrlError):
        return str(page.get("host") or page["id"])


def fold_of(page: dict[str, Any]) -> int:
    """The fold of a page, by its registrable domain alone."""
    return int(hashlib.sha256(f"f{domain_of(page)}".encode()).hexdigest(), 16) % FOLDS


def is_locked(page: dict[str, Any]) -> bool:
    """Whether a page is of the third of the domains that nothing is learnt from, nor tuned on."""
    return int(hashlib.sha256(f"locked {domain_of(page)}".encode()).hexdigest(), 16) % 3 == 0


def is_held(page: dict[str, Any], digests: frozenset[str]) -> bool:
    """Whether the digest of the page's host is among `digests`."""
    host = (page.get("host") or page["url"].split("//")[-1].split("/")[0]).lower().removeprefix("www.")
    return hashlib.sha256(host.encode()).hexdigest()[:24] in digests


def read_truth(data: Path) -> list[dict[str, Any]]:
    """The pages of `data` that have a truth of the text."""
    with gzip.open(data / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    return [p for p in pages if p["set"] in SETS and not p.get("cut_truth")]


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def labels(blocks: Sequence[Any], page: dict[str, Any]) -> list[float]:
    """For each block how far the truth has it, 0..1; -1 where the truth says nothing."""
    found = _by_text(blocks, page["text"]) if page.get("text") else _by_segments(blocks, page)
    seen: set[str] = set()
    for i, block in enumerate(blocks):
        if len(block.text) >= 25:
            if block.text in seen and found[i] > 0:
                found[i] = -1.0
            seen.add(block.text)
    return found


def _by_text(blocks: Sequence[Any], text: str) -> list[float]:
    """Runs of four words for longer blocks; for short ones a place in the longest common subsequence."""
    from rapidfuzz.distance import LCSseq

    truth = tokens(text)
    own = [tokens(b.text) for b in blocks]
    grams = {tuple(truth[i : i + 4]) for i in range(len(truth) - 3)}
    number: dict[str, int] = {}
    flat = [number.setdefault(w, len(number)) for ws in own for w in ws]
    belongs = [i for i, ws in enumerate(own) for _ in ws]
    matched = [0] * len(blocks)
    for op in LCSseq.opcodes(flat, [number.setdefault(w, len(number)) for w in truth]):
        if op.tag == "equal":
            for k in range(op.src_start, op.src_end):
                matched[belongs[k]] += 1
    result = []
    for ws, count in zip(own, matched, strict=True):
        if len(ws) >= 6:
            runs = [tuple(ws[i : i + 4]) for i in range(len(ws) - 3)]
            result.append(sum(r in grams for r in runs) / len(runs))
        else:
            result.append(1.0 if ws and count == len(ws) else 0.0)
    return result


def _by_segments(blocks: Sequence[Any], page: dict[str, Any]) -> list[float]:
    wanted = [" ".join(q.split()) for q in page["must_contain"] if len(q) > 3]
    unwanted = [" ".join(q.split()) for q in page["must_not_contain"] if len(q) > 3]
    result = []
    for block in blocks:
        text = " ".join(block.text.split())
        good, bad = any(q in text for q in wanted), any(q in text for q in unwanted)
        result.append(1.0 if good and not bad else 0.0 if bad and not good else -1.0)
    return result


def measure(job: tuple[Path, dict[str, Any]]) -> dict[str, Any] | None:
    """Rows, labels and sizes of one page's blocks."""
    data, page = job
    html = gzip.decompress((data / page["html_path"]).read_bytes())
    text = decode(html).text
    root = parse(text)
    if root is None:
        return None
    work = article.prepare(root, text, page["url"])
    if article.is_large(work):
        return None
    marks = boilerplate_phrases.signs_of(work.blocks, work.language)
    seen = features.PageContext(
        blocks=work.blocks,
        nodes=work.nodes,
        title=work.found.title,
        description=work.found.description,
        body=work.head.body,
        votes=article.votes_of(work),
        signs=marks,
    )
    return {
        "set": page["set"],
        "id": page["id"],
        "fold": fold_of(page),
        "rows": features.rows(seen),
        "labels": labels(work.blocks, page),
        "sizes": [b.size for b in work.blocks],
    }


def prepared(page: dict[str, Any]) -> tuple[Any, Any, Any]:
    """A page's rows, labels and weights as arrays, without what has no label and what is plainly frame.

    A block weighs by its share of the article, so that long pages don't rule. Of the short blocks outside the article,
    which are most of all, every third is learnt with three times the weight.
    """
    import numpy as np

    if "arrays" not in page:
        table = np.asarray(page["rows"], np.float32).reshape(-1, len(features.NAMES))
        y, sizes = np.asarray(page["labels"], float), np.asarray(page["sizes"], float)
        weight = np.minimum(1.0, sizes / max(500.0, float(sizes[y >= 0.5].sum()))) * 20 + 0.1
        common = (y >= 0) & (y < 0.5) & (sizes < 60)
        weight[common] *= 3
        mask = (y >= 0) & (~common | (np.cumsum(common) % 3 == 0))
        mask &= ~np.array([features.is_frame(row) for row in page["rows"]], bool)
        page["arrays"] = (table[mask], (y[mask] >= 0.5).astype(int), weight[mask])
    return page["arrays"]  # type: ignore[no-any-return]


def _as_data(fitted: Any) -> dict[str, Any]:
    """A fitted model of scikit-learn as plain data."""
    import numpy as np

    trees = []
    for (predictor,) in fitted._predictors:
        flat = []
        for node in predictor.nodes:
            if node["is_leaf"]:
                flat.append([float(f"{node['value']:.6g}")])
            else:
                flat.append(
                    [
                        int(node["feature_idx"]),
                        float(node["num_threshold"]),
                        int(node["left"]),
                        int(node["right"]),
                    ]
                )
        trees.append(flat)
    base = float(np.asarray(fitted._baseline_prediction).ravel()[0])
    return {"base": base, "trees": trees}


def train(pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The two sets of trees as plain data; the first doesn't see the votes, so that it can differ from them."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    parts = [prepared(p) for p in pages if p["sizes"]]
    x, y, weight = (np.concatenate([part[n] for part in parts]) for n in range(3))
    own = HistGradientBoostingClassifier(**TREES).fit(x[:, : len(features.OWN)], y, weight)
    voiced = HistGradientBoostingClassifier(**TREES).fit(x, y, weight)
    return {
        "own": {"names": list(features.OWN), **_as_data(own)},
        "voiced": {"names": list(features.NAMES), **_as_data(voiced)},
    }


def packed(trees: dict[str, Any]) -> bytes:
    """The file of a model."""
    model = {**trees, "threshold": THRESHOLD, "doubt": DOUBT}
    return gzip.compress(json.dumps(model, separators=(",", ":")).encode(), 9, mtime=0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, action="append")
    parser.add_argument("--held", type=Path, help="digests of hosts to leave out")
    parser.add_argument("--out", type=Path, default=ROOT / "newsarchive" / "extract" / "block_model.json.gz")
    parser.add_argument("--folds", type=Path, default=HERE / "folds", help="where the fold models go")
    parser.add_argument("--cache", type=Path, help="keeps the measured rows between two runs")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    held = frozenset(given.held.read_text().split()) if given.held else frozenset()
    jobs = [(d, p) for d in given.data for p in read_truth(d) if not is_locked(p) and not is_held(p, held)]
    if given.cache and given.cache.exists():
        pages = pickle.loads(given.cache.read_bytes())
    else:
        with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
            pages = [m for m in pool.map(measure, jobs, chunksize=8) if m is not None]
        if given.cache:
            given.cache.write_bytes(pickle.dumps(pages))
    print(f"{len(pages)} pages, {sum(len(p['rows']) for p in pages)} blocks")
    given.folds.mkdir(parents=True, exist_ok=True)
    for fold in range(FOLDS):
        data = packed(train([p for p in pages if p["fold"] != fold]))
        (given.folds / f"fold-{fold}.json.gz").write_bytes(data)
        print(f"fold {fold}: {len(data)} bytes", flush=True)
    data = packed(train(pages))
    given.out.write_bytes(data)
    print(f"all: {len(data)} bytes")
    seen = sorted(f"{p['set']}/{p['id']}" for p in pages)
    (given.folds / "pages.txt").write_text("\n".join(seen) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
