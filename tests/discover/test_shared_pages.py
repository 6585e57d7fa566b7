"""Real pages: are their own URLs taken for articles, and their menus not?"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from newsarchive.discover import resembles_article
from newsarchive.discover.document import unpack
from newsarchive.discover.sections import ACCEPT, _collect, _scores
from newsarchive.web.html_tree import parse
from newsarchive.web.links import base_of, host_of

pytestmark = pytest.mark.shared
SETS = ("aeb", "fundus", "n4k")


@pytest.fixture(scope="module")
def pages(shared: Path) -> list[dict[str, Any]]:
    with gzip.open(shared / "extraction" / "truth.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        r | {"path": shared / "extraction" / r["html_path"]}
        for r in rows
        if r.get("url") and r["set"] in SETS
    ]


def test_the_urls_of_real_articles_look_like_articles(pages: list[dict[str, Any]]) -> None:
    taken = sum(resembles_article(page["url"]) for page in pages)
    print(f"{taken} of {len(pages)} URLs of real articles taken for articles")
    assert taken >= 0.97 * len(pages)


def test_short_menu_links_of_real_pages_are_left_out(pages: list[dict[str, Any]]) -> None:
    menus = taken = 0
    for page in pages[::6]:
        text = unpack(gzip.decompress(page["path"].read_bytes())).text
        root = parse(text)
        assert root is not None
        links = _collect(root, base_of(root, page["url"]), page["url"], (host_of(page["url"]),))
        scores = _scores(links, None)
        for link in links:
            if link.in_menu and len(link.title.split()) <= 2 and len(link.title) < 16:
                menus += 1
                taken += scores[link.url] >= ACCEPT
    print(f"{taken} of {menus} short menu links taken for articles")
    assert menus > 500
    assert taken <= 0.01 * menus
