"""Short ways to write down captures and articles in tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newsarchive.model import Article, Block
from newsarchive.versions import Observation

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
URL = "https://news.example/2026/bridge-is-closed-for-repairs"

BODY = (
    "The old bridge over the river was closed on Monday after engineers found cracks in two of its pillars.",
    "About 12 buses a day will take another road, the town council said in a statement.",
    "Work is to begin in April and should take six weeks, according to the builder.",
    "Traders on the north bank fear for their business during the spring market.",
)
OTHER_BODY = (
    "A choir of ninety singers has won the national prize for the third time in a row.",
    "Their conductor thanked everybody who had come to rehearsals through a long winter.",
    "The jury praised the clear voices and an unusual choice of songs from the mountains.",
    "A concert for the whole valley is planned for the last weekend of the summer.",
)


def article(title="The bridge is closed", paragraphs=BODY, **fields) -> Article:
    """An article; `paragraphs` are kept blocks."""
    blocks = tuple(Block(kind="paragraph", text=p, kept=True) for p in paragraphs)
    return Article(url=fields.pop("url", URL), title=title, blocks=blocks, **fields)


def look(hour=0.0, state: Article | None = None, url=URL, **fields) -> Observation:
    """One capture, `hour` hours after the start."""
    at = START + timedelta(hours=hour)
    name = fields.pop("record_id", f"urn:uuid:{url}@{hour}")
    return Observation(record_id=name, url=url, fetched_at=at, article=state, **fields)


def changed(state: Article, old: str, new: str) -> Article:
    """`state` with one piece of its text exchanged."""
    blocks = tuple(replace(b, text=b.text.replace(old, new)) for b in state.blocks)
    assert blocks != state.blocks, f"{old!r} isn't in the text"
    return replace(state, blocks=blocks)
