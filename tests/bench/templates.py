"""What does the outlet's template, learnt from its other pages, add to our extraction?

    python -m tests.bench.templates [--data DIR] [--part learnt|locked|all]

Without DIR the pages are those of the simulated newspaper; else the outlets of DIR (see tests/bench/extraction.py) of which there
are more than two pages. The pages of an outlet are in the order of a digest of their names. The template is learnt from the first
2, 5 and 20 of them and applied to the others, as far as there are any (to all if there are no others). Prints for each number the
mean F1 of the text before and after, how many blocks fell, and the paragraphs among them that the truth has: there must be none.
For DIR the pages are judged by the fold models, which saw no page of their domain.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsarchive.extract import extract_article, site_template
from newsarchive.model import Article, Block
from tests.bench import scores
from tests.bench.extraction import fold_model
from tests.bench.train_blocks import domain_of, fold_of, is_locked, read_truth
from tests.newsroom import Newsroom
from tests.newsroom.client import get

SEEN = (2, 5, 20)  # pages that a template is learnt from
PARAGRAPH = 80  # characters from which a block that fell may be a paragraph of the article
Paper = list[tuple[Article, str]]  # of each page the article and the true text


def of_folder(data: Path, part: str) -> Iterator[tuple[str, Paper]]:
    """Yield each outlet of `data` with more than two pages whose whole text is known."""
    outlets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page in read_truth(data):
        if page.get("text") and (part == "all" or is_locked(page) == (part == "locked")):
            outlets[f"{page['set']}/{domain_of(page)}"].append(page)
    for name, pages in sorted(outlets.items()):
        if len(pages) > SEEN[0]:
            pages.sort(key=lambda page: hashlib.sha256(page["id"].encode()).hexdigest())
            yield name, [(_read(data, page), page["text"]) for page in pages]


def _read(data: Path, page: dict[str, Any]) -> Article:
    html = gzip.decompress((data / page["html_path"]).read_bytes())
    return extract_article(html, page["url"], block_model=fold_model(fold_of(page)))


def of_newsroom() -> Iterator[tuple[str, Paper]]:
    """Yield each outlet of the simulated newspaper."""
    with Newsroom(stories=24, tls=False, speed=0, start=datetime(2026, 11, 2, 6, tzinfo=UTC)) as room:
        for name, outlet in room.outlets.items():
            paper = []
            for story in outlet.stories():
                answer = get(room, outlet.url + story.path)
                article = extract_article(
                    answer.body, outlet.url + story.path, content_type=answer.headers["Content-Type"]
                )
                paper.append((article, "\n\n".join(story.paragraphs)))
            yield name, paper


def fallen(before: Article, after: Article) -> list[Block]:
    """Return the blocks, or the lines of them, that the template took out of the text."""
    already = {(block.text, block.place) for block in before.blocks if not block.kept}
    return [b for b in after.blocks if not b.kept and (b.text, b.place) not in already]


def is_lost(block: Block, truth: str) -> bool:
    """Return whether a block that fell is a paragraph of the truth."""
    own, whole = ("".join(text.split()) for text in (block.text, truth))
    return len(own) >= PARAGRAPH and own in whole


def show(name: str, paper: Paper) -> None:
    """Print a line for each number of pages that the template is learnt from."""
    for seen in SEEN:
        if len(paper) < seen:
            continue
        learnt = site_template.learn([article for article, _ in paper[:seen]])
        others = paper[seen:] or paper
        pairs = [(article, site_template.apply(article, learnt), truth) for article, truth in others]
        before, after = (statistics.fmean(_f1(texts[n].text, texts[2]) for texts in pairs) for n in (0, 1))
        gone = [(block, truth) for one, other, truth in pairs for block in fallen(one, other)]
        lost = sum(is_lost(block, truth) for block, truth in gone)
        print(
            f"{name:<34}{seen:>5}{len(others):>7}{before:>9.4f}{after:>9.4f}{len(gone):>8}{lost:>6}",
            flush=True,
        )


def _f1(text: str, truth: str) -> float:
    return float(scores.score_page({"text": truth}, {"text": text})["page"])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--part", choices=("learnt", "locked", "all"), default="learnt")
    given = parser.parse_args(arguments)
    print(f"{'outlet':<34}{'seen':>5}{'pages':>7}{'before':>9}{'after':>9}{'fallen':>8}{'lost':>6}")
    for name, paper in of_folder(given.data, given.part) if given.data else of_newsroom():
        show(name, paper)


if __name__ == "__main__":
    main()
