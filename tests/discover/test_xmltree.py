"""A tree from broken XML."""

from __future__ import annotations

import pytest

from newsarchive.discover.xmltree import child_text, name_of, parse, space_of


@pytest.mark.parametrize(
    ("text", "title", "is_broken"),
    [
        ("<a><title>Rain</title></a>", "Rain", False),
        ("<a><title>Rain", "Rain", True),
        ("<a><title>Fish &amp; chips &lt;3</title></a>", "Fish & chips <3", False),
        ("<a><title>Fish & chips</title></a>", "Fish & chips", False),
        ("<a><title>Caf&eacute; &hellip; &apos;x&apos;</title></a>", "Café … 'x'", False),
        ("<a><title>&#233;&#xe9;</title></a>", "éé", False),
        ("<a><title><![CDATA[<b>Fish & chips</b>]]></title></a>", "<b>Fish & chips</b>", False),
        ("<a><x:title>Rain</x:title></a>", "Rain", False),
        ("<a><TITLE>Rain</TITLE></a>", "Rain", False),
        ("<a><title>\x0bRain\ufffe</title></a>", "Rain", False),
        ("<a><title></title><title>Rain</title></a>", "Rain", False),
        ("<a><b></a><title>Rain</title>", "Rain", True),
    ],
)
def test_titles_are_read(text: str, title: str, is_broken: bool) -> None:
    root, broken = parse(text)
    assert root is not None
    found = child_text(root, "title") or next(
        (t.text for t in root.iter() if name_of(t) == "title" and t.text), ""
    )
    if title == "Rain" and not found:
        assert broken
    else:
        assert found == title
    assert broken is is_broken


@pytest.mark.parametrize("text", ["", "words", "<", "<>", "<?xml?>", "<!-- x -->"])
def test_without_an_element_there_is_no_tree(text: str) -> None:
    assert parse(text)[0] is None


def test_names_and_spaces() -> None:
    root, _ = parse('<f:Feed xmlns:f="urn:f"><media:Title>x</media:Title></f:Feed>')
    assert root is not None
    assert (name_of(root), space_of(root)) == ("feed", "urn:f")
    assert (name_of(root[0]), space_of(root[0])) == ("title", "media")
