"""Trains the block model and the arbiter that newsarchive/extract ships, and the fold models of its cross-validation.

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
from newsarchive.extract import arbiter, article, boilerplate_phrases, features, second_article
from newsarchive.extract.block_model import BlockModel, read_model
from newsarchive.urls import domain
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import parse
from tests.bench import scores

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDS = 5
THRESHOLD = 0.45
MARGIN = 0.02  # by which the arbiter must find another reading better
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
ARBITER: dict[str, Any] = {
    "max_iter": 60,
    "max_leaf_nodes": 8,
    "learning_rate": 0.08,
    "min_samples_leaf": 15,
    "l2_regularization": 1.0,
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
    """What is learnt from one page: its blocks without their elements, their rows and labels, and the other readings."""
    data, page = job
    html = gzip.decompress((data / page["html_path"]).read_bytes())
    text = decode(html).text
    root = parse(text)
    if root is None:
        return None
    work = article.prepare(root, text, page["url"])
    texts = article.texts_of(work)
    said = article.votes_of(work, texts)
    marks = boilerplate_phrases.signs_of(work.blocks, work.language)
    for node in {id(n): n for b in work.blocks for n in (b.node, *work.nodes)}.values():
        node.element = None
    others = second_article.blocks_of_others(work.blocks, work.found.title)
    seen = features.PageContext(
        blocks=work.blocks,
        nodes=work.nodes,
        title=work.found.title,
        description=work.found.description,
        body=work.head.body,
        votes=said,
        signs=marks,
    )
    return {
        "page": page,
        "fold": fold_of(page),
        "rows": features.rows(seen),
        "labels": labels(work.blocks, page),
        "sizes": [b.size for b in work.blocks],
        "blocks": work.blocks,
        "votes": said,
        "texts": texts,
        "never": [
            (m is not None and m.is_strong) or b.index in others
            for b, m in zip(work.blocks, marks, strict=True)
        ],
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


def _as_data(fitted: Any, names: Sequence[str]) -> dict[str, Any]:
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
    return {"names": list(names), "base": base, "trees": trees}


def train_blocks(pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The block model's trees as plain data."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier

    parts = [prepared(p) for p in pages if p["sizes"]]
    x, y, weight = (np.concatenate([part[n] for part in parts]) for n in range(3))
    return _as_data(HistGradientBoostingClassifier(**TREES).fit(x, y, weight), features.NAMES)


def examples(page: dict[str, Any], values: Sequence[float]) -> list[tuple[list[float], float]]:
    """For each reading of a page besides our own its row, and by how much its score is above that of our own.

    Args:
        values: The scores of the page's blocks by a model that hasn't seen it.
    """
    blocks = page["blocks"]
    found = arbiter.readings(blocks, values, THRESHOLD, page["votes"], page["texts"])
    if len(found) < 2:
        return []
    reached = []
    for reading in found:
        kept = [b.text for b, k, no in zip(blocks, reading.kept, page["never"], strict=True) if k and not no]
        reached.append(
            scores.score_page(page["page"], {"text": "\n\n".join([*kept, *reading.lines])})["page"]
        )
    rows = arbiter.rows(blocks, values, found, page["votes"])
    return [(row, score - reached[0]) for row, score in zip(rows, reached[1:], strict=True)]


def train_arbiter(learnt: Sequence[tuple[list[float], float]]) -> dict[str, Any]:
    """The arbiter's trees as plain data."""
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingRegressor

    x, y = np.asarray([row for row, _ in learnt]), np.asarray([gain for _, gain in learnt])
    return _as_data(HistGradientBoostingRegressor(**ARBITER).fit(x, y), arbiter.ABOUT)


def packed(blocks: dict[str, Any], judge: dict[str, Any]) -> bytes:
    """The file of a model."""
    model = {"blocks": blocks, "arbiter": judge, "threshold": THRESHOLD, "margin": MARGIN}
    return gzip.compress(json.dumps(model, separators=(",", ":")).encode(), 9, mtime=0)


def block_scores(page: dict[str, Any], model: BlockModel) -> list[float]:
    """The scores of a page's blocks, 0 for the frame."""
    chosen = [i for i, row in enumerate(page["rows"]) if not features.is_frame(row)]
    known = dict(zip(chosen, model.blocks.scores([page["rows"][i] for i in chosen]), strict=True))
    return [known.get(i, 0.0) for i in range(len(page["rows"]))]


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
    write_all(pages, given.out, given.folds)


def write_all(pages: Sequence[dict[str, Any]], out: Path, folds: Path) -> None:
    """Trains on `pages` and writes the model, the fold models and the list of pages."""
    print(f"{len(pages)} pages, {sum(len(p['rows']) for p in pages)} blocks")
    by_fold = {f: train_blocks([p for p in pages if p["fold"] != f]) for f in range(FOLDS)}
    learnt: dict[int, list[tuple[list[float], float]]] = {f: [] for f in range(FOLDS)}
    for fold, trees in by_fold.items():
        model = read_model(packed(trees, {}), features.NAMES)
        for page in pages:
            if page["fold"] == fold and page["sizes"]:
                learnt[fold] += examples(page, block_scores(page, model))
    folds.mkdir(parents=True, exist_ok=True)
    for fold, trees in by_fold.items():
        data = packed(trees, train_arbiter([e for f in range(FOLDS) if f != fold for e in learnt[f]]))
        (folds / f"fold-{fold}.json.gz").write_bytes(data)
        print(f"fold {fold}: {len(data)} bytes", flush=True)
    data = packed(train_blocks(pages), train_arbiter([e for f in range(FOLDS) for e in learnt[f]]))
    out.write_bytes(data)
    print(f"all: {len(data)} bytes")
    seen = sorted(f"{p['page']['set']}/{p['page']['id']}" for p in pages)
    (folds / "pages.txt").write_text("\n".join(seen) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
