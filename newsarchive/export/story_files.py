"""A version as a file of its own: Markdown with front matter, or plain text; and the path that it gets.

Pure. Tested in tests/export/test_story_files.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from newsarchive.export.exported import ExportedVersion, clean, one_line, to_columns
from newsarchive.index.read import blocks_of
from newsarchive.urls import slug

_UNSAFE = re.compile(r"[^\w]+", re.ASCII)
SLUG = 60  # characters of a URL's last words in a file's name


def story_path(exported: ExportedVersion, suffix: str) -> str:
    """Return the relative path of a story's file, the same for all its versions: `source/2026/11/26/words-id.md`.

    ASCII only, so that every file system takes it. The day is the story's: folders stay small, or git would write a
    list of all stories for each commit.
    """
    version = exported.version
    words = _UNSAFE.sub("-", slug(exported.story_url)).strip("-").lower()[:SLUG].strip("-")
    source = _UNSAFE.sub("-", version.source).strip("-") or "source"
    name = f"{words}-{version.story_id:016x}" if words else f"{version.story_id:016x}"
    return f"{source}/{exported.news_at[:10].replace('-', '/')}/{name}{suffix}"


# ---------------------------------------------------------------- Markdown

_STORY_FACTS = (
    *("title", "description", "authors", "publisher", "source", "language", "section", "tags"),
    *("published_at", "modified_at", "url", "canonical_url"),
)
_RECORD_FACTS = (
    *("version_no", "n_versions", "status", "first_seen_at", "last_seen_at"),
    *("warc_record_id", "warc_filename", "warc_offset", "payload_digest"),
)
# What Markdown would obey anywhere in a line, and at its beginning. A < would open HTML, an & an entity.
_ANYWHERE = re.compile(r"([\\`*_\[\]<>&~$])")
_AT_START = re.compile(r"([^\S\n]*)([#+=|:-]|\d{1,9}(?=[.)]))")
_json = json.JSONEncoder(ensure_ascii=False).encode
_PREFIX = {"heading": "## ", "entry": "### ", "quote": "> ", "list_item": "- "}


def escape_markdown(text: str) -> str:
    """Return `text` so that Markdown shows it as it is: no markup, no HTML, no list or heading by accident."""
    return "\n".join(map(_escaped_start, _ANYWHERE.sub(r"\\\1", text).split("\n")))


def _escaped_start(line: str) -> str:
    found = None if line[:1].isalpha() else _AT_START.match(line)
    if found is None:
        return line
    sign, rest = found[2], line[found.end() :]
    return f"{found[1]}{sign}\\{rest}" if sign.isdigit() else f"{found[1]}\\{sign}{rest}"


def to_markdown(exported: ExportedVersion, *, with_record: bool = True) -> str:
    """Return the version as Markdown: YAML front matter (JSON's scalars, so any YAML reader takes them), title, text.

    Args:
        with_record: Whether the front matter names the captures too; they differ in every version.
    """
    row = to_columns(exported, (*_STORY_FACTS, "captions", *(_RECORD_FACTS if with_record else ())))
    row["title"], row["description"] = one_line(row["title"]), one_line(row["description"])
    captions = row.pop("captions")
    front = [
        f"{name}: {_json(value)}"
        for name, value in row.items()
        if value is not None and value not in ("", [])
    ]
    blocks = blocks_of(exported.version)
    lines = [row["title"], row["description"], *captions, *("" if b.rows else b.text for b in blocks)]
    title, standfirst, *rest = escape_markdown("\n".join(map(one_line, lines))).split("\n")
    parts = ["---\n" + "\n".join(front) + "\n---", f"# {title}"]
    if standfirst:
        parts.append(f"*{standfirst}*")
    for block, text in zip(blocks, rest[len(captions) :], strict=True):
        parts.append(
            markdown_table([[escape_markdown(one_line(cell)) for cell in row] for row in block.rows])
            if block.rows
            else _PREFIX.get(block.kind, "") + text
        )
    parts += [f"*{caption}*" for caption in rest[: len(captions)]]
    return "\n\n".join(parts) + "\n"


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a table in Markdown; the first row is its head."""
    head, *rest = (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *rest])


def to_text(exported: ExportedVersion) -> str:
    """Return the version for corpora: title, standfirst and paragraphs, parted by empty lines."""
    version = exported.version
    parts = [one_line(version.title), one_line(version.description), clean(version.text)]
    return "\n\n".join(filter(None, parts)) + "\n"
