"""What a page and a stylesheet load: read once for the crawl and for browse."""

from __future__ import annotations

import pytest

from newsarchive.web.page_files import candidates, chosen_candidate, css_links, css_with, within_style


@pytest.mark.parametrize(
    ("sheet", "links"),
    [
        ("@import 'a.css';", [("sheet", "a.css")]),
        ('@IMPORT url( "a.css" ) screen and (min-width: 3em);', [("sheet", "a.css")]),
        ("@import url(a.css)", [("sheet", "a.css")]),
        ("a{background:url(x.png),URL('y.png')}", [("image", "x.png"), ("image", "y.png")]),
        (
            "@font-face{src:url(f.woff2) format('woff2')}b{background:url(i.png)}",
            [("font", "f.woff2"), ("image", "i.png")],
        ),
        (
            "@media print{@font-face{src:url(f.woff2)} a{background:url(i.png)}}",
            [("font", "f.woff2"), ("image", "i.png")],
        ),
        ("a{content:'url(no.png)';x:\"@import 'no.css'\"}", []),
        ("/* url(no.png) @import 'no.css' */", []),
        ("/* never closed url(no.png)", []),
        ("a{background:image-set('a.png' 1x, url(b.png) 2x);content:'no'}", [("image", "a.png"), ("image", "b.png")]),
        ("a{background:-webkit-image-set(url(b.png) 2x)}", [("image", "b.png")]),
        ('@namespace svg url("http://www.w3.org/2000/svg"); a{b:url(i.png)}', [("image", "i.png")]),
        ("a{b:url(data:image/png;base64,AA==)} c{d:url(#clip)} e{f:url()}", []),
        (r"a{b:url(a\20 b\)c.png)}", [("image", "a b)c.png")]),
        (r'a{b:url("a\"b\d800.png")}', [("image", 'a"b\ufffd.png')]),
        ("a{b:xurl(no.png);--my-url(no.png)}", []),
        ("background:url('open", []),
    ],
)  # fmt: skip
def test_what_a_stylesheet_loads(sheet: str, links: list[tuple[str, str]]):
    assert [(link.kind, link.url) for link in css_links(sheet)] == links


def test_links_are_replaced_where_they_stand_and_the_rest_is_kept():
    sheet = "@import 'a.css' print; b{c:url( d.png ) no-repeat} /* url(e) */"
    replaced = css_with(sheet, lambda link: f"data:,{link.kind}")
    assert replaced == '@import url("data:,sheet") print; b{c:url("data:,image") no-repeat} /* url(e) */'


@pytest.mark.parametrize(
    "sheet", ["a{}</style><script>", "a{content:'</STYLE'}", "<!-- a{} -->", "<img src=x>", "<?x ?>"]
)
def test_a_stylesheet_cannot_end_its_element(sheet: str):
    found = within_style(sheet)
    assert not any(f"<{c}" in found.lower() for c in "/!?abcdefghijklmnopqrstuvwxyz")


def test_a_comparison_in_a_media_query_is_kept():
    assert within_style("@media (400px <= width < 60em){}") == "@media (400px <= width < 60em){}"


@pytest.mark.parametrize(
    ("srcset", "pairs"),
    [
        ("/a.jpg 300w, /b.jpg 900w", [("/a.jpg", "300w"), ("/b.jpg", "900w")]),
        ("/a.jpg", [("/a.jpg", "")]),
        ("/a.jpg, /b.jpg 2x", [("/a.jpg", ""), ("/b.jpg", "2x")]),
        ("/a,b.jpg 1x,/c.jpg 2x", [("/a,b.jpg", "1x"), ("/c.jpg", "2x")]),
        (" , /a.jpg 1x , ", [("/a.jpg", "1x")]),
        ("", []),
        (",", []),
    ],
)
def test_a_srcset_is_read_as_browsers_read_it(srcset: str, pairs: list[tuple[str, str]]):
    assert [pair for pair in candidates(srcset) if pair[0]] == pairs


@pytest.mark.parametrize(
    ("srcset", "chosen"),
    [
        ("/s 300w, /m 1600w, /l 3000w", "/m"),
        ("/s 300w, /m 900w", "/m"),
        ("/a 1x, /b 3x, /c 2x", "/b"),
        ("/a", "/a"),
        ("/a bogus, /b xw", "/a"),
        ("", ""),
    ],
)
def test_one_size_of_a_picture_is_archived(srcset: str, chosen: str):
    assert chosen_candidate(srcset) == chosen
