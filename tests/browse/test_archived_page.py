"""An archived page is written again by us: what could reach out isn't in it, in whatever spelling; what is stored is."""

from __future__ import annotations

import re

import pytest
from lxml import html

from newsarchive.browse.archived_page import NOWHERE, StoredFile, archived_page
from newsarchive.web.page_files import FileKind

URL = "https://e.test/news/a"
AWAY = "http://away.example/x"
PICTURE = "data:image/png;base64,AAAA"


def nothing(_url: str, _kind: FileKind) -> None:
    return None


def everything(url: str, kind: FileKind) -> StoredFile | str:
    return StoredFile(text="b{}", url=url) if kind == "sheet" else PICTURE


def shown(text: str) -> str:
    return archived_page(text, URL, nothing).html


REVIVED = [
    f'<a title=">" href="{AWAY}">x</a>',
    f'<a href=# href="{AWAY}">x</a>',
    f"<a href='{AWAY}' href=#>x</a>",
    f'<a\x0chref="{AWAY}">x</a>',
    f'<A/HREF="{AWAY}">x</A>',
    f'<a title="x"href="{AWAY}">x</a>',
    f'<svg><a xlink:href="{AWAY}"><text>x</text></a></svg>',
    f'<svg><a href="#a"><animate attributeName="href" values="{AWAY}"/><set attributeName=href to="{AWAY}"/>x</a></svg>',
    f'<svg><use href="{AWAY}#a"/><image href="{AWAY}"/><feImage href="{AWAY}"/><pattern href="{AWAY}"/></svg>',
    f'<svg><style><a href="{AWAY}">x</style></svg>',
    f'<math href="{AWAY}"><mi xlink:href="{AWAY}">x</mi></math>',
    f'<math><annotation-xml encoding="text/html"><a href="{AWAY}">x</a></annotation-xml></math>',
    f'<base href="{AWAY}"><a href="x">x</a>',
    f'<base target="_top" href="{AWAY}">',
    f'<meta http-equiv="refresh" content="0;url={AWAY}">',
    f'<meta name="viewport" http-equiv="refresh" content="0;url={AWAY}">',
    f'<meta http-equiv="Link" content="<{AWAY}>; rel=preconnect">',
    f'<iframe srcdoc="<a href={AWAY}>x</a>" src="{AWAY}"></iframe>',
    f'<iframe><a href="{AWAY}">x</a></iframe>',
    f'<template><a href="{AWAY}">x</a></template>',
    f'<div><template shadowrootmode="open"><img src="{AWAY}"></template></div>',
    f'<noscript><a href="{AWAY}">x</a><img src="{AWAY}"></noscript>',
    f'<noscript><p title="</noscript><a href={AWAY}>x</a>">x',
    f'<p style="background: url({AWAY})">x</p>',
    f"<style>@import '{AWAY}'; a {{ background: url({AWAY}) }}</style>",
    f"<style></sty</style><a href={AWAY}>x</a>",
    f"<style><!-- </style><link rel=preconnect href={AWAY}> --></style>",
    f"<textarea></textarea ><a href={AWAY}>x</a>",
    f'<title></title ><link rel="preconnect" href="{AWAY}">',
    f'<xmp></xmp><link rel=preconnect href="{AWAY}">',
    f'<plaintext><link rel=preconnect href="{AWAY}">',
    f'<noembed><link rel=preconnect href="{AWAY}"></noembed><noframes><a href="{AWAY}"></noframes>',
    f'<!--><link rel=preconnect href="{AWAY}">-->',
    f'<!-- --!><link rel=preconnect href="{AWAY}"> -->',
    f'<![CDATA[><link rel=preconnect href="{AWAY}">]]>',
    f'<svg><![CDATA[<link rel=preconnect href="{AWAY}">]]></svg>',
    f'<?xml <link rel=preconnect href="{AWAY}">?>',
    f'<link rel="stylesheet preconnect" href="{AWAY}">',
    f'<link rel=preload as=image imagesrcset="{AWAY} 1x">',
    f'<frameset><frame src="{AWAY}"></frameset>',
    f'<object data="{AWAY}"><embed src="{AWAY}"></object><applet code="{AWAY}"></applet>',
    f'<portal src="{AWAY}"></portal><fencedframe src="{AWAY}"></fencedframe>',
    f'<form action="{AWAY}"><button formaction="{AWAY}">x</button><input type=image src="{AWAY}"></form>',
    f'<img src="{AWAY}" srcset="{AWAY} 2x" lowsrc="{AWAY}" dynsrc="{AWAY}" onerror="x()" usemap="{AWAY}">',
    f'<video src="{AWAY}" poster="{AWAY}" autoplay><source src="{AWAY}"><track src="{AWAY}"></video>',
    f'<body background="{AWAY}" onload="x()"><table background="{AWAY}"><tr><td background="{AWAY}">x',
    f'<html manifest="{AWAY}"><head profile="{AWAY}"><body>x',
    f'<a href="#x" ping="{AWAY}" attributionsrc="{AWAY}">x</a><blockquote cite="{AWAY}">x</blockquote>',
    f'<bgsound src="{AWAY}"><isindex action="{AWAY}"><command icon="{AWAY}"><input src="{AWAY}">',
    f"<script src={AWAY}></script><script>x='{AWAY}'</script><script>y",
    f'<script type=speculationrules>{{"prefetch":[{{"urls":["{AWAY}"]}}]}}</script>',
    f'<x-link rel=preconnect href="{AWAY}"></x-link><custom-a href="{AWAY}">x</custom-a>',
    f'<a {{{{ href }}}} href="{AWAY}">x</a>',
]


