"""The page of an edit, as mail shows it."""

from __future__ import annotations

from lxml import html

from newsarchive.diff import Heading, compare
from newsarchive.messages.message_pages import edit_page
from newsarchive.model import Article, Block


def article(title: str, text: str) -> Article:
    block = Block(kind="paragraph", text=text, kept=True)
    return Article(
        url="https://isle.example/a",
        title=title,
        blocks=(block,),
        language="en",
        extractor="t",
        extractor_version="1",
    )


CHANGE = compare(
    article("Fares rise", "The fare is 12 crowns."), article("Fares rise", "The fare is 15 crowns.")
)
HEADING = Heading(
    title="Fares rise", url="https://isle.example/a", before="version 1", after="version 2", language="en"
)


def test_it_has_the_words_the_link_and_why_it_is_sent() -> None:
    page = edit_page(
        CHANGE, HEADING, subject="'15' appears: Fares rise", link="https://archive.example/d?a=1&b=2"
    )
    tree = html.fromstring(page)
    assert [e.text for e in tree.iter("del", "ins")] == ["12", "15"]
    assert tree.xpath("//h1/a/@href") == ["https://archive.example/d?a=1&b=2"]
    assert "'15' appears" in tree.text_content()
    assert tree.xpath("//del/@style")  # mail programs drop style sheets


def test_it_runs_and_loads_nothing_whatever_the_outlet_writes() -> None:
    evil = '"><script src=https://evil.example/x></script><img src=x onerror=y>'
    change = compare(article(evil, evil), article(evil + "2", evil + " more"))
    heading = Heading(title=evil, url="javascript:alert(1)", before=evil, after=evil, language=evil)
    page = edit_page(change, heading, subject=evil, link="javascript:alert(1)")
    tree = html.fromstring(page)
    assert [e.tag for e in tree.iter() if e.tag in ("script", "img", "link", "iframe", "style")] == []
    assert tree.xpath("//@href") == []
    assert [name for e in tree.iter() for name in e.attrib if name.startswith("on")] == []
