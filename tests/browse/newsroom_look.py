"""An invented outlet whose page needs everything that a page is shown with: stylesheet, @import, background image,
srcset, `<picture>`, web font. All of it is made here; nothing is anybody else's."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from tests.crawl.origin import Shape, plain

STORY = "/2026/11/harbour-lights-return-after-the-storm"
LETTERS = "".join(chr(c) for c in range(33, 127))
TEXT = (
    "The lights on the long pier at Skarvik were switched on again on Monday evening, nine days after the storm.",
    "Harbour master Liv Strand said that two of the forty lamps had to be made anew in the town's own workshop.",
    "The pier had been closed since the night of the storm, when waves tore away its railing over sixty metres.",
    "Fishermen had asked for the lights, since the entrance to the harbour can hardly be seen without them.",
)


def png(width: int, height: int, *colours: tuple[int, int, int]) -> bytes:
    """Stripes of equal width."""
    row = b"\0" + b"".join(bytes(colours[x * len(colours) // width]) for x in range(width))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(row * height))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def font() -> bytes:
    """A font in which each letter is a box of its own height: nobody takes it for another font."""
    names = [".notdef", "space", *(f"c{ord(c)}" for c in LETTERS)]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({32: "space", **{ord(c): f"c{ord(c)}" for c in LETTERS}})
    glyphs = {"space": TTGlyphPen(None).glyph()}
    for i, name in enumerate(n for n in names if n != "space"):
        pen, top = TTGlyphPen(None), 250 + i * 37 % 450
        for move, point in (
            (pen.moveTo, (60, 0)),
            (pen.lineTo, (60, top)),
            (pen.lineTo, (520, top)),
            (pen.lineTo, (520, 0)),
        ):
            move(point)
        pen.closePath()
        glyphs[name] = pen.glyph()
    made.setupGlyf(glyphs)
    made.setupHorizontalMetrics(dict.fromkeys(names, (600, 60)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Skarvik Boxes", "styleName": "Regular"})
    made.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    made.setupPost()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Harbour lights return after the storm</title>
<meta property="article:published_time" content="2026-11-20T08:00:00Z">
<link rel="stylesheet" href="/css/main.css?v=3"><style>.inline {{ background: #fc6 url('/img/dot.png') }}</style></head>
<body class="day"><header><h2 class="brand">The Skarvik Lantern</h2><nav><a href="/">Front</a> <a href="/region">Region</a></nav></header>
<main><article><h1>Harbour lights return after the storm</h1>
<figure><img srcset="/img/pier-400.png 400w, /img/pier-1200.png 1200w" sizes="600px" src="/img/pier-200.png" alt="The pier">
<figcaption>The long pier on Monday evening.</figcaption></figure>
<p>{TEXT[0]}</p><p>{TEXT[1]}</p>
<picture><source srcset="/img/lamp.png" media="(min-width: 10px)"><img src="/img/lamp-small.png" alt="A lamp" width="120" height="60"></picture>
<p>{TEXT[2]}</p><p style="border-left: 20px solid #444; background: url(/img/dot.png)">{TEXT[3]}</p></article>
<aside class="inline">Weather: wind from the north-west, showers.</aside></main>
<script>document.body.dataset.ran = "yes"</script></body></html>"""
MAIN = """@charset "utf-8"; @import url("parts/type.css") screen; /* url(/no.png) */
body { margin: 0; background: #fff url(../img/waves.png) repeat-x } header { background: #063; color: #fff; padding: 30px }
main { max-width: 900px; margin: 90px auto; display: grid; grid-template-columns: 2fr 1fr; gap: 20px }
header a { color: #fe9; margin-right: 1em } img { display: block } figure { margin: 0; background: #eee; padding: 12px }"""
TYPE = """@font-face { font-family: boxes; src: url("/font/boxes.ttf") format("truetype") }
h1, .brand { font: 44px/1.2 boxes; color: #702 } .brand { color: #fff; font-size: 30px } p, aside { font: 18px/1.6 monospace }"""


def shapes() -> dict[str, Shape]:
    """What the outlet's server answers, by path."""

    def file(body: bytes, kind: bytes) -> Shape:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
        return Shape((head + body,))

    red, blue, sand = (190, 40, 30), (30, 70, 160), (230, 210, 150)
    return {
        STORY: plain(PAGE.encode()),
        "/robots.txt": plain(b"User-agent: *\nAllow: /\n", headers=[]),
        "/css/main.css?v=3": file(MAIN.encode(), b"text/css"),
        "/css/parts/type.css": file(TYPE.encode(), b"text/css"),
        "/font/boxes.ttf": file(font(), b"font/ttf"),
        "/img/dot.png": file(png(10, 10, sand, (250, 240, 200)), b"image/png"),
        "/img/waves.png": file(png(60, 50, blue, sand, blue), b"image/png"),
        "/img/pier-200.png": file(png(200, 100, red, blue), b"image/png"),
        "/img/pier-400.png": file(png(400, 200, red, blue), b"image/png"),
        "/img/pier-1200.png": file(png(1200, 600, red, blue), b"image/png"),
        "/img/lamp.png": file(png(120, 60, sand, red, sand), b"image/png"),
        "/img/lamp-small.png": file(png(120, 60, blue), b"image/png"),
    }
