"""How pages end: whole ones, valid ones without their last tags, and pages that were cut."""

from __future__ import annotations

import pytest

from newsarchive.web.page_end import is_ended, page_end

PAGE = "<html><body><article><p>One.<p>Two.</article><footer>Imprint</footer>"

ENDS = [
    (PAGE + "</body></html>", ""),
    (PAGE + "</BODY></HTML >\n<!-- served by a --><script>count()</script>", ""),
    ("<rss><channel></channel></rss>\n", ""),
    (PAGE, "<p </article <footer </footer"),
    (PAGE + "<!-- in 0.12 s -->", "<p </article <footer </footer"),
    (PAGE + "<!-- in 0.34 s", "<p </article <footer </footer"),
    (PAGE + "<script>if (a<b) document.write('<p>')", "</article <footer </footer <script"),
    (PAGE[:40], "<article <p <p </art"),
    ("only words", "-"),
    ("", "-"),
]


@pytest.mark.parametrize(("text", "end"), ENDS)
def test_a_page_ends_as_its_tags_say(text: str, end: str) -> None:
    assert page_end(text) == end
    assert is_ended(text) is (end == "")


def test_every_cut_of_a_whole_page_ends_otherwise() -> None:
    whole = PAGE + "</body></html>"
    assert all(page_end(whole[:n]) for n in range(len(whole)))


def test_an_end_far_before_the_end_is_none() -> None:
    assert page_end("</html>" + "<p>" * 2000) == "<p <p <p <p"
