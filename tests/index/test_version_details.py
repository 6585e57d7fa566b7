"""Details of a version go into JSON and come back with its blocks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from newsarchive.index.version_details import details_of, with_details
from newsarchive.model import Article, Block, WordEdit

DAY = datetime(2026, 3, 2, tzinfo=UTC)
KEPT = (
    Block(kind="paragraph", text="Plain.", kept=True),
    Block(
        kind="paragraph",
        text="70 died.",
        kept=True,
        words=(WordEdit(op="delete", text="7 "), WordEdit(op="keep", text="70 died.")),
        links=(("70", "https://a.example/toll"),),
    ),
    Block(kind="notice", text="Correction: 70, not 7.", kept=True, notice="correction", at=DAY),
)
BESIDE = Block(kind="notice", text="Editor's note: …", kept=False, reason="aside", notice="editor's note")


def test_details_come_back_with_the_blocks():
    removed = Block(kind="paragraph", text="Sign up", kept=False, reason="newsletter")
    article = Article(url="", blocks=(*KEPT, removed, BESIDE), embeds=("https://v.example/1",))
    details = json.loads(json.dumps(details_of(article)))
    plain = [Block(kind=b.kind, text=b.text, kept=True) for b in KEPT]
    assert with_details(plain, details) == (*KEPT, BESIDE)
    assert details["embeds"] == ["https://v.example/1"]


def test_of_plain_paragraphs_there_are_no_details():
    assert details_of(Article(url="", blocks=KEPT[:1])) == {}
    assert with_details(KEPT[:1], {}) == KEPT[:1]
