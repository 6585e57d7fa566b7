"""One page by itself: from a file, from the archive, printed for a person."""

from __future__ import annotations

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.story_reader import page_text
from newsarchive.errors import NothingFoundError


def test_a_page_of_the_archive_is_extracted_anew(press):
    article = Archive(press.folder).extract(press.plain_url)
    assert article.paragraphs == press.plain_paragraphs


def test_a_url_that_the_archive_doesnt_hold_says_how_to_capture_it(press):
    with pytest.raises(NothingFoundError, match="newsarchive save"):
        Archive(press.folder).extract("https://www.cedar-courier.example/none")


def test_markdown_and_explanation_name_title_and_reasons(press):
    article = Archive(press.folder).extract(press.plain_url)
    assert page_text(article, "markdown").startswith(f"# {article.title}\n")
    explained = page_text(article, "explain")
    assert "REMOVED" in explained
    assert "newsletter" in explained
    assert all(p in explained for p in press.plain_paragraphs)
