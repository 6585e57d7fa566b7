"""Entries of a live blog keep their texts and their times."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from newsarchive.extract import extract_article
from tests.extract.pages import STORY, page

URL = "https://veldt.example/live"
ENTRIES = [
    ("The count begins", "Two of nine wards are in.", "2024-03-04T18:05:00Z"),
    ("Ward three is in", "A close one: four votes.", "2024-03-04T18:40:00Z"),
    ("The mayor speaks", "She thanks the divers, and everybody laughs.", "2024-03-04T19:10:00Z"),
]


def test_entries_are_kept_with_their_times() -> None:
    updates = [
        {"@type": "BlogPosting", "headline": h, "articleBody": b, "datePublished": t} for h, b, t in ENTRIES
    ]
    data = {"@type": "LiveBlogPosting", "headline": "Harbour vote: live", "liveBlogUpdate": updates}
    body = f"<p>{STORY[0]}</p>" + "".join(
        f'<div id="entry-{n}"><time datetime="{t}">{t[11:16]}</time><h2>{h}</h2><p>{b}</p></div>'
        for n, (h, b, t) in enumerate(ENTRIES)
    )
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    article = extract_article(page(title="Harbour vote: live", body=body, head=head), URL)
    assert article.page_kind == "live blog"
    assert article.paragraphs == (STORY[0], *(text for h, b, _ in ENTRIES for text in (h, b)))
    times = [b.at for b in article.blocks if b.kind == "entry"]
    assert times == [datetime(2024, 3, 4, h, m, tzinfo=UTC) for h, m in ((18, 5), (18, 40), (19, 10))]
