"""How good is our extraction, beside its peers, on the same pages in one run?

    python -m tests.bench.extraction --data DIR [--sets aeb,n4k] [--cross-validate] [--peers trafilatura,precision,…]
                                     [--jobs N] [--every K] [--json OUT] [--part learnt|locked|all]

DIR holds `truth.jsonl.gz` (one object a page: set, id, url, html_path and whichever of text, title, authors,
date_publish, must_contain, must_not_contain the set gives) and the pages. With a `score.py` in DIR its
definitions are used; they are the same as those in tests/bench/scores.py. With `--cross-validate` each page is
judged by a model that saw no page of its domain: the figures to quote for pages that the model was trained on.
`--part locked` takes the third of the domains that nothing was learnt from (tests/bench/train_blocks.py).
Peers that aren't importable are left out and said so. Prints the machine, versions, the table, the paired gain
over the better of trafilatura's two modes with its standard error, and CPU milliseconds a page (each process first
runs every extractor on one invented page that isn't measured, so that imports count for nobody).
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import multiprocessing
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from newsarchive.extract import EXTRACTOR_VERSION, extract_article, features
from newsarchive.extract.block_model import BlockModel, read_model, shipped
from newsarchive.model import Article
from tests.bench import scores
from tests.bench.train_blocks import fold_of, is_locked

HERE = Path(__file__).resolve().parent
Extractor = Callable[[bytes, str], dict[str, Any]]


def as_scored(article: Article) -> dict[str, Any]:
    """What is compared with a truth, the same for every set: the text as an archive shows it, and the fields."""
    return {
        "text": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "date": article.published_as[:10],
    }


def ours(html: bytes, url: str) -> dict[str, Any]:
    """Our extraction, as it ships."""
    return as_scored(extract_article(html, url))


@lru_cache(maxsize=8)
def fold_model(fold: int) -> BlockModel:
    """The model that saw no page of this fold."""
    data = (HERE / "folds" / f"fold-{fold}.json.gz").read_bytes()
    return read_model(data, features.NAMES)


def _trafilatura(**options: Any) -> Extractor:
    def run(html: bytes, url: str) -> dict[str, Any]:
        import trafilatura

        found: Any = trafilatura.bare_extraction(
            html, url=url or None, with_metadata=True, include_comments=False, **options
        )
        if found is None:
            return {}
        names = [n.strip() for n in (found.author or "").split(";") if n.strip()]
        return {"text": found.text, "title": found.title, "authors": names, "date": found.date}

    return run


def _text_of_html(markup: str) -> str:
    import lxml.html

    if not markup or not markup.strip():
        return ""
    tree = lxml.html.fromstring(markup)
    for element in tree.iter(
        "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td"
    ):
        element.tail = "\n" + (element.tail or "")
    return str(tree.text_content())


def _readability(html: bytes, url: str) -> dict[str, Any]:
    document = importlib.import_module("readability").Document(_decoded(html))
    return {"text": _text_of_html(document.summary()), "title": document.short_title()}


def _newspaper(html: bytes, url: str) -> dict[str, Any]:
    newspaper = importlib.import_module("newspaper")
    article = newspaper.Article(url or "https://example.org/x", fetch_images=False)
    article.download(input_html=_decoded(html))
    article.parse()
    date = str(article.publish_date)[:10] if article.publish_date else ""
    return {"text": article.text, "title": article.title, "authors": list(article.authors), "date": date}


def _newsplease(html: bytes, url: str) -> dict[str, Any]:
    door = importlib.import_module("newsplease").NewsPlease
    article = door.from_html(_decoded(html), url=url or None, fetch_images=False)
    date = str(article.date_publish)[:10] if article.date_publish else ""
    return {
        "text": article.maintext,
        "title": article.title,
        "authors": list(article.authors or []),
        "date": date,
    }


def _resiliparse(html: bytes, url: str) -> dict[str, Any]:
    plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree.parse(_decoded(html))
    return {"text": plain(tree, main_content=True, alt_texts=False), "title": tree.title}


def _decoded(html: bytes) -> str:
    from trafilatura.utils import decode_file

    return str(decode_file(html))


PEERS: dict[str, tuple[str, Extractor]] = {
    "trafilatura": ("trafilatura", _trafilatura()),
    "precision": ("trafilatura", _trafilatura(favor_precision=True)),
    "readability-lxml": ("readability-lxml", _readability),
    "newspaper4k": ("newspaper4k", _newspaper),
    "news-please": ("news-please", _newsplease),
    "resiliparse": ("resiliparse", _resiliparse),
}


def available(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Which of `names` can run here, and which can't."""
    here, absent = [], []
    for name in names:
        try:
            metadata.version(PEERS[name][0])
            here.append(name)
        except metadata.PackageNotFoundError:
            absent.append(name)
    return here, absent


