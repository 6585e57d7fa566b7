"""What a reader asks for: a story, its versions, the difference between two; one page's article, and why.

Reads only. Tested in tests/archive/test_story_reader.py and tests/archive/test_single_page.py.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.errors import NoInputError, NothingFoundError, UsageError
from newsarchive.index import StoredStory, VersionRow, reading, story
from newsarchive.index.read import CaptureRow, StoredPage, captures, pages, seen_page
from newsarchive.model import Article, Block
from newsarchive.times import iso_seconds, parse_iso

if TYPE_CHECKING:
    from newsarchive.model import Change

RANGE = "A..B: version numbers, `first`, `last`, record ids or times, e.g. 1..3 or 2026-11-01..last"
MARKDOWN = {"heading": "## ", "quote": "> ", "list_item": "- ", "caption": "*", "entry": "### "}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedStory(StoredStory):
    """A story with its versions, oldest first, that can compare them."""

    captures: tuple[CaptureRow, ...] = ()

    def check_shown(self) -> None:
        """Check that the story may be shown.

        Raises:
            NothingFoundError: it is withheld; says why, and nothing of the story.
        """
        if self.withheld:
            raise NothingFoundError(f"nothing to show of this story, it is withheld: {self.withheld_reason}")

    def pick(self, spec: str | int = "last") -> VersionRow:
        """Return the version that `spec` means.

        Args:
            spec: A version's number, `first`, `last`, the record id of any capture that showed it, or a
                time (ISO 8601): the version that was there then.

        Raises:
            NothingFoundError: no such version, or the story is withheld.
        """
        self.check_shown()
        if not self.versions:
            raise NothingFoundError("nothing to show of this story, it has no version", where=self.url)
        text = str(spec).strip() or "last"
        number = self._number(text)
        for version in self.versions:
            if version.version_no == number:
                return version
        raise NothingFoundError(
            f"no version '{text}'",
            where=self.url,
            next_step=f"There are 1 to {len(self.versions)}; `newsarchive versions {self.url}` lists them",
        )

    def _number(self, text: str) -> int | None:
        if text in ("first", "last", "latest"):
            return self.versions[0 if text == "first" else -1].version_no
        if text.isdecimal() and len(text) < 4:
            return int(text)
        if text.startswith("urn:uuid:"):
            return next((c.version_no for c in self.captures if c.warc_record_id == text), None)
        try:
            when = iso_seconds(parse_iso(text))
        except ValueError as error:
            raise UsageError(f"'{text}' names no version", next_step=RANGE) from error
        shown = [v for v in self.versions if v.first_seen_at <= when]
        return max(shown, key=lambda v: v.first_seen_at).version_no if shown else None

    def range(self, spec: str = "") -> tuple[VersionRow, VersionRow]:
        """Return the two versions that `A..B` means; empty = the last two.

        Raises:
            NothingFoundError: no such versions.
            UsageError: not of that form.
        """
        if not spec:
            last = self.pick("last")
            return self.pick(max(1, last.version_no - 1)), last
        ends = re.fullmatch(r"(.*?)\.\.(.*)", spec)
        if not ends:
            raise UsageError(f"'{spec}' is no range", next_step=RANGE)
        return self.pick(ends[1] or "first"), self.pick(ends[2] or "last")

    def diff(self, before: str | int, after: str | int) -> Change:
        """Return what changed between two versions; see `pick` for how to name them."""
        from newsarchive.change_feed import compare_versions

        return compare_versions(self.pick(before), self.pick(after))


def find_story(index: Path, key: str | int) -> ArchivedStory:
    """Return the story with this URL, id, former id or record id.

    Raises:
        NothingFoundError: there is none.
    """
    with reading(index) as db:
        found = story(db, key)
        seen = captures(db, found.id)
    return ArchivedStory(**{f.name: getattr(found, f.name) for f in fields(StoredStory)}, captures=seen)


# ---------------------------------------------------------------- one page


def extract_file(what: str, url: str = "") -> Article:
    """Return the article of a page in a file, or on stdin (`-`); `url` is the page's own.

    Raises:
        NoInputError: no such file.
        UsageError: it can't be read.
    """
    from newsarchive.extract import extract_article

    try:
        page = sys.stdin.buffer.read() if what == "-" else Path(what).read_bytes()
    except FileNotFoundError as error:
        raise NoInputError("no such file", where=what) from error
    except OSError as error:
        raise UsageError(f"can't read it: {error.strerror}", where=what) from error
    return extract_article(page, url)


def stored_articles(index: Path, version: VersionRow) -> tuple[Article, ...]:
    """Return the articles as ingest stored them for the version's pages, their template applied, with all blocks."""
    with reading(index) as db:
        stored = pages(db, version)
    return tuple(_article(page) for page in stored)


def seen_article(index: Path, record_id: str) -> Article | None:
    """Return the article that one capture showed, its template applied; None if it showed none."""
    with reading(index) as db:
        page = seen_page(db, record_id)
    return _article(page) if page is not None else None


def _article(page: StoredPage) -> Article:
    from newsarchive.extract import article_from_json
    from newsarchive.extract.site_template import Template, apply

    article = article_from_json(page.article)
    return apply(article, Template.from_json(page.template)) if page.template else article


def compare_captures(index: Path, spec: str) -> Change | None:
    """Return what differs between the pages of two captures; None unless `spec` names two by record ids and both showed one."""
    from newsarchive.diff import compare

    ends = spec.split("..")
    if not all(end.startswith("urn:uuid:") for end in ends):
        return None
    before, after = seen_article(index, ends[0]), seen_article(index, ends[-1])
    return compare(before, after) if before is not None and after is not None else None


def page_text(article: Article, form: str) -> str:
    """Return `article` for a person: `text`, `markdown`, or `explain` (every block, and why)."""
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
    if block.rows:
        from newsarchive.export.story_files import markdown_table

        return markdown_table(block.rows)
    sign = MARKDOWN.get(block.kind, "")
    if block.words:
        return sign + "".join(f"~~{w.text}~~" if w.op == "delete" else w.text for w in block.words)
    return f"{sign}{block.text}*" if sign == "*" else f"{sign}{block.text}"
