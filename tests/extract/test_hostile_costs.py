"""What a page can cost: at most 30 seconds of processor time and 400 MB, whatever it is made of.

Without the limits of newsarchive/web/html_tree.py, newsarchive/extract/article.py and `normalized` of newsarchive/text.py,
most rows end by SIGXCPU or with more memory; tests/test_patterns.py holds the patterns.
"""

from __future__ import annotations

import pytest

from tests.extract.hostile_pages import PAGES
from tests.measured import MAX_MB, measured

EXTRACT = """
from newsarchive.extract import extract_article
from tests.extract.hostile_pages import PAGES
html = PAGES[{name!r}]().encode()[: 8 * 1024 * 1024]
article = extract_article(html, "https://gazette.example/a", content_type="text/html; charset=utf-8")
answer = [article.page_kind, "The harbour wall is to be rebuilt" in article.text, bool(article.title)]
"""


ALWAYS = {
    "paragraphs never closed",
    "a byline of one name",
    "37,000 attributes",
    "attributes of many bodies",
    "marks on a letter",
    "links",
    "numbers beside a rare character",
    "deep linked data",
}
ROWS = [pytest.param(name, marks=[] if name in ALWAYS else [pytest.mark.slow]) for name in PAGES]


@pytest.mark.parametrize("name", ROWS)
def test_a_page_made_to_cost_is_extracted_within_limits(name):
    took = measured(EXTRACT.format(name=name), cpu=30)
    assert took.ended_by == 0
    assert took.mb <= MAX_MB
    assert isinstance(took.answer, list)


SMALL_PAGES = """
import time
from newsarchive.extract import extract_article
from newsarchive.ingest.extraction_job import FEW_TAGS, SMALL
from tests.extract.hostile_pages import PAGES
answer = {}
for name, make in PAGES.items():
    body = make().encode()[:SMALL]
    tags = body.split(b"<", FEW_TAGS + 1)
    began = time.process_time()
    extract_article(b"<".join(tags[: FEW_TAGS + 1]), "https://gazette.example/a", content_type="text/html; charset=utf-8")
    answer[name] = time.process_time() - began
"""


@pytest.mark.slow
def test_a_page_that_is_small_takes_little_without_limits():
    took = measured(SMALL_PAGES, cpu=300)
    assert took.mb <= MAX_MB
    assert {name: seconds for name, seconds in took.answer.items() if seconds > 10} == {}