def offences(text: str) -> list[str]:
    """Whatever could run, load, lead or connect somewhere."""
    found = [f"comment {c}" for c in re.findall("<[!?](?!DOCTYPE)", text)]
    for element in html.document_fromstring(text).iter():
        if element.tag in (
            "script", "link", "base", "iframe", "frame", "frameset", "object", "embed", "template", "applet",
            "portal", "fencedframe", "animate", "set", "noscript", "track", "plaintext", "xmp",
        ):  # fmt: skip
            found.append(element.tag)
        for name, value in element.attrib.items():
            if name.startswith("on") or name in (
                "http-equiv",
                "srcdoc",
                "action",
                "formaction",
                "ping",
                "target",
            ):
                found.append(name)
            if "away.example" in value and name not in (
                "data-href",
                "title",
                "content",
            ):  # words, without http-equiv
                found.append(f"{element.tag} {name}={value}")
        if element.tag == "style" and re.search(r"(?:url\(|import)[\s'\"]*http", element.text or ""):
            found.append("style")
    return found


@pytest.mark.parametrize("text", REVIVED)
def test_no_spelling_of_a_page_reaches_out(text: str):
    assert offences(shown(f"<p>before</p>{text}<p>after</p>")) == []


@pytest.mark.parametrize("text", REVIVED)
def test_what_is_written_is_the_same_when_it_is_read_again(text: str):
    once = shown(f"<!doctype html><p>before</p>{text}<p>after</p>")
    assert offences(shown(once)) == []


def test_links_keep_their_words_and_lead_nowhere():
    found = shown(
        '<p><a class="b" href="/x?a=1&amp;b=2">one</a> <a href="#part">two</a> <a name=n>three</a></p>'
    )
    assert (
        f'<p><a class="b" href="{NOWHERE}" data-href="https://e.test/x?a=1&amp;b=2">one</a>'
        ' <a href="#part">two</a> <a name="n">three</a></p>' in found
    )


def test_what_is_stored_is_shown_and_what_is_not_is_named():
    text = """<link rel=stylesheet href=/a.css media="screen"><link rel=stylesheet href=/gone.css>
    <img src="/a.png"><img src="/gone.png"><img src="/gone.png"><img src="/gone-1.png" srcset="/gone-2.png 2x">"""

    def find(url: str, kind: FileKind) -> StoredFile | str | None:
        return None if "gone" in url else everything(url, kind)

    page = archived_page(text, URL, find)
    assert '<style media="screen">b{}</style>' in page.html
    assert f'<img src="{PICTURE}">' in page.html
    assert page.shown == {"https://e.test/a.css", "https://e.test/a.png"}
    assert list(page.missing) == [f"https://e.test/{n}" for n in ("gone.css", "gone.png", "gone-1.png")]


def test_a_picture_has_the_sizes_that_are_stored():
    text = '<picture><source srcset="/gone.webp 1x"><img src="/gone.png" srcset="/gone-s.png 300w, /l.png 900w"></picture>'
    page = archived_page(text, URL, lambda url, _kind: None if "gone" in url else PICTURE)
    assert f'<picture><source><img srcset="{PICTURE} 900w"></picture>' in page.html


def test_sheets_import_each_other_as_deep_as_they_may_and_no_circle_has_no_end():
    asked: list[str] = []

    def find(url: str, _kind: FileKind) -> StoredFile:
        asked.append(url)
        return StoredFile(text="@import 'b.css'; @import 'c.css'; a{}", url=url)

    archived_page("<link rel=stylesheet href=b.css>", URL, find)
    assert len(asked) < 40


@pytest.mark.parametrize(
    ("text", "doctype"),
    [
        ("<!doctype html><p>x", "<!DOCTYPE html>"),
        ("<p>x", ""),
        (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><p>x',
            '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">',
        ),
        ('<!DOCTYPE html PUBLIC "<script>" ""><p>x', '<!DOCTYPE html PUBLIC "script">'),
    ],
)
def test_the_way_of_layout_is_kept(text: str, doctype: str):
    assert shown(text).partition("<html>")[0] == doctype


@pytest.mark.parametrize(
    "text",
    ["<a title=" * 100_000, '<img src="' * 100_000, "<p " + "a=1 " * 300_000, "<style>@import '" * 50_000, "<b>" * 300_000],
    ids=["tags", "quotes", "attributes", "styles", "depth"],
)  # fmt: skip
def test_hostile_text_of_a_megabyte_is_written_all_the_same(text: str):
    assert len(archived_page(text, URL, nothing).html) < 9_000_000


def test_texts_and_places_of_the_page_are_kept():
    text = '<div id="a" data-x="1"><pre>1 &lt; 2</pre><textarea>&lt;/textarea></textarea><p lang=ar dir=rtl>نص</p><br><custom-box>x</custom-box></div>'
    assert (
        '<div id="a" data-x="1"><pre>1 &lt; 2</pre><textarea>&lt;/textarea&gt;</textarea>'
        '<p lang="ar" dir="rtl">نص</p><br><custom-box>x</custom-box></div>' in shown(text)
    )
