"""What extraction took for boilerplate on a version's pages, with the reason for each piece.

The index keeps each page's blocks from before the template layer; this reads them back and applies
the template, as ingest did. Tested in tests/browse/test_story.py.
"""

from __future__ import annotations

from typing import Any

from newsarchive.browse.views import Reading
from newsarchive.index import read
from newsarchive.model import Article


def blocks_of(reading: Reading, version_id: int) -> list[dict[str, Any]]:
    """`kind`, `text`, `kept` and `reason` of each block of the pages: all of the text, and what was removed around it.

    Raises:
        NothingFoundError: there is no such version.
    """
    from newsarchive.extract import article_from_json
    from newsarchive.extract.site_template import Template, apply
    from newsarchive.versions import shown

    def article(page: read.StoredPage) -> Article:
        made = article_from_json(page.article)
        return apply(made, Template.from_json(page.template)) if page.template is not None else made

    text = read.article(read.version(reading.connection, version_id)).blocks
    pages = [article(page) for page in read.pages(reading.connection, version_id)]
    return [{"kind": b.kind, "text": b.text, "kept": b.kept, "reason": b.reason} for b in shown(text, pages)]