def run_page(job: tuple[str, dict[str, Any], tuple[str, ...], bool]) -> dict[str, Any]:
    """All extractors on one page: for each its scores and CPU seconds; for ours what it lost, by kind."""
    data, page, names, cross = job
    html = gzip.decompress((Path(data) / page["html_path"]).read_bytes())
    result: dict[str, Any] = {"set": page["set"], "id": page["id"], "bytes": len(html)}
    for name in names:
        start = time.process_time()
        error = ""
        try:
            found = _run(name, html, page, cross)
        except Exception as problem:  # a peer may raise anything on anybody's page; ours never may
            if name == "ours":
                raise
            found, error = {}, type(problem).__name__
        result[name] = {
            "seconds": time.process_time() - start,
            "error": error,
            **scores.score_page(page, found),
        }
        if name == "ours" and page.get("text"):
            result["lost"] = losses(page["text"], found.pop("article"))
    return result


def losses(truth: str, article: Article) -> dict[str, float]:
    """The share of runs of four words by which a text differs from its truth, by kind.

    What is kept too much goes by the block's kind, what the truth has and we removed by the reason, and "in no block"
    is what no block has.
    """
    wanted = scores.shingles(truth)
    whole = sum(wanted.values()) or 1
    lost: dict[str, float] = {}
    seen: set[tuple[str, ...]] = set()
    between = scores.shingles(
        "\n".join(b.text for b in article.blocks)
    ).keys()  # runs from one block into the next
    between |= scores.shingles(article.text).keys()
    for block in article.blocks:
        own = scores.shingles(block.text)
        hits = sum(n for run, n in own.items() if run in wanted and run not in seen)
        if block.kept and hits * 2 < sum(own.values()):
            kind = f"kept: {block.kind}"
            lost[kind] = lost.get(kind, 0.0) + (sum(own.values()) - hits) / whole
        elif not block.kept and hits * 2 > sum(own.values()):
            kind = "removed: " + block.reason.split(" (score")[0]
            lost[kind] = lost.get(kind, 0.0) + hits / whole
        seen |= own.keys()
    missed = sum(n for run, n in wanted.items() if run not in seen and run not in between)
    lost["in no block"] = missed / whole
    return {kind: min(1.0, share) for kind, share in lost.items()}


WARM = (
    b"<html lang=en><title>The late ferry</title><body><article><h1>The late ferry</h1>"
    + b"<p>The ferry was late again, and nobody on the quay had expected anything else of a boat so old.</p>"
    * 9
)


def warm_up(names: Sequence[str]) -> None:
    """Each extractor once, unmeasured: what a process pays once (imports, our model) is no page's cost."""
    for name in dict.fromkeys(("trafilatura", *names)):
        try:
            PEERS[name][1](WARM, "https://e.example/late") if name in PEERS else ours(WARM, "")
        except Exception:  # whoever fails here fails on the pages, where it is counted
            continue
    shipped(features.NAMES)


def _run(name: str, html: bytes, page: dict[str, Any], cross: bool) -> dict[str, Any]:
    if name != "ours":
        return PEERS[name][1](html, page["url"])
    model = fold_model(fold_of(page)) if cross else None
    article = extract_article(html, page["url"], block_model=model)
    return {**as_scored(article), "article": article}


