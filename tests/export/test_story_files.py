"""Files of stories: front matter that YAML reads, Markdown that shows what the page said, paths that any disk takes."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from markdown_it import MarkdownIt

from newsarchive.export import exported_versions
from newsarchive.export.exported import one_line
from newsarchive.export.story_files import escape_markdown, markdown_table, story_path, to_markdown, to_text
from newsarchive.index import reading
from newsarchive.index.search import SearchQuery

from .stories import ALL, hostile, index_of
from .test_citations import HOSTILE, TEXTS, examples


def shown(markdown: str) -> str:
    """The text that a reader sees, and the tags around it."""
    return MarkdownIt("commonmark").enable("table").enable("strikethrough").render(markdown)


def test_markdown_has_front_matter_title_standfirst_and_paragraphs(tmp_path: Path) -> None:
    with reading(index_of(tmp_path / "index.db")) as db:
        text = to_markdown(next(exported_versions(db, SearchQuery(text="school", limit=0))))
    _, front, body = text.split("---\n", 2)
    facts = yaml.safe_load(front)
    assert (facts["title"], facts["source"], facts["version_no"]) == ("School opens", "gazette", 1)
    assert body == "\n# School opens\n\n*At last*\n\nA school opened.\n\nIt has a roof.\n"


def test_text_has_title_standfirst_and_paragraphs(tmp_path: Path) -> None:
    with reading(index_of(tmp_path / "index.db")) as db:
        text = to_text(next(exported_versions(db, SearchQuery(text="school", limit=0))))
    assert text == "School opens\n\nAt last\n\nA school opened.\n\nIt has a roof.\n"


@pytest.mark.parametrize(
    "text",
    ["# no heading", "1. no item", "12) no item", "- no item", "> no quote", "=====", "| a | b |", "a\n---", "a\n===",
     "<script>alert(1)</script>", "&lt;", "![x](http://y)", "`code`", "~~struck~~", "    code", ": x", "a * b * c",
     "http://a_b_c", "+ x", "***", "[x]: http://y"],
)  # fmt: skip
def test_markdown_shows_what_the_page_said(text: str) -> None:
    html = shown(escape_markdown(one_line(text)))
    plain = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html == f"<p>{plain}</p>\n"


@settings(max_examples=100)
@given(TEXTS)
@examples((*HOSTILE, "---", "...", "a: b", "- x", "'", '"', "\u0085x", "#"))
def test_no_title_leaves_its_place(text: str) -> None:
    version = hostile(text)
    head, front, body = to_markdown(version).split("---\n", 2)
    assert head == ""
    assert yaml.safe_load(front).get("title", "") == one_line(text)
    assert set(re.findall(r"<(\w+)", shown(body))) <= {"h1", "p", "em"}
    heading = re.search(r"<h1>(.*)</h1>", shown(body))
    assert unescape(heading[1] if heading else "") == one_line(text)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (
            "https://gazette.example/news/Bridge-Toll-agreed",
            r"gazette/2026/03/01/bridge-toll-agreed-[0-9a-f]{16}\.md",
        ),
        ("https://gazette.example/x", r"gazette/2026/03/01/[0-9a-f]{16}\.md"),
        (
            "https://gazette.example/../..-..-..-etc-passwd-x",
            r"gazette/2026/03/01/(?:[a-z-]+-)?[0-9a-f]{16}\.md",
        ),
        (
            "https://gazette.example/" + "very-long-words-" * 40,
            r"gazette/2026/03/01/[a-z-]{1,60}-[0-9a-f]{16}\.md",
        ),
        ("https://gazette.example/إعلان-هام-جدا-اليوم", r"gazette/2026/03/01/[0-9a-f]{16}\.md"),
    ],
)
def test_a_path_is_plain_and_short(tmp_path: Path, url: str, path: str) -> None:
    from tests.index.build import Told

    with reading(index_of(tmp_path / "index.db", [Told(url, [("A", "b")])])) as db:
        found = [story_path(each, ".md") for each in exported_versions(db, ALL)]
    assert len(found) == 1
    assert re.fullmatch(path, found[0])


def test_a_table_is_a_table_whatever_its_cells_hold() -> None:
    rows = [("Quay", "Dead"), ("North | West", "70")]
    page = shown(markdown_table(rows))
    assert "<th>Dead</th>" in page
    assert "<td>North | West</td>" in page
