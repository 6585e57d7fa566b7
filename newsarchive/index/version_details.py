"""What a version keeps beside its words: notices, links, embeds, pictures, struck-out words; as JSON's kinds of values.

The article of a page holds the same in its blocks; here is only what people see of one version. Pure.
Tested in tests/index/test_version_details.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from newsarchive.model import Article, Block, WordEdit
from newsarchive.times import iso_seconds, parse_iso


def details_of(article: Article) -> dict[str, Any]:
    """Return the details of an article; what there is none of is left out.

    Blocks are named by their number among the kept ones. A notice beside the text has none.
    """
    kept = [block for block in article.blocks if block.kept]
    found = {
        "embeds": list(article.embeds),
        "pictures": list(article.pictures),
        "links": {str(n): [list(link) for link in b.links] for n, b in enumerate(kept) if b.links},
        "words": {str(n): [[w.op, w.text] for w in b.words] for n, b in enumerate(kept) if b.words},
        "notices": {str(n): [b.notice, _day(b)] for n, b in enumerate(kept) if b.notice},
        "beside": [[b.notice, _day(b), b.text, _why(b)] for b in article.notices if not b.kept],
    }
    return {name: value for name, value in found.items() if value}


def _why(block: Block) -> str:
    """Why a block isn't kept, without the counts of a template, which change with every page that it is learnt from."""
    return block.reason.partition(",")[0]


def _day(block: Block) -> str | None:
    return iso_seconds(block.at) if block.at else None


def with_details(blocks: Sequence[Block], details: Mapping[str, Any]) -> tuple[Block, ...]:
    """Return the kept blocks of a version with their details, then the notices beside the text."""
    if not details:
        return tuple(blocks)
    links, words, notices = (details.get(name, {}) for name in ("links", "words", "notices"))
    made = []
    for n, block in enumerate(blocks):
        notice, day = notices.get(str(n), (None, None))
        made.append(
            dataclasses.replace(
                block,
                links=tuple((text, url) for text, url in links.get(str(n), ())),
                words=tuple(WordEdit(op=op, text=text) for op, text in words.get(str(n), ())),
                notice=notice,
                at=parse_iso(day) if day else block.at,
            )
        )
    made += [
        Block(
            kind="notice",
            text=text,
            kept=False,
            reason=reason,
            notice=notice,
            at=parse_iso(day) if day else None,
        )
        for notice, day, text, reason in details.get("beside", ())
    ]
    return tuple(made)
