"""The only parse of a page."""

from __future__ import annotations

from newsarchive.web.html_tree import inner_text, listed, parse, tokens, too_deep


def test_an_empty_page_has_no_tree() -> None:
    assert parse("") is None
    assert parse("<!-- only a comment -->") is None


def test_nesting_beyond_the_parser_is_told() -> None:
    root = parse("<html><body>" + "<div>" * 1000 + "x" + "</div>" * 1000)
    assert too_deep(root)
    assert not too_deep(parse("<html><body>" + "<div>" * 100 + "x"))


def test_text_after_an_early_end_of_the_page_is_read() -> None:
    root = parse("<html><body><p>one</p></body></html><div>" + "<p>" + "two " * 100 + "</p></div>")
    assert "two" in inner_text(root)


def test_scripts_are_no_text() -> None:
    root = parse("<p>a<script>x = 1</script>b<br>c<style>p {}</style></p>")
    assert inner_text(root) == "ab c"


def test_soft_hyphens_are_not_read() -> None:
    assert inner_text(parse("<p>Ver\u00adfas\u00adsung</p>")) == "Verfassung"


def test_word_lists() -> None:
    assert tokens("a b a") == {"a", "b"}
    assert listed("b a") == ("b", "a")


def test_what_readers_see_of_a_page_without_a_body_tag_is_in_its_body() -> None:
    tree = parse("<title>A</title><meta name=x content=y><article><p>one</article><aside>two</aside>")
    assert tree is not None
    assert [e.tag for e in tree.find("body")] == ["article", "aside"]
    assert [e.tag for e in tree.find("head")] == ["title", "meta"]
