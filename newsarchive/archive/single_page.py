"""One page, looked at by itself: extracted from a file, stdin or the archive, and printed for a person.

Writes nothing. Tested in tests/archive/test_single_page.py.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.extract import extract_article
from newsarchive.model import Article, Block

if TYPE_CHECKING:
    from newsarchive.index import Version
    from newsarchive.index.read import StoredPage
    from newsarchive.model import Change

MARKDOWN = {"heading": "## ", "quote": "> ", "list_item": "- ", "caption": "*", "entry": "### "}


def extract_page(what: str, *, url: str = "", archive: Path) -> Article:
    """The article of one page.

    Args:
        what: A file, `-` for stdin, or a URL that the archive holds.
        url: The page's URL, if `what` isn't one.
        archive: Folder of the archive; only looked at for a URL.

    Raises:
        NothingFoundError: no such file, or the archive doesn't hold the URL.
    """
    if what == "-":
        return extract_article(sys.stdin.buffer.read(), url)
    if "://" in what:
        return _archived(what, archive)
    try:
        return extract_article(Path(what).read_bytes(), url)
    except FileNotFoundError as error:
        raise NothingFoundError("no such file", where=what) from error
    except OSError as error:
        raise UsageError(f"can't read it: {error.strerror}", where=what) from error


def _archived(url: str, folder: Path) -> Article:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.warc import read_payload

    archive = ArchiveFolder(folder)
    version = archive.story(url).pick("last")
    rules = archive.sources[name].rules if (name := archive.source_of(url)) else ()
    payload = read_payload(archive.root, version.warc_filename, version.warc_offset, version.warc_length)
    return extract_article(payload.body, version.url, content_type=payload.content_type, rules=rules)


def stored_articles(index: Path, version: Version) -> tuple[Article, ...]:
    """The articles as ingest stored them for the version's pages, their template applied, with all blocks."""
    from newsarchive.index import reading
    from newsarchive.index.read import pages

    with reading(index) as db:
        stored = pages(db, version)
    return tuple(_article(page) for page in stored)


def seen_article(index: Path, record_id: str) -> Article | None:
    """The article that one capture showed, its template applied; None if it showed none."""
    from newsarchive.index import reading
    from newsarchive.index.read import seen_page

    with reading(index) as db:
        page = seen_page(db, record_id)
    return _article(page) if page is not None else None


def _article(page: StoredPage) -> Article:
    from newsarchive.extract import article_from_json
    from newsarchive.extract.site_template import Template, apply

    article = article_from_json(page.article)
    return apply(article, Template.from_json(page.template)) if page.template else article


def compare_captures(index: Path, spec: str) -> Change | None:
    """What differs between the pages of two captures; None unless `spec` names two by record ids and both showed one."""
    from newsarchive.diff import compare

    ends = spec.split("..")
    if not all(end.startswith("urn:uuid:") for end in ends):
        return None
    before, after = seen_article(index, ends[0]), seen_article(index, ends[-1])
    return compare(before, after) if before is not None and after is not None else None


def page_text(article: Article, form: str) -> str:
    """`article` for a person: `text`, `markdown`, or `explain` (every block, and why)."""
    if form == "explain":
        return "\n".join([*_facts(article), "", *map(_explained, article.blocks)])
    if form == "markdown":
        parts = [f"# {article.title}", f"*{article.description}*" if article.description else ""]
        parts += [_marked(b) for b in article.blocks if b.kept]
        return "\n\n".join(filter(None, parts))
    return "\n\n".join(filter(None, [article.title, article.description, article.text]))


FACTS = (
    *("title", "description", "authors", "publisher", "published_at", "modified_at", "language", "section"),
    *("tags", "image_url", "canonical_url", "free_access", "page_kind", "captions", "credits", "confidence"),
)


def _facts(article: Article) -> list[str]:
    lines = [
        f"{name}: {_plain(getattr(article, name))}"
        + (f"  (from {article.origins[name]})" if name in article.origins else "")
        for name in FACTS
    ]
    return [*lines, f"extractor: {article.extractor} {article.extractor_version}", *article.warnings]


def _plain(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


def _explained(block: Block) -> str:
    mark = "KEPT   " if block.kept else "REMOVED"
    why = f" [{block.reason}]" if block.reason else ""
    return f"{mark} {block.kind}{why} {block.place}\n        {block.text}"


def _marked(block: Block) -> str:
    sign = MARKDOWN.get(block.kind, "")
    return f"{sign}{block.text}*" if sign == "*" else f"{sign}{block.text}"