def measure(
    data: Path,
    *,
    sets: Sequence[str] = (),
    peers: Sequence[str] = (),
    cross: bool = False,
    jobs: int = 1,
    every: int = 1,
    part: str = "all",
) -> list[dict[str, Any]]:
    """The results of all pages of `data`, in its order."""
    with gzip.open(data / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    pages = [p for p in pages if not p.get("cut_truth") and (not sets or p["set"] in sets)]
    pages = [p for p in pages if part == "all" or is_locked(p) == (part == "locked")][::every]
    names = ("ours", *peers)
    work = [(str(data), p, names, cross) for p in pages]
    if jobs <= 1:
        warm_up(names)
        return [run_page(w) for w in work]
    with multiprocessing.get_context("spawn").Pool(jobs, warm_up, (names,)) as pool:
        return pool.map(run_page, work, chunksize=8)


def summary(
    results: Sequence[dict[str, Any]], names: Sequence[str]
) -> dict[str, dict[str, dict[str, float]]]:
    """set -> extractor -> figures."""
    order = dict.fromkeys(r["set"] for r in results)
    return {s: {n: scores.summarise([r[n] for r in results if r["set"] == s]) for n in names} for s in order}


def gain(results: Sequence[dict[str, Any]], name: str, other: str) -> tuple[float, float, int]:
    """Mean paired gain in the page's own score of `name` over `other`, its standard error, and the number of pages."""
    both = [r[name]["page"] - r[other]["page"] for r in results if r[name].get("page") is not None]
    if len(both) < 2:
        return 0.0, 0.0, len(both)
    return statistics.fmean(both), statistics.stdev(both) / len(both) ** 0.5, len(both)


def better_mode(results: Sequence[dict[str, Any]]) -> list[tuple[str, float]]:
    """For each page its set and our gain over that one of trafilatura's modes which is better on the set."""
    scored = [r for r in results if r["ours"].get("page") is not None]
    best = {
        s: max(
            ("trafilatura", "precision"),
            key=lambda name, s=s: sum(r[name]["page"] for r in scored if r["set"] == s),  # type: ignore[misc]
        )
        for s in dict.fromkeys(r["set"] for r in scored)
    }
    return [(r["set"], r["ours"]["page"] - r[best[r["set"]]]["page"]) for r in scored]


COLUMNS = (
    "pages",
    "f1",
    "precision",
    "recall",
    "page_f1",
    "seg_f1",
    "title",
    "author",
    "date",
    "errors",
    "cpu_ms",
    "p99_ms",
    "max_ms",
)


def show(results: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    """Prints the tables."""
    print(f"{'set':<10}{'extractor':<18}" + "".join(f"{c:>10}" for c in COLUMNS))
    for s, by_name in summary(results, names).items():
        for name, figures in by_name.items():
            cells = "".join(_cell(figures.get(c)) for c in COLUMNS)
            print(f"{s:<10}{name:<18}{cells}")
    print("\npaired gain in page score over …")
    for other in names[1:]:
        for s in [*dict.fromkeys(r["set"] for r in results), "all"]:
            mean, error, count = gain([r for r in results if s in (r["set"], "all")], "ours", other)
            if count > 1:
                print(f"{other:<18}{s:<10}{mean:+.4f} ± {error:.4f}  ({count} pages)")
    if {"trafilatura", "precision"} <= set(names):
        print("\npaired gain in page score over the better of trafilatura's modes, chosen for each set")
        pairs = better_mode(results)
        for s in [*dict.fromkeys(s for s, _ in pairs), "all"]:
            own = [d for t, d in pairs if s in (t, "all")]
            if len(own) > 1:
                error = statistics.stdev(own) / len(own) ** 0.5
                print(f"{s:<10}{statistics.fmean(own):+.4f} ± {error:.4f}  ({len(own)} pages)")
    for name in names:
        print(f"pages below .5: {name} {sum(r[name].get('page', 1.0) < 0.5 for r in results)}")
    lost: dict[str, float] = {}
    for r in results:
        for kind, share in r.get("lost", {}).items():
            lost[kind] = lost.get(kind, 0.0) + share
    print("\nwhat ours loses, in articles' worth of words:")
    for kind, share in sorted(lost.items(), key=lambda item: -item[1])[:25]:
        print(f"  {share:7.2f}  {kind}")
    print("\nCPU ms a page, whole run: " + ", ".join(f"{n} {_cpu(results, n):.1f}" for n in names))
    if len(names) > 1 and names[1] == "trafilatura":
        ratios = [r["ours"]["seconds"] / max(1e-6, r["trafilatura"]["seconds"]) for r in results]
        print(
            f"ours / trafilatura with metadata: {_cpu(results, 'ours') / _cpu(results, 'trafilatura'):.2f} of the means, "
            f"{statistics.median(ratios):.2f} the median of the pages' ratios"
        )
    small = [r["ours"]["seconds"] for r in results if r["bytes"] <= 1_000_000]
    print(
        f"ours, worst page up to 1 MB: {max(small, default=0.0):.2f} s; worst of all: {max(r['ours']['seconds'] for r in results):.2f} s"
    )


def _cpu(results: Sequence[dict[str, Any]], name: str) -> float:
    return 1000 * statistics.fmean(r[name]["seconds"] for r in results)


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'-':>10}"
    return (
        f"{value:>10d}" if isinstance(value, int) else f"{value:>10.3f}" if value < 5 else f"{value:>10.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default="")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--part", choices=("learnt", "locked", "all"), default="all")
    parser.add_argument("--json", type=Path, help="writes the figures of each set here")
    given = parser.parse_args()
    wanted = [p for p in given.peers.split(",") if p]
    peers, absent = available(wanted)
    names = ("ours", *peers)
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(f"ours {EXTRACTOR_VERSION}, " + ", ".join(f"{p} {metadata.version(PEERS[p][0])}" for p in peers))
    if absent:
        print(f"not here: {', '.join(absent)}")
    print(
        "cross-validated by domain\n"
        if given.cross_validate
        else "with the shipped model (which has seen the development pages)\n"
    )
    sets = tuple(s for s in given.sets.split(",") if s)
    results = measure(
        given.data,
        sets=sets,
        peers=peers,
        cross=given.cross_validate,
        jobs=given.jobs,
        every=given.every,
        part=given.part,
    )
    show(results, names)
    if given.json:
        table = {
            s: {n: {k: round(v, 4) for k, v in f.items()} for n, f in by.items()}
            for s, by in summary(results, names).items()
        }
        given.json.write_text(
            json.dumps({"cross_validated": given.cross_validate, "sets": table}, indent=1) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
