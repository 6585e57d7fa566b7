"""What extraction took for boilerplate on a version's page, with the reason for each piece.

The index keeps each page's blocks from before the template layer; this reads them back and applies
the template, as ingest did. Tested in tests/browse/test_story.py.
"""

from __future__ import annotations

from typing import Any

from newsarchive.browse.web import Reading
from newsarchive.index import read


def blocks_of(reading: Reading, version_id: int) -> list[dict[str, Any]]:
    """`kind`, `text`, `kept` and `reason` of each block of the page, in its order.

    Raises:
        NothingFoundError: there is no such version.
    """
    from newsarchive.extract import article_from_json
    from newsarchive.extract.template import Template, apply

    page = read.page(reading.connection, version_id)
    article = article_from_json(page.article)
    if page.template is not None:
        article = apply(article, Template.from_json(page.template))
    return [{"kind": b.kind, "text": b.text, "kept": b.kept, "reason": b.reason} for b in article.blocks]
